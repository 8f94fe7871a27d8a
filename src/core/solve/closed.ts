/**
 * Closed networks of one kind of customers: throughput and queues for every population at once, by convolution. Exact
 * for product form; numbers are kept near 1 by a guess of the throughput, a new one for each stretch of populations.
 */
import { assert } from '../base/assert.ts'
import { exp, log } from '../base/math.ts'
import type { Seconds } from '../base/units.ts'
import { weightsOf, type Center, type Weights } from './closed-weights.ts'

export type { Center } from './closed-weights.ts'

export interface ClosedNetwork {
  readonly centers: readonly Center[]
  /** Pure delay in each cycle: think time, network. */
  readonly delay: Seconds
  /** At least 1. */
  readonly customers: number
}

export interface ClosedAnswer {
  /** Cycles per second with n = 0..customers. */
  readonly throughput: Float64Array
  /** Mean customers of the closed kind at each center with n = 0..customers in the network: [center][n]. */
  readonly queueLength: readonly Float64Array[]
  /** P(j of any kind are at the center), as seen by an arrival of the closed kind; n = 1..customers in the network. */
  readonly seen: (center: number, n: number) => Float64Array
  /**
   * The same where n is random: P(n) = shares[n], n = 0..customers, those of 0 being left out. Cut off where 3 000 of
   * the open kind are there: too short where others take nearly all of a center.
   */
  readonly seenBy: (center: number, shares: Float64Array) => Float64Array
}

/**
 * Solves a closed network. Up to about 4000 customers every population is exact; of more, the last is, and those
 * between are interpolated. A full center (background at its last speed) stops the network: throughput 0.
 * @source Buzen 1973 (convolution); Reiser and Kobayashi 1975 (load-dependent centers); Sevcik and Mitrani 1981
 *   (arrivals see the network with one customer less)
 */
export function solveClosed({ centers, delay, customers }: ClosedNetwork): ClosedAnswer {
  const weights = centers.map((center) => weightsOf(center, customers))
  const full = weights.findIndex(({ most }) => most === 0)
  if (full >= 0) return stopped(full, centers.length, customers)
  const work = centers.reduce((total, { demand, speed }) => total + (demand > 0 ? demand / speed(1) : 0), 0)
  if (!(work + delay > 0)) return idle(centers.length, customers)
  const network: Network = { weights, delay, customers, work, most: Math.min(...weights.map((one) => one.most)) }
  const throughput = new Float64Array(customers + 1)
  const stretches = stretchesOf(network, throughput)
  const queueLength = queuesOf(network, stretches, throughput)
  const seenBy = (center: number, shares: Float64Array): Float64Array => seenIn(network, stretches, { center, shares })
  const seen = (center: number, n: number): Float64Array => {
    const shares = new Float64Array(customers + 1)
    shares[n] = 1
    return seenBy(center, shares)
  }
  return { throughput, queueLength, seen, seenBy }
}

interface Network {
  readonly weights: readonly Weights[]
  readonly delay: Seconds
  readonly customers: number
  /** Seconds of a cycle of a customer who is alone, without the delay and the open kind. */
  readonly work: Seconds
  readonly most: number
}

/** Populations from..to, with the normalization constants G(n) tilt^n up to one factor. */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly constants: Float64Array
  /** Weights of a center, scaled. */
  readonly kernel: (center: number) => Kernel
  /** Constants of the network without a center. */
  readonly without: (center: number) => Float64Array
}

interface Kernel {
  readonly values: Float64Array
  readonly settled: number
  /** values[k + 1]/values[k] from `settled` on. */
  readonly ratio: number
}

const LEAST = 1e-250
/** Populations that one guess can cover from 0 on. */
const FIRST = 300
/** Beyond, only the last population is computed. */
const MOST_EXACT = 4000

function stretchesOf(network: Network, throughput: Float64Array): readonly Stretch[] {
  const { customers, delay, work, most } = network
  const stretches: Stretch[] = []
  let done = 0
  let aim = Math.min(customers, FIRST)
  let guess = Math.min(most, aim / (delay + work))
  for (let round = 0; round < 40; round++) {
    const stretch = stretchAt(network, guess, done)
    if (stretch.to > done) {
      stretches.push(stretch)
      const { constants } = stretch
      for (let n = done + 1; n <= stretch.to; n++)
        throughput[n] = (guess * (constants[n - 1] as number)) / (constants[n] as number)
      done = stretch.to
    }
    if (done >= customers || done > MOST_EXACT) break
    // As far above as what is known at `done` stays a normal number: the law is about normal, with a variance of `aim`.
    aim = Math.min(customers, done + Math.sqrt((stretch.to > stretch.from ? 600 : 60) * done))
    guess = Math.min(most, ((throughput[done] as number) * aim) / Math.max(1, done))
  }
  if (done < customers) addLast(network, stretches, throughput, done)
  return stretches
}

