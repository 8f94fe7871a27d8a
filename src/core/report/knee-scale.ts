import { log } from '../base/math.ts'
import type { Crossing } from '../result/crossing.ts'
import { firstMissed } from '../result/crossing.ts'
import type { Knee, KneePoint, PointFigures } from '../result/knee.ts'
import type { Estimate, Result } from '../result/result.ts'

/** All that `loadpath knee` found out. */
export interface KneeReport {
  readonly file: string
  readonly version: string
  /** At the load as written. */
  readonly result: Result
  readonly knee: Knee
  /** The flow whose curve is shown; null = there is none. */
  readonly flow: string | null
  /** Loads that were solved, the levers' included. */
  readonly solved: number
  readonly wall: number
  /** The command that gives the same numbers. */
  readonly command: string
}

/** The flow to show when nobody names one: whose objective the least load breaks, else the first that is asked for. */
export function flowToShow({ crossings }: Knee, asked: readonly string[]): string | null {
  const first = firstMissed(crossings)
  return first?.subject.kind === 'flow' ? first.subject.id : (asked[0] ?? null)
}

/** A multiple of the load as written: `96.2%`, `12×`. */
export const loadText = (load: number): string =>
  load >= 9.995 ? `${Math.round(load)}×` : `${Number((100 * load).toPrecision(3))}%`

/** From values to 0..1, and where to write a value beside the axis. */
export interface Scale {
  readonly at: (value: number) => number
  readonly ticks: readonly number[]
}

/** Ticks at 1, 2 and 5 times a power of ten, or at powers of ten alone where there would be many. */
export function logScale({ low, high }: { readonly low: number; readonly high: number }): Scale {
  const at = (value: number): number => log(value / low) / log(high / low)
  const ticks: number[] = []
  for (let power = 1e-9; power <= high; power *= 10) ticks.push(power, 2 * power, 5 * power)
  const inside = ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001)
  const tens = inside.filter((tick) => /^1(?:e|0*$)|^0\.0*1$/.test(String(Number(tick.toPrecision(3)))))
  return { at, ticks: (inside.length > 7 && tens.length > 1 ? tens : inside).map((x) => Number(x.toPrecision(6))) }
}

export function linearScale({ low, high }: { readonly low: number; readonly high: number }, most = 5): Scale {
  const step = niceStep((high - low) / most)
  const first = Math.ceil(low / step - 1e-9)
  const count = Math.floor(high / step + 1e-9) - first + 1
  const ticks = Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)))
  return { at: (value) => (value - low) / (high - low), ticks }
}

/** The smallest of 1, 2, 5 times a power of ten that is not below `step`. */
function niceStep(step: number): number {
  let power = 1e-12
  while (power * 10 <= step) power *= 10
  return [1, 2, 5, 10].map((times) => times * power).find((nice) => nice >= step * (1 - 1e-9)) ?? step
}

/** One curve against load; null = nothing to draw there. */
export interface Curve {
  readonly loads: readonly number[]
  readonly values: readonly (number | null)[]
}

/** What is drawn of one flow. */
export interface Curves {
  readonly p50: Curve
  readonly p99: Curve
  readonly p99Low: Curve
  readonly p99High: Curve
  readonly goodput: Curve
  readonly offered: Curve
  /** Limits on response times of the flow, by their letter. */
  readonly limits: readonly Limit[]
  readonly times: Scale
  readonly rates: Scale
  readonly loads: Scale
}

export interface Limit {
  readonly crossing: Crossing
  readonly letter: string
}

const timeIndicators: ReadonlySet<string> = new Set(['mean', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'fresh'])

export const letterOf = (index: number): string => String.fromCodePoint(97 + (index % 26))

/** Response times that are this many times the limit, or the time at the lightest load, leave the picture. */
const TIMES_MOST = 8

export function curvesOf(knee: Knee, flow: string): Curves {
  const { points } = knee
  const curve = (of: (figures: PointFigures) => number | null): Curve => ({
    loads: points.map(({ load_ratio: load }) => load),
    values: points.map((point) => figureOf(point, flow, of)),
  })
  const times = (name: 'p50' | 'p99', end: keyof Pick<Estimate, 'value' | 'low' | 'high'>): Curve =>
    curve(({ response_time_s: time }) => time[name][end])
  const [p50, p99] = [times('p50', 'value'), times('p99', 'value')]
  const limits = knee.crossings.flatMap((crossing, i) =>
    crossing.subject.kind !== 'component' &&
    (crossing.subject.id === flow || crossing.subject.kind === 'system') &&
    timeIndicators.has(crossing.indicator)
      ? [{ crossing, letter: letterOf(i) }]
      : [],
  )
  const targets = limits.map(({ crossing }) => crossing.target_value)
  const seen = [...p50.values, ...p99.values].filter((x): x is number => x !== null && x > 0)
  const least = Math.min(...seen, ...targets)
  const most = Math.min(
    Math.max(...seen, ...targets),
    TIMES_MOST * Math.max(...targets, p99.values.find((x) => x !== null) ?? 0),
  )
  const [goodput, offered] = [
    curve((figures) => figures.goodput_per_s.value),
    curve((figures) => figures.arrival_rate_per_s.value),
  ]
  const rateMost = Math.max(0, ...[...goodput.values, ...offered.values].map((x) => x ?? 0))
  const isEmpty = seen.length === 0
  return {
    p50,
    p99,
    p99Low: times('p99', 'low'),
    p99High: times('p99', 'high'),
    goodput,
    offered,
    limits,
    times: logScale(isEmpty ? { low: 0.001, high: 1 } : { low: least / 1.25, high: most * 1.25 }),
    rates: linearScale({ low: 0, high: rateMost > 0 ? rateMost * 1.04 : 1 }, 3),
    loads: linearScale({ low: knee.from_ratio, high: knee.to_ratio }, 8),
  }
}

const figureOf = ({ flows }: KneePoint, flow: string, of: (figures: PointFigures) => number | null): number | null => {
  const figures = flows[flow]
  return figures === undefined ? null : of(figures)
}

/** Linear between the points (of what `scale` makes of them); null where there is nothing on one side. */
export function valueAt({ loads, values }: Curve, load: number): number | null {
  const next = loads.findIndex((each) => each >= load - 1e-12)
  if (next < 0) return null
  const [a, b] = [values[Math.max(0, next - 1)] ?? null, values[next] ?? null]
  const [from, to] = [loads[Math.max(0, next - 1)] ?? load, loads[next] ?? load]
  if (b === null || to === from || Math.abs(to - load) < 1e-12) return b
  return a === null ? null : a + ((b - a) * (load - from)) / (to - from)
}
