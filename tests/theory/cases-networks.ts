// @data
import { asks, closedUsers, ideal, near, type Section, type TheoryCase, users, visit } from './case.ts'
import * as exact from './formulas.ts'

const stations = (...names: readonly string[]): string => names.map((name) => `${name}: { kind: station }`).join(', ')

const repair = (population: number, servers: number): TheoryCase => {
  const truth = exact.finiteSource({ users: population, think: 5, mean: 1, servers })
  return {
    id: `${population} closed users on ${servers} server${servers > 1 ? 's' : ''}: machine repair`,
    source: 'finite source M/M/c//N; Franks et al., lqns, models of Zhou, 2021',
    requests: 150_000,
    rate: truth.throughput,
    design: ideal(
      closedUsers(population, 'exp(5 s)'),
      `s: { kind: station, servers: ${servers} }`,
      asks(visit('s', 'exp(1 s)')),
    ),
    expected: {
      'ask.throughput': near(truth.throughput, 0.01),
      'ask.mean': near(truth.response, 0.01),
      's.utilization': near(truth.throughput / servers, 0.01),
    },
  }
}

const interactive = (population: number): TheoryCase => {
  const truth = exact.meanValues([0.605, 2.1, 1.35], 15, population)
  return {
    id: `${population} closed users, a processor and two disks`,
    source: 'mean value analysis: Lazowska et al., Quantitative System Performance, 1984',
    requests: 120_000,
    rate: truth.throughput,
    design: ideal(
      closedUsers(population, 'exp(15 s)'),
      stations('cpu', 'disk1', 'disk2'),
      asks([visit('cpu', 'exp(605 ms)'), visit('disk1', 'exp(2.1 s)'), visit('disk2', 'exp(1350 ms)')].join(', ')),
    ),
    expected: {
      'ask.throughput': near(truth.throughput, 0.01),
      'ask.mean': near(truth.response, 0.01),
      'cpu.utilization': near(truth.throughput * 0.605, 0.01),
      'disk1.utilization': near(truth.throughput * 2.1, 0.01),
      'disk2.utilization': near(truth.throughput * 1.35, 0.01),
    },
  }
}

const business = (population: number): TheoryCase => {
  const truth = exact.meanValues([0.0098, 0.0025, 0.00072], 0.027, population)
  return {
    id: `three tiers of an e-business system, ${population} users`,
    source: 'demands: Buch and Pentkovski, CMG 2002; the model of Gunther, PDQ ebiz',
    requests: 60_000,
    rate: truth.throughput,
    design: ideal(
      closedUsers(population, 'fixed(27 ms)'),
      stations('web', 'app', 'db'),
      asks([visit('web', 'exp(9.8 ms)'), visit('app', 'exp(2.5 ms)'), visit('db', 'exp(0.72 ms)')].join(', ')),
    ),
    expected: {
      'ask.throughput': near(truth.throughput, 0.01),
      'ask.mean': near(truth.response, 0.01),
      'web.utilization': near(truth.throughput * 0.0098, 0.01),
    },
  }
}

const dispatch = (balance: string, response: number, source: string, load = 0.85, instances = 4): TheoryCase => ({
  id: `${instances} servers behind ${balance} at ${load * 100} %`,
  source,
  requests: instances > 100 ? 300_000 : 1_200_000,
  design: ideal(
    users(load * instances),
    `s: { kind: station, instances: ${instances}, balance: ${balance} }`,
    asks(visit('s', 'exp(1 s)')),
  ),
  expected: { 'ask.mean': near(response, instances > 100 ? 0.03 : 0.015) },
})

const roundRobin = (instances: number, load: number): number =>
  exact.gim1Response(1, exact.erlangTransform(instances, load))

const mitzenmacher = 'Mitzenmacher 1996; Vvedenskaya, Dobrushin and Karpelevich 1996'

const stages = exact.hypoexponential([20, 70, 140])

/** Slices of a processor with calls between them: after each slice it ends, or calls one of these, so often on average. */
const phase = (processor: string, demand: number, calls: Readonly<Record<string, number>>): string => {
  const all = exact.sum(Object.values(calls))
  const slice = visit(processor, `exp(${(demand / (all + 1)) * 1000} ms)`)
  if (all === 0) return slice
  const branches = Object.entries(calls).map(
    ([to, mean]) => `${to.replace('.', '-')}: { p: ${share(mean / all)}, do: [{ call: ${to} }] }`,
  )
  // A geometric number of calls: none with 1 of (1 + all); a law of counts is rounded up.
  const more = `{ repeat: exp(${1 / Math.log((all + 1) / all)}), do: [${branches.length > 1 ? `{ choose: { ${branches.join(', ')} } }` : `{ call: ${Object.keys(calls)[0]} }`}, ${slice}] }`
  return `${slice}, { choose: { more: { p: ${share(all / (all + 1))}, do: [${more}] }, end: { p: ${share(1 / (all + 1))}, do: [{ wait: 0 s }] } } }`
}

