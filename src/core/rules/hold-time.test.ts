import { describe, expect, it } from 'vitest'
import { exponential } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import { type LeastTime, leastAttemptTime, leastTime, type TimeContext } from './hold-time.ts'
import {
  call,
  delay,
  group,
  hold,
  links,
  lookup,
  pool,
  repeat,
  serve,
  station,
  subjectOf,
  zone,
} from './subject.test-support.ts'

const { model } = subjectOf({
  groups: [group('api', { places: [0] }), group('db', { places: [1] })],
  resources: [station(0, 'cpu'), pool(0, 'threads')],
  places: [zone('eu.a'), zone('us.a')],
  links: links([
    [0, 0.07],
    [0.07, 0],
  ]),
  steps: [],
})
const context: TimeContext = { model, group: 0, registers: { items: 10, found: 2, missed: 3, group: 1 } }
const timeOf = (steps: readonly Step[], until: 'reply' | 'end' = 'end'): LeastTime => leastTime(steps, context, until)
const meanOf = (...steps: readonly Step[]): number => Number(timeOf(steps).mean.toPrecision(9))

describe('the least time of steps', () => {
  it('is the sum of what follows one another', () => {
    expect(meanOf(serve(0, 0.002), delay(0.003), hold(1, delay(0.004)))).toBe(0.009)
    expect(timeOf([delay(0.003), delay(0.004)]).square).toBeCloseTo(0.007 * 0.007, 15)
  })

  it('counts work for each of a register', () => {
    expect(meanOf(serve(0, 0.002, 0.001))).toBe(0.012)
    expect(meanOf(serve(0, 0.002, 0.001, 'missed'))).toBe(0.005)
  })

  it('goes to another place and back', () => {
    expect(meanOf(call(1, 1, [serve(0, 0.01)]))).toBe(0.08)
    expect(meanOf(call(1, 0, [serve(0, 0.01)]))).toBe(0.01)
    const nowhere = { ...context, group: null }
    expect(leastTime([call(1, 1, [delay(0.01)])], nowhere, 'end').mean).toBe(0.01)
  })

  it('ends for the caller at the reply, and for the callee at the end', () => {
    const steps: readonly Step[] = [delay(0.001), { kind: 'reply' }, delay(0.02)]
    expect(timeOf(steps, 'reply').mean).toBe(0.001)
    expect(timeOf(steps, 'end').mean).toBe(0.021)
    expect(meanOf(call(1, 0, steps))).toBe(0.001)
    expect(meanOf(call(1, 0, [hold(1, ...steps), delay(0.5)]))).toBe(0.001)
  })

  it('is the longest of branches that are all waited for', () => {
    const parallel = (need: number, giveUp: number | null): Step => ({
      kind: 'parallel',
      branches: [
        { steps: [delay(0.01)], giveUp: null },
        { steps: [delay(0.03)], giveUp },
      ],
      need,
      point: 0,
    })
    expect([meanOf(parallel(2, null)), meanOf(parallel(2, 0.02)), meanOf(parallel(1, null))]).toEqual([0.03, 0.01, 0])
  })

  it('is the mean over branches of which one is taken', () => {
    const steps: Step = {
      kind: 'choose',
      branches: [
        { probability: 0.25, steps: [delay(0.04)] },
        { probability: 0.75, steps: [delay(0.02)] },
      ],
    }
    expect(meanOf(steps)).toBe(0.025)
    expect(timeOf([steps]).square).toBeCloseTo(0.25 * 0.0016 + 0.75 * 0.0004, 15)
  })

  it('is the shorter way at a cache', () => {
    expect(meanOf(lookup(1, 0, { access: [delay(0.001)], hit: [delay(0.002)], miss: [delay(0.03)] }))).toBe(0.003)
    expect(meanOf(lookup(1, 0, { access: [delay(0.001)], hit: [delay(0.04)], miss: [delay(0.03)] }))).toBe(0.031)
    const ways = { hit: [delay(0.002)], miss: [delay(0.03)] }
    expect(timeOf([lookup(1, 0, ways)]).square).toBeCloseTo(0.0009, 15)
  })

  it('is that of all rounds, as many at a time as there may be', () => {
    const rounds = (changes = {}) => meanOf(repeat(50, [serve(0, 0.01, 0.001, 'group')], changes))
    expect(rounds()).toBeCloseTo(50 * 0.011, 12)
    // 20, 20 and 10: 16.67 on average
    expect(rounds({ groupsOf: 20 })).toBeCloseTo(3 * 0.01 + 50 * 0.001, 9)
    expect(rounds({ groupsOf: 20, atOnce: 2 })).toBeCloseTo(2 * (0.01 + 0.05 / 3), 9)
    expect(meanOf(repeat(1, [delay(0.01)], { times: 'items' }))).toBe(0.1)
    expect(meanOf(repeat(0, [delay(0.01)]))).toBe(0)
    const random = repeat(1, [delay(0.01)], { count: exponential(7), groupsOf: 2 })
    expect(timeOf([random]).mean).toBeCloseTo(0.035, 12)
    // E[N²] = 98
    expect(timeOf([random]).square).toBeCloseTo((98 / 4) * 0.0001, 12)
  })

  it('counts what follows a failure for those who got there', () => {
    expect(meanOf({ kind: 'fail', failure: 'error', probability: 0.4 }, delay(0.01))).toBe(0.006)
    expect(meanOf({ kind: 'attempt', steps: [delay(0.01)], otherwise: [delay(1)] })).toBe(0.01)
  })

  it('is cut by a timeout and by a hedge', () => {
    const attempt = (policy = {}): number => leastAttemptTime(call(1, 0, [serve(0, 0.01)], policy), context).mean
    // Exponential: E[X²] = 2 × 10 ms × 10 ms
    expect(attempt({ timeout: 1 })).toBeCloseTo(0.01 - 0.0002, 12)
    expect(attempt({ timeout: 0.005 })).toBe(0)
    expect(attempt({ hedge: { after: 0.1, atMost: 0.1 } })).toBeCloseTo(0.01 - 0.002, 12)
    expect(attempt({ hedge: { after: { percentile: 0.95 }, atMost: 0.1 } })).toBe(0)
    expect(attempt()).toBe(0.01)
  })
})
