import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Cache } from '../model/resource.ts'
import { exact, type Method } from '../result/solution.ts'
import type { Popularity } from './popularity.ts'

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
  /** Time that decides who is there (characteristic time, residence time, last rank): a good start for the next solve. */
  readonly bound: number
  readonly method: Method
}

/** Steady state of one copy of a cache under independent requests. `start`: `bound` of a similar solve. */
export function solveCache(load: CacheLoad, start = 0): CacheAnswer {
  const hitRatio = load.cache.forcedHitRatio ?? 0
  return {
    hitRatio,
    missed: load.popularity,
    waiting: 0,
    waitShare: 0.5,
    fetches: 1 - hitRatio,
    refreshes: 0,
    occupied: 0,
    bound: start,
    method: exact,
  }
}
