import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { simulate } from '../../src/core/index.ts'
import { names, play, prepareExample, root, verdict } from './play.ts'

/** Each example says at its top what it shows: here it has to. */
describe('examples', () => {
  it('are all in the list, and each says what it shows', () => {
    const list = readFileSync(path.join(root, 'README.md'), 'utf8')
    for (const name of names) {
      expect(list).toContain(`[${name}](${name}/${name}.loadpath.yaml)`)
      expect(readFileSync(path.join(root, name, `${name}.loadpath.yaml`), 'utf8')).toMatch(/^# Shows: /)
    }
  })
  it.each(names)('%s validates, with every scenario', (name) => {
    const { diagnostics, models } = prepareExample(name, 'all')
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(models.length).toBeGreaterThan(0)
  })
})

describe('first', () => {
  const result = play('first')
  it('meets both objectives with room to spare', () => {
    expect(result.objectives.map((objective) => objective.verdict)).toEqual(['met', 'met'])
  })
  it('fills the processor of the api first, at about five times this load', () => {
    expect(result.next_limit).toMatchObject({ component: 'api', resource: 'cpu' })
    expect(result.next_limit?.headroom_ratio).toBeGreaterThan(4.5)
    expect(result.next_limit?.headroom_ratio).toBeLessThan(5.5)
  })
})

describe('thread-pool', () => {
  it('takes 29.4 ms on average, as the exact chain says', () => {
    const { models } = prepareExample('thread-pool', ['baseline'])
    const { mean } = simulate(models[0]!, { seed: 1, duration: 1000, replications: 20, eventsMax: Infinity }).flows[
      'ask'
    ]!.response_time_s
    expect(mean.low).toBeLessThan(0.0294)
    expect(mean.high).toBeGreaterThan(0.0294)
    expect(mean.high! - mean.low!).toBeLessThan(0.003)
  })
})

describe('retry-storm', () => {
  it('stays collapsed when the stall is over, because of the retries', () => {
    const result = play('retry-storm', { scenario: 'stall' })
    expect(verdict(result, 'system no-metastable')?.verdict).toBe('missed')
    expect(verdict(result, 'buy success')?.cause).toMatchObject({ component: 'stock', reason: 'retries' })
  })
  it('comes back within a minute with a retry budget', () => {
    const result = play('retry-storm', { scenario: 'stall', variant: 'retry-budget' })
    expect(verdict(result, 'system no-metastable')?.verdict).toBe('met')
    expect(verdict(result, 'system recovered-within')?.measured.value).toBeLessThan(60)
  })
})

describe('url-shortener', () => {
  it('cannot answer Asia in time, and its breakers open', () => {
    const result = play('url-shortener')
    const { errors } = result.flows['redirect']!
    expect(errors['breaker-open']).toBeGreaterThan(0.05)
    expect(verdict(result, 'redirect success')?.cause).toMatchObject({ reason: 'network', confidence: 'certain' })
  })
  it('loses its statistics with one zone', () => {
    const { errors } = play('url-shortener', { scenario: 'zone-a-lost' }).flows['count']!
    expect(errors['connect-error']).toBeGreaterThan(0.9)
  })
  it('loses redirects in a flood of writes', () => {
    const result = play('url-shortener', { scenario: 'flood' })
    expect(verdict(result, 'redirect success')?.verdict).toBe('missed')
  })
})

describe('news-feed', () => {
  it('fills a shard of the post cache, hedges included, and reads fail because of it', () => {
    const { verdict: found, cause } = verdict(play('news-feed'), 'read-feed success') ?? {}
    expect(found).toBe('missed')
    expect(cause?.component).toBe('post-cache')
    expect(['hot-shard', 'retries']).toContain(cause?.reason)
  })
})

describe('small-pool', () => {
  it('misses its objective because of three connections, while the database has room', () => {
    const result = play('small-pool')
    expect(verdict(result, 'order p99')).toMatchObject({ verdict: 'missed', cause: { reason: 'pool' } })
    expect(result.components['db']?.utilization.value).toBeLessThan(0.5)
  })
  it('meets it with twelve', () => {
    expect(verdict(play('small-pool', { variant: 'pool-12' }), 'order p99')?.verdict).toBe('met')
  })
})

describe('hot-shard', () => {
  it('is full in one shard of four', () => {
    const result = play('hot-shard')
    expect(verdict(result, 'profile p99')).toMatchObject({ verdict: 'missed', cause: { reason: 'hot-shard' } })
    const shards = result.components['profiles']?.shards?.map((shard) => shard.utilization ?? 0) ?? []
    expect(Math.max(...shards)).toBeGreaterThan(0.95)
    expect(Math.min(...shards)).toBeLessThan(0.4)
  })
  it('holds when keys are asked for alike', () => {
    expect(play('hot-shard', { variant: 'even' }).objectives.map((o) => o.verdict)).toEqual(['met', 'met'])
  })
})

describe('cold-cache', () => {
  it('is fast while it is warm, and takes its store down when it is empty', () => {
    expect(verdict(play('cold-cache'), 'article p99')?.verdict).toBe('met')
    expect(verdict(play('cold-cache', { scenario: 'flushed' }), 'article p99')).toMatchObject({
      verdict: 'missed',
      cause: { component: 'cache', reason: 'cold-cache' },
    })
  })
  it('suffers less when each missing key is asked for once at a time', () => {
    const p99 = (variant?: string) =>
      play('cold-cache', { scenario: 'flushed', ...(variant ? { variant } : {}) }).flows['article']!.response_time_s.p99
        .value!
    expect(p99('merged')).toBeLessThan(p99())
  })
})

describe('late-autoscaler', () => {
  it('comes too late for the rush', () => {
    const result = play('late-autoscaler', { scenario: 'rush' })
    expect(verdict(result, 'page p99')).toMatchObject({ verdict: 'missed', cause: { reason: 'scaling-lag' } })
  })
  it('is not needed with headroom', () => {
    const result = play('late-autoscaler', { scenario: 'rush', variant: 'headroom' })
    expect(verdict(result, 'page p99')?.verdict).toBe('met')
  })
})

describe('far-regions', () => {
  it('takes three round trips across the ocean', () => {
    const result = play('far-regions')
    expect(verdict(result, 'basket p50')).toMatchObject({ verdict: 'missed', cause: { reason: 'network' } })
    expect(result.flows['basket']!.response_time_s.p50.value).toBeCloseTo(3 * 0.0697, 2)
  })
  it('does not, near by', () => {
    expect(verdict(play('far-regions', { variant: 'near' }), 'basket p50')?.verdict).toBe('met')
  })
})
