/**
 * A pool whose holders first need a time of their own and then one center, as the chain that it is. Where all slots are
 * held, levels repeat: there the number that waits is a mixture of geometric ones, by its spectral expansion.
 */
import type { PerSecond, Seconds } from '../base/units.ts'
import type { PoolAnswer } from './flow-equivalent.ts'
import { exponentialMixture, zero } from './law.ts'

/** What a pool is offered, and what a holder does. */
export interface PoolChainLoad {
  /** Poisson; nobody gives up. */
  readonly rate: PerSecond
  /** How many may wait; Infinity = everybody. */
  readonly waitingRoom: number
  /** At least 1; the work grows as slots⁴. */
  readonly slots: number
  /** Exponential, without a queue, before the center; above 0. */
  readonly delay: Seconds
  /** Services a second with n = 0..slots at the center. */
  readonly leave: Float64Array
}

export interface PoolChainAnswer extends PoolAnswer {
  /** P(j are at the center) as seen by one who arrives there, j = 0..slots - 1. */
  readonly seen: Float64Array
}

/**
 * Solves the chain; exact. Null where the slots are nearly overloaded, the room is now and then full, or rounding
 * spoils the answer.
 * @source Mitrani and Chakka 1995 (spectral expansion); Gaver, Jacobs and Latouche 1984 (levels below)
 */
export function solvePoolChain(load: PoolChainLoad): PoolChainAnswer | null {
  const { rate, slots, leave } = load
  const repeating = { rate, leave, come: Float64Array.from(leave, (_, j) => comeAt(load, slots, j)) }
  const ratios = ratiosOf(repeating)
  if (ratios === null) return null
  const levels = levelsOf(load, repeating, ratios)
  const held = Float64Array.from(levels.all, total)
  const seen = new Float64Array(slots)
  let left = 0
  for (const [n, level] of levels.all.entries())
    for (const [j, mass] of level.entries()) {
      if (j < n) seen[j] = (seen[j] as number) + (mass * comeAt(load, n, j)) / rate
      left += mass * (leave[j] as number)
    }
  const full = levels.waits.reduce((sum, share, k) => sum + share * (ratios[k] as number) ** load.waitingRoom, 0)
  if (!(Math.abs(left / rate - 1) < 1e-6) || full > NEVER) return null
  // Who begins to be served leaves as many behind as came meanwhile: a geometric number is an exponential wait.
  const phases = ratios.map((z, k) => ({ share: levels.waits[k] as number, rate: (rate * (1 - z)) / z }))
  const waiting = held[slots] as number
  const wait = waiting > NEVER ? exponentialMixture(1 - waiting, phases) : zero
  const entered = held.map((_, n) => (n > 0 ? (held[n - 1] as number) : 0))
  entered[slots] = (entered[slots] as number) + waiting
  return {
    isOverloaded: false,
    rejected: 0,
    abandoned: 0,
    held,
    heldMean: held.reduce((sum, share, n) => sum + n * share, 0),
    queueLength: rate * wait.mean,
    wait,
    waitMean: wait.mean,
    entered,
    seen,
  }
}

interface Levels {
  /** P(n slots held, j at the center), n = 0..slots. */
  readonly all: readonly Float64Array[]
  /** By ratio: P(all slots are held, and it is this ratio by which the queue goes on). */
  readonly waits: readonly number[]
}

/** P(all slots held, m wait, j at the center) = Σ parts[k] vectors[k][j] ratios[k]^m; below, level by level. */
function levelsOf(load: PoolChainLoad, repeating: Repeating, ratios: readonly number[]): Levels {
  const { slots } = load
  const below = levelsBelow(load)
  const vectors = ratios.map((z) => vectorAt(repeating, z))
  // The level below the first that repeats is the one that is seen from there.
  const shares = nullVector(
    vectors.map((vector, k) => {
      const lower = timesStep(vector, below[slots - 1] ?? new Float64Array())
      return vector.map((value, j) => value - (ratios[k] as number) * (lower[j] ?? 0))
    }),
  )
  const parts = shares.map((share, k) => share * (ratios[k] as number))
  const over = (weight: (z: number) => number): Float64Array =>
    Float64Array.from({ length: slots + 1 }, (_, j) =>
      parts.reduce((sum, part, k) => sum + part * weight(ratios[k] as number) * (vectors[k]?.[j] as number), 0),
    )
  const all = [over((z) => 1 / (1 - z))]
  let lower = over(() => 1)
  for (const step of [...below].reverse()) all.unshift((lower = timesStep(lower, step)))
  const whole = all.reduce((sum, level) => sum + total(level), 0)
  const waits = ratios.map((z, k) => ((parts[k] as number) * total(vectors[k] ?? lower)) / (1 - z) / whole)
  return { all: all.map((level) => level.map((mass) => mass / whole)), waits }
}

