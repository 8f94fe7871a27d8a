import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { fixed, meanOf } from '../model/distribution.ts'
import type { Consumer, Model } from '../model/model.ts'
import type { Resource, ResourceIndex } from '../model/resource.ts'
import type { CallPolicy, PointIndex, Step } from '../model/step.ts'
import type { CacheAnswer } from './cache-hits.ts'
import { plainEnvironment } from './environment.ts'
import { type FlowAnswer, flowAnswers } from './flow-answer.ts'
import type { Node } from './network.ts'
import { atPeakOf } from './peak.ts'
import { type Steady, steadyState } from './steady.ts'

/** What a design is asked for, whether or not what is there could do it. */
export interface Offered {
  /** Of Model.flows. */
  readonly flows: readonly OfferedFlow[]
  /** Of Model.resources: servers that stations would need, were they never idle and nobody waited. */
  readonly busy: ReadonlyMap<ResourceIndex, number>
  readonly caches: ReadonlyMap<ResourceIndex, OfferedCache>
  readonly isConverged: boolean
}

export interface OfferedCache {
  readonly lookups: PerSecond
  readonly hitRatio: Ratio
  /** Lookups that go on to what is behind it, as a share of all: those that wait for another's fetch do not. */
  readonly fetchRatio: Ratio
}

export interface OfferedFlow {
  /** Starts: requests, or batches of messages. */
  readonly rate: PerSecond
  /** Messages of a batch. */
  readonly items: number
  /** Of a request that never waits, to its answer; null = it has none. */
  readonly time: Seconds | null
  /** What that consists of, by point of the model. */
  readonly parts: readonly { readonly point: PointIndex; readonly time: Seconds }[]
}

/**
 * Demand at the highest point of every shape, with as much of everything as is wanted: no queues, no limits, no
 * timeouts and so no retries. Hit ratios are those of the caches as they are written: their size is what is asked.
 */
export function offered(model: Model): Offered {
  let atOnce = 1
  let steady = steadyOf(model, atOnce)
  // Consumers that are too few would take less than is published.
  while (atOnce < MOST_AT_ONCE && [...steady.state.consumers.values()].some(({ answer }) => answer.isOverloaded)) {
    atOnce *= 4
    steady = steadyOf(model, atOnce)
  }
  return offeredBy(steady)
}

const MOST_AT_ONCE = 4 ** 8

function steadyOf(model: Model, atOnce: number): Steady {
  const free = unbounded(model, atOnce)
  return steadyState(free, atPeakOf(free, plainEnvironment(free)))
}

function offeredBy(steady: Steady): Offered {
  const { network, state, isConverged } = steady
  const { model } = network
  const answers = flowAnswers(steady, true)
  return {
    flows: answers.map(({ rate, law, bookings }, flow) => ({
      parts: partsOf(bookings),
      rate,
      items: state.items[flow] ?? 1,
      time: law === null || !Number.isFinite(law.mean) ? null : law.mean,
    })),
    busy: new Map(
      model.resources.flatMap((resource, index) => busyAt(resource, network.users.get(index) ?? [], index)),
    ),
    caches: new Map(
      [...state.caches].map(([index, { alike }]) => {
        const copies = alike.map(({ lookups, answer, copies: all }) => ({ lookups: lookups * all.length, answer }))
        const lookups = copies.reduce((sum, one) => sum + one.lookups, 0)
        const over = (of: (answer: CacheAnswer) => Ratio): Ratio =>
          lookups > 0 ? copies.reduce((sum, one) => sum + one.lookups * of(one.answer), 0) / lookups : 0
        return [index, { lookups, hitRatio: over((one) => one.hitRatio), fetchRatio: over((one) => one.fetches) }]
      }),
    ),
    isConverged,
  }
}

function partsOf(bookings: FlowAnswer['bookings']): OfferedFlow['parts'] {
  const times = new Map<PointIndex, Seconds>()
  for (const { leaf, mean } of bookings) times.set(leaf.point, (times.get(leaf.point) ?? 0) + mean)
  return [...times].filter(([, time]) => time > 0).map(([point, time]) => ({ point, time }))
}

function busyAt({ kind }: Resource, users: readonly Node[], index: number): readonly (readonly [number, number])[] {
  if (kind !== 'station') return []
  const busy = users.reduce((sum, { step, rate, registers }) => {
    if (step.kind !== 'serve') return sum
    return sum + rate * (meanOf(step.work) + step.each * registers[step.times])
  }, 0)
  return [[index, busy]]
}

/**
 * The same design with nothing that makes anybody wait, or fail for want of room. Every time is its mean: numbers of
 * an estimate are sums of means, and of branches at once the longest counts.
 */
function unbounded(model: Model, atOnce: number): Model {
  return {
    ...model,
    resources: model.resources.map((resource) => unboundedResource(resource, atOnce)),
    flows: model.flows.map((flow) => ({ ...flow, steps: flow.steps.flatMap(unboundedStep) })),
    links: model.links.map((link) => ({ ...link, roundTrip: fixed(meanOf(link.roundTrip)) })),
    consumers: model.consumers.map((consumer): Consumer => ({ ...consumer, atOnce: consumer.atOnce * atOnce })),
    scalers: [],
    faults: [],
    breakdowns: [],
  }
}

function unboundedResource(resource: Resource, atOnce: number): Resource {
  if (resource.kind === 'station') return { ...resource, servers: Infinity, outages: null, patience: null }
  if (resource.kind === 'log') return { ...resource, capacity: Infinity, partitions: resource.partitions * atOnce }
  return resource
}

const noPolicy: CallPolicy = {
  timeout: null,
  deadline: null,
  retry: null,
  hedge: null,
  breaker: null,
  bulkhead: null,
  connection: null,
  afterTimeout: 'keep-going',
}

function unboundedStep(step: Step): readonly Step[] {
  const inside = (steps: readonly Step[]): readonly Step[] => steps.flatMap(unboundedStep)
  switch (step.kind) {
    case 'admit':
      return []
    case 'hold':
      return inside(step.steps)
    case 'serve':
      return [{ ...step, work: fixed(meanOf(step.work)) }]
    case 'delay':
      return [{ ...step, time: fixed(meanOf(step.time)) }]
    case 'call':
      return [{ ...step, policy: noPolicy, steps: inside(step.steps) }]
    case 'lookup':
      return [{ ...step, access: inside(step.access), hit: inside(step.hit), miss: inside(step.miss) }]
    case 'choose':
    case 'parallel':
      return [unboundedBranches(step)]
    case 'repeat':
      return [{ ...step, steps: inside(step.steps) }]
    case 'attempt':
      return [{ ...step, steps: inside(step.steps), otherwise: inside(step.otherwise) }]
    default:
      return [step]
  }
}

function unboundedBranches(step: Extract<Step, { kind: 'choose' | 'parallel' }>): Step {
  const inside = (steps: readonly Step[]): readonly Step[] => steps.flatMap(unboundedStep)
  return step.kind === 'choose'
    ? { ...step, branches: step.branches.map((branch) => ({ ...branch, steps: inside(branch.steps) })) }
    : { ...step, branches: step.branches.map((branch) => ({ ...branch, giveUp: null, steps: inside(branch.steps) })) }
}
