import { exp } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { erlangC, type Stream } from './wait-erlang.ts'
import { lawFrom } from './law-base.ts'
import { quantile, scaledLaw, zero, type Law } from './law.ts'
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
  readonly lasting: Seconds
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
  const lasting = work / (servers * (1 - load))
  const met = share < 1 ? (servers / work) * share * ((1 - load) / (1 - share)) : Infinity
  return { slowdown, shape: { slowdown, variance, lasting, share, met } }
}

const POINTS = 16
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

/** Cells of mass falling towards the tail; their middles are scaled so that the mean is kept. */
function cellsOf(work: Law): readonly Cell[] {
  if (work.phases?.terms.length === 0) return [{ x: work.shift, before: 1, after: 0 }]
  const cells: Cell[] = []
  let before = 1
  for (let k = 1; k <= POINTS; k++) {
    const after = k === POINTS ? 0 : k < 8 ? 1 - k / 9 : exp(-(k - 7) * 1.5) * (2 / 9)
    const x = quantile(work, 1 - (k === POINTS ? before * 0.4 : (before + after) / 2))
    cells.push({ x, before, after })
    before = after
  }
  const mean = cells.reduce((sum, cell) => sum + (cell.before - cell.after) * cell.x, 0)
  const times = mean > 0 ? work.mean / mean : 1
  return cells.map((cell) => ({ ...cell, x: cell.x * times }))
}

const untouched = (x: Seconds, { share, met }: Shape): Ratio => (share < 1 ? (1 - share) * exp(-met * x) : 0)

/** Variance of what is added to work x. */
function addedVariance(x: Seconds, { variance, lasting }: Shape): number {
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
