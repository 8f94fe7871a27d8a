import { exp, log } from '../base/math.ts'
import type { Ratio } from '../base/units.ts'
import type { Unknown } from '../model/world.ts'
import type { BackOfEnvelope } from './estimate.ts'
import type { Line, LineRange } from './line.ts'

/** An estimate with some of its unknown numbers at other values; null when the design is refused with them. */
export type EstimateAt = (quantiles: readonly Ratio[]) => Pick<BackOfEnvelope, 'lines'> | null

const LOW: Ratio = 0.05
const HALF: Ratio = 0.5
const HIGH: Ratio = 0.95
/** Less than this share of a line is no move. */
const STILL = 1e-9

/**
 * The 90 % range of every line: each unknown number goes to both ends of its own range with the others in the middle,
 * and what that does to a line is added up as independent causes are, on the scale of ratios (the root of the sum of
 * squares of logarithms; of plain differences where a line may be zero). Exact for one unknown number that moves a line
 * one way, and for products of log-normal ones; within a tenth for sums and for ranges that are longer on one side.
 */
export function withRanges(
  whole: BackOfEnvelope,
  unknowns: readonly Unknown[],
  estimateAt: EstimateAt,
): BackOfEnvelope {
  if (unknowns.length === 0) return whole
  const at = (index: number, quantile: Ratio): ReadonlyMap<string, number> | null => {
    const found = estimateAt(unknowns.map((_, i) => (i === index ? quantile : HALF)))
    return found === null ? null : new Map(found.lines.map(({ id, value }) => [id, value]))
  }
  const middle = at(-1, HALF)
  const ends = unknowns.map(({ name }, i) => ({ name, low: at(i, LOW), high: at(i, HIGH) }))
  return { ...whole, lines: whole.lines.map((line) => ({ ...line, range: rangeOf(line, middle, ends) })) }
}

interface Ends {
  readonly name: string
  readonly low: ReadonlyMap<string, number> | null
  readonly high: ReadonlyMap<string, number> | null
}

interface Move {
  readonly name: string
  readonly down: number
  readonly up: number
}

function rangeOf(line: Line, middle: ReadonlyMap<string, number> | null, ends: readonly Ends[]): LineRange | null {
  const from = middle?.get(line.id) ?? line.value
  const seen = ends.map(({ name, low, high }) => {
    const values = [from, low?.get(line.id) ?? from, high?.get(line.id) ?? from]
    return { name, least: Math.min(...values), most: Math.max(...values) }
  })
  const isRatio = from > 0 && seen.every(({ least }) => least > 0)
  const scale = (value: number): number => (isRatio ? log(value / from) : value - from)
  const moves = seen
    .map(({ name, least, most }): Move => ({ name, down: -scale(least), up: scale(most) }))
    .filter(({ down, up }) => Math.max(down, up) > STILL * (isRatio ? 1 : Math.max(1, Math.abs(from))))
  if (moves.length === 0) return null
  const far = (of: (move: Move) => number): number =>
    Math.sqrt(moves.reduce((sum, move) => sum + of(move) * of(move), 0))
  const value = (way: number): number => (isRatio ? from * exp(way) : from + way)
  const sorted = moves.toSorted((a, b) => Math.max(b.down, b.up) - Math.max(a.down, a.up))
  return {
    low: rounded(line, value(-far(({ down }) => down))),
    high: rounded(line, value(far(({ up }) => up))),
    movedBy: sorted.map(({ name }) => name),
  }
}

const rounded = ({ rounding }: Line, value: number): number =>
  rounding === 'none' ? value : Math.ceil(value - 1e-9 * Math.abs(value))
