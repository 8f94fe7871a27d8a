import { describe, expect, it } from 'vitest'
import type { Consumer } from '../model/model.ts'
import { overload } from './overload.ts'
import { partitionShortage } from './partition-shortage.ts'
import { poolOverLimit } from './pool-over-limit.ts'
import { slowConsumers } from './slow-consumers.ts'
import {
  cache,
  call,
  delay,
  failed,
  group,
  hold,
  log,
  links,
  lookup,
  pool,
  publish,
  repeat,
  retry,
  saidBy,
  serve,
  source,
  station,
  subjectOf,
  type SubjectSpec,
  written,
  zone,
} from './subject.test-support.ts'
import { unboundedQueue } from './unbounded-queue.ts'
import { wideBreaker } from './wide-breaker.ts'

const api = group('api')
const cpu = station(0, 'api cpu', { servers: 8 })

describe('overload', () => {
  const offered = (rate: number, changes: Partial<SubjectSpec> = {}) =>
    overload.check(
      subjectOf({
        groups: [api],
        resources: [cpu],
        sources: [source(rate)],
        steps: [[call(1, 0, [serve(0, 0.01)])]],
        ...changes,
      }),
    )
  const said = (rate: number, changes: Partial<SubjectSpec> = {}) =>
    offered(rate, changes).map(({ message }) => message)

  it('is told in servers of work', () => {
    expect(offered(1230)).toEqual([
      {
        at: expect.objectContaining({ line: 80 }),
        message: '`api cpu` is offered 12.3 servers of work at the peak of the load, and has 8: 154%',
        hint: 'most of it comes from flow `f`',
      },
    ])
  })

  it('begins where the offered load exceeds the servers', () => {
    expect([said(800), said(801)].map(({ length }) => length)).toEqual([0, 1])
  })

  it('looks at the peak of the load', () => {
    const shape = [
      { at: 0, times: 0.3 },
      { at: 3600, times: 2 },
    ]
    expect(said(600, { sources: [source(600, { shape })] })).toEqual([
      '`api cpu` is offered 12 servers of work at the peak of the load, and has 8: 150%',
    ])
  })

  it('counts the instances that scaling may add', () => {
    const scaled = (perShardMax: number) => said(1230, { groups: [group('api', { perShardMax })] })
    expect([scaled(2), scaled(1)].map(({ length }) => length)).toEqual([0, 1])
  })

  it('asks of leaders what only they do', () => {
    const groups = [group('db', { perShard: 3 })]
    const at = (within: 'leader' | 'replica') => [[call(1, 0, [serve(0, 0.01)], { within })]]
    expect(said(1230, { groups, steps: at('leader') })).toEqual([
      '`api cpu` is offered 12.3 servers of work at the peak of the load, and has 8 in its leader: 154%',
    ])
    expect(said(1230, { groups, steps: at('replica') })).toEqual([])
  })

  it('counts the leaders of all shards', () => {
    const groups = [group('db', { perShard: 3, shards: 2 })]
    const steps = [[call(1, 0, [serve(0, 0.01)], { within: 'leader' })]]
    expect(said(1230, { groups, steps })).toEqual([])
    expect(said(1700, { groups, steps })).toEqual([
      '`api cpu` is offered 17 servers of work at the peak of the load, and has 16 in its leaders: 106%',
    ])
  })

  it('names the flow that asks for most of it', () => {
    const both = source(1000, {
      mix: [
        { flow: 0, share: 0.8 },
        { flow: 1, share: 0.2 },
      ],
    })
    const steps = [[call(1, 0, [serve(0, 0.01)])], [call(2, 0, [serve(0, 0.02)])]]
    expect(offered(0, { sources: [both], steps })).toEqual([
      expect.objectContaining({ hint: 'most of it comes from flow `f`: 8 of them' }),
    ])
  })

  it('counts the way to another place while a slot is held', () => {
    const groups = [group('api', { places: [0, 1], perShard: 2 }), group('db', { places: [2] })]
    const places = [zone('eu.a'), zone('eu.b'), zone('us.a')]
    const far = links([
      [0, 0, 0.02],
      [0, 0, 0.01],
      [0.02, 0.01, 0],
    ])
    const resources = [{ ...cpu, servers: 64 }, pool(0, 'api threads', { slots: 4 })]
    // At least 10 ms a request, from the nearer of the two.
    expect(
      said(900, { groups, places, links: far, resources, steps: [[call(1, 0, [hold(1, call(2, 1, []))])]] }),
    ).toEqual(['`api threads` is offered 9 threads at the peak of the load, and has 8: 113%'])
  })

  it('multiplies loops and adds branches by their probability', () => {
    const choose = {
      kind: 'choose' as const,
      branches: [
        { probability: 0.25, steps: [repeat(30, [serve(0, 0.001)])] },
        { probability: 0.75, steps: [serve(0, 0.002)] },
      ],
    }
    // 0.25 x 30 x 1 ms + 0.75 x 2 ms = 9 ms
    expect(said(1000, { steps: [[call(1, 0, [choose])]] })).toEqual([
      '`api cpu` is offered 9 servers of work at the peak of the load, and has 8: 113%',
    ])
  })

  it('says nothing of what depends on an unknown hit ratio, and is exact for a forced one', () => {
    const steps = [[call(1, 0, [lookup(2, 1, { miss: [serve(0, 0.02)], hit: [serve(0, 0.001)] })])]]
    const withHits = (forcedHitRatio: number | null) =>
      said(1000, { resources: [cpu, cache(0, 'hot', { forcedHitRatio })], steps })
    expect(withHits(null)).toEqual([])
    expect(withHits(0.9)).toEqual([])
    // 0.6 x 1 ms + 0.4 x 20 ms = 8.6 ms
    expect(withHits(0.6)).toEqual(['`api cpu` is offered 8.6 servers of work at the peak of the load, and has 8: 108%'])
  })

  it('lets through a rate limit no more than its rate', () => {
    const limiter = { kind: 'limiter' as const, id: 'limit', group: 0, rate: 700, burst: 700 }
    const limited = (rate: number) =>
      said(5000, {
        resources: [cpu, { ...limiter, rate }],
        steps: [[call(1, 0, [{ kind: 'admit', limiter: 1 }, serve(0, 0.01)])]],
      })
    expect([limited(700), limited(900)].map(({ length }) => length)).toEqual([0, 1])
  })

  it('is never told of closed users, who wait instead', () => {
    const closed = source(0, { arrivals: { kind: 'closed', population: 1e6, thinkTime: { law: 'fixed', value: 1 } } })
    expect(said(0, { sources: [closed] })).toEqual([])
  })

  it('of a pool counts how long its slots are held', () => {
    const held = hold(1, serve(0, 0.002), delay(0.008))
    const threads = (slots: number) => ({
      resources: [{ ...cpu, servers: 64 }, pool(0, 'api threads', { slots })],
      steps: [[call(1, 0, [held])]],
    })
    expect(said(1000, threads(8))).toEqual([
      '`api threads` is offered 10 threads at the peak of the load, and has 8: 125%',
    ])
    expect(said(1000, threads(11))).toEqual([])
  })

  it('does not count what a timeout may cut off', () => {
    const groups = [api, group('db')]
    const waiting = (timeout: number | null) => ({
      groups,
      resources: [{ ...cpu, servers: 64 }, pool(0, 'api threads', { slots: 8 }), station(1, 'db cpu', { servers: 64 })],
      steps: [[call(1, 0, [hold(1, call(2, 1, [serve(2, 0.01)], { timeout }))])]],
    })
    expect([waiting(null), waiting(0.001), waiting(1)].map((one) => said(1000, one).length)).toEqual([1, 0, 1])
  })
})

