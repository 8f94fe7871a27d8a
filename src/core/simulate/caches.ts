import { type CacheStore, createCacheStore } from './cache-store.ts'
import { expectedRates } from './expected-rates.ts'
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
  const rateOf = expectedRates(model)
  const stores = model.resources.flatMap((cache, index): readonly CacheStore[] => {
    const domain = cache.kind === 'cache' ? model.keyDomains[cache.keyDomain] : undefined
    if (cache.kind !== 'cache' || !domain) return []
    const group = model.groups[cache.group]
    const instances = instancesOf(group)
    const arrivalRate = rateOf(index) / Math.max(1, (group?.shards ?? 1) * (group?.perShard ?? 1))
    return Array.from({ length: instances }, (_, i) => {
      const stream = streams.named(`${cache.id}/entries/${i}`)
      return createCacheStore(cache, domain, { copies: Math.max(1, group?.shards ?? 1), arrivalRate, stream })
    })
  })
  return { stores, lookups: new Float64Array(count), hits: new Float64Array(count), flights: new Flights() }
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
