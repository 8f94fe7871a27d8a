import { describe, expect, it } from 'vitest'
import { noSpan } from '../base/span.ts'
import { mergeNodes } from '../design/merge-nodes.ts'
import { createMap, type Node } from '../text/document.ts'
import { parse } from '../text/parse.ts'
import type { Schema } from '../text/field.ts'
import { formatNode } from './format-node.test-support.ts'
import { kinds } from './index.ts'
import { fingerprint, make } from './kinds.test-support.ts'

const table =
  'rows: 100 M, row: 1 KB, key: id, popularity: zipf(0.7), indexes: { second: { columns: [second] } }, ' +
  'access: { page: { by: key, rows: 20 }, other: { by: second, rows: 5 }'
const tables = `tables: { t: { ${table} } } }`
const pauses = 'slow-mode: { every: 1 s, for: 1 ms }'
const server = `instances: 3, scale: { target: cpu 50% }, limits: { concurrency: 10, rate: { per: 10/s } }, ${pauses}`
const store = (replicas: string): string =>
  `{ shards: { count: 2, by: id }, replicas: ${replicas}, size: { memory: 8 GiB, disk: { iops: 1 k } }, ${pauses}, ` +
  `tables: { t: { ${table}, all: { by: scan } } } } }`

/** Settings in which everything counts. */
const bases: Readonly<Record<string, string>> = {
  client: '{}',
  dns: '{}',
  cdn: '{ memory: 1 GiB, keyspaces: { k: { keys: 10 M } } }',
  waf: `{ ${server} }`,
  'load-balancer': `{ ${server} }`,
  'api-gateway': `{ ${server} }`,
  service: `{ ${server} }`,
  function: '{ memory: 512 MB, rate: { per: 10/s }, cold: { growth: { per: 10/s } } }',
  worker: `{ instances: 3, scale: { target: cpu 50% }, ${pauses} }`,
  scheduler: `{ ${pauses} }`,
  'realtime-gateway': `{ ${server}, connections: { reconnect: storm(over 60 s) } }`,
  cache: `{ replicas: 1, ${pauses}, keyspaces: { k: { keys: 100 M }, m: { keys: 10, write: model } } }`,
  'sql-database': store('{ count: 2 }'),
  'document-store': store('{ count: 2, mode: async }'),
  'wide-column-store': `{ ${pauses}, instances: 6, size: { memory: 8 GiB }, ${tables} }`,
  'key-value-store': `{ partitions: 4, ${tables} }`,
  'search-index': `{ ${pauses}, shards: 3, size: { memory: 8 GiB }, ${tables} }`,
  'columnar-store': `{ ${pauses}, shards: 2, replicas: 1, size: { memory: 1 GiB }, ${tables} }`,
  'object-store': '{ objects: { o: { count: 1 M } } }',
  'file-store': '{ files: { o: { count: 1 M } } }',
  stream: `{ brokers: 6, ${pauses}, topics: { t: { key: id, partitions: 8 } } }`,
  queue: `{ brokers: 6, ${pauses}, topics: { t: {} } }`,
  'pub-sub': `{ brokers: 6, ${pauses}, topics: { t: {} } }`,
  'lock-service': '{ locks: { a: {} } }',
  'identity-provider': `{ ${server} }`,
  external: '{ latency: 5 ms, rate: { per: 10/s }, concurrency: 5 }',
  station: '{ up: exp(1 h), down: exp(1 s) }',
}

