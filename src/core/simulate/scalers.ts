import { rebalance } from './consumers.ts'
import { openCopies } from './die.ts'
import type { Scaler } from '../model/model.ts'
import type { Kernel } from './kernel.ts'
import { addInt } from './numbers.ts'
import * as op from './op.ts'
import { eventOf } from './stations.ts'
import { startCold } from './warm-ups.ts'

/** Utilization within this share of the target changes nothing. */
const TOLERANCE = 0.1

/** Scalers while the simulation runs, one entry each. */
export class Scalers {
  /** Instances of a shard that are wanted, those that start included. */
  readonly wanted: Int32Array
  /** Members of a shard, starting ones excluded. */
  readonly members: Int32Array
  readonly changed: Float64Array
  readonly busy: Float64Array
  readonly capacity: Float64Array
  readonly history: { readonly at: number; readonly instances: number }[][]

  constructor(sizes: readonly number[]) {
    this.wanted = Int32Array.from(sizes)
    this.members = Int32Array.from(sizes)
    this.changed = new Float64Array(sizes.length).fill(-Infinity)
    this.busy = new Float64Array(sizes.length)
    this.capacity = new Float64Array(sizes.length)
    this.history = sizes.map(() => [])
  }
}

export function startScalers({ model, events }: Kernel): void {
  model.scalers.forEach(({ react }, index) => events.push(react, eventOf(op.SCALE, index), 0))
}

/** The sums were forgotten, or are about to be: the window goes on with what it had. */
export function rebaseScalers(kernel: Kernel): void {
  kernel.model.scalers.forEach((_, index) => {
    const { busy, capacity } = areas(kernel, index)
    addTo(kernel.scalers.busy, index, -busy)
    addTo(kernel.scalers.capacity, index, -capacity)
  })
}

const addTo = (array: Float64Array, index: number, by: number): void => {
  array[index] = (array[index] as number) + by
}

/** Decides how many instances there have to be, and orders them. */
export function scale(kernel: Kernel, index: number): void {
  const { model, scalers, events, now } = kernel
  const scaler = model.scalers[index]
  if (!scaler) return
  events.push(now + scaler.react, eventOf(op.SCALE, index), 0)
  const members = scalers.members[index] as number
  const measured = scaler.by === 'busy' ? busyShare(kernel, index) : present(kernel, scaler) / Math.max(1, members)
  if (Number.isNaN(measured)) return
  const load = measured / scaler.target
  const wanted = Math.abs(load - 1) <= TOLERANCE ? members : Math.ceil(members * load - 1e-9)
  const most = kernel.fleet.stride[scaler.group] as number
  const desired = Math.min(scaler.max, most, Math.max(scaler.min, 1, wanted))
  const ordered = scalers.wanted[index] as number
  if (desired > ordered) return grow(kernel, index, desired)
  const isIdle = ordered === members && now - (scalers.changed[index] as number) >= scaler.coolDown
  if (desired < members && isIdle) shrink(kernel, index, desired)
}

/** Since the last decision; NaN when there was nothing to be busy. */
function busyShare(kernel: Kernel, index: number): number {
  const { scalers } = kernel
  const { busy, capacity } = areas(kernel, index)
  const busyNow = busy - (scalers.busy[index] as number)
  const capacityNow = capacity - (scalers.capacity[index] as number)
  scalers.busy[index] = busy
  scalers.capacity[index] = capacity
  return capacityNow > 0 ? busyNow / capacityNow : Number.NaN
}

/** Requests under way at the group, or messages that wait for it, for one shard. */
function present({ fleet, logs }: Kernel, { by, group }: Scaler): number {
  const shards = fleet.shards[group] as number
  if (by === 'requests') {
    const first = fleet.base[group] as number
    const count = (fleet.stride[group] as number) * shards
    let requests = 0
    for (let i = first; i < first + count; i++) requests += fleet.outstanding[i] as number
    return requests / shards
  }
  const read = logs.readers.filter(({ consumer }) => consumer.group === group).map(({ subscription }) => subscription)
  return [...new Set(read)].reduce((sum, index) => sum + (logs.subscriptions[index]?.backlog ?? 0), 0) / shards
}

/** Busy and capacity of the station on all instances, since the sums were last forgotten. */
function areas(kernel: Kernel, index: number): { readonly busy: number; readonly capacity: number } {
  const { model, copies, layout } = kernel
  const scaler = model.scalers[index]
  let [busy, capacity] = [0, 0]
  if (!scaler) return { busy, capacity }
  const base = layout.base(scaler.station)
  const count = (kernel.fleet.stride[scaler.group] as number) * (kernel.fleet.shards[scaler.group] as number)
  for (let copy = base; copy < base + count; copy++) {
    copies.of(copy).touchCapacity()
    busy += copies.of(copy).busyArea
    capacity += copies.of(copy).capacityArea
  }
  return { busy, capacity }
}

function grow(kernel: Kernel, index: number, desired: number): void {
  const { model, scalers, events, now } = kernel
  const delay = model.scalers[index]?.startDelay ?? 0
  for (let n = scalers.wanted[index] as number; n < desired; n++)
    events.push(now + delay, eventOf(op.STARTED, index), 0)
  scalers.wanted[index] = desired
  scalers.changed[index] = now
}

/** An instance that was ordered serves from now on, one in each shard. */
export function started(kernel: Kernel, index: number): void {
  addInt(kernel.scalers.members, index, 1)
  setMembers(kernel, index)
}

/** The last ones take no new requests; they finish what they have. */
function shrink(kernel: Kernel, index: number, desired: number): void {
  const { scalers, now } = kernel
  scalers.wanted[index] = desired
  scalers.members[index] = desired
  scalers.changed[index] = now
  setMembers(kernel, index)
}

function setMembers(kernel: Kernel, index: number): void {
  const { model, scalers, fleet, now } = kernel
  const group = model.scalers[index]?.group ?? 0
  const members = scalers.members[index] as number
  const stride = fleet.stride[group] as number
  const count = stride * (fleet.shards[group] as number)
  for (let i = 0; i < count; i++) {
    const at = (fleet.base[group] as number) + i
    const isMember = i % stride < members ? 1 : 0
    if (fleet.isMember[at] === isMember) continue
    fleet.isMember[at] = isMember
    openCopies(kernel, group, i)
    if (isMember === 1) startCold(kernel, at)
  }
  fleet.relist(group, now)
  scalers.history[index]?.push({ at: now, instances: members * (fleet.shards[group] as number) })
  rebalance(kernel, group)
}
