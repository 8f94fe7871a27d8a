import type { Component, Model, Objective } from '../model/model.ts'
import type { Resource } from '../model/resource.ts'
import { shareWithin } from './analysed-error.ts'
import { analysedFigures, endlessFlows, endlessResources, percentile } from './analysed-figures.ts'
import { findCause } from './cause.ts'
import { exactly, nothing } from './estimate.ts'
import { type Evidence, gather } from './evidence.ts'
import { flowRuns, percentileEstimate } from './flows.ts'
import { resourceName } from './cause-text.ts'
import { holds, judge, measure, objectiveResult } from './objectives.ts'
import type { Outcome } from './outcome.ts'
import type { Cause, Estimate, ObjectiveResult, Result, Verdict } from './result.ts'
import type { Accuracy, Solution } from './solution.ts'
import { hasCourse } from './timeline.ts'

/** A solved model, its figures, and its statistics as the only outcome. */
export interface Situation {
  readonly model: Model
  readonly solution: Solution
  readonly figures: Pick<Result, 'flows' | 'components' | 'cost_usd_per_month'>
  readonly outcomes: readonly Outcome[]
}

export function situationOf(model: Model, solution: Solution): Situation {
  const { statistics } = solution
  const outcome: Outcome = { statistics, series: statistics.series, events: 0, isCut: false }
  return { model, solution, figures: analysedFigures(model, solution), outcomes: [outcome] }
}

/** Met or missed only when the target lies outside of what the method may be off by. */
export function judgeAnalysed(objective: Objective, situation: Situation): ObjectiveResult {
  const { model, outcomes } = situation
  const isEndless = isUpper(objective) && isSure(objective, situation) && endless(objective, situation)
  const measured = isEndless ? nothing : analysedMeasure(objective, situation)
  const verdict: Verdict = isEndless ? 'missed' : judge(objective, measured)
  const result = objectiveResult(objective, { scenario: model.scenario, measured, verdict })
  const isLikelyMet = verdict === 'undecided' && (measured.value === null || holds(objective, measured.value))
  if (verdict === 'met' || isLikelyMet) return result
  const evidence = gather(model, outcomes, objective.subject)
  return { ...result, cause: overloadOf(situation, evidence, objective) ?? findCause(objective, evidence) }
}

/** Of a state that may be another one nothing is said for certain, not even that something takes for ever. */
function isSure({ subject }: Objective, { model, solution }: Situation): boolean {
  return (
    subject.kind === 'component' ||
    flowsAsked(model, subject).every((flow) => accuracyOf(solution, flow).share !== null)
  )
}

const isUpper = ({ relation }: Objective): boolean => relation.startsWith('<')

const aboutTimes = /^(?:mean|p50|p75|p90|p95|p99|p999|max|fresh)$/
const aboutQueues = /^(?:queue-length|wait-mean|lag)$/

/** Asks how long something takes that takes for ever, or that nobody gets. */
function endless({ indicator, subject }: Objective, { model, solution }: Situation): boolean {
  if (subject.kind !== 'component') {
    const flows = endlessFlows(model, solution)
    return aboutTimes.test(indicator) && flowsAsked(model, subject).some((flow) => flows.has(flow))
  }
  const component = model.components.find(({ id }) => id === subject.id)
  if (component === undefined || !aboutQueues.test(indicator)) return false
  const resources = [...endlessResources(solution)]
  return resources.some((index) => index === component.primary || isLogOf(component, model.resources[index]))
}

const isLogOf = ({ groups }: Component, resource: Resource | undefined): boolean =>
  resource?.kind === 'log' && groups.includes(resource.group)

function flowsAsked(model: Model, { kind, id }: Objective['subject']): readonly number[] {
  return model.flows.flatMap((flow, index) => {
    const isAsked = kind === 'system' ? !flow.isConsumer && !flow.isHostile : flow.id === id
    return isAsked ? [index] : []
  })
}

function analysedMeasure(objective: Objective, situation: Situation): Estimate {
  const { indicator, subject } = objective
  const { model, solution, figures } = situation
  if (indicator === 'cost') return exactly(figures.cost_usd_per_month.total)
  if (indicator === 'recovered-within' || indicator === 'no-metastable') return recovery(objective, situation)
  // What fails by chance is not solved: that nothing was lost would be said of no failure at all.
  if ((indicator === 'rto' || indicator === 'rpo') && (model.breakdowns ?? []).length > 0) return nothing
  if (indicator === 'rpo' && solution.lostAges !== undefined) return lostAge(objective, situation)
  if (subject.kind === 'component') {
    const component = model.components.find(({ id }) => id === subject.id)
    const measured = measure(objective, situation)
    if (indicator !== 'success' || component === undefined) return measured
    return shareWithin(
      measured,
      component.primary === null ? 0 : (solution.resources[component.primary]?.share ?? null),
    )
  }
  const all = flowsAsked(model, subject).map((flow) => ofFlow(objective, flow, situation))
  return subject.kind === 'system' ? worstOf(all, isUpper(objective)) : (all[0] ?? nothing)
}

