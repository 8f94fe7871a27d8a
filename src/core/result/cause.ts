import type { Model, Objective } from '../model/model.ts'
import { describe } from './cause-text.ts'
import { rootOf } from './chain.ts'
import type { Evidence } from './evidence.ts'
import type { Cause } from './result.ts'
import { suspects } from './suspects/index.ts'
import { nobody, type Suspect } from './suspects/define.ts'

/**
 * Why an objective is missed. Follows the slow requests' time, or the failures, to the resource they wait at, from
 * there down who waits for whom to the one that works and waits for nobody, and asks then what made that one full:
 * retries, a fault, a cold cache, an autoscaler that came late, one hot shard, or just too much work.
 */
export function findCause(objective: Objective, evidence: Evidence): Cause {
  const suspect = suspectOf(objective, evidence)
  return {
    component: suspect.component,
    reason: suspect.reason,
    share_of_tail: Math.max(0, Math.min(1, suspect.share)),
    since_s: suspect.since === null ? null : evidence.written(suspect.since),
    confidence: suspect.agree >= 3 ? 'certain' : suspect.agree === 2 ? 'likely' : 'unclear',
    text: describe(suspect, objective, evidence),
  }
}

function suspectOf(objective: Objective, evidence: Evidence): Suspect {
  if (objective.indicator === 'cost') return { ...nobody, component: mostExpensive(evidence.model), reason: 'cost' }
  const root = rootOf(objective, evidence)
  for (const ask of suspects) {
    const suspect = ask({ objective, evidence, root })
    if (suspect !== null) return suspect
  }
  return root
}

function mostExpensive(model: Model): string {
  const cost = (id: string): number =>
    model.components.find((c) => c.id === id)?.cost.reduce((total, entry) => total + entry.dollarsPerMonth, 0) ?? 0
  return [...model.components].sort((a, b) => cost(b.id) - cost(a.id))[0]?.id ?? ''
}
