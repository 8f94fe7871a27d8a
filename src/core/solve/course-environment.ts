import type { Seconds } from '../base/units.ts'
import type { FaultAction, Model, Source } from '../model/model.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import { watchFor } from '../result/recovery.ts'
import { hasCourse, moments, shapeEnd } from '../result/timeline.ts'
import { reachOf } from './course-cut.ts'
import { type FleetState, fleetAt, type Members, membersOf, numbersOf } from './course-fleet.ts'
import { type Environment, plainEnvironment } from './environment.ts'

/** What an {@link Environment} does not say of a moment. */
export interface Gap {
  readonly reason: string
  readonly group: GroupIndex
  /** Figures are still about right. */
  readonly isSmall: boolean
}

/** A piece of a scenario in which nothing changes. */
export interface Stretch {
  readonly from: Seconds
  readonly to: Seconds
  readonly environment: Environment
  readonly gaps: readonly Gap[]
}

export interface CourseOptions {
  /** Instances of each shard that autoscalers made of a group; left out = as written. */
  readonly members?: Members
  /** How long a cache that lost everything is cold; left out = to the end. */
  readonly refill?: (cache: ResourceIndex) => Seconds
}

/**
 * What holds in a piece of a scenario, after what changes at its start. Only the shape of the load changes in it: that
 * counts by its mean.
 */
export function environmentIn(
  model: Model,
  { from, to }: { readonly from: Seconds; readonly to: Seconds },
  { members = membersOf(model), refill = () => Infinity }: CourseOptions = {},
): Stretch {
  const fleet = fleetAt(model, from, members)
  const gaps: Gap[] = []
  const plain = plainEnvironment(model)
  const { alive, serving } = presence(model, fleet, members)
  withCuts(model, { fleet, at: from, alive, serving, gaps })
  const environment: Environment = {
    ...plain,
    alive,
    serving,
    members: model.groups.map((_, group) => members(group)),
    leaders: fleet.groups.map(({ leader }) => leader),
    ...strains(model, from, fleet),
    throttled: throttledAt(model, from),
    load: loadIn(model, from, to),
    cold: coldAt(model, { fleet, at: from, refill, gaps }),
  }
  return { from, to, environment, gaps }
}

const isOn = ({ start, end }: { readonly start: Seconds; readonly end: Seconds }, at: Seconds): boolean =>
  start <= at && at < end

/** Who works, and whom those who pick believe to. */
function presence(model: Model, { groups }: FleetState, members: Members) {
  const of = (is: (group: (typeof groups)[number], at: number) => boolean): Uint8Array[] =>
    groups.map((state, group) => {
      const { perShardMax = 1 } = model.groups[group] ?? {}
      return Uint8Array.from(state.deaths, (_, at) => (at % perShardMax < members(group) && is(state, at) ? 1 : 0))
    })
  return { alive: of(({ deaths }, at) => deaths[at] === 0), serving: of(({ isNoticed }, at) => isNoticed[at] === 0) }
}

interface Cutting {
  readonly fleet: FleetState
  readonly at: Seconds
  readonly alive: readonly Uint8Array[]
  readonly serving: readonly Uint8Array[]
  readonly gaps: Gap[]
}

/** Whom no caller reaches is dead to all; where some do and others do not, nothing can be said. */
function withCuts(model: Model, { fleet, at, alive, serving, gaps }: Cutting): void {
  for (const cut of fleet.cuts) {
    for (const [group, { id, detect }] of model.groups.entries()) {
      const { unreached, isTorn } = reachOf(model, cut, group)
      if (isTorn) gaps.push({ reason: `callers of ${id} stand on both sides of a cut network`, group, isSmall: false })
      if (!unreached.includes(1)) continue
      gaps.push({ reason: `calls to ${id} over a cut fail at once, not when they time out`, group, isSmall: true })
      for (const [instance, isCut] of unreached.entries()) {
        const [up, seen] = [alive[group], serving[group]]
        if (isCut === 0 || up === undefined || seen === undefined) continue
        up[instance] = 0
        if (at >= cut.start + detect) seen[instance] = 0
      }
    }
  }
}

