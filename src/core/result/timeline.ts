import type { Seconds } from '../base/units.ts'
import type { Fault, Model, Source } from '../model/model.ts'

/** Moments as written in the design, and when they are played: linear between the pairs. */
export interface Timeline {
  readonly written: readonly Seconds[]
  readonly played: readonly Seconds[]
}

/** The moments of a scenario at which something starts or ends, in order; empty = nothing happens, a steady state. */
export function moments(model: Model): readonly Seconds[] {
  const all = [
    ...model.faults.flatMap((fault) => [fault.start, fault.end]),
    ...model.sources.flatMap((source) => [source.start, source.end]),
  ]
  return [...new Set(all.filter((t) => Number.isFinite(t) && t > 0))].sort((a, b) => a - b)
}

/** True when a scenario has a course in time: then it is played once through instead of in a steady state. */
export const hasCourse = (model: Model): boolean => model.faults.length > 0 || moments(model).length > 0

/**
 * The stretch that the figures of a scenario are about: from the first thing that happens to the end of the last. What
 * happens in an instant (a flush) or never ends is judged to the end of the run.
 */
export function judgedWindow(model: Model, end: Seconds): { readonly from: Seconds; readonly to: Seconds } {
  const times = [
    ...model.faults.map(({ start, end: until }) => ({ start, until })),
    ...model.sources
      .filter((s) => s.start > 0 || Number.isFinite(s.end))
      .map((s) => ({ start: s.start, until: s.end })),
  ]
  const from = Math.min(...times.map((t) => t.start))
  const isOpen = times.some((t) => !Number.isFinite(t.until) || t.until <= t.start)
  return { from, to: isOpen ? end : Math.min(end, Math.max(...times.map((t) => t.until))) }
}

/**
 * Lengths of the stretches between `written` moments, shortened so that their sum is at most `total`: the lead to
 * `lead`, then the longest of the others as far as needed; short ones keep their length.
 */
export function shorten(
  written: readonly Seconds[],
  { lead, total }: { readonly lead: Seconds; readonly total: Seconds },
): Timeline {
  const lengths = written.map((t, i) => t - (written[i - 1] ?? 0))
  const whole = written.at(-1) ?? 0
  if (whole <= total) return { written, played: written }
  const first = Math.min(lengths[0] ?? 0, lead)
  const rest = lengths.slice(1)
  const cap = capFor(rest, Math.max(total - first, total / 2))
  let at = 0
  const played = [first, ...rest.map((length) => Math.min(length, cap))].map((length) => {
    at += length
    return at
  })
  return { written, played }
}

/** The longest a stretch may be so that all together fit into `total`. */
function capFor(lengths: readonly Seconds[], total: Seconds): Seconds {
  const sorted = [...lengths].sort((a, b) => a - b)
  let left = total
  for (const [i, length] of sorted.entries()) {
    const share = left / (sorted.length - i)
    if (length > share) return share
    left -= length
  }
  return Infinity
}

export const playedAt = ({ written, played }: Timeline, t: Seconds): Seconds => interpolate(written, played, t)
export const writtenAt = ({ written, played }: Timeline, t: Seconds): Seconds => interpolate(played, written, t)

function interpolate(from: readonly number[], to: readonly number[], t: number): number {
  if (!Number.isFinite(t)) return t
  let x0 = 0
  let y0 = 0
  for (const [i, x1] of from.entries()) {
    const y1 = to[i] ?? y0
    if (t <= x1) return x1 === x0 ? y1 : y0 + ((t - x0) * (y1 - y0)) / (x1 - x0)
    x0 = x1
    y0 = y1
  }
  return y0 + (t - x0)
}

/** The same model with everything that happens moved to when it is played. */
export function retime(model: Model, timeline: Timeline): Model {
  const move = (t: Seconds): Seconds => playedAt(timeline, t)
  const fault = (f: Fault): Fault => ({ ...f, start: move(f.start), end: move(f.end) })
  const source = (s: Source): Source => ({
    ...s,
    start: move(s.start),
    end: move(s.end),
    shape: s.shape.map((point) => ({ ...point, at: move(point.at) })),
  })
  return { ...model, faults: model.faults.map(fault), sources: model.sources.map(source) }
}

/** Longest stretch over which a rate shape changes; 0 = rates are constant. */
export const shapeEnd = (model: Model): Seconds =>
  Math.max(0, ...model.sources.map((source) => (source.shape.length > 1 ? (source.shape.at(-1)?.at ?? 0) : 0)))

/** Rates held at the highest point of their shapes: what a design has to bear, when a whole day is too long to play. */
export function atPeak(model: Model): Model {
  const peak = (source: Source): Source => {
    if (source.shape.length === 0) return source
    return { ...source, shape: [{ at: 0, times: Math.max(...source.shape.map((point) => point.times)) }] }
  }
  return { ...model, sources: model.sources.map(peak) }
}
