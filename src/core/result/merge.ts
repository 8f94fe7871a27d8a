import { type HistogramSnapshot, histogramOf } from '../base/histogram.ts'
import { type Failure, failures } from '../model/error.ts'
import { sum } from './estimate.ts'
import type {
  FlowStatistics,
  GroupStatistics,
  LogStatistics,
  Outage,
  ResourceStatistics,
  RunStatistics,
} from './statistics.ts'

/** The statistics of one stretch, and how many times its length it stands for. */
export interface Weighted {
  readonly statistics: RunStatistics
  readonly weight: number
}

/**
 * Stretches of one replication, in the order they were played, as one: sums and histograms count by weight, so that
 * shares, means and percentiles are those of the whole that the stretches stand for.
 */
export function mergeStretches(parts: readonly Weighted[]): RunStatistics {
  const [first] = parts
  if (first === undefined || (parts.length === 1 && first.weight === 1)) return first?.statistics ?? nothing
  const runs = parts.map(({ statistics }) => statistics)
  const weights = parts.map(({ weight }) => weight)
  const { seed, replication, warmup } = first.statistics
  return {
    seed,
    replication,
    warmup,
    measured: weighted(runs, weights, (run) => run.measured),
    events: sum(runs.map((run) => run.events)),
    flows: first.statistics.flows.map((_, i) =>
      mergeFlow(
        runs.flatMap((run) => run.flows[i] ?? []),
        weights,
      ),
    ),
    resources: first.statistics.resources.map((_, i) =>
      mergeResource(
        runs.flatMap((run) => run.resources[i] ?? []),
        weights,
      ),
    ),
    groups: first.statistics.groups.map((_, i) => mergeGroup(runs, i, weights)),
    logs: first.statistics.logs.map((_, i) => mergeLog(runs, i, weights)),
    traffic: first.statistics.traffic.map((_, i) => weighted(runs, weights, (run) => run.traffic[i] ?? 0)),
    series: runs.flatMap((run) => run.series),
    violations: [...new Set(runs.flatMap((run) => run.violations))],
  }
}

const nothing: RunStatistics = {
  seed: 0,
  replication: 0,
  warmup: 0,
  measured: 0,
  events: 0,
  flows: [],
  resources: [],
  groups: [],
  logs: [],
  traffic: [],
  series: [],
  violations: [],
}

const weighted = <T>(parts: readonly T[], weights: readonly number[], of: (part: T) => number): number =>
  sum(parts.map((part, i) => of(part) * (weights[i] ?? 0)))

function mergeFlow(parts: readonly FlowStatistics[], weights: readonly number[]): FlowStatistics {
  const total = (of: (part: FlowStatistics) => number): number => weighted(parts, weights, of)
  const failed: Partial<Record<Failure, number>> = {}
  for (const failure of failures) {
    const count = total((part) => part.failed[failure] ?? 0)
    if (count > 0) failed[failure] = count
  }
  return {
    flow: parts[0]?.flow ?? 0,
    offered: total((part) => part.offered),
    good: total((part) => part.good),
    failed,
    presentAtStart: parts[0]?.presentAtStart ?? 0,
    presentAtEnd: parts.at(-1)?.presentAtEnd ?? 0,
    responseTime: mergeHistograms(parts, weights),
    batchMeans: parts.flatMap((part) => part.batchMeans),
    points: mergePoints(parts, weights),
    slowTotal: total((part) => part.slowTotal),
    slowCount: total((part) => part.slowCount),
    attempts: total((part) => part.attempts),
    repeated: total((part) => part.repeated),
    lost: total((part) => part.lost),
    retries: total((part) => part.retries),
  }
}

function mergeHistograms(parts: readonly FlowStatistics[], weights: readonly number[]): HistogramSnapshot {
  const scaled = parts.map(({ responseTime: h }, i): HistogramSnapshot => {
    const weight = weights[i] ?? 0
    const times = (x: number): number => x * weight
    return {
      ...h,
      counts: h.counts.map(times),
      count: times(h.count),
      sum: times(h.sum),
      sumOfSquares: times(h.sumOfSquares),
    }
  })
  return histogramOf(scaled.filter(({ count }) => count > 0)).snapshot()
}

type PointStatistics = FlowStatistics['points'][number]

