import { describe, expect, it } from 'vitest'
import { histogramOf, snapshotOf } from '../base/histogram.ts'
import { exponential } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import type { Outcome } from '../result/outcome.ts'
import { recoveryOf } from '../result/recovery.ts'
import type { Solution } from '../result/solution.ts'
import type { RunStatistics } from '../result/statistics.ts'
import { play } from '../simulate/play.ts'
import { Lab, retry } from '../simulate/simulation.test-support.ts'
import { type Course, solveCourse, type Solver } from './course.ts'
import { solve } from './solve.ts'

/** Four instances, one server of 10 ms each, noticed dead after 2 s. */
function fleet(rate: number) {
  const lab = new Lab()
  const group = lab.group('api', { perShard: 4, detect: 2 })
  const cpu = lab.station(group)
  const flow = lab.flow('view', [lab.call(group, [lab.serve(cpu, exponential(0.01))])])
  lab.source(flow, { arrivals: { kind: 'poisson', rate } })
  return { lab, group, flow }
}

interface Played {
  readonly from: number
  readonly to: number
  readonly end: number
  readonly times: number
}

/** Replications of a stretch by the simulator. */
function simulated(model: Model, { from, to, end, times }: Played): readonly Outcome[] {
  return Array.from({ length: times }, (_, replication) => {
    const job = { model, seed: 1, replication, warmup: 10, judged: [{ from, to, weight: 1 }], end, sliceLength: 1 }
    const run = play({ ...job, eventsMax: Infinity })
    for (;;) {
      const step = run.next()
      if (step.done === true) return step.value
    }
  })
}

const meanOver = (all: readonly Outcome[], of: (one: Outcome) => number): number =>
  all.reduce((sum, one) => sum + of(one), 0) / all.length

function figures({ flows }: RunStatistics) {
  const [flow] = flows
  if (flow === undefined) throw new Error('no flow')
  const { responseTime, good, offered } = flow
  const p99 = histogramOf([responseTime]).quantile(0.99)
  return { mean: responseTime.sum / responseTime.count, p99, good: good / offered }
}

/** Of several replications as one. */
function together(all: readonly Outcome[]) {
  const flows = all.flatMap(({ statistics }) => statistics.flows.slice(0, 1))
  const histogram = histogramOf(flows.map(({ responseTime }) => responseTime))
  const total = (of: (one: (typeof flows)[number]) => number): number => flows.reduce((sum, one) => sum + of(one), 0)
  const { sum, count } = histogram.snapshot()
  return {
    mean: sum / count,
    p99: histogram.quantile(0.99),
    good: total(({ good }) => good) / total(({ offered }) => offered),
  }
}

const off = (a: number, b: number): number => Math.abs(a / b - 1)

const sliceAt = ({ statistics }: Course, time: number) =>
  statistics.series.find(({ start, length }) => start <= time && time < start + length)

describe('one of four instances is killed', () => {
  const { lab, group } = fleet(200)
  lab.fault({ kind: 'kill', group, instances: [1] }, 20, 60)
  const model = lab.model()
  const course = solveCourse(model, solve)

  it('fails a quarter until it is noticed, and nothing after', () => {
    for (const [time, good] of [
      [10, 200],
      [21, 150],
      [30, 200],
      [70, 200],
    ] as const) {
      const { good: goods = [], length = 1 } = sliceAt(course, time) ?? {}
      expect(off((goods[0] ?? 0) / length, good)).toBeLessThan(1e-6)
    }
  })

  it('takes as long as in the simulator once it is noticed', () => {
    const [from, to] = [22, 60]
    const all = simulated(model, { from, to, end: to, times: 20 })
    const slice = sliceAt(course, from)
    const mean = (slice?.responseTimeSum[0] ?? 0) / (slice?.good[0] ?? 1)
    expect(off(mean, together(all).mean)).toBeLessThan(0.05)
    const busy = meanOver(all, ({ statistics: { resources, measured } }) => {
      const copies = resources[0]?.instances ?? []
      return copies.reduce((sum, { busyArea }) => sum + busyArea, 0) / (measured * 4)
    })
    const alive = 3 / 4
    expect(off((slice?.utilization[0] ?? 0) * alive, busy)).toBeLessThan(0.03)
  })

  it('has the percentiles of the mixture over the window', () => {
    const [known, played] = [
      figures(course.statistics),
      together(simulated(model, { from: 20, to: 60, end: 60, times: 40 })),
    ]
    expect(off(known.mean, played.mean)).toBeLessThan(0.03)
    expect(off(known.p99, played.p99)).toBeLessThan(0.05)
    expect(Math.abs(known.good - played.good)).toBeLessThan(0.001)
    expect(course.window).toEqual({ from: 20, to: 60 })
    expect(course.statistics.measured).toBeCloseTo(40, 9)
  })
})

