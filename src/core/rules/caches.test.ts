import { describe, expect, it } from 'vitest'
import { fixed } from '../model/distribution.ts'
import { selfWaitingMiss } from './self-waiting-miss.ts'
import { stampede } from './stampede.ts'
import { cache, call, delay, group, lookup, repeat, saidBy, source, subjectOf } from './subject.test-support.ts'

const groups = [group('c'), group('api')]

describe('a miss that asks its own cache again', () => {
  const nested = (onMiss: 'herd' | 'single-flight', between = (steps: ReturnType<typeof inner>) => steps) =>
    saidBy(
      selfWaitingMiss,
      subjectOf({
        groups,
        resources: [cache(0, 'c.k', { onMiss }), cache(0, 'c.other', { onMiss })],
        steps: [[lookup(2, 0, { miss: [call(3, 1, between(inner()))] })]],
      }),
    )
  const inner = () => [lookup(4, 0, { miss: [delay(0.01)] })] as const
  it('waits for itself when only one may fetch a key, calls between them or not', () => {
    expect(nested('single-flight')).toEqual([
      '4: a miss of `c.k` asks `c.k` for the same key again, and waits for itself: its answer is the one that is fetched',
    ])
  })
  it('does not when all who miss go on, for another keyspace, or for keys of its own', () => {
    expect(nested('herd')).toEqual([])
    expect(nested('single-flight', () => [lookup(4, 1, { miss: [delay(0.01)] })] as never)).toEqual([])
    expect(nested('single-flight', (steps) => [repeat(5, steps, { hasNewKeys: true })] as never)).toEqual([])
    expect(nested('single-flight', (steps) => [repeat(5, steps)] as never)).toHaveLength(1)
  })
})

describe('a popular key that expires', () => {
  const said = (changes: Parameters<typeof cache>[2], { keys = 1, exponent = 0, rate = 2000 } = {}) =>
    saidBy(
      stampede,
      subjectOf({
        groups,
        resources: [cache(0, 'c.k', { timeToLive: 10, ...changes })],
        keyDomains: [{ keys, exponent }],
        sources: [source(rate)],
        steps: [[lookup(2, 0, { access: [call(3, 0, [])], miss: [{ kind: 'delay', time: fixed(0.2), point: 0 }] })]],
      }),
    )
  it('is fetched by all who ask for it meanwhile: rate times time of a fetch', () => {
    expect(said({})).toEqual([
      '2: each 10 s the key of `c.k` expires, and about 400 requests fetch it at once: 2000/s ask for it, and it takes 200 ms to come back',
    ])
    // Of 10 keys asked for as 1/n the first gets 1 / 2.929 of 2000/s.
    expect(said({}, { keys: 10, exponent: 1 })[0]).toContain('about 137 requests')
  })
  it('is no matter when one fetches, when it lives for ever, or when few ask for it', () => {
    expect(said({ onMiss: 'single-flight' })).toEqual([])
    expect(said({ timeToLive: Infinity })).toEqual([])
    expect(said({ forcedHitRatio: 0.9 })).toEqual([])
    expect(said({}, { rate: 90 })).toEqual([])
    expect(said({}, { keys: 1000 })).toEqual([])
  })
})
