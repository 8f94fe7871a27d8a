import { describe, expect, it } from 'vitest'
import { fixed } from '../model/distribution.ts'
import type { Pool, Station } from '../model/resource.ts'
import { endings, Lab, playFor } from './simulation.test-support.ts'

/** Requests a, b, c … come to one station at the given times with the given work and priority. */
function visits(
  changes: Partial<Station>,
  arrivals: readonly (readonly [number, number, number?])[],
): Readonly<Record<string, unknown>> {
  const lab = new Lab()
  const station = lab.station(lab.group('s'), changes)
  arrivals.forEach(([at, work, priority = 1], i) => {
    lab.once('abcdefgh'.charAt(i), at, [lab.serve(station, work, { priority })])
  })
  return endings(lab.model())
}

describe('a station', () => {
  it('serves first who came first', () => {
    expect(
      visits({}, [
        [1, 3],
        [2, 3],
        [3, 3],
      ]),
    ).toEqual({ a: 3, b: 5, c: 7 })
  })

  it('has as many at a time as it has servers', () => {
    expect(
      visits({ servers: 2 }, [
        [1, 3],
        [2, 3],
        [3, 3],
      ]),
    ).toEqual({ a: 3, b: 3, c: 4 })
    expect(
      visits({ servers: Infinity }, [
        [1, 3],
        [2, 3],
        [3, 3],
      ]),
    ).toEqual({ a: 3, b: 3, c: 3 })
  })

  it('serves first who came last under lifo', () => {
    expect(
      visits({ discipline: 'lifo' }, [
        [1, 4],
        [2, 1],
        [3, 1],
      ]),
    ).toEqual({ a: 4, b: 5, c: 3 })
  })

  it('serves the most urgent of those who wait, without breaking off', () => {
    const list = [
      [1, 4, 2],
      [2, 1, 3],
      [3, 1, 1],
      [4, 1, 2],
    ] as const
    expect(visits({ discipline: 'priority' }, list)).toEqual({ a: 4, b: 6, c: 3, d: 3 })
  })

  it('breaks off the less urgent under preemption and resumes it where it was', () => {
    const list = [
      [1, 4, 2],
      [2, 1, 1],
      [3, 2, 3],
    ] as const
    expect(visits({ discipline: 'preemptive' }, list)).toEqual({ a: 5, b: 1, c: 5 })
  })

  it('shares its servers equally under processor sharing', () => {
    // a alone 1..2; a and b share 2..4: b is done with 1 at 4; a has had 2 by then and one left.
    expect(
      visits({ discipline: 'ps' }, [
        [1, 3],
        [2, 1],
      ]),
    ).toEqual({ a: 4, b: 2 })
    // Three on two servers get two thirds each.
    expect(
      visits({ discipline: 'ps', servers: 2 }, [
        [1, 2],
        [1, 2],
        [1, 2],
      ]),
    ).toEqual({ a: 3, b: 3, c: 3 })
  })

  it('turns away who finds the waiting room full', () => {
    expect(
      visits({ waitingRoom: 1 }, [
        [1, 3],
        [2, 3],
        [3, 3],
      ]),
    ).toEqual({ a: 3, b: 5, c: 'rejected' })
    expect(
      visits({ waitingRoom: 0, discipline: 'ps' }, [
        [1, 3],
        [2, 3],
      ]),
    ).toEqual({ a: 3, b: 'rejected' })
  })

  it('drops the one that waited longest when told so', () => {
    const list = [
      [1, 3],
      [2, 3],
      [3, 3],
    ] as const
    expect(visits({ waitingRoom: 1, whenFull: 'drop-oldest' }, list)).toEqual({ a: 3, b: 'rejected', c: 4 })
    expect(visits({ waitingRoom: 1, whenFull: 'drop-oldest', discipline: 'lifo' }, list).b).toBe('rejected')
  })

  it('loses who waited as long as its patience', () => {
    expect(
      visits({ patience: fixed(2) }, [
        [1, 3],
        [2, 1],
        [1.5, 1],
      ]),
    ).toEqual({ a: 3, b: 3, c: 'abandoned' })
  })

  it('stands still while it is broken and goes on where it was', () => {
    const outages = { up: fixed(3), down: fixed(2) }
    // Down 3..5 and 8..10.
    expect(
      visits({ outages }, [
        [2, 2],
        [4, 1],
      ]),
    ).toEqual({ a: 4, b: 3 })
    expect(
      visits({ outages, discipline: 'ps' }, [
        [2, 2],
        [4, 1],
      ]),
    ).toEqual({ a: 5, b: 3 })
    expect(
      visits({ outages, discipline: 'preemptive' }, [
        [2, 2, 2],
        [4, 1, 1],
      ]),
    ).toEqual({ a: 5, b: 2 })
  })

  it('adds work for each thing in a register', () => {
    const lab = new Lab()
    const station = lab.station(lab.group('s'))
    lab.once('a', 1, [lab.repeat(5, [lab.serve(station, 1, { each: 0.1, times: 'group' })], { groupsOf: 2 })])
    expect(endings(lab.model())).toEqual({ a: 3 + 0.5 })
  })

  it('measures its areas, its waits and what it served', () => {
    const lab = new Lab()
    const station = lab.station(lab.group('s'), { waitingRoom: 1 })
    for (const at of [1, 2, 3]) lab.once(`at ${at}`, at, [lab.serve(station, 3)])
    const copy = playFor(lab.model(), 10).resources[0]?.instances[0]
    expect(copy).toMatchObject({ busyArea: 6, capacityArea: 10, queueArea: 2, queueMax: 1, arrivals: 3, served: 2 })
    expect(copy).toMatchObject({ rejected: 1, waitTotal: 2, serviceTotal: 6, fullSince: 1 })
  })
})

