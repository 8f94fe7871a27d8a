import type { Model } from '../model/model.ts'
import type { Step } from '../model/step.ts'
import type { ComponentAvailability } from '../result/availability.ts'
import { plainEnvironment } from '../solve/environment.ts'
import { atPeakOf } from '../solve/peak.ts'
import { nestedOf } from '../solve/nested-steps.ts'
import { steadyState } from '../solve/steady.ts'
import { type Dead, deadOf } from './failure-environment.ts'
import { type FailureCause, type FailureState, instancesOf } from './failures.ts'

const MONTH_MIN = 30 * 24 * 60

/**
 * Of each component: how many copies of a shard the load needs at its busiest station, and how often every shard has as
 * many. Data has to be there once.
 */
export function componentAvailabilities(
  model: Model,
  causes: readonly FailureCause[],
  states: readonly FailureState[],
): Readonly<Record<string, ComponentAvailability>> {
  const busy = busiestOf(model)
  const hit = states.map(({ down, probability }) => ({
    probability,
    dead: deadOf(down.map((i) => causes[i]?.victims ?? [])),
  }))
  const promised = promisedIn(model)
  const found = model.components.flatMap(({ id, groups }) => {
    const [group] = groups
    const own = group === undefined ? undefined : model.groups[group]
    if (group === undefined || own === undefined) return []
    const needed = neededOf(own, busy.get(group) ?? 0)
    const isThere = (dead: Dead): boolean => groups.every((one) => hasEnough(model, one, needed, dead))
    const failed = hit.reduce((sum, { dead, probability }) => sum + (isThere(dead) ? 0 : probability), 0)
    const lost = 1 - (1 - failed) * (promised.get(id) ?? 1)
    const { perShard, shards } = own
    const one: ComponentAvailability = {
      needed,
      of: perShard,
      shards,
      availability: 1 - lost,
      down_min_per_month: lost * MONTH_MIN,
    }
    return [[id, one] as const]
  })
  return Object.fromEntries(found)
}

function neededOf({ perShard, keeps, promote }: Model['groups'][number], busy: number): number {
  const isData = keeps !== undefined || promote < Infinity
  if (isData) return 1
  return Math.min(perShard, Math.floor(busy * perShard + 1e-9) + 1)
}

function hasEnough(model: Model, group: number, needed: number, dead: Dead): boolean {
  const gone = dead.get(group)
  if (gone === undefined) return true
  const { perShardMax = 1 } = model.groups[group] ?? {}
  const left = new Map<number, number>()
  for (const instance of instancesOf(model, group)) {
    const shard = Math.floor(instance / perShardMax)
    left.set(shard, (left.get(shard) ?? 0) + (gone.has(instance) ? 0 : 1))
  }
  return [...left.values()].every((count) => count >= needed)
}

/** Of each group: the highest busy share of its stations, as everything works. */
function busiestOf(model: Model): ReadonlyMap<number, number> {
  const { state } = steadyState(model, atPeakOf(model, plainEnvironment(model)))
  const busy = new Map<number, number>()
  for (const [index, { alike }] of state.stations) {
    const { group = -1 } = model.resources[index] ?? {}
    const all = alike.reduce((sum, { copies }) => sum + copies.length, 0)
    const mean = alike.reduce((sum, { answer, copies }) => sum + answer.offered * copies.length, 0) / Math.max(1, all)
    busy.set(group, Math.max(busy.get(group) ?? 0, mean))
  }
  return busy
}

/** What providers promise of single components, as the steps before their calls say. */
function promisedIn({ flows }: Model): ReadonlyMap<string, number> {
  const promised = new Map<string, number>()
  const visit = (steps: readonly Step[]): void => {
    for (const step of steps) {
      const [name, ...others] = step.kind === 'fail' ? (step.promisedBy ?? []) : []
      if (step.kind === 'fail' && name !== undefined && others.length === 0) promised.set(name, 1 - step.probability)
      for (const nested of nestedOf(step)) visit(nested)
    }
  }
  for (const { steps } of flows) visit(steps)
  return promised
}