/** The last population alone; between it and `done` the throughput is interpolated. */
function addLast(network: Network, stretches: Stretch[], throughput: Float64Array, done: number): void {
  const { customers, delay, work, most } = network
  let guess = Math.min(most, customers / (delay + work))
  throughput[customers] = guess
  for (let round = 0; round < 6; round++) {
    const stretch = stretchAt(network, guess, customers - 1)
    if (stretch.to < customers) {
      guess = Math.min(most, (guess + ((throughput[done] as number) * customers) / done) / 2)
      continue
    }
    throughput[customers] =
      (guess * (stretch.constants[customers - 1] as number)) / (stretch.constants[customers] as number)
    stretches.push(stretch)
    break
  }
  const slope = ((throughput[customers] ?? 0) - (throughput[done] ?? 0)) / (customers - done)
  for (let n = done + 1; n < customers; n++) throughput[n] = (throughput[done] as number) + (n - done) * slope
}

/** Constants for a guess of the throughput: those from `from` on that are normal numbers. */
function stretchAt({ weights, delay, customers }: Network, guess: number, from: number): Stretch {
  const kernels = weights.map((one) => kernelOf(one.logs, one.settled, log(guess)))
  const start = delayConstants(delay * guess, customers)
  // Those that cost least come last, so that without them the rest is known early.
  const through = (skipped: number): Float64Array =>
    kernels.reduce((constants, kernel, i) => (i === skipped ? constants : convolved(constants, kernel)), start)
  const constants = through(-1)
  let to = from
  if (isNormal(constants[from])) while (to < customers && isNormal(constants[to + 1])) to++
  const known = new Map<number, Float64Array>()
  const without = (center: number): Float64Array => {
    let rest = known.get(center)
    if (rest === undefined) known.set(center, (rest = through(center)))
    return rest
  }
  return { from, to, constants, kernel: (center) => kernels[center] as Kernel, without }
}

const isNormal = (x: number | undefined): boolean => x !== undefined && x > LEAST && x < 1 / LEAST

function kernelOf(logs: Float64Array, settled: number, logGuess: number): Kernel {
  let most = 0
  for (let k = 1; k <= settled; k++) most = Math.max(most, (logs[k] as number) + k * logGuess)
  const values = new Float64Array(settled + 1)
  for (let k = 0; k <= settled; k++) values[k] = exp((k === 0 ? 0 : (logs[k] as number) + k * logGuess) - most)
  const ratio =
    settled + 1 < logs.length ? exp((logs[settled + 1] as number) - (logs[settled] as number) + logGuess) : 0
  return { values, settled, ratio: isFinite(ratio) ? ratio : 0 }
}

/** (Zx)^n/n!, up to one factor. */
export function delayConstants(cycles: number, customers: number): Float64Array {
  const constants = new Float64Array(customers + 1)
  const mode = Math.min(customers, Math.floor(cycles))
  constants[mode] = 1
  for (let n = mode; n > 0; n--) constants[n - 1] = ((constants[n] as number) * n) / cycles
  for (let n = mode + 1; n <= customers; n++) constants[n] = ((constants[n - 1] as number) * cycles) / n
  return constants
}

function convolved(constants: Float64Array, { values, settled, ratio }: Kernel): Float64Array {
  const out = new Float64Array(constants.length)
  let rest = 0
  for (let n = 0; n < out.length; n++) {
    let sum = 0
    const to = Math.min(n, settled)
    for (let k = 0; k <= to; k++) sum += (values[k] as number) * (constants[n - k] as number)
    if (n > settled) rest = ratio * (rest + (values[settled] as number) * (constants[n - settled - 1] as number))
    out[n] = sum + rest
  }
  return out
}

/** Mean customers at each center, from what an arrival sees there. */
function queuesOf(network: Network, stretches: readonly Stretch[], throughput: Float64Array): readonly Float64Array[] {
  return network.weights.map((weights, center) => {
    const queue = new Float64Array(network.customers + 1)
    let done = 0
    for (const stretch of stretches) {
      if (stretch.from > done) addLastQueue(stretch, center, queue, done)
      else addQueues({ stretch, center, weights }, throughput, queue)
      done = stretch.to
    }
    return queue
  })
}

interface Place {
  readonly stretch: Stretch
  readonly center: number
  readonly weights: Weights
}

