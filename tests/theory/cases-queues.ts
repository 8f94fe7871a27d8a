// @data
import { asks, ideal, near, type Section, type TheoryCase, users, visit, within } from './case.ts'
import * as exact from './formulas.ts'

const one = (station: string, load: string, work: string): string =>
  ideal(load, `s: { kind: station, ${station} }`, asks(visit('s', work)))

const kleinrock = 'Kleinrock, Queueing Systems 1, 1975'
const gross = 'Gross et al., Fundamentals of Queueing Theory, 2008'

/** One server with exponential times: the response time is exponential. */
const single = (rate: number, mean: number) => {
  const response = 1 / (1 / mean - rate)
  return { response, quantile: (p: number) => -response * Math.log(1 - p), load: rate * mean }
}

const mm1 = single(80, 0.01)

/** Percentiles of the response time; far out they are known less well. */
const percentiles = (quantile: (p: number) => number, rel: number, rel999 = 2.5 * rel) => ({
  'ask.p50': near(quantile(0.5), rel),
  'ask.p90': near(quantile(0.9), rel),
  'ask.p95': near(quantile(0.95), rel),
  'ask.p99': near(quantile(0.99), rel),
  'ask.p999': near(quantile(0.999), rel999),
})

const multi = (servers: number, load: number, requests: number): TheoryCase => {
  const rate = servers * load * 100
  const truth = exact.mmc({ rate, mean: 0.01, servers })
  return {
    id: `M/M/${servers} at ${load * 100} %`,
    source: 'Erlang C: Harchol-Balter, Performance Modeling and Design of Computer Systems, 2013',
    requests,
    design: one(`servers: ${servers}, discipline: fifo`, users(rate), 'exp(10 ms)'),
    expected: {
      'ask.mean': near(truth.response, 0.01),
      ...percentiles(truth.quantile, 0.02),
      // Few wait for 16 servers, and how long is known less well.
      's.wait_mean': near(truth.wait, servers > 8 ? 0.04 : 0.02),
      's.queue_length_mean': near(truth.wait * rate, servers > 8 ? 0.04 : 0.02),
      's.in_system_mean': near(truth.response * rate, 0.01),
      's.utilization': near(load, 0.01),
    },
  }
}

const finite = (servers: number, queue: number, rate: number): TheoryCase => {
  const truth = exact.mmck({ rate, mean: 0.01, servers, places: servers + queue })
  return {
    id: `M/M/${servers} with ${queue} places to wait at ${rate}/s`,
    source: `${gross}, section 2.5`,
    requests: 250_000,
    design: one(`servers: ${servers}, queue: ${queue}`, users(rate), 'exp(10 ms)'),
    expected: {
      'ask.rejected': within(truth.rejected, Math.max(0.002, 0.01 * truth.rejected)),
      'ask.goodput': near(rate * (1 - truth.rejected), 0.01),
      'ask.mean': near(truth.response, 0.01),
      's.wait_mean': near(truth.response - 0.01, 0.01),
      's.in_system_mean': near(truth.response * rate * (1 - truth.rejected), 0.01),
      's.utilization': near(truth.utilization, 0.01),
    },
  }
}

const lossy = (law: string, servers = 25, rate = 200): TheoryCase => ({
  id: `Erlang B: ${servers} servers, ${rate * 0.1} erlang, ${law}`,
  source: 'Erlang 1917; insensitivity: Sevastyanov 1957',
  requests: 500_000,
  design: one(`servers: ${servers}, queue: 0`, users(rate), law),
  expected: {
    'ask.rejected': near(exact.erlangB(servers, rate * 0.1), 0.02),
    's.in_system_mean': near(rate * 0.1 * (1 - exact.erlangB(servers, rate * 0.1)), 0.01),
    's.utilization': near((rate * 0.1 * (1 - exact.erlangB(servers, rate * 0.1))) / servers, 0.01),
  },
})

const fixedTimes = (load: number): TheoryCase => ({
  id: `M/D/1 at ${load * 100} %`,
  source: 'Crommelin 1932; Franx 2001',
  requests: 800_000,
  design: one('servers: 1', users(100 * load), 'fixed(10 ms)'),
  expected: {
    'ask.mean': near(exact.mg1Wait(100 * load, 0.01, 0) + 0.01, 0.01),
    ...percentiles((p) => exact.md1Quantile(100 * load, 0.01, p), 0.02),
    's.wait_mean': near(exact.mg1Wait(100 * load, 0.01, 0), 0.015),
    's.utilization': near(load, 0.01),
  },
})

