import type { Bytes, BytesPerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Backup, GroupIndex, Keeps, KeyDomainIndex, ResourceIndex } from '../model/resource.ts'
import type { Pick, Step } from '../model/step.ts'
import { type Pauses, tablesDomain } from './copies.ts'
import type { Behaviour, Workbench, Writer } from './define.ts'
import { addDisk, type Disk } from './disk.ts'
import { addProcessor } from './fleet.ts'
import { type Outboxes, outboxes } from './outbox.ts'
import { type Buffer, bufferOf, pagesOf, type TablePages } from './pages.ts'
import { storage } from './prices.ts'
import { addReplicated, followersOf, type Following, type Replicas } from './replication.ts'
import { placementOf, type Shards } from './shards.ts'
import { addSize, processorsOf, type SizeSettings } from './size.ts'
import type { Table, Tables } from './tables.ts'

/** Processor times of a store that keeps rows in pages. */
export interface StoreWork {
  /** A statement that finds one row by its key, all pages in memory. */
  readonly read: Distribution
  /** Each further row that is returned or written. */
  readonly row: Seconds
  /** Each further key of one statement. */
  readonly key: Seconds
  /** Each row that a scan looks at. */
  readonly scan: Seconds
  /** A statement that writes one row, without its indexes. */
  readonly write: Distribution
  /** Each index of a row that is written. */
  readonly index: Seconds
  /** A copy that writes what its leader wrote. */
  readonly apply: Ratio
}

export interface StoreSettings extends SizeSettings {
  readonly tables: Tables
  readonly shards: Shards
  readonly replicas: Replicas
  readonly work: StoreWork
  /** Part of the memory that holds pages. */
  readonly buffer: Ratio
  readonly layout: 'heap' | 'clustered'
  readonly entry: Bytes
  readonly 'row-overhead': Bytes
  readonly 'slow-mode': Pauses | null
  readonly backup: BackupSettings | null
}

/** A store of rows in pages, as it stands in the model. */
export interface Store {
  readonly bench: Workbench
  readonly settings: StoreSettings
  readonly group: GroupIndex
  readonly cpu: ResourceIndex
  readonly stretch: number
  readonly disk: Disk
  readonly work: NonNullable<Behaviour['work']>
  /** Keys by which shards are found when a request has drawn none. */
  readonly domain: KeyDomainIndex
  readonly pages: ReadonlyMap<string, TablePages>
  readonly buffer: Buffer
  readonly outboxes: Outboxes
  /** Writes to disk that a commit waits for, one after the other; 0 = it is written some time after. */
  readonly syncs: number
}

/**
 * Processors are shared by all statements (each has a process or thread, the operating system gives each its turn),
 * I/Os wait for the disk.
 */
export function addStore(bench: Workbench, settings: StoreSettings, syncs: number): Store {
  const { shards, replicas, tables, size } = settings
  const followers = followersOf(replicas)
  const keeps: Keeps = { on: 'disk', backup: backupOf(settings) }
  const group = addReplicated(bench, replicas.failover, {
    shards: shards.count,
    followers,
    keeps,
    ...placementOf(shards),
  })
  addBackupCost(bench, settings)
  const { cpu, memory } = processorsOf(settings)
  const processor = addProcessor(bench, group, { cpu, pauses: settings['slow-mode'] })
  addSize(bench, group, settings)
  const pages = new Map([...tables].map(([name, { value }]) => [name, tablePages(settings, value)]))
  return {
    bench,
    settings,
    group,
    cpu: processor.station,
    stretch: processor.stretch,
    work: processor.work,
    disk: addDisk(bench, group, size.disk ?? { kind: 'ssd', iops: null, throughput: null, space: 0 }),
    domain: tablesDomain(bench, tables, shards.skew),
    pages,
    buffer: bufferOf([...pages.values()], memory * settings.buffer),
    outboxes: outboxes(bench, group, tables),
    syncs,
  }
}

export interface BackupSettings {
  /** Between two, or how often the log is shipped. */
  readonly every: Seconds
  readonly keep: Seconds
  readonly 'restore-rate': BytesPerSecond
}

const bytesOf = (tables: Tables): Bytes =>
  [...tables.values()].reduce((sum, { value }) => sum + value.rows * value.row, 0)

function backupOf({ backup, tables, shards }: StoreSettings): Backup | null {
  if (backup === null) return null
  return { every: backup.every, restore: bytesOf(tables) / shards.count / backup['restore-rate'] }
}

const DAY: Seconds = 86_400
const GIGABYTE = 1e9

/**
 * Whole copies, one for each `every` but at most one a day: what comes oftener is the log between them (assumption).
 */
function addBackupCost(bench: Workbench, { backup, tables }: StoreSettings): void {
  if (backup === null) return
  const copies = Math.max(1, Math.ceil(backup.keep / Math.max(DAY, backup.every)))
  bench.addCost('backups', (copies * bytesOf(tables) * storage.objects) / GIGABYTE, { isPerInstance: false })
}

const tablePages = ({ shards, layout, entry, ...settings }: StoreSettings, { rows, row, indexes }: Table): TablePages =>
  pagesOf({
    rows: rows / shards.count,
    rowBytes: row + settings['row-overhead'],
    indexes: indexes.size,
    layout,
    entryBytes: entry,
  })

export const shardPick = (
  store: Store,
  ask: { readonly keyDomain: KeyDomainIndex | null },
  within: Pick['within'],
): Pick => ({
  shardBy: ask.keyDomain ?? store.domain,
  within,
  position: 0,
  weights: [],
})

/** Bytes of a statement (assumption). */
export const STATEMENT_BYTES = 200

export const followingOf = (
  { group, settings }: Store,
  bytes: Bytes,
  apply: (write: Writer) => readonly Step[],
): Following => ({ group, replicas: settings.replicas, apply, bytes })
