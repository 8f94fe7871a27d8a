/** Laws of waits behind a queue of known length. */
import { exp, expm1, log, logGamma } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { ClosedAnswer } from './closed.ts'
import { constant, fromTail, type Law } from './law.ts'

/**
 * Wait of a holder at a center of its closed network, one visit: with j present it waits for j - servers + 1 to leave.
 *
 * @param entered  P(n hold a slot just after one more has it), n = 0..slots
 * @source Sevcik and Mitrani 1981 (what arrivals see)
 */
export function centerWait(answer: ClosedAnswer, center: number, entered: Float64Array, queue: WaitedFor): Law {
  return queue.serviceTime > 0 ? waitBehindOthers(answer.seenBy(center, entered), queue) : constant(0)
}

interface WaitedFor {
  readonly servers: number
  readonly serviceTime: Seconds
}

/** Wait of somebody who finds j there with probability seen[j]. */
export function waitBehindOthers(seen: Float64Array, { servers, serviceTime }: WaitedFor): Law {
  if (!(serviceTime > 0)) return constant(0)
  let atom = 0
  for (let j = 0; j < Math.min(servers, seen.length); j++) atom += seen[j] as number
  return erlangMixture(atom, servers / serviceTime, seen.slice(Math.min(servers, seen.length)))
}

/** P(T = 0) is `atom`, and with weights[i] it is Erlang of order i + 1; all are made to add up to 1. */
export function erlangMixture(atom: Ratio, rate: PerSecond, weights: Float64Array): Law {
  const whole = atom + weights.reduce((total, weight) => total + weight, 0)
  if (!(whole > 0) || weights.length === 0) return constant(0)
  // later[m]: that more than m stages are waited for.
  const later = new Float64Array(weights.length + 1)
  let mean = 0
  let square = 0
  for (let i = weights.length - 1; i >= 0; i--) {
    const weight = (weights[i] as number) / whole
    later[i] = (later[i + 1] as number) + weight
    mean += weight * (i + 1)
    square += weight * (i + 1) * (i + 2)
  }
  const moments = { mean: mean / rate, variance: Math.max(0, square - mean * mean) / (rate * rate), isExact: true }
  return fromTail((t) => (t <= 0 ? (later[0] as number) : poissonSum(rate * t, later)), moments)
}

/** Σ_m P(N = m) later[m] for N Poisson of mean x: from the mode both ways. */
function poissonSum(x: number, later: Float64Array): Ratio {
  const mode = Math.min(later.length - 1, Math.floor(x))
  const peak = exp(mode * log(x) - x - logGamma(mode + 1))
  let sum = peak * (later[mode] as number)
  let term = peak
  for (let m = mode; m > 0 && term > 1e-18; m--) {
    term *= m / x
    sum += term * (later[m - 1] as number)
  }
  term = peak
  for (let m = mode + 1; m < later.length && term > 1e-18; m++) {
    term *= x / m
    sum += term * (later[m] as number)
  }
  return Math.min(1, sum)
}

/** 0 with probability `atom`, else density ∝ e^(-rate t) on 0..longest; `rate` may be negative. */
export function truncatedExponential(atom: Ratio, rate: number, longest: Seconds): Law {
  const waits = 1 - atom
  const { mean, variance } = truncatedMoments(rate, longest)
  const late = (t: Seconds): Ratio => {
    const turn = Math.abs(rate)
    if (turn * longest < 1e-9) return 1 - t / longest
    const share = expm1(-turn * (longest - t)) / expm1(-turn * longest)
    return rate > 0 ? exp(-rate * t) * share : share
  }
  return fromTail((t) => (t >= longest ? 0 : waits * late(Math.max(0, t))), {
    mean: waits * mean,
    variance: waits * (variance + mean * mean) - (waits * mean) ** 2,
    isExact: true,
  })
}

/** Moments of the density ∝ e^(-rate t) on 0..longest. */
export function truncatedMoments(
  rate: number,
  longest: Seconds,
): { readonly mean: Seconds; readonly variance: number } {
  const u = rate * longest
  if (Math.abs(u) < 0.1) {
    const mean = longest * (0.5 - u / 12 + (u * u * u) / 720)
    return { mean, variance: longest * longest * (1 / 12 - (u * u) / 240 + u ** 4 / 6048) }
  }
  const e = exp(-Math.abs(u))
  const short = 1 / Math.abs(u) - e / (1 - e)
  const variance = longest * longest * (1 / (u * u) - e / ((1 - e) * (1 - e)))
  return { mean: longest * (u > 0 ? short : 1 - short), variance }
}
