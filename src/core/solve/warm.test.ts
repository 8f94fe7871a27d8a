import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { Model } from '../model/model.ts'
import type { Solution } from '../result/solution.ts'
import { solve, solverMemory } from './solve.ts'
import { isEqual } from './warm.ts'

interface Numbers {
  readonly rate?: number
  readonly cores?: number
  readonly slots?: number
  readonly instances?: number
  readonly work?: number
  readonly timeout?: number
  readonly written?: number
}

/** Threads that are held around a processor, a cache and a database; two flows that meet. */
function design(numbers: Numbers): Model {
  const { rate = 300, cores = 4, slots = 20, instances = 3, work = 4, timeout = 400, written = 10 } = numbers
  const text = `loadpath: 1
name: warm
load:
  clients: { rate: ${rate}/s, mix: { look: ${100 - written}%, note: ${written}% } }
components:
  api: { kind: service, instances: ${instances}, size: { cpu: ${cores}, memory: 4 GiB }, runtime: threads(${slots}) }
  seen: { kind: redis, keyspaces: { pages: { keys: 100 k, popularity: zipf(0.9), value: 500 B, ttl: 1 h } } }
  db: { kind: postgres, size: { cpu: 2, memory: 16 GiB }, tables: { rows: { rows: 1 M, row: 1 KB, key: id } } }
flows:
  look:
    from: clients
    steps:
      - call: api
        do: [{ work: exp(${work} ms) }, { get: seen.pages, miss: [{ read: db.rows }] }, { reply: 2 KB }]
  note:
    from: clients
    steps:
      - call: api
        do: [{ work: { p50: 2 ms, p99: 20 ms } }, { write: db.rows }, { reply: 1 KB }]
policies:
  default: { timeout: ${timeout} ms, retry: { times: 1, after: [timeout], backoff: 10 ms } }
`
  return modelOf(text)
}

function modelOf(text: string): Model {
  const options = { file: 'warm', variant: null, scenarios: 'baseline' as const, sets: [], limits: {} }
  const { models, diagnostics } = prepare(text, { ...options, readFile: () => null })
  const [model] = models
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '))
  return model
}

function figures({ laws, statistics }: Solution): readonly number[] {
  const times = laws.flatMap((law) => (law === null ? [] : [law.mean, ...[0.5, 0.99, 0.999].map(law.quantile)]))
  const { measured } = statistics
  const flows = statistics.flows.map(({ good, offered }) => (offered > 0 ? good / offered : 1))
  const copies = statistics.resources.flatMap(({ instances }) =>
    instances.flatMap(({ busyArea, hits, queueArea }) => [busyArea, hits, queueArea].map((area) => area / measured)),
  )
  return [...times, ...flows, ...copies]
}

const doubtsOf = ({ doubts }: Solution) =>
  doubts.map(({ at, flows, method }) => [at, flows, method.kind === 'approximate' ? method.name : method.reason])

const stepsOf = ({ steps }: Solution) => steps.map(({ at, component, method }) => [at, component, method.kind])

function expectSame(a: Solution, b: Solution, what = ''): void {
  const [x, y] = [figures(a), figures(b)]
  expect(x).toHaveLength(y.length)
  for (const [i, value] of x.entries())
    expect(Math.abs(value - (y[i] ?? NaN)), `${what}: figure ${i}, ${value} and ${y[i]}`).toBeLessThan(
      1e-7 * Math.max(1e-6, Math.abs(value)),
    )
  expect(doubtsOf(a)).toEqual(doubtsOf(b))
  expect(stepsOf(a)).toEqual(stepsOf(b))
  for (const [i, { mean, tail }] of a.flows.entries()) {
    expect(mean ?? -1).toBeCloseTo(b.flows[i]?.mean ?? -1, 6)
    expect(tail ?? -1).toBeCloseTo(b.flows[i]?.tail ?? -1, 6)
  }
}

describe('a solve that goes on from the one before', () => {
  const moves: readonly Numbers[] = [
    { rate: 330 },
    { cores: 3 },
    { work: 6 },
    { slots: 8 },
    { timeout: 40 },
    { instances: 4 },
    { written: 30 },
    { rate: 900, cores: 2 },
    { rate: 5000 },
    {},
    { rate: 100 },
  ]

  it('says what one from nothing does, whatever moved', () => {
    const memory = solverMemory()
    solve(design({}), { memory, isBrief: true })
    for (const moved of moves) {
      const model = design(moved)
      expectSame(solve(model, { memory, isBrief: true }), solve(model, { isBrief: true }), JSON.stringify(moved))
    }
  })

  it('keeps what it said of a flow that nothing moved for, under the names of now', () => {
    const apart = (first: number, second: number): Model =>
      modelOf(`loadpath: 1
name: apart
load:
  clients: { rate: 200/s, mix: { a: 50%, b: 50% } }
components:
  one: { kind: station, servers: 1 }
  two: { kind: station, servers: 2 }
flows:
  a: { from: clients, steps: [{ call: one, do: [{ work: { p50: ${first} ms, p99: 20 ms } }] }] }
  b: { from: clients, steps: [{ call: two, do: [{ work: { p50: ${second} ms, p99: 90 ms } }] }] }
`)
    const memory = solverMemory()
    solve(apart(2, 9), { memory, isBrief: true })
    for (const [first, second] of [
      [3, 9],
      [3, 7],
      [1, 7],
      [2, 9],
    ] as const) {
      const model = apart(first, second)
      expectSame(solve(model, { memory, isBrief: true }), solve(model, { isBrief: true }), `${first} ${second}`)
    }
  })

  it('goes up and down in load as from nothing', () => {
    const memory = solverMemory()
    const model = design({ timeout: 60 })
    for (const load of [1, 1.5, 2, 3, 2.5, 4, 8, 2, 0.5])
      expectSame(solve(model, { load, memory, isBrief: true }), solve(model, { load, isBrief: true }), `load ${load}`)
  })

  it('needs no more rounds where nothing moved', () => {
    const memory = solverMemory()
    const first = solve(design({}), { memory, isBrief: true })
    expect(first.rounds).toBeGreaterThan(2)
    expect(solve(design({}), { memory, isBrief: true }).rounds).toBe(1)
  })

  it('leaves the answer before as it was', () => {
    const memory = solverMemory()
    const first = solve(design({}), { memory, isBrief: true })
    const before = JSON.stringify(first.statistics)
    solve(design({ work: 8 }), { memory, isBrief: true })
    expect(JSON.stringify(first.statistics)).toBe(before)
    expectSame(first, solve(design({}), { isBrief: true }))
  })
})

describe('isEqual', () => {
  it('compares plain data by what is in it', () => {
    const make = (last: number) => ({ a: [1, { b: 'x' }], c: new Map([[1, new Float64Array([1, last])]]), d: null })
    expect(isEqual(make(2), make(2))).toBe(true)
    expect(isEqual(make(2), make(3))).toBe(false)
    expect(isEqual({ a: 1 }, { a: 1, b: undefined })).toBe(false)
    expect(isEqual([1], [1, 2])).toBe(false)
  })
})
