import type { ResourceIndex } from '../../model/resource.ts'
import type { Evidence } from '../evidence.ts'
import { percent } from '../format.ts'
import { others, type Suspect, type Trail } from './define.ts'

/** A cache that was emptied, or starts empty, and lets through what makes the root full. */
export function coldCache({ root, evidence, objective }: Trail): Suspect | null {
  const { model, loads, harmful } = evidence
  const flush = harmful.find(({ action }) => action.kind === 'flush')
  const flushed = flush?.action.kind === 'flush' ? flush.action.caches : []
  const cold = model.resources.flatMap((r, i) =>
    r.kind === 'cache' && !r.isWarm && r.forcedHitRatio === null ? [i] : [],
  )
  const emptied = flushed.find((cache) => isBehind(cache, root, evidence))
  const cache = emptied ?? cold.find((candidate) => isBehind(candidate, root, evidence))
  const own = objective.indicator === 'hit' ? cacheOf(objective.subject.id, evidence) : undefined
  const at = loads.get(cache ?? own ?? -1)
  if (at === undefined) return null
  const hits = percent(evidence.hitRatio(at.index))
  const isCold = cache !== undefined
  return {
    ...root,
    component: at.component,
    reason: 'cold-cache',
    since: emptied === undefined ? null : (flush?.start ?? null),
    agree: emptied === undefined ? Math.min(2, Math.max(1, root.agree)) : Math.max(2, root.agree),
    victims: others([...root.victims], root.component).filter((id) => id !== at.component),
    note:
      emptied === undefined
        ? isCold
          ? `starts empty (${hits} hits)`
          : `has ${hits} hits`
        : 'is empty after the flush',
  }
}

/** Does what the root is busy with come through this cache's misses? */
function isBehind(cache: ResourceIndex, root: Suspect, { visits, onPath, hitRatio }: Evidence): boolean {
  if (root.load === null || root.load.index === cache) return onPath.has(cache)
  const { index } = root.load
  const own = visits.filter(({ missed }) => missed.includes(cache))
  const isReached = own.some(({ resource, pools }) => resource === index || pools.includes(index))
  return (isReached || holdsMisses(index, cache, visits)) && hitRatio(cache) < 0.97
}

/** A pool around the lookup is held while its misses are walked. */
const holdsMisses = (pool: ResourceIndex, cache: ResourceIndex, visits: Evidence['visits']): boolean =>
  visits.some(({ missed, pools }) => missed.includes(cache) && pools.includes(pool))

const cacheOf = (component: string, { loads }: Evidence): ResourceIndex | undefined =>
  [...loads.values()].find((load) => load.component === component && load.resource.kind === 'cache')?.index
