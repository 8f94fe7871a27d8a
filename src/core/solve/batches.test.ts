import { describe, expect, it } from 'vitest'
import { batches as formula } from '../../../tests/theory/formulas.ts'
import { type BatchLoad, solveBatches } from './batches.ts'
import { quantile } from './law.ts'

const near = (value: number, expected: number, relative: number): void =>
  expect(Math.abs(value / expected - 1), `${value} is not ${expected}`).toBeLessThan(relative)

const instant: BatchLoad['time'] = () => ({ mean: 0, variance: 0 })
const linear =
  (base: number, each: number, cv = 0): BatchLoad['time'] =>
  (size) => ({ mean: base + each * size, variance: (cv * (base + each * size)) ** 2 })

const loadOf = (load: Partial<BatchLoad>): BatchLoad => ({
  rate: 1000,
  servers: 1,
  most: 20,
  longest: 0,
  poll: 0,
  time: instant,
  ...load,
})

describe('batches that only wait to fill', () => {
  it('have the size and wait of renewal-reward: I-linger', () => {
    const short = solveBatches(loadOf({ longest: 0.01 }))
    near(short.size, 10.993767, 1e-7)
    near(short.batches, 90.960629, 1e-7)
    near(short.waiting, 5.4458655e-3, 1e-7)
    const long = solveBatches(loadOf({ longest: 0.05 }))
    near(long.size, 20, 1e-7)
    near(long.waiting, 9.4999999e-3, 1e-7)
    expect(short.method.kind).toBe('exact')
  })

  it('agree with the integral, also where a batch holds many', () => {
    for (const [rate, most, longest] of [
      [100, 2, 0.01],
      [5000, 500, 0.1],
      [6_000, 600, 0.1],
    ] as const) {
      const { size, wait } = formula(rate, most, longest)
      const answer = solveBatches(loadOf({ rate, most, longest }))
      near(answer.size, size, 1e-6)
      near(answer.waiting, wait, 1e-6)
    }
  })
})

/** Plays loops that take batches; times are gamma (cv 1: exponential) or fixed. */
function play({ rate, servers, most, longest, poll, time }: BatchLoad, count = 400_000) {
  let seed = 7
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return (seed + 0.5) / 4294967296
  }
  const free = Array.from({ length: servers }, () => 0)
  const waits: number[] = []
  const queue: number[] = []
  let head = 0
  let next = -Math.log(random()) / rate
  let batches = 0
  let busy = 0
  let now = 0
  const arriveUntil = (t: number): void => {
    while (next <= t) {
      queue.push(next)
      next -= Math.log(random()) / rate
    }
  }
  while (waits.length < count) {
    // The loop that is free first.
    let loop = 0
    for (let i = 1; i < servers; i++) if ((free[i] as number) < (free[loop] as number)) loop = i
    now = Math.max(now, free[loop] as number)
    arriveUntil(now)
    if (queue.length === head) arriveUntil(next)
    const first = queue[head] as number
    let start = Math.max(now, first)
    if (poll > 0) start = Math.ceil(start / poll - 1e-9) * poll
    else {
      const due = Math.max(start, first + longest)
      while (queue.length - head < most && next <= due) arriveUntil(next)
      start = queue.length - head >= most ? Math.max(start, queue[head + most - 1] as number) : due
    }
    arriveUntil(start)
    const size = Math.min(most, queue.length - head)
    for (let i = 0; i < size; i++) waits.push(start - (queue[head + i] as number))
    head += size
    const { mean, variance } = time(size)
    const took = variance > 0 ? -Math.log(random()) * mean : mean
    free[loop] = poll > 0 ? Math.max(start + took, start + poll / 2) : start + took
    busy += took
    batches += 1
    now = start
  }
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length
  const sorted = waits.sort((a, b) => a - b)
  return {
    size: waits.length / batches,
    waiting: mean,
    p95: sorted[Math.floor(0.95 * sorted.length)] ?? 0,
    utilization: busy / now / servers,
  }
}

