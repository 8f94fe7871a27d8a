import { log } from '../base/math.ts'
import type { Ratio } from '../base/units.ts'
import { nothing } from './estimate.ts'
import type { Estimate } from './result.ts'
import type { Accuracy } from './solution.ts'

/** No figure is less than nothing. */
interface Bounds {
  readonly max?: number
}

/** A figure with how far off its method may be on either side, as a share of it; null = nobody knows. */
export function within({ value }: Estimate, error: Ratio | null, { max = Infinity }: Bounds = {}): Estimate {
  return value === null ? nothing : around(value, error === null ? null : Math.abs(value) * error, max)
}

/** The same for shares from 0 to 1: `error` is absolute. */
export const shareWithin = ({ value }: Estimate, error: Ratio | null): Estimate =>
  value === null ? nothing : around(value, error, 1)

function around(value: number, off: number | null, max: number): Estimate {
  if (!Number.isFinite(value)) return nothing
  if (off === null || !Number.isFinite(off)) return { value, low: null, high: null }
  if (off === 0) return { value, low: value, high: value }
  return { value, low: Math.max(Math.min(0, value), value - off), high: Math.max(value, Math.min(max, value + off)) }
}

/**
 * How far off a percentile may be: as high ones from p90 on, below it between those and the mean, by how many times
 * rarer than one in one it is.
 */
export function errorAt(q: Ratio, { mean, tail }: Accuracy): Ratio | null {
  if (mean === null || tail === null) return q >= P90 ? tail : null
  const part = q >= P90 ? 1 : Math.max(0, log(1 - q) / log(1 - P90))
  return mean + part * (tail - mean)
}

const P90 = 0.9