const share = (p: number): string => `${p * 100}%`

const entry = (name: string, processor: string, [before, after]: readonly [number, number], calls = '') => {
  const [first, second] = calls === '' ? [{}, {}] : [{ 't5.e6': 0.5 }, { 't5.e6': 1.7 }]
  return `${name}: [${phase(processor, before, first)}, { reply: 0 B }, ${phase(processor, after, second)}]`
}

const task = (operations: string): string =>
  `{ kind: service, runtime: threads(1), size: { cpu: 64 }, operations: { ${operations} } }`

const layered: TheoryCase = {
  id: 'layered queues: two processors, five tasks, work after the reply',
  source:
    'model B01 of Woodside, Neilson, Petriu and Majumdar, IEEE Transactions on Computers 44, 1995: exact Petri net',
  truth: 'published: another program of the same description has 0.9803 and 0.9809 of t4 and t5',
  requests: 16_000,
  rate: 0.0394,
  design: ideal(
    'one: { population: 1, think: 0 s, mix: { e1: 100% } }, two: { population: 1, think: 0 s, mix: { e2: 100% } }',
    `p1: { kind: station }, p2: { kind: station },
     t3: ${task(`${entry('e3', 'p1', [0.1, 2])}, ${entry('e4', 'p1', [0.3, 0.5])}`)},
     t4: ${task(entry('e5', 'p1', [0.3, 0.1], 'e6'))},
     t5: ${task(`${entry('e6', 'p2', [1, 2])}, ${entry('e7', 'p2', [0.1, 0.7])}`)}`,
    `flows:
  e1: { from: one, steps: [${phase('p1', 1.5, { 't3.e3': 1, 't3.e4': 0.5, 't4.e5': 2 })}, ${phase('p1', 0.5, { 't4.e5': 1.1 })}] }
  e2: { from: two, steps: [${phase('p2', 0.1, { 't4.e5': 2, 't5.e6': 1 })}, ${phase('p2', 0.2, { 't4.e5': 1.1, 't5.e6': 2.5, 't5.e7': 1 })}] }`,
  ),
  expected: {
    'e1.throughput': near(0.024493, 0.02),
    'e2.throughput': near(0.014931, 0.02),
    't4.threads.utilization': near(0.985785, 0.02),
    't5.threads.utilization': near(0.97919, 0.02),
    'p1.utilization': near(0.024493 * 2 + 0.024494 * 2.1 + 0.012247 * 0.8 + 0.122212 * 0.4, 0.02),
    'p2.utilization': near(0.014931 * 0.3 + 0.321124 * 3 + 0.014932 * 0.8, 0.02),
  },
}

