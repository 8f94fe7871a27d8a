import type { Ratio, Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { StateLoss } from './availability.ts'
import { deadOf, type Phase } from './failure-environment.ts'
import type { FailureAnswers, StateAnswer } from './failure-answers.ts'
import type { FailureCause } from './failures.ts'

/**
 * What one cause costs on top of its settled state, each second: until callers notice the dead, and until the next copy
 * leads.
 */
export function momentsOf(
  model: Model,
  cause: FailureCause,
  settled: StateAnswer | null,
  others: readonly FailureCause[],
  answers: FailureAnswers,
): StateLoss {
  const none: StateLoss = { success: model.flows.map(() => 0), missed: model.objectives.map(() => 0) }
  if (settled === null) return none
  const dead = deadOf([cause.victims])
  const perSecond = stillUp(cause, others) / (cause.meanUp + cause.meanDown)
  return phasesOf(model, cause).reduce<StateLoss>((sum, { phase, time }) => {
    const answer = time > 0 ? answers.of(dead, phase) : null
    if (answer === null) return sum
    const share = perSecond * time
    const isMissed = (state: StateAnswer, i: number): boolean => state.objectives[i]?.verdict === 'missed'
    return {
      success: sum.success.map(
        (loss, flow) =>
          loss + share * Math.max(0, (settled.success[flow]?.value ?? 1) - (answer.success[flow]?.value ?? 1)),
      ),
      missed: sum.missed.map((loss, i) => loss + (isMissed(answer, i) && !isMissed(settled, i) ? share : 0)),
    }
  }, none)
}

/** How long each phase lasts: the slowest of what fails decides. */
function phasesOf(
  model: Model,
  { victims, meanDown }: FailureCause,
): readonly { readonly phase: Phase; readonly time: Seconds }[] {
  const groups = victims.map(({ group, instances }) => {
    const { detect = 0, promote = Infinity, perShardMax = 1 } = model.groups[group] ?? {}
    const loses = instances.some((instance) => instance % perShardMax === 0)
    return { detect, promote: loses && promote < Infinity ? promote : 0 }
  })
  const unnoticed = Math.min(meanDown, Math.max(0, ...groups.map(({ detect }) => detect)))
  const until = Math.min(meanDown, Math.max(unnoticed, ...groups.map(({ promote }) => promote)))
  return [
    { phase: 'unnoticed', time: unnoticed },
    { phase: 'leaderless', time: until - unnoticed },
  ]
}

/** What is down already with something else is not lost again. */
function stillUp({ id, victims }: FailureCause, others: readonly FailureCause[]): Ratio {
  return others.reduce((share, other) => {
    if (other.id === id) return share
    const dead = deadOf([other.victims])
    const isCovered = victims.every(({ group, instances }) => instances.every((one) => dead.get(group)?.has(one)))
    return isCovered ? share * (1 - other.unavailability) : share
  }, 1)
}
