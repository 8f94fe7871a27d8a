import type { Ratio } from '../base/units.ts'
import { type Distribution, fixed, meanOf } from '../model/distribution.ts'
import type { Pick, Step } from '../model/step.ts'
import { leaderOf } from './copies.ts'
import type { Access, Behaviour, RowAsk, Writer } from './define.ts'
import { once } from './fleet.ts'
import { withEach } from './laws.ts'
import { missOf, PAGE_BYTES } from './pages.ts'
import { quorumReadSteps, readerOf } from './replication.ts'
import type { Shards } from './shards.ts'
import { followingOf, shardPick, STATEMENT_BYTES, type Store } from './store.ts'
import { type Path, pathOf, type Table, tableOf } from './tables.ts'

/** A read by its path, at whoever may answer it; at all shards when the path does not know which. */
export function readAccess(store: Store, ask: RowAsk): Access {
  const { settings, group } = store
  const { name, table } = tableOf(settings.tables, ask.part)
  const path = pathOf(table, ask.path)
  const rows = ask.rows ?? path.rows
  const within = readerOf(settings.replicas, ask)
  const receive = meanOf(rows) * Math.max(1, ask.count.fixed) * table.row
  const local = readSteps(store, { name, table, path, rows, ask })
  const steps = [
    ...local,
    ...quorumReadSteps(
      ask.write,
      followingOf(store, receive, () => local),
    ),
  ]
  const there = { group, steps, send: STATEMENT_BYTES }
  if (isOneShard(settings.shards, path)) return { ...there, pick: shardPick(store, ask, within), receive }
  const pick: Pick = { shardBy: 'uniform', within, position: 0, weights: [] }
  const { count } = settings.shards
  const branches = Array.from({ length: count }, () => [
    ask.write.callPeer({ ...there, pick, receive: receive / count }),
  ])
  return { ...there, pick, steps: [ask.write.parallel('shards', branches, count)], receive }
}

/** Whether the access knows the column that decides on the shard; when that is not stated, it does. */
export function isOneShard({ count, by }: Shards, { by: way, columns }: Path): boolean {
  if (count === 1) return true
  if (way === 'scan') return false
  return by === null || columns === null || columns.includes(by)
}

interface ReadingRows {
  readonly name: string
  readonly table: Table
  readonly path: Path
  readonly rows: Distribution
  readonly ask: RowAsk
}

function readSteps(store: Store, reading: ReadingRows): readonly Step[] {
  const { ask, path, rows } = reading
  const { write, count } = ask
  if (path.by === 'scan') return scanSteps(store, reading)
  const { read, row, key } = store.settings.work
  const keys = Math.max(1, count.fixed)
  const pages = pagesMissed(store, reading) * keys
  if (count.times === null) {
    const statement = withEach(withEach(read, rows, row), fixed(keys), key + meanOf(rows) * row)
    return [...store.work(statement, once, write), ...store.disk.read(write, pages)]
  }
  const each = (key + meanOf(rows) * row) * keys
  const { times } = count
  return [...store.work(read, { each, times }, write), ...store.disk.readEach(write, pages, times)]
}

/** All rows of the table on this shard, in sequence; what is in memory is not read from disk. */
function scanSteps(store: Store, { name, table, ask }: ReadingRows): readonly Step[] {
  const { work, shards } = store.settings
  const pages = store.pages.get(name)
  const bytes = (pages?.rows ?? 0) * PAGE_BYTES * (1 - store.buffer.outer)
  const time = withEach(work.read, fixed(table.rows / shards.count), work.scan)
  return [...store.work(time, once, ask.write), ...store.disk.stream(ask.write, bytes)]
}

/** Pages that one access has to fetch from disk, on average. */
function pagesMissed(store: Store, { name, table, path, rows }: ReadingRows): number {
  const pages = store.pages.get(name)
  if (pages === undefined) return 0
  const wanted = meanOf(rows)
  const shape = { rows: table.rows / store.settings.shards.count, exponent: table.popularity }
  const miss = (perPage: number): Ratio => missOf(store.buffer.outer, { ...shape, perPage })
  const inner = (pages.depth - 1) * (1 - store.buffer.inner)
  const isClustered = store.settings.layout === 'clustered'
  if (path.by === 'key' && isClustered) return inner + Math.ceil(wanted / pages.rowsPerPage) * miss(pages.rowsPerPage)
  const leaves = Math.ceil(wanted / pages.entriesPerLeaf) * miss(pages.entriesPerLeaf)
  return inner + leaves + wanted * miss(pages.rowsPerPage)
}

/** A table that is consumed as an outbox: whoever does fetches the rows of a batch in one statement. */
export function tableLog(store: Store, part: string, write: Writer): ReturnType<NonNullable<Behaviour['consume']>> {
  const { work, tables } = store.settings
  const steps = store.work(work.read, { each: work.row, times: 'items' }, write)
  const { name, table } = tableOf(tables, part === '' ? null : part)
  return {
    log: store.outboxes.log(name),
    fetch: { group: store.group, pick: leaderOf('uniform'), steps, send: STATEMENT_BYTES, receive: table.row },
  }
}
