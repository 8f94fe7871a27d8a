import { describe, expect, it } from 'vitest'
import { retriesMultiply } from './retries-multiply.ts'
import { repeatedPublish } from './repeated-publish.ts'
import { call, group, line, log, publish, retry, saidBy, serve, station, subjectOf } from './subject.test-support.ts'
import { unboundedHedge } from './unbounded-hedge.ts'
import { unbrakedRetry } from './unbraked-retry.ts'

const groups = [group('web'), group('api'), group('db')]
const resources = [
  station(2, 'db cpu'),
  { kind: 'budget' as const, id: 'budget', group: 1, ratio: 0.1, burst: 10 },
  log(2, 'events'),
]
const work = [serve(0, 0.001)]

describe('retries inside retries', () => {
  const chain = (outer: number, middle: number, inner: number, changes = {}) => {
    const db = call(3, 2, work, { retry: retry(inner, changes) })
    const api = call(2, 1, [db], { retry: retry(middle) })
    return subjectOf({ groups, resources, steps: [[call(1, 0, [api], { retry: retry(outer) })]] })
  }

  it('multiply the attempts along the chain', () => {
    const subject = chain(2, 2, 1)
    expect(saidBy(retriesMultiply, subject)).toEqual([
      '3: retries of `users -> web`, `web -> api` and `api -> db` multiply: 3 x 3 x 2 = 18 attempts at `db` for one request',
    ])
    expect(retriesMultiply.check(subject)[0]?.also).toEqual([line(2), line(1)])
  })

  it('count without the level that has a budget', () => {
    expect(saidBy(retriesMultiply, chain(2, 2, 1, { budget: 1 }))).toEqual([
      '2: retries of `users -> web` and `web -> api` multiply: 3 x 3 = 9 attempts at `api` for one request',
    ])
  })

  it('are one level when nobody else tries again', () => {
    expect(saidBy(retriesMultiply, chain(0, 0, 5))).toEqual([])
  })

  it('do not multiply when the outer call retries other failures only', () => {
    const inner = call(2, 2, work, { retry: retry(3) })
    const outer = (after: 'timeout' | 'connect-error') =>
      subjectOf({ groups, resources, steps: [[call(1, 1, [inner], { retry: retry(2, { after: [after] }) })]] })
    expect(saidBy(retriesMultiply, outer('connect-error'))).toEqual([])
    expect(saidBy(retriesMultiply, outer('timeout'))).toHaveLength(1)
  })

  it('multiply when the outer attempt may time out meanwhile, whatever the inner call is tried again for', () => {
    const inner = call(2, 2, work, { retry: retry(3, { after: ['error'] }) })
    const outer = (timeout: number | null) =>
      subjectOf({ groups, resources, steps: [[call(1, 1, [inner], { retry: retry(2), timeout })]] })
    expect(saidBy(retriesMultiply, outer(1))).toHaveLength(1)
    expect(saidBy(retriesMultiply, outer(null))).toEqual([])
  })

  it('do not multiply when the failure is caught on the way', () => {
    const inner = call(2, 2, work, { retry: retry(3) })
    const caught = { kind: 'attempt' as const, steps: [inner], otherwise: [] }
    const subject = subjectOf({ groups, resources, steps: [[call(1, 1, [caught], { retry: retry(2) })]] })
    expect(saidBy(retriesMultiply, subject)).toEqual([])
  })

  it('do not multiply when a failure of the inner call is ignored', () => {
    const inner = call(2, 2, work, { retry: retry(3), onFail: 'ignore' })
    const subject = subjectOf({ groups, resources, steps: [[call(1, 1, [inner], { retry: retry(2) })]] })
    expect(saidBy(retriesMultiply, subject)).toEqual([])
  })

  it('are told once, however many flows share the chain', () => {
    const steps = [1, 2].map(() => [call(1, 1, [call(2, 2, work, { retry: retry(3) })], { retry: retry(2) })])
    expect(saidBy(retriesMultiply, subjectOf({ groups, resources, steps }))).toHaveLength(1)
  })
})

describe('a retry without a brake', () => {
  const tried = (times: number, changes = {}) =>
    saidBy(
      unbrakedRetry,
      subjectOf({ groups, resources, steps: [[call(1, 2, work, { retry: retry(times, changes) })]] }),
    )

  it('is one without jitter and without a budget', () => {
    expect(tried(2, { jitter: 'none' })).toEqual([
      '1: `users -> db` is tried up to 2 times more, after 10 ms exactly and without a budget: in trouble that multiplies the load by 3',
    ])
  })

  it('is one without any wait, whose jitter is of nothing', () => {
    expect(tried(2, { backoff: 0 })).toEqual([
      '1: `users -> db` is tried up to 2 times more, at once and without a budget: in trouble that multiplies the load by 3',
    ])
  })

  it('is one message for all calls that share it', () => {
    const policy = { retry: retry(2, { jitter: 'none' }) }
    const steps = [[call(1, 0, [call(2, 1, [call(3, 2, work, policy)], policy)], policy)]]
    const subject = subjectOf({ groups, resources, steps })
    expect(saidBy(unbrakedRetry, subject)).toEqual([
      '1: `users -> web`, `web -> api` and `api -> db` are tried up to 2 times more, after 10 ms exactly and without a budget: in trouble that multiplies the load by 3',
    ])
    expect(unbrakedRetry.check(subject)[0]?.also).toEqual([line(2), line(3)])
  })

  it('is not one with jitter, with a budget, or tried once more only', () => {
    expect([tried(2), tried(2, { jitter: 'none', budget: 1 }), tried(1, { jitter: 'none' })]).toEqual([[], [], []])
  })
})

describe('a publish that is tried again', () => {
  const published = (after: readonly ('timeout' | 'connect-error')[]) =>
    saidBy(
      repeatedPublish,
      subjectOf({ groups, resources, steps: [[call(1, 2, [...work, publish(2)], { retry: retry(1, { after }) })]] }),
    )

  it('may come twice after a timeout', () => {
    expect(published(['timeout', 'connect-error'])).toEqual([
      '1: `users` publishes to `db` again after `timeout`: a message that was taken all the same comes twice',
    ])
  })

  it('comes once when nobody was there to take it', () => {
    expect(published(['connect-error'])).toEqual([])
  })

  it('is not told of a call around it', () => {
    const inner = call(2, 2, [publish(2)])
    const subject = subjectOf({ groups, resources, steps: [[call(1, 1, [inner], { retry: retry(1) })]] })
    expect(saidBy(repeatedPublish, subject)).toEqual([])
  })
})

describe('a hedge', () => {
  const hedged = (atMost: number) =>
    saidBy(
      unboundedHedge,
      subjectOf({ groups, resources, steps: [[call(1, 2, work, { hedge: { after: 0.02, atMost } })]] }),
    )

  it('without a bound doubles the load of what has become slow', () => {
    expect(hedged(1)).toEqual([
      '1: `users` may hedge 100% of its calls to `db`: when that becomes slow, its load grows by as much',
    ])
  })

  it('of a few per cent is fine', () => {
    expect(hedged(0.05)).toEqual([])
  })
})
