import type { Bytes, Ratio } from '../base/units.ts'
import { popularityBins } from '../base/zipf.ts'

/** Source: PostgreSQL documentation, runtime configuration: page size, 2025. */
export const PAGE_BYTES = 8192

/** A table as one shard holds it. */
export interface TableShape {
  readonly rows: number
  /** Of a row, header included. */
  readonly rowBytes: Bytes
  /** Secondary indexes. */
  readonly indexes: number
  /** The rows stand in the leaves of the index of their key (InnoDB), or in a heap (PostgreSQL). */
  readonly layout: 'heap' | 'clustered'
  /** Bytes of an index entry, free space included. */
  readonly entryBytes: Bytes
}

/** Pages of a table and of the indexes on it. */
export interface TablePages {
  /** With the rows. */
  readonly rows: number
  /** Leaves of one index. */
  readonly leaves: number
  /** Pages above the leaves, of all indexes. */
  readonly inner: number
  /** Leaves of all indexes. */
  readonly allLeaves: number
  readonly rowsPerPage: number
  readonly entriesPerLeaf: number
  /** Pages from the root of an index to a leaf, both included. */
  readonly depth: number
}

export function pagesOf({ rows, rowBytes, indexes, layout, entryBytes }: TableShape): TablePages {
  const entriesPerLeaf = Math.max(2, Math.floor(PAGE_BYTES / entryBytes))
  const rowsPerPage = Math.max(1, Math.floor(PAGE_BYTES / rowBytes))
  const rowPages = Math.ceil(rows / rowsPerPage) * Math.max(1, Math.ceil(rowBytes / PAGE_BYTES))
  const leaves = Math.max(1, Math.ceil(rows / entriesPerLeaf))
  const above = levelsAbove(leaves, entriesPerLeaf)
  const isClustered = layout === 'clustered'
  const trees = indexes + (isClustered ? 0 : 1)
  const key = levelsAbove(Math.max(1, rowPages), entriesPerLeaf)
  return {
    rows: Math.max(1, rowPages),
    leaves,
    inner: trees * above.pages + (isClustered ? key.pages : 0),
    allLeaves: trees * leaves,
    rowsPerPage,
    entriesPerLeaf,
    depth: 1 + (isClustered ? key.levels : above.levels),
  }
}

function levelsAbove(leaves: number, fanout: number): { readonly pages: number; readonly levels: number } {
  let pages = 0
  let levels = 0
  for (let level = leaves; level > 1; ) {
    level = Math.ceil(level / fanout)
    pages += level
    levels++
  }
  return { pages, levels }
}

/** What of a database lies in memory. */
export interface Buffer {
  /** Part of the pages above the leaves that is there: they are asked for by every access, so they come first. */
  readonly inner: Ratio
  /** Part of the leaves and of the pages with rows. */
  readonly outer: Ratio
}

/** @param memory  of the buffer; all tables share it in proportion to their size */
export function bufferOf(tables: readonly TablePages[], memory: Bytes): Buffer {
  const pages = memory / PAGE_BYTES
  const inner = tables.reduce((sum, table) => sum + table.inner, 0)
  const outer = tables.reduce((sum, table) => sum + table.rows + table.allLeaves, 0)
  const rest = Math.max(0, pages - inner)
  return { inner: inner === 0 ? 1 : Math.min(1, pages / inner), outer: outer === 0 ? 1 : Math.min(1, rest / outer) }
}

/**
 * Probability that a page with `perPage` rows (or entries) of a row drawn by popularity is not in memory, if the part
 * `cached` of the pages is, the hottest first. Rows stand at random places: with P pages in memory, the P most popular
 * rows are on them, and of the others the part that lies there by chance.
 */
export function missOf(cached: Ratio, { rows, perPage, exponent }: Popularity): Ratio {
  if (cached >= 1) return 0
  if (exponent === 0) return 1 - cached
  const pages = Math.max(1, rows / perPage)
  const top = massOfTop(Math.min(rows, cached * pages), rows, exponent)
  return (1 - top) * (1 - cached)
}

interface Popularity {
  readonly rows: number
  readonly perPage: number
  readonly exponent: number
}

/** Share of the requests that go to the `top` most popular of `keys`. */
export function massOfTop(top: number, keys: number, exponent: number): Ratio {
  let left = top
  let mass = 0
  for (const { ranks, p } of popularityBins(Math.max(1, Math.ceil(keys)), exponent)) {
    const taken = Math.min(ranks, left)
    mass += taken * p
    left -= taken
    if (left <= 0) break
  }
  return Math.min(1, mass)
}
