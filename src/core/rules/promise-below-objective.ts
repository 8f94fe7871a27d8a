import type { Ratio } from '../base/units.ts'
import type { Flow, Objective } from '../model/model.ts'
import { percent } from '../result/format.ts'
import type { Rule, Subject } from './define.ts'
import { visitFlow } from './walk.ts'
import { names } from './wording.ts'

/** A flow has to succeed more often than those it depends on promise. */
export const promiseBelowObjective: Rule = {
  code: 'promise-below-objective',
  step: 6,
  severity: 'warning',
  meaning:
    'A flow has to succeed more often than all that it cannot do without promise together (`sla`): even if everything else were perfect, the objective would be missed in the long run. Promises along a way multiply. (Treynor, Dahlin, Rau and Beyer 2017, The Calculus of Service Availability.)',
  remedy:
    'A way to do without (`try`/`catch`, `optional`, `on-fail`), a second provider, a better promise, or a lower objective.',
  check: (subject) =>
    subject.model.objectives.flatMap(({ subject: about, indicator, relation, target, text, span }) => {
      const flow = subject.model.flows.find(({ id }) => id === about.id)
      if (!isShare(indicator, relation) || about.kind !== 'flow' || flow === undefined) return []
      const { promised, by } = promisedTo(subject, flow)
      if (promised >= target || by.length === 0) return []
      return [
        {
          at: span,
          message: `\`${about.id}\` ${text}, but ${names(by)} ${by.length > 1 ? 'promise' : 'promises'} ${percent(promised)}${by.length > 1 ? ' together' : ''}`,
          hint: 'let the flow do without it, or lower the objective',
        },
      ]
    }),
}

const isShare = (indicator: Objective['indicator'], relation: Objective['relation']): boolean =>
  indicator === 'success' && relation.startsWith('>')

/** What is left when all that may fail before the answer does so independently. */
function promisedTo(subject: Subject, flow: Flow): { readonly promised: Ratio; readonly by: readonly string[] } {
  let promised = 1
  const by = new Set<string>()
  visitFlow(subject, flow, (step, { isShielded }) => {
    if (step.kind !== 'fail' || step.promisedBy === undefined || isShielded) return
    promised *= 1 - step.probability
    for (const name of step.promisedBy) by.add(name)
  })
  return { promised, by: [...by] }
}
