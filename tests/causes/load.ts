// @data
import type { FaultyCase } from './cases.ts'

/** Too much work, retries, floods, limits, autoscalers, networks, fan-out. */
export const loadCases: readonly FaultyCase[] = [
  {
    id: 'a metastable checkout after a short stall',
    scenario: 'stall',
    objective: 'buy success',
    components: ['stock', 'db', 'web'],
    reasons: ['retries'],
    design: `loadpath: 1
name: metastable-shop
network: ideal
load:
  shop: { rate: 300/s, mix: { buy: 100% } }
components:
  web: { kind: service, instances: 3, size: { cpu: 8 } }
  stock: { kind: service, instances: 2, size: { cpu: 2 } }
  db: { kind: postgres, size: { cpu: 8, memory: 16 GiB }, tables: { t: { rows: 100 k, key: id } } }
flows:
  buy: { from: shop, steps: [{ call: web, do: [{ work: 1 ms }, { call: stock, policy: impatient, do: [{ work: exp(10 ms) }, { read: db.t }] }] }] }
policies:
  impatient: { timeout: 400 ms, retry: { times: 3, after: [timeout], backoff: 10 ms }, after-timeout: keep-going }
scenarios:
  stall:
    faults: [{ at: 20 s, slow: stock, times: 15, for: 10 s }]
    expect: { buy: [success > 99%] }
`,
  },
  {
    id: 'a burst that retries keep alive',
    scenario: 'burst',
    objective: 'buy success',
    components: ['stock'],
    reasons: ['retries'],
    design: `loadpath: 1
name: metastable-burst
network: ideal
load:
  shop: { rate: 300/s, mix: { buy: 100% } }
components:
  web: { kind: service, instances: 3, size: { cpu: 8 } }
  stock: { kind: service, instances: 2, size: { cpu: 2 } }
flows:
  buy: { from: shop, steps: [{ call: web, do: [{ work: 1 ms }, { call: stock, policy: impatient, do: [{ work: exp(10 ms) }] }] }] }
policies:
  impatient: { timeout: 300 ms, retry: { times: 3, after: [timeout], backoff: 5 ms } }
scenarios:
  burst:
    faults: [{ at: 20 s, burst: buy, times: 3, over: 15 s }]
    expect: { buy: [success > 99%], system: [no-metastable] }
`,
  },
  {
    id: 'retries that fill a service which had room',
    scenario: 'baseline',
    objective: 'find success',
    components: ['search'],
    reasons: ['retries'],
    design: `loadpath: 1
name: retries-fill
network: ideal
load:
  users: { rate: 300/s, mix: { find: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 8 } }
  search: { kind: service, instances: 4, size: { cpu: 1 } }
flows:
  find: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { call: search, policy: hasty, do: [{ work: exp(10 ms) }] }] }] }
policies:
  hasty: { timeout: 25 ms, retry: { times: 4, after: [timeout], backoff: 0 ms } }
requirements: { objectives: { find: [success > 99.9%] } }
`,
  },
  {
    id: 'retries that are only a symptom: the processor is too small by far',
    scenario: 'baseline',
    objective: 'find success',
    components: ['search'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: retries-symptom
network: ideal
load:
  users: { rate: 900/s, mix: { find: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 8 } }
  search: { kind: service, instances: 2, size: { cpu: 2 } }
flows:
  find: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { call: search, policy: mild, do: [{ work: exp(10 ms) }] }] }] }
policies:
  mild: { timeout: 1 s, retry: { times: 1, after: [timeout], backoff: 100 ms } }
requirements: { objectives: { find: [success > 99%] } }
`,
  },
  {
    id: 'a processor overloaded for good, its queue without an end',
    scenario: 'baseline',
    objective: 'resize p99',
    components: ['resizer'],
    reasons: ['saturation', 'queue'],
    design: `loadpath: 1
name: overload
network: ideal
load:
  users: { rate: 124/s, mix: { resize: 100% } }
