import { beforeAll, describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { Result } from '../result/result.ts'
import { simulate } from '../simulate/simulate.ts'

/** One component of each general kind, and of some technologies, each with a flow that asks it for all it answers. */
const design = `
loadpath: 1
name: every-kind
load:
  users:
    rate: 600/s
    mix:
      { front: 20%, look-up: 20%, sql: 10%, stores: 10%, search: 10%, send: 10%, files: 5%, live: 5%,
        own: 5%, held: 5% }
places:
  eu: { region: eu-west-1, zones: [a, b, c] }
  pops: { edge: 3 }
components:
  device: { kind: client }
  names: { kind: dns, at: pops }
  edge: { kind: cdn, at: pops, keyspaces: { page: { keys: 1 k, ttl: 10 s } } }
  wall: { kind: waf, at: eu }
  lb: { kind: load-balancer, at: eu, balance: least-requests }
  door: { kind: api-gateway, at: eu }
  api: { kind: service, at: eu, instances: 3, runtime: threads(50), limits: { concurrency: 100, queue: 50 } }
  code: { kind: function, at: eu }
  work: { kind: worker, at: eu, instances: 2 }
  clock: { kind: scheduler, at: eu }
  sockets: { kind: realtime-gateway, at: eu }
  near: { kind: memcached, at: eu, keyspaces: { k: { keys: 10 k, popularity: zipf(0.9), on-miss: single-flight } } }
  sessions: { kind: redis, at: eu, shards: 2, replicas: 1, keyspaces: { s: { keys: 10 k, write: model } } }
  db:
    kind: postgres
    at: eu
    shards: { count: 2, by: id }
    replicas: { count: 2, mode: sync(1), read-from: any }
    tables:
      t: { rows: 1 G, key: id, indexes: { who: { columns: who } }, access: { mine: { by: who, rows: 20 } } }
      outbox: { rows: 1 k, key: id }
  docs: { kind: mongodb, at: eu, tables: { t: { rows: 1 M } } }
  wide: { kind: cassandra, at: eu, instances: 6, tables: { t: { rows: 1 M } } }
  keyed: { kind: dynamodb, at: eu, partitions: 4, tables: { t: { rows: 1 M } } }
  found:
    kind: elasticsearch
    at: eu
    shards: 3
    tables: { t: { rows: 1 M, access: { q: { by: search, rows: 10 } } } }
  columns:
    kind: clickhouse
    at: eu
    shards: 2
    replicas: 1
    tables: { t: { rows: 1 M, access: { all: { by: scan } } } }
  objects: { kind: s3, at: eu, objects: { o: { count: 1 M } } }
  shared: { kind: file-store, at: eu, files: { f: { count: 1 k, size: 10 KB } } }
  log:
    kind: kafka
    at: eu
    topics: { t: { partitions: 8, key: id, skew: zipf(0.9) }, u: { acks: leader }, v: { acks: none } }
  jobs: { kind: rabbitmq, at: eu }
  bus: { kind: nats, at: eu, topics: { t: {} } }
  locks: { kind: etcd, at: eu }
  who: { kind: identity-provider, at: eu, instances: 6, size: { cpu: 4 } }
  bank: { kind: external, latency: 20 ms }
  plain: { kind: station, servers: infinite }
flows:
  front:
    from: users
    steps:
      - call: names
      - get: edge.page
        miss: [{ call: api, via: [wall, lb], do: [{ work: 1 ms }, { reply: 10 KB }] }]
  look-up:
    from: users
    steps:
      - call: api
        via: [door]
        do:
          - get: near.k
            miss: [{ read: keyed.t }]
          - get: sessions.s
          - put: sessions.s
  sql:
    from: users
    steps:
      - call: api
        do:
          - { read: db.t, consistency: strong }
          - { read: db.t.mine }
          - { tx: db, do: [{ write: db.t }, { write: db.outbox }] }
  stores:
    from: users
    steps:
      - call: api
        do: [{ read: docs.t }, { write: docs.t }, { read: wide.t }, { write: wide.t }, { write: keyed.t }]
  search:
    from: users
    steps: [{ call: api, do: [{ read: found.t.q }, { read: found.t }, { write: found.t }] }]
  files:
    from: users
    steps:
      - call: code
        do: [{ work: 5 ms }, { read: objects.o }, { write: objects.o }, { read: shared.f }, { write: shared.f }]
  send:
    from: users
    steps:
      - call: api
        do: [{ publish: log.t }, { publish: log.u }, { publish: log.v }, { publish: jobs }, { publish: bus.t }]
  live:
    from: users
    steps: [{ call: sockets, do: [{ work: 1 ms }, { push: sockets, size: 1 KB }] }]
  own:
    from: users
    steps:
      - { call: device, do: [{ work: 1 ms }] }
      - call: who
      - call: bank
      - call: clock
      - { call: plain, do: [{ work: 1 ms }] }
  held:
    from: users
    steps: [{ call: api, do: [{ hold: locks.one, do: [{ wait: 1 ms }] }] }]
  from-log:
    consume: log.t
    by: work
    batch: { up-to: 100, wait: 10 ms }
    steps: [{ write: columns.t, rows: 100 }, { read: columns.t.all }]
  from-jobs: { consume: jobs, by: work, steps: [{ work: 1 ms }] }
  from-bus: { consume: bus.t, by: work, steps: [{ work: 1 ms }] }
  from-table: { consume: db.outbox, by: work, steps: [{ work: 1 ms }] }
`

const { models, diagnostics } = prepare(design, {
  file: 'every-kind.yaml',
  variant: null,
  scenarios: 'baseline',
  sets: [],
  limits: {},
})

describe('a design with every kind', () => {
  it('is understood', () => {
    const wrong = diagnostics.filter(({ severity }) => severity !== 'note')
    expect(wrong.map(({ message }) => message)).toEqual([])
    expect(models).toHaveLength(1)
  })

  let result: Result
  beforeAll(() => {
    result = simulate(models[0]!, { seed: 3, duration: 4, replications: 1, eventsMax: 4e6 })
  })

  it('breaks no rule of the simulator', () => {
    expect(result.trust.filter((note) => note.includes('invariant'))).toEqual([])
  })

  it('answers every request', () => {
    const failed = Object.entries(result.flows).filter(([, { success_ratio: ratio }]) => ratio.value !== 1)
    expect(failed.map(([id, { errors }]) => [id, errors])).toEqual([])
    const idle = Object.entries(result.flows).filter(([, { throughput_per_s: rate }]) => !(rate.value! > 10))
    expect(idle.map(([id]) => id)).toEqual([])
  })

  it('takes at least the time that each kind adds', () => {
    const mean = (flow: string): number => result.flows[flow]!.response_time_s.mean.value!
    // Gateway 15 ms in the middle; two objects of 200 KB at 100 MB/s after 40 and 90 ms; a bank of 20 ms.
    expect(mean('look-up')).toBeGreaterThan(0.018)
    expect(mean('files')).toBeGreaterThan(0.14)
    expect(mean('own')).toBeGreaterThan(0.02)
    expect(mean('search')).toBeGreaterThan(0.015)
  })
})
