import type { Bytes } from '../base/units.ts'
import type { Access } from '../kinds/define.ts'
import type { Resource, ResourceIndex } from '../model/resource.ts'
import type { Call, CallPolicy, Retry, Step } from '../model/step.ts'
import { add, addPoint, type Assembly, type Built, cardSteps } from './compile-bench.ts'
import type { Here } from './compile-here.ts'
import type { PolicyPart, Step as WrittenStep } from './design.ts'

/** One request from here to another component. */
export interface CallOrder {
  readonly access: Access
  readonly to: Built
  readonly step: WrittenStep
  /** What the step itself sends and what its `reply` gives, beside what the access says. */
  readonly send: Bytes
  readonly receive: Bytes
  /** Stands behind a balancer: the policy is the business of the call to the balancer. */
  readonly isForwarded: boolean
}

/** A call with everything its caller does around it. */
export function makeCall(assembly: Assembly, here: Here, order: CallOrder): Call {
  const { access, to, step, send, receive } = order
  const policy = order.isForwarded ? {} : effectivePolicy(assembly, here, order)
  const name = `${here.component} → ${to.component.id}`
  const place = { flow: here.flow, component: to.component.id, span: step.span }
  const connection = connectionPool(assembly, here, to)
  return {
    kind: 'call',
    to: access.group,
    pick: access.pick,
    policy: callPolicy(assembly, here, to, policy, connection),
    send: send + access.send,
    receive: receive + access.receive,
    steps: [
      ...cardSteps(assembly, place, access.group, send + access.send + receive + access.receive),
      ...(isStored(assembly, order) ? [failWhenFull] : []),
      ...access.steps,
    ],
    onFail: onFail(policy, step),
    overhead: 0,
    ...(access.connects === undefined ? {} : { connects: access.connects }),
    networkPoint: addPoint(assembly, place, `${name} network`, 'network', null),
    retryPoint: addPoint(assembly, place, `${name} retries`, 'retry', null),
    connectionPoint: addPoint(assembly, place, `${name} connection`, 'pool', connection),
  }
}

/** What needs room on a disk that a fault of this scenario fills. */
const isStored = ({ filled }: Assembly, { to, step }: CallOrder): boolean =>
  filled.has(to.component.id) && (step.verb === 'write' || step.verb === 'publish')

const failWhenFull: Step = { kind: 'fail', failure: 'error', probability: 1, while: 'full' }

/** Step, edge, caller, default: the most specific wins, key by key. */
export function effectivePolicy(
  assembly: Assembly,
  here: Here,
  { to, step }: Pick<CallOrder, 'to' | 'step'>,
): PolicyPart {
  const { policies } = assembly.design
  const via = step.verb === 'call' ? step.via : []
  const callee = step.verb === 'call' ? step.target.component : to.component.id
  const edges = [callee, ...via].map((name) => policies.edges.get(`${here.component} -> ${name}`) ?? {})
  const caller = assembly.built.get(here.component)?.component.policy ?? {}
  const ranked = [policies.byDefault, caller, ...edges.toReversed(), step.policy]
  return ranked.reduce<PolicyPart>((merged, part) => ({ ...merged, ...part }), {})
}

function onFail(policy: PolicyPart, step: WrittenStep): Call['onFail'] {
  switch (policy.onFail ?? 'error') {
    case 'error':
      return 'error'
    case 'treat-as-miss':
      return step.verb === 'get' ? 'miss' : 'ignore'
    case 'default':
    case 'skip':
      return 'ignore'
    // The step around it keeps what failed.
    case 'queue':
      return 'error'
  }
}

function callPolicy(
  assembly: Assembly,
  here: Here,
  to: Built,
  policy: PolicyPart,
  connection: ResourceIndex | null,
): CallPolicy {
  const { breaker, bulkhead, hedge } = policy
  return {
    timeout: policy.timeout ?? null,
    deadline: policy.deadline ?? null,
    retry: retryOf(assembly, here, to, policy),
    hedge: hedge ?? null,
    breaker: breaker
      ? sharedResource(assembly, here, to, { kind: 'breaker', ...breaker, ...owner(here, to, 'breaker') })
      : null,
    bulkhead: bulkhead ? sharedResource(assembly, here, to, bulkheadPool(here, to, bulkhead)) : null,
    connection,
    afterTimeout: policy.afterTimeout ?? 'keep-going',
  }
}

