// @data
import type { FaultyCase } from './cases.ts'

/** What is broken on purpose, and what is slow, flaky or paused from the start. */
export const brokenCases: readonly FaultyCase[] = [
  {
    id: 'a payment provider that is slow',
    scenario: 'baseline',
    objective: 'pay p99',
    components: ['bank'],
    reasons: ['dependency'],
    design: `loadpath: 1
name: slow-bank
load:
  buyers: { rate: 80/s, mix: { pay: 50%, view: 50% } }
places: { eu: { region: eu-west-1, zones: [a, b] } }
components:
  lb: { kind: alb, at: eu }
  shop: { kind: service, at: eu, instances: 2, size: { cpu: 4 } }
  payments: { kind: service, at: eu, instances: 2, size: { cpu: 2 } }
  db: { kind: postgres, at: eu, size: { cpu: 4 }, tables: { carts: { rows: 1 M, key: id } } }
  bank: { kind: external, latency: { p50: 700 ms, p99: 2500 ms } }
flows:
  view: { from: buyers, steps: [{ call: shop, via: lb, do: [{ work: 3 ms }, { read: db.carts }] }] }
  pay: { from: buyers, steps: [{ call: shop, via: lb, do: [{ work: 3 ms }, { read: db.carts }, { call: payments, do: [{ work: 1 ms }, { call: bank }] }] }] }
requirements: { objectives: { pay: [p99 < 1 s], view: [p99 < 200 ms] } }
`,
  },
  {
    id: 'a slow provider that holds all threads',
    scenario: 'baseline',
    objective: 'view p99',
    components: ['geo'],
    reasons: ['dependency'],
    design: `loadpath: 1
name: slow-geo
network: ideal
load:
  users: { rate: 95/s, mix: { view: 100% } }
components:
  edge: { kind: service, instances: 2, runtime: threads(50), size: { cpu: 4 } }
  places: { kind: service, instances: 1, runtime: threads(50), size: { cpu: 4 } }
  geo: { kind: external, latency: { p50: 450 ms, p99: 1200 ms } }
flows:
  view: { from: users, steps: [{ call: edge, do: [{ work: 1 ms }, { call: places, do: [{ work: 1 ms }, { call: geo }] }] }] }
requirements: { objectives: { view: [p99 < 500 ms] } }
`,
  },
  {
    id: 'a downstream service slowed for a while',
    scenario: 'slow-stock',
    objective: 'buy p99',
    components: ['stock'],
    reasons: ['fault', 'dependency', 'saturation'],
    design: `loadpath: 1
name: slow-stock
network: ideal
load:
  buyers: { rate: 200/s, mix: { buy: 40%, list: 60% } }
components:
  web: { kind: service, instances: 3, runtime: threads(50), size: { cpu: 4 } }
  cart: { kind: service, instances: 2, runtime: threads(40), size: { cpu: 4 } }
  stock: { kind: service, instances: 2, size: { cpu: 4 } }
  db: { kind: postgres, size: { cpu: 8, memory: 16 GiB }, tables: { stock: { rows: 100 k, key: id } } }
flows:
  list: { from: buyers, steps: [{ call: web, do: [{ work: 2 ms }, { read: db.stock }] }] }
  buy: { from: buyers, steps: [{ call: web, do: [{ work: 2 ms }, { call: cart, do: [{ work: 2 ms }, { call: stock, do: [{ work: 5 ms }, { write: db.stock }] }] }] }] }
scenarios:
  slow-stock:
    faults: [{ at: 30 s, slow: stock, times: 25, for: 60 s }]
    expect: { buy: [p99 < 300 ms], list: [p99 < 100 ms] }
`,
  },
  {
    id: 'a flow that never calls the slowed part, but shares threads with one that does',
    scenario: 'slow-stock',
    objective: 'list p99',
    components: ['stock'],
    reasons: ['fault', 'dependency', 'saturation'],
    design: `loadpath: 1
name: slow-stock-shared
network: ideal
load:
  buyers: { rate: 200/s, mix: { buy: 40%, list: 60% } }
components:
  web: { kind: service, instances: 3, runtime: threads(30), size: { cpu: 4 } }
  cart: { kind: service, instances: 2, runtime: threads(200), size: { cpu: 4 } }
  stock: { kind: service, instances: 2, size: { cpu: 4 } }
  db: { kind: postgres, size: { cpu: 8, memory: 16 GiB }, tables: { stock: { rows: 100 k, key: id } } }
flows:
  list: { from: buyers, steps: [{ call: web, do: [{ work: 2 ms }, { read: db.stock }] }] }
  buy: { from: buyers, steps: [{ call: web, do: [{ work: 2 ms }, { call: cart, do: [{ work: 2 ms }, { call: stock, do: [{ work: 5 ms }, { write: db.stock }] }] }] }] }
scenarios:
  slow-stock:
    faults: [{ at: 30 s, slow: stock, times: 25, for: 60 s }]
    expect: { list: [p99 < 100 ms] }
`,
  },
  {
    id: 'a provider that answers later than usual',
    scenario: 'slow-sms',
    objective: 'login p95',
    components: ['sms'],
    reasons: ['fault', 'dependency'],
    design: `loadpath: 1
name: slow-sms
network: ideal
load:
  users: { rate: 50/s, mix: { login: 100% } }
components:
  gate: { kind: api-gateway }
  auth: { kind: service, instances: 2, size: { cpu: 4 } }
  ids: { kind: postgres, size: { cpu: 4 }, tables: { users: { rows: 3 M, key: id } } }
  sms: { kind: external, latency: { p50: 90 ms, p99: 300 ms } }
flows:
  login: { from: users, steps: [{ call: auth, via: gate, do: [{ work: 3 ms }, { read: ids.users }, { call: sms }] }] }
scenarios:
  slow-sms:
    faults: [{ at: 1 min, slow: sms, by: 900 ms, for: 2 min }]
    expect: { login: [p95 < 500 ms] }
`,
  },
  {
    id: 'errors of a service two calls down',
    scenario: 'broken-tax',
    objective: 'order success',
    components: ['tax'],
    reasons: ['fault'],
    design: `loadpath: 1
name: broken-tax
network: ideal
load:
  buyers: { rate: 150/s, mix: { order: 100% } }
components:
  web: { kind: service, instances: 2, size: { cpu: 4 } }
  order: { kind: service, instances: 2, size: { cpu: 4 } }
  tax: { kind: service, instances: 3, size: { cpu: 2 } }
  db: { kind: postgres, size: { cpu: 4, memory: 16 GiB }, tables: { orders: { rows: 1 M, key: id } } }
flows:
  order: { from: buyers, steps: [{ call: web, do: [{ work: 2 ms }, { call: order, do: [{ work: 2 ms }, { call: tax, do: [{ work: 1 ms }] }, { write: db.orders }] }] }] }
scenarios:
  broken-tax:
    faults: [{ at: 20 s, errors: 30% of tax, for: 60 s }]
    expect: { order: [success > 99%] }
`,
  },
  {
    id: 'a provider that fails one call in thirty',
    scenario: 'baseline',
    objective: 'ship success',
    components: ['courier'],
    reasons: ['dependency', 'fault'],
    design: `loadpath: 1
name: flaky-courier
network: ideal
load:
  staff: { rate: 60/s, mix: { ship: 100% } }
components:
  desk: { kind: service, instances: 2, size: { cpu: 2 } }
  courier: { kind: external, latency: { p50: 60 ms, p99: 400 ms }, errors: 3% }
  db: { kind: mysql, size: { cpu: 4 }, tables: { parcels: { rows: 1 M, key: id } } }
flows:
  ship: { from: staff, steps: [{ call: desk, do: [{ work: 4 ms }, { read: db.parcels }, { call: courier, policy: { timeout: 2 s } }, { write: db.parcels }] }] }
requirements: { objectives: { ship: [success > 99.5%, p99 < 800 ms] } }
`,
  },
  {
    id: 'one instance killed, the rest too few',
    scenario: 'killed',
    objective: 'view p99',
    components: ['api'],
    reasons: ['fault'],
    design: `loadpath: 1
name: one-killed
network: ideal
load:
  users: { rate: 420/s, mix: { view: 100% } }
components:
  lb: { kind: nginx }
  api: { kind: service, instances: 3, size: { cpu: 2 }, health: { interval: 1 s, unhealthy-after: 2 } }
  cache: { kind: redis, keyspaces: { k: { keys: 10 k } } }
  db: { kind: postgres, size: { cpu: 8 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  view: { from: users, steps: [{ call: api, via: lb, do: [{ work: 10 ms }, { get: cache.k, miss: [{ read: db.t }] }] }] }
scenarios:
  killed:
    faults: [{ at: 30 s, kill: 'api[1]', for: 60 s }]
    expect: { view: [p99 < 100 ms, success > 99.9%] }
`,
  },
  {
    id: 'one instance killed: requests to it fail until it is noticed',
    scenario: 'killed',
    objective: 'view success',
    components: ['api'],
    reasons: ['fault'],
    design: `loadpath: 1
name: one-killed-success
network: ideal
load:
  users: { rate: 200/s, mix: { view: 100% } }
components:
  lb: { kind: haproxy }
  api: { kind: service, instances: 4, size: { cpu: 2 } }
  db: { kind: postgres, size: { cpu: 8 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  view: { from: users, steps: [{ call: api, via: lb, do: [{ work: 5 ms }, { read: db.t }] }] }
scenarios:
  killed:
    faults: [{ at: 30 s, kill: 'api[1]', for: 60 s }]
    expect: { view: [success > 99.9%] }
`,
  },
  {
    id: 'a zone lost',
    scenario: 'zone-lost',
    objective: 'view success',
    components: ['api', 'db', 'lb'],
    reasons: ['fault'],
    design: `loadpath: 1
name: zone-lost
load:
  users: { rate: 300/s, mix: { view: 100% } }
places: { eu: { region: eu-west-1, zones: [a, b, c] } }
components:
  lb: { kind: nginx, at: eu, instances: 3 }
  api: { kind: service, at: eu, instances: 6, size: { cpu: 2 } }
  db: { kind: postgres, at: eu, replicas: 2, size: { cpu: 8 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  view: { from: users, steps: [{ call: api, via: lb, do: [{ work: 5 ms }, { read: db.t }] }] }
scenarios:
  zone-lost:
    during: 1 min..3 min
    faults: [{ kill: eu.a }]
    expect: { view: [success > 99.9%] }
`,
  },
  {
    id: 'a database killed behind a breaker that stays open',
    scenario: 'killed',
    objective: 'view success',
    components: ['db'],
    reasons: ['fault'],
    design: `loadpath: 1
name: breaker-after-kill
network: ideal
load:
  users: { rate: 200/s, mix: { view: 100% } }
components:
  api: { kind: service, instances: 4, size: { cpu: 2 } }
  docs: { kind: service, instances: 2, size: { cpu: 2 } }
  db: { kind: mongodb, size: { cpu: 8 }, tables: { t: { rows: 100 k, key: id } } }
flows:
  view: { from: users, steps: [{ call: api, do: [{ work: 2 ms }, { call: docs, policy: careful, do: [{ work: 1 ms }, { read: db.t }] }] }] }
policies:
  careful: { timeout: 300 ms, retry: { times: 1, budget: 10% }, breaker: { open-at: 50% of 50, half-open: 5 s } }
scenarios:
  killed:
    faults: [{ at: 30 s, kill: db, for: 60 s }]
    expect: { view: [success > 99%] }
`,
  },
  {
    id: 'a breaker that opens at a few failures and keeps refusing',
    scenario: 'baseline',
    objective: 'view success',
    components: ['api', 'reco'],
    reasons: ['breaker', 'dependency', 'limit'],
    design: `loadpath: 1
name: nervous-breaker
network: ideal
load:
  users: { rate: 200/s, mix: { view: 100% } }
components:
  api: { kind: service, instances: 4, size: { cpu: 2 } }
  reco: { kind: external, latency: { p50: 40 ms, p99: 120 ms }, errors: 4% }
flows:
  view: { from: users, steps: [{ call: api, do: [{ work: 2 ms }, { call: reco, policy: nervous }] }] }
policies:
  nervous: { timeout: 500 ms, breaker: { open-at: 10% of 20, half-open: 60 s } }
requirements: { objectives: { view: [success > 95%] } }
`,
  },
  {
    id: 'pauses of a runtime',
    scenario: 'baseline',
    objective: 'bid p99',
    components: ['bidder'],
    reasons: ['pause'],
    design: `loadpath: 1
name: gc-pauses
network: ideal
load:
  exchanges: { rate: 2 k/s, mix: { bid: 100% } }
components:
  lb: { kind: envoy }
  bidder: { kind: service, instances: 4, size: { cpu: 4 }, slow-mode: { every: 4 s, for: 250 ms } }
  profiles: { kind: redis, memory: 8 GiB, keyspaces: { users: { keys: 1 M, value: 500 B, write: model } } }
flows:
  bid: { from: exchanges, steps: [{ call: bidder, via: lb, do: [{ work: 1.5 ms }, { get: profiles.users }] }] }
requirements: { objectives: { bid: [p99 < 60 ms] } }
`,
  },
  {
    id: 'a store that stalls for compaction',
    scenario: 'baseline',
    objective: 'save p99',
    components: ['docs'],
    reasons: ['pause'],
    design: `loadpath: 1
name: compaction
network: ideal
load:
  apps: { rate: 400/s, mix: { save: 100% } }
components:
  api: { kind: service, instances: 3, runtime: threads(64), size: { cpu: 4 } }
  docs: { kind: mongodb, size: { cpu: 8, memory: 32 GiB }, slow-mode: { every: 30 s, for: 1 s }, tables: { d: { rows: 10 M, key: id } } }
flows:
  save: { from: apps, steps: [{ call: api, do: [{ work: 2 ms }, { write: docs.d }] }] }
requirements: { objectives: { save: [p99 < 100 ms] } }
`,
  },
  {
    id: 'a station that breaks down now and then',
    scenario: 'baseline',
    objective: 'scan p95',
    components: ['belt'],
    reasons: ['pause'],
    design: `loadpath: 1
name: belt
network: ideal
load:
  parcels: { rate: 20/s, mix: { scan: 100% } }
components:
  scanner: { kind: station, servers: 4 }
  belt: { kind: station, servers: 2, up: exp(60 s), down: exp(5 s) }
flows:
  scan: { from: parcels, steps: [{ call: scanner, do: [{ work: exp(50 ms) }] }, { call: belt, do: [{ work: exp(50 ms) }] }] }
requirements: { objectives: { scan: [p95 < 1 s] } }
`,
  },
]
