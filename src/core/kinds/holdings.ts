import type { Bytes, Seconds } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { BlobParts, Blobs } from './blobs.ts'
import type { HeldFigure, Holding } from './define.ts'
import type { Keyspaces } from './keyspaces.ts'
import { followersOf, type Replicas } from './replication.ts'
import type { Tables } from './tables.ts'

const figure = (name: string, value: number, path: string): HeldFigure => ({ name, value, path })

/** How rows are kept by one kind of store. */
interface Keeping {
  readonly copies: HeldFigure
  readonly on: Holding['on']
  readonly packed?: HeldFigure
  /** What a row of a table with so many indexes takes beside its columns. */
  readonly overheads?: (indexes: number) => readonly HeldFigure[]
}

export const copiesOf = (value: number, path: string, name = 'copies'): HeldFigure => figure(name, value, path)

/** A leader and those that follow it. */
export const withFollowers = (replicas: Replicas): HeldFigure =>
  replicas.mode.kind === 'quorum'
    ? copiesOf(1 + followersOf(replicas), 'replicas.mode')
    : copiesOf(1 + followersOf(replicas), 'replicas.count', 'copies (1 + replicas)')

export const tableHoldings = (tables: Tables, { copies, on, packed, overheads }: Keeping): readonly Holding[] =>
  [...tables].map(([part, { value }]) => ({
    part,
    things: 'rows',
    count: figure('rows', value.rows, `tables.${part}.rows`),
    each: figure('row', value.row, `tables.${part}.row`),
    overheads: overheads?.(value.indexes.size) ?? [],
    packed: packed ?? null,
    copies,
    returns: new Map(
      [...value.access].map(([path, { value: access }]) => [
        path,
        figure('rows of an access', meanOf(access.rows), `tables.${part}.access.${path}.rows`),
      ]),
    ),
    popularity: figure('popularity', value.popularity, `tables.${part}.popularity`),
    keep: null,
    on,
  }))

interface PagedSettings {
  readonly tables: Tables
  readonly replicas: Replicas
  readonly layout: 'heap' | 'clustered'
  readonly entry: Bytes
  readonly 'row-overhead': Bytes
}

/** Rows in pages, with trees of entries beside them: those of a clustered key are the rows themselves. */
export const pagedHoldings = ({ tables, replicas, layout, entry, ...rest }: PagedSettings): readonly Holding[] =>
  tableHoldings(tables, {
    copies: withFollowers(replicas),
    on: 'disk',
    overheads: (indexes) => {
      const trees = indexes + (layout === 'heap' ? 1 : 0)
      const entries = figure(trees === 1 ? 'index entry' : `entries of ${trees} indexes`, trees * entry, 'entry')
      return [figure('row overhead', rest['row-overhead'], 'row-overhead'), ...(trees > 0 ? [entries] : [])]
    },
  })

interface KeptKeys {
  readonly keyspaces: Keyspaces
  readonly copies: HeldFigure
  readonly overhead: HeldFigure | null
  readonly on: Holding['on']
}

export const keyHoldings = ({ keyspaces, copies, overhead, on }: KeptKeys): readonly Holding[] =>
  [...keyspaces].map(([part, { value }]) => ({
    part,
    things: 'entries',
    count: figure('keys', value.keys, `keyspaces.${part}.keys`),
    each: figure('value', value.value, `keyspaces.${part}.value`),
    overheads: overhead === null ? [] : [overhead],
    packed: null,
    copies,
    isThrough: on === 'service' || value.write === 'through',
    isHome: value.write === 'model',
    behind: value.write === 'behind' ? (value.store ?? null) : null,
    popularity: figure('popularity', value.popularity, `keyspaces.${part}.popularity`),
    keep: null,
    on,
  }))

/** Clients that stay connected. */
export const connectionHolding = (memory: Bytes): Holding => ({
  part: 'connections',
  things: 'connections',
  count: null,
  each: figure('memory of a connection', memory, 'connections.memory'),
  overheads: [],
  packed: null,
  copies: copiesOf(1, ''),
  popularity: null,
  keep: null,
  on: 'memory',
})

export const cacheOverhead = (bytes: Bytes): HeldFigure => figure('overhead', bytes, 'overhead')

interface SomeBlobs extends Blobs {
  readonly popularity?: number
}

export const blobHoldings = (
  blobs: BlobParts<SomeBlobs>,
  key: 'objects' | 'files',
  copies: HeldFigure,
): readonly Holding[] =>
  [...blobs].map(([part, { value }]) => {
    const { popularity } = value
    return {
      part,
      things: 'objects',
      count: figure('count', value.count, `${key}.${part}.count`),
      each: figure('size', value.size, `${key}.${part}.size`),
      overheads: [],
      packed: null,
      copies,
      popularity: popularity === undefined ? null : figure('popularity', popularity, `${key}.${part}.popularity`),
      keep: null,
      on: 'service',
    }
  })

interface KeptTopic {
  readonly size: Bytes
  readonly copies?: number
  readonly keep?: Seconds
}

/** Messages; what only waits to be taken is not kept. */
export const topicHoldings = (
  topics: ReadonlyMap<string, { readonly value: KeptTopic }>,
  on: Holding['on'],
): readonly Holding[] =>
  [...topics].map(([part, { value }]) => ({
    part,
    things: 'messages',
    count: null,
    each: figure('size', value.size, `topics.${part}.size`),
    overheads: [],
    packed: null,
    copies: copiesOf(value.copies ?? 1, value.copies === undefined ? '' : `topics.${part}.copies`),
    popularity: null,
    keep:
      value.keep === undefined || value.keep === Infinity ? null : figure('keep', value.keep, `topics.${part}.keep`),
    on,
  }))
