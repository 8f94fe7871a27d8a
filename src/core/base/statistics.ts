import { exp, log, logGamma, normalQuantile } from './math.ts'

/** A figure with the limits of its confidence interval. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

export const meanOfSamples = (samples: readonly number[]): number =>
  samples.reduce((sum, x) => sum + x, 0) / samples.length

/** Unbiased variance; 0 for fewer than two samples. */
export function varianceOfSamples(samples: readonly number[]): number {
  if (samples.length < 2) return 0
  const mean = meanOfSamples(samples)
  return samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (samples.length - 1)
}

/**
 * Student-t interval of the mean of independent samples (one per replication).
 * With fewer than two samples the interval is unbounded: nothing is known about its width.
 */
export function confidenceInterval(samples: readonly number[], { level = 0.95 }: { level?: number } = {}): Interval {
  const usable = samples.filter((x) => !Number.isNaN(x))
  if (usable.length === 0) return { value: Number.NaN, low: Number.NaN, high: Number.NaN }
  const value = meanOfSamples(usable)
  if (usable.length < 2) return { value, low: -Infinity, high: Infinity }
  const half = tQuantile(0.5 + level / 2, usable.length - 1) * Math.sqrt(varianceOfSamples(usable) / usable.length)
  return { value, low: value - half, high: value + half }
}

/** Wilson interval of a share: `hits` of `count`. */
export function shareInterval(hits: number, count: number, { level = 0.95 }: { level?: number } = {}): Interval {
  if (count === 0) return { value: Number.NaN, low: 0, high: 1 }
  const z = normalQuantile(0.5 + level / 2)
  const p = hits / count
  const center = (p + (z * z) / (2 * count)) / (1 + (z * z) / count)
  const half = (z * Math.sqrt((p * (1 - p)) / count + (z * z) / (4 * count * count))) / (1 + (z * z) / count)
  return { value: p, low: Math.max(0, center - half), high: Math.min(1, center + half) }
}

/** Quantile of Student's t by bisection on its distribution function. */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  if (p === 0.5) return 0
  if (p < 0.5) return -tQuantile(1 - p, degreesOfFreedom)
  let low = 0
  let high = 1
  while (tCdf(high, degreesOfFreedom) < p && high < 1e12) high *= 2
  for (let i = 0; i < 200 && high - low > 1e-13 * high; i++) {
    const middle = (low + high) / 2
    if (tCdf(middle, degreesOfFreedom) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(T <= t) for t >= 0. */
export function tCdf(t: number, degreesOfFreedom: number): number {
  const x = degreesOfFreedom / (degreesOfFreedom + t * t)
  return 1 - 0.5 * incompleteBeta(x, degreesOfFreedom / 2, 0.5)
}

/** Regularized incomplete beta function I_x(a, b), by Lentz' continued fraction. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x)) / a
  const tiny = 1e-300
  let c = 1
  let d = 1 / orTiny(1 - ((a + b) * x) / (a + 1), tiny)
  let fraction = d
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / orTiny(1 + even * d, tiny)
    c = orTiny(1 + even / c, tiny)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / orTiny(1 + odd * d, tiny)
    c = orTiny(1 + odd / c, tiny)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return front * fraction
}

const orTiny = (x: number, tiny: number): number => (Math.abs(x) < tiny ? tiny : x)

const MOST_BATCHES = 1024

/** Means of equal batches in the order of the values; when there are 1 024 of them, neighbours are merged. */
export class BatchMeans {
  private readonly sums: number[] = []
  private batchSize = 1
  private openSum = 0
  private openCount = 0

  add(value: number): void {
    this.openSum += value
    if (++this.openCount < this.batchSize) return
    this.sums.push(this.openSum)
    this.openSum = 0
    this.openCount = 0
    if (this.sums.length === MOST_BATCHES) this.collapse()
  }

  means(): readonly number[] {
    return this.sums.map((sum) => sum / this.batchSize)
  }

  clear(): void {
    this.sums.length = 0
    this.batchSize = 1
    this.openSum = 0
    this.openCount = 0
  }

  private collapse(): void {
    for (let i = 0; i < MOST_BATCHES / 2; i++) this.sums[i] = (this.sums[2 * i] ?? 0) + (this.sums[2 * i + 1] ?? 0)
    this.sums.length = MOST_BATCHES / 2
    this.batchSize *= 2
  }
}

/**
 * Batches to cut as warm-up: the truncation point that minimizes the standard error of what is left (White 1997, MSER),
 * looked for in the first half. @returns a number of batches; half of them all when the series never settles.
 */
export function mser(means: readonly number[]): number {
  const n = means.length
  let sum = 0
  let squares = 0
  let best = 0
  let least = Infinity
  for (let from = n - 1; from >= 0; from--) {
    const x = means[from] ?? 0
    sum += x
    squares += x * x
    const left = n - from
    if (from > n / 2 || left < 5) continue
    const error = (squares - (sum * sum) / left) / (left * left)
    if (error <= least) {
      least = error
      best = from
    }
  }
  return best
}
