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
  /** The figures are about these stretches, one after the other; before and after them only the series is kept. */
  readonly judged: readonly Piece[]
  readonly end: Seconds
  readonly sliceLength: Seconds
  /** Ends the replication early: a guard, not a plan. */
  readonly eventsMax: number
}

/** A stretch that stands for `weight` times its length: the steady rest of a long one is sampled. */
export interface Piece {
  readonly from: Seconds
  readonly to: Seconds
  /** At most 1: the largest of a job is 1. */
  readonly weight: number
}

/** What a played {@link Job} brought back. Plain data. */
export interface Outcome {
  /** Of the judged stretches together, by their weights. */
  readonly statistics: RunStatistics
  /** Of everything after the warm-up. */
  readonly series: readonly SeriesSlice[]
  readonly events: number
  /** True when it was stopped before its end. */
  readonly isCut: boolean
}
