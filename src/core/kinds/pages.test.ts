import { describe, expect, it } from 'vitest'
import { bufferOf, massOfTop, missOf, pagesOf } from './pages.ts'

/** A shard of the links of a URL shortener: 2 G rows of 220 B over four shards, one index beside the key. */
const links = { rows: 500e6, rowBytes: 252, indexes: 1, layout: 'heap', entryBytes: 23 } as const

describe('pages of a table', () => {
  it('are 4 deep for 500 M rows: 356 entries a leaf, then 3946, 12 and 1 pages above', () => {
    expect(pagesOf(links)).toEqual({
      rows: 15_625_000,
      leaves: 1_404_495,
      inner: 2 * (3946 + 12 + 1),
      allLeaves: 2 * 1_404_495,
      rowsPerPage: 32,
      entriesPerLeaf: 356,
      depth: 4,
    })
  })

  it('are 2 deep for 2 M rows in 5 618 leaves: 16 pages and a root make it 3', () => {
    const { leaves, inner, depth } = pagesOf({ ...links, rows: 2e6, indexes: 0 })
    expect({ leaves, inner, depth }).toEqual({ leaves: 5618, inner: 16 + 1, depth: 3 })
  })

  it('have no index of the key beside the rows when they are clustered', () => {
    const { rows, allLeaves, depth } = pagesOf({ ...links, layout: 'clustered' })
    // 15 625 000 pages of rows under 43 891, 124 and 1 pages.
    expect({ rows, allLeaves, depth }).toEqual({ rows: 15_625_000, allLeaves: 1_404_495, depth: 4 })
  })

  it('of a row that is longer than a page are several for each row', () => {
    expect(pagesOf({ ...links, rows: 10, rowBytes: 20_000 }).rows).toBe(30)
  })

  it('of one row are a leaf and a page', () => {
    expect(pagesOf({ ...links, rows: 1, indexes: 0 })).toMatchObject({ rows: 1, leaves: 1, inner: 0, depth: 1 })
  })
})

describe('a buffer', () => {
  it('of 24 GiB holds all pages above the leaves, and 17 % of 18.4 M others', () => {
    const { inner, outer } = bufferOf([pagesOf(links)], 24 * 2 ** 30)
    expect(inner).toBe(1)
    expect(outer).toBeCloseTo((3_145_728 - 7918) / (15_625_000 + 2_808_990), 12)
  })

  it('that is larger than the tables holds all', () => {
    expect(bufferOf([pagesOf({ ...links, rows: 1000 })], 2 ** 30)).toEqual({ inner: 1, outer: 1 })
  })

  it('of 10 pages holds a part of the pages above the leaves, and no others', () => {
    expect(bufferOf([pagesOf(links)], 81_920)).toEqual({ inner: 10 / 7918, outer: 0 })
  })
})

describe('a page is not in memory', () => {
  it('for the part of the pages that is not, when all rows are asked for alike', () => {
    expect(missOf(0.17, { rows: 1e6, perPage: 32, exponent: 0 })).toBeCloseTo(0.83, 12)
  })

  it('with 14 % for 4 rows of 1/rank on a page each, two of them in memory', () => {
    // The two top rows have 1.5/2.0833 = 72 %; of the other 28 % one half lies there by chance.
    expect(missOf(0.5, { rows: 4, perPage: 1, exponent: 1 })).toBeCloseTo(0.28 * 0.5, 12)
  })

  it('never when everything fits', () => {
    expect(missOf(1, { rows: 1e6, perPage: 32, exponent: 0.9 })).toBe(0)
  })
})

describe('the top keys', () => {
  it('of three by 1/rank have 6/11, 9/11 and all of the requests', () => {
    expect([1, 2, 3].map((top) => massOfTop(top, 3, 1))).toEqual([
      expect.closeTo(6 / 11, 12),
      expect.closeTo(9 / 11, 12),
      expect.closeTo(1, 12),
    ])
  })

  it('have their share of keys when all are alike', () => {
    expect(massOfTop(250, 1000, 0)).toBeCloseTo(0.25, 12)
  })
})
