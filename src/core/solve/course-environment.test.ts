import { describe, expect, it } from 'vitest'
import { fixed } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import { Lab } from '../simulate/simulation.test-support.ts'
import { type CourseOptions, environmentIn, stretches } from './course-environment.ts'

const environmentAt = (model: Model, at: number, options: CourseOptions = {}) =>
  environmentIn(model, { from: at, to: at }, options).environment

/** A service of four, noticed dead after 3 s, with a cache; a store of two shards with two copies each. */
function design() {
  const lab = new Lab()
  const api = lab.group('api', { perShard: 4, detect: 3 })
  const cpu = lab.station(api)
  const store = lab.group('store', { shards: 2, perShard: 2, detect: 2, promote: 5 })
  const disk = lab.station(store)
  const cache = lab.cache(api, 100)
  const limiter = lab.add({ kind: 'limiter', id: 'limit', group: api, rate: 10, burst: 1 })
  const leader = { pick: { within: 'leader' } } as const
  const flow = lab.flow('view', [
    lab.call(api, [lab.serve(cpu, 0.01), lab.call(store, [lab.serve(disk, 0.01)], leader)]),
  ])
  const other = lab.flow('list', [lab.call(api, [lab.serve(cpu, 0.01)])])
  lab.source(flow, {
    arrivals: { kind: 'poisson', rate: 10 },
    mix: [
      { flow, share: 0.5 },
      { flow: other, share: 0.5 },
    ],
  })
  return { lab, api, store, cache, limiter, flow, other }
}

const listed = (arrays: readonly ArrayLike<number>[], group: number): readonly number[] =>
  Array.from(arrays[group] ?? [])

describe('an instance that is killed', () => {
  const { lab, api } = design()
  lab.fault({ kind: 'kill', group: api, instances: [1] }, 10, 30)
  const model = lab.model()

  it('is there before', () => {
    expect(listed(environmentAt(model, 9.9).alive, api)).toEqual([1, 1, 1, 1])
  })

  it('gets requests until somebody notices', () => {
    for (const [at, serving] of [
      [10, 1],
      [12.9, 1],
      [13, 0],
      [29, 0],
    ] as const) {
      const environment = environmentAt(model, at)
      expect(listed(environment.alive, api)).toEqual([1, 0, 1, 1])
      expect(listed(environment.serving, api)).toEqual([1, serving, 1, 1])
    }
  })

  it('is back at the end, with a cold cache that only it has', () => {
    const { environment, gaps } = environmentIn(model, { from: 30, to: 30 })
    expect(listed(environment.alive, api)).toEqual([1, 1, 1, 1])
    expect(listed(environment.serving, api)).toEqual([1, 1, 1, 1])
    expect(environment.cold.size).toBe(0)
    expect(gaps).toHaveLength(1)
  })

  it('makes five stretches', () => {
    expect(stretches(model, { refill: () => 4 }).map(({ from }) => from)).toEqual([0, 10, 13, 30, 34])
  })
})

describe('a leader that is killed', () => {
  const { lab, store } = design()
  lab.fault({ kind: 'kill', group: store, instances: [2] }, 10, 30)
  const model = lab.model()

  it('leads until the next copy takes over, and again when it is back', () => {
    const leaders = [9, 10, 14.9, 15, 29, 30].map((at) => listed(environmentAt(model, at).leaders, store))
    expect(leaders).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ])
  })
})

describe('a shard without a copy left', () => {
  it('has nobody who takes over', () => {
    const { lab, store } = design()
    lab.fault({ kind: 'kill', group: store, instances: [0, 1] }, 10, 30)
    const environment = environmentAt(lab.model(), 20)
    expect(listed(environment.leaders, store)).toEqual([0, 0])
    expect(listed(environment.alive, store)).toEqual([0, 0, 1, 1])
  })

  it('comes back when its backup is in', () => {
    const { lab } = design()
    const keeps = { on: 'disk', backup: { every: 60, restore: 7 } } as const
    const kept = lab.group('kept', { keeps })
    lab.fault({ kind: 'kill', group: kept, instances: [0], disks: 'lost' }, 10, 30)
    const alive = [20, 30, 36.9, 37].map((at) => listed(environmentAt(lab.model(), at).alive, kept))
    expect(alive).toEqual([[0], [0], [0], [1]])
  })
})

describe('a planned failover', () => {
  it('leaves shards without answers until the next copies lead', () => {
    const { lab, store } = design()
    lab.fault({ kind: 'failover', group: store }, 10, 12)
    const model = lab.model()
    expect(listed(environmentAt(model, 11).alive, store)).toEqual([0, 1, 0, 1])
    expect(listed(environmentAt(model, 12).alive, store)).toEqual([1, 1, 1, 1])
    expect(listed(environmentAt(model, 12).leaders, store)).toEqual([1, 1])
  })
})

describe('an instance that is replaced', () => {
  it('works to the end and gets nothing new', () => {
    const { lab, api } = design()
    lab.fault({ kind: 'replace', group: api, instances: [0] }, 10, 20)
    const during = environmentAt(lab.model(), 10)
    expect(listed(during.alive, api)).toEqual([1, 1, 1, 1])
    expect(listed(during.serving, api)).toEqual([0, 1, 1, 1])
    expect(listed(environmentAt(lab.model(), 20).serving, api)).toEqual([1, 1, 1, 1])
  })

  it('is slow while it gets warm', () => {
    const lab = new Lab()
    const api = lab.group('api', { perShard: 2, warmUp: { time: 8, from: 0.2 } })
    lab.station(api)
    lab.fault({ kind: 'replace', group: api, instances: [1] }, 10, 20)
    const model = lab.model()
    const speeds = [15, 20, 22, 24, 26, 28].map((at) => 1 / (environmentAt(model, at).slow[api]?.[1] ?? 0))
    for (const [i, speed] of [1, 0.3, 0.5, 0.7, 0.9, 1].entries()) expect(speeds[i]).toBeCloseTo(speed, 9)
    expect(stretches(model).map(({ from }) => from)).toEqual([0, 10, 20, 22, 24, 26, 28])
  })
})

