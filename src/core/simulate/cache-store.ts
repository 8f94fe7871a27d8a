import { EventSet } from '../base/event-set.ts'
import type { RandomStream } from '../base/random.ts'
import type { PerSecond, Seconds } from '../base/units.ts'
import { ZipfSampler } from '../base/zipf.ts'
import type { KeyDomain } from '../model/model.ts'
import type { Cache } from '../model/resource.ts'
import { EntryList, EntryLottery, FrequencyHeap, noOrder, type Order } from './cache-order.ts'
import { EntryTable, longer } from './cache-table.ts'
import { PastUses } from './cache-uses.ts'
import { characteristicTime, KeyChance, KeyFlow, residenceTime, type Warmth } from './cache-warmth.ts'
import { FrequencyWarmth, InsertionWarmth, RecencyWarmth } from './cache-warmth-laws.ts'

/** The entries of one copy of a cache. Keys are ranks 1..keys (Zipf rank = key). Times never go back. */
export interface CacheStore {
  /** Is the key there now? Counts as a use for LRU and LFU. */
  has(key: number, now: Seconds): boolean
  /**
   * There from now on: its time to live starts anew. Evicts by the rule when full. A new key is refused when full by
   * `none`, and by `lfu` while it was not asked for more often than all that are there.
   */
  put(key: number, now: Seconds): void
  /** At the last known time. */
  remove(key: number): void
  /** True once for each time to live: the key is there, but has had most of it. */
  isDue(key: number, now: Seconds): boolean
  /** Between the two. */
  isRefreshing(key: number): boolean
  /** Forget everything: flush, crash. */
  clear(): void
  /** Entries, to the last known time. While a warm start is lazy its part is an expectation. */
  readonly size: number
}

export interface CacheStoreOptions {
  /** Over how many shards the keys are spread by hash; this copy sees its share of them. */
  readonly copies: number
  /** Requests per second that this copy is expected to see (a warm start with a time to live depends on it). */
  readonly arrivalRate: PerSecond
  /** For random eviction and the warm start. */
  readonly stream: RandomStream
  /** Longest warm start that is played request by request; 0 = never. */
  readonly playedMost?: number
}

/**
 * A warm start is what the cache would hold at time 0 had the expected flow (independent requests, misses filled at
 * once) run for ever. Keys that nobody touched since then are not listed: see {@link Warmth}. The law of each key is
 * exact with a time to live alone; under eviction it is Che's approximation and its like for FIFO and random
 * eviction, which is within 0.003 of the hit ratio from a hundred entries on. Where it takes few requests
 * (`playedMost`, and one copy sees all keys) that many are played before time 0, which leaves nothing of the
 * approximation.
 */
export function createCacheStore(cache: Cache, domain: KeyDomain, options: CacheStoreOptions): CacheStore {
  const { stream, arrivalRate, copies, playedMost = PLAYED_MOST } = options
  const { timeToLive, evict } = cache
  const entries = Math.floor(cache.entries)
  const isFed = arrivalRate > 0 || timeToLive === Infinity
  if (!cache.isWarm || entries < 1 || !isFed) return new Entries(cache, domain, stream, null)
  // Without a time to live only the order of requests matters, so any rate will do.
  const rate = arrivalRate > 0 ? arrivalRate : 1
  const flow = new KeyFlow(domain, { copies, arrivalRate: rate })
  const played = copies === 1 ? requestsToSettle(flow, rate, { evict, entries, timeToLive }) : Infinity
  const span = played <= playedMost ? played / rate : 0
  const warm = { flow, chance: new KeyChance(stream), entries, timeToLive, copies, start: -span }
  const isFilling = span > 0 && evict === 'none' && timeToLive === Infinity
  const store = new Entries(cache, domain, stream, isFilling ? null : warmthOf(evict, warm))
  if (span > 0) play(store, domain, { stream, rate, span })
  return store
}

// About 5 ms for each copy.
const PLAYED_MOST = 30_000

function warmthOf(evict: Cache['evict'], warm: ConstructorParameters<typeof RecencyWarmth>[0]): Warmth {
  if (evict === 'lfu') return new FrequencyWarmth(warm)
  if (evict !== 'lru') return new InsertionWarmth(warm, evict)
  const isBound = warm.timeToLive < Infinity || warm.entries < warm.flow.keys
  return isBound ? new RecencyWarmth(warm) : new InsertionWarmth(warm, 'none')
}