const networkCases: readonly TheoryCase[] = [
  {
    id: 'three stages in tandem: percentiles do not add',
    source: 'Burke 1956, Reich 1957',
    requests: 1_500_000,
    design: ideal(
      users(80),
      stations('a', 'b', 'c'),
      asks([visit('a', 'exp(10 ms)'), visit('b', 'exp(6.6666667 ms)'), visit('c', 'exp(4.5454545 ms)')].join(', ')),
    ),
    expected: {
      'ask.mean': near(0.071428571, 0.015),
      'ask.p50': near(stages(0.5), 0.025),
      'ask.p90': near(stages(0.9), 0.025),
      'ask.p95': near(stages(0.95), 0.025),
      'ask.p99': near(stages(0.99), 0.025),
      'ask.p999': near(stages(0.999), 0.0625),
    },
  },
  {
    id: 'a network with feedback: round and round, out by chance',
    source: 'Jackson 1957; Bolch et al., Queueing Networks and Markov Chains, 2006',
    requests: 500_000,
    design: ideal(
      users(4),
      stations('n1', 'n2', 'n3', 'n4'),
      // Out with 0.5 x 0.4 of each round, which goes through n2 then; rounds before that know they were not the last.
      asks(`{ choose: { again: { p: 80%, do: [{ repeat: exp(${1 / -Math.log(0.8)}), do: [${visit('n1', 'exp(40 ms)')}, { choose: {
        left: { p: 37.5%, do: [${visit('n2', 'exp(30 ms)')}] }, right: { p: 62.5%, do: [${visit('n3', 'exp(60 ms)')}] } } }] }] },
        out: { p: 20%, do: [{ wait: 0 s }] } } }, ${visit('n1', 'exp(40 ms)')}, ${visit('n2', 'exp(30 ms)')}, ${visit('n4', 'exp(50 ms)')}`),
    ),
    expected: {
      'ask.mean': near(1.5446429, 0.015),
      'n1.throughput': near(20, 0.01),
      'n2.throughput': near(10, 0.01),
      'n3.throughput': near(10, 0.01),
      'n1.utilization': near(0.8, 0.01),
      'n2.utilization': near(0.3, 0.01),
      'n3.utilization': near(0.6, 0.01),
      'n4.utilization': near(0.2, 0.01),
      'n1.in_system_mean': near(4, 0.015),
      'n2.in_system_mean': near(0.42857143, 0.015),
      'n3.in_system_mean': near(1.5, 0.015),
      'n4.in_system_mean': near(0.25, 0.015),
    },
  },
  {
    id: 'a network with visits that are counted: three, then out',
    source: 'visit ratios decide: Jackson 1957, Kelly 1979',
    requests: 200_000,
    design: ideal(
      users(5),
      stations('n1', 'n2'),
      asks(`{ repeat: 3, do: [${visit('n1', 'exp(40 ms)')}] }, ${visit('n2', 'exp(50 ms)')}`),
    ),
    expected: {
      'ask.mean': near((3 * 0.04) / (1 - 0.6) + 0.05 / (1 - 0.25), 0.015),
      'n1.in_system_mean': near(1.5, 0.015),
      'n2.in_system_mean': near(1 / 3, 0.015),
    },
  },
  ...[1, 2, 3, 10, 20, 50].map(interactive),
  repair(10, 1),
  repair(10, 2),
  repair(7, 1),
  repair(5, 2),
  repair(10, 3),
  repair(14, 4),
  ...[2, 7, 20].map(business),
  {
    id: 'three classes of closed users, two of them at terminals',
    source: 'exact mean value analysis: Allen, Probability, Statistics and Queueing Theory, 1990',
    requests: 150_000,
    rate: 1.1545,
    design: ideal(
      `term1: { population: 5, think: exp(20 s), mix: { one: 100% } }, term2: { population: 10, think: exp(30 s), mix: { two: 100% } },
       batch: { population: 5, think: 0 s, mix: { three: 100% } }`,
      ['cpu', 'd1', 'd2'].map((name) => `${name}: { kind: station, discipline: ps }`).join(', '),
      `flows:
  one: { from: term1, steps: [${visit('cpu', 'exp(500 ms)')}, ${visit('d1', 'exp(40 ms)')}, ${visit('d2', 'exp(60 ms)')}] }
  two: { from: term2, steps: [${visit('cpu', 'exp(400 ms)')}, ${visit('d1', 'exp(200 ms)')}, ${visit('d2', 'exp(300 ms)')}] }
  three: { from: batch, steps: [${visit('cpu', 'exp(1.2 s)')}, ${visit('d1', 'exp(50 ms)')}, ${visit('d2', 'exp(60 ms)')}] }`,
    ),
    expected: {
      'one.throughput': near(0.20997721, 0.015),
      'two.throughput': near(0.29799664, 0.015),
      'three.throughput': near(0.6465103, 0.015),
      'one.mean': near(3.8121082, 0.015),
      'two.mean': near(3.5574248, 0.015),
      'three.mean': near(7.7338288, 0.015),
      'cpu.utilization': near(0.99999962, 0.015),
      'd1.utilization': near(0.10032393, 0.015),
      'd2.utilization': near(0.14078824, 0.015),
      'cpu.in_system_mean': near(6.586664, 0.015),
      'd1.in_system_mean': near(0.11110854, 0.015),
      'd2.in_system_mean': near(0.162784, 0.015),
    },
  },
  {
    id: 'fifty connections without a pause: response is users over throughput',
    source: 'interactive response time law; Redis documentation: redis-benchmark, 2023',
    requests: 60_000,
    rate: 72144.87,
    design: ideal(closedUsers(50, '0 s'), stations('s'), asks(visit('s', 'exp(13.860999 us)'))),
    expected: { 'ask.throughput': near(72144.87, 0.01), 'ask.mean': near(0.00069304997, 0.01) },
  },
  {
    id: 'two tiers at saturation: the second one is the bottleneck',
    source: 'bottleneck law; stage times: Zhang, Gan and Delimitrou, uqSim, ISPASS 2019',
    requests: 60_000,
    rate: 180180.18,
    design: ideal(
      closedUsers(400, '0 s'),
      'nginx: { kind: station, servers: 8 }, memcached: { kind: station, servers: 2 }',
      asks(
        `{ wait: 65 us }, ${visit('nginx', 'exp(20.5 us)')}, { wait: 130 us }, ${visit('memcached', 'exp(11.1 us)')}, ${visit('nginx', 'exp(20.5 us)')}`,
      ),
    ),
    expected: { 'ask.throughput': near(180180.18, 0.01), 'nginx.utilization': near((180180.18 * 41e-6) / 8, 0.01) },
  },
  {
    ...dispatch('random', 1 / 0.15, 'M/M/1'),
    requests: 3_000_000,
  },
  dispatch('round-robin', roundRobin(4, 0.85), 'E4/M/1'),
  dispatch('round-robin', roundRobin(3, 0.7), 'E3/M/1', 0.7, 3),
  dispatch('least-requests', 2.3868566, 'exact chain of joining the shortest queue'),
  {
    id: 'one queue before 4 servers at 85 %',
    source: 'M/M/4',
    requests: 1_500_000,
    design: ideal(users(3.4), 's: { kind: station, servers: 4 }', asks(visit('s', 'exp(1 s)'))),
    expected: { 'ask.mean': near(2.1488604, 0.015) },
  },
  dispatch('random', 2, 'random split: M/M/1', 0.5, 500),
  {
    ...dispatch('random-two', exact.shortestOf(0.5, 1, 2), mitzenmacher, 0.5, 500),
    truth: 'asymptotic: infinitely many servers, 0.2 % below 500',
  },
  {
    ...dispatch('random-two', exact.shortestOf(0.7, 1, 2), mitzenmacher, 0.7, 500),
    truth: 'asymptotic: infinitely many servers, 0.2 % below 500',
  },
  {
    ...dispatch('random-two', exact.shortestOf(0.9, 1, 2), mitzenmacher, 0.9, 500),
    truth: 'asymptotic: infinitely many servers, 0.4 % below 500',
  },
  {
    id: 'fork and join over two queues',
    source: 'Flatto and Hahn 1984; Nelson and Tantawi 1988: (12 - rho)/8 / (mu - lambda)',
    requests: 900_000,
    design: ideal(
      users(70),
      stations('a', 'b'),
      asks(`{ parallel: { left: [${visit('a', 'exp(10 ms)')}], right: [${visit('b', 'exp(10 ms)')}] } }`),
    ),
    expected: {
      'ask.mean': near(((12 - 0.7) / 8) * (1 / 30), 0.01),
      'a.in_system_mean': near(70 / 30, 0.01),
      'b.in_system_mean': near(70 / 30, 0.01),
    },
  },
  {
    id: 'threads held during a downstream call',
    source: 'exact Markov chain: a pool of 5, own 40 ms, then one server of 10 ms; Rolia and Sevcik 1995',
    requests: 200_000,
    design: ideal(
      users(60),
      'web: { kind: service, runtime: threads(5), size: { cpu: 64 } }, db: { kind: station }',
      asks(`{ call: web, do: [{ wait: exp(40 ms) }, ${visit('db', 'exp(10 ms)')}] }`),
    ),
    expected: {
      'ask.mean': near(0.075992016, 0.015),
      'web.threads.wait_mean': near(0.016760241, 0.03),
      'web.threads.utilization': near(3.5539065 / 5, 0.015),
      'db.utilization': near(0.6, 0.01),
    },
  },
  {
    id: 'threads enough for all: own time and a queue',
    source: 'M/M/1 after a pure delay',
    requests: 150_000,
    design: ideal(
      users(60),
      'web: { kind: service, runtime: threads(1000), size: { cpu: 64 } }, db: { kind: station }',
      asks(`{ call: web, do: [{ wait: exp(40 ms) }, ${visit('db', 'exp(10 ms)')}] }`),
    ),
    expected: { 'ask.mean': near(0.065, 0.01) },
  },
  {
    id: 'threads held during a downstream call: what they can do at most',
    source: 'closed network of the 5 threads: mean value analysis of 40 ms and one server of 10 ms',
    requests: 100_000,
    rate: 80.093313,
    design: ideal(
      closedUsers(50, '0 s'),
      'web: { kind: service, runtime: threads(5), size: { cpu: 64 } }, db: { kind: station }',
      asks(`{ call: web, do: [{ wait: exp(40 ms) }, ${visit('db', 'exp(10 ms)')}] }`),
    ),
    expected: { 'ask.throughput': near(80.093313, 0.01) },
  },
  layered,
]

export const networkSection: Section = { title: 'Networks of queues', cases: networkCases }
