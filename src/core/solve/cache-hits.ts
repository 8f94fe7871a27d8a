import { exp, log } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Cache } from '../model/resource.ts'
import { exact, type Method } from '../result/solution.ts'
import { absence, type FetchPath, type KeyRates, lastBack, type Refresh, refreshOf, stayMean } from './cache-stay.ts'
import { filtered } from './cache-filtered.ts'
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
  /** How far off the hit ratio may be. */
  readonly off: Ratio
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
  const { bound, present, hit } = presenceOf(load, keys, start)
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
    const miss = 1 - (hit[i] as number)
    // A flight takes all that come until it is over.
    const fetch = isShared ? miss / (1 + rate * load.fetch) : miss
    const refresh = rate > 0 ? refreshRate(load, keys, i, present[i] as number) / rate : 0
    asked += count * rate
    hits += count * rate * (1 - miss)
    fetches += count * rate * fetch
    refreshes += count * rate * refresh
    occupied += count * (present[i] as number)
    passed[i] = (popularity.passed[i] as number) * (fetch + refresh)
  }
  const hitRatio = hits / asked
  return {
    hitRatio,
    missed: { bins: popularity.bins, passed, ...quietOf(load, bound) },
    waiting: Math.max(0, 1 - hitRatio - fetches / asked),
    waitShare: (1 + (load.fetchScv ?? 0)) / 2,
    fetches: fetches / asked,
    refreshes: refreshes / asked,
    occupied,
    bound,
    ...accuracyOf(load, bound),
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
    off: 0,
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
  const { popularity, keyShare } = load
  const { bins, passed } = popularity
  const scale = Math.max(load.lookups, SELDOM) / (passedShare(popularity) || 1) / keyShare
  const path = pathOf(load)
  const [puts, invalidations] = [load.puts / keyShare, load.invalidations / keyShare]
  const empty = (): Float64Array => new Float64Array(bins.length)
  const keys = { count: empty(), lookups: empty(), puts: empty(), invalidations: empty(), away: empty() }
  for (let i = 0; i < bins.length; i++) {
    const { p, ranks } = bins[i] as Popularity['bins'][number]
    const rates = { lookups: p * scale * (passed[i] as number), puts: p * puts, invalidations: p * invalidations }
    keys.count[i] = ranks * keyShare
    keys.lookups[i] = rates.lookups
    keys.puts[i] = rates.puts
    keys.invalidations[i] = rates.invalidations
    keys.away[i] = absence(rates, path)
  }
  return keys
}

const pathOf = ({ cache, fetch, filled, fetchScv = 0 }: CacheLoad): FetchPath => ({
  fetch,
  filled,
  isShared: cache.onMiss === 'single-flight',
  scv: fetchScv,
})

const ratesOf = (keys: Pick<Keys, 'lookups' | 'puts' | 'invalidations'>, i: number): KeyRates => ({
  lookups: keys.lookups[i] as number,
  puts: keys.puts[i] as number,
  invalidations: keys.invalidations[i] as number,
})

interface Presence {
  readonly bound: number
  /** Of a key of each bin: probability that it is there. */
  readonly present: Float64Array
  /** The same when it is asked for. */
  readonly hit: Float64Array
}

function presenceOf(load: CacheLoad, keys: Keys, start: number): Presence {
  const { evict } = load.cache
  const entries = Math.floor(load.cache.entries)
  const present = new Float64Array(keys.count.length)
  if (entries < 1) return { bound: 0, present, hit: present }
  const { quiet } = load.popularity
  const stay = quiet === undefined ? null : knownStay(load)
  const hit = quiet === undefined || stay === null ? present : new Float64Array(present.length)
  const plain = lawOf(load, keys)
  const law = (bound: number, i: number): Ratio => {
    if (quiet === undefined || stay === null) return plain(bound, i)
    const rate = keys.lookups[i] as number
    const isTouched = stay.isTouched && bound < Infinity
    const found = filtered(rate, quiet, isTouched ? bound : Math.min(bound, load.cache.timeToLive), isTouched)
    // Of a bound and a time to live both, as much is lost as among independent requests.
    const kept = isTouched && load.cache.timeToLive < Infinity ? Math.min(1, plain(bound, i) / touched(rate, bound)) : 1
    hit[i] = kept * found.hit
    return kept * found.present
  }
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
  if (most <= entries) return { bound: Infinity, present, hit }
  if (evict === 'lfu') return mostPopular(keys, present, entries)
  const guess = start > 0 && start < Infinity ? start : entries / Math.max(load.lookups, SELDOM)
  const bound = boundFor(fill, { target: entries, most, guess })
  fill(bound)
  return { bound, present, hit }
}

const touched = (rate: PerSecond, bound: Seconds): Ratio => Math.max(1e-300, 1 - exp(-rate * bound))

/** Whether a key stays for a known time, since it came or since it was asked for; null = as chance will have it. */
function knownStay({ cache, puts, invalidations }: CacheLoad): { readonly isTouched: boolean } | null {
  const { evict, refreshFrom } = cache
  if (puts > 0 || invalidations > 0 || refreshFrom !== undefined) return null
  return evict === 'lru' || evict === 'fifo' ? { isTouched: evict === 'lru' } : null
}

/** After a miss a key is here for that long at least. */
function quietOf({ cache, popularity, invalidations }: CacheLoad, bound: Seconds): Pick<Popularity, 'quiet'> {
  const { evict, timeToLive, refreshFrom } = cache
  if (invalidations > 0 || refreshFrom !== undefined || popularity.quiet !== undefined) return {}
  const time = evict === 'lru' || evict === 'fifo' ? Math.min(bound, timeToLive) : evict === 'none' ? timeToLive : 0
  return time > 0 && time < Infinity ? { quiet: { time, sources: 1 } } : {}
}

