import { type HistogramSnapshot, snapshotOf } from '../base/histogram.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { failures } from '../model/error.ts'
import type { Model } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import { mergeStretches } from '../result/merge.ts'
import type { Solution } from '../result/solution.ts'
import type { FlowStatistics, ResourceStatistics, RunStatistics, SeriesSlice } from '../result/statistics.ts'
import type { Passage, Slice } from './course-fluid.ts'

interface Span {
  readonly from: Seconds
  readonly to: Seconds
}

/** What a steady state comes to over a piece of a scenario, as if it had been measured there. */
export function runOver(solution: Solution, { from, to }: Span): RunStatistics {
  const { statistics } = solution
  const run = mergeStretches([{ statistics, weight: (to - from) / statistics.measured }])
  return { ...run, series: [seriesOf(run, statistics, { from, to })] }
}

function seriesOf(run: RunStatistics, steady: RunStatistics, { from, to }: Span): SeriesSlice {
  const levels = steady.series[0]
  return {
    start: from,
    length: to - from,
    offered: run.flows.map(({ offered }) => offered),
    good: run.flows.map(({ good }) => good),
    failed: run.flows.map(failedOf),
    responseTimeSum: run.flows.map(({ responseTime }) => responseTime.sum),
    responseTimeMax: run.flows.map(({ responseTime }) => responseTime.max),
    attempts: run.flows.map(({ attempts, retries }) =>
      attempts > 0 ? attempts / Math.max(1e-12, attempts - retries) : 1,
    ),
    utilization: levels?.utilization ?? [],
    queueLength: levels?.queueLength ?? [],
  }
}

const failedOf = ({ failed }: FlowStatistics): number =>
  failures.reduce((sum, failure) => sum + (failed[failure] ?? 0), 0)

export interface Flowing {
  readonly solution: Solution
  /** The last steady state in which requests got through: what they take beside the backlog. */
  readonly reference: Solution
  readonly resource: ResourceIndex
  readonly passages: readonly Passage[]
  /** What is answered later counts as still there: figures are cut at each moment, as the simulator's are. */
  readonly until: Seconds
}

/** A slice in which something waits at a resource beside what always does. */
export function runWithBacklog(model: Model, slice: Slice, flowing: Flowing): RunStatistics {
  const run = runOver(flowing.solution, slice)
  const length = slice.to - slice.from
  const flowsUntil = (until: Seconds): readonly FlowStatistics[] =>
    run.flows.map((own, flow) => {
      const passage = flowing.passages.find((one) => one.flow === flow)
      return passage === undefined ? own : delayed(model, own, { ...flowing, passage, slice, until })
    })
  const flows = flowsUntil(flowing.until)
  const resources = run.resources.map((own, index) => (index === flowing.resource ? filled(own, slice, length) : own))
  const [before] = run.series
  const waiting = slice.copies.reduce((sum, one) => sum + one.waiting, 0)
  const series = before === undefined ? [] : [sliceOf(before, { flows: flowsUntil(Infinity), slice, flowing, waiting })]
  return { ...run, flows, resources, series }
}

interface Sliced {
  readonly flows: readonly FlowStatistics[]
  readonly slice: Slice
  readonly flowing: Flowing
  readonly waiting: number
}

/** Answers count when they come: while a backlog grows there are fewer than requests, and more while it drains. */
function sliceOf(before: SeriesSlice, { flows, slice, flowing, waiting }: Sliced): SeriesSlice {
  const isTouched = (flow: number): boolean => flowing.passages.some((one) => one.flow === flow)
  const ended = (count: number, flow: number): number => (isTouched(flow) ? count * slice.done : count)
  const isFull = slice.copies.some(({ waiting: own }) => own > 0)
  const busy = slice.copies.reduce(
    (sum, one) =>
      sum + one.share * (one.waiting > 0 ? 1 : one.capacity < Infinity ? one.arrivalRate / one.capacity : 0),
    0,
  )
  return {
    ...before,
    good: flows.map(({ good }, flow) => ended(good, flow)),
    failed: flows.map((own, flow) => ended(failedOf(own), flow)),
    responseTimeSum: flows.map(({ responseTime }, flow) => ended(responseTime.sum, flow)),
    responseTimeMax: flows.map(({ responseTime }) => responseTime.max),
    utilization: before.utilization.map((own, i) => (i === flowing.resource && isFull ? Math.max(own, busy) : own)),
    queueLength: before.queueLength.map((own, i) => (i === flowing.resource ? waiting + steadyQueue(flowing) : own)),
  }
}

/** What waits in the steady state, where there is one. */
function steadyQueue({ solution, resource }: Flowing): number {
  const instances = solution.statistics.resources[resource]?.instances ?? []
  return instances.reduce(
    (sum, one) => sum + (one.fullSince === null ? one.queueArea / solution.statistics.measured : 0),
    0,
  )
}

/** Points at which the law of the time beside the backlog is looked at. */
const POINTS = 20

interface Delayed extends Flowing {
  readonly passage: Passage
  readonly slice: Slice
}

