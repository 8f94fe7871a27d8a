import type { Bytes, Ratio } from '../base/units.ts'
import { type Distribution, fixed, meanOf } from '../model/distribution.ts'
import type { GroupIndex, KeyDomainIndex } from '../model/resource.ts'
import type { Pick, Step } from '../model/step.ts'
import { fieldOf, oneOf } from '../text/field.ts'
import { record, required, withDefault } from '../text/param.ts'
import { countField, lawField, ratioField, timeField, wholeField } from '../text/quantity-fields.ts'
import { readReplicaMode, type ReplicaMode } from '../text/scalars/choices.ts'
import { addCopies, anyOf, copyAt, noConnections, type Pauses, tablesDomain } from './copies.ts'
import { type Access, type Behaviour, defineKind, type RowAsk, type SettingsProblem, type Workbench } from './define.ts'
import { addDisk, type Disk, type DiskSettings } from './disk.ts'
import { addProcessor, upkeepParams, once, pauseParams } from './fleet.ts'
import { withEach } from './laws.ts'
import { missOf } from './pages.ts'
import { addSize, checkSize, processorsOf, type SizeSettings, storeSizeParams } from './size.ts'
import { copiesOf, tableHoldings } from './holdings.ts'
import { checkTables, pathOf, type Table, tableOf, tableParts, type Tables, tablesField } from './tables.ts'

const sizeDefaults = { cpu: '8', memory: '32 GiB' } as const

const workField = record(
  {
    coordinate: withDefault(lawField('time', 'skewed'), 'lognormal(mean 100 us cv 0.8)', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'At the node that takes a request and asks the copies.',
      source: 'a fifth of an operation at 2000 per second and processor (assumption)',
      range: '30 us..300 us',
    }),
    read: withDefault(lawField('time', 'skewed'), 'lognormal(mean 200 us cv 1.7)', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'At each copy that is asked.',
      source:
        'ScyllaDB, 2017: Cassandra 3.0 at 51 267 cached reads/s on 24 processors: 0.47 ms with two copies; p99/p50 = 15',
      range: '70 us..1 ms',
    }),
    write: withDefault(lawField('time', 'skewed'), 'lognormal(mean 130 us cv 1.7)', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'At each copy.',
      source: 'an operation at 2000 per second and processor with three copies (assumption); p99/p50 = 15',
      range: '50 us..0.6 ms',
    }),
    row: withDefault(timeField(), '5 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Each further row that is returned or written.',
      source: 'assumption',
      range: '1 us..20 us',
    }),
  },
  'times of a node',
)

/** Rows by partition key on nodes without leaders: every copy takes writes, a quorum decides. */
export const wideColumnStore = defineKind({
  id: 'wide-column-store',
  aliases: ['wide-column'],
  is: null,
  about: 'Rows by partition key on nodes without a leader: any copy takes a request, as many as are needed answer.',
  params: {
    tables: required(tablesField, { help: 'What it holds, by name.' }),
    instances: withDefault(wholeField(), '3', {
      effect: { at: '9', moves: ['busy down'] },
      help: 'Nodes: a multiple of the copies.',
    }),
    replicas: withDefault(
      fieldOf<ReplicaMode>('`quorum(r 2 w 2 n 3)`', { type: 'string' }, readReplicaMode),
      'quorum(r 2 w 2 n 3)',
      {
        effect: { at: 'quorum(r 1 w 1 n 3)', moves: ['mean down'] },
        help: 'Copies of each row (n), of them those that a read (r) and a write (w) wait for.',
        source: 'Cassandra: replication factor 3 and LOCAL_QUORUM by convention',
      },
    ),
    'read-asks': withDefault(oneOf('needed', 'all'), 'needed', {
      effect: { at: 'all', moves: ['busy up'] },
      help: 'Copies that a read asks: no more than it needs, or all, of which the first answers count.',
      source: 'Cassandra documentation: a coordinator asks as many replicas as the consistency level needs, 2025',
    }),
    ...storeSizeParams(sizeDefaults),
    work: withDefault(workField, '{}', { help: 'Processor time.' }),
    buffer: withDefault(ratioField({ above: 0 }), '50%', {
      effect: { at: '20%', moves: ['mean up'] },
      help: 'Part of the memory in which the operating system keeps pages.',
      source: 'assumption: the other half is the heap',
      range: '30%..80%',
    }),
    'write-amplification': withDefault(countField({ min: 1 }), '5', {
      effect: { at: '30', moves: ['busy of disk bytes up'] },
      help: 'Bytes written to disk for each byte of a row: log, flush and compactions.',
      source: 'ScyllaDB documentation: size-tiered compaction, 2025; leveled 10-13',
      range: '3..13',
    }),
    detect: withDefault(timeField(), '10 s', {
      effect: { at: '12 s', with: ['detect=1 s'], moves: ['zone: success down', 'crash: success down'] },
      help: 'Until a dead node is no longer asked.',
      source: 'Cassandra: phi_convict_threshold 8, about 10-20 s, 2025',
      range: '5 s..20 s',
    }),
    ...pauseParams,
    ...upkeepParams,
  },
  presets: {},
  parts: 'tables',
  verbs: ['read', 'write'],
  models: [
    'quorums: a request is as late as the last copy that it needs, the others do the work all the same',
    'processor time at the node that coordinates and at each copy, hot partitions by key',
    'rows that are not in memory, bytes that compactions write',
  ],
  doesNotModel: [
    'token ranges: a node shares its rows with the same others',
    'hints, read repair, tombstones, batches over several partitions',
  ],
  withoutEffect: {},
  partsOf: ({ tables }) => tableParts(tables),
  holdingsOf: ({ tables, replicas }) =>
    tableHoldings(tables, { copies: copiesOf(quorumOf(replicas).copies, 'replicas'), on: 'disk' }),
  check: (settings) => [
    ...checkTables(settings.tables),
    ...checkSize(settings, sizeDefaults),
    ...checkQuorum(settings.replicas, settings.instances),
  ],
  build: (settings, bench) => {
    const nodes = addNodes(bench, settings)
    return {
      primary: nodes.cpu,
      group: nodes.group,
      ...noConnections,
      work: nodes.work,
      read: (ask) => readAccess(nodes, ask),
      write: (ask) => writeAccess(nodes, ask),
    }
  },
})