describe('strains', () => {
  const { lab, api, limiter } = design()
  lab.fault({ kind: 'slow', group: api, instances: [0], times: 3, by: 0.1 }, 10, 20)
  lab.fault({ kind: 'slow', group: api, instances: [0, 1], times: 2, by: 0 }, 15, 20)
  lab.fault({ kind: 'errors', group: api, instances: [2], share: 0.5 }, 10, 20)
  lab.fault({ kind: 'deny', group: api, instances: [2], share: 0.2 }, 10, 20)
  lab.fault({ kind: 'fill', group: api, instances: [3] }, 10, 20)
  lab.fault({ kind: 'throttle', group: api, limiters: [limiter], times: 0.25 }, 10, 20)
  const model = lab.model()

  it('multiply, and leave no trace', () => {
    const environment = environmentAt(model, 15)
    expect(listed(environment.slow, api)).toEqual([6, 2, 1, 1])
    expect(environment.delay[api]).toEqual([0.1, 0, 0, 0])
    expect(listed(environment.denied, api)).toEqual([0, 0, 0.2, 0].map((x) => expect.closeTo(x, 12)))
    // Of the four fifths that are not refused.
    expect(listed(environment.errors, api)).toEqual([0, 0, 0.4, 0].map((x) => expect.closeTo(x, 12)))
    expect(listed(environment.full, api)).toEqual([0, 0, 0, 1])
    expect(environment.throttled.get(limiter)).toBe(0.25)
    const after = environmentAt(model, 20)
    expect(listed(after.slow, api)).toEqual([1, 1, 1, 1])
    expect(after.throttled.size).toBe(0)
  })
})

describe('a flush', () => {
  it('leaves a cache cold for as long as it takes to fill', () => {
    const { lab, cache } = design()
    lab.fault({ kind: 'flush', caches: [cache] }, 10, 10)
    const model = lab.model()
    const cold = [9, 10, 13.9, 14].map((at) => environmentAt(model, at, { refill: () => 4 }).cold.has(cache))
    expect(cold).toEqual([false, true, true, false])
  })
})

describe('a burst', () => {
  it('multiplies the load of one flow, and of all', () => {
    const { lab, flow } = design()
    lab.fault({ kind: 'burst', source: 0, flow, times: 3 }, 10, 20)
    lab.fault({ kind: 'burst', source: 0, flow: null, times: 2 }, 15, 20)
    const loads = [9, 10, 15, 20].map((at) => environmentAt(lab.model(), at).load[0])
    expect(loads).toEqual([
      [1, 1],
      [3, 1],
      [6, 2],
      [1, 1],
    ])
  })
})

describe('a source', () => {
  it('is there between its start and its end', () => {
    const { lab, flow } = design()
    const late = lab.source(flow, { start: 5, end: 8 })
    expect([4, 5, 8].map((at) => environmentAt(lab.model(), at).load[late]?.[flow])).toEqual([0, 1, 0])
  })

  it('follows its shape by the mean of at most 24 pieces', () => {
    const { lab, flow } = design()
    const shape = [
      { at: 0, times: 1 },
      { at: 60, times: 3 },
      { at: 120, times: 3 },
    ]
    const shaped = lab.source(flow, { shape })
    const model = lab.model()
    expect(environmentAt(model, 30).load[shaped]?.[flow]).toBe(2)
    const pieces = stretches(model)
    expect(pieces.length).toBeLessThanOrEqual(24)
    const area = pieces.reduce(
      (sum, { from, to, environment }) => sum + (to - from) * (environment.load[shaped]?.[flow] ?? 0),
      0,
    )
    expect(area).toBeCloseTo(60 * 2 + 60 * 3, 6)
    // Where nothing changes there is one piece.
    expect(pieces.filter(({ from }) => from >= 60)).toHaveLength(1)
  })
})

describe('a cut network', () => {
  function cut(from: number) {
    const lab = new Lab()
    lab.zones(2, fixed(0.001))
    const api = lab.group('api', { perShard: 2, places: [0, 1], detect: 3 })
    const cpu = lab.station(api)
    const flow = lab.flow('view', [lab.call(api, [lab.serve(cpu, 0.01)])])
    lab.source(flow, {
      from:
        from < 0
          ? [
              { place: 0, share: 0.5 },
              { place: 1, share: 0.5 },
            ]
          : [{ place: from, share: 1 }],
    })
    lab.fault(
      {
        kind: 'partition',
        sides: [
          { places: [0], groups: [] },
          { places: [1], groups: [] },
        ],
      },
      10,
      20,
    )
    return { model: lab.model(), api }
  }

  it('hides who stands on the other side of all callers', () => {
    const { model, api } = cut(0)
    expect(listed(environmentAt(model, 11).alive, api)).toEqual([1, 0])
    expect(listed(environmentAt(model, 11).serving, api)).toEqual([1, 1])
    expect(listed(environmentAt(model, 13).serving, api)).toEqual([1, 0])
    expect(listed(environmentAt(model, 20).alive, api)).toEqual([1, 1])
    expect(environmentIn(model, { from: 11, to: 12 }).gaps.map(({ isSmall }) => isSmall)).toEqual([true])
  })

  it('says nothing where callers stand on both sides', () => {
    const { model } = cut(-1)
    expect(environmentIn(model, { from: 11, to: 12 }).gaps.map(({ isSmall }) => isSmall)).toEqual([false])
  })
})
