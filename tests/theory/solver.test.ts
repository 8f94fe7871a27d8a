import { describe, expect, it } from 'vitest'
import { prepare, solve } from '../../src/core/index.ts'
import { availabilitySection } from './cases-availability.ts'
import { cacheSection } from './cases-caches.ts'
import { copySection } from './cases-copies.ts'
import { fanOutSection } from './cases-fan-out.ts'
import { messageSection } from './cases-messages.ts'
import { networkSection } from './cases-networks.ts'
import { protectionSection } from './cases-protection.ts'
import { queueSection } from './cases-queues.ts'
import { shardSection } from './cases-shards.ts'
import { type Solved, solved } from './solved.ts'
import { caseText, committedCase, writeCase } from './truth-page.ts'

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
  'layered queues: two processors, five tasks, work after the reply': 'several closed sources over nested pools',
  'fifo: 20 of 100 keys, Zipf 1.2': 'a characteristic time is 0.0036 off with 100 keys',
  'random: 20 of 100 keys, Zipf 1.2': 'a characteristic time is 0.0036 off with 100 keys',
  'found busy, asked again after 20 ms on average, 70/s': 'who was turned away finds the same queue again',
  'found busy, asked again after 20 ms on average, 50/s': 'who was turned away finds the same queue again',
}

/** What is further off than the solver claims, and why. */
const overconfident: Readonly<Record<string, string>> = {}

/** An exact method, worked out in floating point. */
const EXACT = 1e-6

/** How far off the solver says that it may be; a little more, where the expected value is itself not exact. */
function mayBeOff({ expected, got: { value, low, high } }: Solved, truth: string | undefined): number {
  if (value === null || low === null || high === null) return Infinity
  const itself = truth === undefined ? 0 : toleranceOf({ expected })
  return Math.max(high - value, value - low) + EXACT * Math.abs(expected.value) + itself
}

const toleranceOf = ({ expected: { value, rel = 0, abs = 0 } }: Pick<Solved, 'expected'>): number =>
  Math.max(abs, rel * Math.abs(value))

const isOff = ({ expected, got }: Solved, limit: number): boolean =>
  !(Math.abs((got.value ?? Number.NaN) - expected.value) <= limit)

/** The solver on every system whose answer is known. */
describe.each(sections)('the solver: $title', (section) => {
  const { title, cases } = section
  it.each(cases.filter((one) => 'design' in one))('$id', (theory) => {
    const rows = solved(theory)
    if (process.env['UPDATE_GOLDEN'] === '1') writeCase(section, theory, { solved: rows })
    const off = rows.filter((row) => isOff(row, toleranceOf(row) + 1e-12))
    if (beyond[theory.id] === undefined) expect(off).toEqual([])
    else expect(off).not.toEqual([])
    const far = rows.filter((row) => isOff(row, mayBeOff(row, theory.truth)))
    if (overconfident[theory.id] === undefined) expect(far, 'further off than claimed').toEqual([])
    else expect(far).not.toEqual([])
    const text = caseText(title, theory, { solved: rows })
    expect(committedCase(title, theory), 'docs/truth.md is not what the solver says').toBe(text)
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