const general = (law: string, load: number, scv: number, requests: number): TheoryCase => ({
  id: `M/G/1 at ${load * 100} %: ${law}`,
  source: `Pollaczek and Khinchine: ${kleinrock}, section 5.6`,
  requests,
  design: one('servers: 1', users(100 * load), law),
  expected: {
    'ask.mean': near(exact.mg1Wait(100 * load, 0.01, scv) + 0.01, 0.02),
    's.utilization': near(load, 0.01),
  },
})

const shared = (law: string, requests: number): TheoryCase => ({
  id: `processor sharing does not see the law of work: ${law}`,
  source: 'Kleinrock, Queueing Systems 2, 1976, processor sharing',
  requests,
  design: one('servers: 1, discipline: ps', users(93.75), law),
  expected: { 'ask.mean': near(0.032, 0.015), 's.in_system_mean': near(3, 0.015), 's.utilization': near(0.75, 0.01) },
})

const byClass = (
  discipline: 'priority' | 'preemptive',
  rates: readonly number[],
  work: string,
  scv: number,
): TheoryCase => {
  const classes = rates.map((rate) => ({ rate, mean: 0.01, scv }))
  const times = discipline === 'priority' ? exact.priorities(classes) : exact.preemptive(classes)
  const names = rates.map((_, i) => `class${i + 1}`)
  const flow = (name: string, i: number): string =>
    `${name}: { from: ${name}-users, priority: ${i + 1}, steps: [${visit('s', work)}] }`
  return {
    id: `${discipline}, ${rates.join(' and ')} per second, ${work}`,
    source: discipline === 'priority' ? 'Cobham 1954' : 'Kleinrock, Queueing Systems 2, 1976, chapter 3',
    requests: 800_000,
    design: ideal(
      rates.map((rate, i) => `${names[i]}-users: { rate: ${rate}/s, mix: { ${names[i]}: 100% } }`).join(', '),
      `s: { kind: station, discipline: ${discipline} }`,
      `flows: { ${names.map(flow).join(', ')} }`,
    ),
    expected: Object.fromEntries(times.map((time, i) => [`${names[i]}.mean`, near(time, 0.015)])),
  }
}

const impatient = (rate: number, servers: number): TheoryCase => {
  const truth = exact.erlangA({ rate, mean: 1, servers, patience: 2 })
  return {
    id: `Erlang A: ${servers} servers, ${rate} a minute, patience of 2 min`,
    source: 'Garnett, Mandelbaum and Reiman, Designing a call center with impatient customers, 2002',
    requests: servers > 20 ? 1_200_000 : 600_000,
    design: one(`servers: ${servers}, patience: exp(2 min)`, users(rate).replace('/s', '/min'), 'exp(1 min)'),
    expected: {
      'ask.abandoned': near(truth.abandoned, 0.02),
      'ask.goodput': near((rate / 60) * (1 - truth.abandoned), 0.01),
      's.utilization': near(truth.utilization, 0.01),
      's.queue_length_mean': near(truth.queue, 0.02),
    },
  }
}

const hurried = (rate: number, patience: number): TheoryCase => {
  const truth = exact.longestWait(rate, 0.01, patience)
  return {
    id: `M/M/1 at ${rate}/s with a wait of at most ${patience * 1000} ms`,
    source: 'Barrer 1957; Baccelli and Hebuterne 1981: M/M/1+D',
    requests: 600_000,
    design: one(`servers: 1, patience: ${patience * 1000} ms`, users(rate), 'exp(10 ms)'),
    expected: {
      'ask.abandoned': near(truth.abandoned, 0.015),
      'ask.goodput': near(rate * (1 - truth.abandoned), 0.01),
      'ask.mean': near(truth.wait + 0.01, 0.015),
      's.wait_mean': near(truth.wait, 0.015),
      's.utilization': near(rate * (1 - truth.abandoned) * 0.01, 0.01),
    },
  }
}

const broken = (up: number, down: number, rate: number, requests: number): TheoryCase => ({
  id: `breakdowns: up ${up} s, down ${down} s, ${rate}/s`,
  source: 'White and Christie 1958: M/M/1 with interruptions',
  requests,
  design: one(`servers: 1, up: exp(${up} s), down: exp(${down} s)`, users(rate), 'exp(10 ms)'),
  expected: {
    'ask.mean': near(exact.breakdowns(rate, 0.01, { up, down }), 0.05),
  },
})

