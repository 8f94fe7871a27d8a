/** Closed networks of several classes, exactly: product form by convolution over all populations. */
import { exp, pow } from '../base/math.ts'
import type { SharedCenter } from './closed-classes.ts'
import type { Queues } from './closed-linearizer.ts'
import { type Weights, weightsOf } from './closed-weights.ts'
import { delayConstants, withOthers } from './closed.ts'

/** One copy of a center, everybody in the network. */
interface AtCenter {
  /** Mean customers, by class, and of the open kind. */
  readonly queue: readonly number[]
  readonly open: number
  /** P(j of any kind are there), as an arrival of each class sees it, and one of the open kind. */
  readonly seen: readonly Float64Array[]
  readonly seenByOpen: Float64Array
}

interface Convolved {
  readonly throughput: readonly number[]
  /** Null: nobody waits there, or comes. */
  readonly centers: readonly (AtCenter | null)[]
}

/** Multiplications that one answer may take. */
const MOST_STEPS = 40_000_000

/**
 * Throughputs and queues with everybody in the network; null: too many populations, or numbers out of range, `guess`
 * (of the throughputs) being too far off. The factor of a center is Σ_j f(j) y^j, y = Σ_c D_c z_c: a polynomial over
 * 1 - r y, none of whose coefficients is negative, so that nothing cancels.
 * @source Reiser and Kobayashi 1975; Bruell, Balbo and Afshari 1984 (load-dependent, several classes)
 */
export function convolvedClasses(queues: Queues, guess: readonly number[]): Convolved | null {
  const { classes, pauses } = queues
  const customers = classes.map((one) => one.customers)
  const states = customers.reduce((total, count) => total * (count + 1), 1)
  const all = customers.reduce((total, count) => total + count, 0)
  const centers = queues.centers.filter((_, k) => classes.some(({ demands }) => (demands[k] ?? 0) > 0))
  const each = centers.reduce((sum, { servers, copies }) => sum + (Math.min(servers, all) + 2) * copies, 0)
  if (states * customers.length * (each * (centers.length + 1) + all * centers.length) > MOST_STEPS) return null
  const lattice = latticeOf(customers)
  const factors = queues.centers.flatMap((center, k) => {
    const weights = classes.map(({ demands }, c) => (demands[k] ?? 0) * (guess[c] ?? 0))
    return centers.includes(center) ? [factorOf(center, weights, all)] : []
  })
  const start = product(
    lattice,
    pauses.map((pause, c) => delayConstants(pause * (guess[c] ?? 0), customers[c] ?? 0)),
  )
  const through = (skipped: number): Float64Array => {
    let constants = start
    for (const [k, factor] of factors.entries())
      for (let i = k === skipped ? 1 : 0; i < factor.copies; i++) constants = applied(lattice, factor, constants)
    return constants
  }
  const constants = through(-1)
  const last = constants.length - 1
  const whole = constants[last] as number
  const before = lattice.strides.map((stride) => constants[last - stride] as number)
  if (!isNormal(whole) || before.some((one, c) => (customers[c] ?? 0) > 0 && !isNormal(one))) return null
  const throughput = before.map((one, c) => ((customers[c] ?? 0) > 0 ? ((guess[c] ?? 0) * one) / whole : 0))
  const answers = queues.centers.map((center, k) => {
    const at = centers.indexOf(center)
    const demands = classes.map((one, c) => (throughput[c] ?? 0) * (one.demands[k] ?? 0))
    const factor = factors[at]
    return factor === undefined ? null : centerOf({ lattice, constants, factor }, demands, through(at))
  })
  return { throughput, centers: answers }
}

const isNormal = (x: number): boolean => x > 1e-250 && x < 1e250

interface Lattice {
  readonly states: number
  readonly strides: readonly number[]
  /** Of each class: whether one of it is in the population. */
  readonly has: readonly Uint8Array[]
}

function latticeOf(customers: readonly number[]): Lattice {
  const strides: number[] = []
  let states = 1
  for (const count of customers) {
    strides.push(states)
    states *= count + 1
  }
  const has = customers.map((count, c) => {
    const stride = strides[c] ?? 1
    return Uint8Array.from({ length: states }, (_, n) => (Math.floor(n / stride) % (count + 1) > 0 ? 1 : 0))
  })
  return { states, strides, has }
}

function product({ states, strides }: Lattice, parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(states)
  for (let n = 0; n < states; n++) {
    let value = 1
    for (const [c, part] of parts.entries()) value *= part[Math.floor(n / (strides[c] ?? 1)) % part.length] as number
    out[n] = value
  }
  return out
}

