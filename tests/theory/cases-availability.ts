// @data
import { asks, ideal, type Section, type TheoryCase, users, within } from './case.ts'

const availabilityCases: readonly TheoryCase[] = [
  {
    id: 'parts in series, and copies of which enough have to be there',
    source: 'binomial: Trivedi, Probability and Statistics with Reliability, 2001',
    requests: 300_000,
    design: ideal(
      users(100),
      `lb: { kind: external, latency: 0 ms, errors: 1% }, ${['a', 'b', 'c'].map((name) => `${name}: { kind: external, latency: 0 ms, errors: 10% }`).join(', ')},
       d: { kind: external, latency: 0 ms, errors: 5% }, e: { kind: external, latency: 0 ms, errors: 5% }`,
      asks(`{ call: lb }, { parallel: { a: [{ call: a }], b: [{ call: b }], c: [{ call: c }] }, join: 2 of 3 },
        { parallel: { d: [{ call: d }], e: [{ call: e }] }, join: any }`),
    ),
    expected: { 'ask.success': within(0.99 * (0.9 ** 3 + 3 * 0.9 ** 2 * 0.1) * (1 - 0.05 ** 2), 0.0005) },
  },
  {
    id: 'a queue as the way out when the database fails',
    source: 'availability of parts: Microsoft Azure Architecture, composite SLAs, 2020',
    requests: 300_000,
    design: ideal(
      users(100),
      'web: { kind: external, latency: 0 ms, errors: 5% }, sql: { kind: external, latency: 0 ms, errors: 10% }, jobs: { kind: external, latency: 0 ms, errors: 20% }',
      asks('{ call: web }, { try: [{ call: sql }], catch: [{ call: jobs }] }'),
    ),
    expected: { 'ask.success': within(0.95 * (1 - 0.1 * 0.2), 0.0005) },
  },
]

export const availabilitySection: Section = { title: 'Availability', cases: availabilityCases }
