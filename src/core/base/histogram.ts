/** A histogram as plain numbers that can be cloned, sent and merged: pairs of (bucket, count). */
export interface HistogramSnapshot {
  readonly buckets: readonly number[]
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number
  readonly sumOfSquares: number
  readonly min: number
  readonly max: number
}

const SUB = 7
const FIRST_EXPONENT = 1023 - 30
const LAST_EXPONENT = 1023 + 24
const BUCKETS = ((LAST_EXPONENT - FIRST_EXPONENT) << SUB) + 2

const bits = new DataView(new ArrayBuffer(8))
const asFloat = new Float64Array(1)
const asWords = new Uint32Array(asFloat.buffer)

/**
 * Every value counted, none sampled: 128 buckets for each octave from 2^-30 s (1 ns) to 2^24 s (half a year), found
 * from the bits of the number. A quantile is within 1/128 of the value it stands for (about 0.2 % where values are
 * many), exact when all values are the same; what lies outside the range counts at its end.
 */
export class Histogram {
  private readonly counts = new Float64Array(BUCKETS)
  count = 0
  sum = 0
  sumOfSquares = 0
  min = Infinity
  max = 0

  record(value: number): void {
    const bucket = bucketOf(value)
    this.counts[bucket] = (this.counts[bucket] as number) + 1
    this.count += 1
    this.sum += value
    this.sumOfSquares += value * value
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
  }

  add(snapshot: HistogramSnapshot): void {
    snapshot.buckets.forEach((bucket, i) => {
      this.counts[bucket] = (this.counts[bucket] ?? 0) + (snapshot.counts[i] ?? 0)
    })
    this.count += snapshot.count
    this.sum += snapshot.sum
    this.sumOfSquares += snapshot.sumOfSquares
    this.min = Math.min(this.min, snapshot.min)
    this.max = Math.max(this.max, snapshot.max)
  }

  clear(): void {
    this.counts.fill(0)
    this.count = 0
    this.sum = 0
    this.sumOfSquares = 0
    this.min = Infinity
    this.max = 0
  }

  /** The value that a share `q` of all values does not exceed; NaN when empty. */
  quantile(q: number): number {
    if (this.count === 0) return Number.NaN
    const rank = Math.min(this.count, Math.max(1, Math.ceil(q * this.count)))
    if (rank === 1) return this.min
    if (rank === this.count) return this.max
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const here = this.counts[bucket] as number
      if (here > 0 && seen + here >= rank) {
        const low = lowerEdge(bucket)
        const value = low + (lowerEdge(bucket + 1) - low) * ((rank - seen - 0.5) / here)
        return Math.min(this.max, Math.max(this.min, value))
      }
      seen += here
    }
    return this.max
  }

  /** Share of values at or below `x`; NaN when empty. */
  shareUpTo(x: number): number {
    if (this.count === 0) return Number.NaN
    const last = bucketOf(x)
    let seen = 0
    for (let bucket = 0; bucket < last; bucket++) seen += this.counts[bucket] as number
    const low = lowerEdge(last)
    const part = Math.min(1, Math.max(0, (x - low) / (lowerEdge(last + 1) - low)))
    return Math.min(1, (seen + part * (this.counts[last] as number)) / this.count)
  }

  snapshot(): HistogramSnapshot {
    const buckets: number[] = []
    const counts: number[] = []
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const here = this.counts[bucket] as number
      if (here > 0) {
        buckets.push(bucket)
        counts.push(here)
      }
    }
    const { count, sum, sumOfSquares, min, max } = this
    return { buckets, counts, count, sum, sumOfSquares, min, max }
  }
}

export function histogramOf(snapshots: readonly HistogramSnapshot[]): Histogram {
  const histogram = new Histogram()
  for (const snapshot of snapshots) histogram.add(snapshot)
  return histogram
}

/** The histogram of values that count so many times each, whole numbers or not. */
export function snapshotOf(masses: readonly { readonly value: number; readonly weight: number }[]): HistogramSnapshot {
  const counts = new Map<number, number>()
  let [count, sum, sumOfSquares, min, max] = [0, 0, 0, Infinity, 0]
  for (const { value, weight } of masses) {
    if (!(weight > 0)) continue
    const bucket = bucketOf(value)
    counts.set(bucket, (counts.get(bucket) ?? 0) + weight)
    count += weight
    sum += weight * value
    sumOfSquares += weight * value * value
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  const buckets = [...counts.keys()].sort((a, b) => a - b)
  return { buckets, counts: buckets.map((bucket) => counts.get(bucket) ?? 0), count, sum, sumOfSquares, min, max }
}

function bucketOf(value: number): number {
  if (!(value > 0)) return 0
  asFloat[0] = value
  const high = asWords[1] as number
  const exponent = high >>> 20
  if (exponent < FIRST_EXPONENT) return 0
  if (exponent >= LAST_EXPONENT) return BUCKETS - 1
  return 1 + (((exponent - FIRST_EXPONENT) << SUB) | ((high >>> (20 - SUB)) & ((1 << SUB) - 1)))
}

function lowerEdge(bucket: number): number {
  if (bucket <= 0) return 0
  const index = bucket - 1
  bits.setUint32(0, (((index >> SUB) + FIRST_EXPONENT) << 20) | ((index & ((1 << SUB) - 1)) << (20 - SUB)))
  bits.setUint32(4, 0)
  return bits.getFloat64(0)
}
