import type { PerSecond, Seconds } from '../base/units.ts'
import type { Model, Objective } from '../model/model.ts'
import { digits, percent } from '../result/format.ts'
import type { Breach, Rule } from './define.ts'

const MONTH: Seconds = 30 * 86_400

/** An objective that cannot be tested: there is less than one failure a month to be counted. */
export const rareObjective: Rule = {
  code: 'rare-objective',
  step: 1,
  severity: 'note',
  meaning:
    'An objective on a share allows less than one failure in a month at the load that is expected. One failed request more or less decides it, and nobody can tell a good month from luck. (Google SRE Workbook, chapter 5: low-traffic services.)',
  remedy:
    'A lower share, a longer window, requests of a probe beside those of users, or an objective on a larger whole.',
  check: ({ model }) => model.objectives.flatMap((objective) => breachOf(objective, model)),
}

function breachOf({ subject, indicator, target, relation, text, span }: Objective, model: Model): readonly Breach[] {
  if (indicator !== 'success' || !relation.startsWith('>') || subject.kind !== 'flow') return []
  const month = rateOf(model, subject.id) * MONTH
  const allowed = month * (1 - target)
  if (!(month > 0) || allowed >= 1) return []
  const asked = `${digits(month)} requests a month`
  return [
    {
      at: span,
      message: `\`${subject.id}\` ${text} allows less than one failure in ${asked}: ${percent(target)} of them cannot be told from luck`,
      hint: 'ask for less, or of more requests together',
    },
  ]
}

/** Of open load; closed users ask as fast as they are answered. */
function rateOf({ flows, sources }: Model, id: string): PerSecond {
  return sources.reduce((sum, { arrivals, mix, isHostile }) => {
    if (!('rate' in arrivals) || isHostile) return arrivals.kind === 'closed' ? Infinity : sum
    const share = mix.reduce((all, part) => all + (flows[part.flow]?.id === id ? part.share : 0), 0)
    return sum + arrivals.rate * share
  }, 0)
}
