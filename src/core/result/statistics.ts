import type { HistogramSnapshot } from '../base/histogram.ts'
import type { Failure } from '../model/error.ts'

/**
 * What one replication measured after its warm-up, as sums and histograms that can be cloned from a worker and merged.
 * Times in seconds of simulated time.
 */
export interface RunStatistics {
  readonly seed: number
  readonly replication: number
  readonly warmup: number
  /** Measured simulated seconds (after warm-up). */
  readonly measured: number
  readonly events: number
  readonly flows: readonly FlowStatistics[]
  readonly resources: readonly ResourceStatistics[]
  readonly groups: readonly GroupStatistics[]
  readonly logs: readonly LogStatistics[]
  /** Bytes that crossed each of Model.links; empty when none has a price. */
  readonly traffic: readonly number[]
  /** Equal slices of the measured time, for "since when" and recovery: one row per slice. */
  readonly series: readonly SeriesSlice[]
  /** Invariants that did not hold, in words; empty = all held. */
  readonly violations: readonly string[]
}

/**
 * Requests of one flow that *started* in the measured time, and ended before the run did (or at its end are counted as
 * present).
 */
export interface FlowStatistics {
  readonly flow: number
  readonly offered: number
  readonly good: number
  readonly failed: Readonly<Partial<Record<Failure, number>>>
  readonly presentAtStart: number
  readonly presentAtEnd: number
  /** Response time of good answers from the intended start (consumer flows: age of the messages when done). */
  readonly responseTime: HistogramSnapshot
  /** Batch means of the response time in completion order, for stationarity tests. */
  readonly batchMeans: readonly number[]
  /**
   * Sum over good requests of time booked per point: waiting and serving. Index = Model.points. Sparse: only this
   * flow's points.
   */
  readonly points: readonly {
    readonly point: number
    readonly wait: number
    readonly serve: number
    /** The same over the slow band only (response time above the run's p98.5). */
    readonly slowWait: number
    readonly slowServe: number
    readonly count: number
  }[]
  /** Sum of the response times of the slow band, and how many requests it holds. */
  readonly slowTotal: number
  readonly slowCount: number
  /** Attempts of all calls of this flow, and of them retries and hedges. */
  readonly attempts: number
  readonly retries: number
  /** Of a flow that consumes: messages that were worked on once more, and those that are lost. */
  readonly repeated: number
  readonly lost: number
}

/** Per resource copy: index = instance number in the group. */
export interface ResourceStatistics {
  readonly resource: number
  readonly instances: readonly {
    /** Integral of busy servers (held slots), in server-seconds, and of the capacity that was there. */
    readonly busyArea: number
    readonly capacityArea: number
    readonly queueArea: number
    readonly queueMax: number
    readonly arrivals: number
    readonly served: number
    readonly rejected: number
    readonly waitTotal: number
    readonly serviceTotal: number
    /** Caches: lookups and hits; pools whose slots are started: slots taken, and those that were there already. */
    readonly lookups: number
    readonly hits: number
    /** First moment from which it was at least 99 % busy for 1 s or more; null = never. */
    readonly fullSince: number | null
  }[]
}

export interface GroupStatistics {
  readonly group: number
  /** Time average of the instances that were up. */
  readonly instancesMean: number
  /** Moments at which a scaler's order took effect: time and instances afterwards. */
  readonly scaling: readonly { readonly at: number; readonly instances: number }[]
  /** The longest time that one of its shards had no leader; null = they always had one. */
  readonly outage: Outage | null
  /** Answered writes that nobody has any more, and how old the oldest lost one was. */
  readonly lostWrites: number
  readonly lostAge: number
}

/** A time without a leader: when it began, how long it was, and whether it ended before the run did. */
export interface Outage {
  readonly since: number
  readonly time: number
  readonly isOver: boolean
}

export interface LogStatistics {
  readonly log: number
  readonly published: number
  readonly consumed: number
  readonly parked: number
  readonly dropped: number
  readonly lagMean: number
  readonly lagMax: number
  readonly lagAtEnd: number
}

/** One slice of simulated time. Arrays run over Model.flows and Model.resources. */
export interface SeriesSlice {
  readonly start: number
  readonly length: number
  readonly offered: readonly number[]
  readonly good: readonly number[]
  readonly failed: readonly number[]
  readonly responseTimeSum: readonly number[]
  readonly responseTimeMax: readonly number[]
  /** Attempts per request offered in the slice, retries included. */
  readonly attempts: readonly number[]
  /** Busy share per resource (mean over its copies). */
  readonly utilization: readonly number[]
  readonly queueLength: readonly number[]
}
