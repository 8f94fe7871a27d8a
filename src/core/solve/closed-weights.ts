/** What one center weighs in a closed network: the factors of its product form, with open work marginalized out. */
import { exp, log, log1p, logGamma } from '../base/math.ts'
import type { Seconds } from '../base/units.ts'

/** Where customers queue. */
export interface Center {
  /** Mean work that one customer brings in one cycle (visits × service), in seconds at speed 1; at least 0. */
  readonly demand: Seconds
  /**
   * Work done per second with n customers of any sort present, n from 1 to Infinity: min(n, servers) for a station,
   * demand × X(min(n, slots)) for an inner pool; never falls.
   */
  readonly speed: (n: number) => number
  /** Open work of others, in the same unit (erlangs); at or above speed(Infinity) the center is full. */
  readonly background: number
}

/** Factors F(k), k = 0..customers, of a center for the closed kind: X(n) comes from their convolution. */
export interface Weights {
  /** log F(k), F(0) = 1. */
  readonly logs: Float64Array
  /** From here on F(k + 1)/F(k) is the same. */
  readonly settled: number
  /** Most cycles per second that it lets through; 0 when others fill it. */
  readonly most: number
  /** P(o of the open kind are there | k of the closed kind are). */
  readonly others: (k: number) => Float64Array
}

/** Most of the open kind that are followed. */
const MOST_OTHERS = 20_000
/** Of those that somebody who arrives is taken to find. */
const MOST_SEEN = 3000
const alone = new Float64Array(1).fill(1)

/**
 * Weights of a center: F(k) = D^k f(k)/f(0) with f(k) = Σ_o C(k+o, o) b^o / Π_{j<=k+o} speed(j).
 * @source Baskett, Chandy, Muntz, Palacios 1975; Zahorjan and Wong 1981 (mixed networks)
 */
export function weightsOf({ demand, speed, background }: Center, customers: number): Weights {
  const logDemand = log(demand)
  const last = speed(Infinity)
  const settles = settlesAt(speed, last, customers + MOST_OTHERS)
  const logs = new Float64Array(customers + 1)
  const most = demand > 0 ? Math.max(0, last - background) / demand : Infinity
  if (!(background > 0)) {
    for (let k = 1; k <= customers; k++) logs[k] = (logs[k - 1] as number) + logDemand - log(speed(k))
    return { logs, settled: Math.min(customers, settles - 1), most, others: () => alone }
  }
  const others = (k: number): Float64Array => othersAt(speed, background, k)
  if (most === 0) return { logs, settled: 0, most, others }
  const free = logDemand - log(last - background)
  const open = openSums({ speed, background, last, settles, customers })
  for (let k = 1; k <= customers; k++) {
    if (k >= settles) logs[k] = (logs[k - 1] as number) + free
    else logs[k] = k * logDemand + (open[k] as number) - (open[0] as number)
  }
  return { logs, settled: Math.min(customers, settles - 1), most, others }
}

/** The least n with the speed of Infinity; above `limit` nobody looks. */
function settlesAt(speed: (n: number) => number, last: number, limit: number): number {
  const enough = last * (1 - 1e-13)
  if (last === Infinity || speed(limit) < enough) return limit + 1
  let low = 0
  let high = limit
  // As the speed never falls.
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (speed(middle) >= enough) high = middle
    else low = middle
  }
  return high
}

interface Opening {
  readonly speed: (n: number) => number
  readonly background: number
  readonly last: number
  readonly settles: number
  readonly customers: number
}

/** log f(k) for k = 0 .. min(customers, settles - 1). */
function openSums({ speed, background, last, settles, customers }: Opening): Float64Array {
  const to = Math.min(customers, settles - 1)
  const sums = new Float64Array(to + 1)
  const later =
    isFinite(last) && settles < MOST_OTHERS ? laterSums({ speed, background, last, settles, customers }) : null
  let before = 0
  for (let k = 0; k <= to; k++) {
    if (k > 0) before -= log(speed(k))
    let term = 1
    let sum = 1
    let scale = 0
    for (let o = 0; o < settles - k - 1 && o < MOST_OTHERS; o++) {
      const ratio = (background * (k + o + 1)) / ((o + 1) * speed(k + o + 1))
      term *= ratio
      sum += term
      if (term < sum * 1e-17 && ratio < 0.9) break
      if (sum > 1e250) {
        sum *= 1e-250
        term *= 1e-250
        scale += LOG_SCALE
      }
    }
    const head = before + scale + log(sum)
    sums[k] = later === null ? head : logAdded(head, later[k] as number)
  }
  return sums
}

const LOG_SCALE = 250 * log(10)

/** log(e^a + e^b), a being finite. */
const logAdded = (a: number, b: number): number => (a > b ? a + log1p(exp(b - a)) : b + log1p(exp(a - b)))

/**
 * log of the part of f(k) with `settles` or more present. Its terms are those of a negative binomial law, whose tail is
 * P(at most k successes in `settles` trials): no difference of large numbers.
 */
function laterSums({ speed, background, last, settles, customers }: Opening): Float64Array {
  let product = 0
  for (let j = 1; j <= settles; j++) product -= log(speed(j))
  const sums = new Float64Array(Math.min(customers, settles - 1) + 1)
  const logIdle = log1p(-background / last)
  const logBusy = log(background / last)
  let below = -Infinity
  for (let k = 0; k < sums.length; k++) {
    const choose = logGamma(settles + 1) - logGamma(k + 1) - logGamma(settles - k + 1)
    below = logAdded(choose + k * logIdle + (settles - k) * logBusy, below)
    sums[k] = product + (settles - k) * log(last) - (k + 1) * logIdle + below
  }
  return sums
}

/** P(o of the open kind | k of the closed kind) ∝ C(k+o, o) b^o / Π_{k<j<=k+o} speed(j). */
function othersAt(speed: (n: number) => number, background: number, k: number): Float64Array {
  const masses = [1]
  let term = 1
  let sum = 1
  for (let o = 1; o < MOST_SEEN; o++) {
    const ratio = (background * (k + o)) / (o * speed(k + o))
    term *= ratio
    sum += term
    if (sum > 1e250) {
      // What was before is of no account by now, or will be scaled with the rest.
      for (let i = 0; i < masses.length; i++) masses[i] = (masses[i] as number) * 1e-250
      term *= 1e-250
      sum *= 1e-250
    }
    masses.push(term)
    if (term < sum * 1e-12 && ratio < 1) break
  }
  return Float64Array.from(masses, (mass) => mass / sum)
}
