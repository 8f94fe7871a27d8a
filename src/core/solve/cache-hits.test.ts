import { describe, expect, it } from 'vitest'
import { fifoHits, lruHits, ttlHits, zipf } from '../../../tests/theory/formulas.ts'
import type { KeyDomain } from '../model/model.ts'
import { type CacheLoad, solveCache } from './cache-hits.ts'
import { merged, passedShare, popularityOf } from './popularity.ts'

const loadOf = (
  domain: KeyDomain,
  cache: Partial<CacheLoad['cache']>,
  load: Partial<Omit<CacheLoad, 'cache'>> = {},
): CacheLoad => ({
  cache: {
    entries: Infinity,
    timeToLive: Infinity,
    evict: 'lru',
    onMiss: 'herd',
    forcedHitRatio: null,
    ...cache,
  },
  popularity: popularityOf(domain),
  keyShare: 1,
  lookups: 1,
  puts: 0,
  invalidations: 0,
  fetch: 0,
  filled: 1,
  ...load,
})

const hits = (...args: Parameters<typeof loadOf>): number => solveCache(loadOf(...args)).hitRatio

const near = (value: number, expected: number, relative: number): void =>
  expect(Math.abs(value / expected - 1)).toBeLessThan(relative)

describe('eviction', () => {
  it('has the hit ratios of the literature: B-lru-1', () => {
    const domain = { keys: 1000, exponent: 0.8 }
    near(hits(domain, { entries: 100 }), 0.37779022, 1e-6)
    near(hits(domain, { entries: 100, evict: 'fifo' }), 0.33367971, 1e-6)
    near(hits(domain, { entries: 100, evict: 'random' }), 0.33367971, 1e-6)
    near(hits(domain, { entries: 100, evict: 'lfu' }), 0.52582651, 1e-4)
    const answer = solveCache(loadOf(domain, { entries: 100 }))
    near(answer.bound, 133.86473, 1e-6)
    near(answer.occupied, 100, 1e-9)
    near(1 - (answer.missed.passed[0] ?? 0), 0.99982545, 1e-7)
  })

  it('has those of a small cache: B-lru-small', () => {
    const domain = { keys: 100, exponent: 1.2 }
    near(hits(domain, { entries: 20 }), 0.69879565, 1e-6)
    near(hits(domain, { entries: 20 }), 0.69848492, 1e-3)
    near(hits(domain, { entries: 20, evict: 'fifo' }), 0.63195456, 1e-6)
    near(hits(domain, { entries: 20, evict: 'lfu' }), 0.79343589, 1e-4)
    expect(Math.abs(hits(domain, { entries: 20, evict: 'random' }) - fifoHits(zipf(100, 1.2), 20))).toBeLessThan(4e-3)
  })

  it('finds one in four of uniform keys with room for one in four: B-uniform', () => {
    for (const evict of ['lru', 'fifo', 'random', 'lfu', 'none'] as const) {
      const answer = solveCache(loadOf({ keys: 5000, exponent: 0 }, { entries: 1250, evict }))
      near(answer.hitRatio, 0.25, 1e-9)
      if (evict !== 'lfu') expect(answer.method.kind).toBe('exact')
    }
  })

  it('agrees with the sum over all keys where bins stand for many', () => {
    for (const [keys, exponent, entries] of [
      [20_000, 0.7, 2_000],
      [20_000, 1, 500],
      [20_000, 1.3, 5_000],
    ] as const)
      near(hits({ keys, exponent }, { entries }), lruHits(zipf(keys, exponent), entries), 2e-6)
  })

  it('is the same for a shard with its share of keys and requests', () => {
    const domain = { keys: 100_000, exponent: 0.9 }
    const whole = hits(domain, { entries: 8000 }, { lookups: 800 })
    near(hits(domain, { entries: 1000 }, { lookups: 100, keyShare: 1 / 8 }), whole, 1e-9)
  })

  it('solves 50 million keys in half a millisecond', () => {
    const load = loadOf({ keys: 50_000_000, exponent: 0.9 }, { entries: 1_000_000 }, { lookups: 1000 })
    const { bound } = solveCache(load)
    expect(popularityOf({ keys: 50_000_000, exponent: 0.9 }).bins.length).toBeLessThan(600)
    for (let i = 0; i < 200; i++) solveCache(load, bound * 1.1)
    const from = performance.now()
    for (let i = 0; i < 100; i++) solveCache(load, bound * 1.1)
    expect((performance.now() - from) / 100).toBeLessThan(2)
  })
})