/** Slowness, errors and full disks of the faults that are on; a new process is slow until it is warm. */
function strains(model: Model, at: Seconds, { groups }: FleetState) {
  const { slow, delay, errors, denied, full } = plainEnvironment(model)
  const delays = delay.map((own) => [...own])
  const apply = (action: FaultAction, group: GroupIndex, instance: number): void => {
    const change = (of: readonly { [at: number]: number }[], next: (x: number) => number): void => {
      const own = of[group]
      if (own !== undefined) own[instance] = next(own[instance] ?? 0)
    }
    if (action.kind === 'errors') change(errors, (x) => 1 - (1 - x) * (1 - action.share))
    if (action.kind === 'deny') change(denied, (x) => 1 - (1 - x) * (1 - action.share))
    if (action.kind === 'fill') change(full, () => 1)
    if (action.kind !== 'slow') return
    change(slow, (x) => x * action.times)
    change(delays, (x) => x + action.by)
  }
  for (const fault of model.faults) {
    const { action } = fault
    if (!isOn(fault, at) || !('instances' in action)) continue
    for (const instance of numbersOf(model, action.group, action.instances)) apply(action, action.group, instance)
  }
  // What is refused is refused first: of the rest a share meets an error.
  for (const [group, own] of errors.entries()) own.forEach((x, i) => (own[i] = x * (1 - (denied[group]?.[i] ?? 0))))
  for (const [group, { warmUp }] of model.groups.entries()) {
    const own = slow[group]
    if (warmUp === undefined || !(warmUp.time > 0) || own === undefined) continue
    groups[group]?.newSince.forEach((since, i) => (own[i] = (own[i] ?? 1) / warmth(warmUp, at - since)))
  }
  return { slow, delay: delays, errors, denied, full }
}

/** Pieces that a warm-up is cut into: in each the speed of its middle holds. */
const WARM_PIECES = 4

function warmth({ time, from }: { readonly time: Seconds; readonly from: number }, since: Seconds): number {
  if (since >= time * (1 - 1e-9)) return 1
  const piece = Math.floor((since / time) * WARM_PIECES + 1e-9)
  return from + ((1 - from) * (piece + 0.5)) / WARM_PIECES
}

function throttledAt(model: Model, at: Seconds): ReadonlyMap<ResourceIndex, number> {
  const times = new Map<ResourceIndex, number>()
  for (const fault of model.faults) {
    if (fault.action.kind !== 'throttle' || !isOn(fault, at)) continue
    for (const limiter of fault.action.limiters) times.set(limiter, (times.get(limiter) ?? 1) * fault.action.times)
  }
  return times
}

function loadIn(model: Model, from: Seconds, to: Seconds): readonly (readonly number[])[] {
  return model.sources.map((source, index) => {
    const level = isOn(source, from) ? meanShape(source.shape, from, to) : 0
    return model.flows.map((_, flow) =>
      model.faults.reduce((times, { action, start, end }) => {
        const isMeant = action.kind === 'burst' && action.source === index && isOn({ start, end }, from)
        return isMeant && (action.flow === null || action.flow === flow) ? times * action.times : times
      }, level),
    )
  })
}

type Shape = Source['shape']

/** The multiplier at a time: linear between the points, constant before the first and after the last. */
function shapeAt(shape: Shape, at: Seconds): number {
  const next = shape.findIndex((point) => point.at > at)
  const before = shape[next < 0 ? shape.length - 1 : next - 1]
  const after = next < 0 ? undefined : shape[next]
  if (before === undefined || after === undefined) return (before ?? after)?.times ?? 1
  return before.times + ((after.times - before.times) * (at - before.at)) / (after.at - before.at)
}

function meanShape(shape: Shape, from: Seconds, to: Seconds): number {
  if (!(to > from)) return shapeAt(shape, from)
  const inside = shape.filter(({ at }) => at > from && at < to).map(({ at }) => at)
  const ends = [from, ...inside, to]
  let area = 0
  // Each part is linear: its middle is its mean.
  for (const [i, end] of ends.slice(1).entries()) {
    const start = ends[i] ?? from
    area += shapeAt(shape, (start + end) / 2) * (end - start)
  }
  return area / (to - from)
}

interface Cooling {
  readonly fleet: FleetState
  readonly at: Seconds
  readonly refill: (cache: ResourceIndex) => Seconds
  readonly gaps: Gap[]
}

