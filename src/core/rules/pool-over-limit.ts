import type { Component, Model } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import { digits } from '../result/format.ts'
import type { Breach, Rule } from './define.ts'
import { type CallSite, callSites, copiesMost } from './walk.ts'

/** All pools of all instances together open more connections than the store accepts. */
export const poolOverLimit: Rule = {
  code: 'pool-over-limit',
  step: 3,
  severity: 'warning',
  meaning:
    'Every instance of every caller may open as many connections as its pool is large. Together they are more than the store accepts: it refuses the rest.',
  remedy: 'Smaller pools, a connection pooler in between, or a higher limit with the memory for it.',
  check: (subject) => {
    const connecting = callSites(subject).filter(({ call }) => call.policy.connection !== null)
    return subject.model.components.flatMap((component) => overLimit(subject.model, component, connecting))
  },
}

interface Opened {
  readonly caller: string
  readonly instances: number
  readonly slots: number
  readonly isScaled: boolean
}

function overLimit(
  model: Model,
  { id, connectionsMost, span }: Component,
  connecting: readonly CallSite[],
): readonly Breach[] {
  const pools = model.connections.filter(({ to }) => to === id).map(({ pool }) => pool)
  if (connectionsMost === null || pools.length === 0) return []
  const opened = pools.flatMap((pool) => openedBy(model, pool))
  const total = opened.reduce((sum, { instances, slots }) => sum + instances * slots, 0)
  if (total <= connectionsMost) return []
  const accepting = acceptingInstances(model, id, connecting)
  const limit = accepting * connectionsMost
  if (total <= limit) return []
  const parts = opened.map(
    ({ caller, instances, slots, isScaled }) =>
      `\`${caller}\` ${digits(instances)} instances${isScaled ? ' when scaled out fully' : ''} x ${digits(slots)}`,
  )
  const accepts =
    accepting === 1 ? digits(limit) : `${digits(accepting)} x ${digits(connectionsMost)} = ${digits(limit)}`
  return [
    {
      at: span,
      message: `\`${id}\` accepts ${accepts} connections, and its callers may open ${digits(total)}: ${parts.join(', ')}`,
      hint: 'make the pools smaller (`pool: { max }`) or raise the limit',
    },
  ]
}

function openedBy({ resources, groups }: Model, pool: ResourceIndex): readonly Opened[] {
  const resource = resources[pool]
  const group = resource && groups[resource.group]
  if (resource?.kind !== 'pool' || group === undefined || !Number.isFinite(resource.slots)) return []
  const isScaled = group.perShardMax > group.perShard
  return [{ caller: group.component, instances: copiesMost(group), slots: resource.slots, isScaled }]
}

/** Instances that the connections spread over: leaders alone, if nothing is asked of the other copies. */
function acceptingInstances({ groups }: Model, component: string, connecting: readonly CallSite[]): number {
  const calls = connecting.filter(({ callee }) => callee === component)
  const isLeadersOnly = calls.length > 0 && calls.every(({ call }) => call.pick.within === 'leader')
  return groups
    .filter((group) => group.component === component)
    .reduce((sum, group) => sum + (isLeadersOnly ? group.shards : copiesMost(group)), 0)
}