interface NodeSettings extends SizeSettings {
  readonly size: SizeSettings['size'] & { readonly disk: DiskSettings }
  readonly tables: Tables
  readonly instances: number
  readonly replicas: ReplicaMode
  readonly 'read-asks': 'needed' | 'all'
  readonly work: {
    readonly coordinate: Distribution
    readonly read: Distribution
    readonly write: Distribution
    readonly row: number
  }
  readonly buffer: Ratio
  readonly 'write-amplification': number
  readonly detect: number
  readonly 'slow-mode': Pauses | null
}

interface Quorum {
  readonly read: number
  readonly write: number
  readonly copies: number
}

/** Without a quorum every copy would have to be a leader; `check` refuses that before. */
const quorumOf = (mode: ReplicaMode): Quorum => (mode.kind === 'quorum' ? mode : { read: 1, write: 1, copies: 1 })

function checkQuorum(mode: ReplicaMode, instances: number): readonly SettingsProblem[] {
  const problem = (param: string, message: string, hint: string): readonly SettingsProblem[] => [
    { severity: 'error', code: 'replicas', param, message, hint },
  ]
  if (mode.kind !== 'quorum') {
    const message = `\`replicas: ${mode.kind}\` needs a leader, which this store has not`
    return problem('replicas', message, 'write `replicas: quorum(r 2 w 2 n 3)`')
  }
  const { copies, read, write } = mode
  if (read > copies || write > copies) {
    const message = `a quorum of ${Math.max(read, write)} out of ${copies} copies cannot be met`
    return problem('replicas', message, '`r` and `w` are at most `n`')
  }
  if (instances % copies === 0) return []
  const message = `\`instances: ${instances}\` is no multiple of ${copies} copies, which is what is simulated`
  return problem('instances', message, `write ${Math.ceil(instances / copies) * copies}`)
}

interface Nodes {
  readonly settings: NodeSettings
  readonly quorum: Quorum
  /** Parts of the ring, each with its copies. */
  readonly shards: number
  readonly group: GroupIndex
  readonly cpu: number
  readonly work: NonNullable<Behaviour['work']>
  readonly disk: Disk
  readonly domain: KeyDomainIndex
  /** Part of the rows of a node that lies in memory. */
  readonly cached: Ratio
}

function addNodes(bench: Workbench, settings: NodeSettings): Nodes {
  const quorum = quorumOf(settings.replicas)
  const shards = Math.max(1, Math.floor(settings.instances / quorum.copies))
  const group = addCopies(bench, { shards, perShard: quorum.copies, detect: settings.detect, promote: 0 })
  const { cpu, memory } = processorsOf(settings)
  const processor = addProcessor(bench, group, { cpu, pauses: settings['slow-mode'] })
  addSize(bench, group, settings)
  const all = [...settings.tables.values()].map(({ value }) => value)
  const bytes = all.reduce((sum, { rows, row }) => sum + (rows * row) / shards, 0)
  return {
    settings,
    quorum,
    shards,
    group,
    cpu: processor.station,
    work: processor.work,
    disk: addDisk(bench, group, settings.size.disk),
    domain: tablesDomain(bench, settings.tables),
    cached: bytes === 0 ? 1 : Math.min(1, (memory * settings.buffer) / bytes),
  }
}

/** Drivers know who has the row: one of its copies coordinates. */
const coordinator = (ask: RowAsk, { domain }: Nodes): Pick => ({
  shardBy: ask.keyDomain ?? domain,
  within: 'round-robin',
  position: 0,
  weights: [],
})

