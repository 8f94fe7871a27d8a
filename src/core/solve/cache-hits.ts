import { exp, log } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Cache } from '../model/resource.ts'
import { exact, type Method } from '../result/solution.ts'
import { absence, type KeyRates, type Refresh, refreshOf, stayMean } from './cache-stay.ts'
import { passedShare, type Popularity } from './popularity.ts'

/** What one copy of a cache is asked, and what it is. */
export interface CacheLoad {
  /** Of one copy. */
  readonly cache: Pick<Cache, 'entries' | 'timeToLive' | 'evict' | 'onMiss' | 'forcedHitRatio' | 'refreshFrom'>
  readonly popularity: Popularity
  /**
   * Keys that may lie on this copy, as a share of the domain: 1 / shards when keys pick the shard, 1 when any copy may
   * hold any key.
   */
  readonly keyShare: Ratio
  /** Keys asked for at this copy. */
  readonly lookups: PerSecond
  /** Keys written at this copy: refreshed, or brought in. As popular as the domain says, whatever lookups see. */
  readonly puts: PerSecond
  /** Keys taken out at this copy, as popular as the domain says. */
  readonly invalidations: PerSecond
  /** Mean time from a miss to the fill. */
  readonly fetch: Seconds
  /** Squared coefficient of variation of that time; left out = 0. */
  readonly fetchScv?: number
  /** Share of fetches that end in a fill: a failed one fills nothing. */
  readonly filled: Ratio
}

/** What becomes of the lookups at one copy. */
export interface CacheAnswer {
  /** Lookups that find their key; those that wait for somebody else's fetch do not. */
  readonly hitRatio: Ratio
  /** What is asked of the next level. */
  readonly missed: Popularity
  /** Lookups that wait for somebody else's fetch (single-flight), as a share of all. */
  readonly waiting: Ratio
  /** Mean wait of one of those, as a share of `fetch`. */
  readonly waitShare: number
  /** Fetches for lookups that missed, per lookup; a lookup that waits makes none. */
  readonly fetches: Ratio
  /** Fetches beside hits (`refreshFrom`), per lookup. */
  readonly refreshes: Ratio
  /** Entries in use. */
  readonly occupied: number
  /** What decides who is there (characteristic time, residence time, last rank): a start for the next solve. */
  readonly bound: number
  readonly method: Method
}

/**
 * Steady state of one copy of a cache under independent requests: each key comes and goes by itself, and eviction is a
 * bound on its stay that leaves as many entries as there is room for (LRU: Che, Tung and Wang 2002; FIFO and random:
 * Fricker, Robert and Roberts 2012; LFU: the most popular stay). Time to live: Jung, Berger and Balakrishnan 2003.
 * `start`: `bound` of a similar solve.
 */
export function solveCache(load: CacheLoad, start = 0): CacheAnswer {
  const { cache, popularity } = load
  if (cache.forcedHitRatio !== null) return forced(load, cache.forcedHitRatio)
  const keys = keysOf(load)
  const { bound, present } = presenceOf(load, keys, start)
  const isShared = cache.onMiss === 'single-flight'
  const passed = new Float64Array(present.length)
  let asked = 0
  let hits = 0
  let fetches = 0
  let refreshes = 0
  let occupied = 0
  for (let i = 0; i < present.length; i++) {
    const count = keys.count[i] as number
    const rate = keys.lookups[i] as number
    const miss = 1 - (present[i] as number)
    // A flight takes all that come until it is over.
    const fetch = isShared ? miss / (1 + rate * load.fetch) : miss
    const refresh = rate > 0 ? refreshRate(load, keys, i, present[i] as number) / rate : 0
    asked += count * rate
    hits += count * rate * (1 - miss)
    fetches += count * rate * fetch
    refreshes += count * rate * refresh
    occupied += count * (1 - miss)
    passed[i] = (popularity.passed[i] as number) * (fetch + refresh)
  }
  const hitRatio = hits / asked
  return {
    hitRatio,
    missed: { bins: popularity.bins, passed },
    waiting: Math.max(0, 1 - hitRatio - fetches / asked),
    waitShare: (1 + (load.fetchScv ?? 0)) / 2,
    fetches: fetches / asked,
    refreshes: refreshes / asked,
    occupied,
    bound,
    method: methodOf(load, bound),
  }
}

