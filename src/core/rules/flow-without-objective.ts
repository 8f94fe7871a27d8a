import type { Rule, Subject } from './define.ts'
import { names } from './wording.ts'

/** Nobody says how good some flows have to be, though others have objectives. */
export const flowWithoutObjective: Rule = {
  code: 'flow-without-objective',
  step: 1,
  severity: 'note',
  meaning:
    'Some flows have objectives, and others that users wait for have none: whatever becomes of those counts as good. Nothing is said where a design has no objectives at all.',
  remedy: 'A line for it under `requirements.objectives`: `p99 < 500 ms`, `success > 99.9%`; or one for `system`.',
  check: ({ design, model }) => {
    const { objectives } = design.requirements
    const isForAll = objectives.some(({ subject, indicator }) => subject.kind === 'system' && indicator !== 'cost')
    if (isForAll || !objectives.some(({ subject }) => subject.kind === 'flow')) return []
    const judged = new Set(objectives.map(({ subject }) => subject.id))
    const silent = waitedFor({ design, model }).filter(({ id }) => !judged.has(id))
    const [first] = silent
    if (first === undefined) return []
    const all = names(silent.map(({ id }) => id))
    return [
      {
        at: first.span,
        message: `nothing says how good ${all} ${silent.length > 1 ? 'have' : 'has'} to be`,
        hint: 'add an objective to `requirements.objectives`',
        also: silent.slice(1).map(({ span }) => span),
      },
    ]
  },
}

/** Flows that an actor of the design starts, attackers aside. */
const waitedFor = ({ design, model }: Subject) =>
  model.flows.filter(
    ({ id, isConsumer, isHostile }) => !isConsumer && !isHostile && design.flows.get(id)?.trigger.kind === 'actor',
  )