function readAccess(nodes: Nodes, ask: RowAsk): Access {
  const { settings, quorum, group, work } = nodes
  const { table } = tableOf(settings.tables, ask.part)
  const path = pathOf(table, ask.path)
  if (path.by === 'scan') return scanAccess(nodes, ask, table)
  const rows = ask.rows ?? path.rows
  const need = readsNeeded(quorum, ask)
  const bytes = meanOf(rows) * table.row * Math.max(1, ask.count.fixed)
  const local = copyRead(nodes, ask, { table, rows })
  const askAt = (pick: Pick): readonly Step[] => [
    ask.write.callPeer({ group, pick, steps: local, send: 0, receive: bytes }),
  ]
  const branches =
    settings['read-asks'] === 'all'
      ? Array.from({ length: quorum.copies }, (_, i) => askAt(copyAt(i)))
      : [local, ...Array.from({ length: need - 1 }, () => askAt(anyOf('same')))]
  const steps = branches.length === 1 ? local : [ask.write.parallel('quorum', branches, need)]
  const coordinate = work(settings.work.coordinate, once, ask.write)
  return { group, pick: coordinator(ask, nodes), steps: [...coordinate, ...steps], send: 0, receive: bytes }
}

/** One copy of every part of the ring reads all of its rows; the one that was asked puts them together. */
function scanAccess(nodes: Nodes, ask: RowAsk, table: Table): Access {
  const { settings, group, work, disk, cached, shards } = nodes
  const rows = table.rows / shards
  const bytes = rows * table.row
  const pick = anyOf('uniform')
  const look = withEach(settings.work.read, fixed(rows), settings.work.row)
  const steps = [...work(look, once, ask.write), ...disk.stream(ask.write, bytes * (1 - cached))]
  const branches = Array.from({ length: shards }, (): readonly Step[] => [
    ask.write.callPeer({ group, pick, steps, send: 0, receive: bytes }),
  ])
  const coordinate = work(settings.work.coordinate, once, ask.write)
  return {
    group,
    pick,
    steps: [...coordinate, ask.write.parallel('ring', branches, shards)],
    send: 0,
    receive: bytes * shards,
  }
}

/** A strong read overlaps every write; an eventual one is content with one copy. */
function readsNeeded({ read, write, copies }: Quorum, { consistency }: RowAsk): number {
  if (consistency === 'strong' || consistency === 'session') return Math.max(read, copies - write + 1)
  return consistency === 'default' ? read : 1
}

interface CopyRows {
  readonly table: Table
  readonly rows: Distribution
}

/** Rows of one partition stand together: one read from disk when they are not in memory. */
function copyRead(nodes: Nodes, { write, count }: RowAsk, { table, rows }: CopyRows): readonly Step[] {
  const { settings, work, disk, cached } = nodes
  const shape = { rows: table.rows, perPage: 1, exponent: table.popularity }
  const keys = Math.max(1, count.fixed)
  const miss = missOf(cached, shape) * keys
  const one = withEach(settings.work.read, rows, settings.work.row)
  if (count.times !== null) {
    const each = meanOf(one) * keys
    return [...work(fixed(0), { each, times: count.times }, write), ...disk.readEach(write, miss, count.times)]
  }
  return [...work(withEach(one, fixed(keys), meanOf(one)), once, write), ...disk.read(write, miss)]
}

/** All copies get it; the answer comes when enough of them have it. */
function writeAccess(nodes: Nodes, ask: RowAsk): Access {
  const { settings, quorum, group, work } = nodes
  const { write, count } = ask
  const { table } = tableOf(settings.tables, ask.part)
  const rows = ask.rows ?? fixed(1)
  const bytes = meanOf(rows) * table.row * Math.max(1, count.fixed)
  const steps = copyWrite(nodes, ask, { rows, bytes })
  const branches = Array.from({ length: quorum.copies }, (_, i) => [
    write.callPeer({ group, pick: copyAt(i), steps, send: bytes, receive: 0 }),
  ])
  return {
    group,
    pick: coordinator(ask, nodes),
    steps: [
      ...work(settings.work.coordinate, once, write),
      write.parallel('quorum', branches, Math.min(quorum.write, quorum.copies)),
    ],
    send: bytes,
    receive: 0,
  }
}

/** The log is written some time after; compactions write the bytes several times, after the answer. */
function copyWrite(
  { settings, work, disk }: Nodes,
  { write, count }: RowAsk,
  { rows, bytes }: { readonly rows: Distribution; readonly bytes: Bytes },
): readonly Step[] {
  const keys = Math.max(1, count.fixed)
  const one = withEach(settings.work.write, rows, settings.work.row)
  const cpu =
    count.times === null
      ? work(withEach(one, fixed(keys), meanOf(one)), once, write)
      : work(fixed(0), { each: meanOf(one) * keys, times: count.times }, write)
  return [...cpu, { kind: 'reply' }, ...disk.stream(write, bytes * settings['write-amplification'])]
}