components:
  gate: { kind: api-gateway }
  resizer: { kind: service, instances: 2, size: { cpu: 2 } }
  files: { kind: s3, objects: { images: { size: 200 KB, count: 1 M } } }
flows:
  resize: { from: users, steps: [{ call: resizer, via: gate, do: [{ read: files.images }, { work: 33 ms }, { write: files.images }] }] }
requirements: { objectives: { resize: [p99 < 500 ms] } }
`,
  },
  {
    id: 'two services fairly busy, one of them full',
    scenario: 'baseline',
    objective: 'view p99',
    components: ['rank'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: two-busy
network: ideal
load:
  users: { rate: 400/s, mix: { view: 100% } }
components:
  web: { kind: service, instances: 2, size: { cpu: 4 } }
  rank: { kind: service, instances: 2, size: { cpu: 2 } }
  db: { kind: postgres, size: { cpu: 1, memory: 16 GiB }, pool: { max: 50 }, tables: { t: { rows: 100 k, key: id, indexes: { a: { columns: [a] } }, access: { many: { by: a, rows: 350 } } } } }
flows:
  view: { from: users, steps: [{ call: web, do: [{ work: 15 ms }, { read: db.t.many }, { call: rank, do: [{ work: 9.5 ms }] }] }] }
requirements: { objectives: { view: [p99 < 90 ms] } }
`,
  },
  {
    id: 'chatty calls to another region',
    scenario: 'baseline',
    objective: 'page p50',
    components: ['profile', 'db', 'web'],
    reasons: ['network'],
    design: `loadpath: 1
name: chatty
load:
  users: { rate: 60/s, mix: { page: 100% } }
places:
  eu: { region: eu-central-1, zones: [a, b] }
  us: { region: us-east-1, zones: [a] }
  eu -> us: { latency: { p50: 88 ms, p99: 120 ms } }
components:
  lb: { kind: nginx, at: eu }
  web: { kind: service, at: eu, instances: 2, size: { cpu: 4 } }
  profile: { kind: service, at: us, instances: 2, size: { cpu: 4 } }
  cache: { kind: redis, at: eu, keyspaces: { s: { keys: 10 k } } }
  db: { kind: postgres, at: us, size: { cpu: 8 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  page:
    from: users
    steps:
      - call: web
        via: lb
        do:
          - work: 3 ms
          - get: cache.s
          - each: friend
            count: 5
            do: [{ call: profile, do: [{ work: 1 ms }, { read: db.t }] }]
requirements: { objectives: { page: [p50 < 150 ms] } }
`,
  },
  {
    id: 'a timeout below the round trip',
    scenario: 'baseline',
    objective: 'page success',
    components: ['profile'],
    reasons: ['network'],
    design: `loadpath: 1
name: impatient-far
load:
  users: { rate: 60/s, mix: { page: 100% } }
places:
  eu: { region: eu-central-1, zones: [a, b] }
  us: { region: us-east-1, zones: [a] }
  eu -> us: { latency: 90 ms }
components:
  web: { kind: service, at: eu, instances: 2, size: { cpu: 4 } }
  profile: { kind: service, at: us, instances: 2, size: { cpu: 4 } }
  db: { kind: postgres, at: us, size: { cpu: 8 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  page: { from: users, steps: [{ call: web, do: [{ work: 3 ms }, { call: profile, policy: { timeout: 60 ms, retry: 2 }, do: [{ work: 1 ms }, { read: db.t }] }] }] }
requirements: { objectives: { page: [success > 99%] } }
`,
  },
  {
    id: 'answers too large for the line',
    scenario: 'baseline',
    objective: 'fetch p95',
    components: ['archive', 'web', 'viewer'],
    reasons: ['network'],
    design: `loadpath: 1
name: large-answers
load:
  users: { rate: 20/s, mix: { fetch: 100% } }
places:
  hq: { region: eu-central-1, zones: [a] }
  site: { region: eu-west-1, zones: [a] }
  hq -> site: { latency: 12 ms, bandwidth: 50 Mbit/s }
components:
  web: { kind: service, at: hq, instances: 2, size: { cpu: 4 } }
  archive: { kind: service, at: site, instances: 2, size: { cpu: 4 } }
flows:
  fetch: { from: users, steps: [{ call: web, do: [{ work: 2 ms }, { call: archive, do: [{ work: 4 ms }, { reply: 6 MB }] }] }] }
requirements: { objectives: { fetch: [p95 < 400 ms] } }
`,
  },
  {
    id: 'an autoscaler later than the morning rush',
    scenario: 'rush',
    objective: 'open p99',
    components: ['api'],
    reasons: ['scaling-lag'],
    design: `loadpath: 1
name: morning-rush
network: ideal
load:
  staff: { rate: 300/s, mix: { open: 100% } }
components:
  lb: { kind: alb }
  api: { kind: service, instances: 3, runtime: threads(40), size: { cpu: 2 }, scale: { min: 3, max: 30, target: cpu 60%, react: 30 s, start: 60 s } }
  db: { kind: postgres, size: { cpu: 16, memory: 64 GiB }, pool: { max: 20 }, tables: { t: { rows: 1 M, key: id } } }
flows:
  open: { from: staff, steps: [{ call: api, via: lb, do: [{ work: 10 ms }, { read: db.t }] }] }
scenarios:
  rush:
    faults: [{ at: 30 s, burst: staff, times: 4, over: 3 min }]
    expect: { open: [p99 < 300 ms] }
`,
  },
  {
    id: 'an autoscaler whose maximum is too low',
    scenario: 'baseline',
    objective: 'open p99',
    components: ['api'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: scaler-maximum
network: ideal
load:
  staff: { rate: 900/s, mix: { open: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 2 }, scale: { min: 2, max: 4, target: cpu 60%, react: 15 s, start: 15 s } }
  db: { kind: postgres, size: { cpu: 16, memory: 64 GiB }, pool: { max: 20 }, tables: { t: { rows: 1 M, key: id } } }
flows:
  open: { from: staff, steps: [{ call: api, do: [{ work: 10 ms }, { read: db.t }] }] }
requirements: { objectives: { open: [p99 < 300 ms] } }
`,
  },
  {
    id: 'a rate limit at the front door',
    scenario: 'baseline',
    objective: 'call success',
    components: ['gate', 'api'],
    reasons: ['limit'],
    design: `loadpath: 1
name: front-door-limit
network: ideal
load:
  partners: { rate: 700/s, mix: { call: 100% } }
components:
  gate: { kind: api-gateway }
  api: { kind: service, instances: 4, size: { cpu: 4 }, limits: { rate: 120/s } }
  db: { kind: postgres, size: { cpu: 8 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  call: { from: partners, steps: [{ call: api, via: gate, do: [{ work: 3 ms }, { read: db.t }] }] }
requirements: { objectives: { call: [success > 99%] } }
`,
  },
  {
    id: 'a rate limit of a provider, three calls down',
    scenario: 'baseline',
    objective: 'order success',
    components: ['maps'],
    reasons: ['limit'],
    design: `loadpath: 1
name: provider-limit
network: ideal
load:
  riders: { rate: 150/s, mix: { order: 60%, track: 40% } }
components:
  app: { kind: service, instances: 2, size: { cpu: 4 } }
  dispatch: { kind: service, instances: 2, size: { cpu: 4 } }
  maps: { kind: external, latency: { p50: 40 ms, p99: 150 ms }, rate: 60/s }
  db: { kind: postgres, size: { cpu: 4 }, tables: { rides: { rows: 1 M, key: id } } }
flows:
  order: { from: riders, steps: [{ call: app, do: [{ work: 2 ms }, { call: dispatch, do: [{ work: 3 ms }, { call: maps }, { write: db.rides }] }] }] }
  track: { from: riders, steps: [{ call: app, do: [{ work: 1 ms }, { read: db.rides }] }] }
requirements: { objectives: { order: [success > 99%], track: [success > 99%] } }
`,
  },
  {
    id: 'a flood of logins',
    scenario: 'flood',
    objective: 'login success',
    components: ['auth'],
    reasons: ['saturation'],
    design: `loadpath: 1
name: flood
network: ideal
load:
  users: { rate: 200/s, mix: { login: 20%, view: 80% } }
components:
  lb: { kind: nginx }
  web: { kind: service, instances: 3, size: { cpu: 4 } }
  auth: { kind: service, instances: 2, size: { cpu: 2 } }
  db: { kind: postgres, size: { cpu: 8 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  login: { from: users, steps: [{ call: web, via: lb, do: [{ work: 1 ms }, { call: auth, policy: { timeout: 3 s }, do: [{ work: 40 ms }, { read: db.t }] }] }] }
  view: { from: users, steps: [{ call: web, via: lb, do: [{ work: 2 ms }, { read: db.t }] }] }
scenarios:
  flood:
    load: { attackers: { hostile: true, rate: 160/s, mix: { login: 100% } } }
    during: 30 s..60 s
    expect: { login: [success > 99%] }
`,
  },
  {
    id: 'many reads one after the other',
    scenario: 'baseline',
    objective: 'basket p95',
    components: ['db', 'prices', 'basket'],
    reasons: ['service', 'network', 'dependency'],
    design: `loadpath: 1
name: fan-out-width
load:
  users: { rate: 20/s, mix: { basket: 100% } }
places: { eu: { region: eu-west-1, zones: [a, b, c] } }
components:
  basket: { kind: service, at: eu, instances: 2, size: { cpu: 4 } }
  prices: { kind: service, at: eu, instances: 3, size: { cpu: 4 } }
  db: { kind: postgres, at: eu, size: { cpu: 8, memory: 32 GiB }, pool: { max: 40 }, tables: { p: { rows: 1 M, key: id } } }
flows:
  basket: { from: users, steps: [{ call: basket, do: [{ work: 2 ms }, { each: product, count: 60, do: [{ call: prices, do: [{ work: 0.5 ms }, { read: db.p }] }] }] }] }
requirements: { objectives: { basket: [p95 < 80 ms] } }
`,
  },
  {
    id: 'consumers too few',
    scenario: 'baseline',
    objective: 'index fresh',
    components: ['indexer'],
    reasons: ['saturation', 'queue'],
    design: `loadpath: 1
name: few-consumers
network: ideal
load:
  writers: { rate: 400/s, mix: { post: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  log: { kind: kafka, topics: { changes: { partitions: 12 } } }
  indexer: { kind: worker, instances: 1, size: { cpu: 2 } }
  index: { kind: elasticsearch, size: { cpu: 16, memory: 64 GiB }, tables: { docs: { rows: 1 M, row: 500 B } } }
flows:
  post: { from: writers, steps: [{ call: api, do: [{ work: 2 ms }, { publish: log.changes }] }] }
  index: { consume: log.changes, by: indexer, steps: [{ work: 6 ms }, { write: index.docs }] }
requirements: { objectives: { post: [p99 < 200 ms], index: [fresh 99% < 5 s] } }
`,
  },
  {
    id: 'a consumer that waits for a slow provider',
    scenario: 'baseline',
    objective: 'notify fresh',
    components: ['push', 'log', 'notifier'],
    reasons: ['dependency', 'queue', 'service'],
    design: `loadpath: 1
name: slow-handler
network: ideal
load:
  writers: { rate: 100/s, mix: { post: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  log: { kind: kafka, topics: { events: { partitions: 8 } } }
  notifier: { kind: worker, instances: 4, size: { cpu: 2 } }
  push: { kind: external, latency: { p50: 120 ms, p99: 400 ms } }
flows:
  post: { from: writers, steps: [{ call: api, do: [{ work: 2 ms }, { publish: log.events }] }] }
  notify: { consume: log.events, by: notifier, steps: [{ work: 1 ms }, { call: push }] }
requirements: { objectives: { notify: [fresh 95% < 3 s] } }
`,
  },
  {
    id: 'partitions too few for the consumers that are there',
    scenario: 'baseline',
    objective: 'bill fresh',
    components: ['log'],
    reasons: ['queue', 'partitions', 'saturation'],
    design: `loadpath: 1
name: few-partitions
network: ideal
load:
  meters: { rate: 200/s, mix: { meter: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  log: { kind: kafka, topics: { readings: { partitions: 2 } } }
  biller: { kind: worker, instances: 8, size: { cpu: 2 } }
  db: { kind: postgres, size: { cpu: 16, memory: 64 GiB }, tables: { bills: { rows: 10 M, key: id } } }
flows:
  meter: { from: meters, steps: [{ call: api, do: [{ work: 1 ms }, { publish: log.readings }] }] }
  bill: { consume: log.readings, by: biller, steps: [{ work: 12 ms }, { write: db.bills }] }
requirements: { objectives: { bill: [fresh 95% < 2 s] } }
`,
  },
  {
    id: 'a hot partition of a stream',
    scenario: 'baseline',
    objective: 'count fresh',
    components: ['log'],
    reasons: ['hot-shard'],
    design: `loadpath: 1
name: hot-stream-partition
network: ideal
load:
  users: { rate: 400/s, mix: { click: 100% } }
components:
  api: { kind: service, instances: 2, size: { cpu: 4 } }
  log: { kind: kafka, topics: { clicks: { partitions: 8, key: page, keys: 1 k, skew: zipf(1.5) } } }
  counter: { kind: worker, instances: 8, size: { cpu: 2 } }
flows:
  click: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { publish: log.clicks }] }] }
  count: { consume: log.clicks, by: counter, steps: [{ work: 8 ms }] }
requirements: { objectives: { count: [fresh 99% < 2 s] } }
`,
  },
  {
    id: 'a consumer behind because its database is slow with many rows',
    scenario: 'baseline',
    objective: 'store fresh',
    components: ['db'],
    reasons: ['saturation', 'queue'],
    design: `loadpath: 1
name: consumer-db
network: ideal
load:
  devices: { rate: 600/s, mix: { send: 100% } }
components:
  gate: { kind: service, instances: 2, size: { cpu: 4 } }
  log: { kind: kafka, topics: { raw: { partitions: 24 } } }
  loader: { kind: worker, instances: 12, size: { cpu: 2 } }
  db: { kind: postgres, size: { cpu: 2, memory: 32 GiB, disk: { kind: nvme } }, pool: { max: 10 }, tables: { points: { rows: 100 M, key: id } } }
flows:
  send: { from: devices, steps: [{ call: gate, do: [{ work: 1 ms }, { publish: log.raw }] }] }
  store: { consume: log.raw, by: loader, steps: [{ work: 1 ms }, { write: db.points, rows: 1000 }] }
requirements: { objectives: { store: [fresh 95% < 2 s] } }
`,
  },
  {
    id: 'many short ways through zones and a region',
    scenario: 'baseline',
    objective: 'home p95',
    components: ['web', 'user', 'cart', 'ads', 'rates'],
    reasons: ['network'],
    design: `loadpath: 1
name: many-ways
load:
  users: { rate: 60/s, mix: { home: 100% } }
places:
  eu: { region: eu-central-1, zones: [a] }
  nl: { region: eu-west-1, zones: [a] }
  eu -> nl: { latency: 14 ms }
components:
  web: { kind: service, at: eu, instances: 2, size: { cpu: 4 } }
  user: { kind: service, at: nl, instances: 2, size: { cpu: 4 } }
  cart: { kind: service, at: nl, instances: 2, size: { cpu: 4 } }
  ads: { kind: service, at: nl, instances: 2, size: { cpu: 4 } }
  rates: { kind: service, at: nl, instances: 2, size: { cpu: 4 } }
flows:
  home:
    from: users
    steps:
      - call: web
        do:
          - work: fixed(22 ms)
          - call: user
            do: [{ work: 1 ms }]
          - call: cart
            do: [{ work: 1 ms }]
          - call: ads
            do: [{ work: 1 ms }]
          - call: rates
            do: [{ work: 1 ms }]
requirements: { objectives: { home: [p95 < 60 ms] } }
`,
  },
]
