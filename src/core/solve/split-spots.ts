import type { Ratio } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { Call, Step } from '../model/step.ts'
import type { Environment } from './environment.ts'
import { type Spot } from './network.ts'
import { nestedOf } from './nested-steps.ts'

/** Instances at which a step meets the same dead copies, with the share of the requests that are there. */
export interface SpotClass {
  readonly probability: Ratio
  readonly spot: Spot
}

/**
 * Which copies are dead depends on the instance that asks them: taken together, copies that are never missed at once
 * would be missed independently. Where a step asks several copies and some are dead, it is looked at for each set of
 * instances by itself; null = there is nothing to tell apart.
 */
export function spotClasses(
  step: Step,
  spot: Spot,
  { model, environment }: { readonly model: Model; readonly environment: Environment },
): readonly SpotClass[] | null {
  const { group } = spot
  if ((step.kind !== 'attempt' && step.kind !== 'parallel') || group === null) return null
  const alive = environment.alive[group]
  if (alive === undefined || spot.copies < 2 || alive.every((up) => up === 1)) return null
  const calls = copyCalls(step, group)
  if (calls.length < 2) return null
  const classes = new Map<string, number[]>()
  for (const [instance, share] of spot.share.entries()) {
    if (!(share > 0)) continue
    const pattern = calls.map((call) => alive[copyOf(call, instance, model, environment)] ?? 1).join('')
    classes.set(pattern, [...(classes.get(pattern) ?? []), instance])
  }
  if (classes.size < 2) return null
  return [...classes.values()].map((instances) => restricted(spot, instances))
}

/** The same step at one set of instances or another. */
export const choiceOf = (step: Step, classes: readonly SpotClass[]): Step => ({
  kind: 'choose',
  branches: classes.map(({ probability }) => ({ probability, steps: [step] })),
})

function restricted(spot: Spot, instances: readonly number[]): SpotClass {
  const probability = instances.reduce((sum, instance) => sum + (spot.share[instance] ?? 0), 0)
  const share = new Float64Array(spot.share.length)
  for (const instance of instances) share[instance] = (spot.share[instance] ?? 0) / probability
  return { probability, spot: { ...spot, share, copies: instances.length } }
}

/** Calls to copies of the very group, at the instance itself: those of other calls are somewhere else. */
function copyCalls(step: Step, group: number): readonly Call[] {
  if (step.kind === 'call') {
    const { within } = step.pick
    return step.to === group && (within === 'next' || within === 'copy') ? [step] : []
  }
  return nestedOf(step).flatMap((list) => list.flatMap((inner) => copyCalls(inner, group)))
}

function copyOf({ to, pick }: Call, instance: number, model: Model, { leaders }: Environment): number {
  const { perShardMax = 1 } = model.groups[to] ?? {}
  const shard = Math.floor(instance / perShardMax)
  const from = pick.within === 'next' ? instance % perShardMax : (leaders[to]?.[shard] ?? 0)
  return shard * perShardMax + ((from + pick.position) % perShardMax)
}