/** Another value for each setting; `<kind> <path>` goes before the path alone. `*` stands for the name of a part. */
const others: Readonly<Record<string, string>> = {
  balance: 'random',
  brokers: '7',
  bandwidth: '50 MB/s',
  buffer: '20%',
  cached: '50%',
  ttl: '7 s',
  networks: '7',
  routing: 'nearest',
  'checks.interval': '7 s',
  'checks.unhealthy-after': '7',
  'checks.eject.after': '7',
  'checks.eject.for': '7 s',
  'checks.eject.most': '77%',
  'health.eject.after': '7',
  'health.eject.for': '7 s',
  'health.eject.most': '77%',
  'warm-up.for': '7 s',
  'warm-up.from': '77%',
  'tls.new': '77%',
  'tls.resumed': '77%',
  'tls.certificate': 'rsa',
  'tls.version': '"1.2"',
  'tls.handshake': '7 ms',
  'tls.resume': '7 ms',
  detects: '77%',
  'per-client.per': '7/s',
  'per-client.burst': '7',
  'false-alarms': '7%',
  challenge: '7 s',
  'authorizer.time': '7 ms',
  'authorizer.cache': '7 s',
  'authorizer.callers': '7',
  'authorizer.denies': '7%',
  columns: '50%',
  commit: 'later',
  compression: '50%',
  'cold.growth.burst': '7',
  'cold.growth.per': '7/s',
  'cold.idle': '9 min',
  'cold.kept': '7',
  'cold.share': '50%',
  'cold.start': '9 s',
  concurrency: '7',
  'connections.memory': '900 KiB each',
  'connections.per-instance': '1 k',
  'connections.reconnect': 'storm(over 5 s)',
  consistency: 'strong',
  copies: '2',
  change: '3 ms',
  delivery: '9 ms',
  detect: '3 s',
  discipline: 'ps',
  down: 'exp(9 s)',
  entries: '100',
  entry: '60 B',
  errors: '50%',
  evict: 'random',
  'failover.detect': '77 s',
  'failover.promote': '77 s',
  'files.*.count': '7 M',
  'files.*.size': '1 KB',
  'health.interval': '77 s',
  'health.unhealthy-after': '77',
  hit: '3 ms',
  'index-size': '300%',
  instances: '9',
  keys: '7',
  'keyspaces.*.hit': '77%',
  'keyspaces.*.keys': '77 M',
  'keyspaces.*.on-miss': 'herd',
  'cache keyspaces.*.on-miss': 'single-flight',
  'keyspaces.*.popularity': 'zipf(1.2)',
  'keyspaces.*.ttl': '5 s',
  'keyspaces.*.value': '9 KB',
  'keyspaces.*.warm': 'false',
  'keyspaces.*.write': 'through',
  'keyspaces.*.store': 'db.t',
  'keyspaces.*.flush': '77 s',
  latency: '9 ms',
  'latency.read': '9 ms',
  'latency.write': '9 ms',
  layout: 'clustered',
  'limits.concurrency': '3',
  'limits.order': 'lifo',
  'limits.queue': '3',
  'limits.rate.burst': '3',
  'limits.rate.per': '3/s',
  'limits.shed': 'codel',
  'limits.when-full': 'drop-oldest',
  locations: '4',
  'locks.*.order': 'lifo',
  'locks.*.slots': '3',
  'locks.*.wait': '1 s',
  machine: 'm7g.4xlarge',
  'max-connections': '77',
  memory: '3 GiB',
  miss: '9 ms',
  'objects.*.count': '7 M',
  'objects.*.popularity': 'zipf(1)',
  'objects.*.size': '1 KB',
  overhead: '9 ms',
  'cache overhead': '900 B',
  partitions: '9',
  passwords: '50%',
  patience: '9 s',
  'price-of-million': '9 USD',
  rebalancing: 'cooperative',
  delivers: 'at-most-once',
  pending: '9 MB',
  persist: 'later',
  'pool.max': '3',
  'pool.wait': '3 s',
  'prefixes.count': '3',
  'prefixes.reads': '3/s',
  'prefixes.writes': '3/s',
  price: '777 USD/month',
  push: '9 ms',
  queue: '3',
  'rate.burst': '3',
  'rate.per': '3/s',
  'read-asks': 'all',
  replicas: '3',
  'wide-column-store replicas': 'quorum(r 1 w 3 n 3)',
  'replicas.count': '1',
  'replicas.failover.detect': '77 s',
  'replicas.failover.promote': '77 s',
  'replicas.lag': '9 s',
  'replicas.mode': 'sync(1)',
  'replicas.read-from': 'any',
  resolvers: '5',
  'row-overhead': '900 B',
  runtime: 'threads(7)',
  'scale.cool-down': '7 s',
  'scale.max': '77',
  'scale.min': '1',
  'scale.react': '7 s',
  'scale.start': '7 s',
  'scale.target': 'cpu 77%',
  serve: '9 ms',
  servers: '5',
  'parts.merged': '7/s',
  'parts.most': '7',
  refresh: '7 s',
  answers: 'searchable',
  syncs: '3',
  shards: '7',
  'shards.by': 'second',
  'shards.count': '7',
  'shards.scheme': 'range',
  'shards.skew': 'zipf(1.2)',
  'size.cpu': '7',
  'size.disk.iops': '77',
  'size.disk.kind': 'hdd',
  'size.disk.space': '7 TiB',
  'size.disk.throughput': '777 MB/s',
  'size.memory': '3 GiB',
  'size.network': '9 MB/s',
  'connections.heartbeat': '9 s',
  'slow-mode.every': '7 s',
  'slow-mode.for': '7 s',
  speed: '77%',
  standby: '3',
  'tables.*.access.*.by': 'second',
  'tables.*.access.*.rows': '9000',
  'tables.*.indexes.*.columns': 'id',
  'tables.*.key': 'second',
  'tables.*.popularity': 'zipf(1.2)',
  'tables.*.row': '9 KB',
  'tables.*.rows': '7 G',
  'columnar-store tables.*.rows': '7 T',
  throughput: '3 MB/s',
  'throughput.read-unit': '200 B',
  'throughput.reads': '3/s',
  'throughput.write-unit': '200 B',
  'throughput.writes': '3/s',
  token: '9 ms',
  'topics.*.acks': 'leader',
  'topics.*.copies': '2',
  'topics.*.keep': '2 s',
  'topics.*.visibility': '2 s',
  visibility: '2 s',
  'dead-consumer': 'after-visibility',
  rebalance: '9 s',
  'topics.*.key': 'null',
  'topics.*.keys': '77',
  'topics.*.min-in-sync': '1',
  'topics.*.most': '77',
  'topics.*.partitions': '77',
  'topics.*.size': '77 KB',
  'topics.*.skew': 'zipf(1.2)',
  threads: '7',
  up: 'exp(9 s)',
  usable: '20%',
  waiting: '7',
  weights: '[1, 2]',
  'when-full': 'drop-oldest',
  'work.apply': '7%',
  'write-amplification': '12',
  'recover.restart': '77 s',
  'recover.reschedule': '77 s',
  'recover.replace': '77 s',
  'deploy.strategy': 'canary',
  'deploy.every': '77 s',
  'deploy.takes': '77 s',
  'deploy.watch': '77 s',
  sla: '99%',
  'backup.every': '2 d',
  'backup.keep': '30 d',
  'backup.restore-rate': '5 MB/s',
}

