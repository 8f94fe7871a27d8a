import { exp, log, normalQuantile, pow } from '../base/math.ts'
import type { RandomStream } from '../base/random.ts'
import { unreachable } from '../base/assert.ts'

/** A law for one number: seconds, bytes or a count, as its place says. */
export type Distribution =
  | { readonly law: 'fixed'; readonly value: number }
  | { readonly law: 'exponential'; readonly mean: number }
  /** `mu`, `sigma`: mean and standard deviation of the logarithm. */
  | { readonly law: 'lognormal'; readonly mu: number; readonly sigma: number }
  | { readonly law: 'gamma'; readonly shape: number; readonly mean: number }
  | { readonly law: 'erlang'; readonly shape: number; readonly mean: number }
  | { readonly law: 'uniform'; readonly low: number; readonly high: number }
  /** Pareto between `low` and `high` (Infinity: unbounded). */
  | { readonly law: 'pareto'; readonly low: number; readonly high: number; readonly shape: number }
  | { readonly law: 'mixture'; readonly parts: readonly { readonly share: number; readonly of: Distribution }[] }
  | { readonly law: 'shifted'; readonly by: number; readonly of: Distribution }
  | { readonly law: 'scaled'; readonly times: number; readonly of: Distribution }
  /** Values as measured, drawn alike. */
  | { readonly law: 'empirical'; readonly values: readonly number[] }

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
      return k === 1 ? d.mean : 2 * d.mean * d.mean
    case 'lognormal':
      return exp(k * d.mu + (k * k * d.sigma * d.sigma) / 2)
    case 'gamma':
    case 'erlang':
      return k === 1 ? d.mean : d.mean * d.mean * (1 + 1 / d.shape)
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
    case 'empirical':
      return d.values.reduce((sum, x) => sum + x ** k, 0) / Math.max(1, d.values.length)
    default:
      return unreachable(d)
  }
}

function paretoMoment(low: number, high: number, shape: number, k: number): number {
  if (low === 0) return 0
  if (high === Infinity) return shape > k ? (shape * pow(low, k)) / (shape - k) : Infinity
  const mass = 1 - pow(low / high, shape)
  if (shape === k) return (shape * pow(low, shape) * log(high / low)) / mass
  return ((shape * pow(low, shape)) / (shape - k)) * ((pow(low, k - shape) - pow(high, k - shape)) / mass)
}

/** The law of `times` × X. */
export function scaled(d: Distribution, times: number): Distribution {
  if (times === 1) return d
  if (d.law === 'fixed') return fixed(d.value * times)
  if (d.law === 'exponential') return exponential(d.mean * times)
  if (d.law === 'lognormal') return times > 0 ? { ...d, mu: d.mu + log(times) } : fixed(0)
  return { law: 'scaled', times, of: d }
}

/** P(X <= x). */
export function cdfOf(d: Distribution, x: number): number {
  switch (d.law) {
    case 'fixed':
      return x >= d.value ? 1 : 0
    case 'exponential':
      return x <= 0 ? 0 : 1 - exp(-x / d.mean)
    case 'uniform':
      return Math.min(1, Math.max(0, (x - d.low) / (d.high - d.low)))
    case 'pareto': {
      if (x <= d.low) return 0
      if (x >= d.high) return 1
      const mass = d.high === Infinity ? 1 : 1 - pow(d.low / d.high, d.shape)
      return (1 - pow(d.low / x, d.shape)) / mass
    }
    case 'mixture':
      return d.parts.reduce((sum, part) => sum + part.share * cdfOf(part.of, x), 0)
    case 'shifted':
      return cdfOf(d.of, x - d.by)
    case 'scaled':
      return cdfOf(d.of, x / d.times)
    case 'empirical':
      return d.values.filter((v) => v <= x).length / Math.max(1, d.values.length)
    default:
      return numericCdf(d, x)
  }
}

/** For laws without a closed form here: the share of 4 096 evenly placed quantile draws. */
function numericCdf(d: Distribution, x: number): number {
  if (d.law === 'lognormal') {
    if (x <= 0) return 0
    let low = 0
    let high = 1
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2
      if (exp(d.mu + d.sigma * normalQuantile(middle)) < x) low = middle
      else high = middle
    }
    return low
  }
  const shape = d.law === 'gamma' || d.law === 'erlang' ? d.shape : 1
  const mean = meanOf(d)
  const steps = 2000
  const top = (x / mean) * shape
  let area = 0
  for (let i = 0; i < steps; i++) {
    const t = ((i + 0.5) / steps) * top
    area += exp((shape - 1) * log(t) - t)
  }
  let whole = area
  const rest = Math.max(40, top * 4)
  for (let i = 0; i < steps * 8; i++) {
    const width = (rest - top) / (steps * 8)
    const t = top + (i + 0.5) * width
    if (width > 0) whole += (exp((shape - 1) * log(t) - t) * width) / (top / steps)
  }
  return top <= 0 ? 0 : area / whole
}

/** One value of the law. */
export function draw(d: Distribution, stream: RandomStream): number {
  switch (d.law) {
    case 'fixed':
      return d.value
    case 'exponential':
      return d.mean * stream.exponential()
    case 'lognormal':
      return exp(d.mu + d.sigma * stream.normal())
    case 'gamma':
      return (d.mean / d.shape) * stream.gamma(d.shape)
    case 'erlang': {
      let sum = 0
      for (let i = 0; i < d.shape; i++) sum += stream.exponential()
      return (d.mean / d.shape) * sum
    }
    case 'uniform':
      return d.low + (d.high - d.low) * stream.uniform()
    case 'pareto': {
      const mass = d.high === Infinity ? 1 : 1 - pow(d.low / d.high, d.shape)
      return d.low * pow(1 - stream.uniform() * mass, -1 / d.shape)
    }
    case 'mixture': {
      let u = stream.uniform()
      for (const part of d.parts) {
        u -= part.share
        if (u < 0) return draw(part.of, stream)
      }
      const last = d.parts.at(-1)
      return last ? draw(last.of, stream) : 0
    }
    case 'shifted':
      return d.by + draw(d.of, stream)
    case 'scaled':
      return d.times * draw(d.of, stream)
    case 'empirical':
      return d.values[stream.below(d.values.length)] ?? 0
    default:
      return unreachable(d)
  }
}

/** For people: `exp(5 ms)` in plain numbers of the law's own unit. */
export function describe(d: Distribution): string {
  return `${d.law}, mean ${Number(meanOf(d).toPrecision(4))}`
}
