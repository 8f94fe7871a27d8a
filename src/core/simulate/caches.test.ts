import { describe, expect, it } from 'vitest'
import type { Cache } from '../model/resource.ts'
import { endings, Lab, playFor } from './simulation.test-support.ts'

const put = (cache: number) => ({ kind: 'insert', cache, keys: 1, times: null, mode: 'put' }) as const

/** A cache of one key at its own instance, with a store that takes 2 s behind it. */
function oneKey(changes: Partial<Cache> = {}) {
  const lab = new Lab()
  const [hot, db] = [lab.group('hot'), lab.group('db')]
  const cache = lab.cache(hot, 1, changes)
  const read = () =>
    lab.lookup(cache, {
      access: [lab.call(hot, [lab.delay(0.1), { kind: 'probe', cache, keys: 1, times: null }])],
      hit: [lab.delay(0.01)],
      miss: [lab.call(db, [lab.delay(2)]), lab.call(hot, [put(cache)])],
    })
  return { lab, hot, db, cache, read }
}

describe('a lookup', () => {
  it('misses a cold cache and hits what was put there', () => {
    const { lab, cache, read } = oneKey({ timeToLive: 10 })
    for (const at of [1, 4, 14]) lab.once(`at ${at}`, at, [read()])
    expect(endings(lab.model())).toEqual({ 'at 1': 2.1, 'at 4': 0.11, 'at 14': 2.1 })
    expect(playFor(lab.model(), 50).resources[cache]?.instances[0]).toMatchObject({ lookups: 3, hits: 1 })
  })

  it('lets everybody walk the miss path, or one with the others waiting', () => {
    const herd = oneKey()
    for (const at of [1, 2]) herd.lab.once(`at ${at}`, at, [herd.read()])
    expect(endings(herd.lab.model())).toEqual({ 'at 1': 2.1, 'at 2': 2.1 })
    const single = oneKey({ onMiss: 'single-flight' })
    for (const at of [1, 2]) single.lab.once(`at ${at}`, at, [single.read()])
    expect(endings(single.lab.model())).toEqual({ 'at 1': 2.1, 'at 2': 1.11 })
  })

  it('lives from the first fill of those that missed at once, or from the last write', () => {
    const at = (mode: 'fill' | 'put') => {
      const { lab, hot, db, cache } = oneKey({ timeToLive: 10 })
      const access = () => [lab.call(hot, [{ kind: 'probe', cache, keys: 1, times: null } as const])]
      const keep = () => lab.call(hot, [{ ...put(cache), mode }])
      const read = () => lab.lookup(cache, { access: access(), miss: [lab.call(db, [lab.delay(2)]), keep()] })
      for (const start of [1, 2, 13.5]) lab.once(`at ${start}`, start, [read()])
      return endings(lab.model())['at 13.5']
    }
    // Filled at 3 and at 4.
    expect([at('fill'), at('put')]).toEqual([2, 0])
  })

  it('fails with the one that walked the miss path', () => {
    const { lab, hot, cache } = oneKey({ onMiss: 'single-flight' })
    const failing = { kind: 'fail', failure: 'error', probability: 1 } as const
    const read = () =>
      lab.lookup(cache, {
        access: [lab.call(hot, [{ kind: 'probe', cache, keys: 1, times: null }])],
        miss: [lab.delay(2), failing],
      })
    for (const at of [1, 2]) lab.once(`at ${at}`, at, [read()])
    expect(endings(lab.model())).toEqual({ 'at 1': 'error', 'at 2': 'error' })
  })

  it('lets the first that waits walk the miss path when its leader is stopped', () => {
    const { lab, db, read } = oneKey({ onMiss: 'single-flight' })
    lab.once('a', 1, [lab.call(db, [read()], { policy: { timeout: 1, afterTimeout: 'stop' } })])
    lab.once('b', 1.5, [read()])
    // Waits from 1.6 to 2, then reads for 2 s.
    expect(endings(lab.model())).toEqual({ a: 'timeout', b: 2.5 })
  })

  it('knows which miss path is whose when several are under way', () => {
    const lab = new Lab()
    const group = lab.group('g')
    const caches = [lab.cache(group, 1, { onMiss: 'single-flight' }), lab.cache(group, 1, { onMiss: 'single-flight' })]
    const read = (i: number) => lab.lookup(caches[i] ?? 0, { miss: [lab.delay(5)] })
    lab.once('other leads', 1, [read(0)])
    lab.once('leads', 2, [lab.call(group, [read(1)], { policy: { timeout: 1, afterTimeout: 'stop' } })])
    lab.once('waits', 2.5, [read(1)])
    lab.once('other waits', 5, [read(0)])
    lab.once('waits too', 6, [read(1)])
    expect(endings(lab.model())).toEqual({
      'other leads': 5,
      leads: 'timeout',
      waits: 5.5,
      'other waits': 1,
      'waits too': 2,
    })
  })

  it('counts a failed access as a miss when told so', () => {
    const { lab, hot, cache } = oneKey()
    const access = [
      lab.call(hot, [lab.delay(9), { kind: 'probe', cache, keys: 3, times: null }], {
        policy: { timeout: 1 },
        onFail: 'miss',
      }),
    ]
    const disk = lab.station(hot)
    lab.once('a', 1, [lab.lookup(cache, { access, miss: [lab.serve(disk, 0, { each: 1, times: 'missed' })] })])
    expect(endings(lab.model())).toEqual({ a: 4 })
  })

  it('hits as often as it is forced to', () => {
    const { lab, read } = oneKey({ forcedHitRatio: 0.8 })
    const flow = lab.flow('a', [read()])
    lab.source(flow, { arrivals: { kind: 'periodic', rate: 10 } })
    const [copy] = playFor(lab.model(), 1000).resources[0]!.instances
    expect(Math.abs(copy!.hits / copy!.lookups - 0.8)).toBeLessThan(0.02)
  })

  it('asks for several keys at once, and fills what is missing', () => {
    const lab = new Lab()
    const hot = lab.group('hot')
    const cache = lab.cache(hot, 1)
    const disk = lab.station(hot)
    const probe = { kind: 'probe', cache, keys: 4, times: null } as const
    const steps = () => [
      lab.lookup(cache, {
        access: [lab.call(hot, [probe])],
        hit: [lab.serve(disk, 0, { each: 1, times: 'found' })],
        miss: [lab.serve(disk, 0, { each: 0.1, times: 'missed' })],
      }),
    ]
    lab.once('a', 1, steps())
    lab.once('b', 9, steps())
    // The one key is missing once.
    expect(endings(lab.model())).toEqual({ a: 0.1, b: 4 })
  })

  it('forgets what is invalidated', () => {
    const { lab, cache, read, hot } = oneKey()
    lab.once('a', 1, [read()])
    lab.once('change', 4, [lab.call(hot, [{ ...put(cache), mode: 'invalidate' }])])
    lab.once('b', 5, [read()])
    expect(endings(lab.model())).toEqual({ a: 2.1, change: 0, b: 2.1 })
  })

  it('finds a warm cache warm and a cold one cold', () => {
    const hitRatio = (isWarm: boolean): number => {
      const lab = new Lab()
      const hot = lab.group('hot')
      const cache = lab.cache(hot, 10_000, { entries: 5000, isWarm })
      const flow = lab.flow('a', [
        lab.lookup(cache, {
          access: [lab.call(hot, [{ kind: 'probe', cache, keys: 1, times: null }])],
          miss: [lab.call(hot, [put(cache)])],
        }),
      ])
      lab.source(flow, { arrivals: { kind: 'poisson', rate: 100 } })
      const [copy] = playFor(lab.model(), 20).resources[0]!.instances
      return copy!.hits / copy!.lookups
    }
    // Uniform keys: half of them are there, or hardly any yet (2 000 draws of 10 000 keys).
    expect(Math.abs(hitRatio(true) - 0.5)).toBeLessThan(0.05)
    expect(Math.abs(hitRatio(false) - 0.094)).toBeLessThan(0.03)
  })

  it('is as warm for those who consume as for those who ask', () => {
    const lab = new Lab()
    const hot = lab.group('hot')
    const cache = lab.cache(hot, 10_000, { isWarm: true, timeToLive: 100 })
    const log = lab.log(hot)
    const asking = lab.lookup(cache, {
      access: [lab.call(hot, [{ kind: 'probe', cache, keys: 1, times: null }])],
      miss: [lab.call(hot, [put(cache)])],
    })
    lab.consume(log, hot, [asking])
    lab.source(lab.flow('a', [lab.publish(log, 1)]), { arrivals: { kind: 'poisson', rate: 100 } })
    const [copy] = playFor(lab.model(), 20).resources[0]!.instances
    // Asked for 0.01 times a second each, a key is there for 100 of 200 s.
    expect(Math.abs(copy!.hits / copy!.lookups - 0.5)).toBeLessThan(0.05)
  })

  it('keeps a request with its key, and draws another one after it was told to forget', () => {
    const lab = new Lab()
    const hot = lab.group('hot')
    const cache = lab.cache(hot, 1e9)
    const access = () => [lab.call(hot, [{ kind: 'probe', cache, keys: 1, times: null } as const])]
    const twice = [
      lab.lookup(cache, { access: access(), miss: [lab.call(hot, [put(cache)])] }),
      lab.lookup(cache, { access: access() }),
    ]
    lab.once('same', 1, twice)
    lab.once('new', 2, [
      lab.lookup(cache, { access: access(), miss: [lab.call(hot, [put(cache)])] }),
      { kind: 'new-key', keyDomain: 0 },
      lab.lookup(cache, { access: access() }),
    ])
    lab.once('each', 3, [
      put(cache),
      lab.repeat(5, [lab.lookup(cache, { access: access() })], { hasNewKeys: true }),
      lab.lookup(cache, { access: access() }),
    ])
    expect(playFor(lab.model(), 50).resources[cache]?.instances[0]).toMatchObject({ lookups: 2 + 2 + 6, hits: 1 + 1 })
  })
})
