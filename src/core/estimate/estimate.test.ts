import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import { kinds } from '../kinds/index.ts'
import { PAGE_BYTES, pagesOf } from '../kinds/pages.ts'
import { type BackOfEnvelope, estimateOf, type EstimateOptions } from './estimate.ts'
import { readMachine } from './machine.ts'

function estimated(text: string, options: EstimateOptions = {}): BackOfEnvelope {
  const settings = { file: 'a.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
  const { design, models, diagnostics } = prepare(text, settings)
  const [model] = models
  if (design === null || model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return estimateOf({ design, model, kinds }, options)
}

const valueOf = ({ lines }: BackOfEnvelope, id: string): number | undefined =>
  lines.find((line) => line.id === id)?.value

const PEOPLE = '{ users: 864 k, does: { view: 8 per user per day, buy: 2 per user per day }, peak: 2.5x }'

const shop = (more: Readonly<Record<string, string>> = {}): string => `loadpath: 1
name: shop
network: ideal
load: { people: ${more['load'] ?? PEOPLE} }
components:
  api: { kind: service }
  db:
    kind: postgres
    tables: { orders: { rows: ${more['rows'] ?? '1 M'}, row: 200 B${more['table'] ?? ''} } }
flows:
  view: { from: people, steps: [{ call: api, do: [{ work: 2 ms }, { read: db.orders }, { reply: 10 KB }] }] }
  buy: { from: people, steps: [{ call: api, send: 1 KB, do: [{ work: 2 ms }, { write: db.orders }] }] }
`

describe('an estimate', () => {
  it('makes people into requests: on average what each does, at the peak so many times that', () => {
    const whole = estimated(shop())
    expect(valueOf(whole, 'load.view.mean')).toBeCloseTo(80, 9)
    expect(valueOf(whole, 'load.view.peak')).toBeCloseTo(200, 9)
    expect(valueOf(whole, 'load.view.day')).toBeCloseTo(864e3 * 8, 3)
    expect(valueOf(whole, 'load.buy.peak')).toBeCloseTo(50, 9)
  })

  it('takes the rate that is written as the peak, and the mean of its shape as the average', () => {
    const whole = estimated(
      shop({ load: '{ rate: 100/s, shape: daily(low 30% peak 20:00), mix: { view: 60%, buy: 40% } }' }),
    )
    expect(valueOf(whole, 'load.view.peak')).toBeCloseTo(60, 9)
    // A cosine between 30 % and 100 %, in straight pieces.
    expect(valueOf(whole, 'load.view.mean')).toBeCloseTo(60 * 0.65, 2)
  })

  it('counts closed users by think time and the time of an answer', () => {
    const whole = estimated(shop({ load: '{ population: 1000, think: 10 s, mix: { view: 100% } }' }))
    const time = valueOf(whole, 'time.view') ?? 0
    expect(time).toBeGreaterThan(0.002)
    expect(valueOf(whole, 'load.view.peak')).toBeCloseTo(1000 / (10 + time), 9)
    expect(valueOf(whole, 'connections.of.people')).toBe(1000)
  })

  it('grows a table by what is written to it, unless the design says how it grows', () => {
    const written = estimated(shop())
    expect(valueOf(written, 'storage.db.orders.rows.day')).toBeCloseTo(864e3 * 2, 3)
    expect(valueOf(written, 'storage.db.orders.3y')).toBeCloseTo((1e6 + 864e3 * 2 * 3 * 365) * 200, -3)
    const said = estimated(shop({ rows: '{ is: 1 M, growth: 10 k/d }' }))
    expect(valueOf(said, 'storage.db.orders.1y')).toBeCloseTo((1e6 + 10e3 * 365) * 200, -3)
    const named = shop({ rows: '{ is: 1 M, growth: = orders * 2 }' }).replace(
      'components:',
      'assume: { orders: 5 k/d }\ncomponents:',
    )
    expect(valueOf(estimated(named), 'storage.db.orders.rows.day')).toBeCloseTo(10e3, 6)
    // Said without a number, it begins empty.
    expect(valueOf(estimated(shop({ rows: '{ growth: 10 k/d }' })), 'storage.db.orders.1y')).toBeCloseTo(
      10e3 * 365 * 200,
      -3,
    )
  })

  it('stores as many bytes as the pages of the store have', () => {
    const whole = estimated(shop({ table: ', indexes: { a: { columns: [x] }, b: { columns: [y] } }' }))
    const shape = { rows: 1e6, rowBytes: 232, indexes: 2, layout: 'heap', entryBytes: 23 } as const
    const { rows, allLeaves, inner } = pagesOf(shape)
    const pages = (rows + allLeaves + inner) * PAGE_BYTES
    expect((valueOf(whole, 'storage.db.orders.stored.now') ?? 0) / pages).toBeCloseTo(1, 1.5)
  })

  it('says bytes in and out, and what nobody says of them', () => {
    const whole = estimated(shop())
    expect(valueOf(whole, 'bandwidth.edge.view.out')).toBeCloseTo(200 * 10e3, 6)
    expect(valueOf(whole, 'bandwidth.edge.buy.in')).toBeCloseTo(50 * 1e3, 6)
    expect(valueOf(whole, 'bandwidth.api.to.db')).toBeCloseTo(50 * 200, 6)
    const missing = whole.gaps.map(({ subject, write }) => `${subject}: ${write}`)
    expect(missing).toContain('view: send: 1 KB')
    expect(missing).toContain('buy: - reply: 20 KB')
    expect(missing).not.toContain('view: - reply: 20 KB')
  })

  it('finds the keys that carry most of the reads', () => {
    const whole = estimated(shop({ rows: '1 k', table: ', popularity: zipf(1)' }))
    const weights = Array.from({ length: 1000 }, (_, i) => 1 / (i + 1))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const needed = (share: number): number => {
      let mass = 0
      let keys = 0
      while (mass < share * total) mass += weights[keys++] ?? 1
      return keys
    }
    // Ranks stand in bins: one more or less.
    expect(Math.abs((valueOf(whole, 'memory.db.orders.80.keys') ?? 0) - needed(0.8))).toBeLessThanOrEqual(1)
    expect(Math.abs((valueOf(whole, 'memory.db.orders.95.keys') ?? 0) - needed(0.95))).toBeLessThanOrEqual(1)
    expect(valueOf(whole, 'memory.db.orders.80')).toBe((valueOf(whole, 'memory.db.orders.80.keys') ?? 0) * 200)
  })

  it('counts in machines that can be given, and names what one of them lacks first', () => {
    const counted = (keys: string): BackOfEnvelope => {
      const { machine } = readMachine(keys)
      return estimated(shop(), machine === null ? {} : { machine })
    }
    const whole = counted('cpu: 0.1, memory: 100 MB, iops: 1/s')
    // 250 requests of 2 ms.
    expect(valueOf(whole, 'machines.api.cpu.busy')).toBeCloseTo(0.5, 6)
    expect(valueOf(whole, 'machines.api.cpu')).toBe(5)
    expect(valueOf(whole, 'machines.db.iops')).toBe(250)
    // What fits into memory is read from there.
    expect(valueOf(counted('memory: 1 GB, iops: 1/s'), 'machines.db.iops')).toBe(50)
    expect(whole.shortages[0]).toMatchObject({ subject: 'the whole design', dimension: 'iops', times: 250 })
    expect(readMachine('cpus: 4').machine).toBeNull()
    expect(readMachine('memory: 4').diagnostics[0]?.code).toBe('unit-missing')
  })

  it('writes behind what is put into a cache that does so', () => {
    const whole = estimated(`loadpath: 1
load: { people: { rate: 50/s, mix: { count: 100% } } }
components:
  api: { kind: service }
  hot: { kind: redis, keyspaces: { views: { keys: 1 M, value: 20 B, write: behind, store: db.views } } }
  db: { kind: postgres, tables: { views: { rows: 1 M, row: 100 B } } }
flows: { count: { from: people, steps: [{ call: api, do: [{ put: hot.views }] }] } }
`)
    expect(valueOf(whole, 'requests.db.views.write.peak')).toBeCloseTo(50, 9)
    expect(valueOf(whole, 'bandwidth.hot.to.db')).toBeCloseTo(50 * 100, 9)
  })

  it('keeps the ids of what has one name apart', () => {
    const whole = estimated(
      shop()
        .replaceAll('api', 'view')
        .replace('view: { kind: service }', 'view: { kind: service }\n  all: { kind: service }'),
    )
    const ids = whole.lines.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(valueOf(whole, 'bandwidth.edge.view.out')).toBeCloseTo(200 * 10e3, 6)
  })

  it('has something to say of a design that says next to nothing', () => {
    const whole = estimated(
      'loadpath: 1\nname: empty\ncomponents: { api: { kind: service }, db: { kind: postgres, tables: { t: { rows: 1 M } } } }',
    )
    expect(whole.gaps[0]).toMatchObject({ section: 'load', missing: 'how many requests there are' })
    expect(valueOf(whole, 'storage.db.t.now')).toBe(300e6)
    for (const { value } of whole.lines) expect(Number.isFinite(value)).toBe(true)
  })

  it('says of every number that nobody wrote where it comes from', () => {
    const inputs = estimated(shop()).lines.flatMap((line) => line.inputs)
    for (const { from } of inputs) if (from.kind === 'default') expect(from.source).not.toBe('')
    const row = inputs.find(({ name }) => name === 'row overhead')
    expect(row?.from).toMatchObject({ kind: 'default', path: 'components.db.row-overhead' })
    const users = inputs.find(({ from }) => from.kind === 'written' && from.path === 'load.people.users')
    expect(users?.from).toMatchObject({ text: '864 k' })
  })
})
