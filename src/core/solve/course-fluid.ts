import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { CallPolicy } from '../model/step.ts'
import { visitsOf } from '../result/profile.ts'
import type { Solution } from '../result/solution.ts'
import type { Environment } from './environment.ts'

/** A station or pool that is, or was, asked for more than it can do, while what waits there grows and drains. */
export interface Backlog {
  readonly resource: ResourceIndex
  /** Requests that wait at each copy, beside those that always do. */
  readonly waiting: Float64Array
}

/** One copy during a stretch. */
interface Copy {
  readonly arrivalRate: PerSecond
  /** Most that it can do. */
  readonly capacity: PerSecond
  readonly waiting: number
  /** Share of all that come to the resource. */
  readonly share: Ratio
}

/** A piece of a stretch in which backlogs grow or fall in straight lines. */
export interface Slice {
  readonly from: Seconds
  readonly to: Seconds
  readonly copies: readonly SliceCopy[]
  /** Visits that end, as a share of those that come. */
  readonly done: Ratio
}

/** Figures of the middle of the slice. */
export interface SliceCopy {
  readonly share: Ratio
  readonly waiting: number
  /** Time that what arrives waits, and how much more that is at the end of the slice than at its start. */
  readonly wait: Seconds
  readonly rise: Seconds
  readonly arrivalRate: PerSecond
  readonly capacity: PerSecond
}

/** Slices of each straight line. */
const SLICES = 16
/** What is left of a backlog that is gone. */
const GONE = 1e-6

/**
 * What waits at a resource over one stretch, as a fluid: it grows by what comes and cannot be done, and drains by what
 * could be done beside what comes. Good to about one part in two hundred where the excess is clear; beside it, waits of
 * the steady state go on.
 * @source Newell, Applications of Queueing Theory, 1982, chapter 2
 *
 * @param limit  longest wait after which requests leave the queue; Infinity = they stay
 */
export function fluidOver(
  { from, to }: { readonly from: Seconds; readonly to: Seconds },
  {
    solution,
    environment,
    backlog,
    model,
    limit,
  }: {
    readonly model: Model
    readonly solution: Solution
    readonly environment: Environment
    readonly backlog: Backlog
    readonly limit: Seconds
  },
): { readonly slices: readonly Slice[]; readonly after: Backlog; readonly lost: number } {
  const alive = environment.alive[model.resources[backlog.resource]?.group ?? -1]
  const copies = copiesOf(solution, backlog)
  const lost = copies.reduce((sum, { waiting }, i) => sum + (alive?.[i] === 0 ? waiting : 0), 0)
  const left = copies.map((copy, i) => (alive?.[i] === 0 ? { ...copy, waiting: 0 } : copy))
  const at = (time: Seconds): Float64Array => Float64Array.from(left, (copy) => waitingAt(copy, time - from, limit))
  const turns = left.flatMap((copy) => [...turnsOf(copy, limit)]).map((t) => from + t)
  const least = 1e-9 * (to - from)
  const inside = turns.filter((t) => t > from + least && t < to - least).sort((a, b) => a - b)
  const ends = [from, ...inside.filter((t, i) => t - (inside[i - 1] ?? from) > least), to]
  const slices = ends.slice(1).flatMap((end, i) => {
    const start = ends[i] ?? from
    const isIdle = at((start + end) / 2).every((n) => n < GONE)
    return sliced(start, end, isIdle ? 1 : SLICES).map((piece) => sliceOf(piece, left, at))
  })
  return { slices, after: { resource: backlog.resource, waiting: at(to) }, lost }
}

/** Arrivals and capacity of each copy, by the steady state that holds, or that is aimed for. */
function copiesOf({ statistics }: Solution, { resource, waiting }: Backlog): readonly Copy[] {
  const instances = statistics.resources[resource]?.instances ?? []
  const all = instances.reduce((sum, one) => sum + one.arrivals, 0)
  return instances.map(({ arrivals, served, busyArea, capacityArea, fullSince }, i) => {
    const arrivalRate = arrivals / statistics.measured
    const busy = capacityArea > 0 && capacityArea < Infinity ? busyArea / capacityArea : 0
    const capacity = fullSince !== null ? served / statistics.measured : busy > 0 ? arrivalRate / busy : Infinity
    return { arrivalRate, capacity, waiting: waiting[i] ?? 0, share: all > 0 ? arrivals / all : 0 }
  })
}

