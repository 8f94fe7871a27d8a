import { exp, log, logGamma } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { exact, type Method } from '../result/solution.ts'

/** Requests that come to a token bucket. */
export interface BucketLoad {
  /** Requests offered per second, of all clients. */
  readonly rate: PerSecond
  /** Tokens per second that a bucket gains. */
  readonly refill: PerSecond
  /** Tokens that a bucket holds. */
  readonly burst: number
  /** Buckets, one for each client, who ask as often as one another; left out = one bucket for all. */
  readonly clients?: number
  /** Squared coefficient of variation of the times between requests; 1 = Poisson. */
  readonly arrivalScv: number
}

/**
 * Share of requests that find a token. A bucket of b tokens refilled at r is an M/D/1 queue with service 1/r that
 * refuses whoever finds more than (b - 1)/r of work (Berger 1991): with H the law of its unbounded work, without its
 * factor, H/(1 + λ/r H) get in. Exact for a Poisson stream; otherwise the depth counts 1/scv times, as in the diffusion
 * limit of the work (Kingman 1962).
 */
export function passShare({ rate, refill, burst, clients = 1, arrivalScv }: BucketLoad): {
  readonly passed: Ratio
  readonly method: Method
} {
  const offered = rate / clients / refill
  // One of many clients' thinned stream is nearly Poisson.
  const scv = 1 + (arrivalScv - 1) / clients
  const isPoisson = Math.abs(scv - 1) < 1e-9
  const method: Method = isPoisson ? exact : bursty
  if (burst < 1) return { passed: 0, method: exact }
  if (!(rate > 0) || refill === Infinity) return { passed: 1, method: exact }
  if (!(refill > 0)) return { passed: 0, method: exact }
  const depth = (burst - 1) / (isPoisson ? 1 : Math.max(scv, 1e-3))
  return { passed: Math.min(1, 1 / (1 / workWithin(offered, depth) + offered)), method }
}

const bursty: Method = {
  kind: 'approximate',
  name: 'token bucket of a diffusion',
  source: 'Berger 1991; Kingman 1962',
  mean: 0.05,
  tail: null,
}

/**
 * P(work of an M/D/1 queue <= `depth` services) / P(none), for any load `offered` (above 1 it is a ratio only), by the
 * law of the numbers present. All terms are positive, so nothing is lost to rounding.
 * @source Franx 2001 (law of the wait from that of the numbers); level crossing for the numbers
 */
function workWithin(offered: number, depth: number): number {
  const whole = Math.floor(depth + 1e-9)
  const part = Math.max(0, depth - whole)
  if (whole === 0) return exp(offered * part)
  // More than e^50: what passes is the refill.
  if (offered > 50) return Infinity
  const within = presentWithin(offered, whole + 1)
  // Work is at most `depth` when, by the end of the service under way, no more are left than that takes.
  const rest = offered * (1 - part)
  let term = exp(-rest)
  let total = 0
  for (let j = 0; j <= whole; j++) {
    total += term * within(whole + 1 - j)
    term *= rest / (j + 1)
    if (term < 1e-18 && j > rest) break
  }
  return total
}

/** n -> P(at most n in an M/D/1 queue) / P(none), for n up to `most`. */
function presentWithin(offered: number, most: number): (n: number) => number {
  const none = exp(-offered)
  const beyond = tailsOfPoisson(offered)
  const present = [1]
  const within = [1]
  let sum = 1
  for (let n = 0; n < most; n++) {
    // What crosses up from n by arrivals during a service equals what crosses down from n + 1.
    let up = beyond[n] ?? 0
    for (let i = Math.max(1, n + 1 - beyond.length); i <= n; i++)
      up += (present[i] as number) * (beyond[n + 1 - i] ?? 0)
    const next = up / none
    present.push(next)
    sum += next
    within.push(sum)
    const ratio = next / (present[n] as number)
    const before = n > 0 ? (present[n] as number) / (present[n - 1] as number) : 0
    const isSteady = n > beyond.length && Math.abs(ratio - before) < 1e-14 * ratio
    if (isSteady || sum > 1e250) return geometricOnwards(within, next, ratio)
  }
  return (n) => within[n] ?? sum
}

/** Probabilities go on as a geometric series. */
function geometricOnwards(within: readonly number[], last: number, ratio: number): (n: number) => number {
  const at = within.length - 1
  const sum = within[at] as number
  return (n) => {
    if (n <= at) return within[n] as number
    const grown = Math.abs(ratio - 1) < 1e-10 ? n - at : (exp((n - at) * log(ratio)) - 1) / (ratio - 1)
    return sum + last * ratio * grown
  }
}

/** P(more than k) of a Poisson law, k = 0, 1, ..., until nothing is left. */
function tailsOfPoisson(mean: number): readonly number[] {
  const terms: number[] = []
  let term = exp(-mean)
  for (let k = 0; k < mean || term > 1e-30; k++) {
    terms.push(term)
    term *= mean / (k + 1)
  }
  const tails: number[] = []
  let tail = 0
  for (let k = terms.length - 1; k >= 0; k--) {
    tails.unshift(tail)
    tail += terms[k] as number
  }
  return tails
}

/** What a circuit breaker sees. */
export interface BreakerLoad {
  /** Probability that an attempt fails, whatever others did. */
  readonly failing: Ratio
  /** Outcomes in the window, and the share of failures among them that opens. */
  readonly window: number
  readonly openAt: Ratio
  /** How long it stays open before a probe. */
  readonly halfOpen: Seconds
  /** Attempts per second that ask it. */
  readonly rate: PerSecond
}

/**
 * Share of attempts that a breaker refuses: closed for some attempts, then open until a probe succeeds (renewal). The
 * failures in the window are taken as a birth-death chain with the binomial law as its steady state: an outcome that
 * leaves the window is a failure with the share of failures in it.
 */
export function breakerOpen({ failing, window, openAt, halfOpen, rate }: BreakerLoad): Ratio {
  if (!(failing > 0) || !(rate > 0)) return 0
  const size = Math.max(1, Math.round(window))
  const limit = Math.max(1, Math.ceil(openAt * size - 1e-9))
  if (limit > size) return 0
  const probes = 1 / (1 - Math.min(failing, 1 - 1e-12))
  const refused = rate * halfOpen * probes
  const admitted = attemptsUntilOpen(failing, size, limit) + probes
  return admitted === Infinity ? 0 : refused / (refused + admitted)
}

/** Mean number of outcomes, from an empty window, until `limit` of the last `size` failed. */
export function attemptsUntilOpen(failing: Ratio, size: number, limit: number): number {
  if (failing >= 1) return size
  const odds = (1 - failing) / failing
  let attempts = size
  /** P(at most m fail) / P(m fail). */
  let ratio = 0
  for (let m = 0; m < limit; m++) {
    ratio = 1 + (ratio * m * odds) / (size - m + 1)
    // So seldom that it never comes to so many.
    if (ratio === Infinity) return Infinity
    const within = Math.min(1, ratio * binomial(size, m, failing))
    attempts += (within * ratio * size) / (failing * (size - m))
  }
  return attempts
}

function binomial(n: number, k: number, p: number): number {
  const ways = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
  return exp(ways + k * log(p) + (n - k) * log(1 - p))
}
