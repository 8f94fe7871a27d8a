/**
 * A small system around one component of each general kind, in which its settings count. `it` is the component; what is
 * written of it comes from the settings here. Scenarios are for settings that only count when something happens.
 */
export interface Bench {
  /** Of the component, in YAML flow style without braces. */
  readonly settings: string
  /** Requests per second of the users. */
  readonly rate: number
  /** Flows by name, in YAML flow style. */
  readonly flows: Readonly<Record<string, string>>
  /** Further components. */
  readonly beside?: Readonly<Record<string, string>>
  /** Where the component stands; left out: in three zones. */
  readonly at?: string
  /** Simulated seconds. */
  readonly seconds?: number
  /** Another load than users who come at random. */
  readonly load?: string
}

const table =
  't: { rows: 20 M, row: 1 KB, key: id, popularity: zipf(0.7), indexes: { second: { columns: [second] } }, ' +
  'access: { page: { by: key, rows: 20 }, other: { by: second, rows: 5 } } }'
const server = 'instances: 3, size: { cpu: 2 }, runtime: threads(8), limits: { queue: 20 }'
const behind = { back: '{ kind: service, at: eu, instances: 3, size: { cpu: 0.3 }, health: { interval: 500 ms } }' }
const passing = {
  ask: '{ from: users, steps: [{ call: back, via: [it], do: [{ work: 1 ms }, { wait: 10 ms }, { reply: 20 KB }] }] }',
}
const rows = {
  read: '{ from: users, steps: [{ call: api, do: [{ read: it.t }] }] }',
  page: '{ from: users, steps: [{ call: api, do: [{ read: it.t.page }] }] }',
  other: '{ from: users, steps: [{ call: api, do: [{ read: it.t.other }] }] }',
  write: '{ from: users, steps: [{ call: api, do: [{ write: it.t }] }] }',
}
const worker = { w: '{ kind: worker, at: eu, instances: 2, size: { cpu: 2 }, health: { interval: 500 ms } }' }
const messages = {
  put: '{ from: users, steps: [{ call: api, do: [{ publish: it.t }] }] }',
  take: '{ consume: it.t, by: w, batch: { up-to: 20, wait: 20 ms }, steps: [{ work: 2 ms }] }',
}