function waitingAt({ waiting, arrivalRate, capacity }: Copy, passed: Seconds, limit: Seconds): number {
  if (capacity === Infinity) return 0
  const most = limit < Infinity ? limit * capacity : Infinity
  return Math.max(0, Math.min(most, waiting + (arrivalRate - capacity) * passed))
}

/** When a backlog is gone, or as long as it can get. */
function turnsOf({ waiting, arrivalRate, capacity }: Copy, limit: Seconds): readonly Seconds[] {
  const excess = arrivalRate - capacity
  if (capacity === Infinity || excess === 0) return []
  if (excess < 0) return waiting > 0 ? [waiting / -excess] : []
  return limit < Infinity ? [(limit * capacity - waiting) / excess] : []
}

const sliced = (from: Seconds, to: Seconds, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    from: from + ((to - from) * i) / count,
    to: from + ((to - from) * (i + 1)) / count,
  }))

function sliceOf(
  { from, to }: { readonly from: Seconds; readonly to: Seconds },
  copies: readonly Copy[],
  at: (time: Seconds) => Float64Array,
): Slice {
  const waiting = at((from + to) / 2)
  const [before, after] = [at(from), at(to)]
  const middle = copies.map(({ share, arrivalRate, capacity }, i): SliceCopy => {
    const own = waiting[i] ?? 0
    const rise = ((after[i] ?? 0) - (before[i] ?? 0)) / capacity
    return { share, waiting: own, wait: own > GONE ? own / capacity : 0, rise, arrivalRate, capacity }
  })
  const comes = copies.reduce((sum, { arrivalRate }) => sum + arrivalRate, 0)
  const done = middle.reduce((sum, one) => sum + (one.waiting > GONE ? one.capacity : one.arrivalRate), 0)
  return { from, to, copies: middle, done: comes > 0 ? done / comes : 1 }
}

/** How requests of a flow come by a resource. */
export interface Passage {
  readonly flow: number
  /** Times a request waits there. */
  readonly visits: number
  /** The shortest time after which a caller around it gives up; Infinity = none does. */
  readonly limit: Seconds
  readonly isStopped: boolean
  /** What is more than a plain timeout around it: retries, fallbacks, hedges, breakers. */
  readonly isGuarded: boolean
}

/** Who comes by a resource. Misses of caches count by the hit ratios of a steady state. */
export function passagesOf(model: Model, solution: Solution, resource: ResourceIndex): readonly Passage[] {
  const hitRatio = (cache: ResourceIndex): Ratio => {
    const forced = model.resources[cache]
    if (forced?.kind === 'cache' && forced.forcedHitRatio !== null) return forced.forcedHitRatio
    const copies = solution.statistics.resources[cache]?.instances ?? []
    const lookups = copies.reduce((sum, one) => sum + one.lookups, 0)
    return lookups > 0 ? copies.reduce((sum, one) => sum + one.hits, 0) / lookups : 0
  }
  const found = new Map<number, Passage>()
  for (const { flow, visits, calls, resource: at } of visitsOf(model, hitRatio)) {
    if (at !== resource || visits === 0) continue
    const before = found.get(flow) ?? { flow, visits: 0, limit: Infinity, isStopped: false, isGuarded: false }
    const limits = calls.map(({ policy }) => Math.min(policy.timeout ?? Infinity, policy.deadline ?? Infinity))
    const limit = Math.min(before.limit, ...limits)
    found.set(flow, {
      flow,
      visits: before.visits + visits,
      limit,
      isStopped:
        before.isStopped || calls.some(({ policy }, i) => limits[i] === limit && policy.afterTimeout === 'stop'),
      isGuarded: before.isGuarded || calls.some(({ policy, onFail }) => isGuard(policy) || onFail !== 'error'),
    })
  }
  return [...found.values()]
}

/** Answers that come late are asked for again, or otherwise. */
const isGuard = ({ retry, hedge, breaker, timeout, deadline }: CallPolicy): boolean =>
  hedge !== null || (breaker !== null && (timeout !== null || deadline !== null)) || isRepeating(retry)

const isRepeating = (retry: CallPolicy['retry']): boolean => retry?.after.includes('timeout') === true
