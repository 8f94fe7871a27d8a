import { describe, expect, it } from 'vitest'
import { fixed } from '../model/distribution.ts'
import type { FaultAction } from '../model/model.ts'
import type { CallPolicy } from '../model/step.ts'
import { endings, Lab, playFor, retry } from './simulation.test-support.ts'

describe('a killed instance', () => {
  /** A disk that takes 4 s at `db`, called by requests at the given times; `db` is dead from 3 to 10. */
  function killed(times: readonly number[], policy: Partial<CallPolicy> = {}) {
    const lab = new Lab()
    const db = lab.group('db')
    const disk = lab.station(db)
    for (const at of times) lab.once(`at ${at}`, at, [lab.call(db, [lab.serve(disk, 4)], { policy })])
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 3, 10)
    return { lab, db, disk }
  }

  it('fails what is there, in service or waiting, and what comes while it is dead', () => {
    const { lab } = killed([1, 2, 4, 11])
    expect(endings(lab.model())).toEqual({
      'at 1': 'connect-error',
      'at 2': 'connect-error',
      'at 4': 'connect-error',
      'at 11': 4,
    })
  })

  it('is empty when it comes back, and was no capacity in between', () => {
    const { lab, disk } = killed([1, 2, 11])
    const copy = playFor(lab.model(), 20).resources[disk]?.instances[0]
    expect(copy).toMatchObject({ busyArea: 2 + 4, capacityArea: 3 + 10, queueArea: 1, served: 1 })
  })

  it('forgets its slots, its caches and its breakers, and fails callers of its pools', () => {
    const lab = new Lab()
    const db = lab.group('db')
    const pool = lab.pool(db, 1)
    lab.once('holder', 1, [lab.call(db, [lab.hold(pool, [lab.delay(50)])])])
    lab.once('outside', 2, [lab.hold(pool, [lab.delay(1)])])
    lab.once('after', 5, [lab.call(db, [lab.hold(pool, [lab.delay(1)])])])
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 3, 4)
    expect(endings(lab.model())).toEqual({ holder: 'connect-error', outside: 'connect-error', after: 1 })
  })

  it('loses a slot of a pool elsewhere that it held', () => {
    const lab = new Lab()
    const [web, db] = [lab.group('web'), lab.group('db')]
    const lock = lab.pool(db, 1)
    lab.once('a', 1, [lab.call(web, [lab.hold(lock, [lab.delay(50)])])])
    lab.once('b', 2, [lab.hold(lock, [lab.delay(1)])])
    lab.fault({ kind: 'kill', group: web, instances: [0] }, 3, 4)
    expect(endings(lab.model())).toEqual({ a: 'connect-error', b: 2 })
  })

  it('takes back no slot that was lost in the crash', () => {
    const lab = new Lab()
    const db = lab.group('db')
    const pool = lab.pool(db, 1)
    lab.once('before', 1, [lab.hold(pool, [lab.delay(5)])])
    lab.once('after', 5, [lab.hold(pool, [lab.delay(5)])])
    lab.once('last', 7, [lab.hold(pool, [lab.delay(1)])])
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 3, 4)
    // The one from before is done at 6, and its slot is nobody's any more.
    expect(endings(lab.model())).toEqual({ before: 5, after: 5, last: 4 })
  })

  it('leaves what it asked of others running there', () => {
    const lab = new Lab()
    const [web, db] = [lab.group('web'), lab.group('db')]
    const disk = lab.station(db)
    lab.once('a', 1, [lab.call(web, [lab.call(db, [lab.serve(disk, 9)])])])
    lab.once('b', 4, [lab.serve(disk, 1)])
    lab.fault({ kind: 'kill', group: web, instances: [0] }, 3, 4)
    expect(endings(lab.model())).toEqual({ a: 'connect-error', b: 7 })
  })

  it('answers its callers after a round trip', () => {
    const lab = new Lab()
    lab.zones(2, fixed(0.2))
    const db = lab.group('db', { places: [1] })
    const tried = lab.call(db, [lab.delay(9)], { onFail: 'ignore' })
    lab.once('here', 1, [tried], { from: [{ place: 0, share: 1 }] })
    lab.once('on the way', 2.95, [tried], { from: [{ place: 0, share: 1 }] })
    lab.once('dead', 4, [tried], { from: [{ place: 0, share: 1 }] })
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 3)
    expect(endings(lab.model())).toEqual({ here: 2.1, 'on the way': 0.2, dead: 0.2 })
  })

  it('is asked until it is noticed, then no more', () => {
    const lab = new Lab()
    const db = lab.group('db', { perShard: 2, detect: 4 })
    const flow = lab.flow('a', [lab.call(db, [])])
    lab.source(flow, { arrivals: { kind: 'periodic', rate: 1 }, end: 30.5 })
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 9.5, 20.5)
    // Those at 11 and 13 go to the dead one.
    expect(playFor(lab.model(), 40).flows[0]).toMatchObject({ good: 28, failed: { 'connect-error': 2 } })
  })

  it('hands its leadership on after a while, and has it back when it returns', () => {
    const lab = new Lab()
    const db = lab.group('db', { perShard: 3, promote: 5 })
    const disk = lab.station(db)
    const flow = lab.flow('a', [lab.call(db, [lab.serve(disk, 0.1)], { pick: { within: 'leader' } })])
    lab.source(flow, { arrivals: { kind: 'periodic', rate: 1 }, end: 30.5 })
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 9.5, 20.5)
    const statistics = playFor(lab.model(), 40)
    // 10 to 14 fail; 15 to 20 go to copy 1.
    expect(statistics.flows[0]).toMatchObject({ good: 25, failed: { 'connect-error': 5 } })
    expect(statistics.resources[disk]?.instances.map(({ served }) => served)).toEqual([19, 6, 0])
  })

  it('stays dead while another fault holds it', () => {
    const { lab, db } = killed([5, 11, 16])
    lab.fault({ kind: 'kill', group: db, instances: [0] }, 9, 15)
    expect(endings(lab.model())).toEqual({ 'at 5': 'connect-error', 'at 11': 'connect-error', 'at 16': 4 })
  })

  it('counts instances that are up', () => {
    const { lab } = killed([])
    expect(playFor(lab.model(), 20).groups[0]?.instancesMean).toBeCloseTo(13 / 20, 9)
  })
})