/** L(n) = X(n) Σ_j j F(j)/F(j-1) P(j-1 | n-1): what is beyond `settled` follows from L(n-1). */
function addQueues({ stretch, center, weights }: Place, throughput: Float64Array, queue: Float64Array): void {
  const { logs, settled } = weights
  const last = logs.length - 1
  const slowest = settled < last ? exp((logs[settled + 1] as number) - (logs[settled] as number)) : 0
  const extra = new Float64Array(settled)
  for (let j = 1; j <= settled; j++) extra[j - 1] = j * (exp((logs[j] as number) - (logs[j - 1] as number)) - slowest)
  const { values } = stretch.kernel(center)
  const rest = settled > 0 ? stretch.without(center) : stretch.constants
  for (let n = stretch.from + 1; n <= stretch.to; n++) {
    let time = slowest * (1 + (queue[n - 1] as number))
    const share = 1 / (stretch.constants[n - 1] as number)
    const to = Math.min(settled, n)
    for (let j = 1; j <= to; j++)
      time += (extra[j - 1] as number) * (values[j - 1] as number) * (rest[n - j] as number) * share
    queue[n] = (throughput[n] as number) * time
  }
}

/** The last population alone, those up to `done` being known. */
function addLastQueue(stretch: Stretch, center: number, queue: Float64Array, done: number): void {
  const last = queue.length - 1
  const masses = massesAt(stretch, center, last)
  queue[last] = masses.reduce((total, mass, k) => total + k * mass, 0)
  const slope = ((queue[last] ?? 0) - (queue[done] ?? 0)) / (last - done)
  for (let n = done + 1; n < last; n++) queue[n] = (queue[done] as number) + (n - done) * slope
}

/** P(k of the closed kind at the center | n), k = 0..n. */
function massesAt(stretch: Stretch, center: number, n: number): Float64Array {
  const { values, settled, ratio } = stretch.kernel(center)
  const rest = stretch.without(center)
  const masses = new Float64Array(n + 1)
  let weight = 0
  for (let k = 0; k <= n; k++) {
    weight = k <= settled ? (values[k] as number) : weight * ratio
    masses[k] = (weight * (rest[n - k] as number)) / (stretch.constants[n] as number)
  }
  return masses
}

interface Asked {
  readonly center: number
  readonly shares: Float64Array
}

function seenIn(
  { weights, customers }: Network,
  stretches: readonly Stretch[],
  { center, shares }: Asked,
): Float64Array {
  const closed = new Float64Array(customers)
  for (let n = 1; n <= customers; n++) {
    const share = shares[n] ?? 0
    if (!(share > 1e-14)) continue
    if (stretches.length === 0) continue
    const { stretch, at } = stretchWith(stretches, n - 1)
    const masses = massesAt(stretch, center, at)
    for (let k = 0; k <= at; k++) closed[k] = (closed[k] as number) + share * (masses[k] as number)
  }
  const others = weights[center]?.others
  return others === undefined ? closed : withOthers(closed, others)
}

/** The stretch with a population, or with the next one that was computed. */
function stretchWith(stretches: readonly Stretch[], n: number): { readonly stretch: Stretch; readonly at: number } {
  const stretch = stretches.find(({ to }) => n <= to) ?? stretches[stretches.length - 1]
  assert(stretch !== undefined, 'every closed network has a population that is solved')
  return { stretch, at: Math.max(n, stretch.from) }
}

/** Adds those of the open kind to those of the closed kind. */
export function withOthers(closed: Float64Array, others: (k: number) => Float64Array): Float64Array {
  const all: number[] = []
  let whole = 0
  for (const [k, mass] of closed.entries()) {
    if (!(mass > 1e-11)) continue
    whole += mass
    const open = others(k)
    while (all.length < k + open.length) all.push(0)
    for (let o = 0; o < open.length; o++) all[k + o] = (all[k + o] as number) + mass * (open[o] as number)
  }
  return Float64Array.from(all, (mass) => mass / whole)
}

/** Nothing moves: all are at the full center. */
function stopped(full: number, centers: number, customers: number): ClosedAnswer {
  const everybody = Float64Array.from({ length: customers + 1 }, (_, n) => n)
  const nobody = new Float64Array(customers + 1)
  return {
    throughput: nobody,
    queueLength: Array.from({ length: centers }, (_, center) => (center === full ? everybody : nobody)),
    seen: (center, n) => pointAt(center === full ? n - 1 : 0),
    seenBy: (center, shares) => pointAt(center === full ? shares.length - 2 : 0),
  }
}

/** A cycle takes no time. */
function idle(centers: number, customers: number): ClosedAnswer {
  const nobody = new Float64Array(customers + 1)
  return {
    throughput: Float64Array.from(nobody, (_, n) => (n === 0 ? 0 : Infinity)),
    queueLength: Array.from({ length: centers }, () => nobody),
    seen: () => pointAt(0),
    seenBy: () => pointAt(0),
  }
}

function pointAt(n: number): Float64Array {
  const masses = new Float64Array(Math.max(0, n) + 1)
  masses[masses.length - 1] = 1
  return masses
}
