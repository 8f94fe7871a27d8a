import { exp, log, log1p, pow } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { erlangC, waitOfMGc, waitOfMMc, type Stream, type Variability } from './wait-erlang.ts'

/**
 * GI/M/c, first come first served, below saturation: share that waits and rate of the (exponential) wait of those who
 * do. Exact; undefined beyond 500 servers, where the sum runs out of digits.
 *
 * @param transform  E e^(-sA) of the times between arrivals
 * @source Takács, Introduction to the Theory of Queues (1962)
 */
export function waitOfGIMc(
  { servers, work }: { readonly servers: number; readonly work: Seconds },
  transform: (s: number) => number,
): { readonly share: Ratio; readonly rate: PerSecond } | undefined {
  if (servers > 500) return undefined
  const sigma = rootOf((x) => transform((servers * (1 - x)) / work))
  const rate = (servers / work) * (1 - sigma)
  if (servers === 1) return { share: sigma, rate }
  let total = 1 / (1 - sigma)
  let ways = 1
  for (let j = 1; j <= servers; j++) {
    const met = transform(j / work)
    ways *= (((servers - j + 1) / j) * (1 - met)) / met
    const below = servers * (1 - sigma) - j
    // Both sides of the fraction vanish together: a nudge gives their ratio.
    total += ((ways / (1 - met)) * (servers * (1 - met) - j + 1e-12)) / (below + 1e-12)
  }
  const share = 1 / (total * (1 - sigma))
  return Number.isFinite(share) && share >= 0 && share <= 1 ? { share, rate } : undefined
}

/** The smallest root of f(x) = x in 0..1, f convex and rising with f(1) = 1 and f'(1) > 1. */
function rootOf(f: (x: number) => number): number {
  let high = 0.5
  while (f(high) > high && 1 - high > 1e-13) high = (1 + high) / 2
  let low = 0
  for (let i = 0; i < 100 && high - low > 1e-16 * high; i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (f(middle) > middle) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** A mean wait, and the share that waits at all. */
export interface MeanWait {
  readonly mean: Seconds
  readonly share: Ratio
}

/**
 * GI/G/c, first come first served, below saturation. What arrivals other than Poisson change is taken from GI/M/c and
 * carried over to the law of work by the power that heavy traffic has, log((ca² + cs²)/(1 + cs²)) / log((1 + ca²)/2):
 * right for exponential work, for Poisson arrivals, and close to saturation.
 *
 * @param transform  of the times between arrivals; null: a gamma law or two exponentials with their variability
 * @source Kimura (1986) and Takács (1962) for the two ends; Kingman, On queues in heavy traffic (1962)
 */
export function waitOfGGc(
  stream: Stream,
  scv: Variability,
  transform: ((s: number) => number) | null = null,
): MeanWait {
  const share = erlangC({ servers: stream.servers, offered: stream.rate * stream.work })
  const mean = waitOfMGc(stream, scv.work)
  if (scv.arrivals === 1 && transform === null) return { mean, share }
  const both = (scv.arrivals + scv.work) / (1 + scv.work)
  if (!(both > 1e-9)) return { mean: 0, share: 0 }
  const plain = waitOfGIMc(stream, transform ?? transformOf(stream.rate, scv.arrivals))
  if (plain === undefined || !(share > 1e-12)) return { mean: mean * both, share }
  // At scv 1 the power has a limit.
  const power = Math.abs(scv.arrivals - 1) < 1e-6 ? 2 / (1 + scv.work) : log(both) / log((1 + scv.arrivals) / 2)
  return {
    mean: mean * pow(plain.share / plain.rate / waitOfMMc(stream), power),
    // How many wait depends less on the law of work than how long they do: half way, by trial against simulated cases.
    share: Math.min(1, share * pow(plain.share / share, power > 1 && scv.arrivals < 1 ? power : Math.sqrt(power))),
  }
}

/** E e^(-sA) of a gamma law, or of two exponentials with balanced means above scv 1. */
function transformOf(rate: PerSecond, scv: number): (s: number) => number {
  if (scv < 1e-6) return (s) => exp(-s / rate)
  if (scv <= 1) return (s) => exp(-log1p((s * scv) / rate) / scv)
  const p = (1 + Math.sqrt((scv - 1) / (scv + 1))) / 2
  const [fast, slow] = [2 * p * rate, 2 * (1 - p) * rate]
  return (s) => (p * fast) / (fast + s) + ((1 - p) * slow) / (slow + s)
}
