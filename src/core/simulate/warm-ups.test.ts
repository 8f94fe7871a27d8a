import { describe, expect, it } from 'vitest'
import { endings, Lab, playFor } from './simulation.test-support.ts'

describe('an instance that starts cold', () => {
  const warmUp = { time: 100, from: 0.5 } as const

  it('works at a part of its speed when it is back, and at all of it when it is warm', () => {
    const lab = new Lab()
    const db = lab.group('db', { warmUp })
    const disk = lab.station(db)
    for (const at of [1, 11, 62, 112]) lab.once(`at ${at}`, at, [lab.call(db, [lab.serve(disk, 1.5)])])
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 5, 10)
    // At 60 s half of the way is done: three quarters of its speed.
    expect(endings(lab.model(), 200)).toEqual({ 'at 1': 1.5, 'at 11': 3, 'at 62': 2, 'at 112': 1.5 })
  })

  it('is slowed down by a fault on top', () => {
    const lab = new Lab()
    const db = lab.group('db', { warmUp })
    const disk = lab.station(db)
    lab.once('cold', 11, [lab.call(db, [lab.serve(disk, 1)])])
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 5, 10)
    lab.fault({ kind: 'slow', group: db, instances: [0], times: 2, by: 0 }, 10, 50)
    expect(endings(lab.model())).toEqual({ cold: 4 })
  })

  it('starts anew when it crashes again', () => {
    const lab = new Lab()
    const db = lab.group('db', { warmUp })
    const disk = lab.station(db)
    lab.once('cold again', 101, [lab.call(db, [lab.serve(disk, 1)])])
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 5, 10)
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 90, 100)
    expect(endings(lab.model(), 200)).toEqual({ 'cold again': 2 })
  })

  it('is one that an autoscaler adds', () => {
    const served = (slow: boolean): number => {
      const lab = new Lab()
      const group = { perShard: 1, perShardMax: 2, ...(slow ? { warmUp: { time: 1000, from: 0.1 } } : {}) }
      const api = lab.group('api', group)
      const cpu = lab.station(api)
      lab.source(lab.flow('ask', [lab.call(api, [lab.serve(cpu, 1)])]), { arrivals: { kind: 'periodic', rate: 2 } })
      const times = { react: 1, startDelay: 1, coolDown: 1e9 }
      lab.scalers.push({ group: api, by: 'busy', station: cpu, min: 1, max: 2, target: 0.5, ...times })
      return playFor(lab.model(), 100).resources[cpu]?.instances[1]?.served ?? 0
    }
    expect(served(false)).toBeGreaterThan(90)
    expect(served(true)).toBeLessThan(20)
  })
})
