import { describe, expect, it } from 'vitest'
import { fixed, meanOf } from '../model/distribution.ts'
import type { Log } from '../model/resource.ts'
import type { Access } from './define.ts'
import { allSteps, askOf, type Made, make, publishAsk, servedAt } from './kinds.test-support.ts'

const logs = (made: Made) => made.resources.filter((one): one is Log => one.kind === 'log')
const kinds = ({ steps }: Pick<Access, 'steps'>): readonly string[] => allSteps(steps).map(({ kind }) => kind)
const publish = (made: Made, changes: Parameters<typeof publishAsk>[1] = {}) =>
  made.behaviour.publish!(publishAsk(made, changes))

describe('a stream', () => {
  const stream = (topic: string): Made => make('kafka', `{ brokers: 3, topics: { t: { ${topic} } } }`)

  it('has partitions by key, with the popularity of the keys', () => {
    const made = stream('partitions: 48, key: code, skew: zipf(0.9), size: 180 B')
    expect(logs(made)).toMatchObject([{ partitions: 48, isShared: false, keyDomain: 0, messageSize: 180 }])
    expect(made.domains).toEqual([{ keys: 1e6, exponent: 0.9 }])
    expect(publish(made).pick).toMatchObject({ within: 'hash', shardBy: 0 })
  })

  it('without a key takes each partition and each broker in turn', () => {
    const made = stream('partitions: 48')
    expect(logs(made)[0]!.keyDomain).toBeNull()
    expect(publish(made).pick.within).toBe('round-robin')
  })

  it('answers when all copies have a message', () => {
    const made = stream('acks: all')
    expect(kinds(publish(made))).toEqual(
      'serve attempt parallel call serve call serve parallel call serve call serve publish'.split(' '),
    )
    // When one copy is lost, one other is enough.
    const needs = allSteps(publish(made).steps).flatMap((step) => (step.kind === 'parallel' ? [step.need] : []))
    expect(needs).toEqual([2, 1])
  })

  it('fails a publish when fewer copies than have to be in sync are there', () => {
    const needs = allSteps(publish(stream('acks: all, min-in-sync: 3')).steps).flatMap((step) =>
      step.kind === 'parallel' ? [step.need] : [],
    )
    expect(needs).toEqual([2])
  })

  it('answers when the leader has it, and its copies cost the same all in all', () => {
    const leader = stream('acks: leader')
    const late = ['attempt', 'parallel', 'call', 'serve', 'call', 'serve']
    expect(kinds(publish(leader))).toEqual(['serve', 'reply', ...late, 'publish'])
    const works = servedAt(leader, publish(leader), 'cpu').map(({ work }) => meanOf(work))
    expect(works.reduce((sum, work) => sum + work, 0)).toBeCloseTo(40e-6 + 3 * (1e-6 + 8e-6), 12)
  })

  it('does not wait at all without acknowledgements', () => {
    expect(kinds(publish(stream('acks: none'))).slice(0, 2)).toEqual(['reply', 'serve'])
  })

  it('takes the size that the step says, and so many messages', () => {
    const made = stream('acks: leader, copies: 1')
    const access = publish(made, { size: 500, messages: fixed(10), shipEvery: 5 })
    expect(access.send).toBe(5000)
    expect(meanOf(servedAt(made, access, 'cpu')[0]!.work)).toBeCloseTo(40e-6 + 10 * (1e-6 + 0.5 * 8e-6), 12)
    expect(access.steps.at(-1)).toMatchObject({ kind: 'publish', count: fixed(10), shipEvery: 5 })
    const batch = publish(made, { count: { fixed: 2, times: 'items' } })
    expect(batch.steps.at(-1)).toMatchObject({ count: fixed(2), times: 'items' })
    expect(servedAt(made, batch, 'cpu')).toMatchObject([{ each: 2 * 9e-6, times: 'items' }])
  })

  it('serves a batch for the request and each message of it', () => {
    const made = stream('size: 1 KB')
    const { log, fetch } = made.behaviour.consume!('t', made.write)
    expect(made.resources[log]).toMatchObject({ kind: 'log' })
    expect(servedAt(made, fetch!, 'cpu')).toMatchObject([{ each: 9e-6, times: 'items' }])
  })

  it('knows a lost broker after 10 s', () => {
    expect(stream('').groups).toMatchObject([{ shards: 1, perShard: 3, detect: 10 }])
  })

  it('says what cannot be', () => {
    const wrong = (topic: string): readonly string[] => stream(topic).problems.map(({ message }) => message)
    expect(wrong('copies: 5')).toEqual(['`t` has 5 copies on 3 brokers'])
    expect(wrong('copies: 1')).toEqual(['`t` needs 2 copies in sync, but has 1'])
    expect(wrong('skew: zipf(1)')).toEqual([
      '`t`: `skew` has no effect without `key`: messages go to each partition in turn',
    ])
  })
})

