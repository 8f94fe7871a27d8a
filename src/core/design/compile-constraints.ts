import type { Model, Objective } from '../model/model.ts'
import type { Requirements } from './design.ts'

/** What the constraints allow is an objective like any other, where none says as much already. */
export function constraintObjectives(
  { objectives, constraints }: Requirements,
  components: Model['components'],
): readonly Objective[] {
  const { budget, utilization } = constraints
  const isSaid = objectives.some(({ indicator, subject }) => indicator === 'cost' && subject.kind === 'system')
  const cost: readonly Objective[] =
    budget === null || isSaid
      ? []
      : [
          {
            ...common,
            id: 'system budget',
            subject: { kind: 'system', id: 'system' },
            indicator: 'cost',
            target: budget.value,
            text: `cost <= ${budget.text}`,
            span: budget.span,
          },
        ]
  const busy = components.flatMap(({ id, primary }): readonly Objective[] => {
    const hasOwn = objectives.some(({ indicator, subject }) => indicator === 'utilization' && subject.id === id)
    if (utilization === null || primary === null || hasOwn) return []
    return [
      {
        ...common,
        id: `${id} utilization`,
        subject: { kind: 'component', id },
        indicator: 'utilization',
        target: utilization.value,
        text: `utilization <= ${utilization.text}`,
        span: utilization.span,
      },
    ]
  })
  return [...cost, ...busy]
}

const common = { share: null, relation: '<=' } as const
