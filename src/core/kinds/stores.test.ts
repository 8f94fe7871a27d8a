import { describe, expect, it } from 'vitest'
import { fixed, meanOf } from '../model/distribution.ts'
import type { Station } from '../model/resource.ts'
import type { Call, Choose, Parallel } from '../model/step.ts'
import type { Access, RowAsk } from './define.ts'
import { allSteps, askOf, type Made, make, rowAsk, servedAt } from './kinds.test-support.ts'

const stations = (made: Made) => made.resources.filter((one): one is Station => one.kind === 'station')
const kinds = ({ steps }: Pick<Access, 'steps'>): readonly string[] => allSteps(steps).map(({ kind }) => kind)
const cpu = (made: Made, access: Pick<Access, 'steps'>): number =>
  servedAt(made, access, 'cpu').reduce((sum, { work }) => sum + meanOf(work), 0)
const read = (made: Made, changes: Partial<RowAsk> = {}) => made.behaviour.read!(rowAsk(made, changes))
const write = (made: Made, changes: Partial<RowAsk> = {}) => made.behaviour.write!(rowAsk(made, changes))
const joins = (access: Access): readonly (readonly [number, number])[] =>
  allSteps(access.steps).flatMap((step) =>
    step.kind === 'parallel' ? [[step.branches.length, step.need] as const] : [],
  )

const small = 'tables: { t: { rows: 1 M, row: 168 B, key: id } }'
const links =
  'tables: { links: { rows: { is: 2 G, growth: 17 M/d }, row: 220 B, key: code, indexes: { by-owner: { columns: [owner] } }, ' +
  'access: { by-code: { by: key, rows: 1 }, by-owner: { by: by-owner, rows: 20 }, all: { by: scan } } } }'
const shortener =
  `{ shards: { by: code, count: 4 }, replicas: { count: 2, lag: { p50: 20 ms, p99: 400 ms }, read-from: replica }, ` +
  `size: { cpu: 8, memory: 32 GiB, disk: { iops: 12 k } }, ${links} }`