/** Σ_j f(j) y^j = P(y) / (1 - ratio y), y = Σ_c weights[c] z_c. */
interface Factor {
  readonly weights: readonly number[]
  /** f(j), j = 0..settled. */
  readonly values: Float64Array
  readonly numerator: Float64Array
  readonly ratio: number
  readonly copies: number
  readonly open: Weights
  /** Customers of the closed kind in all. */
  readonly most: number
}

function factorOf(center: SharedCenter, weights: readonly number[], all: number): Factor {
  const { servers, background, copies } = center
  const open = weightsOf({ demand: 1, speed: (n) => Math.min(n, servers), background }, all)
  const { logs, settled } = open
  const values = Float64Array.from({ length: settled + 1 }, (_, j) => exp(logs[j] as number))
  const ratio = settled < all ? exp((logs[settled + 1] as number) - (logs[settled] as number)) : 0
  const numerator = values.map((value, j) => Math.max(0, value - (j > 0 ? ratio * (values[j - 1] as number) : 0)))
  return { weights, values, numerator, ratio, copies, open, most: all }
}

function applied(lattice: Lattice, factor: Factor, constants: Float64Array): Float64Array {
  const out = times(lattice, factor.weights, factor.numerator, constants)
  divide(lattice, factor, out)
  return out
}

/** A polynomial in y times the constants, by Horner. */
function times(
  { states, strides, has }: Lattice,
  weights: readonly number[],
  polynomial: Float64Array,
  constants: Float64Array,
): Float64Array {
  let degree = polynomial.length - 1
  while (degree > 0 && polynomial[degree] === 0) degree--
  let out = constants.map((value) => value * (polynomial[degree] as number))
  for (let j = degree - 1; j >= 0; j--) {
    const next = new Float64Array(states)
    const by = polynomial[j] as number
    for (let n = 0; n < states; n++) next[n] = by * (constants[n] as number)
    for (const [c, weight] of weights.entries()) {
      if (weight === 0) continue
      const [stride, own] = [strides[c] ?? 1, has[c] as Uint8Array]
      for (let n = stride; n < states; n++)
        if (own[n] === 1) next[n] = (next[n] as number) + weight * (out[n - stride] as number)
    }
    out = next
  }
  return out
}

/** Over 1 - ratio y, in place. */
function divide({ states, strides, has }: Lattice, { weights, ratio }: Factor, out: Float64Array): void {
  if (ratio === 0) return
  for (let n = 1; n < states; n++) {
    let sum = out[n] as number
    for (let c = 0; c < weights.length; c++)
      if ((has[c] as Uint8Array)[n] === 1)
        sum += ratio * (weights[c] as number) * (out[n - (strides[c] as number)] as number)
    out[n] = sum
  }
}

interface Whole {
  readonly lattice: Lattice
  readonly constants: Float64Array
  readonly factor: Factor
}

const onlyY = Float64Array.of(0, 1)

/** Queues by the arrival theorem: R_c = D_c Σ_j (j + 1) f(j + 1)/f(j) P(j | one of c missing). */
function centerOf(whole: Whole, served: readonly number[], without: Float64Array): AtCenter {
  const { values, ratio, open } = whole.factor
  const step = (j: number): number =>
    j + 1 < values.length ? (values[j + 1] as number) / (values[j] as number) : ratio
  const closed = marginalsOf(whole, without)
  const queue = served.map((work, c) => work * (closed[c]?.reduce((sum, p, j) => sum + p * (j + 1) * step(j), 0) ?? 0))
  const seen = closed.map((one) => withOthers(one, open.others))
  const present = seen.pop() ?? open.others(0)
  const all = present.reduce((sum, p, j) => sum + j * p, 0)
  return { queue, open: all - queue.reduce((sum, one) => sum + one, 0), seen, seenByOpen: present }
}

/** P(j of the closed kind are there) with one of each class missing, and with everybody. */
function marginalsOf({ lattice, constants, factor }: Whole, without: Float64Array): readonly Float64Array[] {
  const { weights, values, ratio } = factor
  const last = constants.length - 1
  const ends = [...lattice.strides.map((stride) => last - stride), last]
  const out = ends.map((): number[] => [])
  let level = without
  let highest = 0
  for (let j = 0; ; j++) {
    if (j > 0) level = times(lattice, weights, onlyY, level)
    const settled = values.length - 1
    const value = (values[Math.min(j, settled)] as number) * pow(ratio, Math.max(0, j - settled))
    let most = 0
    for (const [i, end] of ends.entries()) {
      const mass = (constants[end] as number) > 0 ? (value * (level[end] as number)) / (constants[end] as number) : 0
      out[i]?.push(mass)
      most = Math.max(most, mass)
    }
    highest = Math.max(highest, most)
    // What is beyond is of no account, or there is nobody left.
    if (j >= factor.most || (highest > 1e-3 && most < 1e-12)) break
  }
  return out.map((masses) => Float64Array.from(masses))
}