describe('a fault', () => {
  function during(action: (group: number) => FaultAction, times: readonly number[], policy: Partial<CallPolicy> = {}) {
    const lab = new Lab()
    const db = lab.group('db')
    const disk = lab.station(db, { servers: Infinity })
    for (const at of times) lab.once(`at ${at}`, at, [lab.call(db, [lab.serve(disk, 4)], { policy })])
    lab.fault(action(db), 3, 10)
    return endings(lab.model())
  }

  it('of slowness stretches what is left of the work, and every call', () => {
    const slow = (group: number): FaultAction => ({ kind: 'slow', group, instances: [0], times: 2, by: 0.5 })
    // At 1: 2 s before, 2 × 2 s after. At 8: 1.5 s pass at half speed, 3.25 s of work are left at 10.
    expect(during(slow, [1, 4, 8])).toEqual({ 'at 1': 6, 'at 4': 0.5 + 5.5 + (4 - 2.75), 'at 8': 2 + 3.25 })
  })

  it('of slowness stretches shared work too', () => {
    const lab = new Lab()
    const db = lab.group('db')
    const disk = lab.station(db, { discipline: 'ps' })
    lab.once('a', 1, [lab.serve(disk, 4)])
    lab.fault({ kind: 'slow', group: db, instances: [0], times: 2, by: 0 }, 3, 5)
    expect(endings(lab.model())).toEqual({ a: 5 })
  })

  it('of errors fails a share of the calls on arrival', () => {
    const errors =
      (share: number) =>
      (group: number): FaultAction => ({ kind: 'errors', group, instances: [0], share })
    expect(during(errors(1), [1, 4, 11])).toEqual({ 'at 1': 4, 'at 4': 'error', 'at 11': 4 })
    expect(during(errors(0), [1, 4])).toEqual({ 'at 1': 4, 'at 4': 4 })
  })

  it('of the connection fails a share of the requests that are there, once', () => {
    const cut = (group: number): FaultAction => ({ kind: 'disconnect', group, instances: [0], share: 1 })
    expect(during(cut, [1, 4])).toEqual({ 'at 1': 'connect-error', 'at 4': 4 })
    expect(during(cut, [1], { retry: retry(1, ['connect-error']) })).toEqual({ 'at 1': 2 + 4 })
  })

  it('flushes a cache', () => {
    const lab = new Lab()
    const hot = lab.group('hot')
    const cache = lab.cache(hot, 1)
    const probe = { kind: 'probe', cache, keys: 1, times: null } as const
    const put = { kind: 'insert', cache, keys: 1, times: null, mode: 'put' } as const
    for (const at of [1, 2, 4])
      lab.once(`at ${at}`, at, [lab.lookup(cache, { access: [lab.call(hot, [probe])], miss: [lab.call(hot, [put])] })])
    lab.fault({ kind: 'flush', caches: [cache] }, 3)
    expect(playFor(lab.model(), 9).resources[cache]?.instances[0]).toMatchObject({ lookups: 3, hits: 1 })
  })

  it('multiplies the load of a source, or of one flow of it', () => {
    for (const [flow, a, b] of [
      [null, 30, 30],
      [0, 30, 10],
    ] as const) {
      const lab = new Lab()
      lab.group('g')
      lab.flow('a', [])
      lab.flow('b', [])
      const mix = [
        { flow: 0, share: 0.5 },
        { flow: 1, share: 0.5 },
      ]
      lab.source(0, { mix, arrivals: { kind: 'poisson', rate: 200 } })
      lab.fault({ kind: 'burst', source: 0, flow, times: 3 }, 100, 200)
      const { series } = playFor(lab.model(), 300, { slice: 100 })
      const offered = series.map((slice) => slice.offered.map((n) => Math.round(n / 1000)))
      expect(offered).toEqual([
        [10, 10],
        [a, b],
        [10, 10],
      ])
    }
  })

  it('of a burst moves the arrival that is due, so that its load is exact', () => {
    const lab = new Lab()
    lab.flow('a', [])
    lab.source(0, { arrivals: { kind: 'periodic', rate: 0.1 } })
    // Half of the interval passes at rate 0.1, the rest at 0.5: 10, 15 + 1, then every 2 s until 20.
    lab.fault({ kind: 'burst', source: 0, flow: null, times: 5 }, 15, 20.5)
    const { series } = playFor(lab.model(), 40, { slice: 1 })
    const times = series.flatMap((slice) => (slice.offered[0] === 1 ? [slice.start + 1] : []))
    expect(times).toEqual([10, 16, 18, 20, 28, 38].map((t) => t))
  })
})