const consumer = (changes: Partial<Consumer> = {}): Consumer => ({
  log: 0,
  flow: 1,
  group: 0,
  batchMax: 1,
  batchWait: 0,
  poll: 0,
  atOnce: 1,
  failed,
  ...changes,
})

describe('consumers that are too slow', () => {
  const lagging = (batchMax: number, changes: Partial<SubjectSpec> = {}) =>
    subjectOf({
      groups: [group('worker', { perShard: 4 }), group('broker')],
      resources: [log(1, 'events', { partitions: 3 }), station(0, 'worker cpu', { servers: 8 })],
      sources: [source(400)],
      consumers: [consumer({ batchMax })],
      steps: [[call(1, 1, [publish(0)])], [delay(0.01), serve(1, 0)]],
      ...changes,
    })

  it('are told with what they can take at most', () => {
    // three partitions, 10 ms a message: 300 a second
    expect(slowConsumers.check(lagging(1))).toEqual([
      {
        at: expect.objectContaining({ line: 71 }),
        message: '`events` gets 400/s messages at the peak of the load, and flow `f1` can take 300/s at most: 133%',
        hint: '3 batches at once, 10 ms each without any waiting, 1 message a batch',
      },
    ])
  })

  it('take more in batches, and several at once', () => {
    const resources = [log(1, 'events', { partitions: 30 }), station(0, 'worker cpu', { servers: 8 })]
    const busy = { sources: [source(2000)], consumers: [consumer({ batchMax: 2, atOnce: 2 })], resources }
    // four instances, two batches each, two messages in 10 ms: 1600 a second
    expect(saidBy(slowConsumers, lagging(2, busy))).toEqual([
      '71: `events` gets 2000/s messages at the peak of the load, and flow `f1` can take 1600/s at most: 125%',
    ])
  })

  it('take one batch a look when they look only now and then', () => {
    const polling = { sources: [source(200)], consumers: [consumer({ batchMax: 10, poll: 0.2 })] }
    // three partitions, ten messages in 200 ms each: 150 a second
    const [breach] = slowConsumers.check(lagging(10, polling))
    expect(breach?.message).toContain('can take 150/s at most: 133%')
    expect(breach?.hint).toBe('3 batches at once, one in 200 ms (`poll`), 10 messages a batch')
  })

  it('are fast enough with batches of two', () => {
    expect(saidBy(slowConsumers, lagging(2))).toEqual([])
  })

  it('of a work queue are not bound by partitions', () => {
    const shared = { resources: [log(1, 'jobs', { partitions: 1, isShared: true }), station(0, 'worker cpu')] }
    // four workers: 400 a second
    expect(saidBy(slowConsumers, lagging(1, shared))).toEqual([])
  })
})

