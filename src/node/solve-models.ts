import { analyse, type Result } from '../core/index.ts'
import type { Engine } from './engine.ts'

/** By queueing theory, in this thread: it takes less time than starting another one. */
export const solveModels: Engine = async ({ io, prepared: { models, worlds }, hash }) => {
  const results: Result[] = []
  for (const [i, model] of models.entries()) {
    if (io.interrupted.aborted) break
    const start = performance.now()
    const result = analyse(model, { hash, unknowns: worlds[i]?.unknowns ?? [] })
    results.push({ ...result, wall_s: Math.round(performance.now() - start) / 1000 })
    // Signals get their turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { results, isMemoryFull: false }
}
