import type { Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { Unknown } from '../model/world.ts'
import { analysedTrust, metastableFindings, metastableOf, methodsOf } from './analysed-notes.ts'
import { judgeAnalysed, situationOf } from './analysed-objectives.ts'
import { effects } from './bands.ts'
import { nextLimit } from './limits.ts'
import type { Result } from './result.ts'
import type { Solution } from './solution.ts'

/** What a solution itself does not know. */
export interface AnalysisFacts {
  readonly hash: string
  /** Real time that it took. */
  readonly wall: Seconds
  readonly trust: readonly string[]
  /** Of a scenario in which something happens: the stretch that the figures are about. */
  readonly window?: Result['window_s']
  /** Numbers that are not known: they are taken at their value, and none is drawn. */
  readonly unknowns?: readonly Unknown[]
}

/**
 * From what the analytic engine says to a {@link Result} of the same shape as a simulation's. Where that has an
 * interval over replications, this has how far off the method may be: nothing where it is exact, open ends where nobody
 * knows. So a verdict is `undecided` where the method is not good enough to tell, and `trust` says so.
 */
export function analysed(model: Model, solution: Solution, facts: AnalysisFacts): Result {
  const situation = situationOf(model, solution)
  const objectives = model.objectives.map((objective) => judgeAnalysed(objective, situation))
  const causes = objectives.flatMap(({ cause }) => (cause ? [cause] : []))
  const { unknowns = [] } = facts
  const drawn = unknowns.length > 0 ? [UNDRAWN] : []
  return {
    design: { name: model.name, hash: facts.hash },
    scenario: model.scenario,
    variant: model.variant,
    ...(model.sweep ? { sweep: model.sweep } : {}),
    method: 'analysis',
    status: 'complete',
    seed: 0,
    replications: 0,
    simulated_s: 0,
    warmup_s: 0,
    window_s: facts.window ?? null,
    requests: 0,
    events: 0,
    wall_s: facts.wall,
    ...situation.figures,
    objectives,
    next_limit: nextLimit(model, [solution.statistics], causes),
    findings: metastableFindings(solution.metastable),
    methods: methodsOf(model, solution),
    ...(solution.metastable ? { metastable: metastableOf(solution.metastable) } : {}),
    assumptions: effects(unknowns, { worlds: [], note: null }),
    draws: 0,
    trust: [...analysedTrust(model, solution, objectives), ...facts.trust, ...drawn],
  }
}

const UNDRAWN = 'numbers with a range are taken at their value, and not drawn: loadpath check draws them'
