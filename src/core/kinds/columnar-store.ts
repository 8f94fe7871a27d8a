import type { Bytes, PerSecond, Ratio, Seconds } from '../base/units.ts'
import { type Distribution, fixed, meanOf } from '../model/distribution.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { record, required, withDefault } from '../text/param.ts'
import { lawField, rateField, ratioField, timeField, wholeField } from '../text/quantity-fields.ts'
import { anyOf, copyAt, leaderOf, noConnections, type Pauses } from './copies.ts'
import { type Access, type Behaviour, defineKind, type RowAsk, type Workbench } from './define.ts'
import { addDisk, type Disk } from './disk.ts'
import { addProcessor, upkeepParams, once, pauseParams } from './fleet.ts'
import { withEach } from './laws.ts'
import { addReplicated, failoverField, type FailoverSettings } from './replication.ts'
import { addSize, checkSize, processorsOf, type SizeSettings, storeSizeParams } from './size.ts'
import { copiesOf, tableHoldings } from './holdings.ts'
import { checkTables, pathOf, type Table, tableOf, tableParts, type Tables, tablesField } from './tables.ts'

const sizeDefaults = { cpu: '8', memory: '32 GiB' } as const

/** Rows that are read at least where one is wanted. Source: ClickHouse documentation: index_granularity, 8192. */
const GRANULE = 8192

const workField = record(
  {
    query: withDefault(lawField('time', 'skewed'), 'lognormal(mean 3 ms cv 0.8)', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Each query: parsing, planning, opening parts.',
      source: 'assumption',
      range: '1 ms..10 ms',
    }),
    scan: withDefault(timeField(), '0.01 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Each row that a query looks at.',
      source: 'assumption: 100 M rows of a few columns per second and processor',
      range: '0.001 us..0.05 us',
    }),
    insert: withDefault(lawField('time', 'skewed'), 'lognormal(mean 5 ms cv 0.8)', {
      effect: { at: '90 ms', moves: ['mean up'] },
      help: 'Each insert, whatever its rows: it makes a part on disk.',
      source: 'assumption',
      range: '1 ms..20 ms',
    }),
    row: withDefault(timeField(), '2 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Each row that is inserted, with the merges that follow.',
      source: 'assumption: 500 000 rows per second and processor',
      range: '0.5 us..10 us',
    }),
  },
  'times of a columnar store',
)

const partsField = record(
  {
    merged: withDefault(rateField({ above: 0 }), '300/s', {
      help: 'Parts per second that merges of one instance take away.',
      source: 'assumption: small parts; its makers advise few inserts with many rows each',
      range: '20/s..1 k/s',
      effect: { at: '1/s', with: ['parts.most=1'], moves: ['success down'] },
    }),
    most: withDefault(wholeField(), '3000', {
      help: 'Parts that are not merged yet: an insert beyond that is refused (`rate-limited`).',
      source: 'ClickHouse documentation: parts_to_throw_insert, 2025',
      range: '300..10000',
      effect: { at: '1', with: ['parts.merged=1/s'], moves: ['success down'] },
    }),
  },
  'limits of parts',
)

