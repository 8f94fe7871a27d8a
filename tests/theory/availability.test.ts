import { availabilitySection } from './cases-availability.ts'
import { agrees } from './theory.test-support.ts'

agrees(availabilitySection)
