import { unreachable } from '../base/assert.ts'
import type { Seconds } from '../base/units.ts'
import type { Component, Model, Objective } from '../model/model.ts'
import { flowRuns, percentileEstimate } from './flows.ts'
import { indicatorSteps } from './indicator-steps.ts'
import { estimateOf, exactly, nothing } from './estimate.ts'
import type { Outcome } from './outcome.ts'
import { type Recovery, patienceFor, recoveryOf, watchFor } from './recovery.ts'
import type { ComponentResult, Estimate, ObjectiveResult, Result, Verdict } from './result.ts'
import { judgedWindow } from './timeline.ts'

type Figures = Pick<Result, 'flows' | 'components' | 'cost_usd_per_month'>

/** The figure that an objective is about. Of a scenario with faults: over the time in which something is wrong. */
export function measure(
  objective: Objective,
  { model, outcomes, figures }: { model: Model; outcomes: readonly Outcome[]; figures: Figures },
): Estimate {
  const { kind, id } = objective.subject
  if (objective.indicator === 'cost') return exactly(figures.cost_usd_per_month.total)
  if (objective.indicator === 'recovered-within' || objective.indicator === 'no-metastable') {
    return measureRecovery(objective, model, outcomes)
  }
  if (kind === 'component') return ofComponent(objective, figures.components[id], model)
  const index = model.flows.findIndex((flow) => flow.id === id)
  if (kind === 'system') return worstFlow(objective, model, outcomes, figures)
  return index < 0 ? nothing : ofFlow(objective, index, outcomes, figures)
}

function ofFlow(objective: Objective, index: number, outcomes: readonly Outcome[], figures: Figures): Estimate {
  const runs = flowRuns(
    outcomes.map((outcome) => outcome.statistics),
    index,
  )
  const flow = figures.flows[objective.subject.id]
  if (!flow) return nothing
  const { indicator } = objective
  switch (indicator) {
    case 'mean':
    case 'p50':
    case 'p75':
    case 'p90':
    case 'p95':
    case 'p99':
    case 'p999':
    case 'max':
      return flow.response_time_s[indicator]
    case 'success':
      return flow.success_ratio
    case 'throughput':
      return flow.throughput_per_s
    case 'goodput':
      return flow.goodput_per_s
    case 'fresh':
      return percentileEstimate(runs, objective.share ?? 1)
    case 'utilization':
    case 'queue-length':
    case 'hit':
    case 'lag':
    case 'wait-mean':
    case 'rto':
    case 'rpo':
    case 'cost':
    case 'recovered-within':
    case 'no-metastable':
      return nothing
    default:
      return unreachable(indicator)
  }
}

/** The flow that does worst, for objectives of the whole system. */
function worstFlow(objective: Objective, model: Model, outcomes: readonly Outcome[], figures: Figures): Estimate {
  const isUpper = objective.relation.startsWith('<')
  const all = model.flows
    .map((flow, index) => ({ flow, index }))
    .filter(({ flow }) => !flow.isConsumer && !flow.isHostile)
    .map(({ flow, index }) =>
      ofFlow({ ...objective, subject: { kind: 'flow', id: flow.id } }, index, outcomes, figures),
    )
    .filter((estimate) => estimate.value !== null)
    .sort((a, b) => (a.value ?? 0) - (b.value ?? 0))
  return (isUpper ? all.at(-1) : all[0]) ?? nothing
}

function ofComponent(objective: Objective, component: ComponentResult | undefined, model: Model): Estimate {
  if (!component) return nothing
  switch (objective.indicator) {
    case 'utilization':
      return busiest(
        component,
        model.components.find((c) => c.id === objective.subject.id),
      )
    case 'queue-length':
      return component.queue_length_mean
    case 'hit':
      return component.hit_ratio ?? nothing
    case 'lag':
      return component.lag_s ?? nothing
    case 'wait-mean':
      return component.wait_time_s.mean
    // The worst replication decides.
    case 'rto': {
      const { outage_s: outage = 0, is_over: isOver = true } = component.recovery ?? {}
      return isOver ? exactly(outage) : { value: outage, low: outage, high: null }
    }
    case 'rpo':
      return exactly(component.recovery?.lost_age_s ?? 0)
    case 'throughput':
      return component.throughput_per_s
    case 'success':
      return exactly(1 - component.rejected_ratio)
    default:
      return nothing
  }
}