/** Rarer than what rounding leaves behind. */
const NEVER = 1e-10

const total = (x: Float64Array): number => x.reduce((sum, value) => sum + value, 0)

/** Per second from j to j + 1 at the center while n slots are held. */
const comeAt = ({ delay }: PoolChainLoad, n: number, j: number): PerSecond => (n - j) / delay

/** What repeats with z = P(m + 1 wait)/P(m wait): x (λ + z A1 + z² A2) = 0, a tridiagonal matrix. */
interface Repeating {
  readonly rate: PerSecond
  /** Per second from j to j + 1 at the center, and that one leaves it, j = 0..slots. */
  readonly come: Float64Array
  readonly leave: Float64Array
}

/** Pivots of the matrix from the first row on, or from the last one; they count its negative eigenvalues (Sturm). */
function pivotsInto(pivots: Float64Array, { rate, come, leave }: Repeating, z: number, isDown: boolean): number {
  const last = pivots.length - 1
  const cube = z * z * z
  let negative = 0
  let before = 1
  let beside = 0
  for (let i = 0; i <= last; i++) {
    const j = isDown ? i : last - i
    const pivot = diagonal({ rate, come, leave }, z, j) - beside / before
    before = pivot === 0 ? 1e-300 : pivot
    if (before < 0) negative++
    pivots[j] = before
    beside = isDown
      ? cube * (come[j] as number) * (leave[j + 1] ?? 0)
      : cube * (come[j - 1] ?? 0) * (leave[j] as number)
  }
  return negative
}

const diagonal = ({ rate, come, leave }: Repeating, z: number, j: number): number =>
  rate - z * (rate + (come[j] as number) + (leave[j] as number))

/** Where the matrix is singular in 0..1: once for each number at the center; null = the queue has no end. */
function ratiosOf(repeating: Repeating): readonly number[] | null {
  const pivots = new Float64Array(repeating.come.length)
  const negative = (z: number): number => pivotsInto(pivots, repeating, z, true)
  if (negative(TOP) < pivots.length) return null
  const ratios: number[] = []
  for (let k = pivots.length - 1; k >= 0; k--) {
    let [low, high] = [0, ratios[0] ?? TOP]
    while (high - low > 1e-15 * high) {
      const middle = (low + high) / 2
      if (middle === low || middle === high) break
      if (negative(middle) > k) high = middle
      else low = middle
    }
    ratios.unshift(high)
  }
  return ratios
}

/** Closer to saturation the roots are not told from 1. */
const TOP = 1 - 1e-6

/** x for a root z: from its largest entry both ways. */
function vectorAt(repeating: Repeating, z: number): Float64Array {
  const { come, leave } = repeating
  const slots = come.length - 1
  const [down, up] = [new Float64Array(slots + 1), new Float64Array(slots + 1)]
  pivotsInto(down, repeating, z, true)
  pivotsInto(up, repeating, z, false)
  const gap = (j: number): number => Math.abs((down[j] as number) + (up[j] as number) - diagonal(repeating, z, j))
  let at = 0
  for (let j = 1; j <= slots; j++) if (gap(j) < gap(at)) at = j
  const x = new Float64Array(slots + 1)
  x[at] = 1
  for (let j = at - 1; j >= 0; j--)
    x[j] = (-(x[j + 1] as number) * z * z * (leave[j + 1] as number)) / (down[j] as number)
  for (let j = at + 1; j <= slots; j++) x[j] = (-(x[j - 1] as number) * z * (come[j - 1] as number)) / (up[j] as number)
  return x
}

