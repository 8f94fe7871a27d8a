import { queueSection } from './cases-queues.ts'
import { agrees } from './theory.test-support.ts'

agrees(queueSection)
