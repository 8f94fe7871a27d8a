import { protectionSection } from './cases-protection.ts'
import { agrees } from './theory.test-support.ts'

agrees(protectionSection)
