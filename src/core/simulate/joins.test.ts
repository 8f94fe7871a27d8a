import { describe, expect, it } from 'vitest'
import { fixed } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import { endings, Lab, playFor } from './simulation.test-support.ts'

const failing = { kind: 'fail', failure: 'error', probability: 1 } as const

function alone(steps: (lab: Lab) => readonly Step[]): unknown {
  const lab = new Lab()
  lab.group('g')
  lab.once('a', 1, steps(lab))
  return endings(lab.model())['a']
}

describe('branches at once', () => {
  const branches = (lab: Lab, times: readonly number[]) => times.map((time) => [lab.delay(time)])

  it('go on when as many ended well as are needed', () => {
    expect(alone((lab) => [lab.parallel(3, branches(lab, [3, 1, 2]))])).toBe(3)
    expect(alone((lab) => [lab.parallel(2, branches(lab, [3, 1, 2]))])).toBe(2)
    expect(alone((lab) => [lab.parallel(1, branches(lab, [3, 1, 2]))])).toBe(1)
    expect(alone((lab) => [lab.parallel(0, branches(lab, [3, 1, 2])), lab.delay(0.5)])).toBe(0.5)
  })

  it('fail as soon as too few can end well', () => {
    const attempt = (lab: Lab, need: number): Step => ({
      kind: 'attempt',
      steps: [lab.parallel(need, [[lab.delay(1), failing], [lab.delay(2), failing], [lab.delay(3)]])],
      otherwise: [lab.delay(10)],
    })
    expect(alone((lab) => [attempt(lab, 3)])).toBe(11)
    expect(alone((lab) => [attempt(lab, 2)])).toBe(12)
    expect(alone((lab) => [attempt(lab, 1)])).toBe(3)
  })

  it('count as failed when they are given up, and use what they use all the same', () => {
    const lab = new Lab()
    const disk = lab.station(lab.group('g'))
    lab.once('a', 1, [lab.parallel(2, [[lab.delay(1)], [lab.delay(2)], [lab.serve(disk, 9)]], 5)])
    lab.once('b', 2, [lab.serve(disk, 1)])
    lab.once('c', 30, [lab.parallel(1, [[lab.serve(disk, 9)]], 5)])
    expect(endings(lab.model())).toEqual({ a: 2, b: 9, c: 'timeout' })
  })

  it('book the time of the branch that the join waited for', () => {
    const lab = new Lab()
    const disk = lab.station(lab.group('g'))
    lab.once('a', 1, [lab.parallel(2, [[lab.delay(1)], [lab.serve(disk, 2)], [lab.delay(5)]]), lab.delay(0.5)])
    const { points } = playFor(lab.model(), 50).flows[0]!
    expect(points.map(({ point, serve }) => [lab.points[point]?.name, serve])).toEqual([
      ['serve', 2],
      ['delay', 0.5],
    ])
  })
})

describe('a repeat', () => {
  it('runs one round after the other, or several at once', () => {
    expect(alone((lab) => [lab.repeat(4, [lab.delay(1)])])).toBe(4)
    expect(alone((lab) => [lab.repeat(4, [lab.delay(1)], { atOnce: 2 })])).toBe(2)
    expect(alone((lab) => [lab.repeat(5, [lab.delay(1)], { atOnce: 2 })])).toBe(3)
    expect(alone((lab) => [lab.repeat(4, [lab.delay(1)], { hasNewKeys: true })])).toBe(4)
    expect(alone((lab) => [lab.repeat(0, [lab.delay(1)]), lab.repeat(0, [lab.delay(1)], { atOnce: 3 })])).toBe(0)
  })

  it('takes things in groups and rounds their number up', () => {
    expect(alone((lab) => [lab.repeat(4.2, [lab.delay(1)], { groupsOf: 2 })])).toBe(3)
    expect(alone((lab) => [lab.repeat(7, [lab.delay(1)], { groupsOf: 3, atOnce: 2 })])).toBe(2)
  })

  it('fails when a round fails', () => {
    const tried = (lab: Lab, atOnce: number): Step => ({
      kind: 'attempt',
      steps: [lab.repeat(4, [lab.delay(1), failing], { atOnce })],
      otherwise: [lab.delay(0.5)],
    })
    expect(alone((lab) => [tried(lab, 1)])).toBe(1.5)
    expect(alone((lab) => [tried(lab, 2)])).toBe(1.5)
  })

  it('knows how many things are in the group, inside and after it', () => {
    const lab = new Lab()
    const disk = lab.station(lab.group('g'))
    const each = () => lab.serve(disk, 0, { each: 1, times: 'group' })
    lab.once('a', 1, [lab.repeat(5, [lab.repeat(3, [each()], { groupsOf: 3 }), each()], { groupsOf: 5 }), each()])
    expect(endings(lab.model())['a']).toBe(3 + 5 + 1)
  })

  it('draws its count for each request and multiplies it by a register', () => {
    const lab = new Lab()
    const group = lab.group('g')
    const log = lab.log(group)
    const step: Step = { ...lab.repeat(2, [lab.delay(1)]), times: 'items' } as Step
    const flow = lab.consume(log, group, [step], { batchMax: 3 })
    lab.once('a', 1, [lab.publish(log, 3)])
    expect(playFor(lab.model(), 50).flows[flow]?.responseTime).toMatchObject({ count: 3, sum: 18 })
  })

  it('chooses by probability', () => {
    const lab = new Lab()
    lab.group('g')
    const branches = [0.3, 0.7].map((probability, i) => ({ probability, steps: [lab.delay(fixed(i + 1))] }))
    const flow = lab.flow('a', [{ kind: 'choose', branches }])
    lab.source(flow, { arrivals: { kind: 'periodic', rate: 10 } })
    const { sum, count } = playFor(lab.model(), 1000).flows[0]!.responseTime
    // Standard deviation of the share: sqrt(0.21 / 10000) = 0.0046.
    expect(Math.abs(sum / count - 1.7)).toBeLessThan(0.02)
  })
})
