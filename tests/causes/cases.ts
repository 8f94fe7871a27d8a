// @data
/** Faulty systems whose fault is known: the verdict has to name it first. */
export interface FaultyCase {
  readonly id: string
  readonly scenario: string
  readonly objective: string
  /** Any of these components and reasons is a right answer. */
  readonly components: readonly string[]
  readonly reasons: readonly string[]
  readonly design: string
}

const head = (name: string): string => `loadpath: 1\nname: ${name}\nnetwork: ideal\n`

export const faultyCases: readonly FaultyCase[] = [
  {
    id: 'a connection pool that is too small',
    scenario: 'baseline',
    objective: 'ask p99',
    components: ['db', 'api'],
    reasons: ['pool'],
    design: `${head('small-pool')}
load:
  users: { rate: 900/s, mix: { ask: 100% } }
components:
  api: { kind: service, instances: 1, size: { cpu: 16 } }
  db: { kind: postgres, size: { cpu: 32, memory: 64 GiB }, pool: { max: 3, per: instance }, tables: { t: { rows: 100 k, row: 200 B, key: id } } }
flows:
  ask:
    from: users
    steps:
      - call: api
        do:
          - work: 1 ms
          - tx: db
            do:
              - read: db.t
              - wait: 3 ms
requirements: { objectives: { ask: [p99 < 30 ms] } }
`,
  },
  {
    id: 'threads held by a slow dependency',
    scenario: 'baseline',
    objective: 'ask p99',
    components: ['partner'],
    reasons: ['dependency', 'saturation'],
    design: `${head('slow-dependency')}
load:
  users: { rate: 95/s, mix: { ask: 100% } }
components:
  web: { kind: service, instances: 1, runtime: threads(20), size: { cpu: 8 }, limits: { queue: 10 k } }
  partner: { kind: station, servers: 10 }
flows:
  ask: { from: users, steps: [{ call: web, do: [{ work: 2 ms }, { call: partner, do: [{ work: exp(105 ms) }] }] }] }
requirements: { objectives: { ask: [p99 < 500 ms] } }
`,
  },
  {
    id: 'a processor that is too small',
    scenario: 'baseline',
    objective: 'ask p99',
    components: ['api'],
    reasons: ['saturation'],
    design: `${head('small-cpu')}
load:
  users: { rate: 390/s, mix: { ask: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 2 } }
  store: { kind: station, servers: 40 }
flows:
  ask: { from: users, steps: [{ call: api, do: [{ work: exp(10 ms) }, { call: store, do: [{ work: exp(5 ms) }] }] }] }
requirements: { objectives: { ask: [p99 < 100 ms] } }
`,
  },
  {
    id: 'a hot shard',
    scenario: 'baseline',
    objective: 'ask p99',
    components: ['store'],
    reasons: ['hot-shard'],
    design: `${head('hot-shard')}
load:
  users: { rate: 160 k/s, mix: { ask: 100% } }
components:
  store: { kind: redis, shards: 4, memory: 4 GiB, keyspaces: { k: { keys: 100 k, value: 100 B, popularity: zipf(1.6), write: model } } }
flows:
  ask: { from: users, steps: [{ get: store.k }] }
requirements: { objectives: { ask: [p99 < 1 ms] } }
`,
  },
  {
    id: 'a retry storm after a stall',
    scenario: 'stall',
    objective: 'buy success',
    components: ['stock'],
    reasons: ['retries'],
    design: `${head('storm')}
load:
  shop: { rate: 75/s, mix: { buy: 100% } }
components:
  stock: { kind: station, servers: 10, discipline: fifo }
flows:
  buy: { from: shop, steps: [{ call: stock, policy: impatient, do: [{ work: exp(100 ms) }] }] }
policies:
  impatient: { timeout: 500 ms, retry: { times: 2, after: [timeout], backoff: 0 ms }, after-timeout: keep-going }
scenarios:
  stall:
    faults: [{ at: 20 s, slow: stock, times: 20, for: 10 s }]
    expect: { buy: [success > 99%] }
`,
  },
  {
    id: 'a lock held too long',
    scenario: 'baseline',
    objective: 'ask p99',
    components: ['ledger'],
    reasons: ['lock'],
    design: `${head('lock')}
load:
  users: { rate: 180/s, mix: { ask: 100% } }
components:
  api: { kind: service, instances: 4, size: { cpu: 4 } }
  ledger: { kind: lock-service }
flows:
  ask: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { hold: ledger.total, do: [{ wait: 5.2 ms }] }] }] }
requirements: { objectives: { ask: [p99 < 60 ms] } }
`,
  },
  {
    id: 'round trips across regions',
    scenario: 'baseline',
    objective: 'ask p50',
    components: ['api', 'db'],
    reasons: ['network'],
    design: `loadpath: 1
name: far-away
load:
  users: { rate: 50/s, mix: { ask: 100% } }
places:
  eu: { region: eu-west-1, zones: [a] }
  us: { region: us-east-1, zones: [a] }
  eu -> us: { latency: 40 ms }
components:
  api: { kind: service, at: eu, instances: 2, size: { cpu: 4 } }
  db: { kind: postgres, at: us, size: { cpu: 8, memory: 32 GiB }, tables: { t: { rows: 10 k, row: 100 B, key: id } } }
flows:
  ask: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { read: db.t }, { read: db.t }, { read: db.t }] }] }
requirements: { objectives: { ask: [p50 < 50 ms] } }
`,
  },
  {
    id: 'a cache that starts cold',
    scenario: 'flushed',
    objective: 'ask p99',
    components: ['cache', 'db'],
    reasons: ['cold-cache'],
    design: `${head('cold-cache')}
load:
  users: { rate: 2 k/s, mix: { ask: 100% } }
components:
  cache: { kind: redis, memory: 2 GiB, keyspaces: { k: { keys: 20 k, value: 500 B, popularity: zipf(0.9), write: aside } } }
  store: { kind: station, servers: 8 }
flows:
  ask: { from: users, steps: [{ get: cache.k, miss: [{ call: store, do: [{ work: exp(10 ms) }] }] }] }
scenarios:
  flushed:
    faults: [{ at: 10 s, flush: cache }]
    expect: { ask: [p99 < 100 ms] }
`,
  },
  {
    id: 'a slowed dependency (fault)',
    scenario: 'slow',
    objective: 'ask p99',
    components: ['partner'],
    reasons: ['fault', 'dependency', 'saturation'],
    design: `${head('slowed')}
load:
  users: { rate: 100/s, mix: { ask: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  partner: { kind: station, servers: 10 }
flows:
  ask: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { call: partner, do: [{ work: exp(20 ms) }] }] }] }
scenarios:
  slow:
    faults: [{ at: 10 s, slow: partner, times: 10, for: 20 s }]
    expect: { ask: [p99 < 300 ms] }
`,
  },
  {
    id: 'an autoscaler that comes too late',
    scenario: 'rush',
    objective: 'ask p99',
    components: ['api'],
    reasons: ['scaling-lag'],
    design: `${head('late-scaler')}
load:
  users: { rate: 200/s, mix: { ask: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 2 }, scale: { min: 2, max: 20, target: cpu 60%, react: 15 s, start: 30 s } }
flows:
  ask: { from: users, steps: [{ call: api, do: [{ work: exp(10 ms) }] }] }
scenarios:
  rush:
    faults: [{ at: 20 s, burst: ask, times: 4, for: 120 s }]
    expect: { ask: [p99 < 200 ms] }
`,
  },
]
