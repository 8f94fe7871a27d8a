import { describe, expect, it } from 'vitest'
import { fixed } from '../model/distribution.ts'
import type { CallPolicy } from '../model/step.ts'
import { endings, Lab, playFor, retry } from './simulation.test-support.ts'

/** `web` calls `db`, whose one server is busy with something else as long as said. */
function blocked(busyUntil: number, policy: Partial<CallPolicy>, work = 1) {
  const lab = new Lab()
  const db = lab.group('db')
  const disk = lab.station(db)
  if (busyUntil > 1) lab.once('first', 1, [lab.serve(disk, busyUntil - 1)])
  const call = lab.call(db, [lab.serve(disk, work)], { policy })
  return { lab, db, disk, call }
}

const failing = (probability = 1) => ({ kind: 'fail', failure: 'error', probability }) as const

describe('a call', () => {
  it('times out, and what it started runs on', () => {
    const { lab, disk, call } = blocked(10, { timeout: 3 })
    lab.once('a', 2, [call])
    lab.once('after', 9, [lab.serve(disk, 1)])
    // Served from 10 to 11 although nobody waits for it.
    expect(endings(lab.model())).toEqual({ first: 9, a: 'timeout', after: 3 })
  })

  it('stops what it started when told so', () => {
    const { lab, disk, call } = blocked(10, { timeout: 3, afterTimeout: 'stop' })
    lab.once('a', 2, [call])
    lab.once('after', 9, [lab.serve(disk, 1)])
    expect(endings(lab.model())).toEqual({ first: 9, a: 'timeout', after: 2 })
  })

  it('frees the server it was at when it stops', () => {
    const { lab, disk, call } = blocked(0, { timeout: 3, afterTimeout: 'stop' }, 8)
    lab.once('a', 2, [call])
    lab.once('after', 4, [lab.serve(disk, 1)])
    expect(endings(lab.model())).toEqual({ a: 'timeout', after: 2 })
  })

  it('stops nested calls too, and gives back what they hold', () => {
    const lab = new Lab()
    const [web, db] = [lab.group('web'), lab.group('db')]
    const [pool, disk] = [lab.pool(web, 1), lab.station(db)]
    const inner = lab.call(db, [lab.serve(disk, 50)], { policy: { timeout: 60 } })
    lab.once('a', 1, [lab.call(web, [lab.hold(pool, [inner])], { policy: { timeout: 2, afterTimeout: 'stop' } })])
    lab.once('b', 2, [lab.call(web, [lab.hold(pool, [lab.call(db, [lab.serve(disk, 1)])])])])
    expect(endings(lab.model())).toEqual({ a: 'timeout', b: 2 })
  })

  it('tries again after a pause that grows', () => {
    const { lab, call } = blocked(
      14,
      {
        timeout: 1,
        afterTimeout: 'stop',
        retry: retry(3, ['timeout'], { backoff: 1, multiplier: 3 }),
      },
      0.5,
    )
    lab.once('a', 2, [call])
    // Tries at 2, 4 (pause 1) and 8 (pause 3) time out; the one at 18 (pause 9) is served from 18 to 18.5.
    expect(endings(lab.model())).toEqual({ first: 13, a: 16.5 })
  })

  it('does not try again after a failure that is not named', () => {
    const { lab, call } = blocked(14, { timeout: 1, retry: retry(3, ['error']) })
    lab.once('a', 2, [call])
    expect(endings(lab.model()).a).toBe('timeout')
  })

  it('keeps its retries within the budget', () => {
    const lab = new Lab()
    const db = lab.group('db')
    const budget = lab.add({ kind: 'budget', id: 'budget', group: db, ratio: 0.1, burst: 2 })
    const call = lab.call(db, [failing()], { policy: { retry: retry(1, ['error'], { budget }) } })
    const flow = lab.flow('a', [call])
    lab.source(flow, { arrivals: { kind: 'periodic', rate: 1 } })
    const { flows } = playFor(lab.model(), 100.5)
    // 2 tokens at the start, a tenth for each of 100 calls; the first tenths find it full.
    expect(flows[0]).toMatchObject({ offered: 100, attempts: 111, retries: 11 })
  })

  it('spreads its pauses by the jitter', () => {
    for (const [jitter, low, high] of [
      ['full', 0, 1],
      ['half', 0.5, 1],
      ['plus', 0.5, 1.5],
    ] as const) {
      const { lab, call } = blocked(0, { retry: retry(1, ['error'], { backoff: 1, jitter }) })
      const flow = lab.flow('a', [{ kind: 'attempt', steps: [{ ...call, steps: [failing()] }], otherwise: [] }])
      lab.source(flow, { arrivals: { kind: 'periodic', rate: 100 } })
      const { responseTime } = playFor(lab.model(), 100).flows[0]!
      expect(responseTime.min).toBeGreaterThanOrEqual(low)
      expect(responseTime.max).toBeLessThanOrEqual(high)
      expect(responseTime.max - responseTime.min).toBeGreaterThan(0.98 * (high - low))
      expect(Math.abs(responseTime.sum / responseTime.count - (low + high) / 2)).toBeLessThan(0.02)
    }
  })

  it('gives up at its deadline whatever it is at, and does not retry then', () => {
    const { lab, call } = blocked(20, { timeout: 2, deadline: 5, retry: retry(9, ['timeout', 'deadline']) })
    lab.once('a', 2, [lab.serve(lab.station(lab.group('other')), 1), call, lab.delay(1)])
    const { flows } = playFor(lab.model(), 50)
    expect(flows[1]).toMatchObject({ failed: { deadline: 1 }, attempts: 3 })
  })

  it('hands its deadline down: a detached callee does not retry beyond it', () => {
    const lab = new Lab()
    const [web, db] = [lab.group('web'), lab.group('db')]
    const inner = lab.call(db, [lab.delay(1), failing()], { policy: { retry: retry(9, ['error']) } })
    lab.once('a', 1, [lab.call(web, [inner], { policy: { deadline: 2.5 } })])
    const { flows } = playFor(lab.model(), 50)
    // Outer 1, inner at 1, 2 and 3; the one due at 4 is past 3.5.
    expect(flows[0]).toMatchObject({ failed: { deadline: 1 }, attempts: 4 })
  })

  it('sends a hedge when the answer takes too long, and takes the first', () => {
    const lab = new Lab()
    const db = lab.group('db', { perShard: 2 })
    const disk = lab.station(db)
    const hedge = { after: 0.5, atMost: 1 }
    const call = () => lab.call(db, [lab.serve(disk, 1)], { policy: { hedge, afterTimeout: 'stop' } })
    // The first instance is busy until 5, the second one is free.
    lab.once('busy', 1, [lab.call(db, [lab.serve(disk, 4)])])
    lab.once('other', 1.1, [lab.call(db, [lab.serve(disk, 0.1)])])
    lab.once('a', 2, [call()])
    const statistics = playFor(lab.model(), 50)
    expect(statistics.flows[2]).toMatchObject({ good: 1, attempts: 2, retries: 1, responseTime: { sum: 1.5 } })
    // The loser was taken out of its queue.
    expect(statistics.resources[0]?.instances.map(({ served }) => served)).toEqual([1, 2])
    expect(statistics.violations).toEqual([])
  })

  it('hedges at most the share it may', () => {
    const lab = new Lab()
    const db = lab.group('db')
    const hedge = { after: 0.5, atMost: 0.1 }
    const flow = lab.flow('a', [lab.call(db, [lab.delay(1)], { policy: { hedge } })])
    lab.source(flow, { arrivals: { kind: 'periodic', rate: 1 } })
    expect(playFor(lab.model(), 1000.5).flows[0]).toMatchObject({ attempts: 1100, retries: 100 })
  })

  it('sends a hedge by percentile to the share of calls that take longer', () => {
    const lab = new Lab()
    const db = lab.group('db')
    const hedge = { after: { percentile: 0.8 }, atMost: 1 }
    // Most that take longer than 1 s are beaten by their second copy.
    const slow = { share: 0.2, of: { law: 'fixed', value: 100 } } as const
    const time = { law: 'mixture', parts: [{ share: 0.8, of: { law: 'uniform', low: 0, high: 1 } }, slow] } as const
    const flow = lab.flow('a', [lab.call(db, [lab.delay(time)], { policy: { hedge } })])
    lab.source(flow, { arrivals: { kind: 'periodic', rate: 1 } })
    const { attempts, retries } = playFor(lab.model(), 10000.5).flows[0]!
    expect(attempts - retries).toBe(10000)
    // Three standard deviations of the share, and as much again for the quantile that is still being learnt.
    expect(Math.abs(retries / 10000 - 0.2)).toBeLessThan(0.024)
  })

  it('is refused by an open breaker until a probe succeeds', () => {
    const lab = new Lab()
    const db = lab.group('db')
    const breaker = lab.add({ kind: 'breaker', id: 'breaker', group: db, openAt: 0.5, window: 4, halfOpen: 10 })
    const flow = lab.flow('a', [lab.call(db, [], { policy: { breaker } })])
    lab.source(flow, { arrivals: { kind: 'periodic', rate: 1 }, end: 30.5 })
    // Errors from 4.5 to 12.5: 3 to 4 are good, 5 and 6 fail and open it; it lets 16 through, which is good.
    lab.fault({ kind: 'errors', group: db, instances: [0], share: 1 }, 4.5, 12.5)
    const { failed, good } = playFor(lab.model(), 40).flows[0]!
    expect({ failed, good }).toEqual({ failed: { error: 2, 'breaker-open': 9 }, good: 19 })
  })

  it('opens the breaker again when the probe fails', () => {
    const lab = new Lab()
    const db = lab.group('db')
    const breaker = lab.add({ kind: 'breaker', id: 'breaker', group: db, openAt: 1, window: 2, halfOpen: 5 })
    const flow = lab.flow('a', [lab.call(db, [failing()], { policy: { breaker } })])
    lab.source(flow, { arrivals: { kind: 'periodic', rate: 1 }, end: 13.5 })
    // 1 and 2 open it, 7 and 12 are probes.
    expect(playFor(lab.model(), 40).flows[0]?.failed).toEqual({ error: 4, 'breaker-open': 9 })
  })

  it('waits for a connection within its timeout, but for the bulkhead before it starts', () => {
    const lab = new Lab()
    const [web, db] = [lab.group('web'), lab.group('db')]
    const disk = lab.station(db, { servers: Infinity })
    const pool = lab.pool(web, 1)
    const steps = (policy: Partial<CallPolicy>) => [lab.call(web, [lab.call(db, [lab.serve(disk, 4)], { policy })])]
    lab.once('a', 1, steps({ connection: pool, timeout: 5 }))
    lab.once('b', 2, steps({ connection: pool, timeout: 5 }))
    lab.once('c', 20, steps({ bulkhead: pool, timeout: 5 }))
    lab.once('d', 21, steps({ bulkhead: pool, timeout: 5 }))
    const statistics = playFor(lab.model(), 60)
    expect(endings(lab.model())).toEqual({ a: 4, b: 'timeout', c: 4, d: 7 })
    expect(statistics.resources[1]?.instances[0]).toMatchObject({ arrivals: 4, served: 4, busyArea: 14 })
  })

  it('gives its connection back when it gives up', () => {
    const lab = new Lab()
    const [web, db] = [lab.group('web'), lab.group('db')]
    const pool = lab.pool(web, 1)
    const steps = (time: number) => [
      lab.call(web, [lab.call(db, [lab.delay(time)], { policy: { connection: pool, timeout: 2 } })]),
    ]
    lab.once('a', 1, steps(30))
    lab.once('b', 2, steps(0.5))
    expect(endings(lab.model())).toEqual({ a: 'timeout', b: 1.5 })
  })

  it('crosses the network both ways, with payload, overhead and the way back of a failure', () => {
    const lab = new Lab()
    lab.zones(2, fixed(0.2), 1000)
    const [web, db] = [lab.group('web', { places: [0] }), lab.group('db', { places: [1] })]
    const payload = { send: 100, receive: 300, overhead: 0.01 }
    lab.once('a', 1, [lab.call(web, [lab.call(db, [lab.delay(1)], payload)])], { from: [{ place: 0, share: 1 }] })
    lab.once('b', 1, [lab.call(db, [lab.delay(1)], payload)], { from: [{ place: 1, share: 1 }] })
    const late = { kind: 'attempt', steps: [lab.call(db, [failing()], payload)], otherwise: [] } as const
    lab.once('c', 1, [late], { from: [{ place: 0, share: 1 }] })
    expect(endings(lab.model())).toEqual({ a: 1.62, b: 1.02, c: 0.32 })
  })

  it('makes of a failure what it is told', () => {
    const lab = new Lab()
    const db = lab.group('db')
    const steps = [lab.delay(1), failing()]
    lab.once('error', 1, [lab.call(db, steps), lab.delay(1)])
    lab.once('ignore', 1, [lab.call(db, steps, { onFail: 'ignore' }), lab.delay(1)])
    lab.once('caught', 1, [{ kind: 'attempt', steps: [lab.call(db, steps)], otherwise: [lab.delay(2)] }])
    const policy = { timeout: 9 }
    lab.once('ignore with policy', 1, [lab.call(db, steps, { onFail: 'ignore', policy }), lab.delay(1)])
    expect(endings(lab.model())).toEqual({ error: 'error', ignore: 2, caught: 3, 'ignore with policy': 2 })
  })

  it('answers before it is done when it replies', () => {
    const lab = new Lab()
    const db = lab.group('db')
    const disk = lab.station(db)
    const steps = [lab.serve(disk, 1), { kind: 'reply' } as const, lab.serve(disk, 5)]
    lab.once('a', 1, [lab.call(db, steps)])
    lab.once('b', 2.5, [lab.serve(disk, 1)])
    lab.once('root', 30, [lab.delay(1), { kind: 'reply' }, lab.delay(5)])
    lab.once('in a branch', 40, [
      lab.call(db, [lab.delay(1), lab.parallel(1, [[lab.delay(1), { kind: 'reply' }, lab.delay(9)]])]),
    ])
    expect(endings(lab.model())).toEqual({ a: 1, b: 5.5, root: 1, 'in a branch': 2 })
  })

  it('books the time of failed attempts as retry, and nothing of what was in them', () => {
    for (const policy of [{ timeout: 9 }, {}]) {
      const lab = new Lab()
      const db = lab.group('db')
      const call = lab.call(db, [lab.delay(1), lab.serve(lab.station(db), 2), failing()], { onFail: 'ignore', policy })
      lab.once('a', 1, [lab.delay(0.5), call])
      const { points } = playFor(lab.model(), 50).flows[0]!
      const booked = points.map(({ point, wait, serve }) => [lab.points[point]?.name, wait, serve])
      expect(booked).toEqual([
        ['retry', 0, 3],
        ['delay', 0, 0.5],
      ])
    }
  })
})

