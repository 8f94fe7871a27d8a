import type { Model } from '../model/model.ts'
import type { Call, CallPolicy } from '../model/step.ts'
import * as op from './op.ts'

/**
 * What a model keeps simple can be played the short way. Everything here is decided once, from the model, so the way
 * that is taken never changes while it runs.
 */

/** The instructions by which a station is entered and left. */
export function wayThrough(model: Model, resource: number): readonly [arrive: number, leave: number] {
  const station = model.resources[resource]
  const isSteady = station?.kind === 'station' && station.outages === null && !isTroubled(model, station.group)
  if (isSteady && station.discipline === 'ps') return [op.SERVE_UNSHARED, op.LEAVE_UNSHARED]
  if (isSteady && station.discipline === 'fifo' && isEndless(model, resource)) return [op.SERVE_FIFO, op.LEAVE_FIFO]
  return [op.SERVE, op.LEAVE]
}

/** Nobody is turned away there, and nobody leaves before being served. */
function isEndless({ resources }: Model, resource: number): boolean {
  const station = resources[resource]
  return station?.kind === 'station' && station.waitingRoom === Infinity && station.patience === null
}

/** Some fault is for instances of this group, or some of them come later and are slow at first. */
const isTroubled = ({ groups, scalers, faults, breakdowns = [] }: Model, group: number): boolean =>
  (groups[group]?.warmUp !== undefined && scalers.some((scaler) => scaler.group === group)) ||
  faults.some(({ action }) => action.kind === 'partition' || ('group' in action && action.group === group)) ||
  breakdowns.some(({ victims }) => victims.some((victim) => victim.group === group))

/** A call without a policy, where nothing goes wrong at either end, for work that cannot fail. */
export function isSurePassage(model: Model, { to, policy, steps }: Call, chain: readonly number[]): boolean {
  if (!isWithoutPolicy(policy) || [...chain, to].some((group) => isTroubled(model, group))) return false
  return steps.length > 0 && steps.every((step) => step.kind === 'serve' && isEndless(model, step.station))
}

/** The caller waits for the answer, however long it takes, and takes what comes. */
export function isWithoutPolicy({
  timeout,
  deadline,
  retry,
  hedge,
  breaker,
  bulkhead,
  connection,
}: CallPolicy): boolean {
  return [timeout, deadline, retry, hedge, breaker, bulkhead, connection].every((part) => part === null)
}
