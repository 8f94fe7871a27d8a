import { describe, expect, it } from 'vitest'
import { noSpan } from '../base/span.ts'
import { handMadeModel, slice } from './fixture.test-support.ts'
import { recoveryOf } from './recovery.ts'
import { judgedWindow, moments, playedAt, retime, shorten, writtenAt } from './timeline.ts'

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
  it('shortens the lead and the longest stretches, and keeps short ones', () => {
    const timeline = shorten([300, 310, 1200, 1260], { lead: 5, total: 105 })
    expect(timeline.played).toEqual([5, 15, 60, 105])
    expect(playedAt(timeline, 310)).toBe(15)
    expect(writtenAt(timeline, 15)).toBe(310)
  })
  it('is left alone when there is time', () => {
    const written = [60, 70, 130]
    expect(shorten(written, { lead: 5, total: 200 }).played).toBe(written)
  })
  it('moves faults with it', () => {
    const timeline = shorten([300, 1200, 1260], { lead: 5, total: 65 })
    const [fault] = retime(handMadeModel({ faults: [kill(300, 1200)] }), timeline).faults
    expect(fault).toMatchObject({ start: 5, end: 35 })
  })
})

describe('recovery', () => {
  const window = { from: 30, to: 40, flows: [0] }
  const before = [slice(0, 1000), slice(10, 1000), slice(20, 1000)]
  it('takes as long as service is worse than before', () => {
    const series = [...before, slice(30, 100), slice(40, 500), slice(50, 1000), slice(60, 1000)]
    expect(recoveryOf(series, window)).toEqual({ after: 10, watched: 30 })
  })
  it('never came when the end is still bad', () => {
    const series = [...before, slice(30, 100), slice(40, 1000), slice(50, 200)]
    expect(recoveryOf(series, window).after).toBeNull()
  })
})
