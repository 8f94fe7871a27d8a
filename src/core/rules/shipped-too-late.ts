import { seconds } from '../result/format.ts'
import type { Objective } from '../model/model.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { visitFlow } from './walk.ts'

/** Messages are kept at their sender, or until a batch is full, for longer than they may be old. */
export const shippedTooLate: Rule = {
  code: 'shipped-too-late',
  step: 5,
  severity: 'warning',
  meaning:
    'A message may be only so old when it has been handled, but it is kept for longer before anybody starts with it: at its sender (`batched`), or by a consumer that waits for a batch to fill (`batch.wait`).',
  remedy: 'A shorter `batched` or `batch.wait`, or a freshness that leaves room for them.',
  check: (subject) => subject.model.objectives.flatMap((objective) => breachOf(objective, subject)),
}

function breachOf(objective: Objective, subject: Subject): readonly Breach[] {
  const { subject: about, indicator, relation, target, text, span } = objective
  if (indicator !== 'fresh' || !relation.startsWith('<')) return []
  const { model } = subject
  const consumer = model.consumers.find(({ flow }) => model.flows[flow]?.id === about.id)
  if (consumer === undefined) return []
  let kept = 0
  for (const flow of model.flows)
    visitFlow(subject, flow, (step) => {
      if (step.kind === 'publish' && step.log === consumer.log) kept = Math.max(kept, step.shipEvery)
    })
  const waits = [
    ...(kept > 0 ? [`up to ${seconds(kept)} at their sender`] : []),
    ...(consumer.batchWait > 0 ? [`up to ${seconds(consumer.batchWait)} until a batch is full`] : []),
  ]
  // Of those that are shipped together a share is sent at the last moment.
  const share = objective.share ?? 1
  if (kept * share + consumer.batchWait * (kept > 0 ? 0 : 1) <= target) return []
  return [
    {
      at: span,
      message: `\`${about.id}\` ${text}, but its messages wait ${waits.join(', and ')}`,
      hint: 'shorten what they wait, or allow more',
    },
  ]
}