describe('a pool', () => {
  /** Requests hold a slot for the given time. */
  function holds(slots: number, changes: Partial<Pool>, arrivals: readonly (readonly [number, number, number?])[]) {
    const lab = new Lab()
    const pool = lab.pool(lab.group('s'), slots, changes)
    arrivals.forEach(([at, time, priority = 1], i) => {
      lab.once('abcdefgh'.charAt(i), at, [lab.hold(pool, [lab.delay(time)], priority)])
    })
    return endings(lab.model())
  }

  it('hands its slots on in the order asked', () => {
    expect(
      holds(2, {}, [
        [1, 3],
        [1, 4],
        [2, 1],
        [2.5, 1],
      ]),
    ).toEqual({ a: 3, b: 4, c: 3, d: 3.5 })
    expect(
      holds(1, { order: 'lifo' }, [
        [1, 3],
        [2, 1],
        [3, 1],
      ]),
    ).toEqual({ a: 3, b: 4, c: 2 })
    expect(
      holds(1, { order: 'priority' }, [
        [1, 3],
        [2, 1, 2],
        [3, 1, 1],
      ]),
    ).toEqual({ a: 3, b: 4, c: 2 })
  })

  it('refuses when the waiting room is full or the patience is over', () => {
    expect(
      holds(1, { waitingRoom: 0 }, [
        [1, 3],
        [2, 1],
      ]),
    ).toEqual({ a: 3, b: 'rejected' })
    expect(
      holds(1, { patience: 0 }, [
        [1, 3],
        [2, 1],
      ]),
    ).toEqual({ a: 3, b: 'rejected' })
    expect(
      holds(1, { patience: 1.5 }, [
        [1, 3],
        [2, 1],
        [2.8, 1],
      ]),
    ).toEqual({ a: 3, b: 'rejected', c: 2.2 })
    const room = { waitingRoom: 1, whenFull: 'drop-oldest' } as const
    expect(
      holds(1, room, [
        [1, 3],
        [2, 1],
        [3, 1],
      ]),
    ).toEqual({ a: 3, b: 'rejected', c: 2 })
  })

  it('has its slot back when what held it fails', () => {
    const lab = new Lab()
    const pool = lab.pool(lab.group('s'), 1)
    const failing = { kind: 'fail', failure: 'error', probability: 1 } as const
    lab.once('a', 1, [lab.hold(pool, [lab.delay(2), failing])])
    lab.once('b', 2, [lab.hold(pool, [lab.delay(1)])])
    expect(endings(lab.model())).toEqual({ a: 'error', b: 2 })
  })

  it('is held while nested steps run at another instance', () => {
    const lab = new Lab()
    const [web, db] = [lab.group('web'), lab.group('db')]
    const [threads, disk] = [lab.pool(web, 1), lab.station(db)]
    const steps = () => [lab.call(web, [lab.hold(threads, [lab.call(db, [lab.serve(disk, 2)])])])]
    lab.once('a', 1, steps())
    lab.once('b', 2, steps())
    expect(endings(lab.model())).toEqual({ a: 2, b: 3 })
  })
})
