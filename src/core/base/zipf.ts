import { exp, log, pow } from './math.ts'
import type { RandomStream } from './random.ts'

/**
 * Ranks 1..n with probability proportional to rank^-exponent, by rejection-inversion (Hörmann and Derflinger 1996):
 * constant time and memory for any n. Exponent 0 is uniform.
 */
export class ZipfSampler {
  readonly keys: number
  readonly exponent: number
  private readonly first: number
  private readonly span: number
  private readonly shortcut: number

  constructor(keys: number, exponent: number) {
    this.keys = keys
    this.exponent = exponent
    this.first = this.integral(1.5) - 1
    this.span = this.integral(keys + 0.5) - this.first
    this.shortcut = 2 - this.inverse(this.integral(2.5) - this.density(2))
  }

  draw(stream: RandomStream): number {
    if (this.exponent === 0) return 1 + Math.floor(stream.uniform() * this.keys)
    for (;;) {
      const u = this.first + stream.uniform() * this.span
      const x = this.inverse(u)
      const rank = Math.min(this.keys, Math.max(1, Math.floor(x + 0.5)))
      if (rank - x <= this.shortcut || u >= this.integral(rank + 0.5) - this.density(rank)) return rank
    }
  }

  private density(x: number): number {
    return exp(-this.exponent * log(x))
  }

  /** An antiderivative of x^-exponent. */
  private integral(x: number): number {
    const lx = log(x)
    return expRatio((1 - this.exponent) * lx) * lx
  }

  private inverse(u: number): number {
    let t = u * (1 - this.exponent)
    if (t < -1) t = -1
    return exp(logRatio(t) * u)
  }
}

/** (e^x - 1)/x, 1 at 0. */
const expRatio = (x: number): number =>
  Math.abs(x) > 1e-5 ? (exp(x) - 1) / x : 1 + (x / 2) * (1 + (x / 3) * (1 + x / 4))

/** log(1 + x)/x, 1 at 0. */
const logRatio = (x: number): number => (Math.abs(x) > 1e-5 ? log(1 + x) / x : 1 - x * (0.5 - x * (1 / 3 - x / 4)))

/** Sum of rank^-exponent over ranks 1..n: exact for the first 1 000, then Euler and Maclaurin. */
export function harmonic(n: number, exponent: number): number {
  const exactly = Math.min(n, 1000)
  let sum = 0
  for (let k = exactly; k >= 1; k--) sum += pow(k, -exponent)
  if (n <= exactly) return sum
  return sum + between(n, exponent) - between(exactly, exponent)
}

function between(x: number, s: number): number {
  const integral = s === 1 ? log(x) : pow(x, 1 - s) / (1 - s)
  return integral + pow(x, -s) / 2 - (s * pow(x, -s - 1)) / 12
}

/**
 * Popularity in log-spaced bins of ranks: [ranks in the bin, mean probability of one of them]. The last rank of a bin is at
 * most `growth` times its first: at 1.01 about 3 000 bins stand for a billion keys.
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