/** The wait alone: a thread answers at once, and is held for the rest. */
const wait = (threads: number, load: string, work: string): string =>
  ideal(
    load,
    `s: { kind: service, runtime: threads(${threads}), size: { cpu: 1000 } }`,
    asks(`{ call: s, do: [{ reply: 0 B }, { wait: ${work} }] }`),
  )

/** GI/M/c, the wait alone: one thread each for `servers`, 1 ms of service. */
const several = (
  name: string,
  servers: number,
  rate: number,
  arrivals: string,
  transform: (s: number) => number,
): TheoryCase => {
  const truth = exact.gimc({ mean: 0.001, servers }, transform)
  const isBursty = arrivals.startsWith('bursty')
  return {
    id: `${name}/M/${servers} at ${(rate / servers) * 0.1} %, the wait alone`,
    source: 'Takacs, Introduction to the Theory of Queues, 1962: GI/M/c',
    requests: 1_000_000,
    design: wait(servers, users(rate, `arrivals: ${arrivals}`), 'exp(1 ms)'),
    expected: {
      'ask.mean': near(truth.wait, isBursty ? 0.03 : 0.02),
      'ask.p90': near(truth.quantile(0.9), isBursty ? 0.06 : 0.04),
      'ask.p99': near(truth.quantile(0.99), isBursty ? 0.06 : 0.04),
      'ask.p999': near(truth.quantile(0.999), isBursty ? 0.12 : 0.1),
    },
  }
}

const endless = (law: string): TheoryCase => ({
  id: `infinite servers, ${law}: their number is Poisson`,
  source: `M/G/infinity: ${gross}`,
  requests: 500_000,
  design: one('servers: infinite', users(120), law),
  expected: { 'ask.mean': near(0.25, 0.005), 's.in_system_mean': near(30, 0.005) },
})

