import type { Bytes, Ratio, Seconds } from '../base/units.ts'
import { type Distribution, fixed, meanOf } from '../model/distribution.ts'
import type { GroupIndex, KeyDomainIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { oneOf } from '../text/field.ts'
import { record, required, withDefault } from '../text/param.ts'
import { lawField, ratioField, timeField, wholeField } from '../text/quantity-fields.ts'
import { anyOf, copyAt, leaderOf, noConnections, type Pauses, tablesDomain } from './copies.ts'
import { type Access, type Behaviour, defineKind, type RowAsk, type Workbench, type Writer } from './define.ts'
import { addDisk, type Disk, type DiskSettings } from './disk.ts'
import { addProcessor, upkeepParams, once, pauseParams } from './fleet.ts'
import { withEach } from './laws.ts'
import { addReplicated, failoverField, type FailoverSettings } from './replication.ts'
import { addSize, checkSize, processorsOf, type SizeSettings, storeSizeParams } from './size.ts'
import { copiesOf, tableHoldings } from './holdings.ts'
import { checkTables, pathOf, tableOf, tableParts, type Tables, tablesField } from './tables.ts'

const sizeDefaults = { cpu: '8', memory: '32 GiB' } as const

/** Random reads of a query at one shard when nothing of it is in memory: postings and stored fields (assumption). */
const READS_PER_QUERY = 5

const workField = record(
  {
    query: withDefault(lawField('time', 'skewed'), '{ p50: 8 ms, p99: 80 ms }', {
      effect: { at: '{ p50: 50 ms, p99: 90 ms }', moves: ['mean up'] },
      help: 'A search at each shard.',
      source:
        'assumption: a term query takes 2-20 ms at a warm shard; 200 searches/s on 8 processors over three shards',
      range: '2 ms..80 ms',
    }),
    get: withDefault(lawField('time', 'skewed'), 'lognormal(mean 0.5 ms cv 1.1)', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'A document by its key, at one shard.',
      source: 'assumption',
      range: '0.2 ms..2 ms',
    }),
    row: withDefault(timeField(), '20 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Each document that is returned.',
      source: 'assumption: decompressing and serializing a few hundred bytes',
      range: '5 us..100 us',
    }),
    index: withDefault(timeField(), '0.4 ms', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Each document that is indexed, at each copy.',
      source: 'assumption: 20 000 documents of 0.5-1 KB per second on 8 processors, of 5000 to 50 000',
      range: '0.16 ms..1.6 ms',
    }),
    merge: withDefault(lawField('time', 'skewed'), 'lognormal(mean 1 ms cv 0.8)', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Joining the answers of the shards, and each request that writes.',
      source: 'assumption',
      range: '0.3 ms..5 ms',
    }),
  },
  'times of a search index',
)

