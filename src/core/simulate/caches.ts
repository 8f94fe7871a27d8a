import type { Model } from '../model/model.ts'
import type { Step } from '../model/step.ts'
import { type CacheStore, createCacheStore } from './cache-store.ts'
import { FLOW, FOUND, INTS, MISSED } from './field.ts'
import { Flights } from './flights.ts'
import { keyOf } from './keys.ts'
import type { Kernel } from './kernel.ts'
import { instancesOf } from './layout.ts'
import { addFloat } from './numbers.ts'
import { copyAt } from './records.ts'
import { type CacheSite, type LookupSite, registerOf } from './sites.ts'

/** All copies of caches: their entries, what was asked of them, and the miss paths under way. */
export interface Caches {
  readonly stores: readonly CacheStore[]
  readonly lookups: Float64Array
  readonly hits: Float64Array
  readonly flights: Flights
}

export function createCaches(kernel: Pick<Kernel, 'model' | 'streams' | 'layout'>): Caches {
  const { model, streams, layout } = kernel
  const count = layout.total('cache')
  const stores = model.resources.flatMap((cache, index): readonly CacheStore[] => {
    const domain = cache.kind === 'cache' ? model.keyDomains[cache.keyDomain] : undefined
    if (cache.kind !== 'cache' || !domain) return []
    const group = model.groups[cache.group]
    const instances = instancesOf(group)
    const arrivalRate = expectedRate(model, index) / Math.max(1, (group?.shards ?? 1) * (group?.perShard ?? 1))
    return Array.from({ length: instances }, (_, i) => {
      const stream = streams.named(`${cache.id}/entries/${i}`)
      return createCacheStore(cache, domain, { copies: Math.max(1, group?.shards ?? 1), arrivalRate, stream })
    })
  })
  return { stores, lookups: new Float64Array(count), hits: new Float64Array(count), flights: new Flights() }
}

/** Requests per second that ask this cache, all copies together, if nothing is tried twice. */
function expectedRate(model: Model, cache: number): number {
  let rate = 0
  for (const source of model.sources) {
    const arrivals = source.arrivals
    const all = 'rate' in arrivals ? arrivals.rate : 0
    for (const { flow, share } of source.mix) rate += all * share * visits(model.flows[flow]?.steps ?? [], cache)
  }
  return rate
}

/** Mean number of times that these steps ask the cache; a miss path is counted in full. */
function visits(steps: readonly Step[], cache: number): number {
  let count = 0
  for (const step of steps) {
    if (step.kind === 'probe' && step.cache === cache) count += 1
    if (step.kind === 'choose')
      for (const branch of step.branches) count += branch.probability * visits(branch.steps, cache)
    else if ('branches' in step) for (const branch of step.branches) count += visits(branch.steps, cache)
    if (step.kind === 'lookup') count += visits(step.access, cache) + visits(step.miss, cache)
    if (step.kind === 'repeat')
      count += step.count.law === 'fixed' ? step.count.value * visits(step.steps, cache) : visits(step.steps, cache)
    else if ('steps' in step) count += visits(step.steps, cache)
  }
  return count
}

/** Asks for one key, the request's, or for several new ones; sets the registers `found` and `missed`. */
export function probe(kernel: Kernel, record: number, site: CacheSite): void {
  const { caches, records } = kernel
  const copy = copyAt(records, record, site.base, site.depth)
  const count = Math.round(site.keys * registerOf(records, record, site.times))
  const isOne = site.keys === 1 && count === 1
  let found = 0
  for (let i = 0; i < count; i++) if (ask(kernel, record, { site, copy, isOne })) found += 1
  records.ints[(record << INTS) | FOUND] = found
  records.ints[(record << INTS) | MISSED] = count - found
  addFloat(caches.lookups, copy, count)
  addFloat(caches.hits, copy, found)
}

function ask(
  kernel: Kernel,
  record: number,
  { site, copy, isOne }: { readonly site: CacheSite; readonly copy: number; readonly isOne: boolean },
): boolean {
  if (site.forced >= 0) return site.stream.uniform() < site.forced
  const { caches, keys, records, now } = kernel
  const store = caches.stores[copy] as CacheStore
  const key = isOne
    ? keyOf(kernel, record, site.domain)
    : keys.draw(records.ints[(record << INTS) | FLOW] as number, site.domain)
  const isThere = store.has(key, now)
  if (!isThere && !isOne) store.put(key, now)
  return isThere
}

/** The request's key grows old, and nobody fetches it anew yet. */
export function isDue(kernel: Kernel, record: number, site: LookupSite): boolean {
  const { caches, records, layout, now } = kernel
  const store = caches.stores[copyAt(records, record, layout.base(site.cache), site.depth)] as CacheStore
  return store.isDue(keyOf(kernel, record, site.domain), now)
}

/** The request's key, or several new ones, are in the cache from now on, or are not. */
export function insert(kernel: Kernel, record: number, site: CacheSite): void {
  if (site.forced >= 0) return
  const { caches, keys, records, now } = kernel
  const store = caches.stores[copyAt(records, record, site.base, site.depth)] as CacheStore
  const count = Math.round(site.keys * registerOf(records, record, site.times))
  for (let i = 0; i < count; i++) {
    const isOwn = count === 1
    const key = isOwn
      ? keyOf(kernel, record, site.domain)
      : keys.draw(records.ints[(record << INTS) | FLOW] as number, site.domain)
    if (site.mode === 'invalidate') store.remove(key)
    else if (site.mode === 'put' || store.isRefreshing(key) || !store.has(key, now)) store.put(key, now)
  }
}