describe('a scaler', () => {
  function scaled(rate: number, end: number, coolDown = 30) {
    const lab = new Lab()
    const web = lab.group('web', { perShard: 1, perShardMax: 8 })
    const cpu = lab.station(web, { discipline: 'ps' })
    const flow = lab.flow('a', [lab.call(web, [lab.serve(cpu, 0.1)])])
    lab.source(flow, { arrivals: { kind: 'periodic', rate }, end })
    lab.scalers.push({
      group: web,
      by: 'busy',
      station: cpu,
      min: 1,
      max: 6,
      target: 0.5,
      react: 10,
      startDelay: 5,
      coolDown,
    })
    return lab
  }

  it('adds instances until they are busy at the target, and removes them after the cool-down', () => {
    // 20/s × 0.1 s = 2 busy: 4 instances at 50 %.
    const statistics = playFor(scaled(20, 100).model(), 200)
    const { scaling } = statistics.groups[0]!
    expect(scaling[0]).toEqual({ at: 15, instances: 2 })
    expect(scaling.filter(({ at }) => at < 100).at(-1)?.instances).toBe(4)
    expect(scaling.at(-1)?.instances).toBe(1)
    expect(statistics.violations).toEqual([])
  })

  it('removes nothing before the cool-down since the last order is over', () => {
    const { scaling } = playFor(scaled(20, 100, 120).model(), 300).groups[0]!
    // An instance is ordered 5 s before it serves, and decisions fall on every tenth second.
    const grown = scaling.findLast(({ at }) => at < 105)!
    const shrunk = scaling.find(({ at }) => at > 105)!
    expect(shrunk.at).toBe(Math.ceil((grown.at - 5 + 120) / 10) * 10)
  })

  it('keeps within its limits', () => {
    const { scaling } = playFor(scaled(60, 100).model(), 100).groups[0]!
    expect(Math.max(...scaling.map(({ instances }) => instances))).toBe(6)
  })
})
