import { describe } from 'vitest'
import { queueCases } from './cases-queues.ts'
import { agrees } from './theory.test-support.ts'

describe('one queue agrees with theory', () => agrees(queueCases))
