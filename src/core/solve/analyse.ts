import type { Model } from '../model/model.ts'
import { type AnalysisFacts, analysed } from '../result/analysed.ts'
import type { Result } from '../result/result.ts'
import type { Solution } from '../result/solution.ts'
import { hasCourse } from '../result/timeline.ts'
import { solve } from './solve.ts'

export type AnalyseOptions = Partial<AnalysisFacts>

/**
 * Solves a model by queueing theory, in this thread and in one go: no random number is drawn.
 *
 * @param options  `hash` (fingerprint of the design's text, copied into the result), `wall` (real seconds that it
 *   took),
 *   `trust` (more notes), `unknowns` (numbers with a range, which are named as taken at their value)
 * @example analyse(prepare(text, options).models[0]).flows.view.response_time_s.p99
 */
export function analyse(model: Model, options: AnalyseOptions = {}): Result {
  const solution = solve(model)
  const facts = { hash: '', wall: 0, trust: [], ...options }
  return analysed(model, hasCourse(model) ? asItStands(model, solution) : solution, facts)
}

/** A scenario's steady state before anything happens: no verdict can rest on it. */
function asItStands(model: Model, solution: Solution): Solution {
  const unsure = { mean: null, tail: null, share: null }
  const reason = 'what happens in the scenario is not solved, figures are those of a time without it'
  const flows = model.flows.map((_, index) => index)
  return {
    ...solution,
    flows: solution.flows.map(() => unsure),
    resources: solution.resources.map(() => unsure),
    doubts: [{ method: { kind: 'unsupported', reason }, at: model.scenario, component: '', flows }],
    metastable: null,
  }
}
