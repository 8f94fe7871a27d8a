import type { PerSecond } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Consumer, Model, Source } from '../model/model.ts'
import type { Register, Step } from '../model/step.ts'

/**
 * How often each cache is asked for a key, all copies together, as the load begins and if nothing is tried twice: what
 * a cache that ran for long is filled by. A miss path is counted in full, so behind another cache this is the most.
 */
export function expectedRates(model: Model): (cache: number) => PerSecond {
  const starts = flowStarts(model)
  return (cache) =>
    over(model, starts, (step, items) =>
      step.kind === 'probe' && step.cache === cache ? step.keys * timesOf(step, items) : 0,
    )
}

/** Starts per second of each flow, and how many messages one has: requests have none. */
interface Starts {
  readonly rates: Float64Array
  readonly items: Float64Array
}

/** Sources first; what they publish starts consumers, who may publish again. */
function flowStarts(model: Model): Starts {
  const fromSources = model.flows.map((_, flow) => model.sources.reduce((sum, from) => sum + rateOf(from, flow), 0))
  let starts: Starts = { rates: Float64Array.from(fromSources), items: new Float64Array(model.flows.length).fill(1) }
  for (let round = 0; round < model.consumers.length; round++) {
    const rates = Float64Array.from(fromSources)
    const items = Float64Array.from(starts.items)
    for (const consumer of model.consumers) {
      const messages = messagesFor(model, starts, consumer)
      const filled = (messages / loopsOf(model, consumer)) * consumer.batchWait
      items[consumer.flow] = Math.max(1, Math.min(consumer.batchMax, filled))
      rates[consumer.flow] = (rates[consumer.flow] ?? 0) + messages / (items[consumer.flow] as number)
    }
    const isSettled = rates.every((rate, flow) => rate === starts.rates[flow])
    starts = { rates, items }
    if (isSettled) break
  }
  return starts
}

/** Users who wait for answers and think send what they would if answers took no time. Who comes later left nothing. */
function rateOf({ arrivals, mix, shape, start }: Source, flow: number): PerSecond {
  if (start > 0) return 0
  const share = mix.reduce((sum, part) => sum + (part.flow === flow ? part.share : 0), 0)
  const all =
    'rate' in arrivals ? arrivals.rate : arrivals.population / Math.max(LEAST_PAUSE, meanOf(arrivals.thinkTime))
  return share === 0 ? 0 : share * all * (shape[0]?.times ?? 1)
}

function messagesFor(model: Model, starts: Starts, { log }: Consumer): PerSecond {
  const resource = model.resources[log]
  const sharing = model.consumers.filter((other) => other.log === log).length
  const messages = over(model, starts, (step, items) =>
    step.kind === 'publish' && step.log === log ? meanOf(step.count) * timesOf(step, items) : 0,
  )
  return resource?.kind === 'log' && resource.isShared ? messages / sharing : messages
}

function loopsOf(model: Model, { group, atOnce }: Consumer): number {
  const { shards = 1, perShard = 1 } = model.groups[group] ?? {}
  return Math.max(1, shards * perShard * atOnce)
}

function over(model: Model, { rates, items }: Starts, amount: Amount): number {
  return model.flows.reduce((sum, { steps }, flow) => {
    const rate = rates[flow] as number
    return rate > 0 ? sum + rate * visits(steps, items[flow] as number, amount) : sum
  }, 0)
}

type Amount = (step: Step, items: number) => number

const timesOf = ({ times }: { readonly times: Register | null }, items: number): number =>
  times === 'items' ? items : 1

function visits(steps: readonly Step[], items: number, amount: Amount): number {
  let count = 0
  for (const step of steps) {
    count += amount(step, items)
    const inside = (nested: readonly Step[]): number => visits(nested, items, amount)
    if (step.kind === 'choose') for (const branch of step.branches) count += branch.probability * inside(branch.steps)
    else if ('branches' in step) for (const branch of step.branches) count += inside(branch.steps)
    if (step.kind === 'lookup') count += inside(step.access) + inside(step.miss)
    if (step.kind === 'repeat')
      count += (meanOf(step.count) / step.groupsOf) * timesOf(step, items) * inside(step.steps)
    else if ('steps' in step) count += inside(step.steps)
  }
  return count
}

// Seconds between two requests of a user who does not think.
const LEAST_PAUSE = 0.1