/** The hit ratio is given, alike for all keys; flights are still shared. */
function forced(load: CacheLoad, hitRatio: Ratio): CacheAnswer {
  const { popularity, cache, fetch: time } = load
  const { bins } = popularity
  const keys = keysOf(load)
  const passed = new Float64Array(bins.length)
  let asked = 0
  let fetches = 0
  for (let i = 0; i < passed.length; i++) {
    const rate = keys.lookups[i] as number
    const miss = 1 - hitRatio
    const fetch = cache.onMiss === 'single-flight' ? miss / (1 + rate * miss * time) : miss
    asked += (keys.count[i] as number) * rate
    fetches += (keys.count[i] as number) * rate * fetch
    passed[i] = (popularity.passed[i] as number) * fetch
  }
  return {
    hitRatio,
    missed: { bins, passed },
    waiting: Math.max(0, 1 - hitRatio - fetches / asked),
    waitShare: (1 + (load.fetchScv ?? 0)) / 2,
    fetches: fetches / asked,
    refreshes: 0,
    occupied: 0,
    bound: 0,
    method: exact,
  }
}

/** Keys of a copy by bin: how many, and what happens to each. */
interface Keys {
  readonly count: Float64Array
  readonly lookups: Float64Array
  readonly puts: Float64Array
  readonly invalidations: Float64Array
  /** Mean time from leaving until it is there again, while there is room. */
  readonly away: Float64Array
}

// Whom nobody asks has the hit ratio of whom somebody seldom asks.
const SELDOM = 1e-9

function keysOf(load: CacheLoad): Keys {
  const { popularity, keyShare, cache, fetch, filled } = load
  const { bins, passed } = popularity
  const scale = Math.max(load.lookups, SELDOM) / (passedShare(popularity) || 1) / keyShare
  const column = (of: (p: Ratio, i: number) => number): Float64Array => Float64Array.from(bins, ({ p }, i) => of(p, i))
  const lookups = column((p, i) => p * scale * (passed[i] as number))
  const puts = column((p) => (p * load.puts) / keyShare)
  const invalidations = column((p) => (p * load.invalidations) / keyShare)
  const path = { fetch, filled, isShared: cache.onMiss === 'single-flight' }
  const away = column((_, i) => absence(ratesOf({ lookups, puts, invalidations }, i), path))
  return { count: Float64Array.from(bins, ({ ranks }) => ranks * keyShare), lookups, puts, invalidations, away }
}

const ratesOf = (keys: Pick<Keys, 'lookups' | 'puts' | 'invalidations'>, i: number): KeyRates => ({
  lookups: keys.lookups[i] as number,
  puts: keys.puts[i] as number,
  invalidations: keys.invalidations[i] as number,
})

interface Presence {
  readonly bound: number
  /** Of a key of each bin: probability that it is there. */
  readonly present: Float64Array
}

function presenceOf(load: CacheLoad, keys: Keys, start: number): Presence {
  const { evict } = load.cache
  const entries = Math.floor(load.cache.entries)
  const present = new Float64Array(keys.count.length)
  if (entries < 1) return { bound: 0, present }
  const law = lawOf(load, keys)
  const fill = (bound: number): number => {
    let total = 0
    for (let i = 0; i < present.length; i++) {
      const here = law(bound, i)
      present[i] = here
      total += (keys.count[i] as number) * here
    }
    return total
  }
  const most = fill(Infinity)
  if (most <= entries) return { bound: Infinity, present }
  if (evict === 'lfu') return mostPopular(keys, present, entries)
  const guess = start > 0 && start < Infinity ? start : entries / Math.max(load.lookups, SELDOM)
  const bound = boundFor(fill, { target: entries, most, guess })
  fill(bound)
  return { bound, present }
}

/** Probability that a key of bin i is there when eviction's bound is so. */
function lawOf(load: CacheLoad, keys: Keys): (bound: number, i: number) => Ratio {
  const { evict, timeToLive } = load.cache
  const { lookups, away } = keys
  const isPlain = load.puts === 0 && load.invalidations === 0 && timeToLive === Infinity
  const refresh = refreshPath(load)
  if (isPlain && evict === 'lru' && load.fetch === 0 && load.filled === 1)
    return (bound, i) => (lookups[i] === 0 ? 0 : 1 - exp(-(lookups[i] as number) * bound))
  // Full for ever with who came first.
  if (evict === 'none' && timeToLive === Infinity && load.invalidations === 0)
    return (bound, i) => (away[i] === Infinity ? 0 : 1 - exp(-bound / (away[i] as number)))
  if (evict === 'none') {
    // Who is not there comes in as often as there is room: bound / (1 + bound) of the time.
    const lasts = keys.count.map((_, i) => stayMean(ratesOf(keys, i), { evict, bound: Infinity, timeToLive, refresh }))
    return (bound, i) => {
      const room = bound === Infinity ? 1 : bound / (1 + bound)
      return shareThere(lasts[i] as number, (away[i] as number) / room)
    }
  }
  return (bound, i) => {
    const rates = ratesOf(keys, i)
    const lasts = stayMean(rates, { evict, bound, timeToLive, refresh })
    const late = refresh === null ? 0 : lateTime(rates.lookups, timeToLive, { lasts, refresh })
    return shareThere(lasts, (away[i] as number) + late)
  }
}

