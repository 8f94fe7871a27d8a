import { describe, expect, it } from 'vitest'
import { fixed, meanOf } from '../model/distribution.ts'
import type { Cache } from '../model/resource.ts'
import { allSteps, askOf, type Made, make, servedAt, settingsOf, kindOf } from './kinds.test-support.ts'
import { entriesOf, type Keyspaces } from './keyspaces.ts'

const caches = (made: Made) => made.resources.filter((one): one is Cache => one.kind === 'cache')
const keyspacesOf = (text: string): Keyspaces =>
  settingsOf(kindOf('cache'), `{ keyspaces: ${text} }`)['keyspaces'] as Keyspaces
const kinds = (steps: Parameters<typeof allSteps>[0]): readonly string[] => allSteps(steps).map(({ kind }) => kind)

describe('entries of an instance', () => {
  const room = { usable: 1, overhead: 10, entries: null }

  it('are memory by the size of an entry: 4 GiB hold 12 820 797 of 250 B and 85 B beside', () => {
    const made = make('redis', '{ shards: 3, memory: 4 GiB, keyspaces: { links: { keys: 50 M, value: 250 B } } }')
    expect(caches(made)[0]!.entries).toBe(12_820_797)
  })

  it('are shared by the bytes that keyspaces want, after those that live here alone', () => {
    // 600 B: 200 for 10 values of 10 B that live here; of the other 400, a wants 500 B of 800, b 300 B.
    const keyspaces = keyspacesOf(
      '{ m: { keys: 10, value: 10 B, write: model }, a: { keys: 10, value: 40 B }, b: { keys: 10, value: 20 B } }',
    )
    const entries = entriesOf(keyspaces, 1, { ...room, memory: 600 })
    expect([...entries]).toEqual([
      ['m', Infinity],
      ['a', 5],
      ['b', 5],
    ])
  })

  it('are none when nothing is left', () => {
    const keyspaces = keyspacesOf('{ m: { keys: 10, value: 10 B, write: model }, a: { keys: 10, value: 40 B } }')
    expect(entriesOf(keyspaces, 1, { ...room, memory: 100 }).get('a')).toBe(0)
  })

  it('are as many as written, whatever the memory', () => {
    const made = make('cache', '{ entries: 100, keyspaces: { k: { keys: 1000, value: 1 KB, popularity: zipf(0.8) } } }')
    expect(caches(made)).toMatchObject([
      { entries: 100, evict: 'lru', isWarm: true, forcedHitRatio: null, onMiss: 'herd' },
    ])
    expect(made.domains).toEqual([{ keys: 1000, exponent: 0.8 }])
  })
})

