import { describe, expect, it } from 'vitest'
import { exponential, fixed } from '../model/distribution.ts'
import type { Source } from '../model/model.ts'
import { shapeArea, shapeAt, timeOf } from './source-state.ts'
import { endings, Lab, playFor } from './simulation.test-support.ts'

/** In which seconds requests come, or how many in each slice. */
function offered(changes: Partial<Source>, until: number, slice: number): readonly number[] {
  const lab = new Lab()
  lab.flow('a', [])
  lab.source(0, changes)
  return playFor(lab.model(), until, { slice }).series.map((part) => part.offered[0] ?? 0)
}

describe('a source', () => {
  it('sends periodically, in batches, or as its law says', () => {
    expect(offered({ arrivals: { kind: 'periodic', rate: 0.5 } }, 6, 1)).toEqual([0, 1, 0, 1, 0, 1])
    expect(offered({ arrivals: { kind: 'periodic', rate: 0.5 }, start: 2, end: 5 }, 6, 1)).toEqual([0, 0, 0, 1, 0, 0])
    expect(offered({ arrivals: { kind: 'renewal', rate: 0.5, between: fixed(7) } }, 6, 1)).toEqual([0, 1, 0, 1, 0, 1])
    const batches = offered({ arrivals: { kind: 'batch', rate: 50, size: 5 } }, 1000, 0.1)
    expect(batches.filter((count) => count % 5 !== 0)).toEqual([])
    // Standard deviation of the number: 5 × sqrt(10 000) = 500.
    expect(Math.abs(batches.reduce((a, b) => a + b) - 50_000)).toBeLessThan(1500)
  })

  it('is Poisson: counts have their mean as variance', () => {
    const counts = offered({ arrivals: { kind: 'poisson', rate: 20 } }, 5000, 1)
    const mean = counts.reduce((a, b) => a + b) / counts.length
    const variance = counts.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (counts.length - 1)
    expect(Math.abs(mean - 20)).toBeLessThan(0.2)
    expect(Math.abs(variance / mean - 1)).toBeLessThan(0.08)
  })

  it('follows its shape exactly', () => {
    const shape = [
      { at: 0, times: 0 },
      { at: 10, times: 2 },
      { at: 20, times: 2 },
    ]
    // Amount up to t: t²/10 until 10 (10 there), then 2 a second.
    const times = [1, 2, 3, 10, 12].map((amount) => timeOf(shape, 0, amount, 1))
    expect(times.map((t) => Math.round(t * 1e9) / 1e9)).toEqual([3.16227766, 4.472135955, 5.477225575, 10, 11])
    expect(shapeArea(shape, 5, 30)).toBe(7.5 + 40)
    expect([shapeAt(shape, 5), shapeAt(shape, 99), shapeAt([], 3)]).toEqual([1, 2, 1])
    expect(timeOf([{ at: 5, times: 0 }], 0, 1, 1)).toBe(Infinity)
  })

  it('keeps the law of its arrivals under a shape', () => {
    const shape = [
      { at: 0, times: 1 },
      { at: 500, times: 3 },
    ]
    const counts = offered({ arrivals: { kind: 'poisson', rate: 10 }, shape }, 500, 250)
    expect(Math.abs((counts[0] ?? 0) - 3750)).toBeLessThan(200)
    expect(Math.abs((counts[1] ?? 0) - 6250)).toBeLessThan(240)
  })

  it('jumps where its shape does', () => {
    const shape = [
      { at: 0, times: 1 },
      { at: 4, times: 1 },
      { at: 4, times: 0 },
      { at: 8, times: 0 },
      { at: 8, times: 2 },
    ]
    expect(offered({ arrivals: { kind: 'periodic', rate: 1 }, shape }, 10, 1)).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 2, 2])
  })

  it('splits its requests over flows and places', () => {
    const lab = new Lab()
    lab.zones(2, fixed(0.2))
    const db = lab.group('db', { places: [1] })
    for (const id of ['a', 'b']) lab.flow(id, [lab.call(db, [])])
    const mix = [
      { flow: 0, share: 0.8 },
      { flow: 1, share: 0.2 },
    ]
    const from = [
      { place: 0, share: 0.25 },
      { place: 1, share: 0.75 },
    ]
    lab.source(0, { mix, from, arrivals: { kind: 'periodic', rate: 10 } })
    const [a, b] = playFor(lab.model(), 1000.05).flows
    expect(Math.abs(a!.offered - 8000)).toBeLessThan(160)
    expect(a!.offered + b!.offered).toBe(10_000)
    expect(Math.abs(a!.responseTime.sum / a!.good / 0.2 - 0.25)).toBeLessThan(0.02)
  })

  it('measures from the intended start', () => {
    const lab = new Lab()
    const disk = lab.station(lab.group('s'))
    lab.flow('a', [lab.serve(disk, 2)])
    lab.source(0, { arrivals: { kind: 'periodic', rate: 1 }, end: 3.5 })
    expect(endings(lab.model())).toEqual({ a: [2, 3, 4] })
  })

  it('has closed users that think, ask and wait for the answer', () => {
    const lab = new Lab()
    const disk = lab.station(lab.group('s'))
    lab.flow('a', [lab.serve(disk, 1)])
    lab.source(0, { arrivals: { kind: 'closed', population: 3, thinkTime: fixed(4) }, end: 9.5 })
    // All three come at 4 and are served at 5, 6 and 7; they come again at 9, and at 10 and 11 no more.
    const statistics = playFor(lab.model(), 50)
    expect(statistics.flows[0]).toMatchObject({ offered: 4, responseTime: { sum: 1 + 2 + 3 + 1 } })
  })

  it('starts a closed source in think time, so that its first second is quiet', () => {
    const counts = offered({ arrivals: { kind: 'closed', population: 1000, thinkTime: exponential(100) } }, 2000, 1000)
    // 10 a second, since an answer takes no time.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })

  it('draws the same for a component whatever else is there', () => {
    const lab = (isLarger: boolean) => {
      const made = new Lab()
      if (isLarger) made.station(made.group('other'))
      const disk = made.station(made.group('s'), { id: 'disk' })
      if (isLarger) {
        made.flow('other', [made.serve(0, exponential(0.5))])
        made.source(0, { id: 'others', arrivals: { kind: 'poisson', rate: 1 } })
      }
      const flow = made.flow('a', [made.serve(disk, exponential(0.5))])
      made.source(flow, { id: 'users' })
      return playFor(made.model(), 1000).flows[flow]!.responseTime
    }
    expect(lab(true)).toEqual(lab(false))
  })
})
