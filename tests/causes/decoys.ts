// @data
import type { FaultyCase } from './cases.ts'

/** Faults beside which something harmless looks guilty, and mild ones. */
export const decoyCases: readonly FaultyCase[] = [
  {
    id: 'decoy fault: a mailer dies while connections are too few',
    scenario: 'mailer-dies',
    objective: 'buy p99',
    components: ['db'],
    reasons: ['pool'],
    design: `loadpath: 1
name: decoy-kill
network: ideal
load:
  users: { rate: 560/s, mix: { buy: 100% } }
components:
  web: { kind: service, instances: 2, size: { cpu: 8 } }
  db: { kind: postgres, size: { cpu: 16, memory: 32 GiB }, pool: { max: 3 }, tables: { t: { rows: 100 k, key: id } } }
  log: { kind: kafka, topics: { sent: { partitions: 6 } } }
  mailer: { kind: worker, instances: 3, size: { cpu: 2 } }
flows:
  buy: { from: users, steps: [{ call: web, do: [{ work: 1 ms }, { tx: db, do: [{ read: db.t }, { wait: 11 ms }] }, { publish: log.sent }] }] }
  mail: { consume: log.sent, by: mailer, steps: [{ work: 1 ms }] }
scenarios:
  mailer-dies:
    faults: [{ at: 30 s, kill: 'mailer[0]', for: 30 s }]
    expect: { buy: [p99 < 60 ms] }
`,
  },
  {
    id: 'decoy cold cache beside a full database',
    scenario: 'baseline',
    objective: 'buy p99',
    components: ['db'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: decoy-cold
network: ideal
load:
  users: { rate: 700/s, mix: { buy: 100% } }
components:
  web: { kind: service, instances: 2, size: { cpu: 8 } }
  flags: { kind: redis, keyspaces: { f: { keys: 100, warm: false } } }
  cfg: { kind: postgres, size: { cpu: 4 }, tables: { f: { rows: 1 k, key: id } } }
  db: { kind: postgres, size: { cpu: 2, memory: 32 GiB }, pool: { max: 30 }, tables: { t: { rows: 100 k, key: id, indexes: { a: { columns: [a] } }, access: { many: { by: a, rows: 500 } } } } }
flows:
  buy: { from: users, steps: [{ call: web, do: [{ work: 1 ms }, { get: flags.f, miss: [{ read: cfg.f }] }, { read: db.t.many }] }] }
requirements: { objectives: { buy: [p99 < 60 ms] } }
`,
  },
  {
    id: 'uniform shards with idle replicas, all full',
    scenario: 'baseline',
    objective: 'read p99',
    components: ['db'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: uniform-shards
network: ideal
load:
  users: { rate: 1850/s, mix: { read: 100% } }
components:
  api: { kind: service, instances: 4, size: { cpu: 4 } }
  db: { kind: postgres, shards: { by: id, count: 3 }, replicas: 2, size: { cpu: 2, memory: 32 GiB }, pool: { max: 30 }, tables: { t: { rows: 10 M, row: 300 B, key: id, indexes: { a: { columns: [id] } }, access: { many: { by: a, rows: 610 } } } } }
flows:
  read: { from: users, steps: [{ call: api, do: [{ work: 0.5 ms }, { read: db.t.many }] }] }
requirements: { objectives: { read: [p99 < 25 ms] } }
`,
  },
  {
    id: 'timeouts because a provider takes too long',
    scenario: 'baseline',
    objective: 'quote success',
    components: ['bank'],
    reasons: ['dependency'],
    design: `loadpath: 1
name: slow-beyond-timeout
network: ideal
load:
  users: { rate: 60/s, mix: { quote: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  bank: { kind: external, latency: { p50: 600 ms, p99: 3 s } }
  db: { kind: postgres, size: { cpu: 4 }, tables: { t: { rows: 1 M, key: id } } }
flows:
  quote: { from: users, steps: [{ call: api, do: [{ work: 2 ms }, { read: db.t }, { call: bank, policy: { timeout: 1 s, retry: 1 } }] }] }
requirements: { objectives: { quote: [success > 99%] } }
`,
  },
  {
    id: 'deadline run out in a queue two levels down',
    scenario: 'baseline',
    objective: 'view success',
    components: ['rank'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: deadline-queue
network: ideal
load:
  users: { rate: 420/s, mix: { view: 100% } }
components:
  web: { kind: service, instances: 2, runtime: threads(200), size: { cpu: 8 } }
  feed: { kind: service, instances: 2, runtime: threads(200), size: { cpu: 8 } }
  rank: { kind: service, instances: 2, size: { cpu: 2 } }
flows:
  view: { from: users, steps: [{ call: web, policy: { deadline: 800 ms }, do: [{ work: 1 ms }, { call: feed, do: [{ work: 1 ms }, { call: rank, do: [{ work: 10 ms }] }] }] }] }
requirements: { objectives: { view: [success > 99.9%] } }
`,
  },
  {
    id: 'burst on a scaled service whose database is the limit',
    scenario: 'rush',
    objective: 'open p99',
    components: ['db'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: burst-db
network: ideal
load:
  staff: { rate: 200/s, mix: { open: 100% } }
components:
  api: { kind: service, instances: 6, size: { cpu: 4 }, scale: { min: 6, max: 20, target: cpu 60% } }
  db: { kind: postgres, size: { cpu: 2, memory: 64 GiB }, pool: { max: 20 }, tables: { t: { rows: 1 M, key: id, indexes: { a: { columns: [a] } }, access: { many: { by: a, rows: 700 } } } } }
flows:
  open: { from: staff, steps: [{ call: api, do: [{ work: 3 ms }, { read: db.t.many }] }] }
scenarios:
  rush:
    faults: [{ at: 30 s, burst: staff, times: 4, over: 60 s }]
    expect: { open: [p99 < 200 ms] }
`,
  },
  {
    id: 'a mild slow fault beside a database that is full anyway',
    scenario: 'mild',
    objective: 'buy p99',
    components: ['db'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: decoy-slow
network: ideal
load:
  users: { rate: 710/s, mix: { buy: 100% } }
components:
  web: { kind: service, instances: 4, size: { cpu: 8 } }
  db: { kind: postgres, size: { cpu: 2, memory: 32 GiB }, pool: { max: 30 }, tables: { t: { rows: 100 k, key: id, indexes: { a: { columns: [a] } }, access: { many: { by: a, rows: 540 } } } } }
flows:
  buy: { from: users, steps: [{ call: web, do: [{ work: 1 ms }, { read: db.t.many }] }] }
scenarios:
  mild:
    faults: [{ at: 60 s, slow: web, times: 1.3, for: 60 s }]
    expect: { buy: [p99 < 60 ms] }
`,
  },
  {
    id: 'slow branch of a parallel',
    scenario: 'baseline',
    objective: 'page p99',
    components: ['reviews'],
    reasons: ['dependency'],
    design: `loadpath: 1
name: slow-branch
network: ideal
load:
  users: { rate: 100/s, mix: { page: 100% } }
components:
  web: { kind: service, instances: 2, size: { cpu: 4 } }
  reviews: { kind: external, latency: { p50: 250 ms, p99: 1 s } }
  stock: { kind: service, instances: 2, size: { cpu: 4 } }
  db: { kind: postgres, size: { cpu: 4 }, tables: { t: { rows: 1 M, key: id } } }
flows:
  page:
    from: users
    steps:
      - call: web
        do:
          - work: 2 ms
          - parallel:
              a: [{ call: stock, do: [{ work: 5 ms }, { read: db.t }] }]
              b: [{ call: reviews }]
              c: [{ read: db.t }]
requirements: { objectives: { page: [p99 < 400 ms] } }
`,
  },
  {
    id: 'a redis killed, misses fill the database',
    scenario: 'killed',
    objective: 'view p99',
    components: ['cache'],
    reasons: ['fault', 'cold-cache'],
    design: `loadpath: 1
name: cache-killed
network: ideal
load:
  users: { rate: 3 k/s, mix: { view: 100% } }
components:
  api: { kind: service, instances: 4, size: { cpu: 8 } }
  cache: { kind: redis, keyspaces: { p: { keys: 50 k, popularity: zipf(0.9) } } }
  db: { kind: postgres, size: { cpu: 2, memory: 32 GiB }, pool: { max: 20 }, tables: { p: { rows: 50 k, key: id, indexes: { a: { columns: [a] } }, access: { many: { by: a, rows: 150 } } } } }
flows:
  view: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { get: cache.p, policy: { timeout: 20 ms, on-fail: treat-as-miss }, miss: [{ read: db.p.many }] }] }] }
scenarios:
  killed:
    faults: [{ at: 30 s, kill: cache, for: 60 s }]
    expect: { view: [p99 < 60 ms] }
`,
  },
  {
    id: 'a zone lost: the rest is too few',
    scenario: 'zone-lost',
    objective: 'view p99',
    components: ['api'],
    reasons: ['fault'],
    design: `loadpath: 1
name: zone-capacity
load:
  users: { rate: 600/s, mix: { view: 100% } }
places: { eu: { region: eu-west-1, zones: [a, b, c] } }
components:
  lb: { kind: nginx, at: eu, instances: 3 }
  api: { kind: service, at: eu, instances: 3, size: { cpu: 3 } }
  db: { kind: postgres, at: eu, replicas: 2, size: { cpu: 8 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  view: { from: users, steps: [{ call: api, via: lb, do: [{ work: 12 ms }, { read: db.t }] }] }
scenarios:
  zone-lost:
    during: 1 min..3 min
    faults: [{ kill: eu.c }]
    expect: { view: [p99 < 200 ms] }
`,
  },
  {
    id: 'a work queue overloaded',
    scenario: 'baseline',
    objective: 'encode fresh',
    components: ['encoder'],
    reasons: ['saturation', 'queue'],
    design: `loadpath: 1
name: work-queue
network: ideal
load:
  users: { rate: 30/s, mix: { upload: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  jobs: { kind: rabbitmq, topics: { encode: { size: 1 KB } } }
  encoder: { kind: worker, instances: 3, size: { cpu: 2 } }
flows:
  upload: { from: users, steps: [{ call: api, do: [{ work: 2 ms }, { publish: jobs.encode }] }] }
  encode: { consume: jobs.encode, by: encoder, steps: [{ work: 220 ms }] }
requirements: { objectives: { encode: [fresh 95% < 10 s] } }
`,
  },
  {
    id: 'worker waits for a full database, cpu bound',
    scenario: 'baseline',
    objective: 'load fresh',
    components: ['db'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: worker-db
network: ideal
load:
  users: { rate: 300/s, mix: { send: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  log: { kind: kafka, topics: { raw: { partitions: 12 } } }
  loader: { kind: worker, instances: 6, size: { cpu: 2 } }
  db: { kind: postgres, size: { cpu: 1, memory: 32 GiB }, pool: { max: 10 }, tables: { t: { rows: 1 M, key: id, indexes: { a: { columns: [a] } }, access: { many: { by: a, rows: 900 } } } } }
flows:
  send: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { publish: log.raw }] }] }
  load: { consume: log.raw, by: loader, steps: [{ work: 1 ms }, { read: db.t.many }] }
requirements: { objectives: { load: [fresh 95% < 2 s] } }
`,
  },
  {
    id: 'lag of a topic',
    scenario: 'baseline',
    objective: 'log lag',
    components: ['loader', 'log'],
    reasons: ['saturation', 'queue'],
    design: `loadpath: 1
name: lag
network: ideal
load:
  users: { rate: 300/s, mix: { send: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  log: { kind: kafka, topics: { raw: { partitions: 12 } } }
  loader: { kind: worker, instances: 1, size: { cpu: 2 } }
flows:
  send: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { publish: log.raw }] }] }
  load: { consume: log.raw, by: loader, steps: [{ work: 7 ms }] }
requirements: { objectives: { log: [lag < 1 s] } }
`,
  },
  {
    id: 'utilization of a database',
    scenario: 'baseline',
    objective: 'db utilization',
    components: ['db'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: db-utilization
network: ideal
load:
  users: { rate: 700/s, mix: { buy: 100% } }
components:
  web: { kind: service, instances: 2, size: { cpu: 8 } }
  db: { kind: postgres, size: { cpu: 2, memory: 32 GiB }, pool: { max: 30 }, tables: { t: { rows: 100 k, key: id, indexes: { a: { columns: [a] } }, access: { many: { by: a, rows: 480 } } } } }
flows:
  buy: { from: users, steps: [{ call: web, do: [{ work: 1 ms }, { read: db.t.many }] }] }
requirements: { objectives: { db: [utilization < 70%], buy: [p99 < 1 s] } }
`,
  },
  {
    id: 'system success while a provider refuses',
    scenario: 'baseline',
    objective: 'system success',
    components: ['maps'],
    reasons: ['limit'],
    design: `loadpath: 1
name: system-success
network: ideal
load:
  riders: { rate: 150/s, mix: { order: 60%, track: 40% } }
components:
  app: { kind: service, instances: 2, size: { cpu: 4 } }
  maps: { kind: external, latency: { p50: 40 ms, p99: 150 ms }, rate: 60/s }
  db: { kind: postgres, size: { cpu: 4 }, tables: { rides: { rows: 1 M, key: id } } }
flows:
  order: { from: riders, steps: [{ call: app, do: [{ work: 3 ms }, { call: maps, policy: { retry: { times: 2, after: [rate-limited], backoff: 20 ms } } }, { write: db.rides }] }] }
  track: { from: riders, steps: [{ call: app, do: [{ work: 1 ms }, { read: db.rides }] }] }
requirements: { objectives: { system: [success > 99%] } }
`,
  },
  {
    id: 'an external concurrency limit',
    scenario: 'baseline',
    objective: 'ask success',
    components: ['ai'],
    reasons: ['limit', 'pool'],
    design: `loadpath: 1
name: ext-concurrency
network: ideal
load:
  users: { rate: 40/s, mix: { ask: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  ai: { kind: external, latency: { p50: 800 ms, p99: 4 s }, concurrency: 30 }
flows:
  ask: { from: users, steps: [{ call: api, do: [{ work: 2 ms }, { call: ai }] }] }
requirements: { objectives: { ask: [success > 99%] } }
`,
  },
  {
    id: 'a gray failure: one of four is slow',
    scenario: 'gray',
    objective: 'view p99',
    components: ['api'],
    reasons: ['fault'],
    design: `loadpath: 1
name: gray
network: ideal
load:
  users: { rate: 300/s, mix: { view: 100% } }
components:
  lb: { kind: nginx }
  api: { kind: service, instances: 4, size: { cpu: 2 } }
  db: { kind: postgres, size: { cpu: 8 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  view: { from: users, steps: [{ call: api, via: lb, do: [{ work: 6 ms }, { read: db.t }] }] }
scenarios:
  gray:
    faults: [{ at: 30 s, slow: 'api[2]', times: 10, for: 60 s }]
    expect: { view: [p99 < 60 ms] }
`,
  },
  {
    id: 'synchronous copies in another region',
    scenario: 'baseline',
    objective: 'save p95',
    components: ['db'],
    reasons: ['network'],
    design: `loadpath: 1
name: sync-far
load:
  users: { rate: 50/s, mix: { save: 100% } }
places:
  eu: { region: eu-west-1, zones: [a] }
  us: { region: us-east-1, zones: [a] }
components:
  api: { kind: service, at: eu, instances: 2, size: { cpu: 4 } }
  db: { kind: postgres, at: us, replicas: { count: 1, mode: sync(1) }, size: { cpu: 4 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  save: { from: users, steps: [{ call: api, do: [{ work: 2 ms }, { write: db.t }, { write: db.t }] }] }
requirements: { objectives: { save: [p95 < 80 ms] } }
`,
  },
  {
    id: 'closed users and a small processor',
    scenario: 'baseline',
    objective: 'work p95',
    components: ['calc'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: closed
network: ideal
load:
  staff: { population: 200, think: 1 s, mix: { work: 100% } }
components:
  ui: { kind: service, instances: 2, runtime: threads(100), size: { cpu: 4 } }
  calc: { kind: service, instances: 2, size: { cpu: 2 } }
flows:
  work: { from: staff, steps: [{ call: ui, do: [{ work: 1 ms }, { call: calc, do: [{ work: 30 ms }] }] }] }
requirements: { objectives: { work: [p95 < 300 ms] } }
`,
  },
  {
    id: 'function concurrency',
    scenario: 'baseline',
    objective: 'thumb success',
    components: ['thumbs'],
    reasons: ['pool', 'limit'],
    design: `loadpath: 1
name: function-limit
network: ideal
load:
  users: { rate: 100/s, mix: { thumb: 100% } }
components:
  thumbs: { kind: function, concurrency: 20 }
  files: { kind: s3, objects: { images: { size: 200 KB, count: 1 M } } }
flows:
  thumb: { from: users, steps: [{ call: thumbs, do: [{ read: files.images }, { work: 200 ms }] }] }
requirements: { objectives: { thumb: [success > 99%] } }
`,
  },
  {
    id: 'a wait inside a downstream service',
    scenario: 'baseline',
    objective: 'view p95',
    components: ['legacy'],
    reasons: ['dependency', 'service'],
    design: `loadpath: 1
name: legacy
network: ideal
load:
  users: { rate: 100/s, mix: { view: 100% } }
components:
  web: { kind: service, instances: 2, size: { cpu: 4 } }
  legacy: { kind: service, instances: 2, size: { cpu: 4 } }
  db: { kind: postgres, size: { cpu: 4 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  view: { from: users, steps: [{ call: web, do: [{ work: 2 ms }, { read: db.t }, { call: legacy, do: [{ work: 2 ms }, { wait: exp(300 ms) }] }] }] }
requirements: { objectives: { view: [p95 < 300 ms] } }
`,
  },
  {
    id: 'threads of a gateway held by slow provider of another flow',
    scenario: 'baseline',
    objective: 'cheap p99',
    components: ['slow-api'],
    reasons: ['dependency'],
    design: `loadpath: 1
name: shared-threads
network: ideal
load:
  users: { rate: 200/s, mix: { cheap: 70%, dear: 30% } }
components:
  gate: { kind: service, instances: 2, runtime: threads(55), size: { cpu: 8 } }
  slow-api: { kind: external, latency: exp(1800 ms) }
  db: { kind: postgres, size: { cpu: 8 }, pool: { max: 30 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  cheap: { from: users, steps: [{ call: gate, do: [{ work: 2 ms }, { read: db.t }] }] }
  dear: { from: users, steps: [{ call: gate, do: [{ work: 2 ms }, { call: slow-api }] }] }
requirements: { objectives: { cheap: [p99 < 100 ms] } }
`,
  },
  {
    id: 'mild: a processor at 88%',
    scenario: 'baseline',
    objective: 'view p99',
    components: ['api'],
    reasons: ['saturation', 'queue'],
    design: `loadpath: 1
name: mild-cpu
network: ideal
load:
  users: { rate: 340/s, mix: { view: 100% } }
components:
  lb: { kind: nginx }
  api: { kind: service, instances: 2, size: { cpu: 2 } }
  cache: { kind: redis, keyspaces: { k: { keys: 10 k } } }
  db: { kind: postgres, size: { cpu: 1, memory: 16 GiB }, tables: { t: { rows: 100 k, key: id, indexes: { a: { columns: [a] } }, access: { many: { by: a, rows: 300 } } } } }
flows:
  view: { from: users, steps: [{ call: api, via: lb, do: [{ work: 10.3 ms }, { get: cache.k }, { read: db.t.many }] }] }
requirements: { objectives: { view: [p99 < 60 ms] } }
`,
  },
]
