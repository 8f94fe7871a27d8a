import type { Seconds } from '../base/units.ts'
import { mser } from '../base/statistics.ts'
import type { Model } from '../model/model.ts'
import { perRun, utilizationOf } from './components.ts'
import { sum } from './estimate.ts'
import type { Job, Outcome } from './outcome.ts'
import { moments } from './timeline.ts'

/** What a short first run says about how long the real ones have to be. */
export interface Pilot {
  /** Events per simulated second. */
  readonly eventRate: number
  /** Simulated time until the start from empty is forgotten. */
  readonly warmup: Seconds
  /** The time scale on which the slowest station or pool forgets its past. */
  readonly memory: Seconds
  /** The longest mean response time among flows that start requests. */
  readonly responseTime: Seconds
}

const PILOT_EVENTS = 200_000
const PILOT_REQUESTS = 20_000
/** Long enough for requests to go all their way, also around the world. */
const PILOT_SECONDS = 2
/** Far from the numbers of real replications, so that a pilot shares no draws with them. */
const PILOT_REPLICATION = 1_000_003

export function pilotJob(model: Model, seed: number): Job {
  const early = model.sources.filter((source) => source.start === 0)
  const arrivalRate = sum(early.map((source) => ('rate' in source.arrivals ? source.arrivals.rate : 0)))
  const isClosed = model.sources.some((source) => source.arrivals.kind === 'closed')
  const wanted = arrivalRate > 0 && !isClosed ? Math.max(PILOT_SECONDS, PILOT_REQUESTS / arrivalRate) : 3600
  const end = Math.min(3600, wanted, moments(model)[0] ?? Infinity)
  return {
    model,
    seed,
    replication: PILOT_REPLICATION,
    warmup: 0,
    judged: [{ from: 0, to: end, weight: 1 }],
    end,
    sliceLength: end / 100,
    eventsMax: PILOT_EVENTS,
  }
}

export function readPilot(model: Model, outcome: Outcome): Pilot {
  const { statistics } = outcome
  const length = Math.max(statistics.measured, 1e-9)
  const memory = memoryOf(model, outcome)
  const settled = statistics.flows.map(({ batchMeans }) =>
    batchMeans.length < 20 ? 0 : (mser(batchMeans) / batchMeans.length) * length,
  )
  const means = statistics.flows.map(({ responseTime }) =>
    responseTime.count > 0 ? responseTime.sum / responseTime.count : 0,
  )
  return {
    eventRate: Math.max(outcome.events / length, 1e-6),
    warmup: Math.max(0, 10 * memory, ...settled),
    memory,
    responseTime: Math.max(0, ...means),
  }
}

/** Never thought of as fuller than this: an overloaded station never forgets. */
const FULLEST = 0.97

/** Longest relaxation time among stations and pools: S / (c (1 − ρ)²), and never less than one service. */
function memoryOf(model: Model, { statistics }: Outcome): Seconds {
  const times = model.resources.flatMap((resource, index) => {
    if (resource.kind !== 'station' && resource.kind !== 'pool') return []
    const copies = perRun([statistics], index).flat()
    const served = sum(copies.map((copy) => copy.served))
    if (served === 0) return []
    const serviceTime = sum(copies.map((copy) => copy.busyArea)) / served
    const utilization = utilizationOf(copies)
    if (!Number.isFinite(utilization)) return [serviceTime]
    const servers = sum(copies.map((copy) => copy.capacityArea)) / statistics.measured / copies.length
    const relaxation = serviceTime / Math.max(1, servers) / (1 - Math.min(FULLEST, utilization)) ** 2
    return [Math.max(serviceTime, relaxation)]
  })
  return Math.max(0, ...times)
}
