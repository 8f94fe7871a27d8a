// @data
import type { FaultyCase } from './cases.ts'

/** Slots that are too few: threads, processes, connections, bulkheads, concurrency limits, locks. */
export const poolCases: readonly FaultyCase[] = [
  {
    id: 'connections of one service, in a shop of nine parts',
    scenario: 'baseline',
    objective: 'checkout p99',
    components: ['orders-db', 'orders'],
    reasons: ['pool'],
    design: `loadpath: 1
name: shop-connections
load:
  shoppers: { rate: 600/s, mix: { browse: 75%, checkout: 25% } }
places: { eu: { region: eu-west-1, zones: [a, b] } }
components:
  lb: { kind: nginx, at: eu }
  web: { kind: service, at: eu, instances: 3, size: { cpu: 4 } }
  catalog: { kind: service, at: eu, instances: 2, size: { cpu: 4 } }
  orders: { kind: service, at: eu, instances: 2, size: { cpu: 4 } }
  cache: { kind: redis, at: eu, memory: 2 GiB, keyspaces: { product: { keys: 50 k, value: 2 KB, popularity: zipf(0.9) } } }
  catalog-db: { kind: postgres, at: eu, size: { cpu: 8, memory: 32 GiB }, tables: { products: { rows: 2 M, row: 2 KB, key: id } } }
  orders-db:
    kind: postgres
    at: eu
    size: { cpu: 16, memory: 64 GiB, disk: { kind: nvme } }
    pool: { max: 2, per: instance }
    tables: { orders: { rows: 20 M, row: 500 B, key: id }, lines: { rows: 80 M, row: 120 B, key: [order, nr] } }
  mail: { kind: kafka, at: eu, topics: { sent: { partitions: 6 } } }
  mailer: { kind: worker, at: eu, instances: 2 }
flows:
  browse:
    from: shoppers
    steps:
      - call: web
        via: lb
        do:
          - work: 2 ms
          - call: catalog
            do:
              - work: 1 ms
              - get: cache.product
                miss: [{ read: catalog-db.products }]
          - reply: 30 KB
  checkout:
    from: shoppers
    steps:
      - call: web
        via: lb
        do:
          - work: 3 ms
          - call: orders
            do:
              - work: 2 ms
              - tx: orders-db
                do:
                  - read: orders-db.orders
                  - wait: 22 ms
                  - write: orders-db.orders
                  - write: orders-db.lines
                    rows: 3
              - publish: mail.sent
          - reply: 4 KB
  send: { consume: mail.sent, by: mailer, steps: [{ work: 2 ms }] }
requirements: { objectives: { browse: [p99 < 200 ms], checkout: [p99 < 100 ms] } }
`,
  },
  {
    id: 'threads of a service whose callee has room',
    scenario: 'baseline',
    objective: 'quote p99',
    components: ['pricing'],
    reasons: ['pool'],
    design: `loadpath: 1
name: few-threads
network: ideal
load:
  agents: { rate: 220/s, mix: { quote: 100% } }
components:
  front: { kind: service, instances: 2, size: { cpu: 4 } }
  pricing: { kind: service, instances: 2, runtime: threads(6), size: { cpu: 8 } }
  rates: { kind: external, latency: fixed(50 ms) }
  store: { kind: mysql, size: { cpu: 8, memory: 32 GiB }, tables: { t: { rows: 1 M, key: id } } }
flows:
  quote:
    from: agents
    steps:
      - call: front
        do:
          - work: 2 ms
          - call: pricing
            do: [{ work: 1 ms }, { call: rates }]
          - read: store.t
requirements: { objectives: { quote: [p99 < 150 ms] } }
`,
  },
  {
    id: 'processes of an old web application',
    scenario: 'baseline',
    objective: 'page p95',
    components: ['app'],
    reasons: ['pool'],
    design: `loadpath: 1
name: few-processes
network: ideal
load:
  readers: { rate: 79/s, mix: { page: 100% } }
components:
  lb: { kind: haproxy }
  app: { kind: service, instances: 2, runtime: processes(4), size: { cpu: 4 } }
  db: { kind: mysql, size: { cpu: 8, memory: 16 GiB }, tables: { posts: { rows: 200 k, row: 2 KB, key: id, indexes: { day: { columns: [day] } }, access: { front: { by: day, rows: 40 } } } } }
  ads: { kind: external, latency: { p50: 80 ms, p99: 250 ms } }
flows:
  page:
    from: readers
    steps: [{ call: app, via: lb, do: [{ work: 8 ms }, { read: db.posts.front }, { call: ads }] }]
requirements: { objectives: { page: [p95 < 400 ms] } }
`,
  },
  {
    id: 'a bulkhead that is too narrow',
    scenario: 'baseline',
    objective: 'book success',
    components: ['api', 'seats'],
    reasons: ['pool', 'limit'],
    design: `loadpath: 1
name: narrow-bulkhead
network: ideal
load:
  travellers: { rate: 300/s, mix: { search: 70%, book: 30% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  seats: { kind: service, instances: 4, size: { cpu: 4 } }
  index: { kind: elasticsearch, size: { cpu: 8, memory: 32 GiB }, tables: { trips: { rows: 1 M, row: 500 B } } }
  db: { kind: postgres, size: { cpu: 8, memory: 32 GiB }, tables: { seats: { rows: 5 M, key: id } } }
flows:
  search: { from: travellers, steps: [{ call: api, do: [{ work: 2 ms }, { call: seats, do: [{ work: 1 ms }, { read: db.seats }] }] }] }
  book:
    from: travellers
    steps:
      - call: api
        do:
          - work: 2 ms
          - call: seats
            policy: { bulkhead: 1, timeout: 1 s }
            do: [{ work: 5 ms }, { read: db.seats }, { write: db.seats }]
          - read: index.trips
requirements: { objectives: { book: [success > 99.5%], search: [p99 < 100 ms] } }
`,
  },
  {
    id: 'a concurrency limit with a queue that rejects',
    scenario: 'baseline',
    objective: 'render success',
    components: ['renderer'],
    reasons: ['pool', 'limit'],
    design: `loadpath: 1
name: concurrency-limit
network: ideal
load:
  users: { rate: 500/s, mix: { render: 100% } }
components:
  gateway: { kind: api-gateway }
  renderer: { kind: service, instances: 3, size: { cpu: 8 }, limits: { concurrency: 4, queue: 4, when-full: reject } }
flows:
  render: { from: users, steps: [{ call: renderer, via: gateway, do: [{ work: 2 ms }, { wait: 30 ms }] }] }
requirements: { objectives: { render: [success > 99.9%] } }
`,
  },
  {
    id: 'a wallet lock inside a transaction',
    scenario: 'baseline',
    objective: 'pay p99',
    components: ['locks'],
    reasons: ['lock'],
    design: `loadpath: 1
name: wallet-lock
load:
  payers: { rate: 120/s, mix: { pay: 60%, balance: 40% } }
places: { eu: { region: eu-west-1, zones: [a] } }
components:
  api: { kind: service, at: eu, instances: 3, size: { cpu: 4 } }
  ledger: { kind: service, at: eu, instances: 2, runtime: threads(60), size: { cpu: 4 } }
  locks: { kind: etcd, at: eu }
  db: { kind: postgres, at: eu, size: { cpu: 8, memory: 32 GiB }, pool: { max: 40 }, tables: { entries: { rows: 50 M, key: id } } }
flows:
  pay:
    from: payers
    steps:
      - call: api
        do:
          - work: 1 ms
          - call: ledger
            do:
              - work: 1 ms
              - hold: locks.house-account
                do: [{ write: db.entries }, { wait: 6 ms }, { write: db.entries }]
  balance: { from: payers, steps: [{ call: api, do: [{ work: 1 ms }, { call: ledger, do: [{ read: db.entries }] }] }] }
requirements: { objectives: { pay: [p99 < 120 ms] } }
`,
  },
  {
    id: 'threads held two services up while the store at the end is full',
    scenario: 'baseline',
    objective: 'view p99',
    components: ['db'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: two-victims
network: ideal
load:
  users: { rate: 520/s, mix: { view: 100% } }
components:
  edge: { kind: service, instances: 2, runtime: threads(12), size: { cpu: 8 } }
  feed: { kind: service, instances: 2, runtime: threads(10), size: { cpu: 8 } }
  flags: { kind: redis, keyspaces: { f: { keys: 1 k } } }
  db: { kind: postgres, size: { cpu: 2, memory: 16 GiB }, pool: { max: 8, per: instance }, tables: { posts: { rows: 1 M, row: 300 B, key: id, indexes: { u: { columns: [user] } }, access: { newest: { by: u, rows: 800 } } } } }
flows:
  view:
    from: users
    steps: [{ call: edge, do: [{ work: 1 ms }, { get: flags.f }, { call: feed, do: [{ work: 1 ms }, { read: db.posts.newest }] }] }]
requirements: { objectives: { view: [p99 < 100 ms] } }
`,
  },
]
