// @data
import { asks, ideal, near, type Section, type TheoryCase, users, within } from './case.ts'
import * as exact from './formulas.ts'

const cached = (cache: string, keyspace: string, rate: number, origin = 'work: 1 us'): string =>
  ideal(
    users(rate),
    `c: { kind: cache, ${cache}, keyspaces: { k: { ${keyspace} } } }, origin: { kind: station, servers: infinite }`,
    asks(`{ get: c.k, miss: [{ call: origin, do: [{ ${origin} }] }] }`),
  )

/** The cache itself takes no time. */
const free = 'work: { command: 0 us, key: 0 us, kilobyte: 0 us }'

const che = 'Che, Tung and Wang 2002; Fricker, Robert and Roberts 2012'
const sources: Readonly<Record<string, string>> = {
  lru: che,
  fifo: 'exact product form: King 1971',
  random: 'exact product form: Gelenbe 1973',
  lfu: 'the most popular keys stay: Aho, Denning and Ullman 1971',
}
const lruExact = 'exact: at most so many other keys asked for since the last time (King 1971), integrated'
const truths: Readonly<Record<string, string>> = {
  lru: 'approximate: Che, within 0.0003 (exact in the limit of many keys)',
  lfu: 'asymptotic: counts of a long run know the most popular keys',
}

interface Population {
  readonly keys: number
  readonly entries: number
  readonly exponent: number
}

const evicting = (evict: string, { keys, entries, exponent }: Population, more = ''): TheoryCase => {
  const shares = exact.zipf(keys, exponent)
  const isSmall = keys <= 100
  const hits =
    {
      lru: () => (isSmall ? exact.lruHitsExact(shares, entries) : exact.lruHits(shares, entries)),
      lfu: () => exact.sum(shares.slice(0, entries)),
    }[evict] ?? (() => exact.fifoHits(shares, entries))
  const ratio = hits()
  return {
    id: `${evict}${more}: ${entries} of ${keys} keys, Zipf ${exponent}`,
    source: evict === 'lru' && isSmall ? lruExact : (sources[evict] ?? ''),
    ...(truths[evict] === undefined || (evict === 'lru' && isSmall) ? {} : { truth: truths[evict] }),
    requests: 200_000,
    design: cached(
      `entries: ${entries}, evict: ${evict}`,
      `keys: ${keys}, popularity: zipf(${exponent})${more === '' ? '' : ', warm: false'}`,
      1000,
    ),
    expected: { 'c.hit_ratio': within(ratio, 0.003), 'origin.throughput': near(1000 * (1 - ratio), 0.01) },
  }
}

const large = { keys: 1000, entries: 100, exponent: 0.8 }
const small = { keys: 100, entries: 20, exponent: 1.2 }
const other = { keys: 60, entries: 25, exponent: 0.7 }

const alike = (evict: string): TheoryCase => ({
  id: `${evict}: all keys alike`,
  source: 'symmetry: entries over keys',
  requests: 200_000,
  design: cached(`entries: 1250, evict: ${evict}`, 'keys: 5000', 1000),
  expected: { 'c.hit_ratio': within(0.25, 0.002) },
})

const living = (keys: number, exponent: number, rate: number, ttl: number): TheoryCase => {
  const ratio = exact.ttlHits(exact.zipf(keys, exponent), rate, ttl)
  return {
    id: `time to live of ${ttl} s, ${keys} keys, Zipf ${exponent}, ${rate}/s`,
    source: 'Jung, Berger and Balakrishnan 2003: renewals of each key',
    requests: 200_000,
    design: cached('memory: 1 GiB', `keys: ${keys}, value: 1 KB, ttl: ${ttl} s, popularity: zipf(${exponent})`, rate),
    expected: { 'c.hit_ratio': within(ratio, 0.003), 'origin.throughput': near(rate * (1 - ratio), 0.01) },
  }
}

const cacheCases: readonly TheoryCase[] = [
  ...['lru', 'fifo', 'random', 'lfu'].map((evict) => evicting(evict, large)),
  ...['lru', 'fifo', 'random', 'lfu'].map((evict) => evicting(evict, small)),
  ...['lru', 'fifo', 'random', 'lfu'].map((evict) => evicting(evict, other)),
  evicting('lru', large, ', empty at the start'),
  evicting('lru', { keys: 10_000, entries: 500, exponent: 1 }),
  ...['lru', 'fifo', 'random', 'lfu'].map(alike),
  {
    id: 'lru by memory: 100 KB of 1 KB each',
    source: che,
    truth: 'approximate: Che, within 0.0003 (exact in the limit of many keys)',
    requests: 100_000,
    design: cached(
      'memory: 100 KB, usable: 100%, overhead: 0 B, evict: lru',
      'keys: 1000, value: 1 KB, popularity: zipf(0.8)',
      1000,
    ),
    expected: { 'c.hit_ratio': within(exact.lruHits(exact.zipf(1000, 0.8), 100), 0.003) },
  },
  living(10_000, 0.9, 500, 60),
  living(1000, 0.6, 100, 10),
  {
    id: 'a hot key expires: all go to the origin until it is back',
    source: 'renewal and reward: 1 + lambda L misses in a cycle of 1/lambda + L + T',
    requests: 484_020, // 20 cycles
    design: cached(`memory: 1 GiB, ${free}`, 'keys: 1, ttl: 30 s', 800, 'work: fixed(250 ms)'),
    expected: {
      'origin.throughput': near(201 / 30.25125, 0.02),
      'c.hit_ratio': within(1 - 0.25125 / 30.25125, 0.0003),
    },
  },
  {
    id: 'a hot key expires: the first one fetches, the others wait',
    source: 'renewal and reward: lambda L + 1 are delayed in a cycle, by L/2 but for the first',
    requests: 484_020, // 20 cycles
    design: cached(`memory: 1 GiB, ${free}`, 'keys: 1, ttl: 30 s, on-miss: single-flight', 800, 'work: fixed(250 ms)'),
    expected: {
      'origin.throughput': near(1 / 30.25125, 0.02),
      'ask.mean': near((200 * 0.125 + 0.25) / (800 * 30.25125), 0.02),
    },
  },
  ...[99, 98, 95, 90].map(
    (hit): TheoryCase => ({
      id: `a forced hit ratio of ${hit} %: the rest is load of the database`,
      source: 'arithmetic; Nishtala et al., Scaling Memcache at Facebook, 2013',
      requests: 400_000,
      design: cached('memory: 1 GiB', `keys: 1 M, hit: ${hit}%`, 10_000),
      expected: { 'origin.throughput': near(100 * (100 - hit), 0.01), 'c.hit_ratio': within(hit / 100, 0.001) },
    }),
  ),
]

export const cacheSection: Section = { title: 'Caches', cases: cacheCases }
