import { log } from '../base/math.ts'
import type { Ratio } from '../base/units.ts'
import { nothing } from './estimate.ts'
import { holds } from './objectives.ts'
import type { ComponentResult, Estimate, FlowResult, ObjectiveResult, ResourceResult, Result } from './result.ts'

/** A figure that may be off by this share, either way. */
export const within = (value: number, share: Ratio): Estimate => ({
  value,
  low: value * (1 - share),
  high: value * (1 + share),
})

interface Queue {
  /** Requests a second as written, and what the server can do. */
  readonly rate: number
  readonly capacity: number
  /** How sure response times are. */
  readonly share?: Ratio
  readonly cost?: number
}

/** What M/M/1 does: response times are exponential with mean 1 / (capacity - rate). */
export const singleServer =
  ({ rate, capacity, share = 0, cost = 100 }: Queue, targets: readonly Target[]) =>
  (load: Ratio): Result => {
    const busy = (load * rate) / capacity
    const mean = busy < 1 ? 1 / (capacity - load * rate) : Infinity
    const time = (tail: number): Estimate => (busy < 1 ? within(-log(tail) * mean, share) : nothing)
    const times = { mean: busy < 1 ? within(mean, share) : nothing, p50: time(0.5), p99: time(0.01) }
    const rest = { p75: time(0.25), p90: time(0.1), p95: time(0.05), p999: time(0.001), max: nothing }
    const flow: FlowResult = {
      arrival_rate_per_s: within(load * rate, 0),
      throughput_per_s: within(Math.min(load * rate, capacity), 0),
      goodput_per_s: within(Math.min(load * rate, capacity), 0),
      success_ratio: within(Math.min(1, 1 / busy), 0),
      attempts_ratio: 1,
      response_time_s: { ...times, ...rest },
      errors: {},
      breakdown: [],
    }
    const pool = busy < 1 ? busy ** 2 : 1
    return {
      ...empty,
      flows: { ask: flow },
      components: {
        web: component('web', { threads: resource('pool', pool), cpu: resource('station', busy / 2) }),
        desk: component('desk', { station: resource('station', Math.min(1, busy)) }),
      },
      objectives: targets.map((target) => objectiveResult(target, flow)),
      cost_usd_per_month: { total: cost, items: [] },
    }
  }

type Target = Pick<ObjectiveResult, 'indicator' | 'relation' | 'target_value'>

export const target = (indicator: Target['indicator'], relation: Target['relation'], target_value: number): Target => ({
  indicator,
  relation,
  target_value,
})

function objectiveResult({ indicator, relation, target_value }: Target, flow: FlowResult): ObjectiveResult {
  const figures: Partial<Record<Target['indicator'], Estimate>> = {
    ...flow.response_time_s,
    success: flow.success_ratio,
    goodput: flow.goodput_per_s,
  }
  const measured = figures[indicator] ?? nothing
  const isMet = measured.value !== null && holds({ relation, target: target_value }, measured.value)
  return {
    id: `ask ${indicator}`,
    scenario: 'baseline',
    subject: { kind: 'flow', id: 'ask' },
    indicator,
    target: `${indicator} ${relation} ${target_value}`,
    target_value,
    relation,
    measured,
    verdict: isMet ? 'met' : 'missed',
    step: 5,
    line: 1,
  }
}

const resource = (kind: 'station' | 'pool', busy: number): ResourceResult => ({
  kind,
  utilization: within(busy, 0),
  queue_length_mean: nothing,
  wait_time_mean_s: nothing,
  full_since_s: null,
})

const component = (kind: string, resources: ComponentResult['resources']): ComponentResult => ({
  kind,
  utilization: Object.values(resources)[0]?.utilization ?? nothing,
  queue_length_mean: nothing,
  queue_length_max: 0,
  in_system_mean: nothing,
  throughput_per_s: nothing,
  wait_time_s: { mean: nothing },
  rejected_ratio: 0,
  full_since_s: null,
  resources,
})

const empty: Result = {
  design: { name: 'desk', hash: 'h' },
  scenario: 'baseline',
  variant: null,
  method: 'analysis',
  status: 'complete',
  seed: 1,
  replications: 1,
  simulated_s: 1,
  warmup_s: 0,
  window_s: null,
  requests: 1,
  events: 0,
  wall_s: 0,
  flows: {},
  components: {},
  objectives: [],
  next_limit: null,
  cost_usd_per_month: { total: 0, items: [] },
  findings: [],
  assumptions: [],
  draws: 0,
  trust: [],
}