/** Requests after which nothing is left of how the cache was filled; 0 when the law of the warm start is exact. */
function requestsToSettle(
  flow: KeyFlow,
  rate: PerSecond,
  cache: Pick<Cache, 'evict' | 'entries' | 'timeToLive'>,
): number {
  const { evict, entries, timeToLive } = cache
  const stay = residenceTime(flow, entries)
  if (evict === 'lfu' || entries >= flow.keys || stay >= timeToLive) return 0
  if (timeToLive < Infinity) return 3 * rate * (evict === 'lru' || evict === 'none' ? timeToLive : stay)
  if (evict === 'lru') return 1.2 * rate * characteristicTime(flow, entries)
  if (evict === 'none') return 2 * rate * characteristicTime(flow, entries)
  return 4 * rate * stay
}

function play(
  store: CacheStore,
  domain: KeyDomain,
  flow: { readonly stream: RandomStream; readonly rate: PerSecond; readonly span: Seconds },
): void {
  const keys = new ZipfSampler(domain.keys, domain.exponent)
  for (let now = -flow.span; now < 0; now += flow.stream.exponential() / flow.rate) {
    const key = keys.draw(flow.stream)
    if (!store.has(key, now)) store.put(key, now)
  }
}

function orderOf(cache: Cache, domain: KeyDomain, stream: RandomStream): Order {
  if (cache.entries >= domain.keys) return noOrder
  switch (cache.evict) {
    case 'lru':
      return new EntryList(true)
    case 'fifo':
      return new EntryList(false)
    case 'lfu':
      return new FrequencyHeap()
    case 'random':
      return new EntryLottery(stream)
    case 'none':
      return noOrder
  }
}

/** Expiry of an entry that only says: this key, which {@link Warmth} still counts as there, is not. */
const GONE = -Infinity

class Entries implements CacheStore {
  private readonly table = new EntryTable()
  private readonly order: Order
  private readonly evictRule: Cache['evict']
  private readonly room: number
  private readonly timeToLive: Seconds
  private readonly hasExpiry: boolean
  private readonly stream: RandomStream
  /** Time left at which a key is fetched anew; 0 = never. */
  private readonly refreshLeft: Seconds
  private readonly refreshing = new Set<number>()
  /** Keys that were not touched since the start; null when there are none, or no more. */
  private warmth: Warmth | null
  /** LFU with less room than keys: counts outlive their entries. */
  private readonly past: PastUses | null
  /** Uses move an entry in the order, so a warm key has to become an entry with its first use. */
  private readonly isMovedByUse: boolean
  private expiries = new Float64Array(0)
  /** Entries by expiry: those put since the start, and those that were there before. */
  private readonly puts = new EntryList(false)
  private readonly earlier: EventSet | null
  private capacity = 0
  /** Entries without the {@link GONE} ones. */
  private live = 0

  constructor(cache: Cache, domain: KeyDomain, stream: RandomStream, warmth: Warmth | null) {
    this.order = orderOf(cache, domain, stream)
    this.evictRule = cache.evict
    // While a warm start counts by expectation, a cache with room for all keys could seem to be full.
    this.room = cache.entries >= domain.keys ? Infinity : Math.floor(cache.entries)
    this.timeToLive = cache.timeToLive
    this.hasExpiry = cache.timeToLive < Infinity
    this.stream = stream
    this.refreshLeft = cache.refreshFrom === undefined ? 0 : (1 - cache.refreshFrom) * cache.timeToLive
    this.warmth = warmth
    this.earlier = warmth !== null && this.hasExpiry ? new EventSet() : null
    const prior = warmth instanceof FrequencyWarmth ? (key: number) => warmth.usesOf(key) : null
    this.past = this.order instanceof FrequencyHeap ? new PastUses(prior) : null
    this.isMovedByUse = this.order !== noOrder && (cache.evict === 'lru' || cache.evict === 'lfu')
    this.grow()
  }

  get size(): number {
    return this.live + (this.warmth === null ? 0 : Math.round(this.warmth.count))
  }

  has(key: number, now: Seconds): boolean {
    this.advance(now)
    const entry = this.table.find(key)
    if (entry < 0) return this.warmth !== null && this.recall(key, this.warmth)
    if (this.expiries[entry] === GONE) return false
    this.order.use(entry)
    return true
  }

  put(key: number, now: Seconds): void {
    this.advance(now)
    if (this.refreshLeft > 0) this.refreshing.delete(key)
    let entry = this.table.find(key)
    if (entry < 0 && this.warmth?.holds(key)) entry = this.materialize(key, this.warmth)
    if (entry >= 0 && this.expiries[entry] !== GONE) {
      this.order.use(entry)
      this.renew(entry, now)
      return
    }
    const uses = (this.past?.of(key) ?? 0) + 1
    while (this.size >= this.room) {
      if (this.past !== null && uses <= this.leastUses()) return this.past.set(key, uses)
      if (!this.evict()) return
    }
    this.warmth?.enter()
    if (entry < 0) entry = this.add(key)
    this.live += 1
    this.order.add(entry, uses)
    this.expiries[entry] = now + this.timeToLive
    if (this.hasExpiry) this.puts.add(entry)
  }

