import type { Ratio } from '../base/units.ts'
import type { Component, Model } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import { errorAt, shareWithin, within } from './analysed-error.ts'
import { componentResults, costResult, resourcesOf, shortName } from './components.ts'
import { exactly, nothing } from './estimate.ts'
import { flowResults } from './flows.ts'
import type { ComponentResult, Estimate, FlowResult, ResourceResult, ResponseTimes, Result } from './result.ts'
import type { Accuracy, ResponseLaw, Solution } from './solution.ts'
import { resourcesOfFlow } from './waits-for.ts'

type Figures = Pick<Result, 'flows' | 'components' | 'cost_usd_per_month'>

/** Every figure of a solution, as wide as its method may be off. */
export function analysedFigures(model: Model, solution: Solution): Figures {
  const runs = [solution.statistics]
  const flows = flowResults(model, runs)
  const components = componentResults(model, runs)
  return {
    flows: Object.fromEntries(
      model.flows.flatMap(({ id }, index) => {
        const flow = flows[id]
        return flow === undefined ? [] : [[id, ofFlow(model, solution, index, flow)]]
      }),
    ),
    components: Object.fromEntries(
      model.components.flatMap((one) => {
        const component = components[one.id]
        return component === undefined ? [] : [[one.id, ofComponent(model, solution, one, component)]]
      }),
    ),
    cost_usd_per_month: costResult(model, runs),
  }
}

const unknown: Accuracy = { mean: null, tail: null, share: null }

/** What is ended, well or not, as a share of what is offered, below which more waits with every second. */
const KEEPS_UP = 0.999

/**
 * Flows in a steady state that is none: what waits grows without end, so that times have no bound. Of a course in time,
 * which ends, only those of which nobody gets an answer.
 */
export function endlessFlows(model: Model, solution: Solution): ReadonlySet<number> {
  const { statistics, laws, flows } = solution
  const full = new Set(solution.overloaded.map(({ resource }) => resource))
  const isSteady = statistics.series.length <= 1
  const endless = statistics.flows.filter(({ flow, offered, good, failed, responseTime }) => {
    if (!(offered > 0)) return false
    const ended = Object.values(failed).reduce((sum, count) => sum + count, good)
    if (isSteady && ended < KEEPS_UP * offered) return true
    if ((laws[flow] ?? null) !== null || responseTime.count > 0) return false
    const isOnPath = [...resourcesOfFlow(model.flows[flow]?.steps ?? [])].some((resource) => full.has(resource))
    return isOnPath || (flows[flow]?.mean ?? null) !== null
  })
  return new Set(endless.map(({ flow }) => flow))
}

/** A queue as long as this is one without end. */
const ENDLESS = 1e11

/** Stations and pools that are offered more than they can do, and logs whose consumers do not keep up. */
export function endlessResources({ statistics, overloaded }: Solution): ReadonlySet<ResourceIndex> {
  const logs = statistics.logs.filter(({ lagMean }) => lagMean >= ENDLESS).map(({ log }) => log)
  return new Set([...overloaded.map(({ resource }) => resource), ...logs])
}

function ofFlow(model: Model, solution: Solution, index: number, flow: FlowResult): FlowResult {
  const { flows, laws } = solution
  const accuracy = flows[index] ?? unknown
  const rateError = isClosed(model, index) ? accuracy.mean : 0
  const success = flow.success_ratio.value
  const goodError = accuracy.share === null || !success ? accuracy.share : accuracy.share / success
  const isEndless = endlessFlows(model, solution).has(index)
  return {
    ...flow,
    arrival_rate_per_s: within(flow.arrival_rate_per_s, rateError),
    throughput_per_s: within(flow.throughput_per_s, rateError),
    goodput_per_s: within(flow.goodput_per_s, sumOf(rateError, goodError)),
    success_ratio: shareWithin(flow.success_ratio, accuracy.share),
    response_time_s: isEndless ? timeless : times(flow.response_time_s, laws[index] ?? null, accuracy),
  }
}

/** Whose users ask again only when they have an answer: how much they ask depends on how fast that is. */
const isClosed = ({ sources }: Model, flow: number): boolean =>
  sources.some(({ arrivals, mix }) => arrivals.kind === 'closed' && mix.some((one) => one.flow === flow))

const sumOf = (a: Ratio | null, b: Ratio | null): Ratio | null => (a === null || b === null ? null : a + b)

