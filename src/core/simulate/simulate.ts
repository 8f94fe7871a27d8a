import type { Model } from '../model/model.ts'
import type { Job, Outcome } from '../result/outcome.ts'
import { type PlanOptions, planRuns } from '../result/plan.ts'
import type { Result } from '../result/result.ts'
import { summarize } from '../result/summarize.ts'
import { play } from './play.ts'

export interface SimulateOptions extends Partial<PlanOptions> {
  /** Fingerprint of the design's text, copied into the result. */
  readonly hash?: string
}

/**
 * Plays a model until its figures are good enough, in this thread and in one go.
 *
 * @param options  `seed` (default 1), `precision` (relative half-width of each flow's mean, p50 and p99, for example
 *   0.02), `duration` (measured simulated seconds of each replication), `replications`, `eventsMax` (default 20
 * million), `worlds` (of {@link prepare}: what is not known of the design is drawn too)
 * @returns the same result for the same model and options, on any machine
 * @example simulate(prepare(text, options).models[0], { seed: 7, precision: 0.02 }).flows.view.response_time_s.p99
 */
export function simulate(model: Model, options: SimulateOptions = {}): Result {
  const { hash = '', seed = 1, precision = null, duration = null, replications = null, eventsMax = 20e6 } = options
  const { worlds = null } = options
  const plan = planRuns(model, { seed, precision, duration, replications, eventsMax, worlds })
  let step = plan.next()
  while (!step.done) step = plan.next({ outcomes: step.value.map(playWhole), stopped: null })
  const { model: played, outcomes, warmup, timeline, status, trust, explored } = step.value
  const unknowns = worlds?.unknowns ?? []
  return summarize(played, outcomes, { hash, seed, warmup, status, wall: 0, timeline, trust, unknowns, explored })
}

function playWhole(job: Job): Outcome {
  const run = play(job)
  let step = run.next()
  while (!step.done) step = run.next(false)
  return step.value
}