  isDue(key: number, now: Seconds): boolean {
    const entry = this.table.find(key)
    if (entry < 0 || this.refreshing.has(key)) return false
    const isOld = (this.expiries[entry] as number) - now < this.refreshLeft
    if (isOld) this.refreshing.add(key)
    return isOld
  }

  isRefreshing(key: number): boolean {
    return this.refreshing.has(key)
  }

  remove(key: number): void {
    let entry = this.table.find(key)
    if (entry < 0 && this.warmth?.holds(key)) entry = this.materialize(key, this.warmth)
    if (entry >= 0 && this.expiries[entry] !== GONE) this.drop(entry)
  }

  clear(): void {
    this.table.clear()
    this.order.clear()
    this.puts.clear()
    this.past?.clear()
    this.refreshing.clear()
    this.warmth = null
    this.live = 0
  }

  private advance(now: Seconds): void {
    if (this.warmth !== null) this.advanceWarmth(now, this.warmth)
    if (!this.hasExpiry) return
    for (;;) {
      const entry = this.puts.victim()
      if (entry < 0 || (this.expiries[entry] as number) > now) return
      this.drop(entry)
    }
  }

  private advanceWarmth(now: Seconds, warmth: Warmth): void {
    warmth.advance(now)
    const { earlier } = this
    while (earlier?.pop(now)) {
      // Renewed, or removed and given to another key, when the times differ.
      if (this.expiries[earlier.what] === earlier.time) this.drop(earlier.what)
    }
    if (!warmth.isOver || (earlier !== null && earlier.size > 0)) return
    this.warmth = null
    for (let entry = 0; entry < this.table.limit; entry++) if (this.expiries[entry] === GONE) this.forget(entry)
  }

  /** Is a key there that was not touched before? */
  private recall(key: number, warmth: Warmth): boolean {
    if (!warmth.holds(key)) return false
    if (this.isMovedByUse) this.order.use(this.materialize(key, warmth))
    return true
  }

  private materialize(key: number, warmth: Warmth): number {
    const entry = this.add(key)
    const expiry = warmth.since + this.timeToLive
    warmth.take()
    this.live += 1
    this.order.add(entry, warmth.uses)
    this.expiries[entry] = expiry
    this.earlier?.push(expiry, entry, 0)
    return entry
  }

  private renew(entry: number, now: Seconds): void {
    if (!this.hasExpiry) return
    if (this.puts.holds(entry)) this.puts.remove(entry)
    this.puts.add(entry)
    this.expiries[entry] = now + this.timeToLive
  }

  /** LFU: uses of whoever would have to go. */
  private leastUses(): number {
    const { order, warmth } = this
    const victim = order.victim()
    const known = victim >= 0 && order instanceof FrequencyHeap ? order.usesOf(victim) : Infinity
    return warmth !== null && warmth.count >= 0.5 ? Math.min(known, warmth.leastUses) : known
  }

  /** False when nothing may be evicted. */
  private evict(): boolean {
    const { warmth } = this
    if (this.order === noOrder) return false
    const victim = this.order.victim()
    if (warmth !== null && warmth.count >= 0.5 && this.isWarmFirst(victim, warmth)) warmth.evict()
    else if (victim < 0) return false
    else this.drop(victim)
    return true
  }

  private isWarmFirst(victim: number, warmth: Warmth): boolean {
    if (victim < 0) return true
    if (this.evictRule === 'random') return this.stream.uniform() * (this.live + warmth.count) < warmth.count
    if (this.order instanceof FrequencyHeap) return warmth.leastUses < this.order.usesOf(victim)
    return true
  }

  private add(key: number): number {
    const entry = this.table.add(key)
    if (this.table.capacity > this.capacity) this.grow()
    return entry
  }

  /** Takes an entry out; one that its key's warmth would bring back stays as {@link GONE}. */
  private drop(entry: number): void {
    if (this.refreshLeft > 0) this.refreshing.delete(this.table.keys[entry] as number)
    if (this.past !== null && this.order instanceof FrequencyHeap)
      this.past.set(this.table.keys[entry] as number, this.order.usesOf(entry))
    this.order.remove(entry)
    if (this.hasExpiry && this.puts.holds(entry)) this.puts.remove(entry)
    this.live -= 1
    if (this.warmth?.holds(this.table.keys[entry] as number)) this.expiries[entry] = GONE
    else this.forget(entry)
  }

  private forget(entry: number): void {
    this.expiries[entry] = Number.NaN
    this.table.remove(entry)
  }

  private grow(): void {
    this.capacity = this.table.capacity
    this.expiries = longer(this.expiries, this.capacity)
    this.order.grow(this.capacity)
    if (this.hasExpiry) this.puts.grow(this.capacity)
  }
}
