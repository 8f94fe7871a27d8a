// @data
import { asks, closedUsers, ideal, near, type TheoryCase, users, visit } from './case.ts'
import * as exact from './formulas.ts'

const stations = (...names: readonly string[]): string => names.map((name) => `${name}: { kind: station }`).join(', ')

const repair = (population: number, servers: number): TheoryCase => {
  const truth = exact.finiteSource({ users: population, think: 5, mean: 1, servers })
  return {
    id: `${population} closed users on ${servers} server${servers > 1 ? 's' : ''}: machine repair`,
    source: 'finite source M/M/c//N; Franks et al., lqns, models of Zhou, 2021',
    requests: 60_000,
    rate: truth.throughput,
    design: ideal(
      closedUsers(population, 'exp(5 s)'),
      `s: { kind: station, servers: ${servers} }`,
      asks(visit('s', 'exp(1 s)')),
    ),
    expected: { 'ask.throughput': near(truth.throughput, 0.01), 'ask.mean': near(truth.response, 0.02) },
  }
}

const interactive = (population: number): TheoryCase => {
  const truth = exact.meanValues([0.605, 2.1, 1.35], 15, population)
  return {
    id: `${population} closed users, a processor and two disks`,
    source: 'mean value analysis: Lazowska et al., Quantitative System Performance, 1984',
    requests: 50_000,
    rate: truth.throughput,
    design: ideal(
      closedUsers(population, 'exp(15 s)'),
      stations('cpu', 'disk1', 'disk2'),
      asks([visit('cpu', 'exp(605 ms)'), visit('disk1', 'exp(2.1 s)'), visit('disk2', 'exp(1350 ms)')].join(', ')),
    ),
    expected: {
      'ask.throughput': near(truth.throughput, 0.01),
      'ask.mean': near(truth.response, 0.02),
      'disk1.utilization': near(truth.throughput * 2.1, 0.02),
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
      'ask.mean': near(truth.response, 0.02),
      'web.utilization': near(truth.throughput * 0.0098, 0.02),
    },
  }
}

const dispatch = (balance: string, response: number, source: string, load = 0.85, instances = 4): TheoryCase => ({
  id: `${instances} servers behind ${balance} at ${load * 100} %`,
  source,
  requests: 300_000,
  design: ideal(
    users(load * instances),
    `s: { kind: station, instances: ${instances}, balance: ${balance} }`,
    asks(visit('s', 'exp(1 s)')),
  ),
  expected: { 'ask.mean': near(response, 0.03) },
})

const roundRobin = (instances: number, load: number): number =>
  exact.gim1Response(1, exact.erlangTransform(instances, load))

const mitzenmacher = 'Mitzenmacher 1996; Vvedenskaya, Dobrushin and Karpelevich 1996'

const branch = (name: string, share: number): string => `${name}: { p: ${share}%, do: [${visit(name, 'exp(10 ms)')}] }`

const skewed = {
  'ask.mean': near(0.03, 0.02),
  'ask.p50': near(0.017057109, 0.02),
  'ask.p99': near(0.18449074, 0.06),
}

export const networkCases: readonly TheoryCase[] = [
  {
    id: 'three stages in tandem: percentiles do not add',
    source: 'Burke 1956, Reich 1957',
    requests: 250_000,
    design: ideal(
      users(80),
      stations('a', 'b', 'c'),
      asks([visit('a', 'exp(10 ms)'), visit('b', 'exp(6.6666667 ms)'), visit('c', 'exp(4.5454545 ms)')].join(', ')),
    ),
    expected: {
      'ask.mean': near(0.071428571, 0.02),
      'ask.p50': near(0.057814705, 0.02),
      'ask.p99': near(0.25478958, 0.05),
    },
  },
  {
    id: 'a network with feedback: five visits, then out',
    source: 'Jackson 1957, Kelly 1979; Bolch et al., Queueing Networks and Markov Chains, 2006',
    requests: 60_000,
    design: ideal(
      users(4),
      stations('n1', 'n2', 'n3', 'n4'),
      asks(`{ repeat: 5, do: [${visit('n1', 'exp(40 ms)')}, { choose: {
        left: { p: 50%, do: [${visit('n2', 'exp(30 ms)')}] }, right: { p: 50%, do: [${visit('n3', 'exp(60 ms)')}] } } }] },
      ${visit('n4', 'exp(50 ms)')}`),
    ),
    expected: {
      'ask.mean': near(1.5446429, 0.03),
      'n1.in_system_mean': near(4, 0.04),
      'n2.in_system_mean': near(0.42857143, 0.02),
      'n3.in_system_mean': near(1.5, 0.03),
      'n4.in_system_mean': near(0.25, 0.02),
    },
  },
  ...[1, 3, 10, 50].map(interactive),
  repair(10, 1),
  repair(10, 2),
  repair(5, 2),
  ...[2, 7, 20].map(business),
  {
    id: 'three classes of closed users, two of them at terminals',
    source: 'exact mean value analysis: Allen, Probability, Statistics and Queueing Theory, 1990',
    requests: 60_000,
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
      'one.throughput': near(0.20997721, 0.02),
      'two.throughput': near(0.29799664, 0.02),
      'three.throughput': near(0.6465103, 0.02),
      'one.mean': near(3.8121082, 0.02),
      'two.mean': near(3.5574248, 0.02),
      'three.mean': near(7.7338288, 0.02),
      'cpu.in_system_mean': near(6.586664, 0.02),
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
  dispatch('random', 1 / 0.15, 'M/M/1'),
  dispatch('round-robin', roundRobin(4, 0.85), 'E4/M/1'),
  dispatch('round-robin', roundRobin(3, 0.7), 'E3/M/1', 0.7, 3),
  dispatch('least-requests', 2.3868566, 'exact chain of joining the shortest queue'),
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
    requests: 300_000,
    design: ideal(
      users(70),
      stations('a', 'b'),
      asks(`{ parallel: { left: [${visit('a', 'exp(10 ms)')}], right: [${visit('b', 'exp(10 ms)')}] } }`),
    ),
    expected: { 'ask.mean': near(((12 - 0.7) / 8) * (1 / 30), 0.02) },
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
    expected: { 'ask.mean': near(0.075992016, 0.02), 'db.utilization': near(0.6, 0.01) },
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
    expected: { 'ask.mean': near(0.065, 0.02) },
  },
  {
    id: 'skewed shards: 40/20/20/20 %, by choice',
    source: 'mixture of M/M/1',
    requests: 300_000,
    design: ideal(
      users(200),
      stations('a', 'b', 'c', 'd'),
      asks(`{ choose: { ${branch('a', 40)}, ${branch('b', 20)}, ${branch('c', 20)}, ${branch('d', 20)} } }`),
    ),
    expected: skewed,
  },
  {
    id: 'skewed shards: 40/20/20/20 %, by weight',
    source: 'mixture of M/M/1',
    requests: 500_000,
    design: ideal(
      users(200),
      's: { kind: station, instances: 4, balance: weighted, weights: [2, 1, 1, 1] }',
      asks(visit('s', 'exp(10 ms)')),
    ),
    expected: skewed,
  },
]
