import { describe, expect, it } from 'vitest'
import { fixed } from '../model/distribution.ts'
import { endings, Lab, playFor } from './simulation.test-support.ts'

/** 100 requests a second, one of two instances dies for good at 100 s. @returns failed within each stretch of 50 s */
function failedAfter(keptFor: number, detect = 0): readonly number[] {
  const lab = new Lab()
  const api = lab.group('api', { perShard: 2, perShardMax: 2, detect })
  const pick = { keptFor }
  lab.source(lab.flow('ask', [lab.call(api, [lab.delay(0.01)], { pick })]), {
    arrivals: { kind: 'poisson', rate: 100 },
  })
  lab.fault({ kind: 'kill', group: api, instances: [0] }, 100)
  return playFor(lab.model(), 300, { slice: 50 }).series.map(({ failed }) => failed[0] ?? 0)
}

describe('callers that keep the address they looked up', () => {
  it('still ask the dead one until their answers are too old', () => {
    const [, , first = 0, second = 0, ...later] = failedAfter(100)
    // Of those whose answer is older than the death, half know the dead one: 100/s x 0.5 x (1 - t / 100 s).
    expect(first).toBeGreaterThan(1875 - 130)
    expect(first).toBeLessThan(1875 + 130)
    expect(second).toBeGreaterThan(625 - 75)
    expect(second).toBeLessThan(625 + 75)
    expect(later.every((failed) => failed === 0)).toBe(true)
  })

  it('are led away at once when they keep nothing', () => {
    expect(failedAfter(0).reduce((sum, failed) => sum + failed, 0)).toBeLessThanOrEqual(2)
  })

  it('learn nothing new before it is noticed', () => {
    const [, , first = 0] = failedAfter(10, 50)
    expect(first).toBeGreaterThan(2500 - 150)
    expect(first).toBeLessThan(2500 + 150)
  })

  it('try the dead one again with each attempt of a call', () => {
    const lab = new Lab()
    const api = lab.group('api', { perShard: 2, perShardMax: 2 })
    const retry = {
      times: 3,
      after: ['connect-error'],
      backoff: 0.1,
      multiplier: 1,
      jitter: 'none',
      budget: null,
    } as const
    const call = lab.call(api, [], { pick: { keptFor: 1000 }, policy: { retry } })
    lab.source(lab.flow('ask', [call]), { arrivals: { kind: 'poisson', rate: 100 } })
    lab.fault({ kind: 'kill', group: api, instances: [0] }, 1)
    const failed = playFor(lab.model(), 50).flows[0]?.failed['connect-error'] ?? 0
    expect(failed).toBeGreaterThan(2250)
  })
})

describe('an attempt that opens a connection', () => {
  it('takes its round trips before the request leaves', () => {
    const lab = new Lab()
    lab.zones(2, fixed(0.1))
    const api = lab.group('api', { places: [1] })
    const from = [{ place: 0, share: 1 }]
    lab.once('kept', 1, [lab.call(api, [])], { from })
    lab.once('new', 2, [lab.call(api, [], { connects: [{ share: 1, roundTrips: 2 }] })], { from })
    expect(endings(lab.model())).toEqual({ kept: 0.1, new: 0.3 })
  })
})
