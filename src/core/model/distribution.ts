import { unreachable } from '../base/assert.ts'
import { exp, expm1, log, normalQuantile, pow } from '../base/math.ts'
import type { RandomStream } from '../base/random.ts'
import {
  betweenMoment,
  betweenSampler,
  massOf,
  smoothMoment,
  smoothSampler,
  tailsOf,
  type Range,
  type Smooth,
} from './smooth.ts'

/** A law for one number: seconds, bytes or a count, as its place says. */
export type Distribution =
  | Smooth
  | { readonly law: 'fixed'; readonly value: number }
  | { readonly law: 'uniform'; readonly low: number; readonly high: number }
  /** Pareto between `low` and `high` (Infinity: unbounded). */
  | { readonly law: 'pareto'; readonly low: number; readonly high: number; readonly shape: number }
  | { readonly law: 'mixture'; readonly parts: readonly Part[] }
  | { readonly law: 'shifted'; readonly by: number; readonly of: Distribution }
  /** `times` above 0. */
  | { readonly law: 'scaled'; readonly times: number; readonly of: Distribution }
  /** The law `of` under the condition that `low` <= X <= `high`; made by {@link conditionedOn}. */
  | { readonly law: 'between'; readonly low: number; readonly high: number; readonly of: Smooth }
  /** Values as measured, drawn alike. */
  | { readonly law: 'empirical'; readonly values: readonly number[] }

interface Part {
  readonly share: number
  readonly of: Distribution
}

export const fixed = (value: number): Distribution => ({ law: 'fixed', value })
export const exponential = (mean: number): Distribution => ({ law: 'exponential', mean })

/** Log-normal from its mean and coefficient of variation. */
export function lognormal(mean: number, cv: number): Distribution {
  if (cv === 0) return fixed(mean)
  const variance = log(1 + cv * cv)
  return { law: 'lognormal', mu: log(mean) - variance / 2, sigma: Math.sqrt(variance) }
}

/** Log-normal through the quantiles p50 and `p` (p99: 0.99). */
export function lognormalThrough(p50: number, upper: number, p = 0.99): Distribution {
  if (upper === p50) return fixed(p50)
  return { law: 'lognormal', mu: log(p50), sigma: log(upper / p50) / normalQuantile(p) }
}

/** Two exponentials with balanced means and this coefficient of variation (at least 1). */
export function hyperexponential(mean: number, cv: number): Distribution {
  const scv = Math.max(1, cv * cv)
  const p = (1 + Math.sqrt((scv - 1) / (scv + 1))) / 2
  return {
    law: 'mixture',
    parts: [
      { share: p, of: exponential(mean / (2 * p)) },
      { share: 1 - p, of: exponential(mean / (2 * (1 - p))) },
    ],
  }
}

/** Pareto with this mean and shape, cut at `cap`; the lower end is what gives the mean. */
export function paretoWithMean(mean: number, shape: number, cap: number): Distribution {
  let low = 0
  let high = mean
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (meanOf({ law: 'pareto', low: middle, high: cap, shape }) < mean) low = middle
    else high = middle
  }
  return { law: 'pareto', low: (low + high) / 2, high: cap, shape }
}

/** Mean of the law. */
export function meanOf(d: Distribution): number {
  return momentOf(d, 1)
}

export function varianceOf(d: Distribution): number {
  const mean = meanOf(d)
  return Math.max(0, momentOf(d, 2) - mean * mean)
}

/** The k-th moment about zero, k = 1 or 2. */
export function momentOf(d: Distribution, k: 1 | 2): number {
  switch (d.law) {
    case 'fixed':
      return d.value ** k
    case 'exponential':
    case 'lognormal':
    case 'gamma':
    case 'erlang':
      return smoothMoment(d, k)
    case 'uniform':
      return k === 1 ? (d.low + d.high) / 2 : (d.low * d.low + d.low * d.high + d.high * d.high) / 3
    case 'pareto':
      return paretoMoment(d.low, d.high, d.shape, k)
    case 'mixture':
      return d.parts.reduce((sum, part) => sum + part.share * momentOf(part.of, k), 0)
    case 'shifted':
      return k === 1 ? d.by + momentOf(d.of, 1) : d.by * d.by + 2 * d.by * momentOf(d.of, 1) + momentOf(d.of, 2)
    case 'scaled':
      return d.times ** k * momentOf(d.of, k)
    case 'between':
      return betweenMoment(d.of, d, k)
    case 'empirical':
      return d.values.reduce((sum, x) => sum + x ** k, 0) / Math.max(1, d.values.length)
    default:
      return unreachable(d)
  }
}

function paretoMoment(low: number, high: number, shape: number, k: number): number {
  if (low === 0) return 0
  if (high === Infinity) return shape > k ? (shape * pow(low, k)) / (shape - k) : Infinity
  if (high <= low) return pow(low, k)
  const octaves = log(high / low)
  const excess = (k - shape) * octaves
  const growth = excess === 0 ? octaves : (octaves * expm1(excess)) / excess
  return (shape * pow(low, k) * growth) / -expm1(-shape * octaves)
}

