// @data
import { asks, ideal, near, type Section, type TheoryCase, users, visit } from './case.ts'
import * as exact from './formulas.ts'

const order = 'order statistics: David and Nagaraja 2003'

const fanOut = (leaves: number, share: number, requests: number, rel = 0.01): TheoryCase => ({
  id: `${leaves} leaves, each slow with ${share} %`,
  source: '1 - (1 - p)^n: Dean and Barroso, The Tail at Scale, 2013',
  requests,
  design: ideal(
    users(10),
    'leaf: { kind: station, servers: infinite }',
    asks(`{ each: leaf, count: ${leaves}, at-once: ${leaves}, do: [{ call: leaf, policy: { timeout: 1 s },
      do: [{ work: mix(${100 - share}% fixed(1 ms) / ${share}% fixed(2 s)) }] }] }`),
  ),
  expected: { 'ask.timeout': near(1 - (1 - share / 100) ** leaves, rel) },
})

const leafTail = (t: number): number => 0.98 * Math.exp(-t / 0.005) + 0.02 * Math.exp(-t / 0.1)
const leafLaw = 'mix(98% exp(5 ms) / 2% exp(100 ms))'
const p95 = exact.quantileOf(leafTail, 0.95)

const hedge = (after: string): TheoryCase => ({
  id: `a second copy after ${after === 'p95' ? after : 'the p95, as a time'}`,
  source: 'S(t) S(t - d): Dean and Barroso, The Tail at Scale, 2013',
  requests: 400_000,
  design: ideal(
    users(100),
    'leaf: { kind: station, servers: infinite, instances: 5, balance: random }',
    asks(`{ call: leaf, policy: { hedge: { after: ${after}, at-most: 100% } }, do: [{ work: ${leafLaw} }] }`),
  ),
  expected: {
    'ask.p50': near(exact.hedged(leafTail, p95, 0.5), 0.015),
    'ask.p90': near(exact.hedged(leafTail, p95, 0.9), 0.015),
    'ask.p95': near(exact.hedged(leafTail, p95, 0.95), 0.015),
    'ask.p99': near(exact.hedged(leafTail, p95, 0.99), 0.015),
    'ask.p999': near(exact.hedged(leafTail, p95, 0.999), 0.0375),
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
    requests: 30_000,
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
      'ask.mean': near(truth.mean, 0.005),
      'ask.p50': near(truth.quantile(0.5), 0.01),
      'ask.p90': near(truth.quantile(0.9), 0.01),
      'ask.p95': near(truth.quantile(0.95), 0.01),
      'ask.p99': near(truth.quantile(0.99), 0.01),
      'ask.p999': near(truth.quantile(0.999), 0.025),
    },
  }
}

/** One hundred leaves at once: the slowest of them. */
const widely = (tail: (t: number) => number, policy: string): TheoryCase => ({
  id: `100 leaves at once, ${policy === '' ? 'no second copies' : 'each with a second copy after the p95'}`,
  source: '1 - (1 - S(t))^100 of independent leaves: Dean and Barroso, The Tail at Scale, 2013',
  requests: 6000,
  design: ideal(
    users(10),
    'leaf: { kind: station, servers: infinite, instances: 5, balance: random }',
    asks(`{ each: leaf, count: 100, at-once: 100, do: [{ call: leaf, ${policy}do: [{ work: ${leafLaw} }] }] }`),
  ),
  expected: {
    'ask.p50': near(
      exact.quantileOf((t) => 1 - (1 - tail(t)) ** 100, 0.5),
      0.015,
    ),
    'ask.p99': near(
      exact.quantileOf((t) => 1 - (1 - tail(t)) ** 100, 0.99),
      0.05,
    ),
  },
})

const unhedged: TheoryCase = {
  id: 'no second copy',
  source: 'the law itself',
  requests: 400_000,
  design: ideal(
    users(100),
    'leaf: { kind: station, servers: infinite, instances: 5, balance: random }',
    asks(`{ call: leaf, do: [{ work: ${leafLaw} }] }`),
  ),
  expected: {
    'ask.p50': near(exact.quantileOf(leafTail, 0.5), 0.015),
    'ask.p90': near(exact.quantileOf(leafTail, 0.9), 0.015),
    'ask.p95': near(p95, 0.015),
    'ask.p99': near(exact.quantileOf(leafTail, 0.99), 0.015),
    'ask.p999': near(exact.quantileOf(leafTail, 0.999), 0.0375),
  },
}

const fanOutCases: readonly TheoryCase[] = [
  fanOut(1, 1, 300_000, 0.02),
  fanOut(100, 1, 10_000),
  fanOut(20, 2, 40_000),
  fanOut(2000, 0.01, 1000, 0.1),
  hundred(100),
  hundred(95),
  unhedged,
  hedge(`${p95 * 1000} ms`),
  hedge('p95'),
  widely(leafTail, ''),
  widely(
    (t) => (t < p95 ? leafTail(t) : leafTail(t) * leafTail(t - p95)),
    `policy: { hedge: { after: ${p95 * 1000} ms, at-most: 100% } }, `,
  ),
]

export const fanOutSection: Section = { title: 'Fan-out and hedges', cases: fanOutCases }