describe('a queue', () => {
  it('is one without any, and gives messages to whoever is free', () => {
    const made = make('rabbitmq', '{}')
    expect(logs(made)).toMatchObject([{ id: 'it', isShared: true, keyDomain: null, capacity: Infinity }])
    expect(publish(made).steps.at(-1)).toMatchObject({ kind: 'publish' })
  })

  it('refuses when it is full', () => {
    expect(logs(make('queue', '{ topics: { jobs: { most: 1000 } } }'))).toMatchObject([{ capacity: 1000 }])
  })

  it('confirms when most of three copies have a message on disk', () => {
    const made = make('rabbitmq', '{ topics: { jobs: {} } }')
    expect(kinds(publish(made))).toEqual('serve serve parallel call serve serve call serve serve publish'.split(' '))
    expect(allSteps(publish(made).steps)[2]).toMatchObject({ need: 1 })
    // 50 000 messages/s on 40 processors: 0.8 ms of one for each, delivery included.
    const delivery = made.behaviour.consume!('jobs', made.write).fetch!
    const whole = [...servedAt(made, publish(made), 'cpu')].reduce((sum, { work }) => sum + meanOf(work), 0)
    expect(whole + servedAt(made, delivery, 'cpu')[0]!.each).toBeCloseTo(0.8e-3, 9)
  })

  it('that is managed takes its time, and nothing else', () => {
    expect(kinds(publish(make('sqs', '{}')))).toEqual(['delay', 'publish'])
    expect(kinds(publish(make('sqs', '{}', { isNetworkIdeal: true })))).toEqual(['publish'])
  })
})

describe('publish and subscribe', () => {
  it('gives every subscriber all messages', () => {
    const made = make('nats', '{ topics: { t: {} } }')
    expect(logs(made)).toMatchObject([{ isShared: false, keyDomain: null }])
    const first = made.behaviour.consume!('t', made.write)
    expect(made.behaviour.consume!('t', made.write).log).toBe(first.log)
    expect(servedAt(made, first.fetch!, 'cpu')).toMatchObject([{ each: 0.2e-6, times: 'items' }])
  })

  it('that is managed delivers after 66 ms', () => {
    const made = make('sns', '{ topics: { t: {} } }')
    const { fetch } = made.behaviour.consume!('t', made.write)
    expect(fetch!.steps).toMatchObject([{ kind: 'delay', time: { law: 'lognormal' } }])
  })
})

describe('a lock service', () => {
  it('has a lock for each name that is held, known before or not', () => {
    const made = make('etcd', '{ locks: { licences: { slots: 5, order: priority, wait: 2 s } } }')
    const held = (part: string) => made.behaviour.hold!(askOf(made, { part }))
    expect(made.resources[held('total').pool]).toMatchObject({
      kind: 'pool',
      slots: 1,
      patience: Infinity,
      label: 'lock',
    })
    expect(held('total').pool).toBe(held('total').pool)
    const licences = { slots: 5, order: 'priority', patience: 2 }
    expect(made.resources[held('licences').pool]).toMatchObject(licences)
    expect(made.kind.partsOf(made.settings)).toBeNull()
  })

  it('agrees with one of two others before it says yes, and again when the lock comes back', () => {
    const made = make('etcd', '{}')
    const { acquire, release } = made.behaviour.hold!(askOf(made, { part: 'a' }))
    for (const access of [acquire, release]) {
      expect(kinds(access)).toEqual(['serve', 'serve', 'parallel', 'call', 'serve', 'serve', 'call', 'serve', 'serve'])
      expect(allSteps(access.steps)[2]).toMatchObject({ need: 1 })
    }
    const alone = make('lock-service', '{ servers: 1 }')
    expect(kinds(alone.behaviour.hold!(askOf(alone, { part: 'a' })).acquire)).toEqual(['serve', 'serve'])
  })
})
