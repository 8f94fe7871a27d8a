import { harmonic } from '../../base/zipf.ts'
import type { ResourceIndex } from '../../model/resource.ts'
import type { Evidence } from '../evidence.ts'
import { quantity } from '../format.ts'
import { others, type Suspect, type Trail } from './define.ts'

/** A popular key expires, and all who ask for it until it is back fetch it: more at once than the root has servers. */
export function stampede({ root, evidence }: Trail): Suspect | null {
  const { load } = root
  if (load?.resource.kind !== 'station' || load.utilization >= 0.9) return null
  const { servers } = load.resource
  for (const cache of new Set(
    evidence.visits.flatMap(({ resource, missed }) => (resource === load.index ? missed : [])),
  )) {
    const herd = herdOf(cache, load.serviceMean, evidence)
    const at = evidence.loads.get(cache)
    if (at === undefined || herd < 2 * servers * load.copies.length) continue
    return {
      ...root,
      component: at.component,
      reason: 'cold-cache',
      agree: Math.max(2, root.agree),
      victims: others(root.victims, at.component),
      note: `lets about ${quantity(Math.round(herd))} requests through at once when a key expires`,
    }
  }
  return null
}

/** Requests for the most popular key while it is fetched, which takes at least the service behind. */
function herdOf(index: ResourceIndex, fetch: number, { model, visits }: Evidence): number {
  const cache = model.resources[index]
  if (cache?.kind !== 'cache' || cache.onMiss !== 'herd' || !Number.isFinite(cache.timeToLive)) return 0
  const domain = model.keyDomains[cache.keyDomain]
  if (domain === undefined) return 0
  const asking = new Set(visits.filter(({ missed }) => missed.includes(index)).map(({ flow }) => flow))
  const rate = model.sources.reduce((sum, { arrivals, mix }) => {
    const share = mix.reduce((all, part) => all + (asking.has(part.flow) ? part.share : 0), 0)
    return arrivals.kind === 'closed' ? sum : sum + share * arrivals.rate
  }, 0)
  return (rate / harmonic(domain.keys, domain.exponent)) * Math.min(fetch, cache.timeToLive)
}
