import type { Seconds } from '../base/units.ts'
import type { Fault, Model, Source } from '../model/model.ts'
import type { Piece } from './outcome.ts'

/** Moments as written in the design, and when they are played: linear between the pairs. */
export interface Timeline {
  readonly written: readonly Seconds[]
  readonly played: readonly Seconds[]
  /** Delays of those who watch (health checks, breakers, scalers) as played over as written; left out = 1. */
  readonly haste?: number
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

export interface Pace {
  /** Played before the first moment. */
  readonly lead: Seconds
  /** Played after each moment: until what the change set going has settled. */
  readonly head: Seconds
  /** What that takes as written; longer than `head` when the watching was sped up. */
  readonly slow: Seconds
  /** Played in full after the last moment, where recovery is watched. */
  readonly tail: Seconds
  /** What all together may take. */
  readonly total: Seconds
}

/**
 * When the `written` moments are played: the lead is cut to `lead`; of each stretch after it the head is played, and
 * the rest, in which nothing new happens, is sampled as far as `total` allows. A head is cut only where heads alone
 * would take more than three quarters of it.
 */
export function pace(written: readonly Seconds[], { lead, head, slow, tail, total }: Pace): Timeline {
  const whole = written.at(-1) ?? 0
  if (whole <= total) return { written, played: written }
  const lengths = written.map((t, i) => t - (written[i - 1] ?? 0))
  const first = Math.min(lengths[0] ?? 0, lead, total / 4)
  const heads = lengths.slice(1).map((length, i, all) => {
    if (i === all.length - 1 && tail > head) return { written: Math.min(length, tail), played: Math.min(length, tail) }
    const share = Math.min(1, length / slow)
    return { written: share * slow, played: share * head }
  })
  const headMost = capFor(played(heads), 0.75 * (total - first))
  const kept = heads.map((h) => ({ ...h, played: Math.min(h.played, headMost) }))
  const rests = kept.map((h, i) => (lengths[i + 1] ?? 0) - h.written)
  const restMost = capFor(rests, total - first - played(kept).reduce((sum, x) => sum + x, 0))
  const parts = kept.flatMap((h, i) => [h, { written: rests[i] ?? 0, played: Math.min(rests[i] ?? 0, restMost) }])
  return cumulated([{ written: lengths[0] ?? 0, played: first }, ...parts.filter((part) => part.written > 1e-9)])
}

interface Part {
  readonly written: Seconds
  readonly played: Seconds
}

const played = (parts: readonly Part[]): readonly Seconds[] => parts.map((part) => part.played)

function cumulated(parts: readonly Part[]): Timeline {
  const running = { written: 0, played: 0 }
  const points = parts.map((part) => {
    running.written += part.written
    running.played += part.played
    return { ...running }
  })
  return { written: points.map((p) => p.written), played: points.map((p) => p.played) }
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

/** The stretches of a played window between the breaks of the timeline, each weighted by the time it stands for. */
export function judgedPieces(
  { written, played }: Timeline,
  window: { readonly from: Seconds; readonly to: Seconds },
): readonly Piece[] {
  const breaks = [window.from, ...played.filter((t) => t > window.from && t < window.to), window.to]
  const pieces = breaks.slice(1).map((to, i) => {
    const from = breaks[i] ?? 0
    const stands = interpolate(played, written, to) - interpolate(played, written, from)
    return { from, to, weight: to > from ? stands / (to - from) : 0 }
  })
  const most = Math.max(...pieces.map(({ weight }) => weight))
  return pieces.filter(({ weight }) => weight > 0).map((piece) => ({ ...piece, weight: piece.weight / most }))
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