/** Where a setting counts only together with others. */
const together: Readonly<Record<string, string>> = {
  refresh: 'answers: searchable',
  'checks.unhealthy-after': 'checks: { interval: 3 s }',
  challenge: 'false-alarms: 5%',
  'per-client.burst': 'per-client: { per: 10/s }',
  weights: 'balance: weighted',
  'limits.order': 'runtime: threads(3)',
  'limits.shed': 'runtime: threads(3)',
  'keyspaces.*.store': 'keyspaces: { k: { write: behind } }',
  'keyspaces.*.flush': 'keyspaces: { k: { write: behind, store: db.t } }',
  'deploy.every': 'deploy: { strategy: rolling }',
  'deploy.takes': 'deploy: { strategy: rolling }',
  'deploy.watch': 'deploy: { strategy: rolling }',
}

/** Names that decide nothing by themselves: a schema of one word, or of a store that looks at no columns. */
const single = new Set(['pool.per'])
const plainNames: Readonly<Record<string, readonly string[]>> = {
  'wide-column-store': ['tables.*.key', 'tables.*.indexes.*.columns', 'tables.*.access.*.by'],
  'key-value-store': ['tables.*.key', 'tables.*.indexes.*.columns', 'tables.*.access.*.by'],
  'search-index': ['tables.*.key'],
  'columnar-store': ['tables.*.key', 'tables.*.access.*.by'],
}

