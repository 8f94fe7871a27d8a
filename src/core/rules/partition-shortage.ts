import type { Consumer } from '../model/model.ts'
import { digits } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { copiesMost } from './walk.ts'

/** Consumers that never get a message: a partition belongs to one of them at a time. */
export const partitionShortage: Rule = {
  code: 'partition-shortage',
  step: 3,
  severity: 'warning',
  meaning:
    'A partition belongs to one consumer of a group at a time. With fewer partitions than consumers, some of them never get a message.',
  remedy: 'More partitions (they cannot be made fewer again without losing the order of keys), or fewer consumers.',
  check: (subject) => subject.model.consumers.flatMap((consumer) => shortage(subject, consumer)),
}

function shortage({ design, model }: Subject, consumer: Consumer): readonly Breach[] {
  const flow = model.flows[consumer.flow]
  const log = model.resources[consumer.log]
  const group = model.groups[consumer.group]
  if (flow === undefined || group === undefined || log?.kind !== 'log' || log.isShared) return []
  const instances = copiesMost(group)
  const trigger = design.flows.get(flow.id)?.trigger
  // Loops that nobody asked for, one for each processor, may stand idle without harm.
  const loops = trigger?.kind === 'consume' && trigger.atOnce !== null ? trigger.atOnce : 1
  const consumers = instances * loops
  if (consumers <= log.partitions) return []
  const scaled = group.perShardMax > group.perShard ? ' when scaled out fully' : ''
  const of = loops === 1 ? `${digits(instances)} instances` : `${digits(instances)} x ${digits(loops)} consumers`
  return [
    {
      at: flow.span,
      message: `\`${log.id}\` has ${digits(log.partitions)} partitions for the ${of} of \`${group.component}\`${scaled}: ${digits(consumers - log.partitions)} of them never get a message`,
      hint: `give it at least ${digits(consumers)} partitions, or fewer consumers`,
    },
  ]
}
