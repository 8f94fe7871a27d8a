import { messageSection } from './cases-messages.ts'
import { agrees } from './theory.test-support.ts'

agrees(messageSection)