/** Columns of many rows, compressed, for queries that look at a lot of them. */
export const columnarStore = defineKind({
  id: 'columnar-store',
  aliases: ['columnar'],
  is: null,
  about: 'Columns of many rows, compressed: queries scan, inserts come in batches.',
  params: {
    tables: required(tablesField, { help: 'What it holds, by name.' }),
    shards: withDefault(wholeField(), '1', {
      effect: { at: '8', moves: ['busy down'] },
      help: 'Parts of the rows: a query asks all of them, an insert one.',
    }),
    replicas: withDefault(wholeField({ min: 0 }), '0', {
      effect: { at: '3', moves: ['cost up'] },
      help: 'Copies of each shard: they answer queries as well.',
    }),
    ...storeSizeParams(sizeDefaults),
    work: withDefault(workField, '{}', { help: 'Processor time of queries and inserts.' }),
    compression: withDefault(ratioField({ above: 0 }), '20%', {
      effect: { at: '100%', moves: ['mean up'] },
      help: 'Size on disk, as a part of the size of the rows.',
      source: 'assumption: columns of like values shrink three to ten times',
      range: '10%..35%',
    }),
    columns: withDefault(ratioField({ above: 0 }), '30%', {
      effect: { at: '50%', with: ['size.memory=200 MiB'], moves: ['busy of disk bytes up'] },
      help: 'Part of the bytes of a row that a query reads.',
      source: 'assumption: a few of many columns',
      range: '5%..100%',
    }),
    buffer: withDefault(ratioField({ above: 0 }), '60%', {
      effect: { at: '20%', moves: ['mean up'] },
      help: 'Part of the memory that keeps what was read from disk.',
      source: 'assumption',
      range: '30%..80%',
    }),
    parts: withDefault(partsField, '{}', {
      help: 'Each insert makes a part; merges in the background take them away.',
    }),
    failover: withDefault(failoverField({ detect: '10 s', promote: '0 s' }), '{}', {
      help: 'Until a dead copy is no longer asked.',
    }),
    ...pauseParams,
    ...upkeepParams,
  },
  presets: {},
  parts: 'tables',
  verbs: ['read', 'write'],
  models: [
    'scans: rows by processors, bytes by the disk, all shards at once',
    'inserts that cost the same however few rows they have, so that batches pay; copies in the background',
    'parts that come faster than they are merged: inserts are refused when there are too many',
  ],
  doesNotModel: [
    'merges as work at a time of its own (each row pays for them), inserts that are slowed before they are refused',
    'memory of queries, joins',
    'skipping of granules beyond the key',
  ],
  withoutEffect: {
    'tables.*.popularity': 'queries look at ranges of rows, not at popular ones',
    'tables.*.indexes': 'only the order of the key narrows what is looked at',
  },
  partsOf: ({ tables }) => tableParts(tables),
  holdingsOf: ({ tables, replicas, compression }) =>
    tableHoldings(tables, {
      copies: copiesOf(1 + replicas, 'replicas', 'copies (1 + replicas)'),
      on: 'disk',
      packed: { name: 'compression', value: compression, path: 'compression' },
    }),
  check: (settings) => [...checkTables(settings.tables), ...checkSize(settings, sizeDefaults)],
  build: (settings, bench) => {
    const store = addColumns(bench, settings)
    return {
      primary: store.cpu,
      group: store.group,
      ...noConnections,
      work: store.work,
      read: (ask) => queryAccess(store, ask),
      write: (ask) => insertAccess(store, ask),
    }
  },
})

interface ColumnSettings extends SizeSettings {
  readonly size: SizeSettings['size'] & { readonly disk: Parameters<typeof addDisk>[2] }
  readonly tables: Tables
  readonly shards: number
  readonly replicas: number
  readonly work: {
    readonly query: Distribution
    readonly scan: Seconds
    readonly insert: Distribution
    readonly row: Seconds
  }
  readonly compression: Ratio
  readonly columns: Ratio
  readonly buffer: Ratio
  readonly parts: { readonly merged: PerSecond; readonly most: number }
  readonly failover: FailoverSettings
  readonly 'slow-mode': Pauses | null
}

interface Columns {
  readonly settings: ColumnSettings
  readonly group: GroupIndex
  readonly cpu: number
  readonly work: NonNullable<Behaviour['work']>
  readonly disk: Disk
  /** A token for each part that may still come. */
  readonly parts: ResourceIndex
  /** Part of the data of a shard that lies in memory. */
  readonly cached: Ratio
}

function addColumns(bench: Workbench, settings: ColumnSettings): Columns {
  const { shards, replicas, failover, tables, compression, size } = settings
  const group = addReplicated(bench, failover, { shards, followers: replicas, keeps: { on: 'disk', backup: null } })
  const { cpu, memory } = processorsOf(settings)
  const processor = addProcessor(bench, group, { cpu, pauses: settings['slow-mode'] })
  addSize(bench, group, settings)
  const bytes =
    [...tables.values()].reduce((sum, { value }) => sum + (value.rows / shards) * value.row, 0) * compression
  return {
    settings,
    group,
    cpu: processor.station,
    work: processor.work,
    disk: addDisk(bench, group, size.disk),
    parts: addParts(bench, group, settings),
    cached: bytes === 0 ? 1 : Math.min(1, (memory * settings.buffer) / bytes),
  }
}