describe('a time to live', () => {
  const domain = { keys: 10_000, exponent: 0.9 }

  it('from the fill on: B-ttl', () => {
    const answer = solveCache(loadOf(domain, { timeToLive: 60 }, { lookups: 500 }))
    near(answer.hitRatio, 0.82567854, 1e-7)
    near(answer.hitRatio, ttlHits(zipf(10_000, 0.9), 500, 60), 1e-6)
    near(answer.occupied, 5229.6437, 1e-6)
    near(500 * passedShare(answer.missed), 87.160728, 1e-6)
    near(1 - (answer.missed.passed[0] ?? 0), 0.99947731, 1e-7)
    expect(answer.method.kind).toBe('exact')
  })

  it('is bound by the room too, and one that never binds changes nothing', () => {
    const both = hits(domain, { timeToLive: 60, entries: 1000 }, { lookups: 500 })
    const room = hits(domain, { entries: 1000 }, { lookups: 500 })
    expect(both).toBeLessThan(Math.min(room, 0.82567854))
    expect(both).toBeGreaterThan(0.9 * room)
    near(hits(domain, { timeToLive: 1e7, entries: 1000 }, { lookups: 500 }), room, 1e-3)
    near(hits(domain, { timeToLive: 60, entries: 9999 }, { lookups: 500 }), 0.82567854, 1e-6)
  })

  it('lets a herd through, or one: B-stampede', () => {
    const one = { keys: 1, exponent: 0 }
    const herd = solveCache(loadOf(one, { timeToLive: 30 }, { lookups: 800, fetch: 0.25 }))
    near(1 - herd.hitRatio, 0.0083054419, 1e-6)
    near(herd.fetches * 800 * 30.25125, 201, 1e-9)
    expect(herd.waiting).toBe(0)
    const single = solveCache(loadOf(one, { timeToLive: 30, onMiss: 'single-flight' }, { lookups: 800, fetch: 0.25 }))
    near(1 - single.hitRatio, 0.0083054419, 1e-6)
    near(single.fetches * 800 * 30.25125, 1, 1e-9)
    near(single.waiting * 800 * 30.25125, 200, 1e-9)
    near((0.25 * single.fetches + 0.25 * single.waitShare * single.waiting) / (1 - single.hitRatio), 0.12562189, 1e-6)
    expect(single.method.kind).toBe('exact')
  })
})

/** One key, event by event: what a cache of its own would do. */
function play(
  key: { lookups: number; puts: number; invalidations: number },
  cache: { timeToLive: number; from: number; fetch: number; filled: number; isShared: boolean },
): { hits: number; fetches: number; refreshes: number } {
  let seed = 12345
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return (seed + 0.5) / 4294967296
  }
  const rate = key.lookups + key.puts + key.invalidations
  const pending: { at: number; isRefresh: boolean }[] = []
  const seen = { lookups: 0, hits: 0, fetches: 0, refreshes: 0 }
  let expiry = -1
  let isRefreshing = false
  let now = 0
  for (let i = 0; i < 400_000; i++) {
    now -= Math.log(random()) / rate
    while (pending[0] && pending[0].at <= now) {
      const { at, isRefresh } = pending.shift() as { at: number; isRefresh: boolean }
      if (random() >= cache.filled) continue
      if (expiry <= at || (isRefresh && isRefreshing)) {
        expiry = at + cache.timeToLive
        isRefreshing = false
      }
    }
    if (expiry <= now) isRefreshing = false
    const u = random() * rate
    if (u < key.puts) {
      expiry = now + cache.timeToLive
      isRefreshing = false
    } else if (u < key.puts + key.invalidations) expiry = -1
    else {
      seen.lookups += 1
      if (expiry > now) {
        seen.hits += 1
        if (isRefreshing || expiry - now >= cache.timeToLive * (1 - cache.from)) continue
        isRefreshing = true
        seen.refreshes += 1
        pending.push({ at: now + cache.fetch, isRefresh: true })
      } else if (!cache.isShared || !pending.some(({ isRefresh }) => !isRefresh)) {
        seen.fetches += 1
        pending.push({ at: now + cache.fetch, isRefresh: false })
      }
    }
  }
  const { lookups } = seen
  return { hits: seen.hits / lookups, fetches: seen.fetches / lookups, refreshes: seen.refreshes / lookups }
}

