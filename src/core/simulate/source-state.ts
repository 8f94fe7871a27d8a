import type { RandomStream } from '../base/random.ts'
import { exponential, fixed, meanOf } from '../model/distribution.ts'
import type { Model, Source } from '../model/model.ts'
import type { Sampler } from './sampler.ts'
import type { Streams } from './streams.ts'

/** A source while it runs. Requests of open ones come after amounts of load: the rate, integrated. */
export interface SourceState {
  readonly source: Source
  /** Amount between two arrivals, times its mean. */
  readonly between: Sampler
  readonly betweenMean: number
  readonly mixStream: RandomStream
  readonly placeStream: RandomStream
  readonly think: Sampler | null
  /** Arrivals per second at times 1 (batches, not requests). */
  readonly rate: number
  readonly size: number
  readonly flows: Int32Array
  /** Its flow and its place if there is only one of each; -1: they are drawn. */
  readonly onlyFlow: number
  readonly onlyPlace: number
  /** Share of each flow now, bursts included, and their sum. */
  readonly shares: Float64Array
  shareSum: number
  /** From `mark` on, `left` has to come in before the next arrival. */
  mark: number
  left: number
  /** Tag of the arrival that counts. */
  serial: number
}

export function createSources(model: Model, streams: Streams): readonly SourceState[] {
  return model.sources.map((source) => {
    const { arrivals, id } = source
    const law =
      arrivals.kind === 'renewal' ? arrivals.between : arrivals.kind === 'periodic' ? fixed(1) : exponential(1)
    const between = streams.sampler(law, `${id}/arrivals`)
    const size = arrivals.kind === 'batch' ? Math.max(1, Math.round(arrivals.size)) : 1
    return {
      source,
      between,
      betweenMean: meanOf(law),
      mixStream: streams.named(`${id}/mix`),
      placeStream: streams.named(`${id}/place`),
      think: arrivals.kind === 'closed' ? streams.sampler(arrivals.thinkTime, `${id}/think`) : null,
      rate: arrivals.kind === 'closed' ? 1 : arrivals.rate / size,
      size,
      flows: Int32Array.from(source.mix, ({ flow }) => flow),
      onlyFlow: source.mix.length === 1 ? (source.mix[0]?.flow ?? -1) : -1,
      onlyPlace: source.from.length === 1 ? (source.from[0]?.place ?? -1) : -1,
      shares: Float64Array.from(source.mix, ({ share }) => share),
      shareSum: source.mix.reduce((sum, { share }) => sum + share, 0),
      mark: source.start,
      left: 0,
      serial: 0,
    }
  })
}

type Shape = Source['shape']

/** The multiplier at a time: linear between the points, constant before the first and after the last; 1 without any. */
export function shapeAt(shape: Shape, time: number): number {
  const next = shape.findIndex((point) => point.at > time)
  const before = shape[next < 0 ? shape.length - 1 : next - 1]
  const after = next < 0 ? undefined : shape[next]
  if (!before) return after?.times ?? 1
  if (!after) return before.times
  return before.times + ((after.times - before.times) * (time - before.at)) / (after.at - before.at)
}

/** The multiplier, integrated from one time to a later one. */
export function shapeArea(shape: Shape, from: number, to: number): number {
  if (shape.length === 0) return to - from
  let area = 0
  for (let at = from; at < to; ) {
    const end = Math.min(to, shape.find((point) => point.at > at)?.at ?? Infinity)
    area += ((shapeAt(shape, at) + leftOf(shape, end)) / 2) * (end - at)
    at = end
  }
  return area
}

/** The multiplier just before a time: another one where the shape jumps. */
function leftOf(shape: Shape, time: number): number {
  const at = shape.findIndex((point) => point.at >= time)
  const before = shape[at < 0 ? shape.length - 1 : at - 1]
  const after = at < 0 ? undefined : shape[at]
  if (!before) return after?.times ?? 1
  if (!after) return before.times
  return before.times + ((after.times - before.times) * (time - before.at)) / (after.at - before.at)
}

/** When `amount` has come in at `rate` times the shape; exact, since each piece is linear. Infinity: never. */
export function timeOf(shape: Shape, from: number, amount: number, rate: number): number {
  if (rate <= 0) return Infinity
  if (shape.length === 0) return from + amount / rate
  let at = from
  let left = amount / rate
  for (;;) {
    const end = shape.find((point) => point.at > at)?.at ?? Infinity
    const start = shapeAt(shape, at)
    if (end === Infinity) return start > 0 ? at + left / start : Infinity
    const stop = leftOf(shape, end)
    const area = ((start + stop) / 2) * (end - at)
    if (area >= left && area > 0) return at + inside(start, (stop - start) / (end - at), left)
    left -= area
    at = end
  }
}

/** s with start·s + slope·s²/2 = area. */
function inside(start: number, slope: number, area: number): number {
  return (2 * area) / (start + Math.sqrt(Math.max(0, start * start + 2 * slope * area)))
}