/** Parts that are not merged yet are tokens that are gone: merges bring them back. */
const addParts = (bench: Workbench, group: GroupIndex, { parts }: ColumnSettings): ResourceIndex =>
  bench.addResource({
    kind: 'limiter',
    id: `${bench.component} parts`,
    group,
    rate: parts.merged,
    burst: parts.most,
  })

/** All shards look at their part of the rows at once; the answer is as late as the last of them. */
function queryAccess(store: Columns, ask: RowAsk): Access {
  const { settings, group } = store
  const { table } = tableOf(settings.tables, ask.part)
  const rows = ask.rows ?? pathOf(table, ask.path).rows
  const pick = ask.consistency === 'strong' ? leaderOf('uniform') : anyOf('uniform')
  const local = querySteps(store, ask, { table, rows })
  const { shards } = settings
  const receive = meanOf(rows) * table.row
  const there = { group, pick, send: 0, receive }
  if (shards === 1) return { ...there, steps: local }
  const part = { ...there, steps: local, receive: receive / shards }
  const branches = Array.from({ length: shards }, () => [ask.write.callPeer(part)])
  return { ...there, steps: [ask.write.parallel('shards', branches, shards)] }
}

function querySteps(
  store: Columns,
  { path, write, count }: RowAsk,
  { table, rows }: { readonly table: Table; readonly rows: Distribution },
): readonly Step[] {
  const { work, shards, compression, columns } = store.settings
  const whole = table.rows / shards
  const isScan = pathOf(table, path).by === 'scan'
  const wanted = isScan ? whole : Math.min(whole, Math.ceil(meanOf(rows) / GRANULE) * GRANULE)
  const looked = wanted * Math.max(1, count.fixed)
  const bytes: Bytes = looked * table.row * columns * compression * (1 - store.cached)
  return [
    ...store.work(withEach(work.query, fixed(looked), work.scan), once, write),
    ...store.disk.stream(write, bytes),
  ]
}

/** A part at one shard, then at its copies without anyone waiting. */
function insertAccess(store: Columns, ask: RowAsk): Access {
  const { settings, group } = store
  const { write, count } = ask
  const { table } = tableOf(settings.tables, ask.part)
  const rows = ask.rows ?? fixed(1)
  const bytes = meanOf(rows) * Math.max(1, count.fixed) * table.row
  const steps = (): readonly Step[] => insertSteps(store, ask, { rows, bytes: bytes * settings.compression })
  const copies = Array.from({ length: settings.replicas }, (_, i): readonly Step[] => {
    return [
      write.callPeer({ group, pick: copyAt(i + 1), steps: steps(), send: bytes * settings.compression, receive: 0 }),
    ]
  })
  const after: readonly Step[] =
    copies.length === 0
      ? []
      : [
          { kind: 'reply' },
          {
            kind: 'attempt',
            steps: [write.parallel('copies', copies, copies.length)],
            otherwise: [],
            isReplication: true,
          },
        ]
  const admitted: Step = { kind: 'admit', limiter: store.parts }
  return { group, pick: leaderOf('uniform'), steps: [admitted, ...steps(), ...after], send: bytes, receive: 0 }
}

function insertSteps(
  { settings, work, disk }: Columns,
  { write, count }: RowAsk,
  { rows, bytes }: { readonly rows: Distribution; readonly bytes: Bytes },
): readonly Step[] {
  const { insert, row } = settings.work
  const many = meanOf(rows) * Math.max(1, count.fixed)
  const cpu =
    count.times === null
      ? work(withEach(insert, fixed(many), row), once, write)
      : work(insert, { each: many * row, times: count.times }, write)
  return [...cpu, ...disk.stream(write, bytes)]
}
