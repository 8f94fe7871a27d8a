import type { Model } from '../model/model.ts'
import { type AnalysisFacts, analysed } from '../result/analysed.ts'
import type { Result } from '../result/result.ts'
import { hasCourse } from '../result/timeline.ts'
import { solveCourse } from './course.ts'
import { solve } from './solve.ts'

export type AnalyseOptions = Partial<AnalysisFacts>

/**
 * Solves a model by queueing theory, in this thread and in one go: no random number is drawn. A scenario in which
 * something happens is a chain of steady states.
 *
 * @param options  `hash` (fingerprint of the design's text, copied into the result), `wall` (real seconds that it
 *   took),
 *   `trust` (more notes), `unknowns` (numbers with a range, which are named as taken at their value)
 * @example analyse(prepare(text, options).models[0]).flows.view.response_time_s.p99
 */
export function analyse(model: Model, options: AnalyseOptions = {}): Result {
  const facts = { hash: '', wall: 0, trust: [], ...options }
  if (!hasCourse(model)) return analysed(model, solve(model), facts)
  const { solution, window } = solveCourse(model, solve)
  return analysed(model, solution, { ...facts, window: window && { start: window.from, end: window.to } })
}
