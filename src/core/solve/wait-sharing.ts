import { exp } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { erlangC, type Stream } from './wait-erlang.ts'
import { lawFrom } from './law-base.ts'
import { nodeTime } from './law-grid.ts'
import { scaledLaw, zero, type Law } from './law.ts'
import { once } from './station-load.ts'
import { tailOfParts, type Part } from './wait-gammas.ts'

/** Processor sharing on `servers`, each request on one at most: what requests take from one another. */
export interface Sharing {
  /** Mean time that others add, per second of work. */
  readonly slowdown: number
  /** What the law of that time needs: see {@link sharedResponse}. */
  readonly shape: Shape
}

interface Shape {
  readonly slowdown: number
  /** Variance of the slowdown that an arrival finds, and how long it lasts. */
  readonly variance: number
  readonly lasting: () => Seconds
  /** Share that finds somebody in its way, and the rate at which others get their first to. */
  readonly share: Ratio
  readonly met: number
}

/**
 * Below saturation. The mean is exact for any law of work, by insensitivity.
 * @source Kleinrock, Queueing Systems, volume 2 (1976), section 4.4; Cohen, The multiple phase service network with
 * generalized processor sharing (1979)
 */
export function sharing(stream: Stream): Sharing {
  const { servers, rate, work } = stream
  const load = (rate * work) / servers
  const share = erlangC({ servers, offered: rate * work })
  const slowdown = share / (servers * (1 - load))
  // (N + 1)/c - 1 with N - c + 1 = 1, 2, ... geometric: E = C/(c(1-ρ)), E of the square = C(1+ρ)/(c²(1-ρ)²).
  const variance = (share * (1 + load)) / (servers * servers * (1 - load) * (1 - load)) - slowdown * slowdown
  const lasting = once(() => (variance > 0 ? gathered(stream, { share, slowdown }) / variance : work))
  const met = share < 1 ? (servers / work) * share * ((1 - load) / (1 - share)) : Infinity
  return { slowdown, shape: { slowdown, variance, lasting, share, met } }
}

/**
 * ∫ of the covariance of the slowdown over the work that one request gets done, Σ G²/(up π) over the numbers n of
 * others, G = Σ of (slowdown - mean) π up to n. In that clock others come at λ max(1, (n+1)/c) and leave at nμ. One
 * server: variance × work/(1-ρ).
 * @source asymptotic variance of a birth-death chain (Whitt, Asymptotic formulas for Markov processes, 1992)
 */
function gathered({ servers, rate, work }: Stream, { share, slowdown }: { share: Ratio; slowdown: number }): number {
  const offered = rate * work
  const load = offered / servers
  // P(c - 1 + j others) = edge ρ^j.
  const edge = (share * (1 - load)) / load
  const far = load / (servers * (1 - load)) - slowdown
  let sum = 0
  let weight = (edge * load * load) / ((1 - load) * (1 - load) * rate)
  for (let j = 0; j < 1_000_000; j++) {
    const excess = (j + 1) / servers + far
    const part = (weight * excess * excess) / (1 + j / servers)
    sum += part
    weight *= load
    if (part < sum * 1e-10) break
  }
  // Below all busy: r = P(up to n)/P(n) from 0 up, then down with P(n).
  const ratios = [1]
  for (let n = 1; n <= servers - 2; n++) ratios.push(1 + ((ratios[n - 1] as number) * n) / offered)
  let p = edge
  for (let n = servers - 2; n >= 0; n--) {
    p *= (n + 1) / offered
    const upTo = p * (ratios[n] as number)
    const part = (slowdown * slowdown * upTo * upTo) / (rate * p)
    if (!(part > sum * 1e-12) || upTo < 1e-12) break
    sum += part
  }
  return sum
}

/** Share of the rest of the mass that a cell takes; of all, at most one in so many. */
const SHARE = 0.7
const POINTS = 14
/** Below this slowdown the law of the response is that of the work, stretched. */
const LEAST = 1e-3

/**
 * The law of work and what others add to it. Mean exact. Given the work x, what is added has mean m x, the variance of
 * the slowdown's integral over x, and is 0 with a probability that falls with x; between them a gamma law. One server:
 * the variance is that of M/M/1.
 * @source Coffman, Muntz and Trotter, Waiting time distributions for processor-sharing systems (1970) for the variance
 */