/** Probability that a key of bin i is there when eviction's bound is so. */
function lawOf(load: CacheLoad, keys: Keys): (bound: number, i: number) => Ratio {
  const { evict, timeToLive } = load.cache
  const { lookups, away } = keys
  const isPlain = load.puts === 0 && load.invalidations === 0 && timeToLive === Infinity
  const refresh = refreshPath(load)
  // Those who missed while it was fetched put it to the front again when they come back.
  const isTouchedLate = evict === 'lru' && load.cache.onMiss === 'herd' && load.fetch > 0
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
    const late = refresh === null ? 0 : lateShare(rates.lookups, timeToLive, refresh)
    if (!isTouchedLate || !(bound < Infinity)) return shareThere(lasts, away[i] as number, late)
    // Longer than it stays nobody is missed: who missed before that is back by then.
    const fetch = Math.min(load.fetch, bound)
    const gone = fetch < load.fetch ? absence(rates, { ...pathOf(load), fetch }) : (away[i] as number)
    return shareThere(lasts + lastBack(rates.lookups, fetch), gone, late)
  }
}

/** `late`: time away between refreshes, as a share of the stay. */
const shareThere = (lasts: Seconds, away: Seconds, late = 0): Ratio =>
  away === Infinity ? 0 : 1 / (1 + away / lasts + late)

function refreshPath({ cache, fetch, filled }: CacheLoad): Refresh | null {
  const { refreshFrom, timeToLive } = cache
  if (refreshFrom === undefined || timeToLive === Infinity || filled < 0.5) return null
  return { from: refreshFrom * timeToLive, fetch }
}

/** Mean time that a key is away since refreshes came too late, for each second that it is there. */
function lateShare(lookups: PerSecond, timeToLive: Seconds, refresh: Refresh): number {
  const { share, length, late } = refreshOf(lookups, timeToLive, refresh)
  return late > 0 ? (share * late) / (share * length + (1 - share) * timeToLive) : 0
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
  return { bound: rank, present, hit: present }
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

/** How far off the hit ratio may be, and by which method: see the measurements beside each. */
function accuracyOf(load: CacheLoad, bound: number): { readonly method: Method; readonly off: Ratio } {
  const { cache, popularity, puts, invalidations, fetch, fetchScv = 0, filled } = load
  const first = popularity.passed[0]
  if (!popularity.passed.every((share) => share === first)) return behindCache(load)
  const isCalm = puts === 0 && invalidations === 0 && cache.refreshFrom === undefined
  const isFetched = fetch === 0 || (fetchScv === 0 && filled === 1)
  if (isCalm && isFetched && bound === Infinity) return { method: exact, off: 0 }
  const isUniform = popularity.bins.length === 1
  if (isCalm && isUniform && fetch === 0 && cache.timeToLive === Infinity) return { method: exact, off: 0 }
  // Refreshes by fetches that vary: 0.010 at an scv of 1; all else about one key 0.0004.
  const ofKeys = 0.001 + (cache.refreshFrom === undefined ? 0 : 0.015 * Math.min(1, fetchScv))
  if (bound === Infinity) return { method: renewal, off: ofKeys }
  if (cache.evict === 'lfu') return { method: perfectCounts, off: 0.002 }
  // Against exact hit ratios of 5 to 3000 keys, Zipf 0.4 to 1.5: 0.028/entries (LRU), 0.087/entries (FIFO, random).
  const ofRoom = (cache.evict === 'lru' ? 0.03 : 0.1) / Math.max(1, Math.floor(cache.entries))
  const isAlone = isCalm && fetch === 0 && cache.timeToLive === Infinity
  // A fetch that takes longer than a key stays: 0.010 too high.
  const ofFetch = cache.evict === 'none' ? 0 : 0.01 * Math.min(1, fetch / bound)
  return { method: characteristicTime, off: Math.min(0.05, ofRoom + (isAlone ? 0 : ofKeys) + ofFetch) }
}

/** Of two levels of 20 to 300 entries, 1000 keys, Zipf 0.9, by their simulated hit ratios. */
function behindCache(load: CacheLoad): { readonly method: Method; readonly off: Ratio } {
  const isFiltered = load.popularity.quiet !== undefined && knownStay(load) !== null
  if (isFiltered) return { method: filteredMisses, off: 0.035 }
  return { method: independentMisses, off: load.cache.evict === 'lfu' ? 0.1 : 0.15 }
}

// What misses is as far off as the hit ratio is: see cache-doubts.ts.
const about = (name: string, source: string): Method => ({ kind: 'approximate', name, source, mean: 0, tail: 0 })

const characteristicTime = about(
  'characteristic time',
  'Che, Tung and Wang 2002; Fricker, Robert and Roberts 2012; against exact hit ratios',
)
const perfectCounts = about('the most popular keys stay', 'LFU with counts over all time; against the simulator')
const renewal = about('each key as a renewal', 'Jung, Berger and Balakrishnan 2003; against the simulator')
const filteredMisses = about(
  'misses of another cache as renewals',
  'Martina, Garetto and Leonardi 2014; against the simulator: hit ratios within 0.03',
)
const independentMisses = about(
  'misses of another cache taken as independent requests',
  'Che, Tung and Wang 2002; against the simulator: hit ratios up to 0.15 too high',
)
