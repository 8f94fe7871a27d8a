import { describe, expect, it } from 'vitest'
import { analysed, prepare, solve } from '../../src/core/index.ts'
import { availabilitySection } from './cases-availability.ts'
import { cacheSection } from './cases-caches.ts'
import { copySection } from './cases-copies.ts'
import { fanOutSection } from './cases-fan-out.ts'
import { messageSection } from './cases-messages.ts'
import { networkSection } from './cases-networks.ts'
import { protectionSection } from './cases-protection.ts'
import { queueSection } from './cases-queues.ts'
import { shardSection } from './cases-shards.ts'
import { figureOf, modelOf } from './figures.ts'

const sections = [
  queueSection,
  networkSection,
  cacheSection,
  copySection,
  fanOutSection,
  protectionSection,
  availabilitySection,
  shardSection,
  messageSection,
]

/** What the solver does not have within the simulator's tolerance, and why. */
const beyond: Readonly<Record<string, string>> = {
  'threads held during a downstream call': 'the flow-equivalent server takes the inside to be in equilibrium: 3 % off',
  'layered queues: two processors, five tasks, work after the reply': 'several closed sources over nested pools',
  'fifo: 20 of 100 keys, Zipf 1.2': 'a characteristic time is 0.0036 off with 100 keys',
  'random: 20 of 100 keys, Zipf 1.2': 'a characteristic time is 0.0036 off with 100 keys',
  'found busy, asked again after 20 ms on average, 70/s': 'who was turned away finds the same queue again',
  'found busy, asked again after 20 ms on average, 50/s': 'who was turned away finds the same queue again',
}

/** The solver on every system whose answer is known: figures within the tolerance that the simulator is given. */
describe.each(sections)('the solver: $title', ({ cases }) => {
  const played = cases.filter((one) => 'design' in one)
  it.each(played.filter(({ id }) => beyond[id] === undefined))('$id', ({ design, expected }) => {
    const model = modelOf(design)
    const result = analysed(model, solve(model), { hash: '', wall: 0, trust: [] })
    const off = Object.entries(expected).flatMap(([figure, { value, rel = 0, abs = 0 }]) => {
      const got = figureOf(result, figure).value ?? Number.NaN
      return Math.abs(got - value) <= Math.max(abs, rel * Math.abs(value)) + 1e-12 ? [] : [{ figure, value, got }]
    })
    expect(off).toEqual([])
  })
})

const options = { file: 'x', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const

describe('the solver', () => {
  it('finds the loads at which retries keep a store down: one over (1 + 2 retries) of its capacity, up to about 88/s', () => {
    const [model] = prepare(
      `
loadpath: 1
name: storm
network: ideal
load: { shop: { rate: 75/s, mix: { buy: 100% } } }
components: { stock: { kind: station, servers: 10 } }
flows:
  buy:
    from: shop
    steps:
      - call: stock
        policy: { timeout: 500 ms, retry: { times: 2, after: [timeout], backoff: 0 s } }
        do: [{ work: exp(100 ms) }]
`,
      options,
    ).models
    const { metastable } = solve(model as NonNullable<typeof model>)
    expect(metastable?.component).toBe('stock')
    expect(75 * (metastable?.exit ?? 0)).toBeCloseTo(100 / 3, 0)
    expect(75 * (metastable?.entry ?? 0)).toBeGreaterThan(86)
    expect(75 * (metastable?.entry ?? 0)).toBeLessThan(91)
  })
})