const shareThere = (lasts: Seconds, away: Seconds): Ratio => (away === Infinity ? 0 : 1 / (1 + away / lasts))

function refreshPath({ cache, fetch, filled }: CacheLoad): Refresh | null {
  const { refreshFrom, timeToLive } = cache
  if (refreshFrom === undefined || timeToLive === Infinity || filled < 0.5) return null
  return { from: refreshFrom * timeToLive, fetch }
}

/** Mean time that a key is away during one stay since refreshes came too late. */
function lateTime(
  lookups: PerSecond,
  timeToLive: Seconds,
  { lasts, refresh }: { readonly lasts: Seconds; readonly refresh: Refresh },
): Seconds {
  const { share, length, late } = refreshOf(lookups, timeToLive, refresh)
  const period = share * length + (1 - share) * timeToLive
  return late > 0 ? (lasts / period) * share * late : 0
}

/** Refreshes of one key per second. */
function refreshRate(load: CacheLoad, keys: Keys, i: number, present: Ratio): PerSecond {
  const refresh = refreshPath(load)
  if (refresh === null) return 0
  const { timeToLive } = load.cache
  const { share, length } = refreshOf(keys.lookups[i] as number, timeToLive, refresh)
  return (present * share) / (share * length + (1 - share) * timeToLive)
}

/** LFU with counts that are long enough: keys by their rate, each there as if there was room, until it is full. */
function mostPopular(keys: Keys, present: Float64Array, entries: number): Presence {
  const order = Array.from(present.keys()).sort((a, b) => (keys.lookups[b] as number) - (keys.lookups[a] as number))
  let left = entries
  let rank = 0
  for (const i of order) {
    const all = (keys.count[i] as number) * (present[i] as number)
    const share = all > 0 ? Math.min(1, left / all) : 0
    rank += share * (keys.count[i] as number)
    present[i] = (present[i] as number) * share
    left -= share * all
  }
  return { bound: rank, present }
}

/** Where an increasing function that ends at `most` reaches `target`: secants of the logit over the logarithm. */
function boundFor(
  fill: (bound: number) => number,
  { target, most, guess }: { readonly target: number; readonly most: number; readonly guess: number },
): number {
  const logit = (x: number): number => log(x / (most - x))
  const aim = logit(target)
  let low = -Infinity
  let high = Infinity
  let x = log(guess)
  let slope = 1
  let last: { readonly x: number; readonly y: number } | null = null
  for (let round = 0; round < 200; round++) {
    const y = logit(Math.min(most * (1 - 1e-15), Math.max(fill(exp(x)), 1e-300))) - aim
    if (y < 0) low = x
    else high = x
    if (last !== null && x !== last.x && y !== last.y) slope = Math.min(4, Math.max(0.05, (y - last.y) / (x - last.x)))
    last = { x, y }
    const step = Math.min(5, Math.max(-5, -y / slope))
    if (Math.abs(step) < 1e-11 || high - low < 1e-13) break
    x += step
    if (x <= low || x >= high) x = (low + high) / 2
  }
  return exp(x)
}

function methodOf(load: CacheLoad, bound: number): Method {
  const { cache, popularity, puts, invalidations, fetch, fetchScv = 0, filled } = load
  const first = popularity.passed[0]
  const isFirst = popularity.passed.every((share) => share === first)
  if (!isFirst) return behindCache
  const isCalm = puts === 0 && invalidations === 0 && cache.refreshFrom === undefined
  const isFetched = fetch === 0 || (fetchScv === 0 && filled === 1)
  if (isCalm && isFetched && bound === Infinity) return exact
  const isUniform = popularity.bins.length === 1
  if (isCalm && isUniform && fetch === 0 && cache.timeToLive === Infinity) return exact
  if (bound === Infinity) return renewal
  return cache.evict === 'lfu' ? perfectCounts : characteristicTime
}

const characteristicTime: Method = {
  kind: 'approximate',
  name: 'characteristic time',
  source: 'Che, Tung and Wang 2002; Fricker, Robert and Roberts 2012: within 0.002 of simulated hit ratios',
  mean: 0.01,
  tail: 0.03,
}

const perfectCounts: Method = {
  kind: 'approximate',
  name: 'the most popular keys stay',
  source: 'LFU with counts over all time',
  mean: 0.02,
  tail: 0.05,
}

const renewal: Method = {
  kind: 'approximate',
  name: 'each key as a renewal',
  source: 'Jung, Berger and Balakrishnan 2003, with fetch times and writes',
  mean: 0.02,
  tail: 0.05,
}

const behindCache: Method = {
  kind: 'approximate',
  name: 'misses of another cache taken as independent requests',
  source: 'Che, Tung and Wang 2002',
  mean: 0.05,
  tail: 0.1,
}
