import type { PerSecond } from '../base/units.ts'
import type { Model, Objective } from '../model/model.ts'
import { perSecond } from '../result/format.ts'
import type { Breach, Rule } from './define.ts'

/** Throughput is to be higher than what anybody asks for. */
export const moreThanAsked: Rule = {
  code: 'more-than-asked',
  step: 1,
  severity: 'warning',
  meaning:
    'An objective asks for more good answers a second than there are requests at the highest point of the load: no design can meet it.',
  remedy:
    'The load that is meant (`load.<actor>.rate`), or an objective that fits it; how much more a design could take says `loadpath knee`.',
  check: ({ model }) => model.objectives.flatMap((objective) => breachOf(objective, model)),
}

function breachOf({ subject, indicator, target, relation, text, span }: Objective, model: Model): readonly Breach[] {
  const isMeant = (indicator === 'goodput' || indicator === 'throughput') && relation.startsWith('>')
  if (!isMeant || subject.kind !== 'flow') return []
  const most = mostAsked(model, subject.id)
  if (!(most > 0) || target <= most) return []
  return [
    {
      at: span,
      message: `\`${subject.id}\` ${text}, but it is asked for ${perSecond(most)} at most`,
      hint: 'raise the load, or lower the target',
    },
  ]
}

/** Infinity: closed users ask as fast as they are answered, or messages start it. */
function mostAsked({ flows, sources }: Model, id: string): PerSecond {
  const index = flows.findIndex((flow) => flow.id === id)
  if (flows[index]?.isConsumer === true) return Infinity
  return sources.reduce((sum, { arrivals, mix, shape }) => {
    const share = mix.reduce((all, part) => all + (part.flow === index ? part.share : 0), 0)
    if (share === 0) return sum
    const peak = Math.max(1, ...shape.map(({ times }) => times))
    return 'rate' in arrivals ? sum + arrivals.rate * share * peak : Infinity
  }, 0)
}
