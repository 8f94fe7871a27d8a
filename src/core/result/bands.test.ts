import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import { simulate } from '../simulate/simulate.ts'
import { rankCorrelation } from './bands.ts'
import type { Result } from './result.ts'
import { drawWorlds } from './worlds.ts'

const queue = `
loadpath: 1
name: one-queue
network: ideal
assume:
  rate: { is: 60/s, range: 40/s..80/s }
  idle: { is: 5 ms, range: 1 ms..9 ms }
load: { users: { rate: = rate, mix: { ask: 100% } } }
components: { s: { kind: station }, aside: { kind: station, servers: infinite } }
flows:
  ask: { from: users, steps: [{ call: s, do: [{ work: exp(10 ms) }] }] }
  other: { every: 1 s, by: aside, steps: [{ work: = idle }] }
requirements: { objectives: { ask: [mean < 40 ms, p99 < 10 s] } }
`

function played(text: string): Result {
  const { models, worlds } = prepare(text, { file: 't', variant: null, scenarios: 'baseline', sets: [], limits: {} })
  return simulate(models[0]!, { seed: 3, eventsMax: 24e6, worlds: worlds[0] ?? null })
}

describe('an uncertain number', () => {
  const result = played(queue)
  it('is drawn once per replication: the band of M/M/1 goes from one end of the range to the other', () => {
    const { mean } = result.flows['ask']!.response_time_s
    // 1 / (mu - lambda) at 40/s and 80/s; two dozen draws put the ends of the band near 7 % and 93 %.
    expect(mean.value).toBeCloseTo(0.025, 3)
    expect(mean.band!.low).toBeGreaterThan(0.0155)
    expect(mean.band!.low).toBeLessThan(0.0185)
    expect(mean.band!.high).toBeGreaterThan(0.042)
    expect(mean.band!.high).toBeLessThan(0.056)
  })
  it('decides in how many draws an objective holds', () => {
    // 40 ms is reached at 75/s: 7/8 of the way in logarithms from the median to the upper end, 87 % of the belief.
    const [mean, p99] = result.objectives
    expect(mean!.verdict).toBe('met')
    expect(mean!.met_share).toBeGreaterThan(0.78)
    expect(mean!.met_share).toBeLessThan(0.96)
    expect(p99!.met_share).toBe(1)
  })
  it('is named as what moves the verdict, and one that moves nothing is not', () => {
    expect(result.objectives[0]!.moved_by).toBe('rate')
    expect(result.assumptions.map(({ name }) => name)).toEqual(['rate', 'idle'])
    expect(result.assumptions[0]!.effect).toBeGreaterThan(0.9)
    expect(result.assumptions[1]!.effect).toBeLessThan(0.3)
  })
  it('leaves the figures of the design as written alone', () => {
    const { models } = prepare(queue, { file: 't', variant: null, scenarios: 'baseline', sets: [], limits: {} })
    const alone = simulate(models[0]!, { seed: 3, eventsMax: 24e6 })
    expect(alone.draws).toBe(0)
    expect(alone.flows['ask']!.response_time_s.mean.value).toBe(result.flows['ask']!.response_time_s.mean.value)
  })
})

describe('drawWorlds', () => {
  const { worlds } = prepare(queue, { file: 't', variant: null, scenarios: 'baseline', sets: [], limits: {} })
  it('takes each stretch of a belief once, in an order of its own for each number', () => {
    const drawn = drawWorlds(worlds[0]!, 10, 1)
    for (const i of [0, 1]) {
      const parts = drawn.map(({ quantiles }) => Math.floor(10 * quantiles[i]!))
      expect([...parts].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
    expect(drawn.map(({ quantiles }) => quantiles[0])).not.toEqual(drawn.map(({ quantiles }) => quantiles[1]))
    expect(drawWorlds(worlds[0]!, 10, 1)[3]!.quantiles).toEqual(drawn[3]!.quantiles)
  })
  it('leaves out draws with which the design is refused', () => {
    const refusing = { unknowns: worlds[0]!.unknowns, modelAt: () => null }
    expect(drawWorlds(refusing, 10, 1)).toEqual([])
  })
})

describe('rankCorrelation', () => {
  it('is 1 for the same order, -1 for the reverse, 0 when nothing varies', () => {
    expect(rankCorrelation([1, 2, 3], [10, 200, 3000])).toBe(1)
    expect(rankCorrelation([1, 2, 3], [3, 2, 1])).toBe(-1)
    expect(rankCorrelation([1, 2, 3], [5, 5, 5])).toBe(0)
  })
  it('is 0.5 for one exchange of neighbours among three, and leaves out what was not measured', () => {
    expect(rankCorrelation([1, 2, 3], [2, 1, 3])).toBe(0.5)
    expect(rankCorrelation([1, 2, 3, 4], [2, 1, 3, Number.NaN])).toBe(0.5)
  })
})