export const benches: Readonly<Record<string, Bench>> = {
  client: { settings: '', rate: 50, flows: { ask: '{ from: users, steps: [{ call: it, do: [{ work: 5 ms }] }] }' } },
  dns: {
    settings: '',
    rate: 100,
    at: 'eu',
    beside: { back: behind.back.replace('at: eu', 'at: [eu, us]').replace('instances: 3', 'instances: 6') },
    flows: passing,
  },
  cdn: {
    settings: 'memory: 64 MiB, keyspaces: { k: { keys: 50 k, popularity: zipf(0.9), value: 20 KB, ttl: 20 s } }',
    rate: 150,
    at: 'pops',
    beside: behind,
    flows: {
      get: '{ from: users, steps: [{ get: it.k, miss: [{ call: back, do: [{ work: 5 ms }, { reply: 20 KB }] }] }] }',
      pass: passing.ask,
    },
  },
  waf: { settings: server, rate: 300, beside: behind, flows: passing },
  'load-balancer': { settings: server, rate: 300, beside: behind, flows: passing },
  'api-gateway': { settings: server, rate: 300, beside: behind, flows: passing },
  service: {
    settings: server,
    rate: 300,
    flows: { ask: '{ from: users, steps: [{ call: it, do: [{ work: 8 ms }, { wait: 20 ms }, { reply: 20 KB }] }] }' },
  },
  function: {
    settings: 'memory: 512 MB',
    rate: 60,
    flows: { ask: '{ from: users, steps: [{ call: it, do: [{ work: 20 ms }, { wait: 20 ms }] }] }' },
  },
  worker: {
    settings: 'instances: 3, size: { cpu: 2 }',
    rate: 200,
    beside: { jobs: '{ kind: queue, at: eu, size: { disk: { iops: 20 k } } }' },
    flows: {
      put: '{ from: users, steps: [{ call: api, do: [{ publish: jobs, size: 20 KB }] }] }',
      take: '{ consume: jobs, by: it, steps: [{ work: 20 ms }] }',
    },
  },
  scheduler: {
    settings: 'size: { cpu: 1 }',
    rate: 1,
    flows: { tick: '{ every: 50 ms, by: it, steps: [{ work: exp(20 ms) }] }' },
  },
  'realtime-gateway': {
    settings: 'instances: 3, size: { cpu: 2 }, runtime: threads(8), limits: { queue: 20 }',
    rate: 300,
    load: ', clients: { population: 20 k, think: 100 s, mix: { stay: 100% } }',
    flows: {
      ask: '{ from: users, steps: [{ call: it, do: [{ work: 5 ms }, { wait: 10 ms }, { push: it, size: 20 KB }] }] }',
      stay: '{ from: clients, steps: [{ call: it, do: [{ work: 10 us }] }] }',
    },
  },
  cache: {
    settings:
      'shards: 2, replicas: 1, memory: 16 MiB, evict: lru, ' +
      'keyspaces: { k: { keys: 100 k, popularity: zipf(0.9), value: 500 B, ttl: 20 s } }',
    rate: 1500,
    beside: { store: '{ kind: station, servers: infinite, at: eu }' },
    flows: {
      get: '{ from: users, steps: [{ call: api, do: [{ get: it.k, miss: [{ call: store, do: [{ work: 5 ms }] }] }] }] }',
      put: '{ from: users, steps: [{ call: api, do: [{ put: it.k }] }] }',
    },
  },
  'sql-database': {
    settings:
      `shards: { count: 2, by: id }, replicas: { count: 2, read-from: any }, ` +
      `size: { cpu: 1, memory: 4 GiB, disk: { iops: 2 k } }, tables: { ${table} }`,
    rate: 600,
    flows: rows,
  },
  'document-store': {
    settings:
      `shards: { count: 2, by: id }, replicas: { count: 2, mode: async, read-from: any }, ` +
      `size: { cpu: 1, memory: 4 GiB, disk: { iops: 2 k } }, tables: { ${table} }`,
    rate: 600,
    flows: rows,
  },
  'wide-column-store': {
    settings: `instances: 6, size: { cpu: 1, memory: 4 GiB, disk: { iops: 1 k } }, tables: { ${table} }`,
    rate: 900,
    flows: rows,
  },
  'key-value-store': {
    settings: `partitions: 2, tables: { ${table.replace('row: 1 KB', 'row: 3 KB')} }`,
    rate: 900,
    flows: rows,
  },
  'search-index': {
    settings:
      'shards: 3, replicas: 1, size: { cpu: 2, memory: 4 GiB }, ' +
      'tables: { t: { rows: 20 M, row: 1 KB, key: id, access: { page: { by: search, rows: 20 }, other: { by: search, rows: 5 } } } }',
    rate: 100,
    flows: rows,
  },
  'columnar-store': {
    settings:
      'shards: 2, replicas: 1, size: { cpu: 2, memory: 1 GiB }, tables: { t: { rows: 40 M, row: 100 B, key: id, ' +
      'access: { page: { by: key, rows: 20 }, other: { by: scan } } } }',
    rate: 8,
    flows: { ...rows, write: '{ from: users, steps: [{ call: api, do: [{ write: it.t, rows: 1000 }] }] }' },
  },
  'object-store': {
    settings: 'prefixes: { count: 2, reads: 100/s, writes: 50/s }, objects: { o: { count: 1 M } }',
    rate: 100,
    flows: {
      read: '{ from: users, steps: [{ call: api, do: [{ read: it.o }] }] }',
      write: '{ from: users, steps: [{ call: api, do: [{ write: it.o }] }] }',
    },
  },
  'file-store': {
    settings: 'files: { o: { count: 1 M, size: 500 KB } }',
    rate: 80,
    flows: {
      read: '{ from: users, steps: [{ call: api, do: [{ read: it.o }] }] }',
      write: '{ from: users, steps: [{ call: api, do: [{ write: it.o }] }] }',
    },
  },
  stream: {
    settings: 'brokers: 4, size: { cpu: 1 }, topics: { t: { partitions: 8, size: 20 KB } }',
    rate: 600,
    beside: worker,
    flows: messages,
  },
  queue: {
    settings: 'brokers: 4, size: { cpu: 1, disk: { iops: 2 k } }, topics: { t: { size: 20 KB } }',
    rate: 500,
    beside: worker,
    flows: messages,
  },
  'pub-sub': {
    settings: 'brokers: 4, size: { cpu: 1 }, topics: { t: { size: 20 KB } }',
    rate: 600,
    beside: worker,
    flows: messages,
  },
  'lock-service': {
    settings: 'size: { cpu: 1 }, locks: { a: {} }',
    rate: 100,
    flows: { ask: '{ from: users, steps: [{ call: api, do: [{ hold: it.a, do: [{ wait: 4 ms }] }] }] }' },
  },
  'identity-provider': {
    settings: 'instances: 3, size: { cpu: 2 }, runtime: threads(8), limits: { queue: 20 }',
    rate: 300,
    flows: { ask: '{ from: users, steps: [{ call: it, do: [{ wait: 10 ms }, { reply: 20 KB }] }] }' },
  },
  external: {
    settings: 'latency: 20 ms, rate: 200/s, concurrency: 20',
    rate: 150,
    flows: { ask: '{ from: users, steps: [{ call: api, do: [{ call: it }] }] }' },
  },
  station: {
    settings: 'servers: 1, instances: 2, queue: 20',
    rate: 150,
    flows: { ask: '{ from: users, steps: [{ call: it, do: [{ work: exp(10 ms) }] }] }' },
  },
}

