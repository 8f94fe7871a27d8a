import { assert } from '../base/assert.ts'
import { histogramOf } from '../base/histogram.ts'
import { type Failure, failures } from '../model/error.ts'
import type { Model, Point } from '../model/model.ts'
import { batchEstimate, estimateAround, estimateOf, nothing, ratio, shareEstimate, sum } from './estimate.ts'
import type { Breakdown, Estimate, FlowResult, ResponseTimes } from './result.ts'
import type { FlowStatistics, RunStatistics } from './statistics.ts'

/** Fewer values than this beyond a percentile, in one replication, and its place is chance: no interval is given. */
const LEAST_BEYOND = 5

/** Figures of every flow over the judged stretch, keyed by flow. */
export function flowResults(model: Model, runs: readonly RunStatistics[]): Readonly<Record<string, FlowResult>> {
  return Object.fromEntries(
    model.flows.map((flow, index) => {
      const own = flowRuns(runs, index)
      return [flow.id, { ...flowResult(model, own), ...deliveryOf(model, index, own) }]
    }),
  )
}

function deliveryOf(model: Model, index: number, runs: readonly FlowRun[]): Pick<FlowResult, 'delivery'> {
  const semantics = model.consumers.find(({ flow }) => flow === index)?.delivery
  if (semantics === undefined) return {}
  const offered = sum(runs.map(({ flow }) => flow.offered))
  const share = (of: (flow: FlowStatistics) => number): number =>
    ratioOr0(sum(runs.map(({ flow }) => of(flow))), offered)
  return {
    delivery: {
      semantics,
      repeated_ratio: share((flow) => flow.repeated),
      lost_ratio: share((flow) => flow.lost),
    },
  }
}

/** One flow in every replication, with the seconds it was measured for. */
export interface FlowRun {
  readonly seconds: number
  readonly flow: FlowStatistics
}

export function flowRuns(runs: readonly RunStatistics[], index: number): readonly FlowRun[] {
  return runs.map((run) => {
    const flow = run.flows.find((candidate) => candidate.flow === index)
    assert(flow !== undefined, `flow ${index} has statistics`)
    return { seconds: run.measured, flow }
  })
}

const failedOf = (flow: FlowStatistics): number => sum(failures.map((failure) => flow.failed[failure] ?? 0))
const endedOf = (flow: FlowStatistics): number => flow.good + failedOf(flow)

function flowResult(model: Model, runs: readonly FlowRun[]): FlowResult {
  const perSecond = (count: (flow: FlowStatistics) => number): Estimate =>
    estimateOf(
      runs.map(({ seconds, flow }) => ratio(count(flow), seconds)),
      { min: 0 },
    )
  const attempts = sum(runs.map((run) => run.flow.attempts))
  const firsts = attempts - sum(runs.map((run) => run.flow.retries))
  return {
    arrival_rate_per_s: perSecond((flow) => flow.offered),
    throughput_per_s: perSecond(endedOf),
    goodput_per_s: perSecond((flow) => flow.good),
    success_ratio: shareEstimate(runs.map(({ flow }) => ({ hits: flow.good, count: endedOf(flow) }))),
    attempts_ratio: firsts > 0 ? attempts / firsts : 1,
    response_time_s: responseTimes(runs),
    errors: errorShares(runs),
    breakdown: breakdown(model, runs),
  }
}

function responseTimes(runs: readonly FlowRun[]): ResponseTimes {
  return {
    mean: meanOf(runs),
    p50: percentileEstimate(runs, 0.5),
    p75: percentileEstimate(runs, 0.75),
    p90: percentileEstimate(runs, 0.9),
    p95: percentileEstimate(runs, 0.95),
    p99: percentileEstimate(runs, 0.99),
    p999: percentileEstimate(runs, 0.999),
    max: maxOf(runs),
  }
}

function meanOf(runs: readonly FlowRun[]): Estimate {
  const means = runs.map(({ flow }) => ratio(flow.responseTime.sum, flow.responseTime.count))
  const [only, ...others] = runs
  if (only && others.length === 0 && only.flow.responseTime.count > 0) {
    return batchEstimate(means[0] ?? 0, only.flow.batchMeans)
  }
  return estimateOf(means, { min: 0 })
}

/** The percentile of all replications together, and its interval from those of each one. */
export function percentileEstimate(runs: readonly FlowRun[], q: number): Estimate {
  const all = histogramOf(runs.map(({ flow }) => flow.responseTime))
  if (all.count === 0) return nothing
  const value = all.quantile(q)
  const histograms = runs.map(({ flow }) => histogramOf([flow.responseTime]))
  const isThin = histograms.some((histogram) => histogram.count * (1 - q) < LEAST_BEYOND)
  if (isThin) return { value, low: null, high: null }
  return estimateAround(
    value,
    histograms.map((histogram) => histogram.quantile(q)),
    { min: 0 },
  )
}

function maxOf(runs: readonly FlowRun[]): Estimate {
  const seen = runs.filter(({ flow }) => flow.responseTime.count > 0).map(({ flow }) => flow.responseTime.max)
  if (seen.length === 0) return nothing
  const value = Math.max(...seen)
  return { value, low: value, high: null }
}

function errorShares(runs: readonly FlowRun[]): Readonly<Partial<Record<Failure, number>>> {
  const ended = sum(runs.map(({ flow }) => endedOf(flow)))
  const shares: Partial<Record<Failure, number>> = {}
  for (const failure of failures) {
    const count = sum(runs.map(({ flow }) => flow.failed[failure] ?? 0))
    if (count > 0) shares[failure] = count / ended
  }
  return shares
}

/** Sums over all replications, per point; the largest share of the slow requests' time first. */
export function breakdown(model: Model, runs: readonly FlowRun[]): readonly Breakdown[] {
  const good = sum(runs.map(({ flow }) => flow.good))
  const slowTotal = sum(runs.map(({ flow }) => flow.slowTotal))
  const totals = new Map<number, { wait: number; serve: number; slow: number }>()
  for (const { flow } of runs) {
    for (const { point, wait, serve, slowWait, slowServe } of flow.points) {
      const total = totals.get(point) ?? { wait: 0, serve: 0, slow: 0 }
      totals.set(point, {
        wait: total.wait + wait,
        serve: total.serve + serve,
        slow: total.slow + slowWait + slowServe,
      })
    }
  }
  return [...totals]
    .flatMap(([index, total]) => {
      const point = model.points[index]
      if (!point || good === 0) return []
      return [line(point, { wait: total.wait / good, serve: total.serve / good }, ratioOr0(total.slow, slowTotal))]
    })
    .sort((a, b) => b.share_of_p99 - a.share_of_p99)
}

const ratioOr0 = (a: number, b: number): number => (b > 0 ? a / b : 0)

function line(point: Point, mean: { wait: number; serve: number }, share: number): Breakdown {
  const zero = { wait_s: 0, service_s: 0, network_s: 0, retry_s: 0 }
  const head = { step: point.name, component: point.component }
  const whole = mean.wait + mean.serve
  if (point.category === 'network') return { ...head, ...zero, network_s: whole, share_of_p99: share }
  if (point.category === 'retry') return { ...head, ...zero, retry_s: whole, share_of_p99: share }
  return { ...head, ...zero, wait_s: mean.wait, service_s: mean.serve, share_of_p99: share }
}
