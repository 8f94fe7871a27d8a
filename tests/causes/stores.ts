// @data
import type { FaultyCase } from './cases.ts'

/** Hot shards and partitions, caches that do not help, queries that cost too much, disks. */
export const storeCases: readonly FaultyCase[] = [
  {
    id: 'one shard of a sharded database',
    scenario: 'baseline',
    objective: 'read p99',
    components: ['db'],
    reasons: ['hot-shard'],
    design: `loadpath: 1
name: hot-sql-shard
network: ideal
load:
  tenants: { rate: 27 k/s, mix: { read: 90%, write: 10% } }
components:
  api: { kind: service, instances: 6, size: { cpu: 8 } }
  db:
    kind: postgres
    shards: { by: tenant, count: 6, skew: zipf(1.4) }
    size: { cpu: 2, memory: 32 GiB, disk: { kind: nvme } }
    pool: { max: 60, per: instance }
    tables: { docs: { rows: 600 M, row: 300 B, key: [tenant, id] } }
flows:
  read: { from: tenants, steps: [{ call: api, do: [{ work: 0.5 ms }, { read: db.docs }] }] }
  write: { from: tenants, steps: [{ call: api, do: [{ work: 0.5 ms }, { write: db.docs }] }] }
requirements: { objectives: { read: [p99 < 20 ms] } }
`,
  },
  {
    id: 'a hot partition of a key-value store that refuses',
    scenario: 'baseline',
    objective: 'like success',
    components: ['likes'],
    reasons: ['hot-shard'],
    design: `loadpath: 1
name: hot-partition
network: ideal
load:
  fans: { rate: 6 k/s, mix: { like: 100% } }
components:
  api: { kind: service, instances: 4, size: { cpu: 8 } }
  likes: { kind: dynamodb, partitions: 16, tables: { posts: { rows: 1 M, row: 200 B, key: post, popularity: zipf(1.2) } } }
flows:
  like: { from: fans, steps: [{ call: api, do: [{ work: 0.5 ms }, { write: likes.posts }] }] }
requirements: { objectives: { like: [success > 99.9%] } }
`,
  },
  {
    id: 'a hot key of redis behind a service, with a database beside it that is fairly busy',
    scenario: 'baseline',
    objective: 'score p99',
    components: ['board'],
    reasons: ['hot-shard'],
    design: `loadpath: 1
name: hot-redis
network: ideal
load:
  players: { rate: 60 k/s, mix: { score: 97%, profile: 3% } }
components:
  api: { kind: service, instances: 8, size: { cpu: 8 } }
  board: { kind: redis, shards: 5, memory: 4 GiB, keyspaces: { game: { keys: 20 k, value: 120 B, popularity: zipf(1.8), write: model } } }
  db: { kind: postgres, size: { cpu: 2, memory: 32 GiB }, tables: { players: { rows: 1 M, key: id } } }
flows:
  score: { from: players, steps: [{ call: api, do: [{ work: 0.2 ms }, { get: board.game }, { get: board.game }] }] }
  profile: { from: players, steps: [{ call: api, do: [{ work: 1 ms }, { read: db.players }, { read: db.players }, { read: db.players }] }] }
requirements: { objectives: { score: [p99 < 3 ms] } }
`,
  },
  {
    id: 'a cache that is flushed in front of a database',
    scenario: 'flushed',
    objective: 'view p99',
    components: ['hot', 'db'],
    reasons: ['cold-cache'],
    design: `loadpath: 1
name: flush
network: ideal
load:
  readers: { rate: 3 k/s, mix: { view: 100% } }
components:
  lb: { kind: haproxy }
  api: { kind: service, instances: 4, size: { cpu: 4 }, runtime: threads(100) }
  hot: { kind: redis, memory: 4 GiB, keyspaces: { pages: { keys: 100 k, value: 2 KB, popularity: zipf(0.8), ttl: 1 h } } }
  db: { kind: postgres, size: { cpu: 4, memory: 16 GiB, disk: { iops: 3 k } }, pool: { max: 20 }, tables: { pages: { rows: 40 M, row: 2 KB, key: id } } }
flows:
  view:
    from: readers
    steps: [{ call: api, via: lb, do: [{ work: 1 ms }, { get: hot.pages, miss: [{ read: db.pages }] }] }]
requirements: { objectives: { view: [p99 < 50 ms] } }
scenarios:
  flushed:
    faults: [{ at: 30 s, flush: hot }]
    expect: { view: [p99 < 50 ms] }
`,
  },
  {
    id: 'a cache that starts empty',
    scenario: 'baseline',
    objective: 'view p99',
    components: ['hot'],
    reasons: ['cold-cache'],
    design: `loadpath: 1
name: starts-empty
network: ideal
load:
  readers: { rate: 900/s, mix: { view: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  hot: { kind: memcached, memory: 8 GiB, keyspaces: { pages: { keys: 2 M, value: 1 KB, popularity: zipf(0.7), warm: false } } }
  db: { kind: station, servers: 8 }
flows:
  view:
    from: readers
    steps: [{ call: api, do: [{ work: 1 ms }, { get: hot.pages, miss: [{ call: db, do: [{ work: exp(10 ms) }] }] }] }]
requirements: { objectives: { view: [p99 < 80 ms] } }
`,
  },
  {
    id: 'a time to live so short that the cache rarely helps',
    scenario: 'baseline',
    objective: 'price p99',
    components: ['hot', 'db'],
    reasons: ['cold-cache', 'saturation'],
    design: `loadpath: 1
name: short-ttl
network: ideal
load:
  shops: { rate: 2 k/s, mix: { price: 100% } }
components:
  api: { kind: service, instances: 3, size: { cpu: 4 } }
  hot: { kind: redis, memory: 4 GiB, keyspaces: { prices: { keys: 500 k, value: 300 B, popularity: zipf(0.6), ttl: 2 s } } }
  db: { kind: postgres, size: { cpu: 2, memory: 32 GiB }, pool: { max: 50 }, tables: { prices: { rows: 500 k, key: id, indexes: { sku: { columns: [sku] } }, access: { all: { by: sku, rows: 180 } } } } }
flows:
  price:
    from: shops
    steps: [{ call: api, do: [{ work: 1 ms }, { get: hot.prices, miss: [{ read: db.prices.all }] }] }]
requirements: { objectives: { price: [p99 < 40 ms] } }
`,
  },
  {
    id: 'a query that scans',
    scenario: 'baseline',
    objective: 'report p95',
    components: ['db'],
    reasons: ['service', 'saturation', 'query'],
    design: `loadpath: 1
name: scan
network: ideal
load:
  staff: { rate: 12/s, mix: { report: 20%, lookup: 80% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 2 } }
  db: { kind: postgres, size: { cpu: 8, memory: 64 GiB }, tables: { orders: { rows: 4 M, row: 300 B, key: id, access: { by-note: { by: scan, rows: 10 } } } } }
flows:
  lookup: { from: staff, steps: [{ call: api, do: [{ work: 1 ms }, { read: db.orders }] }] }
  report: { from: staff, steps: [{ call: api, do: [{ work: 1 ms }, { read: db.orders.by-note }] }] }
requirements: { objectives: { report: [p95 < 300 ms] } }
`,
  },
  {
    id: 'a database short of I/Os',
    scenario: 'baseline',
    objective: 'view p99',
    components: ['db'],
    reasons: ['saturation', 'queue'],
    design: `loadpath: 1
name: few-iops
network: ideal
load:
  users: { rate: 900/s, mix: { view: 100% } }
components:
  web: { kind: service, instances: 2, runtime: threads(100), size: { cpu: 8 } }
  db: { kind: postgres, size: { cpu: 16, memory: 8 GiB, disk: { kind: ssd, iops: 1 k, space: 1 TiB } }, pool: { max: 40 }, tables: { events: { rows: 2 G, row: 300 B, key: id } } }
flows:
  view: { from: users, steps: [{ call: web, do: [{ work: 1 ms }, { read: db.events }] }] }
requirements: { objectives: { view: [p99 < 100 ms] } }
`,
  },
  {
    id: 'a write-heavy shard of cassandra nodes with too few processors',
    scenario: 'baseline',
    objective: 'ingest p99',
    components: ['metrics'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: cassandra-small
load:
  agents: { rate: 11700/s, mix: { ingest: 100% } }
places: { eu: { region: eu-west-1, zones: [a, b, c] } }
components:
  gate: { kind: envoy, at: eu, instances: 6 }
  collector: { kind: service, at: eu, instances: 6, size: { cpu: 4 } }
  metrics: { kind: cassandra, at: eu, instances: 3, size: { cpu: 2, memory: 16 GiB, disk: { kind: nvme } }, tables: { points: { rows: 2 G, row: 120 B, key: [series, t] } } }
flows:
  ingest: { from: agents, steps: [{ call: collector, via: gate, do: [{ work: 0.3 ms }, { write: metrics.points }] }] }
requirements: { objectives: { ingest: [p99 < 8 ms] } }
`,
  },
]
