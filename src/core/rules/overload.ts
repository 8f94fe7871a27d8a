import { digits, percent, quantity } from '../result/format.ts'
import type { Model } from '../model/model.ts'
import type { Group, Resource } from '../model/resource.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { type Traffic, trafficOf } from './traffic.ts'
import { copiesMost } from './walk.ts'

/** More work than servers, by the utilization law alone: no queue can be long enough. */
export const overload: Rule = {
  code: 'overload',
  step: 3,
  severity: 'warning',
  meaning:
    'By the utilization law (arrival rate x visits x service time) a station is offered more work than its servers can do. Its queue grows for as long as the load lasts.',
  remedy: 'More servers or instances, less work for each request, or less load (a cache, batches, a rate limit).',
  check: (subject) => {
    const traffic = trafficOf(subject, 'least')
    return subject.model.resources.flatMap((_, index) => overloaded(subject, traffic, index))
  },
}

interface Excess {
  readonly offered: number
  readonly servers: number
  readonly where: string
}

function overloaded({ model, design }: Subject, traffic: Traffic, index: number): readonly Breach[] {
  const resource = model.resources[index]
  const group = resource && model.groups[resource.group]
  if (resource === undefined || group === undefined) return []
  const excess = excessOf(resource, group, traffic, index)
  if (excess === null) return []
  const { offered, servers, where } = excess
  const unit = resource.kind === 'pool' ? resource.label : 'servers of work'
  const flow = traffic.heaviest(index)
  const share = flow === null || flow.offered > 0.995 * offered ? '' : `: ${digits(flow.offered)} of them`
  return [
    {
      at: spanOf(model, group) ?? design.span,
      message: `\`${resource.id}\` is offered ${quantity(offered)} ${unit} at the peak of the load, and has ${digits(servers)}${where}: ${timesText(offered / servers)}`,
      ...(flow === null ? {} : { hint: `most of it comes from flow \`${flow.flow}\`${share}` }),
    },
  ]
}

const timesText = (ratio: number): string => (ratio < 10 ? percent(ratio) : `${quantity(ratio)} times as much`)

function excessOf(resource: Resource, group: Group, traffic: Traffic, index: number): Excess | null {
  const each = resource.kind === 'station' ? resource.servers : resource.kind === 'pool' ? resource.slots : Infinity
  if (!Number.isFinite(each)) return null
  const toLeaders = traffic.offeredToLeaders(index)
  const leaders = each * group.shards
  if (group.perShardMax > 1 && toLeaders > leaders) {
    return { offered: toLeaders, servers: leaders, where: ` in its ${group.shards > 1 ? 'leaders' : 'leader'}` }
  }
  const offered = traffic.offered(index)
  const servers = each * copiesMost(group)
  const isScaled = group.perShardMax > group.perShard
  return offered > servers ? { offered, servers, where: isScaled ? ' when scaled out fully' : '' } : null
}

const spanOf = ({ components }: Model, { component }: Group) => components.find(({ id }) => id === component)?.span