describe('batches that are worked on', () => {
  it.each([1e-9, 1e-12, 1e-15])('are of one message each when those are rare: %s a second', (rate) => {
    const answer = solveBatches(loadOf({ rate, servers: 5, longest: 0.05, time: linear(0.6, 0.1) }))
    near(answer.size, 1, 1e-6)
    near(answer.batches, rate, 1e-6)
    near(answer.waiting, 0.05, 1e-6)
  })
  const cases: readonly (readonly [string, Partial<BatchLoad>, number, number])[] = [
    ['fixed, light', { most: 50, time: linear(0.005, 0.0001) }, 0.02, 0.05],
    ['fixed, half', { most: 50, time: linear(0.01, 0.0003) }, 0.02, 0.05],
    ['fixed, heavy', { most: 20, time: linear(0.005, 0.0006) }, 0.03, 0.1],
    // Played ten times as long, these two are within 3 % too.
    ['exponential, half', { most: 50, time: linear(0.01, 0.0003, 1) }, 0.06, 0.15],
    ['exponential, heavy', { most: 20, time: linear(0.005, 0.0005, 1) }, 0.06, 0.15],
    ['large', { rate: 20_000, most: 2000, time: linear(0.02, 0.00002) }, 0.03, 0.05],
    ['waits to fill', { rate: 1000, most: 100, longest: 0.05, time: linear(0.01, 0.0002) }, 0.03, 0.1],
    [
      'waits to fill as long as it works',
      { rate: 1000, most: 100, longest: 0.02, time: linear(0.02, 0.0001) },
      0.03,
      0.1,
    ],
    ['seldom', { rate: 10, most: 100, longest: 0.05, time: linear(0.02, 0.001) }, 0.02, 0.1],
    ['polled', { rate: 200, most: 100, poll: 1, time: linear(0.02, 0.0001) }, 0.02, 0.05],
    ['polled, heavy', { rate: 80, most: 100, poll: 1, time: linear(0.02, 0.0001) }, 0.03, 0.1],
    ['polled, slower than its pauses', { rate: 100, most: 100, poll: 0.1, time: linear(0.05, 0.001) }, 0.1, 0.15],
  ]
  it.each(cases)('%s', (_, part, mean, tail) => {
    const load = loadOf(part)
    if (load.poll > 0 && load.rate * load.poll >= load.most) {
      expect(solveBatches(load).isOverloaded).toBe(true)
      return
    }
    const played = play(load)
    const answer = solveBatches(load)
    near(answer.size, played.size, mean)
    near(answer.waiting, played.waiting, mean)
    near(answer.utilization, played.utilization, 2 * mean)
    near(quantile(answer.wait, 0.95), played.p95, tail)
  })

  it.each([
    ['two', { servers: 2, most: 20, time: linear(0.01, 0.0006) }],
    ['four', { servers: 4, most: 10, time: linear(0.01, 0.002) }],
    ['four, exponential', { servers: 4, most: 10, time: linear(0.005, 0.002, 1) }],
    ['four that wait to fill', { servers: 4, most: 50, longest: 0.02, time: linear(0.03, 0.001) }],
  ] as const)('several at once: %s', (_, part) => {
    const load = loadOf(part)
    const played = play(load)
    const answer = solveBatches(load)
    near(answer.size, played.size, 0.25)
    // The wait is short beside the work.
    const work = load.time(played.size).mean
    expect(Math.abs(answer.waiting - played.waiting) / (work + played.waiting)).toBeLessThan(0.15)
  })

  it('of one are M/G/c', () => {
    const one = solveBatches(loadOf({ rate: 80, most: 1, time: () => ({ mean: 0.01, variance: 0 }) }))
    near(one.waiting, 0.02, 1e-9)
    expect(one.method.kind).toBe('exact')
    const four = solveBatches(loadOf({ rate: 320, servers: 4, most: 1, time: linear(0.01, 0, 1) }))
    near(four.waiting, 0.0074546, 1e-3)
  })

  it('are full, and as many as can be, when they are overloaded', () => {
    const answer = solveBatches(loadOf({ rate: 5000, servers: 2, most: 10, time: linear(0.01, 0.001) }))
    expect(answer).toMatchObject({ size: 10, batches: 100, isOverloaded: true, waiting: Infinity, utilization: 1 })
  })
})