/** Caches that were emptied, or whose instances are all new, a short time ago. */
function coldAt(model: Model, { fleet, at, refill, gaps }: Cooling): ReadonlySet<ResourceIndex> {
  const cold = new Set<ResourceIndex>()
  for (const [index, cache] of model.resources.entries()) {
    if (cache.kind !== 'cache') continue
    const isFresh = (since: Seconds): boolean => since <= at && at < since + refill(index)
    const isFlushed = model.faults.some(
      ({ action, start }) => action.kind === 'flush' && action.caches.includes(index) && isFresh(start),
    )
    const fresh = [...(fleet.groups[cache.group]?.newSince ?? [])].map((since) => since > -Infinity && isFresh(since))
    const { shards = 1, perShard = 1 } = model.groups[cache.group] ?? {}
    const count = fresh.filter(Boolean).length
    if (isFlushed || count >= shards * perShard) cold.add(index)
    if (cold.has(index) || count > 0)
      gaps.push({ reason: `how ${cache.id} fills again is not followed`, group: cache.group, isSmall: true })
  }
  return cold
}

/** Watched after the last thing that happens: as the simulator does. */
const TAIL: Seconds = 60
const PATIENT_TAIL: Seconds = 300

/** When the figures of a scenario end that says nothing of it. */
export function horizonOf(model: Model): Seconds {
  const recovery = model.objectives.map((one) => (one.indicator === 'recovered-within' ? watchFor(one.target) : 0))
  const isPatient = model.objectives.some(({ indicator }) => indicator === 'no-metastable')
  const tail = Math.max(TAIL, isPatient ? PATIENT_TAIL : 0, ...recovery)
  return hasCourse(model) ? (moments(model).at(-1) ?? 0) + tail : Math.max(1, shapeEnd(model))
}

/** Pieces that the shape of a load is cut into, at most. */
const SHAPE_PIECES = 24

/** The pieces of a scenario between the moments at which anything changes, from its start to its end. */
export function stretches(model: Model, options: CourseOptions = {}): readonly Stretch[] {
  const end = horizonOf(model)
  const bounds = boundsOf(model, end, options)
  return bounds.slice(1).map((to, i) => environmentIn(model, { from: bounds[i] ?? 0, to }, options))
}

/** Where the pieces begin and end. */
export function boundsOf(model: Model, end: Seconds, { members, refill = () => Infinity }: CourseOptions = {}) {
  const fleet = fleetAt(model, end, members)
  const warm = model.groups.flatMap(({ warmUp }, group) => {
    const since = warmUp === undefined ? [] : [...(fleet.groups[group]?.newSince ?? [])].filter((t) => t > -Infinity)
    return since.flatMap((t) =>
      Array.from({ length: WARM_PIECES }, (_, i) => t + ((i + 1) / WARM_PIECES) * (warmUp?.time ?? 0)),
    )
  })
  const filled = model.resources.flatMap(({ kind, group }, index) => {
    if (kind !== 'cache') return []
    const flushed = model.faults.flatMap(({ action, start }) =>
      action.kind === 'flush' && action.caches.includes(index) ? [start] : [],
    )
    return [...flushed, ...(fleet.groups[group]?.newSince ?? [])].map((t) => t + refill(index))
  })
  const cut = model.faults.flatMap(({ action, start }) =>
    action.kind === 'partition' ? model.groups.map(({ detect }) => start + detect) : [],
  )
  const all = [0, ...moments(model), ...fleet.moments, ...warm, ...filled, ...cut, ...shapeBounds(model, end), end]
  return [...new Set(all.filter((t) => t >= 0 && t <= end))].sort((a, b) => a - b)
}

function shapeBounds({ sources }: Model, end: Seconds): readonly Seconds[] {
  const points = sources.flatMap(({ shape }) => (shape.length > 1 ? shape.map(({ at }) => at) : []))
  if (points.length === 0) return []
  const inside = [...new Set(points)].filter((t) => t > 0 && t < end).sort((a, b) => a - b)
  if (inside.length >= SHAPE_PIECES) return Array.from({ length: SHAPE_PIECES }, (_, i) => (end * i) / SHAPE_PIECES)
  const bounds = [0, ...inside, end]
  const changes = (from: Seconds, to: Seconds): number =>
    Math.max(...sources.map(({ shape }) => Math.abs(shapeAt(shape, to - 1e-9 * (to - from)) - shapeAt(shape, from))))
  // The piece over which the load changes most is halved, as long as there may be more.
  while (bounds.length <= SHAPE_PIECES) {
    let [most, at] = [0, -1]
    for (let i = 1; i < bounds.length; i++) {
      const change = changes(bounds[i - 1] ?? 0, bounds[i] ?? 0)
      if (change > most + 1e-12) [most, at] = [change, i]
    }
    if (at < 0) break
    bounds.splice(at, 0, ((bounds[at - 1] ?? 0) + (bounds[at] ?? 0)) / 2)
  }
  return bounds
}
