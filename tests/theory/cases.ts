import type { TheoryCase } from './case.ts'
import { cacheCases } from './cases-caches.ts'
import { copyCases } from './cases-copies.ts'
import { messageCases } from './cases-messages.ts'
import { networkCases } from './cases-networks.ts'
import { protectionCases } from './cases-protection.ts'
import { queueCases } from './cases-queues.ts'

/** All systems with a known answer. */
export const theoryCases: readonly TheoryCase[] = [
  ...queueCases,
  ...networkCases,
  ...cacheCases,
  ...copyCases,
  ...protectionCases,
  ...messageCases,
]
