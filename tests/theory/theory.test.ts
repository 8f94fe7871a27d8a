import { describe, expect, it } from 'vitest'
import { type Model, prepare, type Result, simulate } from '../../src/core/index.ts'
import { type TheoryCase, theoryCases } from './cases.ts'

/**
 * The whole way, from text to figures, against closed forms and exact chains. A figure passes when its whole 95 % interval
 * lies within the tolerance around the expected value (an equivalence test: a wide interval does not pass). Seeds are fixed, so
 * a correct simulator passes always.
 */
describe('the simulator agrees with theory', () => {
  for (const theory of theoryCases) {
    it(`${theory.id} (${theory.source})`, () => {
      const model = modelOf(theory.design)
      const result = simulate(model, {
        seed: 11,
        duration: theory.requests / rateOf(model, theory),
        replications: theory.replications ?? 10,
        eventsMax: Infinity,
      })
      const wrong = Object.entries(theory.expected).flatMap(([path, { value, rel = 0, abs = 0 }]) => {
        const { low, high } = read(result, path)
        const tolerance = Math.max(abs, rel * Math.abs(value))
        const isInside = low >= value - tolerance && high <= value + tolerance
        return isInside ? [] : [`${path}: ${low}..${high}, expected ${value} +- ${tolerance}`]
      })
      expect(wrong).toEqual([])
      expect(result.trust.filter((note) => note.includes('invariant'))).toEqual([])
    })
  }
})

describe('the intervals are honest', () => {
  it('holds the mean of M/M/1 at 80 % in 180 to 199 of 200 seeds', () => {
    const model = modelOf(`
loadpath: 1
name: coverage
network: ideal
load: { users: { rate: 80/s, mix: { ask: 100% } } }
components: { s: { kind: station, servers: 1 } }
flows: { ask: { from: users, steps: [{ call: s, do: [{ work: exp(10 ms) }] }] } }
`)
    let covered = 0
    for (let seed = 1; seed <= 200; seed++) {
      const { mean } = simulate(model, { seed, duration: 150, replications: 10, eventsMax: Infinity }).flows['ask']!
        .response_time_s
      if (mean.low! <= 0.05 && 0.05 <= mean.high!) covered++
    }
    expect(covered).toBeGreaterThanOrEqual(180)
    expect(covered).toBeLessThanOrEqual(199)
  })
})

function modelOf(design: string): Model {
  const { models, diagnostics } = prepare(design, {
    file: 'theory.yaml',
    variant: null,
    scenarios: 'baseline',
    sets: [],
    limits: {},
  })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return models[0]!
}

/** Requests per second that the case is about: what the sources offer, or what a closed system is expected to do. */
function rateOf(model: Model, { expected }: TheoryCase): number {
  const open = model.sources.reduce((sum, { arrivals }) => sum + ('rate' in arrivals ? arrivals.rate : 0), 0)
  return open > 0 ? open : (expected['ask.throughput']?.value ?? 1)
}

/** `ask.p99`, `ask.rejected`, `s.utilization`, `s.wait_mean`, `c.hit_ratio`. */
function read(result: Result, path: string): { readonly low: number; readonly high: number } {
  const [id = '', figure = ''] = path.split('.')
  const flow = result.flows[id]
  const component = result.components[id]
  if (flow !== undefined) {
    if (figure === 'throughput') return bounds(flow.throughput_per_s)
    if (figure in flow.response_time_s) return bounds(flow.response_time_s[figure as 'p99'])
    // Shares of failures have no interval of their own: the point has to be inside.
    const share = flow.errors[figure as 'rejected'] ?? 0
    return { low: share, high: share }
  }
  if (figure === 'wait_mean') return bounds(component!.wait_time_s.mean)
  return bounds(component![figure as 'utilization'])
}

const bounds = ({ low, high }: { readonly low: number | null; readonly high: number | null }) => ({
  low: low ?? Number.NEGATIVE_INFINITY,
  high: high ?? Number.POSITIVE_INFINITY,
})