/** Documents by what is in them: a search asks every shard. */
export const searchIndex = defineKind({
  id: 'search-index',
  aliases: ['search'],
  is: null,
  about: 'Documents by what is in them: a search asks every shard, and is as late as the last of them.',
  params: {
    tables: required(tablesField, {
      help: 'Its indexes, by name: documents are rows, an access path goes by `key` or by `search`.',
    }),
    shards: withDefault(wholeField(), '1', {
      effect: { at: '8', moves: ['busy down'] },
      help: 'Parts of the documents.',
      source: 'OpenSearch documentation: number_of_shards, 2026',
      range: '1..50',
    }),
    replicas: withDefault(wholeField({ min: 0 }), '1', {
      effect: { at: '3', moves: ['cost up'] },
      help: 'Copies of each shard: they answer searches as well, and index what the others index.',
      source: 'Elasticsearch: number_of_replicas',
      range: '0..3',
    }),
    ...storeSizeParams(sizeDefaults),
    work: withDefault(workField, '{}', { help: 'Processor time.' }),
    buffer: withDefault(ratioField({ above: 0 }), '50%', {
      effect: { at: '20%', moves: ['mean up'] },
      help: 'Part of the memory in which the operating system keeps what was read.',
      source: 'OpenSearch documentation: half of the memory for the heap, 2026',
      range: '40%..75%',
    }),
    'index-size': withDefault(ratioField({ above: 0, max: 5 }), '110%', {
      effect: { at: '300%', moves: ['mean up'] },
      help: 'Size on disk, as a part of the size of the documents.',
      source: 'assumption: 50-150 % by mapping',
      range: '50%..150%',
    }),
    refresh: withDefault(timeField({ above: 0 }), '1 s', {
      help: 'How often what was indexed is made visible to searches.',
      source: 'Elasticsearch: index.refresh_interval, 1 s',
      range: '1 s..60 s',
      effect: { at: '10 s', with: ['answers=searchable'], moves: ['p99 up'] },
    }),
    answers: withDefault(oneOf('written', 'searchable'), 'written', {
      help: 'When a write is answered: when all copies have it, or (`refresh=wait_for`) when searches find it.',
      effect: { at: 'searchable', moves: ['p99 up'] },
    }),
    failover: withDefault(
      failoverField({
        detect: '33 s',
        promote: '2 s',
        source: 'OpenSearch documentation: 3 checks of 1 s + 10 s, 2026',
      }),
      '{}',
      { help: 'Until a hung node is left out.' },
    ),
    ...pauseParams,
    ...upkeepParams,
  },
  presets: {},
  parts: 'tables',
  verbs: ['read', 'write'],
  models: [
    'searches that fan out to all shards, one copy of each; documents by key from one shard',
    'processor time of searching and of indexing, at every copy; reads from disk by what fits in memory',
    'writes that wait until searches find them: part of a `refresh` interval',
  ],
  doesNotModel: [
    'searches that miss what is newer than `refresh`; the processor time of a refresh',
    'aggregations, unless `rows` or `work.query` say what they cost; merges of segments',
    'which shards: each of the searches at once goes to a random one',
  ],
  withoutEffect: {
    'tables.*.indexes': 'everything in a document is indexed; `work.index` says what that costs',
  },
  partsOf: ({ tables }) => tableParts(tables),
  holdingsOf: (settings) =>
    tableHoldings(settings.tables, {
      copies: copiesOf(1 + settings.replicas, 'replicas', 'copies (1 + replicas)'),
      on: 'disk',
      packed: { name: 'size of the index', value: settings['index-size'], path: 'index-size' },
    }),
  check: (settings) => [...checkTables(settings.tables, ['search']), ...checkSize(settings, sizeDefaults)],
  build: (settings, bench) => {
    const index = addIndex(bench, settings)
    return {
      primary: index.cpu,
      group: index.group,
      ...noConnections,
      work: index.work,
      read: (ask) => readAccess(index, ask),
      write: (ask) => indexAccess(index, ask),
    }
  },
})

interface IndexSettings extends SizeSettings {
  readonly size: SizeSettings['size'] & { readonly disk: DiskSettings }
  readonly tables: Tables
  readonly shards: number
  readonly replicas: number
  readonly work: {
    readonly query: Distribution
    readonly get: Distribution
    readonly row: Seconds
    readonly index: Seconds
    readonly merge: Distribution
  }
  readonly buffer: Ratio
  readonly 'index-size': Ratio
  readonly refresh: Seconds
  readonly answers: 'written' | 'searchable'
  readonly failover: FailoverSettings
  readonly 'slow-mode': Pauses | null
}

interface Index {
  readonly settings: IndexSettings
  readonly group: GroupIndex
  readonly cpu: number
  readonly work: NonNullable<Behaviour['work']>
  readonly disk: Disk
  readonly domain: KeyDomainIndex
  /** Part of a shard that lies in memory. */
  readonly cached: Ratio
}

