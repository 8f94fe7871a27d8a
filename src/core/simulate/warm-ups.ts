import type { Kernel } from './kernel.ts'
import { addInt } from './numbers.ts'
import * as op from './op.ts'
import { eventOf, setSlow } from './stations.ts'

/** Steps from cold to warm. */
const STEPS = 10

/** A new process works at an instance: it is as cold as can be. */
export function startCold(kernel: Kernel, instance: number): void {
  const { fleet, model, events, now } = kernel
  const warmUp = model.groups[fleet.group[instance] as number]?.warmUp
  if (warmUp === undefined || warmUp.time === 0) return
  fleet.warmth[instance] = warmUp.from
  addInt(fleet.colds, instance, 1)
  applyPace(kernel, instance)
  events.push(now + warmUp.time / STEPS, eventOf(op.WARMER, instance), fleet.colds[instance] as number)
}

/** A step on, unless it became cold again meanwhile. */
export function growWarm(kernel: Kernel, instance: number, colds: number): void {
  const { fleet, model, events, now } = kernel
  const warmUp = model.groups[fleet.group[instance] as number]?.warmUp
  if (warmUp === undefined || fleet.colds[instance] !== colds) return
  const warmth = (fleet.warmth[instance] as number) + (1 - warmUp.from) / STEPS
  fleet.warmth[instance] = warmth > 1 - 1e-9 ? 1 : warmth
  applyPace(kernel, instance)
  if (fleet.warmth[instance] !== 1) events.push(now + warmUp.time / STEPS, eventOf(op.WARMER, instance), colds)
}

/** How slow the stations of an instance are by faults and by cold. */
export function applyPace(kernel: Kernel, instance: number): void {
  const { fleet, model, layout, copies } = kernel
  const group = fleet.group[instance] as number
  const times = (fleet.slow[instance] as number) / (fleet.warmth[instance] as number)
  model.resources.forEach((resource, index) => {
    if (resource.group !== group || resource.kind !== 'station') return
    setSlow(kernel, copies.of(layout.base(index) + instance - (fleet.base[group] as number)), times)
  })
}
