import { digits, percent, perSecond, seconds } from '../result/format.ts'
import type { Consumer, Model } from '../model/model.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { leastTime } from './hold-time.ts'
import { type Traffic, trafficOf } from './traffic.ts'
import { copiesMost } from './walk.ts'

/** Messages come faster than all consumers together can take them, even in full batches without any waiting. */
export const slowConsumers: Rule = {
  code: 'slow-consumers',
  step: 3,
  severity: 'warning',
  meaning:
    'Messages are published faster than the consumers can work through them, one batch after another: the lag grows for as long as the load lasts.',
  remedy:
    'Larger batches, more work at once (partitions, `at-once`, instances), a shorter `poll`, or less waiting in each batch.',
  check: (subject) => {
    const traffic = trafficOf(subject, 'least')
    return subject.model.consumers.flatMap((consumer) => tooSlow(subject, traffic, consumer))
  },
}

function tooSlow({ model }: Subject, traffic: Traffic, consumer: Consumer): readonly Breach[] {
  const flow = model.flows[consumer.flow]
  const log = model.resources[consumer.log]
  if (flow === undefined || log?.kind !== 'log') return []
  const registers = { items: consumer.batchMax, found: 0, missed: 0, group: 1 }
  const { mean } = leastTime(flow.steps, { model, group: consumer.group, registers }, 'end')
  const { poll } = consumer
  // One batch a look.
  const each = Math.max(mean, poll)
  const loops = loopsOf(model, consumer)
  const busy = (traffic.rates[consumer.flow] ?? 0) * each
  if (busy <= loops) return []
  const arriving = perSecond(traffic.published(consumer.log))
  const most = perSecond((loops * consumer.batchMax) / each)
  const time = poll > mean ? `one in ${seconds(poll)} (\`poll\`)` : `${seconds(mean)} each without any waiting`
  return [
    {
      at: flow.span,
      message: `\`${log.id}\` gets ${arriving} messages at the peak of the load, and flow \`${flow.id}\` can take ${most} at most: ${percent(busy / loops)}`,
      hint: `${digits(loops)} ${loops === 1 ? 'batch' : 'batches'} at once, ${time}, ${consumer.batchMax} ${consumer.batchMax === 1 ? 'message' : 'messages'} a batch`,
    },
  ]
}

/** Batches that are worked on at once: a partition belongs to one of them at a time. */
function loopsOf({ groups, resources }: Model, { group, atOnce, log }: Consumer): number {
  const copies = groups[group]
  const resource = resources[log]
  const loops = copies === undefined ? 0 : copiesMost(copies) * atOnce
  return resource?.kind === 'log' && !resource.isShared ? Math.min(loops, resource.partitions) : loops
}
