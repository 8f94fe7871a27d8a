import { setMaxListeners } from 'node:events'
import {
  type Feed,
  type Model,
  type PlanOptions,
  planRuns,
  type Result,
  type RunFacts,
  summarize,
  type Worlds,
} from '../core/index.ts'
import { watchMemory } from './memory-watch.ts'
import type { Player } from './player.ts'

export interface RunOptions {
  readonly plan: Omit<PlanOptions, 'eventsMax'>
  readonly hash: string
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal
  /** Wall seconds for everything; null = no limit but the events of the plan. */
  readonly budget: number | null
  readonly onEvents: (events: number) => void
  /** The memory was full, and the run was ended with what there was. */
  readonly onMemoryFull: () => void
}

/** A model, and what it may be as far as its numbers are not known. */
export interface Playable {
  readonly model: Model
  readonly worlds: Worlds | null
  /** Events that playing it may cost; Infinity = only the clock ends it. */
  readonly eventsMax: number
  /** Events that playing the worlds may cost. */
  readonly worldEventsMax: number
}

/** Plays every model by its plan, side by side as far as the player has threads. Results in the order of the models. */
export async function runModels(
  models: readonly Playable[],
  player: Player,
  options: RunOptions,
): Promise<readonly Result[]> {
  const spent = new AbortController()
  const timer = options.budget === null ? null : setTimeout(() => spent.abort(), options.budget * 1000)
  const stop = AbortSignal.any([spent.signal, options.interrupted])
  setMaxListeners(0, stop)
  const unwatch = watchMemory(() => {
    options.onMemoryFull()
    spent.abort()
  })
  try {
    return await Promise.all(models.map((model) => runModel(model, player, options, stop)))
  } finally {
    if (timer) clearTimeout(timer)
    unwatch()
  }
}

async function runModel(
  { model, worlds, eventsMax, worldEventsMax }: Playable,
  player: Player,
  options: RunOptions,
  stop: AbortSignal,
): Promise<Result> {
  const start = performance.now()
  const plan = planRuns(model, { ...options.plan, eventsMax, worlds, worldEventsMax })
  let step = plan.next()
  while (!step.done) {
    const outcomes = await player.play(step.value, { stop, onEvents: options.onEvents })
    const stopped: Feed['stopped'] = !stop.aborted ? null : options.interrupted.aborted ? 'partial' : 'budget-spent'
    step = plan.next({ outcomes, stopped })
  }
  const { model: played, outcomes, warmup, timeline, status, trust, explored } = step.value
  const wall = Math.round(performance.now() - start) / 1000
  const { hash, plan: asked } = options
  const unknowns = worlds?.unknowns ?? []
  const facts: RunFacts = { hash, seed: asked.seed, warmup, status, wall, timeline, trust, unknowns, explored }
  return summarize(played, outcomes, facts)
}
