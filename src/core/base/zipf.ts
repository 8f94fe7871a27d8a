import { exp, expm1, log, log1p, pow } from './math.ts'
import type { RandomStream } from './random.ts'

const HEAD = 16_384

/**
 * Ranks 1..n with probability proportional to rank^-exponent; exponent 0 is uniform. The first 16 383 ranks, and all
 * that is beyond them as one, come from an alias table (Walker 1977, Vose 1991); within the rest by
 * rejection-inversion (Hörmann and Derflinger 1996). Time and memory do not grow with n.
 */
export class ZipfSampler {
  readonly keys: number
  readonly exponent: number
  /** Ranks above this are the last outcome of the table. */
  private readonly head: number
  private readonly columns: number
  private readonly keep: Float64Array
  private readonly alias: Int32Array
  private readonly first: number
  private readonly span: number
  private readonly shortcut: number

  constructor(keys: number, exponent: number) {
    this.keys = keys
    this.exponent = exponent
    const isShort = keys <= HEAD
    this.head = isShort ? keys : HEAD - 1
    const weights = exponent === 0 ? [] : Array.from({ length: this.head }, (_, i) => pow(i + 1, -exponent))
    if (exponent !== 0 && !isShort) weights.push(harmonic(keys, exponent) - harmonic(this.head, exponent))
    this.columns = weights.length
    const table = aliasTable(weights)
    this.keep = table.keep
    this.alias = table.alias
    const from = this.head + 1
    this.first = this.integral(from + 0.5) - this.density(from)
    this.span = this.integral(keys + 0.5) - this.first
    this.shortcut = from + 1 - this.inverse(this.integral(from + 1.5) - this.density(from + 1))
  }

  draw(stream: RandomStream): number {
    if (this.exponent === 0) return 1 + Math.floor(stream.uniform() * this.keys)
    const u = stream.uniform() * this.columns
    const column = Math.floor(u)
    const rank = 1 + (u - column < (this.keep[column] as number) ? column : (this.alias[column] as number))
    return rank <= this.head ? rank : this.drawBeyond(stream)
  }

  private drawBeyond(stream: RandomStream): number {
    for (;;) {
      const u = this.first + stream.uniform() * this.span
      const x = this.inverse(u)
      const rank = Math.min(this.keys, Math.max(this.head + 1, Math.floor(x + 0.5)))
      if (rank - x <= this.shortcut || u >= this.integral(rank + 0.5) - this.density(rank)) return rank
    }
  }

  private density(x: number): number {
    return exp(-this.exponent * log(x))
  }

  private integral(x: number): number {
    return integralOf(log(x), this.exponent)
  }

  private inverse(u: number): number {
    const t = Math.max(-1, u * (1 - this.exponent))
    if (t === 0) return exp(u)
    // log1p is the slower one, and not needed far from 0.
    return exp((Math.abs(t) > 0.01 ? log(1 + t) : log1p(t)) / (1 - this.exponent))
  }
}

/** An antiderivative of x^-exponent, 0 at x = 1. */
function integralOf(logX: number, exponent: number): number {
  const t = (1 - exponent) * logX
  return t === 0 ? logX : (expm1(t) / t) * logX
}

/** Columns of equal width: one shows itself up to `keep` of its width, another outcome above. */
function aliasTable(weights: readonly number[]): { readonly keep: Float64Array; readonly alias: Int32Array } {
  const n = weights.length
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / n
  const keep = Float64Array.from(weights, (weight) => weight / mean)
  const alias = Int32Array.from(weights, (_, i) => i)
  const light: number[] = []
  const heavy: number[] = []
  for (let i = 0; i < n; i++) ((keep[i] as number) < 1 ? light : heavy).push(i)
  for (;;) {
    const small = light.pop()
    const large = heavy.pop()
    if (small === undefined || large === undefined) {
      // What rounding left over is full.
      for (const i of [...light, ...heavy, small ?? large ?? -1]) if (i >= 0) keep[i] = 1
      return { keep, alias }
    }
    alias[small] = large
    const rest = (keep[large] as number) - (1 - (keep[small] as number))
    keep[large] = rest
    if (rest < 1) light.push(large)
    else heavy.push(large)
  }
}

/** Sum of rank^-exponent over ranks 1..n: exact for the first 1 000, then Euler and Maclaurin. */
export function harmonic(n: number, exponent: number): number {
  const exactly = Math.min(n, 1000)
  let sum = 0
  for (let k = exactly; k >= 1; k--) sum += pow(k, -exponent)
  if (n <= exactly) return sum
  return sum + between(n, exponent) - between(exactly, exponent)
}

/** Euler and Maclaurin's sum but for a constant. */
function between(x: number, s: number): number {
  return integralOf(log(x), s) + pow(x, -s) / 2 - (s * pow(x, -s - 1)) / 12
}

/**
 * Popularity in log-spaced bins of ranks: [ranks in the bin, mean probability of one of them]. The last rank of a bin
 * is at most `growth` times its first: at 1.01 about 3 000 bins stand for a billion keys.
 */
export function popularityBins(
  keys: number,
  exponent: number,
  growth = 1.01,
): readonly { readonly ranks: number; readonly p: number }[] {
  if (exponent === 0) return [{ ranks: keys, p: 1 / keys }]
  const total = harmonic(keys, exponent)
  const bins: { ranks: number; p: number }[] = []
  let from = 1
  while (from <= keys) {
    const to = Math.min(keys, Math.max(from, Math.floor(from * growth)))
    const ranks = to - from + 1
    bins.push({ ranks, p: sumOfRanks(from, to, exponent) / ranks / total })
    from = to + 1
  }
  return bins
}

/** Sum of rank^-exponent over from..to, term by term while they are few, then by Euler and Maclaurin. */
function sumOfRanks(from: number, to: number, exponent: number): number {
  if (to - from > 50) return between(to, exponent) - between(from, exponent) + pow(from, -exponent)
  let sum = 0
  for (let rank = to; rank >= from; rank--) sum += pow(rank, -exponent)
  return sum
}
