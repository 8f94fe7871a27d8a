import { describe } from 'vitest'
import { cacheCases } from './cases-caches.ts'
import { copyCases } from './cases-copies.ts'
import { messageCases } from './cases-messages.ts'
import { networkCases } from './cases-networks.ts'
import { protectionCases } from './cases-protection.ts'
import { agrees } from './theory.test-support.ts'

describe('networks of queues agree with theory', () => agrees(networkCases))
describe('caches agree with theory', () => agrees(cacheCases))
describe('copies and fan-out agree with theory', () => agrees(copyCases))
describe('timeouts, retries and limits agree with theory', () => agrees(protectionCases))
describe('messages agree with theory', () => agrees(messageCases))