/** What happens in the scenarios that are tried when nothing moves in the calm one. */
export const happenings = {
  calm: '',
  crash: '{ at: 2 s, kill: "it[0]", for: 6 s }',
  lost: '{ at: 2 s, kill: it }',
  disaster: '{ at: 2 s, kill: it, disks: lost, for: 2 s }',
  zone: '{ at: 2 s, kill: eu.a }',
  deploy: '{ at: 2 s, deploy: it, for: 20 s }',
  failover: '{ at: 2 s, failover: it }',
  surge: '{ at: 2 s, burst: users, times: 4, over: 6 s }',
  disconnect: '{ at: 2 s, disconnect: 50% of it }',
  worker: '{ at: 2 s, kill: "w[0]", for: 6 s }',
  attack: '',
} as const

export type Happening = keyof typeof happenings

/** The whole design of a bench. */
export function designOf(kind: string, bench: Bench): string {
  const names = Object.keys(bench.flows).filter((name) => bench.flows[name]?.includes('from: users'))
  const mix = names.length === 0 ? 'idle: 100%' : names.map((name) => `${name}: ${100 / names.length}%`).join(', ')
  const [first = 'idle'] = names
  const flows = names.length === 0 ? { ...bench.flows, idle: '{ from: users, steps: [{ call: api }] }' } : bench.flows
  const list = (all: Readonly<Record<string, string>>): string =>
    Object.entries(all)
      .map(([name, text]) => `  ${name}: ${text}`)
      .join('\n')
  const events = Object.entries(happenings).filter(([name]) => name !== 'calm' && name !== 'attack')
  const usable = events.filter(([, text]) => !text.includes('w[0]') || bench.beside?.['w'] !== undefined)
  const scenarios = usable.map(([name, text]) => `  ${name}: { faults: [${text}, ${END}] }`)
  return `
loadpath: 1
name: bench
load: { users: { rate: ${bench.rate}/s, clients: 100, from: { net: 100% }, mix: { ${mix} } } ${bench.load ?? ''} }
places:
  net: { clients: true, latency: 20 ms }
  eu: { region: eu-west-1, zones: [a, b, c] }
  us: { region: us-east-1 }
  net -> us: { latency: 120 ms }
  pops: { edge: 3 }
components:
  it: { kind: ${kind}, at: ${bench.at ?? 'eu'}, ${bench.settings} }
  api: { kind: service, at: eu, instances: 4, size: { cpu: 16 } }
${list(bench.beside ?? {})}
flows:
${list(flows)}
scenarios:
${scenarios.join('\n')}
  attack:
    during: 2 s..12 s
    load: { bots: { rate: ${4 * bench.rate}/s, hostile: true, from: { net: 100% }, mix: { ${first}: 100% } } }
`
}

/** Keeps what is judged open until everything that follows has happened. */
const END = '{ at: 24 s, slow: api, by: 1 us, for: 1 s }'
