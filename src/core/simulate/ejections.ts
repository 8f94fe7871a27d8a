import type { Model } from '../model/model.ts'
import type { Ejection } from '../model/resource.ts'
import type { Kernel } from './kernel.ts'
import { addInt } from './numbers.ts'
import * as op from './op.ts'
import { eventOf } from './stations.ts'

/** What those who pick remember of the instances that they may leave out. */
export class Ejections {
  /** By group; null = never. */
  readonly rules: readonly (Ejection | null)[]
  /** Attempts of an instance that failed in a row. */
  readonly failed: Int32Array

  constructor(model: Model, instances: number) {
    this.rules = model.groups.map(({ eject }) => eject ?? null)
    this.failed = new Int32Array(instances)
  }
}

/** null = nobody is ever left out. */
export const createEjections = (model: Model, instances: number): Ejections | null =>
  model.groups.some(({ eject }) => eject !== undefined) ? new Ejections(model, instances) : null

/** Failures that speak against an instance; bit f is set for failure f. */
const COUNTED = (1 << op.TIMED_OUT) | (1 << op.REJECTED) | (1 << op.CONNECT_ERROR) | (1 << op.ERROR)

/** An attempt at the instance ended. @param failure  0 = well */
export function learnOf(kernel: Kernel, ejections: Ejections, instance: number, failure: number): void {
  const { fleet, events, now } = kernel
  const group = fleet.group[instance] as number
  const rule = ejections.rules[group] ?? null
  if (rule === null) return
  if (failure === op.GOOD) ejections.failed[instance] = 0
  if (((COUNTED >> failure) & 1) === 0 || fleet.isEjected[instance] === 1) return
  addInt(ejections.failed, instance, 1)
  if ((ejections.failed[instance] as number) < rule.after) return
  ejections.failed[instance] = 0
  if (!mayEject(kernel, group, rule)) return
  fleet.isEjected[instance] = 1
  fleet.relist(group, now)
  events.push(now + rule.time, eventOf(op.READMIT, instance), 0)
}

function mayEject({ fleet }: Kernel, group: number, { most }: Ejection): boolean {
  const first = fleet.base[group] as number
  const count = (fleet.stride[group] as number) * (fleet.shards[group] as number)
  let [members, ejected] = [0, 0]
  for (let i = first; i < first + count; i++) {
    members += fleet.isMember[i] as number
    ejected += fleet.isEjected[i] as number
  }
  return ejected < Math.max(1, Math.floor(members * most + 1e-9))
}

/** Its time is over: it is picked again, and has to fail as often again. */
export function readmit({ fleet, now }: Kernel, instance: number): void {
  fleet.isEjected[instance] = 0
  fleet.relist(fleet.group[instance] as number, now)
}
