// @data
import { asks, ideal, near, type TheoryCase, users, visit, within } from './case.ts'
import * as exact from './formulas.ts'

const order = 'order statistics: David and Nagaraja 2003'

const external = (names: readonly string[], latency: string): string =>
  names.map((name) => `${name}: { kind: external, latency: ${latency} }`).join(', ')

const quorum = (n: number, k: number): TheoryCase => {
  const names = Array.from({ length: n }, (_, i) => `r${i + 1}`)
  const truth = exact.orderStatistic(n, k, 0.01)
  return {
    id: `the fastest ${k} of ${n} answers`,
    source: order,
    requests: 60_000,
    design: ideal(
      users(100),
      external(names, 'exp(10 ms)'),
      asks(`{ parallel: { ${names.map((name) => `${name}: [{ call: ${name} }]`).join(', ')} }, join: ${k} of ${n} }`),
    ),
    expected: {
      'ask.mean': near(truth.mean, 0.01),
      'ask.p50': near(truth.quantile(0.5), 0.01),
      'ask.p99': near(truth.quantile(0.99), 0.02),
    },
  }
}

const store = (verb: 'read' | 'write', need: number): TheoryCase => {
  const truth = exact.orderStatistic(3, need, 0.01)
  return {
    id: `a ${verb} that ${need} of 3 copies have to answer`,
    source: order,
    requests: 60_000,
    design: ideal(
      users(1),
      `db: { kind: wide-column-store, replicas: quorum(r ${need} w ${need} n 3), read-asks: all, size: { cpu: 1000, memory: 1 TiB },
        work: { coordinate: 0 us, read: exp(10 ms), write: exp(10 ms), row: 0 us }, tables: { t: { rows: 10, row: 100 B } } }`,
      asks(`{ ${verb}: db.t }`),
    ),
    expected: { 'ask.mean': near(truth.mean, 0.01), 'ask.p99': near(truth.quantile(0.99), 0.02) },
  }
}

/** One way of a message between replicas of LinkedIn on flash, there and back. */
const there = '{ wait: mix(91.22% pareto(mean 0.26111111 ms shape 10) / 8.78% exp(0.60240964 ms)) }'
const copies = ['a', 'b', 'c'].map((name) => `${name}: [${there}, ${there}]`).join(', ')

const bailis = (need: number, p999: number): TheoryCase => ({
  id: `${need} of 3 replicas with the delays of LinkedIn on flash`,
  source: 'Bailis et al., Probabilistically Bounded Staleness, 2012, table 4, drawn again from its laws',
  truth: 'approximate: 4 million draws, within 1 %',
  requests: 200_000,
  design: ideal(
    users(1),
    's: { kind: station }',
    asks(`{ parallel: { ${copies} }, join: ${need} of 3 }, ${visit('s', '0 ms')}`),
  ),
  expected: { 'ask.p999': near(p999, 0.04) },
})

const majority = (followers: readonly number[], commit: number): TheoryCase => ({
  id: `a majority of five over round trips of ${followers.join(', ')} ms`,
  source: 'second smallest time of a follower; Ongaro and Ousterhout 2014',
  requests: 2000,
  design: ideal(
    users(10),
    's: { kind: station }',
    asks(`{ parallel: { own: [{ wait: 2 ms }], ${followers.map((rtt) => `f${rtt}: [{ wait: ${rtt} ms }, { wait: 2 ms }]`).join(', ')} },
      join: 3 of ${followers.length + 1} }, ${visit('s', '0 ms')}`),
  ),
  expected: { 'ask.mean': near(commit, 0.001), 'ask.p99': near(commit, 0.001) },
})

const fanOut = (leaves: number, share: number, requests: number): TheoryCase => ({
  id: `${leaves} leaves, each slow with ${share} %`,
  source: '1 - (1 - p)^n: Dean and Barroso, The Tail at Scale, 2013',
  requests,
  design: ideal(
    users(10),
    'leaf: { kind: station, servers: infinite }',
    asks(`{ each: leaf, count: ${leaves}, at-once: ${leaves}, do: [{ call: leaf, policy: { timeout: 1 s },
      do: [{ work: mix(${100 - share}% fixed(1 ms) / ${share}% fixed(2 s)) }] }] }`),
  ),
  expected: { 'ask.timeout': near(1 - (1 - share / 100) ** leaves, 0.04) },
})

