// @data
import { placedBy, shardOf } from '../../src/core/model/placement.ts'
import { asks, type ComputedCase, ideal, near, type Section, type TheoryCase, users, visit, within } from './case.ts'
import * as exact from './formulas.ts'

const branch = (name: string, share: number): string => `${name}: { p: ${share}%, do: [${visit(name, 'exp(10 ms)')}] }`

const skewed = (shares: readonly number[], rate: number) => {
  const parts = shares.map((share) => ({ share, rate: 100 - rate * share }))
  const quantile = exact.mixture(parts)
  return {
    'ask.mean': near(exact.sum(parts.map((part) => part.share / part.rate)), 0.015),
    'ask.p50': near(quantile(0.5), 0.025),
    'ask.p90': near(quantile(0.9), 0.025),
    'ask.p95': near(quantile(0.95), 0.025),
    'ask.p99': near(quantile(0.99), 0.025),
    'ask.p999': near(quantile(0.999), 0.0625),
  }
}

const mixture = 'mixture of M/M/1: Kleinrock, Queueing Systems 1, 1975'

const lamping = 'Lamping and Veach, A Fast, Minimal Memory, Consistent Hash Algorithm, 2014'

const ranks = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1)

const ringOf = (shards: number, virtualNodes: number): ((key: number) => number) => {
  const placed = placedBy({ scheme: 'ring', virtualNodes }, shards)
  if (placed === null) throw new Error('one shard has no ring')
  return (key) => placed(key, 1)
}

/** How unevenly keys lie on the shards: their standard deviation over their mean. */
const spread = (shards: number, virtualNodes: number, keys: number): ComputedCase => ({
  id: `consistent hashing: ${virtualNodes} points for each of ${shards} shards`,
  source: `${lamping}; shares are Beta(V, (n - 1) V), and ${keys} keys are dealt by them`,
  computed: () => {
    const place = ringOf(shards, virtualNodes)
    const counts = new Float64Array(shards)
    for (const key of ranks(keys)) counts[place(key)] = (counts[place(key)] ?? 0) + 1
    const mean = keys / shards
    return { deviation: Math.sqrt(counts.reduce((total, count) => total + (count / mean - 1) ** 2, 0) / (shards - 1)) }
  },
  expected: {
    deviation: near(Math.sqrt((shards - 1) / (shards * virtualNodes + 1) + shards / keys), 0.07),
  },
})

const moved = (shards: number): ComputedCase => ({
  id: `from ${shards} to ${shards + 1} shards`,
  source: `${lamping}: the share of keys that move`,
  computed: () => {
    const keys = ranks(200_000)
    const [before, after] = [ringOf(shards, 2000), ringOf(shards + 1, 2000)]
    const apart = keys.filter((key) => before(key) !== after(key))
    return {
      'ring, moved': apart.length / keys.length,
      'ring, moved between old shards': apart.filter((key) => after(key) !== shards).length,
      'hash, moved': keys.filter((key) => shardOf(key, shards) !== shardOf(key, shards + 1)).length / keys.length,
    }
  },
  expected: {
    'ring, moved': near(1 / (shards + 1), 0.06),
    'ring, moved between old shards': within(0, 0),
    'hash, moved': near(shards / (shards + 1), 0.01),
  },
})

const fullest = (
  keys: number,
  shards: number,
  longest: number,
  atMost: Readonly<Record<number, number>>,
): ComputedCase => ({
  id: `${keys} keys on ${shards} shards by hash: the fullest`,
  source: 'balls into bins: Mitzenmacher and Upfal, Probability and Computing, 2005',
  computed: () => {
    const placements = 20_000
    const found = Array.from({ length: placements }, (_, r) => {
      const counts = new Uint16Array(shards)
      for (let i = 1; i <= keys; i++) counts[shardOf(r * keys + i, shards)]! += 1
      return Math.max(...counts)
    })
    const share = (most: number): number => found.filter((most_) => most_ <= most).length / placements
    return {
      'mean of the most': exact.sum(found) / placements,
      ...Object.fromEntries(Object.keys(atMost).map((most) => [`at most ${most}`, share(Number(most))])),
    }
  },
  expected: {
    'mean of the most': near(longest, 0.01),
    ...Object.fromEntries(Object.entries(atMost).map(([most, chance]) => [`at most ${most}`, within(chance, 0.015)])),
  },
})

const hot: ComputedCase = {
  id: '100000 keys of Zipf 1 on 10 shards by hash: the hottest shard over the mean',
  source: 'drawn anew: 1000 placements by a generator of another kind',
  truth: 'approximate: within 0.4 %',
  computed: () => {
    const keys = 100_000
    const shares = exact.zipf(keys, 1)
    const placements = 1000
    let total = 0
    for (let r = 0; r < placements; r++) {
      const loads = new Float64Array(10)
      for (let i = 0; i < keys; i++) loads[shardOf(r * keys + i + 1, 10)]! += shares[i] ?? 0
      total += Math.max(...loads) * 10
    }
    return { 'max over mean': total / placements }
  },
  expected: { 'max over mean': near(1.7467311, 0.02) },
}

const shardCases: readonly (TheoryCase | ComputedCase)[] = [
  {
    id: 'skewed shards: 40/20/20/20 %, by choice',
    source: mixture,
    requests: 1_200_000,
    design: ideal(
      users(200),
      ['a', 'b', 'c', 'd'].map((name) => `${name}: { kind: station }`).join(', '),
      asks(`{ choose: { ${branch('a', 40)}, ${branch('b', 20)}, ${branch('c', 20)}, ${branch('d', 20)} } }`),
    ),
    expected: {
      ...skewed([0.4, 0.2, 0.2, 0.2], 200),
      'a.utilization': near(0.8, 0.015),
      'b.utilization': near(0.4, 0.015),
    },
  },
  {
    id: 'skewed shards: 40/20/20/20 %, by weight',
    source: mixture,
    requests: 1_200_000,
    design: ideal(
      users(200),
      's: { kind: station, instances: 4, balance: weighted, weights: [2, 1, 1, 1] }',
      asks(visit('s', 'exp(10 ms)')),
    ),
    expected: skewed([0.4, 0.2, 0.2, 0.2], 200),
  },
  {
    id: 'skewed shards: 50/30/20 %, by weight',
    source: mixture,
    requests: 800_000,
    design: ideal(
      users(150),
      's: { kind: station, instances: 3, balance: weighted, weights: [5, 3, 2] }',
      asks(visit('s', 'exp(10 ms)')),
    ),
    expected: skewed([0.5, 0.3, 0.2], 150),
  },
  {
    id: 'even shards: 25 % each',
    source: mixture,
    requests: 300_000,
    design: ideal(users(200), 's: { kind: station, instances: 4, balance: random }', asks(visit('s', 'exp(10 ms)'))),
    expected: { 'ask.mean': near(0.02, 0.015) },
  },
  spread(1000, 1, 1_000_000),
  spread(1000, 10, 1_000_000),
  spread(500, 100, 1_000_000),
  moved(4),
  moved(10),
  moved(99),
  fullest(100, 100, 4.2325952, { 3: 0.12615632, 4: 0.70164614, 5: 0.94759885, 6: 0.99290822 }),
  hot,
]

export const shardSection: Section = { title: 'Shards and skew', cases: shardCases }
