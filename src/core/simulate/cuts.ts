import type { FaultAction, Side } from '../model/model.ts'
import type { Kernel } from './kernel.ts'
import { instancesOf } from './layout.ts'

type Partition = Extract<FaultAction, { readonly kind: 'partition' }>

/** One cut while it lasts: on which side every instance and every place is. */
interface Cut {
  readonly fault: number
  readonly end: number
  /** By instance and by place: 1 = first side, 2 = second side, 0 = neither. */
  readonly instances: Uint8Array
  readonly places: Uint8Array
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

  remove(fault: number): void {
    const at = this.all.findIndex((cut) => cut.fault === fault)
    if (at >= 0) this.all.splice(at, 1)
    this.count = this.all.length
  }

  /**
   * When what is sent from here to there arrives: at the end of the last cut between them; 0 = there is none. `caller`:
   * instance, -1 = nowhere; `place`: where its request comes from.
   */
  until(caller: number, place: number, callee: number): number {
    let until = 0
    for (const { end, instances, places } of this.all) {
      const from = caller >= 0 ? (instances[caller] as number) : place >= 0 ? (places[place] as number) : SECOND
      const to = instances[callee] as number
      if (from !== 0 && to !== 0 && from !== to) until = Math.max(until, Math.min(end, NEVER))
    }
    return until
  }
}

/** Sides of a partition that begins. */
export function cutOf({ model, fleet }: Kernel, { sides }: Partition, fault: number): Cut {
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
  return { fault, end: model.faults[fault]?.end ?? Infinity, instances, places }
}

/**
 * Of each group that stands on both sides the instances on the smaller one: those that the others do without after a
 * while. On a tie the first side is the one that is given up.
 */
export function givenUp({ model, fleet }: Kernel, { instances }: Cut): readonly number[] {
  return model.groups.flatMap((group, index) => {
    const base = fleet.base[index] as number
    const all = Array.from({ length: instancesOf(group) }, (_, i) => base + i).filter((i) => fleet.isMember[i] === 1)
    const on = (side: number): readonly number[] => all.filter((i) => instances[i] === side)
    const [first, second] = [on(FIRST), on(SECOND)]
    if (first.length === 0 || second.length === 0) return []
    return first.length <= second.length ? first : second
  })
}