describe('one key, played', () => {
  const played = (
    rates: { lookups: number; puts: number; invalidations: number },
    cache: { timeToLive: number; from: number; fetch: number; filled: number; isShared: boolean },
  ) => {
    const { timeToLive, from, fetch, filled, isShared } = cache
    const onMiss = isShared ? ('single-flight' as const) : ('herd' as const)
    const refresh = from < 1 ? { refreshFrom: from } : {}
    const solved = solveCache(
      loadOf({ keys: 1, exponent: 0 }, { timeToLive, onMiss, ...refresh }, { ...rates, fetch, filled }),
    )
    return { solved, seen: play(rates, cache) }
  }
  const calm = { timeToLive: 5, from: 1, fetch: 0.5, filled: 1, isShared: false }

  it.each([
    [{ lookups: 3, puts: 0.2, invalidations: 0 }, calm],
    [{ lookups: 3, puts: 0.2, invalidations: 0.3 }, calm],
    [
      { lookups: 3, puts: 0, invalidations: 0.5 },
      { ...calm, timeToLive: 1e9, isShared: true },
    ],
    [
      { lookups: 3, puts: 0, invalidations: 0 },
      { ...calm, filled: 0.4 },
    ],
    [
      { lookups: 3, puts: 0, invalidations: 0 },
      { ...calm, filled: 0.4, isShared: true },
    ],
    [
      { lookups: 3, puts: 0, invalidations: 0 },
      { ...calm, from: 0.8 },
    ],
    [
      { lookups: 0.5, puts: 0, invalidations: 0 },
      { ...calm, from: 0.8 },
    ],
    [
      { lookups: 3, puts: 0, invalidations: 0 },
      { ...calm, from: 0.8, fetch: 1.5 },
    ],
    [
      { lookups: 3, puts: 0, invalidations: 0.1 },
      { ...calm, from: 0.8 },
    ],
  ])('%j %j', (rates, cache) => {
    const { solved, seen } = played(rates, cache)
    expect(Math.abs(solved.hitRatio - seen.hits)).toBeLessThan(0.01)
    expect(Math.abs(solved.fetches - seen.fetches)).toBeLessThan(0.012)
    expect(Math.abs(solved.refreshes - seen.refreshes)).toBeLessThan(0.015)
  })
})

describe('fetches that vary', () => {
  const one = { keys: 1, exponent: 0 }

  it('fill a key as soon as the first of a herd is back', () => {
    // Mean time until the first of a Poisson herd of 2 per fetch is back, by numeric integration: 0.597264 fetches.
    const { hitRatio } = solveCache(loadOf(one, { timeToLive: 8 }, { lookups: 2, fetch: 1, fetchScv: 1 }))
    near(hitRatio, 8 / (8 + 1 / 2 + 0.597264), 1e-6)
    const many = solveCache(loadOf(one, { timeToLive: 8 }, { lookups: 20.1, fetch: 1, fetchScv: 1 }))
    near(many.hitRatio, 8 / (8 + 1 / 20.1 + 0.247618), 1e-4)
  })

  it('are waited for longer by those who come in the middle', () => {
    const single = { timeToLive: 8, onMiss: 'single-flight' as const }
    expect(solveCache(loadOf(one, single, { fetch: 1 })).waitShare).toBe(0.5)
    expect(solveCache(loadOf(one, single, { fetch: 1, fetchScv: 1 })).waitShare).toBe(1)
  })

  it('never let a key go that is always refreshed in time', () => {
    const hot = { timeToLive: 2, onMiss: 'single-flight' as const, refreshFrom: 0.8 }
    expect(hits(one, hot, { lookups: 100, fetch: 0.05 })).toBe(1)
  })
})

/** Caches one behind the other, request by request: hit ratios of each. A fetch takes no time, or so many requests. */
function playLevels(
  shares: readonly number[],
  levels: readonly { readonly entries: number; readonly evict: 'lru' | 'fifo' }[],
  fetch = 0,
): readonly number[] {
  let seed = 4711
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return (seed + 0.5) / 4294967296
  }
  const table = shares.flatMap((p, key) => Array.from({ length: Math.round(p * 1e5) }, () => key))
  const caches = levels.map(() => new Set<number>())
  const seen = levels.map(() => ({ asked: 0, hits: 0 }))
  const put = (key: number, i: number): void => {
    const cache = caches[i] as Set<number>
    if (levels[i]?.evict === 'fifo' && cache.has(key)) return
    cache.delete(key)
    cache.add(key)
    if (cache.size > (levels[i]?.entries ?? 0)) cache.delete(cache.values().next().value as number)
  }
  const pending: { at: number; key: number }[] = []
  for (let now = 0; now < 600_000; now++) {
    while ((pending[0]?.at ?? Infinity) <= now) put((pending.shift() as { key: number }).key, 0)
    const key = table[Math.floor(random() * table.length)] as number
    for (const [i, cache] of caches.entries()) {
      const own = seen[i] as (typeof seen)[number]
      const isHit = cache.has(key)
      if (now > 50_000) {
        own.asked += 1
        own.hits += isHit ? 1 : 0
      }
      if (fetch > 0 && !isHit) pending.push({ at: now + fetch, key })
      else put(key, i)
      if (isHit) break
    }
  }
  return seen.map(({ asked, hits: found }) => found / asked)
}