describe('two and a half times the load for 40 s, a quarter more than can be done', () => {
  const { lab } = fleet(200)
  lab.fault({ kind: 'burst', source: 0, flow: null, times: 2.5 }, 20, 60)
  const model = lab.model()
  const course = solveCourse(model, solve)
  const all = simulated(model, { from: 20, to: 60, end: 120, times: 10 })

  it('has the backlog of the simulator, and drains it as fast', () => {
    // (500 - 400) x 40 s, and 4000 / (400 - 200) s until it is gone.
    const last = course.statistics.series.findLast(({ queueLength }) => (queueLength[0] ?? 0) > 100)
    expect((last?.start ?? 0) + (last?.length ?? 0)).toBeCloseTo(80, 6)
    expect(
      Math.max(...course.statistics.resources.flatMap(({ instances }) => instances.map(({ queueMax }) => queueMax))),
    ).toBeGreaterThan(950)
    const peak = meanOver(all, ({ series }) => Math.max(...series.map(({ queueLength }) => queueLength[0] ?? 0)))
    expect(off(peak, 4000)).toBeLessThan(0.05)
    const drained = meanOver(
      all,
      ({ series }) => (series.findLast(({ queueLength }) => (queueLength[0] ?? 0) > 100)?.start ?? 0) + 1,
    )
    expect(off(drained - 60, 20)).toBeLessThan(0.05)
  })

  it('has its response times, of those that are answered before the burst is over', () => {
    const [known, played] = [figures(course.statistics), together(all)]
    expect(off(known.mean, played.mean)).toBeLessThan(0.05)
    expect(off(known.p99, played.p99)).toBeLessThan(course.solution.flows[0]?.tail ?? 0)
    expect(off(known.good, played.good)).toBeLessThan(0.02)
  })

  it('is said to be back when the backlog is gone', () => {
    const known = recoveryOf(course.statistics.series, { from: 20, to: 60, flows: [0] })
    const played = meanOver(all, ({ series }) => recoveryOf(series, { from: 20, to: 60, flows: [0] }).after ?? Infinity)
    expect(off(known.after ?? 0, played)).toBeLessThan(0.15)
    expect(course.doubts.map(({ method }) => method.kind)).toEqual(['approximate'])
  })
})

describe('callers that do not wait', () => {
  function slowed(policy: { readonly timeout: number; readonly retry?: ReturnType<typeof retry> }) {
    const lab = new Lab()
    const group = lab.group('api', { perShard: 2 })
    const cpu = lab.station(group, { servers: 2 })
    const flow = lab.flow('view', [lab.call(group, [lab.serve(cpu, exponential(0.01))], { policy })])
    lab.source(flow, { arrivals: { kind: 'poisson', rate: 200 } })
    lab.fault({ kind: 'slow', group, instances: [0, 1], times: 2.5, by: 0 }, 20, 40)
    return lab.model()
  }

  it('get answers until the backlog is as long as their timeout', () => {
    const model = slowed({ timeout: 1 })
    const course = solveCourse(model, solve)
    const played = together(simulated(model, { from: 20, to: 40, end: 40, times: 10 }))
    // 40 more than can be done, of 160: one second of waiting after four.
    expect(off(figures(course.statistics).good, 4 / 20)).toBeLessThan(0.02)
    const { share } = course.solution.flows[0] ?? {}
    expect(Math.abs(figures(course.statistics).good - played.good)).toBeLessThan(share ?? 0)
  })

  it('and ask again leave the answer open', () => {
    const course = solveCourse(slowed({ timeout: 1, retry: retry(2, ['timeout']) }), solve)
    expect(course.doubts.map(({ method }) => method.kind)).toContain('unsupported')
    expect(course.solution.flows[0]).toEqual({ mean: null, tail: null, share: null })
  })
})

