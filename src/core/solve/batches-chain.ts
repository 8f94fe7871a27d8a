import { exp, log, logGamma } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { type Filling, filling } from './batches-fill.ts'

/** One loop that takes batches. */
export interface Loop {
  readonly rate: PerSecond
  readonly most: number
  readonly longest: Seconds
  /** Between two looks; 0 = none. */
  readonly poll: Seconds
  /** Until the next batch may start, and busy time of that. */
  readonly time: (size: number) => { readonly mean: Seconds; readonly variance: number }
}

/** Batches by how many messages there were when they started. */
export interface Start {
  /** Of all batches. */
  readonly share: Ratio
  /** Messages: taken, and left behind. */
  readonly size: number
  readonly left: number
  readonly time: { readonly mean: Seconds; readonly variance: number }
  /** Mean time that the next batch still fills when this one is done; 0 counts where no message is there. */
  readonly fills: Seconds
  /** No message is there then. */
  readonly none: Ratio
}

/** Steady state of a loop. */
export interface Cycle {
  readonly starts: readonly Start[]
  /** Mean number of messages of a batch; looks that find nothing are no batches. */
  readonly size: number
  /** From one batch to the next. */
  readonly cycle: Seconds
  /** Message-seconds waited in it. */
  readonly waited: number
  /** The batch that opens with its first message after an idle time: how it fills; how many there are per batch. */
  readonly fresh: Filling
  readonly freshShare: Ratio
}

/**
 * Bulk service, M/G^[1..b]/1 with a wait for batches to fill: the chain of messages present when a batch starts, on
 * points that lie closer together below and are shared out to keep the mean. @source Bailey, On queueing processes with
 * bulk service (1954), as a chain; the age of the first message that waits is its mean
 */
export function cycleOf(loop: Loop): Cycle {
  const { most, poll, rate, longest } = loop
  const busy = (rate * loop.time(most).mean) / most
  // Beyond a batch the queue falls off within this many batches.
  const { mean, variance } = loop.time(most)
  const spread = 1 / most + variance / (mean * mean || 1)
  const highest = most * (1.5 + Math.min(60, (7 * (busy * spread + 1e-3)) / (1 - busy)))
  const points = pointsOf(most, highest, poll > 0 ? 0 : 1)
  const fresh = filling(rate, { present: 1, most, longest })
  const rows = points.map((present) => rowOf(loop, { present, points, fresh }))
  return summary(loop, { points, rows, fresh, shares: steady(rows) })
}

interface Row {
  readonly size: number
  readonly left: number
  readonly time: { readonly mean: Seconds; readonly variance: number }
  /** Where the chain goes, and how often. */
  readonly to: readonly number[]
  readonly chance: readonly number[]
  /** Means until the next start: idle and filling time, message-seconds, and of fresh batches. */
  readonly pause: Seconds
  readonly waited: number
  readonly fills: Seconds
  readonly none: Ratio
}

function rowOf(
  { rate, most, longest, poll, time }: Loop,
  { present, points, fresh }: { readonly present: number; readonly points: readonly number[]; readonly fresh: Filling },
): Row {
  const size = Math.min(present, most)
  const left = present - size
  const took = size > 0 ? time(size) : { mean: poll, variance: 0 }
  const come = rate * took.mean
  const chance = new Map<number, number>()
  const put = (x: number, weight: number): void =>
    share(points, x, (at, part) => {
      chance.set(at, (chance.get(at) ?? 0) + weight * part)
    })
  let pause = 0
  let fills = 0
  let none = 0
  // While it is busy: those left behind, and those that come.
  let waited = left * took.mean + (rate * (took.mean * took.mean + took.variance)) / 2
  for (const { count, weight } of arrivalsOf(come, come + rate * rate * took.variance)) {
    const there = left + count
    if (poll > 0) put(there, weight)
    else if (there < 0.5) {
      none += weight
      pause += weight * (1 / rate + fresh.time)
      waited += weight * fresh.waited
      put(fresh.size, weight)
    } else {
      const age = left > 0 ? took.mean : (took.mean * there) / (there + 1)
      const filled = filling(rate, { present: there, most, longest: longest - age })
      pause += weight * filled.time
      fills += weight * filled.time
      waited += weight * (there >= most ? 0 : filled.waited)
      put(there >= most ? there : filled.size, weight)
    }
  }
  return { size, left, time: took, to: [...chance.keys()], chance: [...chance.values()], pause, waited, fills, none }
}

