import type { Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { Resource } from '../model/resource.ts'
import type { Call, Step } from '../model/step.ts'
import type { Pilot } from './pilot.ts'
import { nestedSteps } from './waits-for.ts'

/** How long a model takes to show what a change of its load or its parts does. */
export interface Settling {
  /** Requests on their way have ended, abandoned attempts have run out, queues have found their length. */
  readonly fast: Seconds
  /** Those who watch have acted: health checks, promotions, breakers, autoscalers. */
  readonly control: Seconds
}

/** Queues are never thought to take longer than this, whatever the load. */
const FORGOTTEN_MOST: Seconds = 60

export function settlingOf(model: Model, pilot: Pilot): Settling {
  const calls = model.flows.flatMap((flow) => callsOf(flow.steps))
  const attempts = calls.map(({ policy }) => 2 * (policy.timeout ?? 0) * (1 + (policy.retry?.times ?? 0)))
  const queues = Math.min(FORGOTTEN_MOST, 10 * pilot.memory)
  const residence = 3 * pilot.responseTime
  const isBounded = calls.length > 0 && calls.every(({ policy }) => policy.timeout !== null)
  const waits = isBounded ? Math.min(residence, Math.max(...attempts)) : residence
  return { fast: Math.max(queues, waits), control: controlTime(model) }
}

/** Until health checks, breakers and autoscalers of a model have acted. */
export function controlTime(model: Model): Seconds {
  const hit = model.faults.flatMap(({ action }) => {
    if (action.kind === 'partition') return model.groups.map((_, index) => index)
    return action.kind === 'kill' ? [action.group] : []
  })
  const noticed = hit.map((group) => {
    const { detect = 0, promote = 0 } = model.groups[group] ?? {}
    return 1.2 * (detect + (Number.isFinite(promote) ? promote : 0))
  })
  const breakers = model.resources.map((resource) => (resource.kind === 'breaker' ? 2.5 * resource.halfOpen : 0))
  const scalers = model.scalers.map((scaler) => 3 * (scaler.react + scaler.startDelay))
  return Math.max(0, ...noticed, ...breakers, ...scalers)
}

/** The longest that messages are kept at a sender that ships them together: before, hardly one arrives. */
export function shippingTime({ flows }: Model): Seconds {
  const all = flows.flatMap((flow) => stepsIn(flow.steps))
  return Math.max(0, ...all.map((step) => (step.kind === 'publish' ? step.shipEvery : 0)))
}

const callsOf = (steps: readonly Step[]): readonly Call[] =>
  stepsIn(steps).flatMap((step) => (step.kind === 'call' ? [step] : []))

const stepsIn = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap((step) => [step, ...nestedSteps(step).flatMap((inner) => stepsIn(inner))])

/**
 * The same model with those who watch acting in `factor` of their time, but never within what requests take themselves
 * (`fast`): where their delays are long against that, the states in between are as good as steady, and a short stretch
 * of each stands for all of it. Backlogs that grow over such a delay come out too small, in proportion.
 */
export function hasten(model: Model, factor: number, { fast }: Settling): Model {
  if (factor >= 1) return model
  const sooner = (delay: Seconds): Seconds =>
    Number.isFinite(delay) ? Math.max(delay * factor, Math.min(delay, fast)) : delay
  return {
    ...model,
    groups: model.groups.map((group) => ({ ...group, detect: sooner(group.detect), promote: sooner(group.promote) })),
    resources: model.resources.map(
      (resource): Resource =>
        resource.kind === 'breaker' ? { ...resource, halfOpen: sooner(resource.halfOpen) } : resource,
    ),
    scalers: model.scalers.map((scaler) => ({
      ...scaler,
      react: sooner(scaler.react),
      startDelay: sooner(scaler.startDelay),
      coolDown: sooner(scaler.coolDown),
    })),
  }
}