/** P(low <= X <= high). */
export function shareBetween(d: Distribution, { low, high }: Range): number {
  if (low > high) return 0
  switch (d.law) {
    case 'exponential':
    case 'lognormal':
    case 'gamma':
    case 'erlang':
      return massOf(d, { low, high })
    case 'fixed':
      return low <= d.value && d.value <= high ? 1 : 0
    case 'uniform':
    case 'pareto':
      if (d.low >= d.high) return low <= d.low && d.low <= high ? 1 : 0
      return Math.max(0, cdfOf(d, high) - cdfOf(d, low))
    case 'between':
      return massOf(d.of, intersection(d, { low, high })) / massOf(d.of, d)
    case 'mixture':
      return d.parts.reduce((sum, part) => sum + part.share * shareBetween(part.of, { low, high }), 0)
    case 'shifted':
      return shareBetween(d.of, { low: low - d.by, high: high - d.by })
    case 'scaled':
      return shareBetween(d.of, { low: low / d.times, high: high / d.times })
    case 'empirical':
      return d.values.filter((x) => low <= x && x <= high).length / Math.max(1, d.values.length)
    default:
      return unreachable(d)
  }
}

const intersection = (a: Range, b: Range): Range => ({
  low: Math.max(a.low, b.low),
  high: Math.max(Math.max(a.low, b.low), Math.min(a.high, b.high)),
})

/**
 * The law of X given that `low` <= X <= `high`. A condition of probability 0 (see {@link shareBetween}) leaves one
 * value: what is nearest to the mean in the range.
 */
export function conditionedOn(d: Distribution, range: Range): Distribution {
  if (!(shareBetween(d, range) > 0)) return fixed(Math.min(range.high, Math.max(range.low, meanOf(d))))
  const { low, high } = range
  switch (d.law) {
    case 'fixed':
      return d
    case 'exponential':
    case 'lognormal':
    case 'gamma':
    case 'erlang':
      if (low <= 0 && high === Infinity) return d
      // An exponential has no memory.
      if (d.law === 'exponential' && high === Infinity) return { law: 'shifted', by: low, of: d }
      return { law: 'between', low: Math.max(0, low), high, of: d }
    case 'uniform':
    case 'pareto':
    case 'between':
      return { ...d, ...intersection(d, range) }
    case 'mixture': {
      const shares = d.parts.map((part) => part.share * shareBetween(part.of, range))
      const whole = shares.reduce((sum, share) => sum + share, 0)
      const parts = d.parts.map((part, i) => ({ share: (shares[i] ?? 0) / whole, of: conditionedOn(part.of, range) }))
      return { law: 'mixture', parts: parts.filter(({ share }) => share > 0) }
    }
    case 'shifted':
      return { ...d, of: conditionedOn(d.of, { low: low - d.by, high: high - d.by }) }
    case 'scaled':
      return { ...d, of: conditionedOn(d.of, { low: low / d.times, high: high / d.times }) }
    case 'empirical':
      return { law: 'empirical', values: d.values.filter((x) => low <= x && x <= high) }
    default:
      return unreachable(d)
  }
}

/** The law of `times` × X, `times` at least 0. */
export function scaled(d: Distribution, times: number): Distribution {
  if (times === 1) return d
  if (times === 0) return fixed(0)
  if (d.law === 'fixed') return fixed(d.value * times)
  if (d.law === 'exponential') return exponential(d.mean * times)
  if (d.law === 'lognormal') return { ...d, mu: d.mu + log(times) }
  return { law: 'scaled', times, of: d }
}

/** P(X <= x). */
export function cdfOf(d: Distribution, x: number): number {
  switch (d.law) {
    case 'uniform':
      return x >= d.high ? 1 : x <= d.low ? 0 : (x - d.low) / (d.high - d.low)
    case 'pareto':
      if (x >= d.high) return 1
      return x <= d.low ? 0 : expm1(-d.shape * log(x / d.low)) / expm1(-d.shape * log(d.high / d.low))
    case 'exponential':
    case 'lognormal':
    case 'gamma':
    case 'erlang':
      return tailsOf(d, x).p
    default:
      return shareBetween(d, { low: -Infinity, high: x })
  }
}

/** One value of the law. Whoever draws often keeps a {@link samplerOf}. */
export const draw = (d: Distribution, stream: RandomStream): number => samplerOf(d)(stream)

/** A way to draw from the law with all its constants computed; the same draws as {@link draw}. */
export function samplerOf(d: Distribution): (stream: RandomStream) => number {
  switch (d.law) {
    case 'fixed': {
      const { value } = d
      return () => value
    }
    case 'exponential':
    case 'lognormal':
    case 'gamma':
    case 'erlang':
      return smoothSampler(d)
    case 'uniform': {
      const { low } = d
      const span = d.high - low
      return (stream) => low + span * stream.uniform()
    }
    case 'pareto': {
      const { low, high } = d
      const mass = -expm1(-d.shape * log(high / low))
      const power = -1 / d.shape
      return (stream) => Math.min(high, low * exp(power * log(1 - stream.uniform() * mass)))
    }
    case 'mixture':
      return mixtureSampler(d.parts)
    case 'shifted': {
      const { by } = d
      const of = samplerOf(d.of)
      return (stream) => by + of(stream)
    }
    case 'scaled': {
      const { times } = d
      const of = samplerOf(d.of)
      return (stream) => times * of(stream)
    }
    case 'between':
      return betweenSampler(d.of, d)
    case 'empirical': {
      const { values } = d
      return (stream) => values[stream.below(values.length)] ?? 0
    }
    default:
      return unreachable(d)
  }
}

function mixtureSampler(parts: readonly Part[]): (stream: RandomStream) => number {
  const samplers = parts.map((part) => samplerOf(part.of))
  const upTo: number[] = []
  for (const { share } of parts) upTo.push((upTo.at(-1) ?? 0) + share)
  const last = samplers.at(-1)
  return (stream) => {
    const u = stream.uniform()
    for (let i = 0; i < upTo.length; i++) if (u < (upTo[i] ?? 1)) return (samplers[i] ?? zero)(stream)
    return (last ?? zero)(stream)
  }
}

const zero = (): number => 0