/** Paths of all settings, from the schema that the fields themselves give. */
function pathsOf(schema: Schema, path: readonly string[] = []): readonly string[] {
  const inner = innerOf(schema)
  if (inner === null) return path.length === 0 ? [] : [path.join('.')]
  if (inner['properties'] !== undefined) {
    const properties = inner['properties'] as Readonly<Record<string, Schema>>
    return Object.entries(properties).flatMap(([key, value]) => pathsOf(value, [...path, key]))
  }
  return pathsOf(inner['additionalProperties'] as Schema, [...path, '*'])
}

/** The map that a value may be; null for scalars, laws and uncertain numbers. */
function innerOf(schema: Schema): Schema | null {
  const options = (schema['anyOf'] ?? schema['allOf']) as readonly Schema[] | undefined
  if (options !== undefined) return options.map(innerOf).find((one) => one !== null) ?? null
  const properties = schema['properties'] as Readonly<Record<string, Schema>> | undefined
  if (properties !== undefined) return Object.hasOwn(properties, 'is') ? null : schema
  return typeof schema['additionalProperties'] === 'object' ? schema : null
}

/** The path with the first name of each map in the base in place of `*`. */
function withValue(base: Node, path: readonly string[], value: string): Node {
  const [key, ...rest] = path
  if (key === undefined) return valueNode(value)
  const map = base.kind === 'map' ? base : createMap([], noSpan)
  const name = key === '*' ? (map.entries[0]?.key ?? 'a') : key
  const inner = withValue(map.get(name) ?? createMap([], noSpan), rest, value)
  const others = map.entries.filter((entry) => entry.key !== name)
  return createMap([...others, { key: name, keySpan: noSpan, value: inner }], noSpan)
}

const rootOf = (text: string): Node => parse(text, { file: 'test.yaml' }).document?.root ?? createMap([], noSpan)

const valueNode = (value: string): Node => {
  const root = rootOf(`value: ${value}`)
  return (root.kind === 'map' ? root.get('value') : undefined) ?? createMap([], noSpan)
}

describe('every setting moves something, or is said to move nothing', () => {
  for (const kind of kinds.filter(({ is }) => is === null)) {
    const base = bases[kind.id]
    const properties = Object.fromEntries(Object.entries(kind.params).map(([key, { field }]) => [key, field.schema]))
    for (const path of pathsOf({ type: 'object', properties })) {
      const isSaid = Object.keys(kind.withoutEffect).some((said) => {
        return path === said || path.startsWith(`${said}.`)
      })
      if (isSaid || single.has(path) || plainNames[kind.id]?.includes(path)) continue
      it(`${kind.id}: ${path}`, () => {
        const root = mergeNodes(rootOf(base ?? '{}'), rootOf(together[path] ?? '{}'))
        const value = others[`${kind.id} ${path}`] ?? others[path] ?? (path.startsWith('work.') ? '77 ms' : undefined)
        expect(value, `a value for ${path}`).toBeDefined()
        const changed =
          value === 'null' ? without(root, path.split('.')) : withValue(root, path.split('.'), value ?? '')
        const before = fingerprint(make(kind.id, formatNode(root)))
        const after = fingerprint(make(kind.id, formatNode(changed)))
        expect(after === before, `${path}: ${value ?? ''} changes something`).toBe(false)
      })
    }
  }
})

function without(base: Node, path: readonly string[]): Node {
  const [key, ...rest] = path
  if (base.kind !== 'map' || key === undefined) return base
  const name = key === '*' ? (base.entries[0]?.key ?? '') : key
  const entries = base.entries.flatMap((entry) => {
    if (entry.key !== name) return [entry]
    return rest.length === 0 ? [] : [{ ...entry, value: without(entry.value, rest) }]
  })
  return createMap(entries, noSpan)
}
