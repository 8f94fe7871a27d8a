import type { Seconds } from '../base/units.ts'
import type { World, Worlds } from '../model/world.ts'
import type { Job, Outcome } from './outcome.ts'
import { drawWorlds } from './worlds.ts'

export interface ExploreOptions {
  readonly worlds: Worlds
  readonly seed: number
  /** Events that all worlds together may cost. */
  readonly eventsMax: number
}

/** How the replications of a model are played, as far as its worlds need it. */
export interface Pattern {
  readonly job: Omit<Job, 'replication'>
  readonly eventsPerJob: number
  /** What is done to a model before it is played: times moved, rates held. */
  readonly shape: (model: World['model']) => World['model']
  /** A steady state may be watched for less long, a course is played whole. */
  readonly isSteady: boolean
}

/** Each world played once. */
export interface Explored {
  readonly worlds: readonly PlayedWorld[]
  /** Why there are none, or what limits them; null = nothing to say. */
  readonly note: string | null
}

export interface PlayedWorld extends World {
  readonly outcome: Outcome
}

/** Enough for a rank correlation of 0.4 to be more than chance (1 in 20). */
const WORLDS_MOST = 24
/** Fewer say nothing of a 90 % band. */
const WORLDS_LEAST = 8
/** Of the length of a replication: what a world is played for at least. */
const SHORTEST = 0.1
/** Of the warm-up: four relaxation times, after which 2 % of the start are left; a band is no finer. */
const WARM_ENOUGH = 0.4

/**
 * One replication in each of some worlds, with numbers of its own: an unknown number is drawn once per replication,
 * never per request.
 */
export function* explore<Fed extends { readonly outcomes: readonly Outcome[] }>(
  pattern: Pattern,
  { worlds, seed, eventsMax }: ExploreOptions,
): Generator<readonly Job[], Explored, Fed> {
  const { job, eventsPerJob, isSteady } = pattern
  const rate = eventsPerJob / job.end
  const whole = job.end - job.warmup
  const warmup = isSteady ? WARM_ENOUGH * job.warmup : job.warmup
  const shortest = warmup + (isSteady ? SHORTEST * whole : whole)
  const count = Math.min(WORLDS_MOST, Math.floor(eventsMax / (shortest * rate)))
  if (count < WORLDS_LEAST) return { worlds: [], note: 'ranges were not drawn from, for time; --budget 60s does' }
  const length = Math.min(whole, eventsMax / count / rate - warmup)
  const drawn = drawWorlds(worlds, count, seed)
  const refused = count - drawn.length
  const jobs = drawn.map((world, i) => worldJob(pattern, world, FIRST + i, { warmup, length }))
  const { outcomes } = yield jobs
  const played = drawn.flatMap((world, i): readonly PlayedWorld[] => {
    const [outcome, written] = [outcomes[i], jobs[i]]
    return outcome && written ? [{ ...world, model: written.model, outcome }] : []
  })
  if (played.length < WORLDS_LEAST) return { worlds: [], note: 'ranges were not drawn from' }
  const note = refused > 0 ? `the design is refused with ${refused} of ${count} draws from the ranges` : null
  return { worlds: played, note }
}

/** Numbers of their own among the replications of a seed. */
const FIRST = 1_000_000

interface Stretch {
  readonly warmup: Seconds
  readonly length: Seconds
}

function worldJob(
  { job, shape, isSteady }: Pattern,
  { model }: World,
  replication: number,
  { warmup, length }: Stretch,
): Job {
  const shaped = { ...job, model: shape(model), replication }
  if (!isSteady) return shaped
  const end = warmup + length
  return { ...shaped, warmup, judged: [{ from: warmup, to: end, weight: 1 }], end, sliceLength: length / 100 }
}
