import { exp, incompleteGamma, log, logGamma } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { exponentialMixture, fromTail, zero, type Law } from './law.ts'

/**
 * The law of the time that K completions at `rate` take, K random: P(W > t) = Σ P(K > m) P(Poisson(rate t) = m).
 *
 * @param beyond  P(K > m) for m = 0, 1, ..; 0 after
 */
export function lawOfStages(beyond: Float64Array, rate: PerSecond): Law {
  let mean = 0
  let second = 0
  beyond.forEach((share, m) => {
    mean += share
    second += 2 * (m + 1) * share
  })
  const moments = { mean: mean / rate, variance: Math.max(0, second - mean * mean) / (rate * rate), isExact: true }
  return fromTail((t) => stagesTail(beyond, rate * t), moments)
}

function stagesTail(beyond: Float64Array, x: number): Ratio {
  if (!(x > 0)) return beyond[0] ?? 0
  const start = x < 500 ? 0 : Math.max(0, Math.floor(x - 9 * Math.sqrt(x)))
  let term = start === 0 ? exp(-x) : exp(start * log(x) - x - logGamma(start + 1))
  let sum = 0
  for (let m = start; m < beyond.length; m++) {
    sum += (beyond[m] as number) * term
    term *= x / (m + 1)
    if (term < 1e-18 && m > x) break
  }
  return Math.min(1, sum)
}

/**
 * A wait known by P(W > 0), its mean and the squared coefficient of variation of the wait of those who do wait: two
 * exponentials with balanced means from 1 upwards, a gamma law below.
 */
export function lawOfWaits(share: Ratio, mean: Seconds, scv: number): Law {
  if (!(mean > 0) || !(share > 0)) return zero
  const own = mean / share
  if (scv >= 1) {
    const p = (1 + Math.sqrt((scv - 1) / (scv + 1))) / 2
    const fast = { share: share * p, rate: (2 * p) / own }
    return exponentialMixture(1 - share, p < 1 ? [fast, { share: share * (1 - p), rate: (2 * (1 - p)) / own }] : [fast])
  }
  const shape = 1 / Math.max(1e-3, scv)
  const variance = share * own * own * (1 + 1 / shape) - mean * mean
  return fromTail((t) => share * incompleteGamma(shape, (t * shape) / own).q, { mean, variance, isExact: false })
}

/** E T³, seconds to the third. */
export const thirdMoment = ({ mean, variance, form }: Law): number =>
  form.third + 3 * variance * mean + mean * mean * mean
