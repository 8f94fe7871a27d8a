import type { Objective } from '../model/model.ts'

/** A share of time or of requests, and the ends of what it may be. */
export interface ShareResult {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** What failures cost, in the long run. */
export interface AvailabilityResult {
  readonly system: Availability
  readonly flows: Readonly<Record<string, Availability & { readonly budget: ErrorBudget | null }>>
  readonly components: Readonly<Record<string, ComponentAvailability>>
  /** One failure that takes most good answers of a flow away; what costs most first. */
  readonly single_points: readonly SinglePoint[]
  /** States of the system that were told apart, those that were solved, and the share of time of those left out. */
  readonly states: { readonly listed: number; readonly solved: number; readonly left_out_ratio: number }
  readonly assumptions: readonly string[]
}

/** Of one flow, or of all together. */
export interface Availability {
  /** Share of requests that get a good answer. */
  readonly answered: ShareResult
  /** Share of time in which every objective holds; null = there is none. */
  readonly held: ShareResult | null
  /** Of 30 days: what `answered` leaves, as if all were down or all were up. */
  readonly down_min_per_month: number
  /** What takes the rest away, the most first. The shares sum to 1. */
  readonly causes: readonly AvailabilityCause[]
}

export interface AvailabilityCause {
  readonly cause: string
  /** Several of a kind counted together. */
  readonly count: number
  readonly down_min_per_month: number
  readonly share: number
}

/** What an objective on success allows, and what failures are expected to use of it. */
export interface ErrorBudget {
  readonly target: number
  readonly min_per_month: number
  readonly spent_ratio: number
}

/** Copies that are enough for the load, of how many, and how often so many are there. */
export interface ComponentAvailability {
  readonly needed: number
  readonly of: number
  readonly shards: number
  readonly availability: number
  readonly down_min_per_month: number
}

export interface SinglePoint {
  readonly cause: string
  readonly flows: readonly string[]
  readonly down_min_per_month: number
}

/** Whether all objectives hold while a failure that is to be survived lasts. */
export interface SurvivalResult {
  /** As written: `any zone`. */
  readonly failure: string
  readonly verdict: 'met' | 'missed' | 'undecided'
  /** How many failures that means here. */
  readonly cases: number
  /** The one that does worst, and which objective it misses. */
  readonly worst: {
    readonly failure: string
    readonly objective: string
    readonly indicator: Objective['indicator']
    readonly measured: number | null
    readonly cause: string | null
    /** It is missed without any failure, too. */
    readonly is_usual: boolean
  } | null
}

/** What a component that keeps data loses. */
export interface DataSafety {
  readonly component: string
  /** Of each shard. */
  readonly copies: number
  readonly losses: readonly DataLoss[]
  /** What `requirements.recovery` asks, and for which losses that does not hold. */
  readonly goals: readonly {
    readonly data: string
    readonly rpo_s: number | null
    readonly rto_s: number | null
    readonly missed_for: readonly string[]
  }[]
}

export interface DataLoss {
  /** `leader`, `the only copy`, `every copy`. */
  readonly lost: string
  /** The newest data that is gone, by its age; null = all of it. */
  readonly rpo_s: number | null
  /** Until it is there again; null = never by itself. */
  readonly rto_s: number | null
  readonly why: string
}

/** All that `loadpath availability` found out. */
export interface AvailabilityReport {
  readonly name: string
  readonly availability: AvailabilityResult
  readonly survive: readonly SurvivalResult[]
  readonly data_safety: readonly DataSafety[]
  readonly version: string
  /** Real seconds. */
  readonly wall: number
  readonly command: string
}
