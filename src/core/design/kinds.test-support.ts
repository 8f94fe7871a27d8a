import { defineKind, type Kind, type Part } from '../kinds/define.ts'
import { fieldOf, listOf, mapOf, type Named, oneOf, scalarOr, text } from '../text/field.ts'
import { optional, type Params, record, required, withDefault } from '../text/param.ts'
import {
  bytesField,
  countField,
  growingField,
  lawField,
  popularityField,
  timeField,
  wholeField,
} from '../text/quantity-fields.ts'
import { readReplicaMode, readRuntime } from '../text/scalars/choices.ts'

/** A few small kinds of every sort, so that tests of designs do not change with the kinds of the product. */

type Spec = Pick<Kind, 'id' | 'verbs'> &
  Partial<Pick<Kind, 'aliases' | 'parts' | 'withoutEffect' | 'check' | 'partsOf'>>

const general = (spec: Spec, params: Params): Kind => ({
  ...defineKind({
    aliases: [],
    is: null,
    parts: null,
    withoutEffect: {},
    about: `a ${spec.id}`,
    presets: {},
    models: [],
    doesNotModel: [],
    ...spec,
    params,
    build: () => {
      throw new Error('test kinds are not built')
    },
  }),
  ...spec,
})

const technology = (kind: Kind, id: string, presets: Readonly<Record<string, string>>): Kind => ({
  ...kind,
  id,
  aliases: [],
  is: kind.id,
  presets: Object.fromEntries(Object.entries(presets).map(([path, value]) => [path, { value, source: 'test' }])),
})

const partsIn =
  (param: string, kind: Part['kind'], pathsOf: (part: unknown) => readonly string[] = () => []) =>
  (settings: Readonly<Record<string, unknown>>): ReadonlyMap<string, Part> => {
    const parts = settings[param] as ReadonlyMap<string, Named<unknown>> | null
    return new Map([...(parts ?? [])].map(([name, { value }]) => [name, { kind, paths: pathsOf(value) }]))
  }

const size = record(
  {
    cpu: withDefault(countField({ above: 0 }), '2', { help: 'Cores.' }),
    memory: optional(bytesField(), { help: 'Memory.' }),
  },
  'a size',
)
const limits = record(
  {
    concurrency: optional(wholeField(), { help: 'Requests at once.' }),
    queue: optional(wholeField({ min: 0, canBeInfinite: true }), { help: 'Requests that wait.' }),
    'when-full': withDefault(oneOf('reject', 'wait', 'drop-oldest'), 'reject', { help: 'What happens to more.' }),
  },
  'limits',
)
const serviceParams = {
  instances: withDefault(wholeField(), '1', { help: 'Copies.' }),
  size: withDefault(size, '{}', { help: 'Size of a copy.' }),
  runtime: withDefault(fieldOf('a runtime', { type: 'string' }, readRuntime), 'async', { help: 'Threads.' }),
  limits: withDefault(limits, '{}', { help: 'Limits.' }),
  deploy: optional(text, { help: 'How new versions come.' }),
}

const access = record(
  { by: required(text, { help: 'Key or index.' }), rows: withDefault(countField(), '1', { help: 'Rows.' }) },
  'an access path',
)
const table = record(
  {
    rows: required(growingField('count'), { help: 'How many rows.' }),
    row: withDefault(bytesField(), '100 B', { help: 'Size of a row.' }),
    key: withDefault(listOf(text), 'id', { help: 'The key.' }),
    access: withDefault(mapOf(access), '{}', { help: 'Ways to read.' }),
  },
  'a table',
)
const replicas = scalarOr(
  wholeField({ min: 0 }),
  record(
    {
      count: withDefault(wholeField({ min: 0 }), '0', { help: 'Copies beside the leader.' }),
      mode: withDefault(fieldOf('a mode', { type: 'string' }, readReplicaMode), 'async', { help: 'How they follow.' }),
    },
    'replicas',
  ),
)

