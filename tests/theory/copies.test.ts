import { copySection } from './cases-copies.ts'
import { agrees } from './theory.test-support.ts'

agrees(copySection)
