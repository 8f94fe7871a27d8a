import { fixed } from '../model/distribution.ts'
import type { Consumer, Flow } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { add, type Assembly } from './compile-bench.ts'
import { effectivePolicy } from './compile-call.ts'
import { type Here, target } from './compile-here.ts'
import type { Step as WrittenStep } from './design.ts'

/** What a caller keeps and does later, because it failed: a flow of its own that takes from the caller's queue. */
export interface Later {
  readonly flow: Flow
  readonly consumer: Omit<Consumer, 'flow'>
}

/** Calls that one instance makes up for at once (assumption: as many as a pool of connections has). */
const AT_ONCE = 10
/** What the queue holds (assumption: as much as has room in memory); beyond that a failure fails its caller. */
const MOST = 1e6
/** Between two tries (assumption: soon, and not in the way of others). */
const BACKOFF = 1

/**
 * `on-fail: queue`: a step that failed for good is put into a queue of its caller, which goes on; from there it is
 * tried again until it succeeds, without the deadline of the request that is answered already. Null = the step is no
 * such one.
 *
 * @param compile  the step's own steps, under the policy and at the place that it is given
 */
export function compileLater(
  assembly: Assembly,
  step: WrittenStep,
  here: Here,
  compile: (step: WrittenStep, here: Here) => readonly Step[],
): readonly Step[] | null {
  if (!('target' in step)) return null
  const to = target(assembly, step.target.component)
  if (effectivePolicy(assembly, here, { to, step }).onFail !== 'queue') return null
  const failing: WrittenStep = { ...step, policy: { ...step.policy, onFail: 'error' } }
  const steps = compile(failing, here)
  if (here.isActor) {
    const message = `\`on-fail: queue\` needs a caller that keeps what failed; \`${here.component}\` is an actor`
    assembly.out.error('queue-nowhere', step.span, message, 'call through a component, or take `error` or `skip`')
    return steps
  }
  const queue = laterQueue(assembly, here, to.component.id)
  const again: WrittenStep = { ...failing, policy: { ...failing.policy, deadline: null } }
  const there = {
    flow: queue.id,
    isBatch: false,
    hasFound: false,
    isGrouped: false,
    keyDomain: null,
    transaction: null,
  }
  assembly.later.push({
    flow: {
      id: queue.id,
      steps: compile(again, { ...here, ...there }),
      priority: here.priority,
      isConsumer: true,
      isHostile: false,
      span: step.span,
    },
    consumer: {
      log: queue.log,
      group: here.group,
      batchMax: 1,
      batchWait: 0,
      poll: 0,
      atOnce: AT_ONCE,
      // oxlint-disable-next-line no-thenable -- a key of the language, never awaited
      failed: { retry: 0, backoff: BACKOFF, then: 'block' },
      delivery: 'at-least-once',
    },
  })
  const publish: Step = { kind: 'publish', log: queue.log, count: fixed(1), times: null, shipEvery: 0 }
  return [{ kind: 'attempt', steps, otherwise: [publish] }]
}

function laterQueue(
  { resources, later }: Assembly,
  { component, group }: Here,
  callee: string,
): { readonly id: string; readonly log: ResourceIndex } {
  const name = `${component} later to ${callee}`
  const same = later.filter(({ flow }) => flow.id.startsWith(name)).length
  const id = same === 0 ? name : `${name} ${same + 1}`
  const rest = { partitions: 1, isShared: true, keyDomain: null, capacity: MOST, messageSize: 0 }
  return { id, log: add(resources, { kind: 'log', id, group, ...rest }) }
}
