import type { Model } from '../model/model.ts'
import type { Call, CallPolicy, Retry, Step } from '../model/step.ts'
import { percent, seconds } from '../result/format.ts'
import { nestedSteps } from '../result/waits-for.ts'

/** The effective policy of each call of a model, after step, edge, caller and default were merged. */
export function policyLines(model: Model, flow: string | null = null): readonly string[] {
  const lines: string[] = []
  for (const each of model.flows) {
    if (flow !== null && each.id !== flow) continue
    lines.push(`flow ${each.id}`)
    walk(model, each.steps, 'start', '  ', lines)
  }
  return lines
}

function walk(model: Model, steps: readonly Step[], caller: string, indent: string, lines: string[]): void {
  for (const step of steps) {
    if (step.kind === 'call') {
      const callee = model.groups[step.to]?.component ?? ''
      lines.push(`${indent}${caller} -> ${callee}: ${policyText(model, step)}`)
      walk(model, step.steps, callee, `${indent}  `, lines)
    } else for (const inner of nestedSteps(step)) walk(model, inner, caller, indent, lines)
  }
}

function policyText(model: Model, { policy, onFail }: Call): string {
  const parts = [
    policy.timeout === null ? 'no timeout' : `timeout ${seconds(policy.timeout)}`,
    ...(policy.deadline === null ? [] : [`deadline ${seconds(policy.deadline)}`]),
    policy.retry === null || policy.retry.times === 0 ? 'no retry' : retryText(model, policy.retry),
    ...protections(model, policy),
    ...(policy.timeout === null
      ? []
      : [`after a timeout the callee ${policy.afterTimeout === 'stop' ? 'stops' : 'keeps going'}`]),
    ...(onFail === 'error' ? [] : [`on failure: ${onFail === 'miss' ? 'treat as a miss' : 'go on'}`]),
  ]
  return parts.join(' · ')
}

function retryText(model: Model, { times, after, backoff, multiplier, jitter, budget }: Retry): string {
  const wait =
    backoff === 0
      ? 'at once'
      : `after ${seconds(backoff)}${multiplier === 1 ? '' : ` × ${multiplier} each`}, jitter ${jitter}`
  const resource = budget === null ? undefined : model.resources[budget]
  const limit = resource?.kind === 'budget' ? `, budget ${percent(resource.ratio)}` : ', no budget'
  return `retry ${times} times on ${after.join(', ')} ${wait}${limit}`
}

function protections(model: Model, { hedge, breaker, bulkhead, connection }: CallPolicy): readonly string[] {
  const slots = (index: number | null): string | null => {
    const resource = index === null ? undefined : model.resources[index]
    return resource?.kind === 'pool' ? String(resource.slots) : null
  }
  const open = breaker === null ? undefined : model.resources[breaker]
  return [
    ...(hedge === null ? [] : [`hedge at most ${percent(hedge.atMost)}`]),
    ...(open?.kind === 'breaker' ? [`breaker opens at ${percent(open.openAt)} of ${open.window}`] : []),
    ...(slots(bulkhead) === null ? [] : [`bulkhead of ${slots(bulkhead)}`]),
    ...(slots(connection) === null ? [] : [`pool of ${slots(connection)} connections`]),
  ]
}
