import type { Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { Call, Step } from '../model/step.ts'
import type { Pilot } from './pilot.ts'
import { nestedSteps } from './waits-for.ts'

/** Never thought to take longer than this, whatever the load. */
const FORGOTTEN_MOST: Seconds = 60

/**
 * How long it takes until a change has shown what it does: a dead instance is noticed and replaced, breakers have opened
 * and tried again, abandoned attempts have run out, queues have found their length. Autoscaling is not waited for: it has a
 * note of its own.
 */
export function settlingTime(model: Model, pilot: Pilot): Seconds {
  const calls = model.flows.flatMap((flow) => callsOf(flow.steps))
  const hit = model.faults.flatMap(({ action }) => (action.kind === 'kill' ? [action.group] : []))
  const noticed = hit.map((group) => {
    const { detect = 0, promote = 0 } = model.groups[group] ?? {}
    return detect + (Number.isFinite(promote) ? promote : 0)
  })
  const breakers = model.resources.map((resource) => (resource.kind === 'breaker' ? 2 * resource.halfOpen : 0))
  const attempts = calls.map(({ policy }) => 2 * (policy.timeout ?? 0) * (1 + (policy.retry?.times ?? 0)))
  return 1.25 * Math.max(0.1, Math.min(FORGOTTEN_MOST, 10 * pilot.memory), ...noticed, ...breakers, ...attempts)
}

function callsOf(steps: readonly Step[]): readonly Call[] {
  return steps.flatMap((step) => [
    ...(step.kind === 'call' ? [step] : []),
    ...nestedSteps(step).flatMap((inner) => callsOf(inner)),
  ])
}
