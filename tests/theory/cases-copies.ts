// @data
import { asks, ideal, near, type Section, type TheoryCase, users, visit } from './case.ts'
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
    requests: 200_000,
    design: ideal(
      users(100),
      external(names, 'exp(10 ms)'),
      asks(`{ parallel: { ${names.map((name) => `${name}: [{ call: ${name} }]`).join(', ')} }, join: ${k} of ${n} }`),
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

const store = (verb: 'read' | 'write', need: number): TheoryCase => {
  const truth = exact.orderStatistic(3, need, 0.01)
  return {
    id: `a ${verb} that ${need} of 3 copies have to answer`,
    source: order,
    requests: 150_000,
    design: ideal(
      users(1),
      `db: { kind: wide-column-store, replicas: quorum(r ${need} w ${need} n 3), read-asks: all, size: { cpu: 1000, memory: 1 TiB },
        work: { coordinate: 0 us, read: exp(10 ms), write: exp(10 ms), row: 0 us }, tables: { t: { rows: 10, row: 100 B } } }`,
      asks(`{ ${verb}: db.t }`),
    ),
    expected: {
      'ask.mean': near(truth.mean, 0.005),
      'ask.p50': near(truth.quantile(0.5), 0.01),
      'ask.p99': near(truth.quantile(0.99), 0.015),
    },
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

const copyCases: readonly TheoryCase[] = [
  quorum(3, 1),
  quorum(3, 2),
  quorum(3, 3),
  quorum(5, 3),
  quorum(7, 2),
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
]

export const copySection: Section = { title: 'Copies and quorums', cases: copyCases }
