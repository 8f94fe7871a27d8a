import type { Fault } from '../model/model.ts'
import { type Level, levelOf } from './recovery.ts'
import type { SeriesSlice } from './statistics.ts'

/**
 * Did service get worse when this fault came? Compares the time before it with the time of it: failures a point more,
 * goodput a twentieth less or response times a fifth longer count. Without a time before there is nothing to compare
 * with, and the answer is yes.
 */
export function changes(fault: Fault, series: readonly SeriesSlice[], flows: readonly number[]): boolean {
  const before = levelOf(
    series.filter((slice) => slice.start + slice.length <= fault.start + 1e-9),
    flows,
  )
  const during = levelOf(
    series.filter((slice) => slice.start >= fault.start - 1e-9 && slice.start < watchedUntil(fault, series)),
    flows,
  )
  if (before === null || during === null || before.requests === 0) return true
  return isWorse(during, before)
}

/** What happens in an instant is watched to the end of the run. */
function watchedUntil({ start, end }: Fault, series: readonly SeriesSlice[]): number {
  const last = series.at(-1)?.start ?? start
  return Number.isFinite(end) && end > start ? end : last + 1e-9
}

const isWorse = (now: Level, before: Level): boolean =>
  now.success < before.success - 0.005 ||
  now.goodput < 0.95 * before.goodput ||
  now.responseTime > 1.2 * before.responseTime