/** Of all groups of a component that keep something the worst. */
function lostAge({ subject }: Objective, { model, solution }: Situation): Estimate {
  const groups = model.components.find(({ id }) => id === subject.id)?.groups ?? []
  const ages = groups.flatMap((group) =>
    model.groups[group]?.keeps === undefined ? [] : (solution.lostAges?.[group] ?? []),
  )
  return ages.length === 0 ? exactly(0) : worstOf(ages, true)
}

function ofFlow(objective: Objective, flow: number, situation: Situation): Estimate {
  const { model, solution, outcomes } = situation
  const own: Objective = { ...objective, subject: { kind: 'flow', id: model.flows[flow]?.id ?? '' } }
  if (objective.indicator !== 'fresh') return measure(own, situation)
  const q = objective.share ?? 1
  const runs = flowRuns(
    outcomes.map(({ statistics }) => statistics),
    flow,
  )
  if (!(q < 1)) return nothing
  return percentile(q, percentileEstimate(runs, q), solution.laws[flow] ?? null, accuracyOf(solution, flow))
}

const accuracyOf = ({ flows }: Solution, flow: number): Accuracy =>
  flows[flow] ?? { mean: null, tail: null, share: null }

/** Of several flows the one that does worst: so is each end of what it may be. */
function worstOf(all: readonly Estimate[], isLargest: boolean): Estimate {
  const known = all.filter(({ value }) => value !== null)
  if (known.length === 0) return nothing
  const pick = (ends: readonly (number | null)[]): number | null =>
    ends.reduce((a, b) => (a === null || b === null ? null : isLargest ? Math.max(a, b) : Math.min(a, b)))
  return {
    value: pick(known.map(({ value }) => value)),
    low: pick(known.map(({ low }) => low)),
    high: pick(known.map(({ high }) => high)),
  }
}

/**
 * Of a steady state: whether it has to fear a second one. Of a course: how long it takes to come back, which is known
 * as well as the times of the flows that are asked about.
 */
function recovery(objective: Objective, situation: Situation): Estimate {
  const { model, solution } = situation
  const isMetastable = solution.metastable !== null && solution.metastable.exit < 1
  if (!hasCourse(model)) return objective.indicator === 'no-metastable' && !isMetastable ? exactly(0) : nothing
  const errors = flowsAsked(model, objective.subject).map((flow) => accuracyOf(solution, flow).mean)
  const error = errors.reduce<number | null>((a, b) => (a === null || b === null ? null : Math.max(a, b)), 0)
  if (error === null) return nothing
  const measured = measure(objective, situation)
  const { value } = measured
  if (value === null || objective.indicator === 'no-metastable' || measured.low !== null) return measured
  const half = Math.max(RECOVERY_ERROR, error) * value
  return { value, low: Math.max(0, value - half), high: value + half }
}

/** When service is as before is a matter of definition to about this part of the time it takes. */
const RECOVERY_ERROR = 0.1

/**
 * What is asked for more than it can do, on the way of the flows in question: then nothing else is to be looked for.
 */
function overloadOf({ model, solution }: Situation, evidence: Evidence, objective: Objective): Cause | null {
  if (objective.indicator === 'cost') return null
  const isOfFlow = objective.subject.kind !== 'component'
  const found = solution.overloaded.flatMap(({ resource, load }) => {
    const at = evidence.loads.get(resource)
    const isMeant =
      at !== undefined && (isOfFlow ? evidence.onPath.has(resource) : at.component === objective.subject.id)
    return isMeant ? [{ load, at }] : []
  })
  // A pool whose slots are held for ever is a victim of what its holders wait for.
  const root = found.find(({ at }) => at.resource.kind === 'station') ?? found[0]
  if (root === undefined || evidence.retries > RETRIED) return null
  const { at, load } = root
  const component = model.connections.find(({ pool }) => pool === at.index)?.to ?? at.component
  const times = Number.isFinite(load)
    ? `${load.toFixed(2).replace(/\.?0+$/, '')} times what it can do`
    : 'more than it can do'
  return {
    component,
    reason: at.resource.kind === 'pool' ? 'pool' : 'saturation',
    share_of_tail: 1,
    since_s: null,
    confidence: 'certain',
    text: `${resourceName(at, component)} is asked for ${times}: what waits for it grows without end`,
  }
}

/** From so many retries per request on, who is full may be full of them. */
const RETRIED = 0.05