export function sharedResponse(work: Law, shape: Shape): Law {
  const { slowdown } = shape
  if (slowdown < LEAST || !(work.mean > 0)) return scaledLaw(work, 1 + slowdown)
  const points = cellsOf(work)
  const mean = work.mean * (1 + slowdown)
  return lawFrom({
    shift: work.shift,
    moments: () => ({ mean, variance: varianceOf(work, shape, points) }),
    isExact: () => false,
    tail: () => {
      const parts = points.map((cell) => added(cell, shape))
      const smooth = tailOfParts(
        parts.map((part) => ({ ...part, from: part.from - work.shift })),
        mean - work.shift,
      )
      const still = points.map(({ x }) => untouched(x, shape))
      return (t) => {
        const above = work.tail(work.shift + t)
        let sum = smooth(t)
        points.forEach(({ before, after }, k) => {
          // The part of the cell that is above t, if nothing was added to it.
          sum += (still[k] as number) * Math.max(0, Math.min(before, above) - after)
        })
        return Math.min(1, sum)
      }
    },
  })
}

/** The law of what others add to the work, by itself. */
export function sharedWait(work: Law, shape: Shape): Law {
  const mean = work.mean * shape.slowdown
  if (!(mean > 0)) return zero
  const cells = cellsOf(work)
  return lawFrom({
    shift: 0,
    moments: () => {
      const variance = varianceOf(work, shape, cells) - (1 + 2 * shape.slowdown) * work.variance
      return { mean, variance: Math.max(0, variance) }
    },
    isExact: () => false,
    tail: () => {
      const parts = cells.map((cell) => ({ ...added(cell, shape), from: 0 }))
      const share = parts.reduce((sum, part) => sum + part.share, 0)
      return tailOfParts(parts, mean / Math.max(share, 1e-12))
    },
  })
}

/** A stretch of the law of work: its middle, and the tail at its ends. */
interface Cell {
  readonly x: Seconds
  readonly before: Ratio
  readonly after: Ratio
}

/** Cells of mass falling towards the tail, each with its mean. */
function cellsOf(work: Law): readonly Cell[] {
  const { grid, shift } = work
  const cells: Cell[] = []
  let [before, mass, moment] = [1, grid.atom, 0]
  for (let k = grid.first; k <= grid.last + 1; k++) {
    const rest = before - mass
    // What numbers leave over at the end belongs to nobody.
    const isLast = k > grid.last || rest < 1e-10
    if (mass > 0 && (isLast || mass >= Math.min(1 / POINTS, before * SHARE))) {
      const after = isLast ? 0 : Math.max(0, rest)
      cells.push({ x: shift + moment / mass, before, after })
      before = after
      mass = moment = 0
    }
    if (isLast) break
    const own = grid.masses[k] as number
    mass += own
    moment += own * nodeTime(k)
  }
  const mean = cells.reduce((sum, cell) => sum + (cell.before - cell.after) * cell.x, 0)
  const times = mean > 0 ? work.mean / mean : 1
  return cells.map((cell) => ({ ...cell, x: cell.x * times }))
}

const untouched = (x: Seconds, { share, met }: Shape): Ratio => (share < 1 ? (1 - share) * exp(-met * x) : 0)

/** Variance of what is added to work x. */
function addedVariance(x: Seconds, shape: Shape): number {
  const { variance } = shape
  const lasting = shape.lasting()
  const y = x / lasting
  // y - (1 - e^-y) loses its digits near 0.
  const kept = y < 1e-3 ? (y * y) / 2 - (y * y * y) / 6 : y - 1 + exp(-y)
  return 2 * variance * lasting * lasting * kept
}

function varianceOf(work: Law, shape: Shape, points: readonly Cell[]): number {
  const times = 1 + shape.slowdown
  let sum = times * times * work.variance
  for (const { x, before, after } of points) sum += (before - after) * addedVariance(x, shape)
  return sum
}

/** What is added to the work of a cell, given that something is. */
function added({ x, before, after }: Cell, shape: Shape): Part {
  const share = 1 - untouched(x, shape)
  const mean = (x * shape.slowdown) / share
  const second = (addedVariance(x, shape) + x * x * shape.slowdown * shape.slowdown) / share
  return { share: (before - after) * share, from: x, mean, scv: second / (mean * mean) - 1 }
}
