import type { Acceptance, Severity } from '../base/diagnostic.ts'
import type { ReviewStep } from '../base/review-step.ts'
import type { Failure } from '../model/error.ts'
import type { Delivery, Objective } from '../model/model.ts'

/**
 * A figure and its 95 % confidence interval. `value` null: nothing was measured. `low`/`high` null: the run was
 * too short or had too few replications to say how far off the figure may be. Of an analysis: how far off its method
 * may be; the same three times where it is exact, `low`/`high` null where that is not known.
 */
export interface Estimate {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  /** Where the figure lies, 90 % sure, over what is not known of the design; absent: all is, or it was not played. */
  readonly band?: Band
}

/** 5 % of the draws gave less than `low`, 5 % more than `high`. */
export interface Band {
  readonly low: number
  readonly high: number
}

/**
 * What a run says, in SI base units with the unit in the key: the JSON that `--json` prints. Plain data, no NaN,
 * no Infinity.
 */
export interface Result {
  readonly design: { readonly name: string; readonly hash: string }
  readonly scenario: string
  readonly variant: string | null
  /** Of one point of a sweep: its scenario and its values. It is asked about and decides nothing. */
  readonly sweep?: { readonly scenario: string; readonly point: string }
  readonly method: 'simulation' | 'analysis'
  /** `budget-spent`: ended before the asked precision was reached; `partial`: interrupted. */
  readonly status: 'complete' | 'budget-spent' | 'partial'
  readonly seed: number
  readonly replications: number
  /** Measured simulated seconds of one replication (mean), after warm-up. */
  readonly simulated_s: number
  readonly warmup_s: number
  /** The stretch of the scenario's own time that the figures are about; null = a steady state. */
  readonly window_s: { readonly start: number; readonly end: number } | null
  readonly requests: number
  readonly events: number
  readonly wall_s: number
  readonly flows: Readonly<Record<string, FlowResult>>
  readonly components: Readonly<Record<string, ComponentResult>>
  readonly objectives: readonly ObjectiveResult[]
  readonly next_limit: Limit | null
  readonly cost_usd_per_month: CostResult
  readonly findings: readonly Finding[]
  /** Of an analysis: how each step was solved, the least sure first. */
  readonly methods?: readonly MethodResult[]
  /** Of an analysis that found two steady states for the same load. */
  readonly metastable?: MetastableResult
  readonly assumptions: readonly AssumptionResult[]
  /** Worlds that the bands come from: one replication each, with its own draw of every unknown number; 0 = none. */
  readonly draws: number
  readonly trust: readonly string[]
}

/** An assumption of the design, or a number with a range; those that move a verdict most come first. */
export interface AssumptionResult {
  readonly name: string
  /**
   * Share of the spread of the objective it moves most that goes with it: squared rank correlation over the draws,
   * 0..1. null = it has no range, or nothing was drawn.
   */
  readonly effect: number | null
  /** 90 % range as written; null = taken as known. */
  readonly range: string | null
  /** The objective it moves most. */
  readonly objective: string | null
}

export interface ResponseTimes {
  readonly mean: Estimate
  readonly p50: Estimate
  readonly p75: Estimate
  readonly p90: Estimate
  readonly p95: Estimate
  readonly p99: Estimate
  readonly p999: Estimate
  /** The longest seen; no run can bound it from above, so `high` is null. */
  readonly max: Estimate
}

/** Response times are of good answers, from the intended start; consumer flows: age of a message when it is done. */
export interface FlowResult {
  readonly arrival_rate_per_s: Estimate
  readonly throughput_per_s: Estimate
  readonly goodput_per_s: Estimate
  readonly success_ratio: Estimate
  /** Attempts of calls per attempt that was not a retry; 1 = no retries. */
  readonly attempts_ratio: number
  readonly response_time_s: ResponseTimes
  /** Share of ended requests that failed so. */
  readonly errors: Readonly<Partial<Record<Failure, number>>>
  readonly breakdown: readonly Breakdown[]
  /** Of a flow that consumes: what is promised of each message, and what came of it. */
  readonly delivery?: DeliveryResult
}

export interface DeliveryResult {
  readonly semantics: Delivery
  /** Messages that were worked on once more, as a share of those offered: retries, dead consumers, slow ones. */
  readonly repeated_ratio: number
  /** Messages that nobody will ever work on, as a share of those offered. */
  readonly lost_ratio: number
}

/** Mean time of a good request at one step, and its share of the time of the slowest requests. */
export interface Breakdown {
  readonly step: string
  readonly component: string
  readonly wait_s: number
  readonly service_s: number
  readonly network_s: number
  readonly retry_s: number
  readonly share_of_p99: number
}