describe('any engine', () => {
  /** All take as long as there are dead instances, in seconds, and one more. */
  const toy: Solver = (model, { environment }) => {
    const dead = Array.from(environment.alive[0] ?? []).reduce((sum, up) => sum + 1 - up, 0)
    const [times = 0] = environment.load[0] ?? []
    return answer(model, { rate: 100 * times, time: 1 + dead, instances: 4 - dead })
  }

  it('is asked once for each state, and the figures are weighted by time', () => {
    const { lab, group } = fleet(100)
    lab.fault({ kind: 'kill', group, instances: [0] }, 20, 50)
    lab.fault({ kind: 'kill', group, instances: [1] }, 40, 50)
    let asked = 0
    const course = solveCourse(lab.model(), (model, options) => {
      asked += 1
      return toy(model, options)
    })
    // All well; one dead, unnoticed and noticed; two dead, the second one unnoticed and noticed.
    expect(asked).toBe(5)
    expect(course.statistics.flows[0]?.offered).toBeCloseTo(3000, 6)
    expect(figures(course.statistics).mean).toBeCloseTo((20 * 2 + 10 * 3) / 30, 6)
    expect(course.statistics.groups[0]?.instancesMean).toBeCloseTo((20 * 3 + 10 * 2) / 30, 6)
    expect(course.statistics.series.map(({ start }) => start)).toEqual([0, 20, 22, 40, 42, 50])
  })

  it('is told of autoscaled instances only after they have had time to start', () => {
    const { lab, group } = fleet(100)
    const scaler = { group, by: 'busy', station: 0, min: 1, max: 8, target: 0.5 } as const
    lab.scalers.push({ ...scaler, react: 5, startDelay: 10, coolDown: 60 })
    lab.fault({ kind: 'burst', source: 0, flow: null, times: 2 }, 20, 60)
    const scaled: [number, boolean][] = []
    const course = solveCourse(lab.model(), (model, options) => {
      const [times = 0] = options.environment.load[0] ?? []
      scaled.push([times, model.scalers.length > 0])
      return toy(model, options)
    })
    expect(scaled).toEqual([
      [1, true],
      [2, false],
      [2, true],
      [1, false],
    ])
    expect(course.statistics.series.map(({ start }) => start)).toEqual([0, 15, 20, 35, 60, 75])
    expect(course.solution.flows[0]?.mean).toBeNull()
  })

  it('is asked about each piece of a shape', () => {
    const { lab, flow } = fleet(100)
    const shape = [
      { at: 0, times: 1 },
      { at: 100, times: 3 },
    ]
    lab.source(flow, { shape, arrivals: { kind: 'poisson', rate: 1 } })
    const course = solveCourse(lab.model(), (model, { environment }) =>
      answer(model, { rate: 100 * (environment.load[1]?.[0] ?? 0), time: 1, instances: 4 }),
    )
    expect(course.window).toBeNull()
    expect(course.statistics.flows[0]?.offered).toBeCloseTo(100 * 2 * 100, 4)
  })
})

interface Answer {
  readonly rate: number
  readonly time: number
  readonly instances: number
}

/** A steady state in which nobody waits. */
function answer(model: Model, { rate, time, instances }: Answer): Solution {
  const measured = 10
  const none = {
    failed: {},
    presentAtStart: 0,
    presentAtEnd: 0,
    batchMeans: [],
    points: [],
    slowTotal: 0,
    slowCount: 0,
  }
  const counts = { attempts: 0, retries: 0, repeated: 0, lost: 0 }
  const offered = rate * measured
  const flow = {
    flow: 0,
    offered,
    good: offered,
    ...none,
    ...counts,
    responseTime: snapshotOf([{ value: time, weight: offered }]),
  }
  const sure = { mean: 0, tail: 0, share: 0 }
  const run = {
    seed: 0,
    replication: 0,
    warmup: 0,
    measured,
    events: 0,
    logs: [],
    traffic: [],
    series: [],
    violations: [],
  }
  const fleetwide = { group: 0, instancesMean: instances, scaling: [], outage: null, lostWrites: 0, lostAge: 0 }
  return {
    statistics: { ...run, flows: [flow], resources: [], groups: [fleetwide] },
    flows: model.flows.map(() => sure),
    laws: model.flows.map(() => ({ mean: time, quantile: () => time })),
    resources: [],
    doubts: [],
    steps: [],
    promises: [],
    copying: [],
    metastable: null,
    overloaded: [],
    notes: [],
    rounds: 1,
    isConverged: true,
  }
}