describe('partitions', () => {
  const spread = (partitions: number, perShard: number, atOnce: number | null = null) =>
    subjectOf({
      groups: [group('worker', { perShard }), group('broker')],
      resources: [log(1, 'events', { partitions })],
      consumers: [consumer({ atOnce: atOnce ?? 4 })],
      steps: [[], []],
      design: {
        flows: new Map([
          [
            'f1',
            written('f1', {
              trigger: {
                kind: 'consume',
                target: { component: 'broker', part: 'events', path: null, span: written('f1').span },
                by: 'worker',
                batchMax: 1,
                batchWait: 0,
                poll: 0,
                atOnce,
              },
            }),
          ],
        ]),
      },
    })

  it('fewer than instances leave some without a message', () => {
    expect(saidBy(partitionShortage, spread(6, 8))).toEqual([
      '71: `events` has 6 partitions for the 8 instances of `worker`: 2 of them never get a message',
    ])
  })

  it('count against loops that were asked for', () => {
    expect(saidBy(partitionShortage, spread(8, 8, 2))).toEqual([
      '71: `events` has 8 partitions for the 8 x 2 consumers of `worker`: 8 of them never get a message',
    ])
  })

  it('as many as instances are enough', () => {
    expect(saidBy(partitionShortage, spread(8, 8))).toEqual([])
  })
})