const queueCases: readonly TheoryCase[] = [
  {
    id: 'M/M/1 at 80 %',
    source: `${kleinrock}, section 3.2`,
    requests: 1_600_000,
    design: one('servers: 1', users(80), 'exp(10 ms)'),
    expected: {
      'ask.mean': near(mm1.response, 0.01),
      ...percentiles(mm1.quantile, 0.02),
      's.wait_mean': near(0.04, 0.015),
      's.utilization': near(0.8, 0.01),
      's.queue_length_mean': near(3.2, 0.015),
      's.in_system_mean': near(4, 0.01),
    },
  },
  {
    id: 'M/M/1 at 50 %, as a service with one thread',
    source: `${kleinrock}, section 3.2`,
    requests: 400_000,
    design: ideal(
      users(50),
      's: { kind: service, runtime: threads(1), size: { cpu: 1 } }',
      asks(visit('s', 'exp(10 ms)')),
    ),
    expected: { 'ask.mean': near(0.02, 0.01), ...percentiles(single(50, 0.01).quantile, 0.02) },
  },
  {
    id: 'M/M/1 at 80 %, the wait alone',
    source: `${kleinrock}, section 3.2: P(W > t) = rho e^-(mu - lambda)t`,
    requests: 2_400_000,
    design: wait(1, users(80), 'exp(10 ms)'),
    expected: {
      'ask.mean': near(0.04, 0.015),
      ...percentiles((p) => Math.log(0.8 / (1 - p)) / 20, 0.02),
    },
  },
  multi(4, 0.85, 1_600_000),
  multi(2, 0.6, 400_000),
  multi(16, 0.8, 800_000),
  finite(2, 8, 190),
  finite(1, 3, 120),
  lossy('exp(100 ms)'),
  lossy('fixed(100 ms)'),
  lossy('lognormal(mean 100 ms cv 2)'),
  lossy('fixed(100 ms)', 10, 80),
  fixedTimes(0.8),
  fixedTimes(0.5),
  {
    id: 'M/D/4 at 90 %',
    source: 'Crommelin 1932; Franx 2001',
    requests: 700_000,
    design: one('servers: 4', users(360), 'fixed(10 ms)'),
    expected: {
      'ask.mean': near(0.0199996589, 0.025),
      'ask.p50': near(0.0162114991, 0.05),
      'ask.p90': near(0.035604449, 0.05),
      'ask.p95': near(0.043969863, 0.05),
      'ask.p99': near(0.063393772, 0.05),
      'ask.p999': near(0.091183103, 0.125),
      's.wait_mean': near(0.0099996589, 0.025),
      's.utilization': near(0.9, 0.01),
    },
  },
  general('lognormal(mean 10 ms cv 2)', 0.7, 4, 2_400_000),
  general('uniform(0 ms..20 ms)', 0.75, 1 / 3, 300_000),
  general('erlang(4 mean 10 ms)', 0.8, 0.25, 200_000),
  general('hyperexp(mean 10 ms cv 2)', 0.6, 4, 600_000),
  general('gamma(mean 10 ms cv 1.5)', 0.7, 2.25, 500_000),
  general('mix(80% fixed(5 ms) / 20% fixed(30 ms))', 0.7, 1, 300_000),
  general('5 ms + exp(5 ms)', 0.8, 0.25, 200_000),
  {
    id: 'M/G/1 at 70 %, log-normal: quantiles of the wait',
    source: 'bounds on a lattice of 0.25 ms for the law of Pollaczek and Khinchine',
    truth: 'approximate: within 2 %, 0.5 % and 0.2 %',
    requests: 2_400_000,
    design: wait(1, users(70), 'lognormal(mean 10 ms cv 2)'),
    expected: {
      'ask.mean': near(0.058333333, 0.02),
      'ask.p50': near(0.01575, 0.03),
      'ask.p90': near(0.1645, 0.03),
      'ask.p95': near(0.25225, 0.03),
      'ask.p99': near(0.51325, 0.05),
      'ask.p999': near(1.109, 0.1),
    },
  },
  shared('exp(8 ms)', 600_000),
  shared('fixed(8 ms)', 600_000),
  shared('hyperexp(mean 8 ms cv 3)', 1_600_000),
  {
    id: 'processor sharing: a request takes 1/(1 - rho) of its work',
    source: 'Kleinrock, Queueing Systems 2, 1976, processor sharing',
    requests: 800_000,
    design: ideal(
      'users: { rate: 93.75/s, mix: { small: 80%, large: 10%, usual: 10% } }',
      's: { kind: station, discipline: ps }',
      `flows:
  small: { from: users, steps: [${visit('s', 'fixed(4 ms)')}] }
  large: { from: users, steps: [${visit('s', 'fixed(40 ms)')}] }
  usual: { from: users, steps: [${visit('s', 'fixed(8 ms)')}] }`,
    ),
    expected: { 'small.mean': near(0.016, 0.015), 'usual.mean': near(0.032, 0.015), 'large.mean': near(0.16, 0.015) },
  },
  several('E4', 3, 2400, 'erlang(4)', exact.erlangTransform(4, 2400)),
  several('E2', 5, 3500, 'erlang(2)', exact.erlangTransform(2, 3500)),
  several('H2', 5, 4000, 'bursty(cv 2)', exact.burstyTransform(2, 4000)),
  {
    id: 'D/M/1 at 80 %',
    source: `GI/M/1: ${kleinrock}, chapter 6`,
    requests: 200_000,
    design: one('servers: 1', users(80, 'arrivals: periodic'), 'exp(10 ms)'),
    expected: {
      'ask.mean': near(
        exact.gim1Response(0.01, (s) => Math.exp(-s / 80)),
        0.02,
      ),
    },
  },
  {
    id: 'H2/M/1 at 70 %, bursty arrivals',
    source: `GI/M/1: ${kleinrock}, chapter 6; two exponentials with balanced means`,
    requests: 1_000_000,
    design: one('servers: 1', users(70, 'arrivals: bursty(cv 2)'), 'exp(10 ms)'),
    expected: {
      'ask.mean': near(exact.gim1Response(0.01, exact.burstyTransform(2, 70)), 0.02),
    },
  },
  {
    id: 'batches of five',
    source: `M[X]/M/1: ${gross}, section 4.1`,
    requests: 1_000_000,
    design: one('servers: 1', users(70, 'arrivals: batch(5)'), 'exp(10 ms)'),
    expected: { 'ask.mean': near(0.1, 0.02), 's.in_system_mean': near(7, 0.02), 's.utilization': near(0.7, 0.01) },
  },
  endless('lognormal(mean 250 ms cv 2)'),
  endless('fixed(250 ms)'),
  endless('exp(250 ms)'),
  byClass('priority', [30, 40], 'exp(10 ms)', 1),
  byClass('preemptive', [30, 40], 'exp(10 ms)', 1),
  byClass('priority', [20, 30, 25], 'fixed(10 ms)', 0),
  byClass('preemptive', [20, 30, 25], 'fixed(10 ms)', 0),
  impatient(48, 50),
  impatient(12, 10),
  hurried(90, 0.05),
  hurried(120, 0.02),
  broken(60, 5, 50, 4_000_000),
  broken(6, 0.5, 40, 600_000),
]

export const queueSection: Section = { title: 'One queue', cases: queueCases }