function delayed(model: Model, own: FlowStatistics, at: Delayed): FlowStatistics {
  const { reference, passage, slice, resource } = at
  const before = reference.statistics.flows[passage.flow]
  const through = before !== undefined && before.offered > 0 ? before.good / before.offered : 1
  const { late, times, waited } = responses(at, own.offered * through)
  const scale = before !== undefined && before.offered > 0 ? own.offered / before.offered : 0
  const failed: Partial<Record<(typeof failures)[number], number>> = {}
  for (const failure of failures) {
    const count = (before?.failed[failure] ?? 0) * scale + (failure === 'timeout' ? late : 0)
    if (count > 0) failed[failure] = count
  }
  const good = times.count
  const kept = before !== undefined && before.good > 0 ? good / before.good : 0
  const slow = before !== undefined && before.slowCount > 0 ? (0.015 * good) / before.slowCount : 0
  const point = model.points.findIndex((one) => one.resource === resource && one.flow === model.flows[passage.flow]?.id)
  const most = Math.max(0, ...slice.copies.map(({ wait }) => Math.min(wait, passage.limit) * passage.visits))
  const points = (before?.points ?? []).map((booked) => ({
    point: booked.point,
    wait: booked.wait * kept + (booked.point === point ? waited : 0),
    serve: booked.serve * kept,
    slowWait: booked.slowWait * slow + (booked.point === point ? 0.015 * good * most : 0),
    slowServe: booked.slowServe * slow,
    count: booked.count * kept,
  }))
  return {
    ...own,
    good,
    failed,
    presentAtEnd: Math.max(0, own.offered - good - late - own.offered * (1 - through)),
    responseTime: times,
    points,
    slowTotal: (before?.slowTotal ?? 0) * slow + 0.015 * good * most,
    slowCount: 0.015 * good,
    attempts: (before?.attempts ?? 0) * scale,
    retries: (before?.retries ?? 0) * scale,
  }
}

/** Moments of a slice that are looked at. */
const MOMENTS = 8

/** Response times of `count` requests that come in a slice, and how many of them come too late for their callers. */
function responses(
  { reference, passage, slice, resource, until }: Delayed,
  count: number,
): { readonly late: number; readonly times: HistogramSnapshot; readonly waited: number } {
  const law = reference.laws[passage.flow] ?? null
  const usual = meanWait(reference, resource) * passage.visits
  const rest = Array.from({ length: POINTS }, (_, i) => law?.quantile((i + 0.5) / POINTS) ?? 0)
  const masses: { value: number; weight: number }[] = []
  let [late, waited] = [0, 0]
  // What comes by less than once on average comes once or not at all.
  const [comes, times] = passage.visits < 1 ? [passage.visits, 1] : [1, passage.visits]
  const copies = slice.copies.filter(({ share }) => share > 0)
  for (let moment = 0; moment < MOMENTS; moment++) {
    const passed = (moment + 0.5) / MOMENTS
    const left = until - (slice.from + passed * (slice.to - slice.from))
    const add = (weight: number, wait: Seconds, inTime: Ratio): void => {
      for (const own of rest) {
        const value = Math.max(own, wait + own - Math.min(own, usual))
        const isLate = wait > 0 && value > passage.limit * (1 - 1e-9)
        const good = (weight / POINTS) * (isLate ? inTime : 1)
        if (isLate && passage.limit <= left) late += weight / POINTS - good
        if (!(good > 0) || Math.min(value, passage.limit) > left) continue
        waited += good * Math.min(wait, passage.limit)
        masses.push({ value: isLate ? passage.limit : value, weight: good })
      }
    }
    if (comes < 1) add((count * (1 - comes)) / MOMENTS, 0, 1)
    for (const copy of copies) {
      const wait = Math.max(0, copy.wait + (passed - 0.5) * copy.rise) * times
      // Those who leave the queue when they give up make room for as many as can be served.
      const inTime = passage.isStopped ? Math.min(1, copy.capacity / copy.arrivalRate) : 0
      add((count * comes * copy.share) / MOMENTS, wait, inTime)
    }
  }
  return { late, times: snapshotOf(masses), waited }
}

/** Mean wait at a resource in a steady state. */
function meanWait({ statistics }: Solution, resource: ResourceIndex): Seconds {
  const instances = statistics.resources[resource]?.instances ?? []
  const served = instances.reduce((sum, one) => sum + one.served, 0)
  return served > 0 ? instances.reduce((sum, one) => sum + one.waitTotal, 0) / served : 0
}

/** The copies of a resource with a backlog: who has one is busy all the time. */
function filled(own: ResourceStatistics, slice: Slice, length: Seconds): ResourceStatistics {
  const instances = own.instances.map((copy, i) => {
    const at = slice.copies[i]
    if (at === undefined || !(at.waiting > 0)) return copy
    const area = at.waiting * length
    const usual = copy.fullSince === null ? copy.queueArea : 0
    const queueArea = area + usual
    const served = at.capacity * length
    return {
      ...copy,
      busyArea: copy.capacityArea,
      queueArea,
      queueMax: at.waiting,
      served,
      waitTotal: queueArea,
      serviceTotal: copy.capacityArea,
      fullSince: slice.from,
    }
  })
  return { resource: own.resource, instances }
}
