import type { Engine } from './engine.ts'
import { createPlayer } from './player.ts'
import { createProgress } from './progress.ts'
import { runModels } from './run-models.ts'

/** Events that one command may cost when nobody asked for a precision or a time: some seconds. */
const EVENTS_MOST = 24e6

/** Of what a scenario may cost: a point of a sweep. */
const SWEEP_SHARE = 0.25

/** What drawing the unknown numbers of the first situation may cost; the others get a quarter of their share. */
const WORLD_EVENTS_MOST = 5e6

/** By discrete events, on threads. */
export const playModels: Engine = async ({ io, settings, prepared: { models, worlds }, hash }) => {
  const isOpenEnded = settings.precision !== null || settings.budget !== null
  const points = models.filter(({ sweep }) => sweep !== undefined).length
  const each = isOpenEnded ? Infinity : EVENTS_MOST / (models.length - points + SWEEP_SHARE * points)
  const { precision, duration, replications, seed } = settings
  const player = createPlayer(settings.jobs)
  const progress = createProgress(io, {
    eventsMost: EVENTS_MOST + (worlds.some(Boolean) ? WORLD_EVENTS_MOST : 0),
    isQuiet: settings.isQuiet,
  })
  let isMemoryFull = false
  try {
    const playable = models.map((model, i) => ({
      model,
      worlds: worlds[i] ?? null,
      eventsMax: model.sweep === undefined ? each : SWEEP_SHARE * each,
      worldEventsMax: isOpenEnded ? Infinity : i === 0 ? WORLD_EVENTS_MOST : each / 4,
    }))
    const results = await runModels(playable, player, {
      plan: { seed, precision, duration, replications },
      hash,
      interrupted: io.interrupted,
      budget: settings.budget ?? (isOpenEnded ? 60 : null),
      onEvents: progress.add,
      onMemoryFull: () => {
        isMemoryFull = true
      },
    })
    return { results, isMemoryFull }
  } finally {
    progress.end()
    await player.close()
  }
}