describe('a relational database', () => {
  it('shares its processors, and does exactly the I/Os of its disk', () => {
    const made = make('postgres', shortener)
    const [processors, disk] = stations(made)
    expect(processors).toMatchObject({ servers: 8, discipline: 'ps', label: 'cpu' })
    expect(disk).toMatchObject({ servers: 14, discipline: 'fifo', label: 'disk' })
    const io = allSteps(read(made).steps).find((step) => step.kind === 'choose') as Choose
    const [serve] = servedAt(made, { steps: io.branches[0]!.steps }, 'disk')
    expect(14 / meanOf(serve!.work)).toBeCloseTo(12_000, 6)
  })

  it('reads a row whose pages are in memory with processor time alone: 167 us', () => {
    const made = make('postgres', `{ ${small} }`)
    expect(kinds(read(made))).toEqual(['serve'])
    expect(cpu(made, read(made))).toBeCloseTo(167e-6, 12)
  })

  it('fetches a leaf and a page of rows when 83 % of them are not in memory', () => {
    const made = make('postgres', shortener)
    const [, one, rest] = read(made, { path: 'by-code' }).steps
    // 2 × 0.8298 pages: one for sure, another with 66 %.
    expect(one).toMatchObject({ kind: 'serve', station: 1 })
    const miss = 1 - (3_145_728 - 7918) / (15_625_000 + 2_808_990)
    expect((rest as Choose).branches[0]!.probability).toBeCloseTo(2 * miss - 1, 9)
  })

  it('reads 20 rows by an index with a leaf and 20 pages, 5 us for each further row', () => {
    const made = make('postgres', shortener.replace('by: code, ', ''))
    const access = read(made, { path: 'by-owner' })
    expect(cpu(made, access)).toBeCloseTo(167e-6 + 19 * 5e-6, 12)
    const miss = 1 - (3_145_728 - 7918) / (15_625_000 + 2_808_990)
    const [whole] = servedAt(made, access, 'disk')
    expect(meanOf(whole!.work) * 12_000).toBeCloseTo(Math.floor(21 * miss) * 14, 6)
    expect(access.receive).toBe(20 * 220)
  })

  it('needs one page for a row when rows stand in the leaves of their key', () => {
    const one = make('mysql', shortener)
    expect(allSteps(read(one, { path: 'by-code' }).steps).filter(({ kind }) => kind === 'choose')).toHaveLength(1)
    expect(servedAt(one, read(one, { path: 'by-code' }), 'disk')).toHaveLength(1)
  })

  it('scans all rows of every shard: 0.3 us each, and what is not in memory as a stream', () => {
    const made = make('postgres', shortener)
    const access = read(made, { path: 'all' })
    expect(joins(access)).toEqual([[4, 4]])
    const local = (access.steps[0] as Parallel).branches[0]!.steps[0] as Call
    expect(cpu(made, { steps: local.steps })).toBeCloseTo(167e-6 + (500e6 - 1) * 0.3e-6, 6)
    const missing = 15_625_000 * 8192 * (1 - (3_145_728 - 7918) / (15_625_000 + 2_808_990))
    expect(meanOf(servedAt(made, { steps: local.steps }, 'disk')[0]!.work)).toBeCloseTo(missing / 125e6, 6)
  })

  it('asks one shard when the access knows the column that decides, and all when it does not', () => {
    const made = make('postgres', shortener)
    expect(joins(read(made, { path: 'by-code' }))).toEqual([])
    expect(read(made, { path: 'by-code' }).pick).toMatchObject({ shardBy: 0 })
    expect(joins(read(made, { path: 'by-owner' }))).toEqual([[4, 4]])
  })

  it('takes the key that a cache missed, or one of the largest table', () => {
    const made = make('postgres', shortener)
    expect(read(made, { keyDomain: 9 }).pick.shardBy).toBe(9)
    expect(made.domains).toEqual([{ keys: 2e9, exponent: 0 }])
  })

  it('reads from who is fresh enough', () => {
    const made = make('postgres', shortener)
    const within = (changes: Partial<RowAsk>): string => read(made, changes).pick.within
    expect(within({})).toBe('replica')
    expect(within({ consistency: 'strong' })).toBe('leader')
    expect(within({ consistency: 'session' })).toBe('leader')
    expect(within({ consistency: 'eventual' })).toBe('replica')
    expect(within({ consistency: { staleBy: 5 } })).toBe('replica')
    // Only half of the time a replica is 20 ms behind at most.
    expect(within({ consistency: { staleBy: 0.02 } })).toBe('leader')
    expect(within({ isInTransaction: true })).toBe('leader')
    expect(
      make('postgres', `{ ${small} }`).behaviour.read!(rowAsk(made, { consistency: 'eventual' })).pick.within,
    ).toBe('leader')
  })

  it('reads many keys with one statement: 20 us for each further one', () => {
    const made = make('postgres', `{ ${small} }`)
    const access = read(made, { count: { fixed: 11, times: null } })
    expect(cpu(made, access)).toBeCloseTo(167e-6 + 10 * (20e-6 + 5e-6), 12)
    const batch = read(made, { count: { fixed: 1, times: 'missed' } })
    expect(servedAt(made, batch, 'cpu')).toMatchObject([{ each: 25e-6, times: 'missed' }])
  })

  it('writes, waits for the disk, answers, and then tells its replicas', () => {
    const made = make('postgres', `{ replicas: 2, ${small} }`)
    const access = write(made)
    expect(kinds(access).slice(0, 5)).toEqual(['serve', 'serve', 'reply', 'attempt', 'delay'])
    expect(servedAt(made, access, 'cpu').map(({ work }) => meanOf(work))).toEqual([
      expect.closeTo(201.2e-6, 12),
      expect.closeTo(100.6e-6, 12),
      expect.closeTo(100.6e-6, 12),
    ])
    expect(access.pick.within).toBe('leader')
  })

  it('waits for as many replicas as are synchronous, each with its disk', () => {
    const made = make('postgres', `{ replicas: { count: 2, mode: sync(1) }, ${small} }`)
    expect(kinds(write(made))).toEqual([
      'serve',
      'serve',
      'parallel',
      'call',
      'serve',
      'serve',
      'call',
      'serve',
      'serve',
    ])
    expect(joins(write(made))).toEqual([[2, 1]])
  })

  it('waits for a quorum on both ways: two of three', () => {
    const made = make('sql-database', `{ replicas: { mode: quorum(r 2 w 2 n 3) }, ${small} }`)
    expect(made.groups[0]!.perShard).toBe(3)
    expect(joins(write(made))).toEqual([[2, 1]])
    expect(joins(read(made))).toEqual([[1, 1]])
  })

  it('does not wait for the disk when a commit may be written later', () => {
    const made = make('postgres', `{ commit: later, ${small} }`)
    expect(kinds(write(made))).toEqual(['serve'])
  })

  it('waits for one log in PostgreSQL, and for redo log and binlog in MySQL', () => {
    const waits = (kind: string, setting: string): number => {
      const made = make(kind, `{ ${setting}${small} }`)
      return servedAt(made, write(made), 'disk').length
    }
    expect([waits('postgres', ''), waits('mysql', ''), waits('mysql', 'syncs: 1, ')]).toEqual([1, 2, 1])
    expect(waits('mysql', 'commit: later, ')).toBe(0)
  })

  it('leaves disk and replicas to the end of a transaction', () => {
    const made = make('postgres', `{ replicas: { count: 1, mode: sync(1) }, ${small} }`)
    expect(kinds(write(made, { isInTransaction: true }))).toEqual(['serve'])
    const commit = made.behaviour.commit!(askOf(made), 3)!
    expect(kinds(commit)).toEqual(['serve', 'parallel', 'call', 'serve', 'serve'])
    expect(cpu(made, commit)).toBeCloseTo(0.5 * 3 * 200e-6, 12)
    expect(made.behaviour.commit!(askOf(made), 0)).toBeNull()
  })

  it('maintains each index of each row: 1.2 us', () => {
    const time = (indexes: string, rows: number): number => {
      const made = make('postgres', `{ tables: { t: { rows: 1 M, indexes: ${indexes} } } }`)
      return cpu(made, write(made, { rows: fixed(rows) }))
    }
    const two = '{ a: { columns: a }, b: { columns: b } }'
    expect(time(two, 1) - time('{}', 1)).toBeCloseTo(2.4e-6, 12)
    expect(time('{}', 201) - time('{}', 1)).toBeCloseTo(200 * 6.2e-6, 12)
  })

  it('fetches the leaf of each index before it writes to it', () => {
    const made = make('postgres', shortener)
    const miss = 1 - (3_145_728 - 7918) / (15_625_000 + 2_808_990)
    const io = allSteps(write(made).steps).find((step) => step.kind === 'choose') as Choose
    expect(io.branches[0]!.probability).toBeCloseTo(2 * miss - 1, 9)
  })

  it('has pools at its callers and a limit of its own', () => {
    const made = make('postgres', `{ pool: { max: 80, per: instance }, ${small} }`)
    expect(made.behaviour.connections).toEqual({ most: 80, waitMost: 30 })
    expect(made.behaviour.connectionsMost).toBe(100)
  })

  it('is without a leader for 35 s when it dies, and for ever without a copy', () => {
    expect(make('postgres', `{ replicas: 1, ${small} }`).groups).toMatchObject([{ detect: 30, promote: 35 }])
    expect(make('postgres', `{ ${small} }`).groups[0]!.promote).toBe(Infinity)
  })

  it('publishes what is written to a table that is consumed, and only that', () => {
    const made = make('postgres', '{ tables: { a: { rows: 1 k }, b: { rows: 1 k, row: 250 B } } }')
    expect(kinds(write(made, { part: 'b' }))).not.toContain('publish')
    const { log, fetch } = made.behaviour.consume!('b', made.write)
    expect(made.resources[log]).toMatchObject({ kind: 'log', partitions: 1, isShared: true, messageSize: 250 })
    expect(made.behaviour.consume!('b', made.write).log).toBe(log)
    expect(servedAt(made, fetch!, 'cpu')).toMatchObject([{ times: 'items', each: 5e-6 }])
    const publish = { kind: 'publish', log, count: fixed(3), times: null, shipEvery: 0 }
    expect(write(made, { part: 'b', rows: fixed(3) }).steps).toContainEqual(publish)
    expect(kinds(write(made, { part: 'a' }))).not.toContain('publish')
  })

  it('says what cannot be: an unknown index, more synchronous copies than there are, a quorum of five of three', () => {
    const wrong = (text: string): readonly (string | undefined)[] =>
      make('postgres', text).problems.map(({ message }) => message)
    expect(wrong('{ tables: { t: { rows: 1, access: { p: { by: owner } } } } }')).toEqual([
      '`t.p` goes by `owner`, which is no index of `t`',
    ])
    expect(wrong(`{ replicas: { count: 1, mode: sync(2) }, ${small} }`)).toEqual([
      '`mode: sync(2)` waits for 2 copies, but there are 1',
    ])
    expect(wrong(`{ replicas: { mode: quorum(r 2 w 5 n 3) }, ${small} }`)).toEqual([
      'a quorum of 5 out of 3 copies cannot be met',
    ])
    expect(wrong('{ tables: {} }')).toEqual(['`tables` is empty: there is nothing that a flow could ask for'])
  })

  it('takes rows as a number, with growth, or as growth alone for 30 days', () => {
    const rows = (text: string): number => make('postgres', `{ tables: { t: { rows: ${text} } } }`).domains[0]!.keys
    expect([rows('2 M'), rows('{ is: 2 G, growth: 17 M/d }'), rows('{ growth: 70 M/d }')]).toEqual([2e6, 2e9, 2.1e9])
  })
})

