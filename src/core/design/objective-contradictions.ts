import type { Collector } from '../base/diagnostic.ts'
import type { Objective } from '../model/model.ts'

/** Percentiles from low to high: a higher one is never below a lower one. */
const ORDER: readonly Objective['indicator'][] = ['p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max']

/** Says which comparisons about one subject no system can meet together. */
export function reportContradictions(objectives: readonly Objective[], out: Collector): void {
  const bySubject = new Map<string, Objective[]>()
  for (const objective of objectives) {
    const key = `${objective.subject.kind} ${objective.subject.id}`
    const same = bySubject.get(key)
    if (same === undefined) bySubject.set(key, [objective])
    else same.push(objective)
  }
  for (const same of bySubject.values()) {
    for (const upper of same.filter(isUpper)) {
      const lower = same.find((other) => !isUpper(other) && excludes(upper, other))
      if (lower === undefined) continue
      const message = `\`${upper.text}\` and \`${lower.text}\` contradict each other`
      const hint = upper.indicator === lower.indicator ? undefined : 'a higher percentile is never below a lower one'
      const at = upper.span.offset > lower.span.offset ? upper.span : lower.span
      const also = [at === upper.span ? lower.span : upper.span]
      const base = { code: 'objective-contradiction', severity: 'error', at, message, also } as const
      out.add(hint === undefined ? base : { ...base, hint })
    }
  }
}

const isUpper = ({ relation }: Objective): boolean => relation.startsWith('<')

/** Nothing is below the one and above the other. */
function excludes(upper: Objective, lower: Objective): boolean {
  if (upper.share !== lower.share) return false
  const isStrict = !upper.relation.endsWith('=') || !lower.relation.endsWith('=')
  const isApart = isStrict ? upper.target <= lower.target : upper.target < lower.target
  if (!isApart) return false
  if (upper.indicator === lower.indicator) return true
  const high = ORDER.indexOf(upper.indicator)
  const low = ORDER.indexOf(lower.indicator)
  return high >= 0 && low >= 0 && low <= high
}
