import type { Seconds } from '../../base/units.ts'
import { createScalar } from '../document.ts'
import { noSpan } from '../../base/span.ts'
import { timeUnits } from './units.ts'
import { readFactor, readTime } from './quantity.ts'

/** Most lines of a file with measured values. */
const LINES_MOST = 1_000_000

/**
 * Measured times, one a line: with its unit (`2.3 ms`), or bare below a first line that names the unit (`ms`). Blank
 * lines and lines that start with `#` are skipped. Undefined when a line cannot be read.
 */
export function measuredTimes(text: string): readonly Seconds[] | undefined {
  const [first = '', ...rest] = linesOf(text)
  const unit = timeUnits.get(first)
  const lines = unit === undefined ? [first, ...rest] : rest
  if (lines.length > LINES_MOST) return undefined
  const values = lines.map((line) => timeOf(unit === undefined ? line : `${line} ${first}`))
  return values.every((value) => value !== undefined) && values.length > 0 ? values : undefined
}

/** A shape of load: a time and a multiplier a line, separated by a comma: `5 min, 2.5`. Times go up. */
export function measuredShape(text: string): readonly { readonly at: Seconds; readonly times: number }[] | undefined {
  const lines = linesOf(text)
  if (lines.length > LINES_MOST || lines.length === 0) return undefined
  const points: { at: Seconds; times: number }[] = []
  for (const line of lines) {
    const [left = '', right = '', extra] = line.split(',')
    const at = timeOf(left.trim())
    const times = readFactor(createScalar(right.trim(), noSpan))
    if (at === undefined || !times.isValid || extra !== undefined) return undefined
    if (at <= (points.at(-1)?.at ?? -1)) return undefined
    points.push({ at, times: times.value })
  }
  return points
}

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))

function timeOf(line: string): Seconds | undefined {
  const read = readTime(createScalar(line, noSpan))
  return read.isValid ? read.value : undefined
}