describe('a document store', () => {
  it('answers a write when most of three copies have it on disk, and knows no transactions', () => {
    const made = make('mongodb', `{ ${small} }`)
    expect(made.groups[0]!.perShard).toBe(3)
    expect(joins(write(made))).toEqual([[2, 1]])
    expect(made.behaviour.commit).toBeUndefined()
    expect(made.groups).toMatchObject([{ detect: 10, promote: 12 }])
  })
})

describe('a wide-column store', () => {
  const made = make('cassandra', `{ instances: 6, ${small} }`)

  it('has a row on three of its nodes', () => {
    expect(made.groups).toMatchObject([{ shards: 2, perShard: 3, promote: 0 }])
    expect(make('cassandra', `{ instances: 4, ${small} }`).problems).toMatchObject([
      { param: 'instances', hint: 'write 6' },
    ])
  })

  it('writes to all copies and waits for two', () => {
    expect(joins(write(made))).toEqual([[3, 2]])
    expect(servedAt(made, write(made), 'cpu')).toHaveLength(1 + 3)
  })

  it('reads from as many copies as the read asks for', () => {
    const reads = (consistency: RowAsk['consistency']): number =>
      servedAt(made, read(made, { consistency }), 'cpu').length - 1
    expect([reads('default'), reads('eventual'), reads('strong')]).toEqual([2, 1, 2])
    const one = make('cassandra', `{ replicas: quorum(r 1 w 1 n 3), ${small} }`)
    // One of three was written: only all three are sure to have it.
    expect(servedAt(one, read(one, { consistency: 'strong' }), 'cpu')).toHaveLength(1 + 3)
  })

  it('asks all copies and takes the first answers, when it is told to', () => {
    const eager = make('cassandra', `{ read-asks: all, ${small} }`)
    expect(joins(read(eager))).toEqual([[3, 2]])
    expect(servedAt(eager, read(eager), 'cpu')).toHaveLength(1 + 3)
  })

  it('writes five bytes to disk for each byte of a row, after the answer', () => {
    const [reply, stream] = allSteps(write(made).steps).slice(-2)
    expect(reply).toEqual({ kind: 'reply' })
    expect(stream).toMatchObject({ kind: 'serve', work: fixed((5 * 168) / 125e6) })
  })
})