/** Power iteration; the rows add up to 1. */
function steady(rows: readonly Row[]): Float64Array {
  const { length } = rows
  let now = new Float64Array(length).fill(1 / length)
  let next = new Float64Array(length)
  for (let round = 0; round < 600; round++) {
    next.fill(0)
    for (let i = 0; i < length; i++) {
      const { to, chance } = rows[i] as Row
      const from = now[i] as number
      if (from < 1e-14) continue
      for (let j = 0; j < to.length; j++)
        next[to[j] as number] = (next[to[j] as number] as number) + from * (chance[j] as number)
    }
    let moved = 0
    for (let i = 0; i < length; i++) moved += Math.abs((next[i] as number) - (now[i] as number))
    const last = now
    now = next
    next = last
    if (moved < 1e-7) break
  }
  return now
}

function summary(
  { poll }: Loop,
  {
    points,
    rows,
    fresh,
    shares,
  }: {
    readonly points: readonly number[]
    readonly rows: readonly Row[]
    readonly fresh: Filling
    readonly shares: Float64Array
  },
): Cycle {
  const mean = (of: (row: Row) => number): number =>
    rows.reduce((sum, row, i) => sum + (shares[i] as number) * of(row), 0)
  // Looks that find nothing start nothing.
  const batches = poll > 0 && points[0] === 0 ? 1 - (shares[0] as number) : 1
  const each = 1 / Math.max(batches, 1e-12)
  return {
    starts: rows.map(({ size, left, time, fills, none }, i) => ({
      share: (shares[i] as number) * each,
      size,
      left,
      time,
      fills,
      none,
    })),
    size: mean(({ size }) => size) * each,
    cycle: mean(({ time, pause }) => time.mean + pause) * each,
    waited: mean(({ waited }) => waited) * each,
    fresh,
    freshShare: mean(({ none }) => none) * each,
  }
}

/** From `lowest` by one to 16, then 12 % apart; `most` is one of them. */
function pointsOf(most: number, highest: number, lowest: number): readonly number[] {
  const points: number[] = []
  for (let x = lowest; x <= highest || x <= most; x = x < 16 ? x + 1 : x * 1.12) {
    const last = points.at(-1)
    if (last !== undefined && last < most && x > most) points.push(most)
    points.push(x)
  }
  return points
}

/** A value between two points, shared out to keep the mean. */
function share(points: readonly number[], x: number, put: (at: number, part: Ratio) => void): void {
  const last = points.length - 1
  const lowest = points[0] as number
  if (x <= lowest) return put(0, 1)
  if (x >= (points[last] as number)) return put(last, 1)
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((points[middle] as number) <= x) low = middle
    else high = middle
  }
  const from = points[low] as number
  const part = (x - from) / ((points[high] as number) - from)
  put(low, 1 - part)
  if (part > 0) put(high, part)
}

/**
 * Numbers that come in a random time: Poisson, or negative binomial when that time varies; by their gamma limit when
 * they are many.
 */
function arrivalsOf(mean: number, variance: number): readonly { readonly count: number; readonly weight: Ratio }[] {
  if (!(mean > 0)) return [{ count: 0, weight: 1 }]
  const deviation = Math.sqrt(variance)
  const step = Math.floor(deviation / 4)
  if (step >= 2 && mean > 100) return manyOf(mean, variance, step)
  const excess = variance - mean
  const isPoisson = excess < 1e-9 * mean
  const shape = isPoisson ? 0 : (mean * mean) / excess
  const success = isPoisson ? 0 : mean / (mean + shape)
  const counts: { count: number; weight: Ratio }[] = []
  let weight = isPoisson ? exp(-mean) : exp(shape * log(1 - success))
  for (let count = 0; count < mean + 12 * deviation + 12; count++) {
    if (weight > 1e-10) counts.push({ count, weight })
    weight *= isPoisson ? mean / (count + 1) : ((shape + count) / (count + 1)) * success
  }
  return normalized(counts, mean)
}

function manyOf(
  mean: number,
  variance: number,
  step: number,
): readonly { readonly count: number; readonly weight: Ratio }[] {
  const shape = (mean * mean) / variance
  const scale = variance / mean
  const base = -logGamma(shape) - shape * log(scale)
  const reach = Math.sqrt(variance) * (shape < 4 ? 10 : 6)
  const counts: { count: number; weight: Ratio }[] = []
  for (let count = Math.max(step / 2, mean - reach); count < mean + reach; count += step) {
    const weight = exp(base + (shape - 1) * log(count) - count / scale) * step
    if (weight > 1e-9) counts.push({ count, weight })
  }
  return normalized(counts, mean)
}

function normalized(counts: readonly { readonly count: number; readonly weight: Ratio }[], mean: number) {
  let all = 0
  let first = 0
  for (const { count, weight } of counts) {
    all += weight
    first += weight * count
  }
  // Where even one is too rare to be listed, none comes.
  const stretch = first > 0 ? mean / (first / all) : 1
  return counts.map(({ count, weight }) => ({ count: count * stretch, weight: weight / all }))
}
