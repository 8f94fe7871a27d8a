import type { Seconds } from '../base/units.ts'
import type { Model, Objective } from '../model/model.ts'
import type { Unknown } from '../model/world.ts'
import { effects, withBands, withShares } from './bands.ts'
import { findCause } from './cause.ts'
import { componentResults, costResult } from './components.ts'
import { sum } from './estimate.ts'
import { gather } from './evidence.ts'
import type { Explored } from './explore.ts'
import { flowResults } from './flows.ts'
import { nextLimit, trustNotes } from './limits.ts'
import { holds, judge, measure, objectiveResult } from './objectives.ts'
import type { Outcome } from './outcome.ts'
import type {
  ComponentResult,
  Estimate,
  FlowResult,
  ObjectiveResult,
  RecoveryResult,
  Result,
  Verdict,
} from './result.ts'
import { hasCourse, judgedWindow, type Timeline, writtenAt } from './timeline.ts'

/** What the statistics themselves do not know. */
export interface RunFacts {
  readonly hash: string
  readonly seed: number
  readonly warmup: Seconds
  readonly status: Result['status']
  readonly wall: Seconds
  /** How written times were mapped to played ones; null = played as written. */
  readonly timeline: Timeline | null
  readonly trust: readonly string[]
  /** Numbers that are not known, and the worlds that were played for them; absent: there are none. */
  readonly unknowns?: readonly Unknown[]
  readonly explored?: Explored
}

/**
 * From raw numbers of independent replications to a {@link Result}: every figure with a 95 % Student-t interval
 * over the replications (percentiles: of each replication's full histogram), verdicts, causes and the next limit.
 *
 * Of a scenario in which something happens, the figures are about the stretch from the first thing that happens to the
 * end of the last one; `recovered-within` and `no-metastable` look at the whole course.
 */
export function summarize(model: Model, outcomes: readonly Outcome[], facts: RunFacts): Result {
  const runs = outcomes.map((outcome) => outcome.statistics)
  const { explored = { worlds: [], note: null }, unknowns = [] } = facts
  const known = {
    flows: flowResults(model, runs),
    components: inWrittenTime(componentResults(model, runs), facts.timeline),
    cost_usd_per_month: costResult(model, runs),
  }
  const objectives = withShares(judgeAll(model, outcomes, facts, known), { model, unknowns }, explored)
  const figures = withBands(known, explored)
  const causes = objectives.flatMap((objective) => (objective.cause ? [objective.cause] : []))
  return {
    design: { name: model.name, hash: facts.hash },
    scenario: model.scenario,
    variant: model.variant,
    ...(model.sweep ? { sweep: model.sweep } : {}),
    method: 'simulation',
    status: facts.status,
    seed: facts.seed,
    replications: outcomes.length,
    simulated_s: runs.length === 0 ? 0 : sum(runs.map((run) => run.measured)) / runs.length,
    warmup_s: facts.warmup,
    window_s: windowOf(model, outcomes, facts.timeline),
    requests: sum(runs.map((run) => sum(run.flows.map((flow) => flow.offered)))),
    events: sum(outcomes.map((outcome) => outcome.events)),
    wall_s: facts.wall,
    ...figures,
    objectives,
    next_limit: nextLimit(model, runs, causes),
    findings: [],
    assumptions: effects(unknowns, explored),
    draws: explored.worlds.length,
    trust: [...trustNotes(model, runs, hasCourse(model)), ...facts.trust],
  }
}

type Figures = Pick<Result, 'flows' | 'components' | 'cost_usd_per_month'>

/** Only the verdicts: what run-length control asks after each round. */
export function verdicts(model: Model, outcomes: readonly Outcome[]): readonly Verdict[] {
  const runs = outcomes.map((outcome) => outcome.statistics)
  const figures = {
    flows: flowResults(model, runs),
    components: componentResults(model, runs),
    cost_usd_per_month: costResult(model, runs),
  }
  return model.objectives.map((objective) =>
    verdictOf(objective, measure(objective, { model, outcomes, figures }), figures),
  )
}

function judgeAll(
  model: Model,
  outcomes: readonly Outcome[],
  facts: RunFacts,
  figures: Figures,
): readonly ObjectiveResult[] {
  return model.objectives.map((objective) => {
    const measured = measure(objective, { model, outcomes, figures })
    const verdict = outcomes.length === 0 ? 'undecided' : verdictOf(objective, measured, figures)
    const result = objectiveResult(objective, { scenario: model.scenario, measured, verdict })
    if (verdict === 'met' || outcomes.length === 0 || isLikelyMet(objective, measured, verdict)) return result
    const evidence = gather(model, outcomes, objective.subject, facts.timeline)
    return { ...result, cause: findCause(objective, evidence) }
  })
}

/** Undecided only for want of runs: naming a cause would alarm about nothing. */
const isLikelyMet = (objective: Objective, { value }: Estimate, verdict: Verdict): boolean =>
  verdict === 'undecided' && (value === null || holds(objective, value))

/** A flow whose requests all fail has no response time at all: that misses any limit on it. */
function verdictOf(objective: Objective, measured: Estimate, figures: Figures): Verdict {
  const flow: FlowResult | undefined = figures.flows[objective.subject.id]
  const isAllLost = flow !== undefined && flow.success_ratio.value === 0 && (flow.arrival_rate_per_s.value ?? 0) > 0
  if (measured.value === null && objective.subject.kind === 'flow' && isAllLost) return 'missed'
  return judge(objective, measured)
}

const written = (timeline: Timeline | null, t: Seconds | null): Seconds | null =>
  t === null || timeline === null ? t : writtenAt(timeline, t)

function inWrittenTime(
  components: Readonly<Record<string, ComponentResult>>,
  timeline: Timeline | null,
): Readonly<Record<string, ComponentResult>> {
  if (timeline === null) return components
  return Object.fromEntries(
    Object.entries(components).map(([id, component]) => [
      id,
      {
        ...component,
        full_since_s: written(timeline, component.full_since_s),
        ...(component.recovery ? { recovery: recoveryInWrittenTime(component.recovery, timeline) } : {}),
      },
    ]),
  )
}

function recoveryInWrittenTime(recovery: RecoveryResult, timeline: Timeline): RecoveryResult {
  const { since_s: since, outage_s: outage } = recovery
  if (since === null) return recovery
  const from = writtenAt(timeline, since)
  return { ...recovery, since_s: from, outage_s: writtenAt(timeline, since + outage) - from }
}

function windowOf(model: Model, outcomes: readonly Outcome[], timeline: Timeline | null): Result['window_s'] {
  if (!hasCourse(model)) return null
  const last = outcomes[0]?.series.at(-1)
  if (!last) return null
  const { from, to } = judgedWindow(model, last.start + last.length)
  return { start: written(timeline, from) ?? 0, end: written(timeline, to) ?? 0 }
}