/** Of a component with several stations (cpu, disk) the busiest counts. */
function busiest(component: ComponentResult, declared: Component | undefined): Estimate {
  if (!declared) return component.utilization
  const stations = Object.values(component.resources).filter((resource) => resource.kind === 'station')
  const all = [component.utilization, ...stations.map((station) => station.utilization)]
  return all.reduce((a, b) => ((b.value ?? -1) > (a.value ?? -1) ? b : a))
}

/**
 * Per replication: how long service took to be as before, and stayed so for as long as is watched (`most` seconds).
 * Also used to find causes.
 */
export function recoveries(
  model: Model,
  outcomes: readonly Outcome[],
  subject: Objective['subject'],
  most: Seconds = Infinity,
): readonly Recovery[] {
  const named = model.flows.findIndex((flow) => flow.id === subject.id)
  const requests = model.flows.flatMap((flow, index) => (flow.isConsumer || flow.isHostile ? [] : [index]))
  const flows = subject.kind === 'flow' && named >= 0 ? [named] : requests
  return outcomes.map((outcome) => {
    const last = outcome.series.at(-1)
    const window = judgedWindow(model, last ? last.start + last.length : 0)
    const instant = Math.max(...model.faults.map((fault) => (fault.end > fault.start ? fault.end : fault.start)))
    const to = Number.isFinite(instant) && model.faults.length > 0 ? instant : window.to
    const series = outcome.series.filter(({ start }) => start < to + most)
    return recoveryOf(series, { from: window.from, to, flows, atOnce: patienceFor(model, flows) })
  })
}

/**
 * Replications that may stay down without the system being called metastable: the tail of a recovery that ends by
 * chance.
 */
const LOST_MOST = 0.05

function measureRecovery(objective: Objective, model: Model, outcomes: readonly Outcome[]): Estimate {
  // Over a long time a busy system has a bad moment now and then, which is no relapse.
  const most = objective.indicator === 'recovered-within' ? watchFor(objective.target) : Infinity
  const all = recoveries(model, outcomes, objective.subject, most)
  if (all.length === 0) return nothing
  const lost = all.filter((recovery) => recovery.after === null)
  if (objective.indicator === 'no-metastable') return exactly(lost.length / all.length)
  // One that was not seen to come back took at least as long as it was watched.
  const times = all.map(({ after, watched }) => after ?? watched)
  if (lost.length <= LOST_MOST * all.length) return estimateOf(times, { min: 0 })
  const watched = Math.min(...lost.map((recovery) => recovery.watched))
  return { value: watched, low: watched, high: null }
}

/** Met or missed only when the whole interval is on one side of the target. */
export function judge(objective: Objective, { value, low, high }: Estimate): Verdict {
  if (value === null) return 'undecided'
  if (objective.indicator === 'no-metastable') return value <= LOST_MOST ? 'met' : 'missed'
  const isGood = (x: number): boolean => holds(objective, x)
  // The run goes on for a minute after the last thing that happens: what is not back by then does not come back.
  if (objective.indicator === 'rto' && high === null) return 'missed'
  // Nothing longer was seen: all that can be said of a maximum.
  if (objective.indicator === 'max') return isGood(value) ? 'met' : 'missed'
  const isUpper = objective.relation.startsWith('<')
  if (low === null || high === null) {
    const isBeyond = isUpper ? low !== null && !isGood(low) : high !== null && !isGood(high)
    return isBeyond ? 'missed' : 'undecided'
  }
  if (isGood(low) && isGood(high)) return 'met'
  if (!isGood(low) && !isGood(high)) return 'missed'
  return 'undecided'
}

export const holds = ({ relation, target }: Pick<Objective, 'relation' | 'target'>, x: number): boolean =>
  compare(x, relation, target)

function compare(x: number, relation: Objective['relation'], target: number): boolean {
  switch (relation) {
    case '<':
      return x < target
    case '<=':
      return x <= target
    case '>':
      return x > target
    case '>=':
      return x >= target
    default:
      return unreachable(relation)
  }
}

/** An objective with what was found of it; its cause comes later. */
export const objectiveResult = (
  objective: Objective,
  found: Pick<ObjectiveResult, 'scenario' | 'measured' | 'verdict'>,
): ObjectiveResult => ({
  id: objective.id,
  scenario: found.scenario,
  subject: objective.subject,
  indicator: objective.indicator,
  target: objective.text,
  target_value: objective.target,
  relation: objective.relation,
  measured: found.measured,
  verdict: found.verdict,
  step: indicatorSteps[objective.indicator],
  line: objective.span.line,
})
