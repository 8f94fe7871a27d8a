import type { Seconds } from '../base/units.ts'
import type { Fault, FaultAction, Model, Side } from '../model/model.ts'
import type { GroupIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import type { Members } from './course-fleet.ts'
import { placesFor } from './environment.ts'
import { placeOf } from './network.ts'
import { nestedOf } from './nested-steps.ts'

/** A cut network while it lasts. */
export interface Cut {
  readonly fault: Fault
  readonly start: Seconds
  /** Of each instance of each group, and of each place: 1 and 2 = the sides, 0 = neither. */
  readonly sides: readonly Uint8Array[]
  readonly places: Uint8Array
  /** The side of those who stand nowhere in particular. */
  readonly nowhere: number
  /** 1 = cannot reach the greater part of its group. */
  readonly minority: readonly Uint8Array[]
}

const FIRST = 1
const SECOND = 2

/** Sides of a partition that begins. */
export function cutOf(
  model: Model,
  fault: Fault,
  { sides: [first, second] }: FaultAction & { readonly kind: 'partition' },
  members: Members,
): Cut {
  const isOn = (side: Side, group: number, place: number): boolean =>
    side.groups.includes(group) || (place >= 0 && side.places.includes(place))
  const sideOf = (group: number, place: number): number => {
    if (isOn(first, group, place)) return FIRST
    return second === null || isOn(second, group, place) ? SECOND : 0
  }
  const sides = model.groups.map((_, group) =>
    Uint8Array.from({ length: placesFor(model, group) }, (__, i) => sideOf(group, placeOf(model, group, i))),
  )
  return {
    fault,
    start: fault.start,
    sides,
    places: Uint8Array.from(model.places, (_, place) => sideOf(-1, place)),
    nowhere: second === null ? SECOND : 0,
    minority: model.groups.map((_, group) => minorityOf(model, group, sides[group] ?? new Uint8Array(0), members)),
  }
}

/** Of a group on both sides those that cannot reach the greater part; on a tie the first side is given up. */
function minorityOf(model: Model, group: GroupIndex, sides: Uint8Array, members: Members): Uint8Array {
  const { perShardMax = 1 } = model.groups[group] ?? {}
  const isIn = (i: number): boolean => i % perShardMax < members(group)
  const count = (side: number): number => sides.reduce((sum, own, i) => sum + (own === side && isIn(i) ? 1 : 0), 0)
  const [none, one, two] = [count(0), count(FIRST), count(SECOND)]
  const [smaller, least] = one <= two ? [FIRST, one] : [SECOND, two]
  const reached = none + least
  const isAny = least > 0 && 2 * reached <= none + one + two
  return sides.map((own, i) => (isAny && own === smaller && isIn(i) ? 1 : 0))
}

/** Who of a group nobody reaches over a cut, and whether some of its callers reach others than the rest do. */
export interface Reach {
  readonly unreached: Uint8Array
  readonly isTorn: boolean
}

/** A cut, as the callers of a group see its instances. */
export function reachOf(model: Model, cut: Cut, group: GroupIndex): Reach {
  const own = cut.sides[group] ?? new Uint8Array(0)
  const callers = callersOf(model, cut, group)
  const isCut = (from: number, to: number): boolean => from !== 0 && to !== 0 && from !== to
  const unreached = own.map((side) => (callers.size > 0 && [...callers].every((from) => isCut(from, side)) ? 1 : 0))
  const isTorn = own.some((side, i) => unreached[i] === 0 && [...callers].some((from) => isCut(from, side)))
  return { unreached, isTorn }
}

/** Sides on which the callers of a group stand. */
function callersOf(model: Model, { sides, places, nowhere }: Cut, group: GroupIndex): ReadonlySet<number> {
  const found = new Set<number>()
  const from = (caller: GroupIndex | null, flow: number): void => {
    if (caller !== null) {
      for (const side of sides[caller] ?? []) found.add(side)
      return
    }
    for (const source of model.sources.filter(({ mix }) => mix.some((one) => one.flow === flow))) {
      if (source.from.length === 0) found.add(nowhere)
      for (const { place } of source.from) found.add(places[place] ?? nowhere)
    }
  }
  const walk = (steps: readonly Step[], caller: GroupIndex | null, flow: number): void => {
    for (const step of steps) {
      if (step.kind === 'call' && step.to === group) from(caller, flow)
      for (const list of nestedOf(step)) walk(list, step.kind === 'call' ? step.to : caller, flow)
    }
  }
  for (const [flow, { steps }] of model.flows.entries()) {
    walk(steps, model.consumers.find((one) => one.flow === flow)?.group ?? null, flow)
  }
  return found
}
