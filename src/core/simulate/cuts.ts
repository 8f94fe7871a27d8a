import type { FaultAction, Side } from '../model/model.ts'
import type { Kernel } from './kernel.ts'
import { instancesOf } from './layout.ts'

type Partition = Extract<FaultAction, { readonly kind: 'partition' }>

/** One cut while it lasts: on which side every instance and every place is. */
interface Cut {
  readonly fault: number
  readonly start: number
  readonly end: number
  /** By instance and by place: 1 = first side, 2 = second side, 0 = neither. */
  readonly instances: Uint8Array
  readonly places: Uint8Array
  /** The side of those who stand nowhere in particular. */
  readonly nowhere: number
  /** Instances that the greater part of their group cannot reach. */
  readonly minority: readonly number[]
}

/** Sums of times stay numbers. */
const NEVER = 1e12

const FIRST = 1
const SECOND = 2

/** The cuts of the network that there are now. */
export class Cuts {
  /** Number of cuts; nobody looks further while it is 0. */
  count = 0
  /** There was one: what its caller gave up on meanwhile never arrives. */
  hasBeen = false
  private readonly all: Cut[] = []

  add(cut: Cut): void {
    this.all.push(cut)
    this.hasBeen = true
    this.count = this.all.length
  }

  /** @returns the instances that are one with their group again */
  remove(fault: number): readonly number[] {
    const at = this.all.findIndex((cut) => cut.fault === fault)
    const [over] = at >= 0 ? this.all.splice(at, 1) : []
    this.count = this.all.length
    return over?.minority.filter((instance) => !this.isMinority(instance)) ?? []
  }

  isMinority(instance: number): boolean {
    return this.all.some(({ minority }) => minority.includes(instance))
  }

  /** A cut that lasts since this moment, or longer, lies between the two. */
  isKnown({ caller, place, callee }: Way, since: number): boolean {
    return this.all.some((cut) => cut.start <= since && isAcross(cut, { caller, place, callee }))
  }

  /** When what is sent from here to there arrives: at the end of the last cut between them; 0 = there is none. */
  until(way: Way): number {
    let until = 0
    for (const cut of this.all) if (isAcross(cut, way)) until = Math.max(until, Math.min(cut.end, NEVER))
    return until
  }
}

/** Who calls whom: `caller` is an instance, -1 = nowhere; `place`: where its request comes from. */
export interface Way {
  readonly caller: number
  readonly place: number
  readonly callee: number
}

function isAcross({ instances, places, nowhere }: Cut, { caller, place, callee }: Way): boolean {
  const from = caller >= 0 ? (instances[caller] as number) : place >= 0 ? (places[place] as number) : nowhere
  const to = instances[callee] as number
  return from !== 0 && to !== 0 && from !== to
}

/** Sides of a partition that begins. */
export function cutOf(kernel: Kernel, { sides }: Partition, fault: number): Cut {
  const { model, fleet, now } = kernel
  const [first, second] = sides
  const instances = new Uint8Array(fleet.group.length)
  const places = new Uint8Array(model.places.length)
  const isOn = (side: Side, group: number, place: number): boolean =>
    side.groups.includes(group) || (place >= 0 && side.places.includes(place))
  const sideOf = (group: number, place: number): number => {
    if (isOn(first, group, place)) return FIRST
    return second === null || isOn(second, group, place) ? SECOND : 0
  }
  instances.forEach((_, i) => {
    instances[i] = sideOf(fleet.group[i] as number, fleet.place[i] as number)
  })
  places.forEach((_, place) => {
    places[place] = sideOf(-1, place)
  })
  const end = model.faults[fault]?.end ?? Infinity
  const nowhere = second === null ? SECOND : 0
  return { fault, start: now, end, instances, places, nowhere, minority: minorityOf(kernel, instances) }
}

/**
 * Of each group that stands on both sides the instances that cannot reach the greater part of it. Those on neither side
 * are reached by all. On a tie the first side is the one that is given up.
 */
function minorityOf({ model, fleet }: Kernel, instances: Uint8Array): readonly number[] {
  return model.groups.flatMap((group, index) => {
    const base = fleet.base[index] as number
    const all = Array.from({ length: instancesOf(group) }, (_, i) => base + i).filter((i) => fleet.isMember[i] === 1)
    const on = (side: number): readonly number[] => all.filter((i) => instances[i] === side)
    const [first, second] = [on(FIRST), on(SECOND)]
    const smaller = first.length <= second.length ? first : second
    const reached = all.length - Math.max(first.length, second.length)
    return smaller.length === 0 || 2 * reached > all.length ? [] : smaller
  })
}
