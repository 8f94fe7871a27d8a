import { networkSection } from './cases-networks.ts'
import { agrees } from './theory.test-support.ts'

agrees(networkSection)