describe('picking an instance', () => {
  /** How many of 1000 requests each instance gets. */
  function counts(within: Parameters<Lab['call']>[2], perShard = 3): readonly number[] {
    const lab = new Lab()
    lab.zones(2, fixed(0.01))
    const group = lab.group('db', { perShard, places: [0, 1] })
    const disk = lab.station(group, { servers: Infinity })
    const keys = lab.domain(100)
    const pick = { shardBy: keys, ...within?.pick }
    const flow = lab.flow('a', [lab.call(group, [lab.serve(disk, 0.01)], { ...within, pick })])
    lab.source(flow, { arrivals: { kind: 'periodic', rate: 10 }, from: [{ place: 1, share: 1 }] })
    return playFor(lab.model(), 100.05).resources[0]?.instances.map(({ arrivals }) => arrivals) ?? []
  }

  it('goes round, by weight, to the nearest, to the leader, to a replica or to a given copy', () => {
    expect(counts({ pick: { within: 'round-robin' } })).toEqual([334, 333, 333])
    expect(counts({ pick: { within: 'least-requests' } })).toEqual([334, 333, 333])
    expect(counts({ pick: { within: 'nearest' } })).toEqual([0, 1000, 0])
    expect(counts({ pick: { within: 'nearest' } }, 4)).toEqual([0, 500, 0, 500])
    expect(counts({ pick: { within: 'leader' } })).toEqual([1000, 0, 0])
    expect(counts({ pick: { within: 'copy', position: 2 } })).toEqual([0, 0, 1000])
    const [none, one, two] = counts({ pick: { within: 'replica' } })
    expect(none).toBe(0)
    expect(Math.abs((one ?? 0) - (two ?? 0))).toBeLessThan(100)
    const weighted = counts({ pick: { within: 'weighted', weights: [8, 1, 1] } })
    expect(Math.abs((weighted[0] ?? 0) - 800)).toBeLessThan(40)
  })

  it('spreads at random and by hash, and keeps a key where it is', () => {
    for (const within of ['random', 'random-two'] as const) {
      for (const count of counts({ pick: { within } })) expect(Math.abs(count - 333)).toBeLessThan(60)
    }
    expect(Math.min(...counts({ pick: { within: 'hash' } }))).toBeGreaterThan(150)
  })

  it('prefers who has fewer requests under least-requests', () => {
    const lab = new Lab()
    const group = lab.group('db', { perShard: 2 })
    const disk = lab.station(group)
    const pick = { within: 'least-requests' } as const
    lab.once('long', 1, [lab.call(group, [lab.serve(disk, 10)], { pick })])
    for (const at of [2, 3.5, 5]) lab.once(`at ${at}`, at, [lab.call(group, [lab.serve(disk, 1)], { pick })])
    expect(endings(lab.model())).toEqual({ long: 10, 'at 2': 1, 'at 3.5': 1, 'at 5': 1 })
  })
})