export const service = general(
  {
    id: 'service',
    verbs: ['call'],
    withoutEffect: { deploy: 'instances do not go away while a version is rolled out' },
    check: ({ instances }) =>
      instances === 999
        ? [{ severity: 'error', code: 'test-check', param: 'instances', message: '`instances` is 999' }]
        : [],
  },
  serviceParams,
)

export const sqlDatabase = general(
  {
    id: 'sql-database',
    verbs: ['call', 'read', 'write', 'tx', 'consume'],
    parts: 'tables',
    partsOf: partsIn('tables', 'table', (part) => [
      ...(part as { access: ReadonlyMap<string, unknown> }).access.keys(),
    ]),
  },
  {
    size: serviceParams.size,
    shards: shardsParam(),
    replicas: withDefault(replicas, '0', { help: 'Copies.' }),
    pool: withDefault(record({ max: withDefault(wholeField(), '10', { help: 'Most.' }) }, 'a pool'), '{}', {
      help: 'Connections.',
    }),
    backup: optional(text, { help: 'Backups.' }),
    tables: withDefault(mapOf(table), '{}', { help: 'Tables.' }),
  },
)

function shardsParam() {
  const shards = record(
    { by: optional(text, { help: 'Key.' }), count: withDefault(wholeField(), '1', { help: 'How many.' }) },
    'shards',
  )
  return withDefault(scalarOr(wholeField(), shards), '1', { help: 'Parts of the keys.' })
}

const keyspace = record(
  {
    keys: required(countField({ above: 0 }), { help: 'How many keys.' }),
    value: withDefault(bytesField(), '100 B', { help: 'Size of a value.' }),
    popularity: withDefault(popularityField, 'zipf(0.9)', { help: 'How keys are asked for.' }),
    ttl: optional(timeField(), { help: 'Time to live.' }),
  },
  'a keyspace',
)

export const cache = general(
  { id: 'cache', verbs: ['get', 'put'], parts: 'keyspaces', partsOf: partsIn('keyspaces', 'keyspace') },
  {
    shards: withDefault(wholeField(), '1', { help: 'Parts.' }),
    memory: required(bytesField(), { help: 'Of a shard.' }),
    evict: withDefault(oneOf('lru', 'lfu', 'none'), 'lru', { help: 'What goes.' }),
    keyspaces: withDefault(mapOf(keyspace), '{}', { help: 'Keys.' }),
  },
)

const topic = record({ partitions: withDefault(wholeField(), '1', { help: 'Partitions.' }) }, 'a topic')

const stream = general(
  { id: 'stream', verbs: ['publish', 'consume'], parts: 'topics', partsOf: partsIn('topics', 'topic') },
  {
    brokers: withDefault(wholeField(), '3', { help: 'Brokers.' }),
    topics: withDefault(mapOf(topic), '{}', { help: 'Topics.' }),
  },
)

const lockService = general(
  { id: 'lock-service', verbs: ['hold'], parts: 'locks', partsOf: partsIn('locks', 'lock') },
  { locks: withDefault(mapOf(text), '{}', { help: 'Locks.' }) },
)

export const station = general(
  { id: 'station', verbs: ['call'] },
  {
    servers: withDefault(wholeField({ min: 1, canBeInfinite: true }), '1', { help: 'Servers.' }),
    discipline: withDefault(oneOf('fifo', 'lifo', 'ps', 'priority', 'preemptive'), 'fifo', { help: 'Who is next.' }),
    patience: optional(lawField('time'), { help: 'Longest wait.' }),
  },
)

export const testKinds: readonly Kind[] = [
  service,
  general({ id: 'worker', verbs: [] }, serviceParams),
  general({ id: 'load-balancer', verbs: ['call'], aliases: ['lb'] }, { instances: serviceParams.instances }),
  sqlDatabase,
  technology(sqlDatabase, 'postgres', { 'pool.max': '20' }),
  cache,
  technology(cache, 'redis', { memory: '1 GiB' }),
  stream,
  technology(stream, 'kafka', {}),
  lockService,
  station,
  general({ id: 'realtime-gateway', verbs: ['call', 'push'] }, { instances: serviceParams.instances }),
]