export interface ComponentResult {
  readonly kind: string
  readonly utilization: Estimate
  readonly queue_length_mean: Estimate
  readonly queue_length_max: number
  readonly in_system_mean: Estimate
  readonly throughput_per_s: Estimate
  readonly wait_time_s: { readonly mean: Estimate }
  readonly rejected_ratio: number
  readonly hit_ratio?: Estimate
  readonly cold_start_ratio?: Estimate
  readonly lag_messages?: Estimate
  readonly lag_s?: Estimate
  readonly instances_mean?: Estimate
  /** Of what keeps data, when a failure cost it something. */
  readonly recovery?: RecoveryResult
  /** First moment from which it was full; null = never. */
  readonly full_since_s: number | null
  /** Busy share of each copy, when there are several. */
  readonly shards?: readonly { readonly instance: number; readonly utilization: number | null }[]
  /** All stations and pools of the component by name: what is busy, what is held. */
  readonly resources: Readonly<Record<string, ResourceResult>>
}

/** Of all replications the worst one, but for the writes. */
export interface RecoveryResult {
  /** When the longest time without a leader began; null = there was none. */
  readonly since_s: number | null
  /** The longest time that a shard had no leader: what the recovery time objective is about. */
  readonly outage_s: number
  /** False: the shard had none yet when the run ended. */
  readonly is_over: boolean
  /** Answered writes that nobody has any more, in one replication (mean). */
  readonly lost_writes: number
  /** How far back data is gone: what the recovery point objective is about. */
  readonly lost_age_s: number
}

export interface ResourceResult {
  readonly kind: 'station' | 'pool'
  readonly utilization: Estimate
  readonly queue_length_mean: Estimate
  readonly wait_time_mean_s: Estimate
  readonly full_since_s: number | null
}

export type Verdict = 'met' | 'missed' | 'undecided'

export interface ObjectiveResult {
  readonly id: string
  readonly scenario: string
  readonly subject: Objective['subject']
  readonly indicator: Objective['indicator']
  /** As written. */
  readonly target: string
  readonly target_value: number
  readonly relation: Objective['relation']
  readonly measured: Estimate
  readonly verdict: Verdict
  /** Share of the draws in which it holds; absent: nothing was drawn. */
  readonly met_share?: number
  /** The unknown number whose rank goes with the figure most; null = none by more than chance. */
  readonly moved_by?: string | null
  /** The question of a review that it answers. */
  readonly step: ReviewStep
  readonly line: number
  readonly cause?: Cause
}

export const reasons = [
  'saturation',
  'pool',
  'queue',
  'lock',
  'hot-shard',
  'retries',
  'dependency',
  'cold-cache',
  'network',
  'fault',
  'scaling-lag',
  'pause',
  'limit',
  'service',
  'cost',
  'unknown',
] as const

export type Reason = (typeof reasons)[number]

export interface Cause {
  readonly component: string
  readonly reason: Reason
  /** Share of the slow requests' time, or of the failures when success is missed, that this explains. */
  readonly share_of_tail: number
  /** Since when, in the scenario's own time; null = from the start, or not a matter of time. */
  readonly since_s: number | null
  readonly confidence: 'certain' | 'likely' | 'unclear'
  /** One sentence for people. */
  readonly text: string
}

/** The component that fills up next, and how many times today's load it takes. */
export interface Limit {
  readonly component: string
  readonly resource: string
  readonly utilization: number
  readonly headroom_ratio: number
}

export interface CostResult {
  readonly total: number
  readonly band?: Band
  readonly items: readonly { readonly component: string; readonly label: string; readonly usd_per_month: number }[]
}

/** How an analysis came by one step, and the figures that it moves where that is not exact. */
export interface MethodResult {
  /** A step, resource or flow, as people see it. */
  readonly at: string
  readonly component: string
  readonly kind: 'exact' | 'approximate' | 'unsupported'
  /** Of what is approximate: the method, and who showed how good it is. */
  readonly name: string | null
  readonly source: string | null
  /** How far off the time spent there may be, as a share of it: in the mean, and from p90 on; null = nobody knows. */
  readonly error_ratio: { readonly mean: number | null; readonly tail: number | null }
  /** Of what is not supported: why. */
  readonly reason: string | null
  /** Keys of the result: `flows.ask.response_time_s.p99`. */
  readonly outputs: readonly string[]
}

/** Between the two loads the system is either healthy or overloaded, and stays as it is. */
export interface MetastableResult {
  /** What is full in the overloaded state. */
  readonly component: string
  /** Once overloaded, it comes back below this load, as a multiple of the one asked about. */
  readonly exit_load_ratio: number
  /** Above this load it does not stay healthy. */
  readonly entry_load_ratio: number
  /** Shortest standstill of the component that tips it over; null = none does, or any. */
  readonly trigger_s: number | null
  /** Good answers in the overloaded state as a share of the healthy one. */
  readonly goodput_ratio: number
}

export interface Finding {
  readonly code: string
  readonly severity: Severity
  readonly step: ReviewStep
  readonly message: string
  /** Of one that somebody accepted: it is a note now. */
  readonly accepted?: Acceptance
}
