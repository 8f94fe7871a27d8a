import type { Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { RunStatistics, SeriesSlice } from './statistics.ts'

/** One replication to play: which model, from which seed, and which stretches of simulated time count. */
export interface Job {
  readonly model: Model
  readonly seed: number
  readonly replication: number
  /** Nothing is kept before. */
  readonly warmup: Seconds
  /** The figures are about this stretch; before and after it only the series is kept. */
  readonly judgedFrom: Seconds
  readonly judgedTo: Seconds
  readonly end: Seconds
  readonly sliceLength: Seconds
  /** Ends the replication early: a guard, not a plan. */
  readonly eventsMax: number
}

/** What a played {@link Job} brought back. Plain data. */
export interface Outcome {
  /** Of the judged stretch. */
  readonly statistics: RunStatistics
  /** Of everything after the warm-up. */
  readonly series: readonly SeriesSlice[]
  readonly events: number
  /** True when it was stopped before its end. */
  readonly isCut: boolean
}
