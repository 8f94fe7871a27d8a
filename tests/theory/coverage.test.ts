import { describe, expect, it } from 'vitest'
import { type Estimate, type Result, simulate } from '../../src/core/index.ts'
import { asks, ideal, users, visit } from './case.ts'
import { modelOf } from './figures.ts'
import * as exact from './formulas.ts'

const SEEDS = 200
const one = (station: string, rate: number, work: string): string =>
  ideal(users(rate), `s: { kind: station, ${station} }`, asks(visit('s', work)))
const mean = (result: Result): Estimate | undefined => result.flows['ask']?.response_time_s.mean

interface Claim {
  readonly what: string
  readonly design: string
  /** Simulated seconds of one of ten replications. */
  readonly duration: number
  readonly truth: number
  readonly figure: (result: Result) => Estimate | undefined
}

const claims: readonly Claim[] = [
  {
    what: 'the mean of M/M/1 at 80 %',
    design: one('servers: 1', 80, 'exp(10 ms)'),
    duration: 150,
    truth: 0.05,
    figure: mean,
  },
  {
    what: 'p99 of M/M/1 at 80 %',
    design: one('servers: 1', 80, 'exp(10 ms)'),
    duration: 150,
    truth: 0.05 * Math.log(100),
    figure: (result) => result.flows['ask']?.response_time_s.p99,
  },
  {
    what: 'the mean of M/M/4 at 85 %',
    design: one('servers: 4', 340, 'exp(10 ms)'),
    duration: 50,
    truth: exact.mmc({ rate: 340, mean: 0.01, servers: 4 }).response,
    figure: mean,
  },
  {
    what: 'the mean of M/G/1 at 70 %, log-normal with scv 4',
    design: one('servers: 1', 70, 'lognormal(mean 10 ms cv 2)'),
    duration: 300,
    truth: exact.mg1Wait(70, 0.01, 4) + 0.01,
    figure: mean,
  },
  {
    what: 'the hit ratio of LRU over Zipf 0.8',
    design: ideal(
      users(1000),
      'c: { kind: cache, entries: 100, keyspaces: { k: { keys: 1000, popularity: zipf(0.8) } } }',
      asks('{ get: c.k }'),
    ),
    duration: 6,
    // Che is 0.0003 too high here at most.
    truth: exact.lruHits(exact.zipf(1000, 0.8), 100),
    figure: (result) => result.components['c']?.hit_ratio,
  },
]

describe('intervals of 95 % are honest', () => {
  it.each(claims)('$what is held by 180 to 199 of 200 seeds', ({ design, duration, truth, figure }) => {
    const model = modelOf(design)
    let held = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { low, high } = figure(simulate(model, { seed, duration, replications: 10, eventsMax: Infinity })) ?? {}
      if ((low ?? Infinity) <= truth && truth <= (high ?? -Infinity)) held++
    }
    expect(held).toBeGreaterThanOrEqual(180)
    expect(held).toBeLessThanOrEqual(199)
  })
})
