import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { Result } from '../result/result.ts'
import { COLD, Environments, NONE, WARM } from './environments.ts'
import { simulate } from './simulate.ts'

const law = { idle: 600, kept: 0, rate: 100, burst: 1000 }

describe('environments', () => {
  it('are used last in, first out, so that those which are not needed grow old', () => {
    const environments = new Environments(law)
    expect([environments.take(0, 0), environments.take(0, 1)]).toEqual([COLD, COLD])
    environments.giveBack(1, 1)
    environments.giveBack(2, 0)
    // Only the one that came back last is used: the other one is gone 600 s after its only use.
    for (let now = 100; now <= 700; now += 100) {
      expect(environments.take(now, 0)).toBe(WARM)
      environments.giveBack(now, 0)
    }
    expect([environments.take(701, 0), environments.take(701, 1)]).toEqual([WARM, COLD])
  })
  it('that are kept never start cold, and the others do beside them', () => {
    const environments = new Environments({ ...law, kept: 2 })
    expect([0, 1, 2].map((others) => environments.take(0, others))).toEqual([WARM, WARM, COLD])
    for (const others of [2, 1, 0]) environments.giveBack(1, others)
    expect([0, 1, 2].map((others) => environments.take(1000, others))).toEqual([WARM, WARM, COLD])
  })
  it('grow no faster than their tokens come, and one that was not started is not there later', () => {
    const environments = new Environments({ ...law, rate: 1, burst: 2 })
    expect([0, 1, 2].map((others) => environments.take(0, others))).toEqual([COLD, COLD, NONE])
    environments.giveBack(0, 2)
    expect(environments.take(0.5, 2)).toBe(NONE)
    environments.giveBack(0.5, 2)
    expect(environments.take(1, 2)).toBe(COLD)
  })
  it('are gone after a crash', () => {
    const environments = new Environments(law)
    environments.take(0, 0)
    environments.giveBack(0, 0)
    environments.clear()
    expect(environments.take(1, 0)).toBe(COLD)
  })
})

interface Said {
  readonly rate?: string
  readonly shape?: string
  readonly settings?: string
  readonly scenario?: string
}

function played({ rate = '1/s', shape = '', settings = '', scenario = 'baseline' }: Said, duration: number): Result {
  const text = `
loadpath: 1
name: functions
network: ideal
load: { users: { rate: ${rate}, mix: { ask: 100% }${shape} } }
components: { f: { kind: function${settings} } }
flows: { ask: { from: users, steps: [{ call: f, do: [{ wait: exp(1 s) }] }] } }
scenarios:
  quiet: { faults: [{ at: 100 s, errors: 0.001% of f, for: 60 s }] }
  killed: { faults: [{ at: 100 s, errors: 0.001% of f, for: 60 s }, { at: 100 s, kill: f, for: 1 s }] }
`
  const options = { file: 't', variant: null, scenarios: [scenario], sets: [], limits: {} }
  const { models, diagnostics } = prepare(text, options)
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return simulate(models[0]!, { seed: 1, duration, replications: 4, eventsMax: Infinity })
}

const coldShare = (result: Result): number => result.components['f']!.cold_start_ratio!.value!

/**
 * Requests come at `rate` and take 1 s on average (M/M/∞). The environment that comes free as the number in use falls
 * from n to n - 1 is used again as it rises to n; it is gone when that takes longer than `idle`. So the share of cold
 * starts is Σ P(n - 1 in use) · P(from n - 1 to n takes longer than `idle`), by small steps of time.
 */
function coldShareByTheory(rate: number, idle: number): number {
  const most = 30
  const step = 1e-3
  let [sum, chance] = [0, Math.exp(-rate)]
  for (let n = 1; n <= most; n++) {
    let below = Array.from({ length: n }, (_, i) => Number(i === n - 1))
    for (let time = 0; time < idle - step / 2; time += step) {
      const now = below
      below = now.map(
        (p, i) => p * (1 - step * (rate + i)) + step * (rate * (now[i - 1] ?? 0) + (i + 1) * (now[i + 1] ?? 0)),
      )
    }
    sum += chance * below.reduce((total, p) => total + p, 0)
    chance *= rate / n
  }
  return sum
}

describe('a function', () => {
  it.each([
    [0.5, 2],
    [2, 3],
    [5, 20],
  ])('at %d/s, idle for %d s, starts cold as often as the theory of M/M/inf says', (rate, idle) => {
    const cold = `, cold: { idle: ${idle} s, start: 1 us }`
    const share = coldShare(played({ rate: `${rate}/s`, settings: cold }, 40_000 / rate))
    const expected = coldShareByTheory(rate, idle)
    expect(Math.abs(share - expected)).toBeLessThan(0.05 * expected + 4e-4)
  })
  it('answers a cold request later by the time of the start', () => {
    const settings = ', cold: { idle: 1 ms, start: fixed(2 s) }'
    const { flows, components } = played({ rate: '0.05/s', settings }, 20_000)
    const share = components['f']!.cold_start_ratio!.value!
    expect(share).toBeGreaterThan(0.99)
    expect(flows['ask']!.response_time_s.mean.value).toBeCloseTo(1 + 2 * share, 0)
  })
  it('is refused what it would have to grow too fast for', () => {
    const growing = (growth: string): number =>
      played({ rate: '200/s', settings: `, cold: { growth: ${growth}, start: 1 s }` }, 20).flows['ask']!.errors[
        'rate-limited'
      ] ?? 0
    expect(growing('{ per: 1/s, burst: 20 }')).toBeGreaterThan(0.3)
    expect(growing('{ per: 100/s, burst: 1000 }')).toBe(0)
  })
  it('has no cold start while those that are kept are enough', () => {
    const kept = played({ settings: ', cold: { kept: 12 }, memory: 1 GB' }, 1000)
    expect(coldShare(kept)).toBe(0)
    expect(coldShare(played({ settings: ', cold: { idle: 2 s }' }, 1000))).toBeGreaterThan(0.1)
  })
  it('starts all of them anew after a crash', () => {
    const cold = (scenario: string): number => coldShare(played({ rate: '5/s', scenario }, 300))
    expect(cold('killed')).toBeGreaterThan(5 * cold('quiet'))
  })
})