const owner = (here: Here, to: Built, what: string) => ({
  id: `${here.component} ${what} to ${to.component.id}`,
  group: here.group,
})

const bulkheadPool = (here: Here, to: Built, bulkhead: NonNullable<PolicyPart['bulkhead']>): Resource => ({
  ...owner(here, to, 'bulkhead'),
  kind: 'pool',
  slots: bulkhead.concurrency,
  waitingRoom: bulkhead.queue,
  whenFull: 'reject',
  order: 'fifo',
  patience: Infinity,
  label: `bulkhead to ${to.component.id}`,
})

/** Failures after which another attempt may help: nobody answered, or not in time. */
const RETRYABLE = ['connect-error', 'timeout', 'error', 'rejected'] as const

function retryOf(assembly: Assembly, here: Here, to: Built, policy: PolicyPart): Retry | null {
  const times = policy.retryTimes ?? 0
  if (times === 0) return null
  const budget = policy.retryBudget ?? null
  return {
    times,
    after: policy.retryAfter ?? RETRYABLE,
    backoff: policy.retryBackoff ?? 0,
    multiplier: policy.retryMultiplier ?? 2,
    jitter: policy.retryJitter ?? 'none',
    budget:
      budget === null
        ? null
        : sharedResource(assembly, here, to, {
            kind: 'budget',
            ratio: budget,
            burst: BUDGET_BURST,
            ...owner(here, to, 'retry budget'),
          }),
  }
}

/**
 * Retries that may come in a row before the budget counts. Source: finagle RetryBudget, 10 a second over 10 s at least;
 * taken as 10.
 */
const BUDGET_BURST = 10

/** One for each pair of caller and callee; calls with other settings get one of their own. */
function sharedResource({ shared, resources }: Assembly, here: Here, to: Built, resource: Resource): ResourceIndex {
  const name = JSON.stringify({ ...resource, to: to.component.id, caller: here.component })
  const found = shared.get(name)
  if (found !== undefined) return found
  const index = add(resources, resource)
  shared.set(name, index)
  return index
}

/** Connections that the calling instance keeps to a store; none inside a transaction, which holds one already. */
export function connectionPool(assembly: Assembly, here: Here, to: Built): ResourceIndex | null {
  const { connections } = to.behaviour
  if (connections === null || here.isActor || here.transaction?.component === to.component.id) return null
  return poolOfConnections(assembly, here, to, connections)
}

export function poolOfConnections(
  assembly: Assembly,
  here: Here,
  to: Built,
  { most, waitMost }: NonNullable<Built['behaviour']['connections']>,
): ResourceIndex {
  const before = assembly.resources.length
  const pool = sharedResource(assembly, here, to, {
    id: `${here.component} connections to ${to.component.id}`,
    group: here.group,
    kind: 'pool',
    slots: most,
    waitingRoom: Infinity,
    whenFull: 'reject',
    order: 'fifo',
    patience: waitMost,
    label: `connections to ${to.component.id}`,
  })
  if (pool === before) assembly.connections.push({ pool, to: to.component.id })
  return pool
}

/** Bytes of the answer: what the nested `reply` says, averaged over branches. */
export function replySize(steps: readonly WrittenStep[]): Bytes {
  let size = 0
  for (const step of steps) {
    if (step.verb === 'reply') return step.size
    if (step.verb === 'choose')
      size = Math.max(
        size,
        step.branches.reduce((sum, b) => sum + b.probability * replySize(b.steps), 0),
      )
    if (step.verb === 'get') size = Math.max(size, replySize(step.hit), replySize(step.miss))
    if (step.verb === 'tx' || step.verb === 'hold' || step.verb === 'try') size = Math.max(size, replySize(step.steps))
  }
  return size
}

/** Failures of the steps are of no matter. */
export const ignoringFailures = (steps: readonly Step[]): Step => ({ kind: 'attempt', steps, otherwise: [] })
