import { unreachable } from '../base/assert.ts'
import { exp, expm1, incompleteGamma, log, log1p, normalCdf, normalQuantile, pow } from '../base/math.ts'
import type { RandomStream } from '../base/random.ts'

/** Laws on all positive numbers with a density. */
export type Smooth =
  | { readonly law: 'exponential'; readonly mean: number }
  /** `mu`, `sigma`: mean and standard deviation of the logarithm. */
  | { readonly law: 'lognormal'; readonly mu: number; readonly sigma: number }
  | { readonly law: 'gamma'; readonly shape: number; readonly mean: number }
  | { readonly law: 'erlang'; readonly shape: number; readonly mean: number }

/** From `low` to `high`, both included; they may be infinite. */
export interface Range {
  readonly low: number
  readonly high: number
}

/** The k-th moment about zero. */
export function smoothMoment(d: Smooth, k: 1 | 2): number {
  switch (d.law) {
    case 'exponential':
      return k === 1 ? d.mean : 2 * d.mean * d.mean
    case 'lognormal':
      return exp(k * d.mu + (k * k * d.sigma * d.sigma) / 2)
    case 'gamma':
    case 'erlang':
      return k === 1 ? d.mean : d.mean * d.mean * (1 + 1 / d.shape)
    default:
      return unreachable(d)
  }
}

/** E[X^k | low <= X <= high]: what the law weighted with x^k has between the ends. */
export function betweenMoment(d: Smooth, range: Range, k: 1 | 2): number {
  const moment = (smoothMoment(d, k) * massOf(weighted(d, k), range)) / massOf(d, range)
  return Math.min(pow(range.high, k), Math.max(pow(Math.max(0, range.low), k), moment))
}

/** The law whose density is that of `d` times x^k. */
function weighted(d: Smooth, k: number): Smooth {
  switch (d.law) {
    case 'exponential':
      return { law: 'gamma', shape: 1 + k, mean: d.mean * (1 + k) }
    case 'lognormal':
      return { ...d, mu: d.mu + k * d.sigma * d.sigma }
    case 'gamma':
    case 'erlang':
      return { law: 'gamma', shape: d.shape + k, mean: (d.mean * (d.shape + k)) / d.shape }
    default:
      return unreachable(d)
  }
}

/** P(X <= x) and P(X > x), each right in its own tail. */
export function tailsOf(d: Smooth, x: number): { readonly p: number; readonly q: number } {
  if (x <= 0) return { p: 0, q: 1 }
  switch (d.law) {
    case 'exponential':
      return { p: -expm1(-x / d.mean), q: exp(-x / d.mean) }
    case 'lognormal': {
      const z = (log(x) - d.mu) / d.sigma
      return { p: normalCdf(z), q: normalCdf(-z) }
    }
    case 'gamma':
    case 'erlang':
      return incompleteGamma(d.shape, (x * d.shape) / d.mean)
    default:
      return unreachable(d)
  }
}

/** P(low <= X <= high). */
export function massOf(d: Smooth, { low, high }: Range): number {
  const from = tailsOf(d, low)
  const to = tailsOf(d, high)
  return Math.max(0, from.p > 0.5 ? from.q - to.q : to.p - from.p)
}

/** A way to draw, with all constants computed. */
export function smoothSampler(d: Smooth): (stream: RandomStream) => number {
  switch (d.law) {
    case 'exponential': {
      const { mean } = d
      return (stream) => mean * stream.exponential()
    }
    case 'lognormal': {
      const { mu, sigma } = d
      return (stream) => exp(mu + sigma * stream.normal())
    }
    case 'gamma': {
      const { shape } = d
      const scale = d.mean / shape
      return (stream) => scale * stream.gamma(shape)
    }
    case 'erlang': {
      const { shape } = d
      const scale = d.mean / shape
      return (stream) => {
        let sum = 0
        for (let i = 0; i < shape; i++) sum += stream.exponential()
        return scale * sum
      }
    }
    default:
      return unreachable(d)
  }
}

/**
 * Draws from `low`..`high`: again while outside where that takes few draws; else, and after a hundred failures, by
 * inversion.
 */
export function betweenSampler(d: Smooth, range: Range): (stream: RandomStream) => number {
  const from = tailsOf(d, range.low)
  const mass = massOf(d, range)
  const { low, high } = range
  const whole = smoothSampler(d)
  const drawsMost = mass > 0.2 && d.law !== 'exponential' ? 100 : 0
  return (stream) => {
    for (let i = 0; i < drawsMost; i++) {
      const x = whole(stream)
      if (low <= x && x <= high) return x
    }
    const part = stream.uniformOpen() * mass
    return Math.min(high, Math.max(low, quantileOf(d, { p: from.p + part, q: from.q - part })))
  }
}

/** The x with P(X <= x) = p and P(X > x) = q = 1 - p, by whichever is smaller. */
function quantileOf(d: Smooth, { p, q }: { readonly p: number; readonly q: number }): number {
  switch (d.law) {
    case 'exponential':
      return d.mean * (p < 0.5 ? -log1p(-p) : -log(q))
    case 'lognormal':
      return exp(d.mu + d.sigma * (p < 0.5 ? normalQuantile(p) : -normalQuantile(q)))
    case 'gamma':
    case 'erlang': {
      let low = 0
      let high = d.mean
      const isAbove = (x: number): boolean => (p < 0.5 ? tailsOf(d, x).p >= p : tailsOf(d, x).q <= q)
      while (!isAbove(high)) high *= 2
      for (let i = 0; i < 100 && high - low > 1e-15 * high; i++) {
        const middle = (low + high) / 2
        if (isAbove(middle)) high = middle
        else low = middle
      }
      return high
    }
    default:
      return unreachable(d)
  }
}