export const timeless: ResponseTimes = {
  mean: nothing,
  p50: nothing,
  p75: nothing,
  p90: nothing,
  p95: nothing,
  p99: nothing,
  p999: nothing,
  max: nothing,
}

function times(known: ResponseTimes, law: ResponseLaw | null, accuracy: Accuracy): ResponseTimes {
  const at = (q: Ratio, fallback: Estimate): Estimate => percentile(q, fallback, law, accuracy)
  return {
    mean: within(law === null ? known.mean : exactly(law.mean), accuracy.mean),
    p50: at(0.5, known.p50),
    p75: at(0.75, known.p75),
    p90: at(0.9, known.p90),
    p95: at(0.95, known.p95),
    p99: at(0.99, known.p99),
    p999: at(0.999, known.p999),
    // The longest of so many requests is no figure of a steady state.
    max: nothing,
  }
}

/** A percentile by the law itself; the buckets of a histogram, where there is none, are only good to 0.2 %. */
export function percentile(q: Ratio, known: Estimate, law: ResponseLaw | null, accuracy: Accuracy): Estimate {
  return within(law === null ? known : exactly(law.quantile(q)), errorAt(q, accuracy))
}

function ofComponent(model: Model, solution: Solution, component: Component, known: ComponentResult): ComponentResult {
  const endless = endlessResources(solution)
  const own = resourcesOf(model, component)
  const primary = solution.resources[component.primary ?? -1] ?? exactly0
  const isEndless = component.primary !== null && endless.has(component.primary)
  const shareOf = (kinds: readonly string[]): Ratio | null =>
    own
      .filter(({ resource }) => kinds.includes(resource.kind))
      .reduce<Ratio | null>((most, { index }) => worse(most, (solution.resources[index] ?? unknown).share), 0)
  const { hit_ratio: hits, cold_start_ratio: cold, lag_messages: messages, lag_s: lag, instances_mean } = known
  const isBehind = own.some(({ resource, index }) => resource.kind === 'log' && endless.has(index))
  const late = (figure: Estimate): Estimate =>
    isBehind ? nothing : within(figure, lagError(model, solution, component))
  return {
    ...known,
    ...queueing(known, primary, isEndless),
    in_system_mean: isEndless ? nothing : within(known.in_system_mean, primary.mean),
    throughput_per_s: within(known.throughput_per_s, primary.share),
    wait_time_s: { mean: isEndless ? nothing : within(known.wait_time_s.mean, primary.mean) },
    ...(hits ? { hit_ratio: shareWithin(hits, shareOf(['cache'])) } : {}),
    ...(cold ? { cold_start_ratio: shareWithin(cold, shareOf(['pool'])) } : {}),
    ...(messages ? { lag_messages: late(messages) } : {}),
    ...(lag ? { lag_s: late(lag) } : {}),
    ...(instances_mean ? { instances_mean: within(instances_mean, 0) } : {}),
    resources: Object.fromEntries(
      own.flatMap(({ resource, index }) => {
        const name = shortName(resource, component)
        const figures = known.resources[name]
        return figures ? [[name, ofResource(figures, solution.resources[index] ?? unknown, endless.has(index))]] : []
      }),
    ),
  }
}

const exactly0: Accuracy = { mean: 0, tail: 0, share: 0 }

const worse = (a: Ratio | null, b: Ratio | null): Ratio | null => (a === null || b === null ? null : Math.max(a, b))

type Queueing = Pick<ResourceResult, 'utilization' | 'queue_length_mean'>

/** By the utilization law, the busy share is as good as the shares of requests that come here. */
const queueing = (known: Queueing, accuracy: Accuracy, isEndless: boolean): Queueing => ({
  utilization: shareWithin(known.utilization, accuracy.share),
  queue_length_mean: isEndless ? nothing : within(known.queue_length_mean, accuracy.mean),
})

const ofResource = (known: ResourceResult, accuracy: Accuracy, isEndless: boolean): ResourceResult => ({
  ...known,
  ...queueing(known, accuracy, isEndless),
  wait_time_mean_s: isEndless ? nothing : within(known.wait_time_mean_s, accuracy.mean),
})

/** What waits in a log is as sure as the times of those who consume it. */
function lagError(model: Model, { flows }: Solution, component: Component): Ratio | null {
  const isOwn = (log: number): boolean => component.groups.includes(model.resources[log]?.group ?? -1)
  return model.consumers
    .filter(({ log }) => isOwn(log))
    .reduce<Ratio | null>((most, { flow }) => worse(most, (flows[flow] ?? unknown).mean), 0)
}
