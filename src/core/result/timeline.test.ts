import { describe, expect, it } from 'vitest'
import { noSpan } from '../base/span.ts'
import { handMadeModel, slice } from './fixture.test-support.ts'
import { recoveryOf } from './recovery.ts'
import { judgedPieces, judgedWindow, moments, pace, playedAt, retime, writtenAt } from './timeline.ts'

const kill = (start: number, end: number) => ({
  start,
  end,
  text: 'kill',
  span: noSpan,
  action: { kind: 'kill' as const, group: 0, instances: [0] },
})

describe('timeline', () => {
  it('is judged from the first thing that happens to the end of the last', () => {
    const model = handMadeModel({ faults: [kill(300, 1200)] })
    expect(moments(model)).toEqual([300, 1200])
    expect(judgedWindow(model, 1260)).toEqual({ from: 300, to: 1200 })
    expect(judgedWindow(handMadeModel({ faults: [kill(300, Infinity)] }), 400)).toEqual({ from: 300, to: 400 })
  })
  it('plays what follows a change in full, and samples the steady rest', () => {
    const timeline = pace([300, 1200, 1260], { lead: 5, head: 20, slow: 20, tail: 0, total: 75 })
    expect(timeline.written).toEqual([300, 320, 1200, 1220, 1260])
    expect(timeline.played).toEqual([5, 25, 40, 60, 75])
    expect(playedAt(timeline, 310)).toBe(15)
    expect(writtenAt(timeline, 15)).toBe(310)
  })
  it('lets each piece stand for the time it was taken from', () => {
    const timeline = pace([300, 1200, 1260], { lead: 5, head: 20, slow: 20, tail: 0, total: 75 })
    const [first, rest] = judgedPieces(timeline, { from: 5, to: 40 })
    expect(first).toMatchObject({ from: 5, to: 25 })
    expect(first!.weight * (880 / 15)).toBeCloseTo(1)
    expect(rest).toEqual({ from: 25, to: 40, weight: 1 })
  })
  it('lets a head that is sped up stand for what it takes as written', () => {
    const timeline = pace([300, 1200, 1260], { lead: 5, head: 10, slow: 40, tail: 0, total: 75 })
    expect(timeline.written.slice(0, 3)).toEqual([300, 340, 1200])
    expect(timeline.played[1]! - timeline.played[0]!).toBe(10)
  })
  it('cuts what follows a change only when that alone is too long', () => {
    const timeline = pace([300, 1200, 1260], { lead: 10, head: 100, slow: 100, tail: 0, total: 90 })
    expect(timeline.played.at(-1)).toBe(90)
    expect(timeline.played[1]! - timeline.played[0]!).toBe(30)
  })
  it('is left alone when there is time', () => {
    const written = [60, 70, 130]
    expect(pace(written, { lead: 5, head: 1, slow: 1, tail: 60, total: 200 }).played).toBe(written)
  })
  it('moves faults with it', () => {
    const timeline = pace([300, 1200, 1260], { lead: 5, head: 1, slow: 1, tail: 30, total: 65 })
    const [fault] = retime(handMadeModel({ faults: [kill(300, 1200)] }), timeline).faults
    expect(fault).toMatchObject({ start: 5, end: 20.5 })
  })
})

describe('recovery', () => {
  const window = { from: 30, to: 40, flows: [0] }
  const before = [slice(0, 1000), slice(10, 1000), slice(20, 1000)]
  it('takes as long as service is worse than before', () => {
    const series = [...before, slice(30, 100), slice(40, 500), slice(50, 1000), slice(60, 1000)]
    expect(recoveryOf(series, window)).toEqual({ after: 10, watched: 30 })
  })
  it('takes bursts for no relapse where work is done in batches', () => {
    const bursts = [slice(30, 0), slice(40, 2000), slice(50, 0), slice(60, 2000), slice(70, 0), slice(80, 2000)]
    const series = [...before, ...bursts]
    expect(recoveryOf(series, window).after).toBe(40)
    expect(recoveryOf(series, { ...window, atOnce: 20 }).after).toBe(0)
  })
  it('never came when the end is still bad', () => {
    const series = [...before, slice(30, 100), slice(40, 1000), slice(50, 200)]
    expect(recoveryOf(series, window).after).toBeNull()
  })
})
