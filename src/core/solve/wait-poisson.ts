import { exp, log } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { type Grid, nodeTime } from './law-grid.ts'
import type { Law } from './law.ts'

/** A part of a tail: share × e^(-rate t). */
export interface Decay {
  readonly share: Ratio
  readonly rate: PerSecond
}

/** P(W > t), t >= 0, as a sum of exponentials; how close it is. */
export interface Waiting {
  readonly parts: readonly Decay[]
  readonly kind: 'exact' | 'light' | 'heavy'
}

/**
 * Wait of M/G/1, first come first served, below saturation (rate × work < 1). Mixtures of exponentials: exact. Light
 * tails: rate and share of the slowest part are exact, and so are P(W > 0) and the mean. Heavy ones: the work that is
 * left of a request in service is fitted by exponentials first, with its mean kept.
 * @source Pollaczek (1930), Khinchine (1932); Feldmann and Whitt, Fitting mixtures of exponentials to long-tail
 * distributions (1998); Cramér and Lundberg for the slowest part (Asmussen, Applied Probability and Queues, 2003)
 */
export function waitOfMG1(rate: PerSecond, work: Law): Waiting {
  const load = rate * work.mean
  const own = exponentialsOf(work)
  if (own) return { parts: geometricSum(load, own), kind: 'exact' }
  if (!(work.variance <= work.mean * work.mean)) {
    return { parts: geometricSum(load, fittedResidual(work)), kind: 'heavy' }
  }
  return { parts: lightTail(rate, work), kind: 'light' }
}

/** What is left of the work in service, where work is a mixture of exponentials. */
function exponentialsOf(work: Law): readonly Decay[] | undefined {
  const terms = work.shift === 0 ? work.phases?.terms : undefined
  if (!terms || terms.length === 0 || terms.some(({ order, weight }) => order !== 1 || weight < 0)) return undefined
  return terms.map(({ weight, rate }) => ({ share: weight / (rate * work.mean), rate })).sort((a, b) => a.rate - b.rate)
}

/**
 * Tail of the sum of a geometric number (P(N >= n) = load^n) of times with the mixture `residual`, rates rising: the
 * transform (1-ρ)/(1 - ρ Σ w μ/(μ+s)) has one pole between any two of the rates.
 */
function geometricSum(load: Ratio, residual: readonly Decay[]): readonly Decay[] {
  return residual.map(({ rate: high }, k) => {
    const low = residual[k - 1]?.rate ?? 0
    const root = poleBetween(load, residual, { low, high })
    let slope = 0
    for (const { share, rate } of residual) slope += (share * rate) / ((rate - root) * (rate - root))
    return { share: (1 - load) / (load * slope * root), rate: root }
  })
}

function poleBetween(load: Ratio, residual: readonly Decay[], ends: { low: number; high: number }): number {
  let { low, high } = ends
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) break
    let sum = 0
    for (const { share, rate } of residual) sum += (share * rate) / (rate - middle)
    if (load * sum < 1) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const PHASES = 10

/** What is left of the work in service as a mixture of exponentials, mean kept. */
function fittedResidual(work: Law): readonly Decay[] {
  const residual = residualTail(work)
  const { scale, last } = residual
  const step = exp(log(last / (scale * 0.03)) / (PHASES - 1))
  const span = Math.sqrt(step)
  const parts: Decay[] = []
  const rest = (t: Seconds): Ratio => {
    let left = residual.tail(t)
    for (const { share, rate } of parts) left -= share * exp(-rate * t)
    return left
  }
  for (let k = 0, at = last / span; k < PHASES - 1; k++, at /= step) {
    const near = rest(at)
    const far = rest(at * span)
    if (!(far > 0 && near > far)) continue
    const rate = log(near / far) / (at * (span - 1))
    const share = near * exp(rate * at)
    const used = parts.reduce((sum, part) => sum + part.share, 0)
    if (!(used + share < 1) || rate <= (parts.at(-1)?.rate ?? 0)) continue
    parts.push({ share, rate })
  }
  return withMean(parts, residual.mean)
}

/** The last part takes what is missing to 1, and to the mean if it can. */
function withMean(parts: readonly Decay[], mean: Seconds): readonly Decay[] {
  const share = 1 - parts.reduce((sum, part) => sum + part.share, 0)
  const left = mean - parts.reduce((sum, part) => sum + part.share / part.rate, 0)
  const fastest = parts.at(-1)?.rate ?? 0
  const rate = left > 0 && share / left > fastest * 1.01 ? share / left : Math.max(1 / mean, fastest * 4)
  const all = [...parts, { share, rate }]
  const times = all.reduce((sum, part) => sum + part.share / part.rate, 0) / mean
  return all.map((part) => ({ share: part.share, rate: part.rate * times }))
}

