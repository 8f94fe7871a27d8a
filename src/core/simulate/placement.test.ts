import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import { placedBy } from '../model/placement.ts'
import { simulate } from './simulate.ts'

const shares = (placed: (key: number, keys: number) => number, keys: number, shards: number): readonly number[] => {
  const counts = Array.from({ length: shards }, () => 0)
  for (let key = 1; key <= keys; key++) counts[placed(key, keys)]! += 1
  return counts.map((count) => count / keys)
}

describe('keys on shards', () => {
  it('by ranges are as many on each, in the order of popularity', () => {
    const range = placedBy({ scheme: 'range' }, 4)!
    expect(shares(range, 1000, 4)).toEqual([0.25, 0.25, 0.25, 0.25])
    expect([1, 250, 251, 1000].map((key) => range(key, 1000))).toEqual([0, 0, 1, 3])
  })
  it('by a directory go to and fro', () => {
    const directory = placedBy({ scheme: 'directory' }, 3)!
    expect([1, 2, 3, 4, 5, 6, 7].map((key) => directory(key, 100))).toEqual([0, 1, 2, 2, 1, 0, 0])
  })
  it('on a ring are spread by 1 / √(virtual nodes)', () => {
    const spread = (virtualNodes: number): number => {
      const found = shares(placedBy({ scheme: 'ring', virtualNodes }, 10)!, 100_000, 10)
      return Math.sqrt(found.reduce((sum, x) => sum + (x - 0.1) ** 2, 0) / 10) / 0.1
    }
    expect(spread(1)).toBeGreaterThan(0.4)
    expect(spread(100)).toBeGreaterThan(0.04)
    expect(spread(100)).toBeLessThan(0.2)
    expect(spread(2000)).toBeLessThan(0.06)
  })
})

describe('the hottest shard', () => {
  const busy = (scheme: string): readonly number[] => {
    const text = `
loadpath: 1
name: sharded
network: ideal
load: { users: { rate: 2000/s, mix: { read: 100% } } }
components:
  db:
    kind: postgres
    shards: { count: 4, scheme: ${scheme} }
    tables: { t: { rows: 10 k, popularity: zipf(0.9) } }
flows: { read: { from: users, steps: [{ read: db.t }] } }
`
    const options = { file: 't', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
    const { models, diagnostics } = prepare(text, options)
    expect(diagnostics.map(({ code }) => code)).not.toContain('not-simulated')
    const { components } = simulate(models[0]!, { seed: 1, duration: 20, replications: 2 })
    return components['db']!.shards!.map(({ utilization }) => utilization!)
  }
  it('has most of the load by ranges, and little more than its share by a directory', () => {
    // Zipf(0.9) over 10 000 keys: the first quarter has 78 % of it.
    const range = busy('range')
    expect(Math.max(...range) / range.reduce((a, b) => a + b, 0)).toBeGreaterThan(0.7)
    const directory = busy('directory')
    expect(Math.max(...directory) / directory.reduce((a, b) => a + b, 0)).toBeLessThan(0.3)
  })
})