function addIndex(bench: Workbench, settings: IndexSettings): Index {
  const { shards, replicas, failover, tables } = settings
  const group = addReplicated(bench, failover, { shards, followers: replicas, keeps: { on: 'disk', backup: null } })
  const { cpu, memory } = processorsOf(settings)
  const processor = addProcessor(bench, group, { cpu, pauses: settings['slow-mode'] })
  addSize(bench, group, settings)
  const all = [...tables.values()].map(({ value }) => value)
  const bytes = all.reduce((sum, { rows, row }) => sum + (rows / shards) * row, 0) * settings['index-size']
  return {
    settings,
    group,
    cpu: processor.station,
    work: processor.work,
    disk: addDisk(bench, group, settings.size.disk),
    domain: tablesDomain(bench, tables),
    cached: bytes === 0 ? 1 : Math.min(1, (memory * settings.buffer) / bytes),
  }
}

/** Without an access path: a document by its key. By a path: a search. */
function readAccess(index: Index, ask: RowAsk): Access {
  const { settings, group, work, disk, cached } = index
  const { table } = tableOf(settings.tables, ask.part)
  const path = pathOf(table, ask.path)
  const rows = ask.rows ?? path.rows
  const receive = meanOf(rows) * Math.max(1, ask.count.fixed) * table.row
  const isGet = path.by === 'key'
  const first = isGet ? settings.work.get : settings.work.query
  const time = withEach(first, rows, settings.work.row)
  const keys = Math.max(1, ask.count.fixed)
  const { times } = ask.count
  const reads = (isGet ? 1 : READS_PER_QUERY) * (1 - cached) * keys
  const local: readonly Step[] =
    times === null
      ? [...work(withEach(time, fixed(keys), meanOf(time)), once, ask.write), ...disk.read(ask.write, reads)]
      : [...work(fixed(0), { each: meanOf(time) * keys, times }, ask.write), ...disk.readEach(ask.write, reads, times)]
  const pick = anyOf(isGet ? (ask.keyDomain ?? index.domain) : 'uniform')
  if (isGet) return { group, pick, steps: local, send: 0, receive }
  const branches = Array.from({ length: settings.shards }, () => [
    ask.write.callPeer({ group, pick, steps: local, send: 0, receive: receive / settings.shards }),
  ])
  const merge = work(settings.work.merge, once, ask.write)
  const steps = [ask.write.parallel('shards', branches, branches.length), ...merge]
  return { group, pick, steps, send: 0, receive }
}

/** The primary indexes and writes its log, then every copy does; the answer comes when all have it. */
function indexAccess(index: Index, ask: RowAsk): Access {
  const { settings, group } = index
  const { write, count } = ask
  const { table } = tableOf(settings.tables, ask.part)
  const many = meanOf(ask.rows ?? fixed(1)) * Math.max(1, count.fixed)
  const bytes: Bytes = many * table.row
  const steps = (): readonly Step[] => indexSteps(index, ask, many)
  const copies = Array.from({ length: settings.replicas }, (_, i) => [
    write.callPeer({ group, pick: copyAt(i + 1), steps: steps(), send: bytes, receive: 0 }),
  ])
  const follow = copies.length === 0 ? [] : [write.parallel('replication', copies, copies.length)]
  return {
    group,
    pick: leaderOf(ask.keyDomain ?? index.domain),
    steps: [...steps(), ...follow, ...visibleSteps(index, write)],
    send: bytes,
    receive: 0,
  }
}

/** A write comes at any moment of the interval. */
const visibleSteps = ({ settings: { answers, refresh } }: Index, write: Writer): readonly Step[] =>
  answers === 'searchable' ? [write.delay('refresh', { law: 'uniform', low: 0, high: refresh })] : []

function indexSteps({ settings, work, disk }: Index, { write, count }: RowAsk, many: number): readonly Step[] {
  const { merge, index } = settings.work
  const cpu =
    count.times === null
      ? work(withEach(merge, fixed(many + 1), index), once, write)
      : work(merge, { each: many * index, times: count.times }, write)
  return [...cpu, disk.sync(write)]
}