describe('a store by key', () => {
  const tables = 'tables: { t: { rows: 1 M, row: 3 KB, access: { page: { by: key, rows: 10 } } } }'
  const made = make('dynamodb', `{ partitions: 8, ${tables} }`)
  const units = (access: Access): number => meanOf(servedAt(made, access, 'read units')[0]!.work) * 3000

  it('has three copies of each partition, each with its throughput', () => {
    expect(made.groups).toMatchObject([{ shards: 8, perShard: 3, promote: 2 }])
    expect(stations(made).map(({ label }) => label)).toEqual(['read units', 'write units'])
  })

  it('counts half a unit of 4 KiB for a read, twice that when it is strong', () => {
    expect(units(read(made))).toBeCloseTo(0.5, 9)
    expect(units(read(made, { consistency: 'strong' }))).toBeCloseTo(1, 9)
    // 10 rows of 3 KB are 7.3 units, rounded up.
    expect(units(read(made, { path: 'page' }))).toBeCloseTo(4, 9)
  })

  it('counts a unit for each KiB of a row that is written: three', () => {
    expect(meanOf(servedAt(made, write(made), 'write units')[0]!.work) * 1000).toBeCloseTo(3, 9)
  })

  it('refuses what waits too long, and pays for every row that a scan looks at', () => {
    expect(stations(make('dynamodb', `{ waiting: 7, ${tables} }`)).map(({ waitingRoom }) => waitingRoom)).toEqual([
      7, 7,
    ])
    const table = 'tables: { t: { rows: 4 k, row: 4 KiB, access: { all: { by: scan } } } }'
    const made = make('dynamodb', `{ partitions: 2, ${table} }`)
    const { steps } = made.behaviour.read!(rowAsk(made, { part: 't', path: 'all' }))
    // 2000 rows of one unit on each partition, at half the price of a strong read, from 3000/s.
    const served = allSteps(steps).flatMap((step) => (step.kind === 'serve' ? [meanOf(step.work)] : []))
    expect(served.map((time) => Math.round(1000 * time))).toEqual([333, 333])
  })
})

