import type { Ratio, Seconds } from '../base/units.ts'
import { expectation, type Law, quantile, slowShares } from './law.ts'
import type { Leaf, Part } from './parts.ts'

/** Mean time of a good request at one leaf, and the same of one of the slow ones. */
export interface Booking {
  readonly leaf: Leaf
  readonly mean: Seconds
  readonly slow: Seconds
}

/** The slow band, as the simulator has it: response times above this quantile. */
export const SLOW_FROM: Ratio = 0.985

/**
 * Where the time of good requests goes, on average and of the slow ones. A time that is one of several ways is slow for
 * the same reason as the whole: each way counts by the chance that it took so long.
 */
export function bookingsOf(parts: readonly Part[], law: Law, isBrief: boolean): readonly Booking[] {
  const booked = new Map<Leaf, { mean: Seconds; slow: Seconds }>()
  average(parts, 1, booked)
  if (!isBrief && law.mean > 0) slowly(parts, quantile(law, SLOW_FROM), 1, booked)
  return [...booked].map(([leaf, { mean, slow }]) => ({ leaf, mean, slow }))
}

type Booked = Map<Leaf, { mean: Seconds; slow: Seconds }>

function book(booked: Booked, leaf: Leaf, { mean = 0, slow = 0 }: { mean?: Seconds; slow?: Seconds }): void {
  const known = booked.get(leaf)
  if (known === undefined) booked.set(leaf, { mean, slow })
  else {
    known.mean += mean
    known.slow += slow
  }
}

function average(parts: readonly Part[], weight: number, booked: Booked): void {
  for (const part of parts) {
    if (part.kind === 'leaf') {
      book(booked, part, { mean: weight * part.law.mean })
      continue
    }
    const whole = part.ways.reduce((sum, way) => sum + way.share * way.law.mean, 0)
    // Together they take as long as the whole does, whatever that is of each.
    const stretch = whole > 0 ? part.law.mean / whole : 1
    for (const way of part.ways) average(way.parts, weight * way.share * (part.isJoin ? stretch : 1), booked)
  }
}

/** Books the mean of the parts given that together they take longer than `from`. */
function slowly(parts: readonly Part[], from: Seconds, weight: number, booked: Booked): void {
  const laws = parts.map(({ law }) => law)
  const { total, parts: times } = slowShares(laws, from)
  for (const [i, part] of parts.entries()) {
    const mean = total > 1e-12 ? (times[i] ?? 0) / total : part.law.mean
    if (part.kind === 'leaf') {
      book(booked, part, { slow: weight * mean })
      continue
    }
    const threshold = mean > part.law.mean * (1 + 1e-6) ? thresholdFor(part.law, mean) : 0
    const ways = part.ways.map((way) => ({ ...way, chance: way.share * (threshold > 0 ? way.law.tail(threshold) : 1) }))
    const all = ways.reduce((sum, { chance }) => sum + chance, 0)
    const counted = all > 0 ? ways : ways.map((way) => ({ ...way, chance: way.share }))
    const sum = counted.reduce((s, { chance }) => s + chance, 0)
    const before = new Map<Leaf, number>([...booked].map(([leaf, { slow }]) => [leaf, slow]))
    for (const way of counted) {
      const share = way.chance / sum
      if (share < 1e-6) continue
      if (threshold > 0 && way.law.tail(threshold) > 1e-9) slowly(way.parts, threshold, weight * share, booked)
      else for (const inner of way.parts) averageSlow(inner, weight * share, booked)
    }
    rescale(booked, before, weight * mean)
  }
}

function averageSlow(part: Part, weight: number, booked: Booked): void {
  const own: Booked = new Map()
  average([part], weight, own)
  for (const [leaf, { mean }] of own) book(booked, leaf, { slow: mean })
}

/** What was added since, to `whole` together. */
function rescale(booked: Booked, before: ReadonlyMap<Leaf, number>, whole: Seconds): void {
  let added = 0
  for (const [leaf, { slow }] of booked) added += slow - (before.get(leaf) ?? 0)
  if (!(added > 0)) return
  for (const [leaf, one] of booked) {
    const old = before.get(leaf) ?? 0
    one.slow = old + ((one.slow - old) * whole) / added
  }
}

/** The time from which on a law has this mean: E[T | T > from] = mean. */
function thresholdFor(law: Law, mean: Seconds): Seconds {
  let [low, high] = [0, Math.max(mean, quantile(law, 0.9999))]
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2
    const beyond = law.tail(middle)
    const there = beyond > 1e-9 ? expectation(law, (t) => (t > middle ? t : 0)) / beyond : Infinity
    if (there < mean) low = middle
    else high = middle
  }
  return (low + high) / 2
}
