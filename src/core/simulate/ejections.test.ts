import { describe, expect, it } from 'vitest'
import type { Ejection } from '../model/resource.ts'
import { Lab, playFor } from './simulation.test-support.ts'

/** Ten requests a second go round ten instances; `broken` of them answer with errors for 100 s. */
function failedOf(broken: number, eject?: Ejection): number {
  const lab = new Lab()
  const api = lab.group('api', { perShard: 10, perShardMax: 10, ...(eject === undefined ? {} : { eject }) })
  const flow = lab.flow('ask', [lab.call(api, [lab.delay(0.01)])])
  lab.source(flow, { arrivals: { kind: 'periodic', rate: 10 } })
  const instances = Array.from({ length: broken }, (_, i) => i)
  lab.fault({ kind: 'errors', group: api, instances, share: 1 }, 0)
  return playFor(lab.model(), 100.05).flows[0]?.failed.error ?? 0
}

describe('an instance that fails again and again', () => {
  it('fails its tenth of the requests while nobody leaves it out', () => {
    expect(failedOf(1)).toBe(100)
  })

  it('fails one request, is left out for ten seconds, and is tried again', () => {
    const failed = failedOf(1, { after: 1, time: 10, most: 0.1 })
    expect(failed).toBeGreaterThanOrEqual(9)
    expect(failed).toBeLessThanOrEqual(10)
  })

  it('fails as many as it takes, and less often the longer it is left out', () => {
    const often = failedOf(1, { after: 5, time: 10, most: 0.1 })
    const seldom = failedOf(1, { after: 5, time: 50, most: 0.1 })
    // Five rounds of a second, ten seconds out: about a third of the time it is there.
    expect(often).toBeGreaterThan(30)
    expect(often).toBeLessThan(45)
    expect(seldom).toBeLessThanOrEqual(10)
  })

  it('stays when as many are out as may be', () => {
    expect(failedOf(2, { after: 1, time: 1000, most: 0.1 })).toBeGreaterThan(100)
    expect(failedOf(2, { after: 1, time: 1000, most: 0.2 })).toBe(2)
  })

  it('is picked when all the others are out too', () => {
    expect(failedOf(10, { after: 1, time: 1000, most: 1 })).toBe(1000)
  })

  it('may always be left out when it is the only one that fails of a few', () => {
    expect(failedOf(1, { after: 1, time: 1000, most: 0 })).toBe(1)
  })
})
