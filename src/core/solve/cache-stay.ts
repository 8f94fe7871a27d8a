import { exp } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Cache } from '../model/resource.ts'

/** What happens to one key at one copy, each a Poisson stream. */
export interface KeyRates {
  readonly lookups: PerSecond
  readonly puts: PerSecond
  readonly invalidations: PerSecond
}

/** The path from a miss to the fill: its mean time, the share that fills, and whether others wait for it. */
export interface FetchPath {
  readonly fetch: Seconds
  readonly filled: Ratio
  readonly isShared: boolean
  /** Squared coefficient of variation of the time; left out = 0. */
  readonly scv?: number
}

/**
 * Mean time from a key's leaving until it is there again: a lookup starts a fetch that brings it back with probability
 * `filled` (herd: each lookup starts one; single-flight: the next after a failed one does), unless a put is faster.
 * Renewal argument, exact for a fixed fetch time; of a herd whose fetches vary the first one back fills it.
 */
export function absence({ lookups, puts }: KeyRates, path: FetchPath): Seconds {
  const { filled, isShared, scv = 0 } = path
  const fetch = isShared || scv === 0 ? path.fetch : path.fetch * firstBack(lookups * filled * path.fetch, scv)
  const starts = isShared ? lookups : lookups * filled
  const alone = starts + puts
  if (!(alone > 0)) return Infinity
  const missed = exp(-puts * fetch)
  const once = lasting(puts, fetch) + missed / alone
  if (!isShared || filled === 1) return once
  const done = (lookups / alone) * missed
  const again = 1 - (1 - filled) * done
  return again > 0 ? once / again : Infinity
}

/**
 * Time until the first of a herd is back, as a share of the mean fetch: `others` come during one. Exact for fixed and
 * exponential fetches (e^a a^-(a+1) times the lower incomplete gamma function of a + 1 at a), between them by the scv.
 */
function firstBack(others: number, scv: number): Ratio {
  const a = others
  let first = Math.sqrt(Math.PI / 2 / a) * (1 + 1 / (12 * a)) - 2 / (3 * a)
  if (a < 20) {
    first = 0
    let term = 1
    for (let k = 1; term > 1e-9; k++) {
      term *= k === 1 ? 1 / (a + 1) : a / (a + k)
      first += term
    }
  }
  return 1 - Math.min(1, scv) * (1 - first)
}

/** LRU: time from a fill until the last of those is back who asked meanwhile, and touches it too. */
export function lastBack(lookups: PerSecond, fetch: Seconds): Seconds {
  return fetch - lasting(lookups, fetch)
}

/** Why an entry leaves, but for invalidations. */
export interface Stay {
  readonly evict: Cache['evict']
  /** LRU: longest pause between uses; FIFO: age; random: mean time until it is drawn; else Infinity. */
  readonly bound: Seconds
  readonly timeToLive: Seconds
  readonly refresh: Refresh | null
}

/** From age `from` on a hit starts a fetch beside, which takes `fetch`. */
export interface Refresh {
  readonly from: Seconds
  readonly fetch: Seconds
}

/**
 * Something that ends the stay after `time` unless it is set back: with probability `again` it was, and the stay then
 * goes on for an exponential time of mean `more`.
 */
interface Clock {
  readonly time: Seconds
  readonly again: Ratio
  readonly more: Seconds
}

/**
 * Mean time an entry stays from its fill. Exact with one reason to leave (renewal argument); with two or more what
 * is beyond a clock's first run is taken as exponential.
 */
