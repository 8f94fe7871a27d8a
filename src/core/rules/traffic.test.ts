import { describe, expect, it } from 'vitest'
import { exponential } from '../model/distribution.ts'
import type { Consumer } from '../model/model.ts'
import type { Step } from '../model/step.ts'
import {
  cache,
  call,
  failed,
  group,
  hold,
  log,
  lookup,
  pool,
  publish,
  repeat,
  retry,
  serve,
  source,
  station,
  subjectOf,
  type SubjectSpec,
} from './subject.test-support.ts'
import { type Mode, trafficOf } from './traffic.ts'

const consumer = (from: number, flow: number, batchMax: number): Consumer => ({
  log: from,
  flow,
  group: 0,
  batchMax,
  batchWait: 0,
  poll: 0,
  atOnce: 1,
  failed,
})

const offered = (spec: SubjectSpec, mode: Mode): readonly number[] => {
  const traffic = trafficOf(subjectOf(spec), mode)
  return (spec.resources ?? []).map((_, index) => Number(traffic.offered(index).toPrecision(9)))
}

describe('traffic', () => {
  const groups = [group('api'), group('hot')]

  it('follows messages from consumer to consumer', () => {
    const spec = {
      groups,
      resources: [log(1, 'first'), log(1, 'second'), station(0, 'cpu')],
      sources: [source(100)],
      consumers: [consumer(0, 1, 10), consumer(1, 2, 5)],
      // 3 messages a request; each batch of ten publishes two more; 1 ms a batch and 1 ms a message
      steps: [[publish(0, 3)], [publish(1, 2)], [serve(2, 0.001, 0.001)]],
    }
    const least = trafficOf(subjectOf(spec), 'least')
    expect([least.published(0), least.published(1)]).toEqual([300, 60])
    expect(least.rates).toEqual([100, 30, 12])
    expect(least.offered(2)).toBeCloseTo(12 * 0.006, 12)
    const most = trafficOf(subjectOf(spec), 'most')
    expect(most.rates).toEqual([100, 300, 600])
    expect(most.offered(2)).toBeCloseTo(600 * 0.002, 12)
  })

  it('comes to an end when consumers publish in a ring', () => {
    const spec = {
      groups,
      resources: [log(1, 'ring')],
      sources: [source(100)],
      consumers: [consumer(0, 1, 1)],
      steps: [[publish(0)], [publish(0)]],
    }
    expect(trafficOf(subjectOf(spec), 'least').rates).toEqual([100, 100])
  })

  it('counts retries and hedges only at most, and those with a budget by their budget', () => {
    const spec = (budget: number | null) => ({
      groups,
      resources: [station(0, 'cpu'), { kind: 'budget' as const, id: 'budget', group: 1, ratio: 0.1, burst: 10 }],
      sources: [source(100)],
      steps: [[call(1, 0, [serve(0, 0.01)], { retry: retry(2, { budget }), hedge: { after: 0.1, atMost: 0.05 } })]],
    })
    expect(offered(spec(null), 'least')[0]).toBe(1)
    expect(offered(spec(null), 'most')[0]).toBeCloseTo(3 * 1.05, 12)
    expect(offered(spec(1), 'most')[0]).toBeCloseTo(1.1 * 1.05, 12)
  })

  it('takes neither way at a cache for certain, and both at most', () => {
    const spec = {
      groups,
      resources: [cache(1, 'hot'), station(0, 'cpu')],
      sources: [source(100)],
      steps: [[call(1, 0, [serve(1, 0.001), lookup(2, 0, { hit: [serve(1, 0.002)], miss: [serve(1, 0.01)] })])]],
    }
    expect(offered(spec, 'least')[1]).toBeCloseTo(0.1, 12)
    expect(offered(spec, 'most')[1]).toBeCloseTo(1.3, 12)
  })

  it('takes a miss as soon as one of several keys is missing', () => {
    const spec = {
      groups,
      resources: [cache(1, 'hot', { forcedHitRatio: 0.9 }), station(0, 'cpu')],
      sources: [source(100)],
      steps: [
        [
          lookup(2, 0, {
            access: [call(3, 1, [{ kind: 'probe' as const, cache: 0, keys: 2, times: null }])],
            hit: [call(4, 0, [serve(1, 0.001)])],
            miss: [call(5, 0, [serve(1, 0.01)])],
          }),
        ],
      ],
    }
    // Both are there in 81 %; at least 10 % and at most 19 % miss one.
    expect(offered(spec, 'least')[1]).toBeCloseTo(100 * (0.81 * 0.001 + 0.1 * 0.01), 12)
    expect(offered(spec, 'most')[1]).toBeCloseTo(100 * (0.9 * 0.001 + 0.19 * 0.01), 12)
  })

  it('counts what follows a failure for those who got there', () => {
    const fail = { kind: 'fail' as const, failure: 'error' as const, probability: 0.4 }
    const spec = {
      groups,
      resources: [station(0, 'cpu'), station(0, 'rescue')],
      sources: [source(100)],
      steps: [[call(1, 0, [{ kind: 'attempt' as const, steps: [fail, serve(0, 0.01)], otherwise: [serve(1, 0.01)] }])]],
    }
    expect(offered(spec, 'least')).toEqual([0.6, 0.4])
    expect(offered(spec, 'most')).toEqual([1, 1])
  })

  it('counts groups of things as rounds', () => {
    const each = (groupsOf: number) => ({
      groups,
      resources: [station(0, 'cpu')],
      sources: [source(10)],
      steps: [[call(1, 0, [repeat(50, [serve(0, 0.001, 0.0001, 'group')], { groupsOf })])]],
    })
    // 50 rounds of one; 3 rounds of 20, 20 and 10; one round of 50
    expect(offered(each(1), 'least')[0]).toBeCloseTo(10 * 50 * 0.0011, 12)
    expect(offered(each(20), 'least')[0]).toBeCloseTo(10 * (3 * 0.001 + 50 * 0.0001), 12)
    expect(offered(each(200), 'least')[0]).toBeCloseTo(10 * (0.001 + 50 * 0.0001), 12)
  })

  it('holds a pool for what is done meanwhile, branches side by side', () => {
    const branch = (seconds: number) => ({ steps: [serve(1, seconds)], giveUp: null })
    const parallel = (need: number) => ({
      kind: 'parallel' as const,
      branches: [branch(0.01), branch(0.03)],
      need,
      point: 0,
    })
    const held = (need: number) => ({
      groups,
      resources: [pool(0, 'threads'), station(0, 'cpu')],
      sources: [source(100)],
      steps: [[call(1, 0, [hold(0, serve(1, 0.005), parallel(need))])]],
    })
    expect(offered(held(2), 'least')).toEqual([3.5, 4.5])
    expect(offered(held(1), 'least')).toEqual([0.5, 4.5])
  })

  it('counts connections for the way and the work at the other end', () => {
    const spec = (changes = {}) => ({
      groups,
      resources: [station(1, 'cpu'), pool(0, 'connections'), pool(0, 'bulkhead')],
      sources: [source(100)],
      steps: [[call(1, 0, [call(2, 1, [serve(0, 0.01)], { connection: 1, bulkhead: 2, ...changes })])]],
    })
    expect(offered(spec(), 'least')).toEqual([1, 1, 1])
    expect(offered(spec({ retry: retry(1) }), 'most')).toEqual([2, 2, 2])
  })

  it('goes on after a failure that the caller ignores', () => {
    const fail = { kind: 'fail' as const, failure: 'error' as const, probability: 0.4 }
    const spec = (onFail: 'error' | 'ignore') => ({
      groups,
      resources: [station(0, 'cpu')],
      sources: [source(100)],
      steps: [[call(1, 1, [fail], { onFail }), call(2, 0, [serve(0, 0.01)])]],
    })
    expect(offered(spec('error'), 'least')).toEqual([0.6])
    expect(offered(spec('ignore'), 'least')).toEqual([1])
  })

  it('goes on for those who pass a branch, side by side as far as all of them do', () => {
    const fail = (probability: number) => ({ kind: 'fail' as const, failure: 'error' as const, probability })
    const after = (step: Step) => ({
      groups,
      resources: [station(0, 'cpu')],
      sources: [source(100)],
      steps: [[step, call(2, 0, [serve(0, 0.01)])]],
    })
    const choose = {
      kind: 'choose' as const,
      branches: [
        { probability: 0.5, steps: [fail(0.4)] },
        { probability: 0.5, steps: [] },
      ],
    }
    const branches = [0.4, 0.1].map((probability) => ({ steps: [fail(probability)], giveUp: null }))
    expect(offered(after(choose), 'least')).toEqual([0.8])
    expect(offered(after({ kind: 'parallel', branches, need: 2, point: 0 }), 'least')).toEqual([0.6])
    const tried = { kind: 'attempt' as const, steps: [fail(0.4)], otherwise: [fail(0.5)] }
    expect(offered(after(tried), 'least')).toEqual([0.8])
    const asked = lookup(1, 1, { access: [fail(0.1)], hit: [], miss: [fail(0.2)] })
    const resources = [station(0, 'cpu'), cache(1, 'hot')]
    expect(offered({ ...after(asked), resources }, 'least')[0]).toBeCloseTo(0.72, 12)
  })

  it('asks for the messages of the whole batch', () => {
    const perMessage = { ...publish(1), times: 'items' as const }
    const probe = { kind: 'probe' as const, cache: 2, keys: 2, times: 'items' as const }
    const spec = {
      groups,
      resources: [log(1, 'first'), log(1, 'second'), cache(1, 'hot', { forcedHitRatio: 0 }), station(0, 'cpu')],
      sources: [source(100)],
      consumers: [consumer(0, 1, 10)],
      steps: [
        [publish(0)],
        [
          perMessage,
          lookup(1, 2, { access: [probe], miss: [serve(3, 0, 0.001, 'missed')] }),
          repeat(1, [serve(3, 0.002)], { times: 'items' }),
        ],
      ],
    }
    const least = trafficOf(subjectOf(spec), 'least')
    expect(least.published(1)).toBeCloseTo(100, 12)
    // ten batches: 20 keys that are missed at 1 ms each, and ten messages at 2 ms
    expect(least.offered(3)).toBeCloseTo(10 * (20 * 0.001 + 10 * 0.002), 12)
  })

  it('of a work queue with two consumers is certain for neither', () => {
    const spec = (isShared: boolean) => ({
      groups,
      resources: [log(1, 'jobs', { isShared })],
      sources: [source(100)],
      consumers: [consumer(0, 1, 1), consumer(0, 2, 1)],
      steps: [[publish(0)], [], []],
    })
    expect(trafficOf(subjectOf(spec(true)), 'least').rates).toEqual([100, 0, 0])
    expect(trafficOf(subjectOf(spec(false)), 'least').rates).toEqual([100, 100, 100])
    expect(trafficOf(subjectOf(spec(true)), 'most').rates).toEqual([100, 100, 100])
    const alone = { ...spec(true), consumers: [consumer(0, 1, 1)] }
    expect(trafficOf(subjectOf(alone), 'least').rates).toEqual([100, 100, 0])
  })

  it('of closed users is at most one request a think time each', () => {
    const closed = source(0, { arrivals: { kind: 'closed', population: 50, thinkTime: { law: 'fixed', value: 4 } } })
    const spec = { groups, sources: [closed], steps: [[]] }
    expect(trafficOf(subjectOf(spec), 'most').rates).toEqual([12.5])
  })

  it('may take one round more when the number of things is random', () => {
    const spec = {
      groups,
      resources: [station(0, 'cpu')],
      sources: [source(10)],
      steps: [[call(1, 0, [repeat(1, [serve(0, 0.001)], { count: exponential(50), groupsOf: 20 })])]],
    }
    expect(offered(spec, 'least')[0]).toBeCloseTo(10 * 2.5 * 0.001, 12)
    expect(offered(spec, 'most')[0]).toBeCloseTo(10 * 3.5 * 0.001, 12)
  })

  it('is at the peak of its shape, and endless for closed users who do not think', () => {
    const closed = source(0, { arrivals: { kind: 'closed', population: 50, thinkTime: { law: 'fixed', value: 0 } } })
    const spec = {
      groups,
      resources: [station(0, 'cpu'), station(1, 'unused')],
      sources: [closed],
      steps: [[call(1, 0, [serve(0, 0.01)])]],
    }
    expect(offered(spec, 'least')).toEqual([0, 0])
    expect(offered(spec, 'most')).toEqual([Infinity, 0])
  })
})
