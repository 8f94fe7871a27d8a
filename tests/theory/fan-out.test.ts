import { fanOutSection } from './cases-fan-out.ts'
import { agrees } from './theory.test-support.ts'

agrees(fanOutSection)