function mergePoints(parts: readonly FlowStatistics[], weights: readonly number[]): readonly PointStatistics[] {
  const merged = new Map<number, PointStatistics>()
  for (const [i, part] of parts.entries()) {
    const weight = weights[i] ?? 0
    for (const p of part.points) {
      const before = merged.get(p.point)
      merged.set(p.point, {
        point: p.point,
        wait: (before?.wait ?? 0) + p.wait * weight,
        serve: (before?.serve ?? 0) + p.serve * weight,
        slowWait: (before?.slowWait ?? 0) + p.slowWait * weight,
        slowServe: (before?.slowServe ?? 0) + p.slowServe * weight,
        count: (before?.count ?? 0) + p.count * weight,
      })
    }
  }
  return [...merged.values()].sort((a, b) => a.point - b.point)
}

type Copy = ResourceStatistics['instances'][number]

function mergeResource(parts: readonly ResourceStatistics[], weights: readonly number[]): ResourceStatistics {
  const copies = parts[0]?.instances.length ?? 0
  return {
    resource: parts[0]?.resource ?? 0,
    instances: Array.from({ length: copies }, (_, copy) =>
      mergeCopy(
        parts.flatMap((p) => p.instances[copy] ?? []),
        weights,
      ),
    ),
  }
}

function mergeCopy(parts: readonly Copy[], weights: readonly number[]): Copy {
  const total = (of: (part: Copy) => number): number => weighted(parts, weights, of)
  const since = parts.flatMap(({ fullSince }) => (fullSince === null ? [] : [fullSince]))
  return {
    busyArea: total((part) => part.busyArea),
    capacityArea: total((part) => part.capacityArea),
    queueArea: total((part) => part.queueArea),
    queueMax: Math.max(0, ...parts.map((part) => part.queueMax)),
    arrivals: total((part) => part.arrivals),
    served: total((part) => part.served),
    rejected: total((part) => part.rejected),
    waitTotal: total((part) => part.waitTotal),
    serviceTotal: total((part) => part.serviceTotal),
    lookups: total((part) => part.lookups),
    hits: total((part) => part.hits),
    fullSince: since.length === 0 ? null : Math.min(...since),
  }
}

/** Means over time: each stretch counts by the time it stands for. */
const timeMean = (
  runs: readonly RunStatistics[],
  weights: readonly number[],
  of: (run: RunStatistics) => number,
): number =>
  sum(runs.map((run, i) => of(run) * run.measured * (weights[i] ?? 0))) / weighted(runs, weights, (run) => run.measured)

function mergeGroup(runs: readonly RunStatistics[], i: number, weights: readonly number[]): GroupStatistics {
  return {
    group: runs[0]?.groups[i]?.group ?? 0,
    instancesMean: timeMean(runs, weights, (run) => run.groups[i]?.instancesMean ?? 0),
    scaling: runs.flatMap((run) => run.groups[i]?.scaling ?? []),
    outage: longest(runs.flatMap((run) => run.groups[i] ?? [])),
    lostWrites: sum(runs.map((run) => run.groups[i]?.lostWrites ?? 0)),
    lostAge: Math.max(0, ...runs.map((run) => run.groups[i]?.lostAge ?? 0)),
  }
}

/** The longest time without a leader that any of these saw. */
export const longest = (groups: readonly GroupStatistics[]): Outage | null =>
  groups.reduce<Outage | null>(
    (most, { outage }) => (outage !== null && outage.time > (most?.time ?? 0) ? outage : most),
    null,
  )

/** The same groups with what all stretches together lost: the longest outage, every write. */
export const withLosses = (
  groups: readonly GroupStatistics[],
  stretches: readonly (readonly GroupStatistics[])[],
): readonly GroupStatistics[] =>
  groups.map((group, i) => {
    const all = stretches.flatMap((stretch) => stretch[i] ?? [])
    return {
      ...group,
      outage: longest(all),
      lostWrites: sum(all.map(({ lostWrites }) => lostWrites)),
      lostAge: Math.max(0, ...all.map(({ lostAge }) => lostAge)),
    }
  })

function mergeLog(runs: readonly RunStatistics[], i: number, weights: readonly number[]): LogStatistics {
  const total = (of: (log: LogStatistics) => number): number =>
    weighted(runs, weights, (run) => (run.logs[i] ? of(run.logs[i]) : 0))
  return {
    log: runs[0]?.logs[i]?.log ?? 0,
    published: total((log) => log.published),
    consumed: total((log) => log.consumed),
    parked: total((log) => log.parked),
    dropped: total((log) => log.dropped),
    lagMean: timeMean(runs, weights, (run) => run.logs[i]?.lagMean ?? 0),
    lagMax: Math.max(0, ...runs.map((run) => run.logs[i]?.lagMax ?? 0)),
    lagAtEnd: runs.at(-1)?.logs[i]?.lagAtEnd ?? 0,
  }
}
