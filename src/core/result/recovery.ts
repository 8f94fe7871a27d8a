import type { Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import { sum } from './estimate.ts'
import type { SeriesSlice } from './statistics.ts'

/** What one replication says about the time after the last fault. */
export interface Recovery {
  /**
   * From the end of the last fault until service was as good as before and stayed so; null = not before the run
   * ended.
   */
  readonly after: Seconds | null
  /** How long was watched after the last fault. */
  readonly watched: Seconds
}

/** How long is watched whether the system is back within `target`: a minute at least. */
export const watchFor = (target: Seconds): Seconds => Math.max(60, 1.5 * target)

export interface Level {
  readonly requests: number
  readonly goodput: number
  readonly success: number
  readonly responseTime: number
}

/** Slices are judged several at once until they hold this many requests, so that chance is not taken for a relapse. */
const LEAST_REQUESTS = 200

/** And so many batches one after the other: one more or less at the edge of a stretch makes no tenth of it. */
const LEAST_BATCHES = 10

/**
 * How long is looked at once: what is done in batches is done in bursts, all the more after everybody waited for the
 * same.
 */
export function patienceFor({ consumers }: Model, flows: readonly number[]): Seconds {
  const waits = consumers.map(({ flow, batchWait, poll }) => (flows.includes(flow) ? Math.max(batchWait, poll) : 0))
  return LEAST_BATCHES * Math.max(0, ...waits)
}

export interface Watch {
  readonly from: Seconds
  readonly to: Seconds
  readonly flows: readonly number[]
  /** Judged at once, at least. */
  readonly atOnce?: Seconds
}

/**
 * Recovered = goodput at least 85 % of what it was before the first fault, failures at most 1 point more, and the mean
 * response time at most 2.5 times, from there to the end of the run; each with room for what chance makes of the
 * requests that were counted, so that among hundreds of replications none is called lost for a quiet second.
 */
export function recoveryOf(series: readonly SeriesSlice[], { from, to, flows, atOnce = 0 }: Watch): Recovery {
  const before = levelOf(
    series.filter((slice) => slice.start + slice.length <= from + 1e-9),
    flows,
  )
  const after = series.filter((slice) => slice.start >= to - 1e-9)
  const last = after.at(-1)
  const watched = last ? last.start + last.length - to : 0
  const pieces = merged(after, flows, atOnce)
  let since: Seconds | null = null
  for (const piece of pieces) {
    const isGood = isAsBefore(levelOf(piece, flows), before)
    if (isGood && since === null) since = Math.max(0, (piece[0]?.start ?? to) - to)
    if (!isGood) since = null
  }
  return { after: since, watched }
}

const total = (
  slices: readonly SeriesSlice[],
  key: 'offered' | 'good' | 'failed' | 'responseTimeSum',
  flows: readonly number[],
): number => sum(slices.map((slice) => sum(flows.map((flow) => slice[key][flow] ?? 0))))

export function levelOf(slices: readonly SeriesSlice[], flows: readonly number[]): Level | null {
  const seconds = sum(slices.map((slice) => slice.length))
  const good = total(slices, 'good', flows)
  const ended = good + total(slices, 'failed', flows)
  if (seconds === 0) return null
  return {
    requests: total(slices, 'offered', flows),
    goodput: good / seconds,
    success: ended === 0 ? 0 : good / ended,
    responseTime: good === 0 ? Infinity : total(slices, 'responseTimeSum', flows) / good,
  }
}

/** Standard deviations that a count may be off before it means something. */
const CHANCE = 4

function isAsBefore(now: Level | null, before: Level | null): boolean {
  if (now === null) return false
  const chance = CHANCE / Math.sqrt(Math.max(1, now.requests))
  if (before === null || before.goodput === 0) return now.success >= 0.99 - chance
  return (
    now.goodput >= (0.85 - chance) * before.goodput &&
    now.success >= before.success - 0.01 - chance * Math.sqrt(before.success * (1 - before.success) + 0.01) &&
    now.responseTime <= (2.5 + CHANCE * chance) * before.responseTime
  )
}

function merged(
  slices: readonly SeriesSlice[],
  flows: readonly number[],
  atOnce: Seconds,
): readonly (readonly SeriesSlice[])[] {
  const pieces: SeriesSlice[][] = []
  let open: SeriesSlice[] = []
  for (const slice of slices) {
    open.push(slice)
    const isShort = sum(open.map(({ length }) => length)) < atOnce - 1e-9
    if (isShort || total(open, 'offered', flows) < LEAST_REQUESTS) continue
    pieces.push(open)
    open = []
  }
  const lastPiece = pieces.at(-1)
  if (lastPiece) lastPiece.push(...open)
  else if (open.length > 0) pieces.push(open)
  return pieces
}
