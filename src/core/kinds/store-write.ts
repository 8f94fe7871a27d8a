import type { Bytes } from '../base/units.ts'
import { type Distribution, fixed, meanOf, scaled } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import type { Access, Ask, RowAsk, Writer } from './define.ts'
import { once } from './fleet.ts'
import { plus, withEach } from './laws.ts'
import { missOf } from './pages.ts'
import { followSteps } from './replication.ts'
import { followingOf, shardPick, STATEMENT_BYTES, type Store } from './store.ts'
import { type Table, tableOf } from './tables.ts'

interface WritingRows {
  readonly table: Table
  readonly name: string
  readonly rows: Distribution
}

/** A write at the leader; outside a transaction it is safe and copied before the answer, as the replicas say. */
export function writeAccess(store: Store, ask: RowAsk): Access {
  const { name, table } = tableOf(store.settings.tables, ask.part)
  const rows = ask.rows ?? fixed(1)
  const bytes = meanOf(rows) * Math.max(1, ask.count.fixed) * table.row
  const local = [...writeSteps(store, ask, { table, name, rows }), ...store.outboxes.publish(name, rows, ask)]
  const apply = applySteps(store, writeWork(store, { table, name, rows }))
  const commit = ask.isInTransaction ? [] : commitSteps(store, ask.write, { bytes, apply })
  return {
    group: store.group,
    pick: shardPick(store, ask, 'leader'),
    steps: [...local, ...commit],
    send: STATEMENT_BYTES + bytes,
    receive: 0,
  }
}

/** Of one statement: the index of the key and the others are maintained for each row. */
function writeWork({ settings }: Store, { table, rows }: WritingRows): Distribution {
  const trees = table.indexes.size + 1
  const { write, row, index } = settings.work
  return withEach(plus(write, trees * index), rows, row + trees * index)
}

/** The way to the page of each index that the row goes into has to be in memory; that of the row is the last one. */
function writeSteps(store: Store, { write, count }: RowAsk, writing: WritingRows): readonly Step[] {
  const { table, name, rows } = writing
  const { work, shards } = store.settings
  const { depth = 1, entriesPerLeaf: perPage = 1 } = store.pages.get(name) ?? {}
  const shape = { rows: table.rows / shards.count, exponent: table.popularity, perPage }
  const missed = (depth - 1) * (1 - store.buffer.inner) + missOf(store.buffer.outer, shape)
  const trees = table.indexes.size + 1
  const statements = Math.max(1, count.fixed)
  const pages = trees * missed * meanOf(rows) * statements
  const law = writeWork(store, writing)
  const each = (work.row + trees * work.index) * meanOf(rows)
  const { times } = count
  if (times !== null) {
    const per = { each: each * statements, times }
    return [...store.work(law, per, write), ...store.disk.readEach(write, pages, times)]
  }
  return [...store.work(withEach(law, fixed(statements), each), once, write), ...store.disk.read(write, pages)]
}

const applySteps =
  (store: Store, law: Distribution) =>
  (write: Writer): readonly Step[] => [
    ...store.work(scaled(law, store.settings.work.apply), once, write),
    ...(store.syncs > 0 ? [store.disk.sync(write)] : []),
  ]

interface Committing {
  readonly bytes: Bytes
  readonly apply: (write: Writer) => readonly Step[]
}

function commitSteps(store: Store, write: Writer, { bytes, apply }: Committing): readonly Step[] {
  const sync = Array.from({ length: store.syncs }, () => store.disk.sync(write))
  return [...sync, ...followSteps(write, followingOf(store, bytes, apply))]
}

/** The end of a transaction: one write to disk for all of it, and one message to the copies. */
export function commitAccess(store: Store, ask: Ask, writes: number): Access | null {
  if (writes === 0) return null
  const { work } = store.settings
  const law = withEach(work.write, fixed(writes), meanOf(work.write))
  const apply = applySteps(store, law)
  return {
    group: store.group,
    pick: shardPick(store, ask, 'leader'),
    steps: commitSteps(store, ask.write, { bytes: writes * STATEMENT_BYTES, apply }),
    send: STATEMENT_BYTES,
    receive: 0,
  }
}