describe('a queue without a bound', () => {
  const queues = (changes: Partial<SubjectSpec>, rate = 900) =>
    saidBy(
      unboundedQueue,
      subjectOf({ groups: [api, group('db')], resources: [cpu], sources: [source(rate)], steps: [], ...changes }),
    )
  const step = [serve(0, 0.01)]

  it('is told when the load can fill it', () => {
    expect(queues({ steps: [[call(1, 0, step)]] })).toEqual([
      '80: the queue of `api cpu` has no bound for `f`, and the load asks for 113% of what it can do',
    ])
    expect(queues({ steps: [[call(1, 0, step)]] }, 700)).toEqual([])
  })

  it('is filled by work that its callers gave up on', () => {
    expect(queues({ steps: [[call(1, 0, step, { timeout: 0.5, retry: retry(2) })]] }, 300)).toEqual([
      '80: the queue of `api cpu` has no bound for `f`, and the load can ask for 113% of what it can do when caches are cold and calls are tried again; callers give up, but their work stays in it',
    ])
  })

  it('of a pool counts the slots of all instances', () => {
    const groups = [group('api', { perShard: 2 })]
    const resources = [{ ...cpu, servers: Infinity }, pool(0, 'api threads', { slots: 4 })]
    const steps = [[call(1, 0, [hold(1, delay(0.01))])]]
    expect(queues({ groups, resources, steps })).toEqual([
      '80: the queue of `api threads` has no bound for `f`, and the load asks for 113% of what it can do',
    ])
    const patient = pool(0, 'api threads', { slots: 4, patience: 30 })
    expect(queues({ groups, resources: [{ ...cpu, servers: Infinity }, patient], steps })).toEqual([])
    expect(queues({ groups, resources, steps }, 700)).toEqual([])
  })

  it('is bounded by callers that stop what they give up on', () => {
    expect(queues({ steps: [[call(1, 0, step, { timeout: 0.5, afterTimeout: 'stop' })]] })).toEqual([])
  })

  it('is bounded by a pool that is held meanwhile, whose own queue then is the one', () => {
    const resources = [cpu, pool(1, 'limit', { slots: 100, waitingRoom: 10 })]
    expect(queues({ resources, steps: [[call(1, 1, [hold(1, call(2, 0, step))])]] })).toEqual([])
  })

  it('has a bound when its waiting room has', () => {
    expect(queues({ resources: [{ ...cpu, waitingRoom: 100 }], steps: [[call(1, 0, step)]] })).toEqual([])
  })

  it('is of no matter to closed users', () => {
    const closed = source(0, { arrivals: { kind: 'closed', population: 1e6, thinkTime: { law: 'fixed', value: 1 } } })
    expect(queues({ sources: [closed], steps: [[call(1, 0, step)]] })).toEqual([])
  })
})

describe('pools against the limit of connections', () => {
  const connected = (instances: number, perShard: number, within: 'leader' | 'round-robin' = 'round-robin') => {
    const subject = subjectOf({
      groups: [group('api', { perShard: instances }), group('db', { perShard })],
      resources: [cpu, pool(0, 'api connections to db', { slots: 80 }), station(1, 'db cpu')],
      connections: [{ pool: 1, to: 'db' }],
      steps: [[call(1, 0, [call(2, 1, [serve(2, 0.001)], { connection: 1, within })])]],
    })
    const components = subject.model.components.map((one) => (one.id === 'db' ? { ...one, connectionsMost: 100 } : one))
    return saidBy(poolOverLimit, { ...subject, model: { ...subject.model, components } })
  }

  it('are told with the product', () => {
    expect(connected(6, 1)).toEqual([
      '81: `db` accepts 100 connections, and its callers may open 480: `api` 6 instances x 80',
    ])
  })

  it('spread over all copies unless leaders alone are asked', () => {
    expect(connected(3, 3)).toEqual([])
    expect(connected(3, 3, 'leader')).toEqual([
      '81: `db` accepts 100 connections, and its callers may open 240: `api` 3 instances x 80',
    ])
    expect(connected(6, 3)).toEqual([
      '81: `db` accepts 3 x 100 = 300 connections, and its callers may open 480: `api` 6 instances x 80',
    ])
  })

  it('may be as many as it accepts', () => {
    expect(connected(1, 1)).toEqual([])
  })
})

describe('a breaker', () => {
  const subject = (rate: number, window: number) =>
    subjectOf({
      groups: [group('api', { perShard: 4 }), group('db')],
      resources: [cpu, { kind: 'breaker', id: 'breaker', group: 0, openAt: 0.5, window, halfOpen: 5 }],
      sources: [source(rate)],
      steps: [[call(1, 0, [call(2, 1, [], { breaker: 1 })])]],
    })
  const guarded = (rate: number, window: number) => saidBy(wideBreaker, subject(rate, window))

  it('whose window fills more slowly than it stays open is told', () => {
    expect(guarded(40, 100)).toEqual([
      '2: each instance of `api` calls `db` at most 10/s: its breaker needs 10 s to see 100 results, and tries again after 5 s',
    ])
    expect(wideBreaker.check(subject(40, 100))[0]?.hint).toBe('a window of 50 fits')
  })

  it('whose window fills in time is fine', () => {
    expect([guarded(400, 100), guarded(40, 50)]).toEqual([[], []])
  })
})