/** S(n) with P(n) = P(n + 1) S(n), n = 0..slots - 1, each seen through those below it; n + 2 rows of n + 1. */
function levelsBelow(load: PoolChainLoad): readonly Float64Array[] {
  const { rate, slots, leave } = load
  const below: Float64Array[] = []
  for (let n = 0; n < slots; n++) {
    const order = n + 1
    const matrix = new Float64Array(order * order)
    const lower = below[n - 1]
    for (let i = 0; i < order; i++) {
      for (let j = 0; j < n; j++) matrix[i * order + j] = -rate * (lower?.[i * n + j] ?? 0)
      matrix[i * order + i] = (matrix[i * order + i] as number) + rate + comeAt(load, n, i) + (leave[i] as number)
      if (i < n) matrix[i * order + i + 1] = (matrix[i * order + i + 1] as number) - comeAt(load, n, i)
    }
    below.push(leaving(matrix, order, leave))
  }
  return below
}

/** A2 M⁻¹, for a matrix M that is dominated by its diagonal: no row is exchanged. */
function leaving(m: Float64Array, order: number, leave: Float64Array): Float64Array {
  const out = new Float64Array((order + 1) * order)
  for (let i = 0; i < order; i++) out[(i + 1) * order + i] = leave[i + 1] as number
  // Columns are eliminated: out M⁻¹ from the right.
  for (let k = 0; k < order; k++) {
    const pivot = m[k * order + k] as number
    for (let j = k + 1; j < order; j++) {
      const factor = (m[k * order + j] as number) / pivot
      if (factor === 0) continue
      for (let i = k; i < order; i++)
        m[i * order + j] = (m[i * order + j] as number) - factor * (m[i * order + k] as number)
      for (let i = 0; i <= order; i++)
        out[i * order + j] = (out[i * order + j] as number) - factor * (out[i * order + k] as number)
    }
  }
  for (let k = order - 1; k >= 0; k--) {
    for (let i = 0; i <= order; i++) out[i * order + k] = (out[i * order + k] as number) / (m[k * order + k] as number)
    for (let j = 0; j < k; j++) {
      const factor = m[k * order + j] as number
      if (factor === 0) continue
      for (let i = 0; i <= order; i++)
        out[i * order + j] = (out[i * order + j] as number) - factor * (out[i * order + k] as number)
    }
  }
  return out
}

/** x S, S having one column less than rows. */
function timesStep(x: Float64Array, step: Float64Array): Float64Array {
  const columns = x.length - 1
  const out = new Float64Array(columns)
  for (let i = 0; i <= columns; i++)
    for (let j = 0; j < columns; j++) out[j] = (out[j] as number) + (x[i] as number) * (step[i * columns + j] as number)
  return out
}

/** Shares of the rows that add up to nothing. */
function nullVector(rows: readonly Float64Array[]): readonly number[] {
  const last = rows.length - 1
  // Columns are the equations, one of which follows from the others.
  const a = rows.map((_, j) => rows.map((row) => row[j] as number))
  const entry = (i: number, j: number): number => a[i]?.[j] ?? 0
  for (let k = 0; k < last; k++) {
    let best = k
    for (let i = k + 1; i <= last; i++) if (Math.abs(entry(i, k)) > Math.abs(entry(best, k))) best = i
    a.splice(k, 0, ...a.splice(best, 1))
    const pivots = a[k] ?? []
    for (const row of a.slice(k + 1)) {
      const factor = (row[k] as number) / entry(k, k)
      for (let j = k; j <= last; j++) row[j] = (row[j] as number) - factor * (pivots[j] as number)
    }
  }
  const shares = rows.map(() => 1)
  for (let k = last - 1; k >= 0; k--) {
    let sum = 0
    for (let j = k + 1; j <= last; j++) sum += entry(k, j) * (shares[j] as number)
    shares[k] = -sum / entry(k, k)
  }
  return shares
}
