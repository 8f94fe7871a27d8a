import { describe, expect, it } from 'vitest'
import { analysed, type Estimate, type Result, simulate, solve } from '../../src/core/index.ts'
import { asks, ideal, users, visit } from './case.ts'
import { figureOf, modelOf } from './figures.ts'

interface Claim {
  readonly what: string
  readonly design: string
  readonly rate: number
  readonly figures: readonly string[]
  /** It does not know how far off these are. */
  readonly isUnknown?: true
}

const branches = (count: number, of: (i: number) => string): string =>
  asks(`{ parallel: { ${Array.from({ length: count }, (_, i) => `b${i}: [${of(i)}]`).join(', ')} } }`)
const stations = (count: number): string =>
  Array.from({ length: count }, (_, i) => `s${i}: { kind: station }`).join(', ')
const level = (id: string, entries: number): string =>
  `${id}: { kind: cache, entries: ${entries}, keyspaces: { k: { keys: 1000, popularity: zipf(0.9) } } }`
const times = ['ask.mean', 'ask.p50', 'ask.p99']

/** Where theory takes for independent what is not: no closed form, so that the simulator says what is true. */
const claims: readonly Claim[] = [
  {
    what: 'four branches at one station',
    design: ideal(
      users(60),
      's: { kind: station, servers: 4 }',
      branches(4, () => visit('s', 'erlang(4 mean 10 ms)')),
    ),
    rate: 60,
    figures: times,
  },
  {
    what: 'eight branches at stations of their own',
    design: ideal(
      users(60),
      stations(8),
      branches(8, (i) => visit(`s${i}`, 'exp(10 ms)')),
    ),
    rate: 60,
    figures: times,
  },
  {
    what: 'ten at once at four servers',
    design: ideal(
      users(12),
      's: { kind: station, servers: 4 }',
      asks(`{ each: x, count: 10, at-once: 10, do: [${visit('s', 'exp(10 ms)')}] }`),
    ),
    rate: 12,
    figures: times,
  },
  {
    what: 'attempts after others that a full queue turned away',
    design: ideal(
      users(360),
      's: { kind: station, servers: 4, queue: 8 }',
      asks(
        '{ call: s, policy: { retry: { times: 2, after: [rejected], backoff: 50 ms } }, do: [{ work: exp(10 ms) }] }',
      ),
    ),
    rate: 360,
    figures: [...times, 'ask.success', 's.throughput'],
  },
  {
    what: 'the shortest of four queues, with work that varies',
    design: ideal(
      users(320),
      's: { kind: station, instances: 4, balance: least-requests }',
      asks(visit('s', 'lognormal(mean 10 ms cv 2)')),
    ),
    rate: 320,
    figures: times,
  },
  {
    what: 'a cache behind another one',
    design: ideal(
      users(1000),
      `${level('a', 200)}, ${level('c', 300)}, origin: { kind: station, servers: infinite }`,
      asks('{ get: a.k, miss: [{ get: c.k, miss: [{ call: origin, do: [{ work: 1 ms }] }] }] }'),
    ),
    rate: 1000,
    figures: ['c.hit_ratio', 'origin.throughput', 'ask.mean'],
  },
  {
    what: 'second copies behind the queue of the first ones',
    design: ideal(
      users(240),
      's: { kind: station, servers: 4 }',
      asks('{ call: s, policy: { hedge: { after: p95, at-most: 5% } }, do: [{ work: exp(10 ms) }] }'),
    ),
    rate: 240,
    figures: ['ask.mean', 'ask.p99'],
    isUnknown: true,
  },
]

describe('the solver says how far off it may be', () => {
  it.each(claims)('$what', ({ design, rate, figures, isUnknown = false }) => {
    const model = modelOf(design)
    const solved = analysed(model, solve(model), { hash: '', wall: 0, trust: [] })
    const played = simulate(model, { seed: 5, duration: 40_000 / rate, replications: 5, eventsMax: Infinity })
    const both = (figure: string): readonly Estimate[] =>
      [solved, played].map((result: Result) => figureOf(result, figure))
    const isHeld = ([claimed, seen]: readonly Estimate[]): boolean =>
      (seen?.high ?? -Infinity) >= (claimed?.low ?? -Infinity) && (seen?.low ?? Infinity) <= (claimed?.high ?? Infinity)
    expect(figures.filter((figure) => !isHeld(both(figure)))).toEqual([])
    expect(figures.filter((figure) => (both(figure)[0]?.low === null) !== isUnknown)).toEqual([])
  })
})