const leafTail = (t: number): number => 0.98 * Math.exp(-t / 0.005) + 0.02 * Math.exp(-t / 0.1)
const leafLaw = 'mix(98% exp(5 ms) / 2% exp(100 ms))'
const p95 = exact.quantileOf(leafTail, 0.95)

const hedge = (after: string): TheoryCase => ({
  id: `a second copy after ${after}`,
  source: 'S(t) S(t - d): Dean and Barroso, The Tail at Scale, 2013',
  requests: 200_000,
  design: ideal(
    users(100),
    'leaf: { kind: station, servers: infinite, instances: 5, balance: random }',
    asks(`{ call: leaf, policy: { hedge: { after: ${after}, at-most: 100% } }, do: [{ work: ${leafLaw} }] }`),
  ),
  expected: {
    'ask.p50': near(exact.hedged(leafTail, p95, 0.5), 0.015),
    'ask.p90': near(exact.hedged(leafTail, p95, 0.9), 0.015),
    'ask.p99': near(exact.hedged(leafTail, p95, 0.99), 0.02),
    'ask.p999': near(exact.hedged(leafTail, p95, 0.999), 0.05),
    'ask.attempts': near(1.05, 0.01),
  },
})

const hundred = (k: number): TheoryCase => {
  const truth = exact.orderStatistic(100, k, 0.01)
  const leaf = visit('leaf', 'exp(10 ms)')
  const branches = Array.from({ length: 100 }, (_, i) => `l${i}: [${leaf}]`).join(', ')
  return {
    id: `the first ${k} of 100 leaves`,
    source: order,
    requests: 10_000,
    design: ideal(
      users(10),
      'leaf: { kind: station, servers: infinite }',
      asks(
        k === 100
          ? `{ each: leaf, count: 100, at-once: 100, do: [${leaf}] }`
          : `{ parallel: { ${branches} }, join: ${k} of 100 }`,
      ),
    ),
    expected: {
      'ask.mean': near(truth.mean, 0.01),
      'ask.p50': near(truth.quantile(0.5), 0.01),
      'ask.p99': near(truth.quantile(0.99), 0.02),
    },
  }
}

export const copyCases: readonly TheoryCase[] = [
  quorum(3, 1),
  quorum(3, 2),
  quorum(3, 3),
  quorum(5, 3),
  store('read', 1),
  store('read', 2),
  store('write', 2),
  store('write', 3),
  bailis(1, 0.000655),
  bailis(2, 0.001631),
  bailis(3, 0.004108),
  majority([12, 35, 70, 140], 0.037),
  majority([12, 70, 140], 0.072),
  majority([70, 140], 0.142),
  fanOut(100, 1, 3000),
  fanOut(20, 2, 6000),
  hundred(100),
  hundred(95),
  hedge(`${p95 * 1000} ms`),
  hedge('p95'),
  {
    id: 'parts in series, and copies of which enough have to be there',
    source: 'binomial: Trivedi, Probability and Statistics with Reliability, 2001',
    requests: 60_000,
    design: ideal(
      users(100),
      `lb: { kind: external, latency: 0 ms, errors: 1% }, ${['a', 'b', 'c'].map((name) => `${name}: { kind: external, latency: 0 ms, errors: 10% }`).join(', ')},
       d: { kind: external, latency: 0 ms, errors: 5% }, e: { kind: external, latency: 0 ms, errors: 5% }`,
      asks(`{ call: lb }, { parallel: { a: [{ call: a }], b: [{ call: b }], c: [{ call: c }] }, join: 2 of 3 },
        { parallel: { d: [{ call: d }], e: [{ call: e }] }, join: any }`),
    ),
    expected: { 'ask.success': within(0.99 * (0.9 ** 3 + 3 * 0.9 ** 2 * 0.1) * (1 - 0.05 ** 2), 0.002) },
  },
  {
    id: 'a queue as the way out when the database fails',
    source: 'availability of parts: Microsoft Azure Architecture, composite SLAs, 2020',
    requests: 60_000,
    design: ideal(
      users(100),
      'web: { kind: external, latency: 0 ms, errors: 5% }, sql: { kind: external, latency: 0 ms, errors: 10% }, jobs: { kind: external, latency: 0 ms, errors: 20% }',
      asks('{ call: web }, { try: [{ call: sql }], catch: [{ call: jobs }] }'),
    ),
    expected: { 'ask.success': within(0.95 * (1 - 0.1 * 0.2), 0.002) },
  },
]
