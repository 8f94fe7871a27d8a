import { confidenceInterval, type Interval, shareInterval, tQuantile } from '../base/statistics.ts'
import type { Estimate } from './result.ts'

export const nothing: Estimate = { value: null, low: null, high: null }

/** Known without any spread. */
export const exactly = (value: number): Estimate => ({ value, low: value, high: value })

/** Student-t interval over one sample per replication; samples that are not numbers (nothing measured) are left out. */
export function estimateOf(samples: readonly number[], range: { min?: number; max?: number } = {}): Estimate {
  const usable = samples.filter((x) => Number.isFinite(x))
  if (usable.length === 0) return nothing
  const { value, low, high } = confidenceInterval(usable)
  if (usable.length < 2) return { value, low: null, high: null }
  return { value, low: Math.max(low, range.min ?? -Infinity), high: Math.min(high, range.max ?? Infinity) }
}

/**
 * Interval around a figure of all replications together, from how far the figure of each one is off (sectioning:
 * Asmussen and Glynn 2007). For percentiles, which are too low in a short run: all together are less so, and the
 * interval grows by what the single ones are.
 */
export function estimateAround(value: number, samples: readonly number[], range: { min?: number } = {}): Estimate {
  const usable = samples.filter((x) => Number.isFinite(x))
  if (usable.length === 0) return nothing
  if (usable.length < 2) return { value, low: null, high: null }
  const off = sum(usable.map((x) => (x - value) ** 2)) / (usable.length - 1) / usable.length
  const half = tQuantile(0.975, usable.length - 1) * Math.sqrt(off)
  return { value, low: Math.max(value - half, range.min ?? -Infinity), high: value + half }
}

/**
 * A share, over replications. Where all replications agree to the last digit (no failure at all, say) their spread says
 * nothing, so the interval is widened to what the pooled number of requests allows (Wilson).
 */
export function shareEstimate(parts: readonly { readonly hits: number; readonly count: number }[]): Estimate {
  const counted = parts.filter((part) => part.count > 0)
  const count = sum(counted.map((part) => part.count))
  if (count === 0) return nothing
  const hits = sum(counted.map((part) => part.hits))
  const pooled = shareInterval(hits, count)
  const spread = estimateOf(
    counted.map((part) => part.hits / part.count),
    { min: 0, max: 1 },
  )
  if (spread.low === null || spread.high === null) return widest(pooled, pooled)
  return { ...widest(pooled, { low: spread.low, high: spread.high }), value: hits / count }
}

const widest = (pooled: Interval, other: { low: number; high: number }): Estimate => ({
  value: pooled.value,
  low: Math.min(pooled.low, other.low),
  high: Math.max(pooled.high, other.high),
})

/** Half the interval's width as a share of the value; Infinity when unknown. */
export function relativeHalfWidth({ value, low, high }: Estimate): number {
  if (value === null || low === null || high === null) return Infinity
  if (high === low) return 0
  return value === 0 ? Infinity : (high - low) / 2 / Math.abs(value)
}

/**
 * Interval of a mean from the batches of one replication: neighbouring batches are merged into 20, so that what is left
 * of their correlation is small.
 */
export function batchEstimate(value: number, means: readonly number[]): Estimate {
  const batches = 20
  const size = Math.floor(means.length / batches)
  if (size < 1) return { value, low: null, high: null }
  const merged = Array.from({ length: batches }, (_, i) => sum(means.slice(i * size, (i + 1) * size)) / size)
  const { low, high } = confidenceInterval(merged)
  const half = (high - low) / 2
  return { value, low: value - half, high: value + half }
}

export const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0)

/** `a / b`, or NaN (left out by {@link estimateOf}) when there is nothing to divide by. */
export const ratio = (a: number, b: number): number => (b > 0 ? a / b : Number.NaN)
