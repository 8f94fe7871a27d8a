import type { PerSecond } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Consumer, Model, Source } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Call } from '../model/step.ts'
import type { Subject } from './define.ts'
import { type Demand, demandOf } from './demand.ts'
import { copiesMost } from './walk.ts'

/**
 * Traffic equations: how often each flow starts at the peak of its load, and what that asks of every resource. Nothing
 * is simulated, nothing waits.
 *
 * `least`: what is certain: closed users send nothing, batches are full, no request is tried again, and of the two ways
 * at a cache whose hit ratio is an output neither counts. `most`: what may happen: batches of one, every cache misses,
 * every retry is taken.
 */
export interface Traffic {
  /** Starts per second: requests, or batches for a flow that consumes. */
  readonly rates: readonly PerSecond[]
  /** Offered load of a station or pool, in servers (slots), over all copies. */
  readonly offered: (resource: ResourceIndex) => number
  /** Of it, what goes to leaders only. */
  readonly offeredToLeaders: (resource: ResourceIndex) => number
  /** The flow that asks for the largest part of a resource, and how much that is. */
  readonly heaviest: (resource: ResourceIndex) => { readonly flow: string; readonly offered: number } | null
  readonly callRate: (call: Call) => PerSecond
  /** Messages per second. */
  readonly published: (log: ResourceIndex) => PerSecond
}

export type Mode = 'least' | 'most'

export function trafficOf(subject: Subject, mode: Mode): Traffic {
  if (mode === 'most') return solve(subject, mode, () => 1)
  // A rate limit lets no more through than its rate, however much arrives at most.
  const most = trafficOf(subject, 'most')
  return solve(subject, mode, (limiter) => {
    const resource = subject.model.resources[limiter]
    const group = resource && subject.model.groups[resource.group]
    const arriving = most.offered(limiter)
    if (resource?.kind !== 'limiter' || group === undefined || arriving === 0) return 1
    return Math.min(1, (resource.rate * (resource.clients ?? 1) * copiesMost(group)) / arriving)
  })
}

function solve(subject: Subject, mode: Mode, passShare: (limiter: ResourceIndex) => number): Traffic {
  const { model } = subject
  const demands = model.flows.map((flow) => demandOf(subject, flow, mode, passShare))
  const rates = flowRates(model, demands, mode)
  const over = (of: (demand: Demand) => number): number =>
    demands.reduce((sum, demand, flow) => sum + times(rates[flow] ?? 0, of(demand)), 0)
  return {
    rates,
    offered: (resource) => over(({ work }) => work.get(resource) ?? 0),
    offeredToLeaders: (resource) => over(({ leaderWork }) => leaderWork.get(resource) ?? 0),
    heaviest: (resource) => {
      const parts = model.flows.map(({ id }, flow) => ({
        flow: id,
        offered: times(rates[flow] ?? 0, demands[flow]?.work.get(resource) ?? 0),
      }))
      return parts.toSorted((a, b) => b.offered - a.offered)[0] ?? null
    },
    callRate: (call) => over(({ calls }) => calls.get(call) ?? 0),
    published: (log) => over(({ messages }) => messages.get(log) ?? 0),
  }
}

/** Nothing of infinitely much is nothing. */
const times = (rate: number, demand: number): number => (demand === 0 ? 0 : rate * demand)

/** Sources first; what is published starts consumers, who may publish again: until nothing new comes of it. */
function flowRates(model: Model, demands: readonly Demand[], mode: Mode): readonly PerSecond[] {
  const fromSources = model.flows.map((_, flow) =>
    model.sources.reduce((sum, source) => sum + sourceRate(source, flow, mode), 0),
  )
  let rates: readonly number[] = fromSources
  // A chain of consumers is no longer than there are consumers; a ring of them is cut there.
  for (let round = 0; round < model.consumers.length; round++) {
    const next = [...fromSources]
    for (const consumer of model.consumers) {
      next[consumer.flow] = (next[consumer.flow] ?? 0) + batchRate(model, consumer, { demands, rates, mode })
    }
    const before = rates
    rates = next
    if (next.every((rate, flow) => rate === before[flow])) break
  }
  return rates
}

/** Requests per second of one flow at the peak of the source. */
function sourceRate({ mix, arrivals, shape }: Source, flow: number, mode: Mode): PerSecond {
  const share = mix.reduce((sum, part) => sum + (part.flow === flow ? part.share : 0), 0)
  if (share === 0) return 0
  const peak = shape.length === 0 ? 1 : shape.reduce((most, { times: factor }) => Math.max(most, factor), 0)
  if (arrivals.kind !== 'closed') return share * peak * arrivals.rate
  return mode === 'least' ? 0 : (share * peak * arrivals.population) / meanOf(arrivals.thinkTime)
}

interface Round {
  readonly demands: readonly Demand[]
  readonly rates: readonly PerSecond[]
  readonly mode: Mode
}

function batchRate(model: Model, { log, batchMax }: Consumer, { demands, rates, mode }: Round): PerSecond {
  const messages = demands.reduce(
    (sum, demand, flow) => sum + times(rates[flow] ?? 0, demand.messages.get(log) ?? 0),
    0,
  )
  if (mode === 'most') return messages
  const resource = model.resources[log]
  // Consumers of a work queue share its messages: what one of them gets is not certain.
  const isShared = resource?.kind === 'log' && resource.isShared
  return isShared && model.consumers.filter((other) => other.log === log).length > 1 ? 0 : messages / batchMax
}