describe('a cache behind another one', () => {
  const domain = { keys: 300, exponent: 0.9 }
  const solvedLevels = (levels: Parameters<typeof playLevels>[1]): number => {
    const [first, second] = levels.map((cache) => ({ ...cache }))
    const before = solveCache(loadOf(domain, first))
    const behind = { popularity: before.missed, lookups: before.fetches }
    const answer = solveCache(loadOf(domain, second, behind))
    // Of requests that are taken to be independent it would find up to so many more.
    const { bins, passed } = before.missed
    const unaware = solveCache(loadOf(domain, second, { ...behind, popularity: { bins, passed } }))
    expect(unaware.hitRatio).toBeGreaterThan(answer.hitRatio)
    return answer.hitRatio
  }

  it.each([
    [{ entries: 30, evict: 'fifo' }, { entries: 90, evict: 'fifo' }, 0.006],
    [{ entries: 30, evict: 'fifo' }, { entries: 90, evict: 'lru' }, 0.006],
    [{ entries: 30, evict: 'lru' }, { entries: 90, evict: 'lru' }, 0.006],
    [{ entries: 30, evict: 'lru' }, { entries: 90, evict: 'fifo' }, 0.006],
    [{ entries: 60, evict: 'lru' }, { entries: 90, evict: 'lru' }, 0.035],
  ] as const)('%j %j: nothing comes of what the first one has', (first, second, off) => {
    const [, played = 0] = playLevels(zipf(300, 0.9), [first, second])
    expect(Math.abs(solvedLevels([first, second]) - played)).toBeLessThan(off)
  })

  it('is asked by several, each quiet for a while by itself', () => {
    const { missed, fetches } = solveCache(loadOf(domain, { entries: 60 }))
    const { quiet } = missed
    const behind = (sources: number): number =>
      hits(
        domain,
        { entries: 90 },
        { lookups: fetches, popularity: quiet ? { ...missed, quiet: { ...quiet, sources } } : missed },
      )
    expect([1, 2, 4, 1000].map(behind)).toEqual([1, 2, 4, 1000].map(behind).toSorted((a, b) => a - b))
  })
})

describe('a fetch that takes long', () => {
  it.each([
    [60, 10, 0.006],
    [20, 40, 0.02],
    [10, 200, 0.02],
  ])('%d of 300 keys, %d requests long', (entries, fetch, off) => {
    const [played = 0] = playLevels(zipf(300, 0.9), [{ entries, evict: 'lru' }], fetch)
    expect(Math.abs(hits({ keys: 300, exponent: 0.9 }, { entries }, { fetch }) - played)).toBeLessThan(off)
  })
})

describe('what is asked of the next level', () => {
  it('doubles when one in a hundred hits is lost: B-hit-drop', () => {
    const origin = [0.99, 0.98, 0.95, 0.9].map((forcedHitRatio) => {
      const { fetches, missed } = solveCache(loadOf({ keys: 1e6, exponent: 1 }, { forcedHitRatio }, { lookups: 1e6 }))
      near(passedShare(missed), fetches, 1e-9)
      return fetches * 1e6
    })
    expect(origin.map((rate) => Math.round(rate))).toEqual([10_000, 20_000, 50_000, 100_000])
  })

  it('is less popular, so a second level of the same size hits less', () => {
    const domain = { keys: 100_000, exponent: 0.9 }
    const first = solveCache(loadOf(domain, { entries: 1000 }))
    const second = solveCache(loadOf(domain, { entries: 1000 }, { popularity: first.missed, lookups: first.fetches }))
    expect(second.hitRatio).toBeLessThan(first.hitRatio / 3)
    const large = solveCache(loadOf(domain, { entries: 10_000 }, { popularity: first.missed, lookups: first.fetches }))
    // Both levels together hit like one of the size of the larger, nearly.
    near(1 - first.fetches * (1 - large.hitRatio), hits(domain, { entries: 10_000 }), 0.03)
    expect(second.method.kind).toBe('approximate')
  })

  it('is merged by the shares of its streams', () => {
    const domain = { keys: 1000, exponent: 1 }
    const popularity = popularityOf(domain)
    const { missed } = solveCache(loadOf(domain, { entries: 100 }))
    expect(merged([{ share: 0.3, popularity }])).toBe(popularity)
    const both = merged([
      { share: 3, popularity },
      { share: 1, popularity: missed },
    ])
    near(passedShare(both), 1, 1e-12)
    near(both.passed[0] ?? 0, 0.75 + (0.25 * (missed.passed[0] ?? 0)) / passedShare(missed), 1e-12)
  })

  it('has nothing without lookups, and everything without room', () => {
    expect(hits({ keys: 10, exponent: 1 }, { entries: 0 })).toBe(0)
    expect(hits({ keys: 10, exponent: 1 }, { timeToLive: 10 }, { lookups: 0 })).toBeLessThan(1e-6)
    expect(hits({ keys: 10, exponent: 1 }, {}, { filled: 0 })).toBe(0)
    expect(hits({ keys: 10, exponent: 1 }, {})).toBe(1)
  })
})