export function stayMean(rates: KeyRates, { evict, bound, timeToLive, refresh }: Stay): Seconds {
  const { lookups, puts } = rates
  const isDrawn = evict === 'random' && bound < Infinity
  const hazard = rates.invalidations + (isDrawn ? 1 / bound : 0)
  const isBound = (evict === 'lru' || evict === 'fifo') && bound < Infinity
  const resets = evict === 'lru' ? lookups + puts : 0
  if (timeToLive === Infinity) return isBound ? alone(bound, resets, hazard) : 1 / hazard
  if (!isBound && refresh === null) return alone(timeToLive, puts, hazard)
  // Puts alone would have gone on longer, or refreshes do.
  const life = refresh === null ? clockOf(timeToLive, puts) : refreshed(rates, timeToLive, refresh)
  if (!isBound) return both({ time: Infinity, again: 0, more: 0 }, life, hazard)
  return both(clockOf(bound, resets), life, hazard)
}

/** Until a pause of `time` between resets, or a death of rate `hazard`. */
function alone(time: Seconds, resets: PerSecond, hazard: PerSecond): Seconds {
  const rate = resets + hazard
  if (rate === 0) return time
  const x = rate * time
  if (hazard === 0) return x > 700 ? Infinity : x < 1e-6 ? time * (1 + x / 2) : (exp(x) - 1) / resets
  const within = rate * lasting(rate, time)
  return within / (hazard + resets * (1 - within))
}

function clockOf(time: Seconds, resets: PerSecond): Clock {
  const x = resets * time
  const again = 1 - exp(-x)
  if (x < 1e-4) return { time, again: x, more: time * (0.5 + (5 / 12) * x) }
  return { time, again, more: x > 600 ? Infinity : (time * (exp(x) - 1 - x)) / (x * again) }
}

/** The time to live, set back by the refresh that the first lookup after `from` starts. */
function refreshed({ lookups, puts }: KeyRates, timeToLive: Seconds, refresh: Refresh): Clock {
  const period = refreshOf(lookups, timeToLive, refresh)
  const byPuts = clockOf(timeToLive, puts)
  if (!(period.share > 0)) return byPuts
  const more = period.share < 1 ? period.length / (1 - period.share) : Infinity
  const byLookups = { time: timeToLive, again: period.share, more }
  return byLookups.again * byLookups.more >= byPuts.again * byPuts.more ? byLookups : byPuts
}

/**
 * One time to live of a key with early refresh: share of them that a refresh ends, mean time until that, and for how
 * long the key is away since the refresh came too late.
 */
export function refreshOf(
  lookups: PerSecond,
  timeToLive: Seconds,
  { from, fetch }: Refresh,
): { readonly share: Ratio; readonly length: Seconds; readonly late: Seconds } {
  const open = Math.max(0, timeToLive - from)
  const none = exp(-lookups * open)
  const share = 1 - none
  if (!(share > 0)) return { share: 0, length: timeToLive, late: 0 }
  const first = (share - lookups * open * none) / lookups / share
  const spare = open - fetch
  const since = Math.max(0, spare)
  const held = exp(-lookups * since)
  const late = ((since - spare) * held + (held - none) / lookups - fetch * none) / share
  return { share, length: from + first + fetch - late, late: Math.max(0, late) }
}

/** Mean of the least of two clocks and an exponential time. */
function both(a: Clock, b: Clock, hazard: PerSecond): Seconds {
  const [early, late] = a.time <= b.time ? [a, b] : [b, a]
  const first = lasting(hazard, early.time)
  const wear = hazard + 1 / early.more
  let chance = exp(-hazard * early.time) * early.again
  if (!(chance > 0)) return first
  const span = late.time - early.time
  const second = chance * lasting(wear, span)
  chance *= exp(-wear * span) * late.again
  const last = wear + 1 / late.more
  return first + second + (chance > 0 ? (last > 0 ? chance / last : Infinity) : 0)
}

/** Mean of the lesser of `time` and an exponential time of this rate. */
function lasting(rate: PerSecond, time: Seconds): Seconds {
  const x = rate * time
  if (rate === 0 || x < 1e-9) return time
  return x < 1e-3 ? time * (1 - x / 2 + (x * x) / 6 - (x * x * x) / 24) : (1 - exp(-x)) / rate
}