describe('a search index', () => {
  const made = make(
    'elasticsearch',
    `{ shards: 3, replicas: 1, ${small.replace('key: id', 'key: id, access: { q: { by: search, rows: 10 } }')} }`,
  )

  it('asks every shard for a search, and one for a document', () => {
    expect(joins(read(made, { path: 'q' }))).toEqual([[3, 3]])
    expect(joins(read(made))).toEqual([])
  })

  it('indexes at every copy, with a write to disk at each', () => {
    expect(joins(write(made))).toEqual([[1, 1]])
    expect(servedAt(made, write(made), 'disk')).toHaveLength(2)
  })
})

describe('a columnar store', () => {
  const made = make('columnar', '{ tables: { t: { rows: 1 G, row: 40 B, access: { all: { by: scan } } } } }')

  it('pays for an insert once, and a little for each row', () => {
    const time = (rows: number): number => cpu(made, write(made, { rows: fixed(rows) }))
    expect(time(1)).toBeCloseTo(0.005, 9)
    expect(time(201) - time(1)).toBeCloseTo(200 * 2e-6, 12)
  })

  it('looks at a granule of 8192 rows for one, and at all of them for a scan', () => {
    expect(cpu(made, read(made))).toBeCloseTo(0.003 + 8191 * 0.01e-6, 9)
    expect(cpu(made, read(made, { path: 'all' }))).toBeCloseTo(0.003 + (1e9 - 1) * 0.01e-6, 6)
  })

  it('reads the compressed bytes of the columns that are not in memory', () => {
    const big = make(
      'columnar',
      '{ size: { memory: 16 GiB }, tables: { t: { rows: 10 G, row: 40 B, access: { all: { by: scan } } } } }',
    )
    const bytes = 10e9 * 40 * 0.2
    const cached = (0.6 * 16 * 2 ** 30) / bytes
    const [stream] = servedAt(big, read(big, { path: 'all' }), 'disk')
    expect(meanOf(stream!.work)).toBeCloseTo((bytes * 0.3 * (1 - cached)) / 125e6, 6)
  })
})

describe('objects and files', () => {
  it('an object comes after its first byte at the speed of one stream', () => {
    const made = make('s3', '{ objects: { pictures: { count: 1 M, size: 996 KB } } }')
    const access = read(made)
    expect(kinds(access)).toEqual(['serve', 'delay'])
    expect(access.steps[1]).toMatchObject({ time: { law: 'shifted', by: expect.closeTo(0.01, 12) } })
    expect(access.receive).toBe(996_000)
    expect(meanOf(servedAt(made, access, 'reads')[0]!.work)).toBeCloseTo(1 / 5500, 12)
    expect(made.costs).toEqual([{ label: 'space', dollars: expect.closeTo(996 * 0.023, 6), isPerInstance: false }])
  })

  it('files share a throughput', () => {
    const made = make('file-store', '{ throughput: 100 MB/s, files: { f: { count: 1 k, size: 1 MB } } }')
    expect(stations(made)).toMatchObject([{ servers: 1, discipline: 'ps' }])
    expect(meanOf(servedAt(made, write(made), 'disk')[0]!.work)).toBeCloseTo(0.01, 12)
  })
})
