// @data
/**
 * Systems with a known answer, as designs. `expected` are figures of the result (see `read` in theory.test.ts), from
 * closed forms or exact Markov chains; `tolerance` is relative, for a run of `requests` measured requests.
 */
export interface TheoryCase {
  readonly id: string
  readonly source: string
  /** Requests measured per replication and number of replications. */
  readonly requests: number
  readonly replications?: number
  readonly design: string
  /** Path into the result -> expected value and relative tolerance (`abs` for ratios near 0 or 1). */
  readonly expected: Readonly<Record<string, { readonly value: number; readonly rel?: number; readonly abs?: number }>>
}

const one = (station: string, load: string, work: string): string => `
loadpath: 1
name: theory
network: ideal
load:
  users: { ${load}, mix: { ask: 100% } }
components:
  s: { kind: station, ${station} }
flows:
  ask: { from: users, steps: [{ call: s, do: [{ work: ${work} }] }] }
`

export const theoryCases: readonly TheoryCase[] = [
  {
    id: 'M/M/1 at 80 %',
    source: 'Kleinrock, Queueing Systems 1, section 3.2',
    requests: 250_000,
    design: one('servers: 1', 'rate: 80/s', 'exp(10 ms)'),
    expected: {
      'ask.mean': { value: 0.05, rel: 0.02 },
      'ask.p50': { value: 0.034657359, rel: 0.02 },
      'ask.p99': { value: 0.23025851, rel: 0.05 },
      's.utilization': { value: 0.8, rel: 0.01 },
      's.queue_length_mean': { value: 3.2, rel: 0.04 },
    },
  },
  {
    id: 'M/M/4 at 85 %',
    source: 'Erlang C',
    requests: 300_000,
    design: one('servers: 4, discipline: fifo', 'rate: 340/s', 'exp(10 ms)'),
    expected: {
      'ask.mean': { value: 0.021488604, rel: 0.025 },
      'ask.p50': { value: 0.016558227, rel: 0.02 },
      'ask.p99': { value: 0.085593882, rel: 0.06 },
      's.wait_mean': { value: 0.011488604, rel: 0.04 },
    },
  },
  {
    id: 'M/M/2/10 rejects 7.37 %',
    source: 'Gross et al., Fundamentals of Queueing Theory, section 2.5',
    requests: 150_000,
    design: one('servers: 2, queue: 8', 'rate: 190/s', 'exp(10 ms)'),
    expected: {
      'ask.rejected': { value: 0.073699788, rel: 0.02 },
      'ask.mean': { value: 0.027080679, rel: 0.01 },
      's.utilization': { value: 0.8799852, rel: 0.01 },
    },
  },
  {
    id: 'Erlang B with fixed service',
    source: 'Erlang; insensitivity after Sevastyanov',
    requests: 150_000,
    design: one('servers: 25, queue: 0', 'rate: 200/s', 'fixed(100 ms)'),
    expected: { 'ask.rejected': { value: 0.050221778, rel: 0.03 } },
  },
  {
    id: 'Erlang B with log-normal service',
    source: 'Erlang; insensitivity after Sevastyanov',
    requests: 150_000,
    design: one('servers: 25, queue: 0', 'rate: 200/s', 'lognormal(mean 100 ms cv 2)'),
    expected: { 'ask.rejected': { value: 0.050221778, rel: 0.04 } },
  },
  {
    id: 'M/D/1 at 80 %',
    source: 'Crommelin 1932',
    requests: 200_000,
    design: one('servers: 1', 'rate: 80/s', 'fixed(10 ms)'),
    expected: {
      'ask.mean': { value: 0.03, rel: 0.02 },
      'ask.p90': { value: 0.060115115, rel: 0.03 },
      'ask.p99': { value: 0.11355887, rel: 0.05 },
    },
  },
  {
    id: 'M/G/1 log-normal, scv 4, at 70 %',
    source: 'Pollaczek-Khinchine',
    requests: 400_000,
    design: one('servers: 1', 'rate: 70/s', 'lognormal(mean 10 ms cv 2)'),
    expected: { 'ask.mean': { value: 0.068333333, rel: 0.06 } },
  },
  {
    id: 'processor sharing does not see the service law: hyper-exponential',
    source: 'Kleinrock, Queueing Systems 2, processor sharing',
    requests: 300_000,
    design: one('servers: 1, discipline: ps', 'rate: 93.75/s', 'hyperexp(mean 8 ms cv 3)'),
    expected: { 'ask.mean': { value: 0.032, rel: 0.03 } },
  },
  {
    id: 'processor sharing does not see the service law: fixed',
    source: 'Kleinrock, Queueing Systems 2, processor sharing',
    requests: 200_000,
    design: one('servers: 1, discipline: ps', 'rate: 93.75/s', 'fixed(8 ms)'),
    expected: { 'ask.mean': { value: 0.032, rel: 0.03 } },
  },
  {
    id: 'E4/M/3 at 80 %',
    source: 'Takacs: GI/M/c',
    requests: 250_000,
    design: one('servers: 3', 'rate: 2400/s, arrivals: erlang(4)', 'exp(1 ms)'),
    expected: { 's.wait_mean': { value: 0.00057136904, rel: 0.03 } },
  },
  {
    id: 'batches of five',
    source: 'M[X]/M/1: Gross et al., section 4.1',
    requests: 250_000,
    design: one('servers: 1', 'rate: 70/s, arrivals: batch(5)', 'exp(10 ms)'),
    expected: { 'ask.mean': { value: 0.1, rel: 0.03 }, 's.utilization': { value: 0.7, rel: 0.01 } },
  },
  {
    id: 'infinite servers',
    source: 'M/G/infinity',
    requests: 100_000,
    design: one('servers: infinite', 'rate: 120/s', 'exp(250 ms)'),
    expected: { 'ask.mean': { value: 0.25, rel: 0.01 }, 's.in_system_mean': { value: 30, rel: 0.02 } },
  },
  {
    id: 'closed users: machine repair, 10 users on one server',
    source: 'finite source M/M/1//N',
    requests: 100_000,
    design: one('servers: 1', 'population: 10, think: exp(5 s)', 'exp(1 s)'),
    expected: { 'ask.throughput': { value: 0.98161543, rel: 0.01 }, 'ask.mean': { value: 5.18735, rel: 0.02 } },
  },
  {
    id: 'patience: M/M/1 with a wait limit of 50 ms',
    source: 'M/M/1+D: de Kok and Tijms 1985',
    requests: 150_000,
    design: one('servers: 1, patience: 50 ms', 'rate: 90/s', 'exp(10 ms)'),
    expected: { 'ask.abandoned': { value: 0.10730621, rel: 0.04 }, 's.utilization': { value: 0.80342441, rel: 0.01 } },
  },
  {
    id: 'three stages in tandem: percentiles do not add',
    source: 'Burke 1956, Reich 1957',
    requests: 250_000,
    design: `
loadpath: 1
name: tandem
network: ideal
load:
  users: { rate: 80/s, mix: { ask: 100% } }
components:
  a: { kind: station, servers: 1 }
  b: { kind: station, servers: 1 }
  c: { kind: station, servers: 1 }
flows:
  ask:
    from: users
    steps:
      - { call: a, do: [{ work: exp(10 ms) }] }
      - { call: b, do: [{ work: exp(6.6666667 ms) }] }
      - { call: c, do: [{ work: exp(4.5454545 ms) }] }
`,
    expected: {
      'ask.mean': { value: 0.071428571, rel: 0.02 },
      'ask.p50': { value: 0.057814705, rel: 0.02 },
      'ask.p99': { value: 0.25478958, rel: 0.05 },
    },
  },
  {
    id: 'priorities without pre-emption',
    source: 'Cobham 1954',
    requests: 250_000,
    design: `
loadpath: 1
name: priority
network: ideal
load:
  gold: { rate: 30/s, mix: { urgent: 100% } }
  rest: { rate: 40/s, mix: { normal: 100% } }
components:
  s: { kind: station, servers: 1, discipline: priority }
flows:
  urgent: { from: gold, priority: 1, steps: [{ call: s, do: [{ work: exp(10 ms) }] }] }
  normal: { from: rest, priority: 2, steps: [{ call: s, do: [{ work: exp(10 ms) }] }] }
`,
    expected: { 'urgent.mean': { value: 0.02, rel: 0.02 }, 'normal.mean': { value: 0.043333333, rel: 0.03 } },
  },
  {
    id: 'priorities with pre-emption',
    source: 'Kleinrock, Queueing Systems 2, chapter 3',
    requests: 250_000,
    design: `
loadpath: 1
name: preemptive
network: ideal
load:
  gold: { rate: 30/s, mix: { urgent: 100% } }
  rest: { rate: 40/s, mix: { normal: 100% } }
components:
  s: { kind: station, servers: 1, discipline: preemptive }
flows:
  urgent: { from: gold, priority: 1, steps: [{ call: s, do: [{ work: exp(10 ms) }] }] }
  normal: { from: rest, priority: 2, steps: [{ call: s, do: [{ work: exp(10 ms) }] }] }
`,
    expected: { 'urgent.mean': { value: 0.014285714, rel: 0.02 }, 'normal.mean': { value: 0.047619048, rel: 0.03 } },
  },
  {
    id: 'fork and join over two queues',
    source: 'Flatto and Hahn 1984; Nelson and Tantawi 1988: (12 - rho)/8 * 1/(mu - lambda)',
    requests: 200_000,
    design: `
loadpath: 1
name: fork-join
network: ideal
load:
  users: { rate: 70/s, mix: { ask: 100% } }
components:
  a: { kind: station, servers: 1 }
  b: { kind: station, servers: 1 }
flows:
  ask:
    from: users
    steps:
      - parallel:
          left: [{ call: a, do: [{ work: exp(10 ms) }] }]
          right: [{ call: b, do: [{ work: exp(10 ms) }] }]
        join: all
`,
    expected: { 'ask.mean': { value: ((12 - 0.7) / 8) * (1 / 30), rel: 0.02 } },
  },
  {
    id: 'threads held during a downstream call',
    source: 'exact Markov chain (pool of 5, own 40 ms, then one server of 10 ms): layered queueing',
    requests: 100_000,
    design: `
loadpath: 1
name: pool
network: ideal
load:
  users: { rate: 60/s, mix: { ask: 100% } }
components:
  web: { kind: service, instances: 1, runtime: threads(5), size: { cpu: 64 }, limits: { queue: 100 k } }
  db: { kind: station, servers: 1 }
flows:
  ask:
    from: users
    steps:
      - call: web
        do:
          - work: exp(40 ms)
          - { call: db, do: [{ work: exp(10 ms) }] }
`,
    expected: { 'ask.mean': { value: 0.075992016, rel: 0.03 } },
  },
  ...(
    [
      ['random', 0.066666667],
      ['round-robin', 0.043042031],
      ['least-requests', 0.023868566],
    ] as const
  ).map(
    ([balance, mean]): TheoryCase => ({
      id: `four servers behind ${balance}`,
      source: 'random: M/M/1; round robin: E4/M/1; least requests: exact chain of join-shortest-queue',
      requests: 250_000,
      design: `
loadpath: 1
name: dispatch
network: ideal
load:
  users: { rate: 340/s, mix: { ask: 100% } }
components:
  s: { kind: station, servers: 1, instances: 4, balance: ${balance} }
flows:
  ask: { from: users, steps: [{ call: s, do: [{ work: exp(10 ms) }] }] }
`,
      expected: { 'ask.mean': { value: mean, rel: 0.03 } },
    }),
  ),
  {
    id: 'a token bucket under Poisson arrivals',
    source: 'M/D/1/20 in disguise: exact acceptance for 120/s offered, 100/s refilled, depth 20',
    requests: 200_000,
    design: `
loadpath: 1
name: bucket
network: ideal
load:
  users: { rate: 120/s, mix: { ask: 100% } }
components:
  s: { kind: service, size: { cpu: 64 }, limits: { rate: { per: 100/s, burst: 20 } } }
flows:
  ask: { from: users, steps: [{ call: s, do: [{ work: 1 us }] }] }
`,
    expected: { 'ask.rate-limited': { value: 1 - 0.83323733, rel: 0.03 } },
  },
  ...(
    [
      ['lru', 0.37779022],
      ['fifo', 0.33411082],
      ['random', 0.33411082],
      ['lfu', 0.52582651],
    ] as const
  ).map(
    ([evict, hitRatio]): TheoryCase => ({
      id: `${evict} eviction over a Zipf population`,
      source:
        'Zipf(0.8), 1000 keys, 100 entries: Che for lru, exact product form for fifo and random, best 100 for lfu',
      requests: 200_000,
      design: `
loadpath: 1
name: ${evict}
network: ideal
load:
  users: { rate: 1000/s, mix: { ask: 100% } }
components:
  c: { kind: cache, entries: 100, evict: ${evict}, keyspaces: { k: { keys: 1000, value: 1 KB, popularity: zipf(0.8), write: aside } } }
  origin: { kind: station, servers: infinite }
flows:
  ask: { from: users, steps: [{ get: c.k, miss: [{ call: origin, do: [{ work: 1 us }] }] }] }
`,
      expected: { 'c.hit_ratio': { value: hitRatio, abs: evict === 'lfu' ? 0.03 : 0.005 } },
    }),
  ),
  {
    id: 'time to live: 60 s over Zipf(0.9)',
    source: 'renewal theory per key: sum of p (lambda p T) / (1 + lambda p T)',
    requests: 200_000,
    design: `
loadpath: 1
name: ttl
network: ideal
load:
  users: { rate: 500/s, mix: { ask: 100% } }
components:
  c: { kind: cache, memory: 1 GiB, keyspaces: { k: { keys: 10 k, value: 1 KB, ttl: 60 s, popularity: zipf(0.9), write: aside } } }
  origin: { kind: station, servers: infinite }
flows:
  ask: { from: users, steps: [{ get: c.k, miss: [{ call: origin, do: [{ work: 1 us }] }] }] }
`,
    expected: { 'c.hit_ratio': { value: 0.82567854, abs: 0.005 } },
  },
  {
    id: 'Erlang A: exponential patience',
    source: 'M/M/50+M: birth-death chain with death rate min(k, n) mu + (k - n)+ theta',
    requests: 150_000,
    design: one('servers: 50, patience: exp(2 min)', 'rate: 48/min', 'exp(1 min)'),
    expected: { 'ask.abandoned': { value: 0.030912249, rel: 0.08 }, 's.utilization': { value: 0.93032424, rel: 0.01 } },
  },
  {
    id: 'breakdowns: up 60 s, down 5 s',
    source: 'White and Christie 1958: M/M/1 with interruptions',
    requests: 400_000,
    design: one('servers: 1, up: exp(60 s), down: exp(5 s)', 'rate: 50/s', 'exp(10 ms)'),
    expected: { 'ask.mean': { value: 0.8627972, rel: 0.08 } },
  },
  {
    id: 'closed network: 10 users, a processor and two disks',
    source: 'exact mean value analysis',
    requests: 40_000,
    design: `
loadpath: 1
name: closed
network: ideal
load:
  users: { population: 10, think: exp(15 s), mix: { ask: 100% } }
components:
  cpu: { kind: station, servers: 1 }
  disk1: { kind: station, servers: 1 }
  disk2: { kind: station, servers: 1 }
flows:
  ask:
    from: users
    steps:
      - { call: cpu, do: [{ work: exp(605 ms) }] }
      - { call: disk1, do: [{ work: exp(2.1 s) }] }
      - { call: disk2, do: [{ work: exp(1.35 s) }] }
`,
    expected: { 'ask.throughput': { value: 0.40020462, rel: 0.01 }, 'ask.mean': { value: 9.9872176, rel: 0.02 } },
  },
  {
    id: 'skewed shards: 40/20/20/20 %',
    source: 'mixture of M/M/1',
    requests: 250_000,
    design: `
loadpath: 1
name: shards
network: ideal
load:
  users: { rate: 200/s, mix: { ask: 100% } }
components:
  a: { kind: station, servers: 1 }
  b: { kind: station, servers: 1 }
  c: { kind: station, servers: 1 }
  d: { kind: station, servers: 1 }
flows:
  ask:
    from: users
    steps:
      - choose:
          first:  { p: 40%, do: [{ call: a, do: [{ work: exp(10 ms) }] }] }
          second: { p: 20%, do: [{ call: b, do: [{ work: exp(10 ms) }] }] }
          third:  { p: 20%, do: [{ call: c, do: [{ work: exp(10 ms) }] }] }
          fourth: { p: 20%, do: [{ call: d, do: [{ work: exp(10 ms) }] }] }
`,
    expected: {
      'ask.mean': { value: 0.03, rel: 0.02 },
      'ask.p50': { value: 0.017057109, rel: 0.02 },
      'ask.p99': { value: 0.18449074, rel: 0.06 },
    },
  },
]