describe('a cache', () => {
  const made = make('redis', '{ shards: 3, replicas: 1, keyspaces: { k: { keys: 50 M, value: 250 B, ttl: 24 h } } }')

  it('has a leader and its replicas for each shard, and takes over after 17 s', () => {
    expect(made.groups).toMatchObject([{ shards: 3, perShard: 2, perShardMax: 2, detect: 15, promote: 17 }])
    expect(make('redis', '{ keyspaces: { k: { keys: 1 } } }').groups[0]!.promote).toBe(Infinity)
  })

  it('of Redis executes one command after the other: 80 000 of one key per second', () => {
    expect(made.resources[0]).toMatchObject({ kind: 'station', servers: 1, discipline: 'fifo' })
    const one = make('redis', '{ keyspaces: { k: { keys: 1 } } }')
    const [serve] = servedAt(one, one.behaviour.get!(askOf(one)).access, 'cpu')
    expect(1 / meanOf(serve!.work)).toBeGreaterThan(78_000)
    expect(1 / meanOf(serve!.work)).toBeLessThan(82_000)
  })

  it('executes a script as one command', () => {
    const one = make('redis', '{ keyspaces: { k: { keys: 1 } } }')
    const script = one.behaviour.work!(fixed(0.02), { each: 0, times: 'items' }, one.write)
    expect(one.behaviour.call!(script, askOf(one)).steps).toBe(script)
    const [serve] = servedAt(one, { steps: script }, 'cpu')
    expect(meanOf(serve!.work)).toBeCloseTo(0.02 + 11.2e-6, 9)
    expect(servedAt(one, one.behaviour.call!([], askOf(one)), 'cpu')).toHaveLength(1)
  })

  it('of memcached has four threads', () => {
    expect(make('memcached', '{ keyspaces: { k: { keys: 1 } } }').resources[0]).toMatchObject({ servers: 4 })
  })

  it('has no copies when it is memcached, and one thread for commands when it is Redis', () => {
    const code = (kind: string, setting: string): readonly string[] =>
      make(kind, `{ ${setting}, keyspaces: { k: { keys: 1 } } }`).problems.map((one) => `${one.code} ${one.param}`)
    expect(code('memcached', 'replicas: 1')).toEqual(['not-in-technology replicas'])
    expect(code('redis', 'threads: 4')).toEqual(['not-in-technology threads'])
    expect([...code('redis', 'replicas: 1'), ...code('memcached', 'threads: 8')]).toEqual([])
  })

  it('looks a key up at the leader of its shard, and is filled by the caller', () => {
    const { access, style, fill, cache } = made.behaviour.get!(askOf(made, { part: 'k' }))
    expect(access.pick).toMatchObject({ shardBy: 0, within: 'leader' })
    expect(access).toMatchObject({ send: 36, receive: 250 })
    expect(kinds(access.steps)).toEqual(['serve', 'probe'])
    expect(access.steps[1]).toEqual({ kind: 'probe', cache, keys: 1, times: null })
    expect(style).toBe('aside')
    expect(kinds(fill!.steps).slice(0, 3)).toEqual(['serve', 'insert', 'reply'])
  })

  it('answers a put before its replica has it', () => {
    const { steps } = made.behaviour.put!(askOf(made))
    expect(kinds(steps)).toEqual(['serve', 'insert', 'reply', 'attempt', 'call', 'serve', 'insert'])
    expect(allSteps(steps)[4]).toMatchObject({ pick: { shardBy: 'same', within: 'copy', position: 1 } })
  })

  it('takes longer for each key of a request, and asks for them all', () => {
    const time = (count: number): number => {
      const { access } = made.behaviour.get!(askOf(made, { count: { fixed: count, times: null } }))
      expect(access).toMatchObject({ receive: count * 250 })
      return meanOf(servedAt(made, access, 'cpu')[0]!.work)
    }
    expect(time(11) - time(1)).toBeCloseTo(10 * (1.25e-6 + 0.286 * 0.4e-6), 12)
    const batch = made.behaviour.get!(askOf(made, { count: { fixed: 2, times: 'items' } }))
    expect(batch.access.steps[1]).toMatchObject({ keys: 2, times: 'items' })
    expect(servedAt(made, batch.access, 'cpu')[0]).toMatchObject({ times: 'items' })
  })

  it('that is the system of record has everything, never evicts, and is not filled', () => {
    const model = make('redis', '{ keyspaces: { k: { keys: 100, ttl: 90 s, warm: false, write: model } } }')
    expect(caches(model)).toMatchObject([{ entries: Infinity, timeToLive: Infinity, evict: 'none', isWarm: true }])
    expect(model.behaviour.get!(askOf(model)).fill).toBeNull()
  })

  it('that reads through asks for what it misses itself, and keeps it in place', () => {
    const through = make('cache', '{ keyspaces: { k: { keys: 100, write: through } } }')
    const { style, fill } = through.behaviour.get!(askOf(through))
    expect(style).toBe('through')
    expect(kinds(fill!.steps)).toEqual(['insert'])
  })

  it('has a forced hit ratio, a single flight and a cold start when they are written', () => {
    const forced = make('cache', '{ keyspaces: { k: { keys: 100, hit: 90%, on-miss: coalesce, warm: false } } }')
    expect(caches(forced)).toMatchObject([{ forcedHitRatio: 0.9, onMiss: 'single-flight', isWarm: false }])
  })

  it('says which words need another one beside them', () => {
    const { problems } = make('cache', '{ keyspaces: { k: { keys: 9, on-miss: early-refresh, write: behind } } }')
    expect(problems.map(({ severity, code, message }) => [severity, code, message])).toEqual([
      ['warning', 'no-effect', '`k`: `on-miss: early-refresh` has no effect without `ttl`: nothing grows old'],
      ['error', 'write-behind', '`k` writes behind, but does not say where to'],
    ])
  })

  it('says when what lives here alone does not fit, and when keys would be refused', () => {
    const model = make('redis', '{ memory: 1 GiB, keyspaces: { k: { keys: 100 M, value: 915 B, write: model } } }')
    expect(model.problems).toMatchObject([{ code: 'memory-full', param: 'memory' }])
    expect(model.problems[0]!.message).toContain('93.1 GiB of each shard')
    const refusing = make('redis', '{ memory: 1 GiB, keyspaces: { k: { keys: 100 M, value: 915 B } } }')
    expect(refusing.problems[0]!.message).toContain('room for 1073741 of 100000000 keys')
    expect(make('redis', '{ memory: 1 GiB, evict: lru, keyspaces: { k: { keys: 100 M } } }').problems).toEqual([])
  })

  it('costs by its memory', () => {
    const [cost] = make('redis', '{ memory: 4 GiB, keyspaces: { k: { keys: 1 } } }').costs
    expect(cost).toEqual({ label: 'cache memory', dollars: expect.closeTo(4 * 0.0163 * 730, 6), isPerInstance: true })
  })
})

describe('a content delivery network', () => {
  const text = '{ keyspaces: { k: { keys: 50 M, popularity: zipf(0.9), ttl: 60 s, value: 0.5 KB } } }'

  it('has a copy at each edge location, and clients go to the nearest', () => {
    const made = make('cdn', text, { places: [0, 1, 2, 3, 4] })
    expect(made.groups).toMatchObject([{ perShard: 5, places: [0, 1, 2, 3, 4] }])
    const { access, style, fill } = made.behaviour.get!(askOf(made))
    expect(access.pick.within).toBe('nearest')
    expect(style).toBe('through')
    expect(kinds(access.steps)).toEqual(['delay', 'probe'])
    expect(kinds(fill!.steps)).toEqual(['insert'])
  })

  it('coalesces misses, never fills up unless its space is written, and keeps answers a day', () => {
    expect(caches(make('cdn', text))).toMatchObject([{ onMiss: 'single-flight', entries: Infinity, timeToLive: 60 }])
    expect(caches(make('cdn', '{ keyspaces: { k: { keys: 1 } } }'))).toMatchObject([{ timeToLive: 86_400 }])
    const small = make('cdn', '{ memory: 1 MB, keyspaces: { k: { keys: 50 M, value: 500 B } } }')
    expect(caches(small)).toMatchObject([{ entries: 1000 }])
  })
})