/** P(what is left > t), from the masses of the grid of the law. */
function residualTail(work: Law): { tail: (t: Seconds) => Ratio; mean: Seconds; scale: Seconds; last: Seconds } {
  const { grid, shift } = work
  const size = Math.max(1, grid.last - grid.first + 1)
  const times = new Float64Array(size)
  // Of all beyond a node: mass, and mass × time.
  const beyond = new Float64Array(size + 1)
  const moment = new Float64Array(size + 1)
  for (let i = size - 1; i >= 0; i--) {
    const mass = grid.masses[grid.first + i] as number
    times[i] = nodeTime(grid.first + i)
    beyond[i] = (beyond[i + 1] as number) + mass
    moment[i] = (moment[i + 1] as number) + mass * (times[i] as number)
  }
  const { mean } = work
  const tail = (t: Seconds): Ratio => {
    if (t <= shift) return 1 - t / mean
    const i = firstAbove(times, t - shift)
    return Math.max(0, ((moment[i] as number) - (t - shift) * (beyond[i] as number)) / mean)
  }
  let last = size - 1
  while (last > 1 && tail(shift + (times[last] as number)) < 1e-7) last--
  const known = Math.min(work.variance, 1e12 * mean * mean)
  return { tail, mean: (known + mean * mean) / (2 * mean), scale: mean, last: shift + (times[last] as number) }
}

function firstAbove(times: Float64Array, t: Seconds): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] as number) > t) high = middle
    else low = middle + 1
  }
  return low
}

/** Two exponentials: the slowest as it is, the other so that P(W > 0) and the mean are right. */
function lightTail(rate: PerSecond, work: Law): readonly Decay[] {
  const load = rate * work.mean
  const mean = (rate * (work.variance + work.mean * work.mean)) / (2 * (1 - load))
  const plain = [{ share: load, rate: load / mean }]
  const decay = slowest(rate, work, load / mean)
  if (decay === undefined) return plain
  const share = (1 - load) / (rate * grown(work, decay).slope - 1)
  const fast = (load - share) / (mean - share / decay)
  // Where the second part cannot be had, the sum would not fall.
  if (!(share > 0 && fast > decay && share * decay + (load - share) * fast >= 0)) return plain
  return [
    { share, rate: decay },
    { share: load - share, rate: fast },
  ]
}

/** η > 0 with λ(E e^(ηS) - 1) = η. */
function slowest(rate: PerSecond, work: Law, guess: PerSecond): PerSecond | undefined {
  // log λ(E e^(ηS) - 1)/η is convex, so Newton's steps from above come down to its root and not below; of the gap
  // itself they would be many, as far out it grows like an exponential.
  const over = (eta: PerSecond): { readonly over: number; readonly slope: number } => {
    const { value, slope } = grown(work, eta)
    return { over: log((rate * (value - 1)) / eta), slope: slope / (value - 1) - 1 / eta }
  }
  let eta = guess
  let now = over(eta)
  for (let i = 0; now.over < 0; i++) {
    eta *= 1.5
    now = over(eta)
    if (i > 60) return undefined
  }
  // Of a law without such moments (log-normal) the end of its grid would decide.
  if (!(now.over < MOST_OVER)) return undefined
  for (let i = 0; i < 60; i++) {
    const step = now.over / now.slope
    if (!(eta - step > 0)) return undefined
    eta -= step
    if (Math.abs(step) < 1e-12 * eta) break
    now = over(eta)
  }
  return eta > guess * 1e-6 ? eta : undefined
}

/** So many times e what it may be where the search begins. */
const MOST_OVER = 60

/** E e^(ηS) and E S e^(ηS); Infinity where there is none. */
function grown(work: Law, eta: number): { readonly value: number; readonly slope: number } {
  let value: number
  let slope = 0
  if (work.isPhased && work.phases) {
    value = work.phases.atom
    for (const { weight, rate, order } of work.phases.terms) {
      if (eta >= rate) return { value: Infinity, slope: Infinity }
      const term = weight * exp(order * log(rate / (rate - eta)))
      value += term
      slope += (term * order) / (rate - eta)
    }
  } else {
    const { grid } = work
    const { end, moments } = momentsBelow(grid, SMALL / eta)
    value = moments[TERMS - 1] as number
    slope = moments[TERMS] as number
    for (let j = TERMS - 2; j >= 0; j--) {
      value = (moments[j] as number) + (value * eta) / (j + 1)
      slope = (moments[j + 1] as number) + (slope * eta) / (j + 1)
    }
    value += grid.atom
    for (let k = end; k <= grid.last; k++) {
      const t = nodeTime(k)
      const term = (grid.masses[k] as number) * exp(eta * t)
      value += term
      slope += term * t
    }
  }
  const front = exp(eta * work.shift)
  return { value: value * front, slope: (slope + work.shift * value) * front }
}

/** Below this ηt so many terms of e^(ηt) are right to fourteen digits. */
const SMALL = 0.02
const TERMS = 7

/** Σ mass × time^j over the nodes before `end`, j from 0 to TERMS. */
interface Below {
  readonly end: number
  readonly moments: Float64Array
}

/** Of about the nodes up to t: most of the nodes of a law are far below what decides about its tail. */
function momentsBelow(grid: Grid, t: Seconds): Below {
  let all = belows.get(grid)
  if (all === undefined) {
    all = belowsOf(grid)
    belows.set(grid, all)
  }
  let found = all[0] as Below
  for (const one of all) if (nodeTime(one.end) <= t) found = one
  return found
}

const belows = new WeakMap<Grid, readonly Below[]>()

function belowsOf({ first, last, masses }: Grid): readonly Below[] {
  const moments = new Float64Array(TERMS + 1)
  const all: Below[] = [{ end: first, moments: moments.slice() }]
  for (let k = first; k <= last; k++) {
    let part = masses[k] as number
    for (let j = 0; j <= TERMS; j++, part *= nodeTime(k)) moments[j] = (moments[j] as number) + part
    if ((k - first) % 20 === 19) all.push({ end: k + 1, moments: moments.slice() })
  }
  return all
}
