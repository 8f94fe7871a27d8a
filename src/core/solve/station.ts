import type { Ratio, Seconds } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import { exact, type Method } from '../result/solution.ts'
import { scaledLaw, sum, zero, type Law } from './law.ts'
import {
  approximately,
  nothingLost,
  noWait,
  onceEach,
  trafficOf,
  type Outcome,
  type StationLoad,
  type Traffic,
} from './station-load.ts'
import { inOrder, meanWait } from './wait-fifo.ts'
import { lastFirst } from './wait-lifo.ts'
import { slowed, speedOf, standstillOf, withStandstills } from './wait-outages.ts'
import { withPatience } from './wait-patience.ts'
import { byPriority, never } from './wait-ranked.ts'
import { inRoom } from './wait-room.ts'
import { sharedResponse, sharedWait, sharing } from './wait-sharing.ts'

export type { StationLoad, Visits } from './station-load.ts'

/** The steady state of one copy of a station. */
export interface StationAnswer {
  /** Busy share of the servers; 0 where they are infinitely many. */
  readonly utilization: Ratio
  /** Erlangs offered / servers; may exceed 1. */
  readonly offered: number
  /** No steady state: nobody leaves, and more is offered than can be done. Means are Infinity then. */
  readonly isOverloaded: boolean
  /** Of arrivals: found the waiting room full (or were dropped from it). */
  readonly rejected: Ratio
  /** Of arrivals: ran out of patience. */
  readonly abandoned: Ratio
  /** Mean wait of those. */
  readonly abandonedAfter: Seconds
  /** Mean number that wait; sharing: mean number beyond what servers do. */
  readonly queueLength: number
  readonly inSystem: number
  /** Response minus work of one served visit (sharing: what others add), by position in `classes`. */
  readonly wait: (classIndex: number) => Law
  readonly response: (classIndex: number) => Law
  /** Response where others take so many times as much as they would; null = nothing is shared. */
  readonly shared: ((classIndex: number, times: number) => Law) | null
  /** Squared coefficient of variation of the times between departures. @source Whitt (1983), equation 39 */
  readonly departureScv: number
  readonly method: Method
}

/** Solves one copy of a station for what comes to it. Laws are computed when they are asked for. */
export function solveStation(load: StationLoad): StationAnswer {
  const traffic = trafficOf(load)
  const { outages, waitingRoom, patience, discipline } = load.station
  if (!outages || !(traffic.rate > 0)) return answered(traffic, outcomeOf(load, traffic), 1)
  const isLossy = discipline !== 'ps' && traffic.servers < Infinity
  const standstill = standstillOf(outages, {
    room: isLossy ? waitingRoom / traffic.rate : Infinity,
    patience: isLossy && patience ? meanOf(patience) : Infinity,
  })
  const { available } = standstill
  if (!(available > 0)) return answered(traffic, overloaded, 0)
  const steady = outcomeOf(load, slowed(traffic, speedOf(standstill)))
  if (steady.waiting === Infinity) return answered(traffic, steady, available)
  return answered(traffic, withStandstills(traffic, steady, standstill), available)
}

function outcomeOf({ station }: StationLoad, traffic: Traffic): Outcome {
  const { discipline, patience, waitingRoom } = station
  if (!(traffic.rate > 0 && traffic.work > 0) || traffic.servers === Infinity) return noWait
  const load = (traffic.rate * traffic.work) / traffic.servers
  if (discipline === 'ps') return load < 1 ? shared(traffic) : overloaded
  const isLossy = patience !== null || waitingRoom < Infinity
  if (isLossy) return losing(station, traffic)
  if (discipline === 'priority' || discipline === 'preemptive') {
    if (new Set(traffic.classes.map(({ priority }) => priority)).size > 1) {
      return byPriority(traffic, discipline === 'preemptive')
    }
  }
  if (load >= 1) return overloaded
  return discipline === 'lifo' ? lastFirst(traffic) : inOrder(traffic)
}

const overloaded: Outcome = {
  ...nothingLost,
  waiting: Infinity,
  queueLength: Infinity,
  wait: () => never,
  method: exact,
}

/** A bounded room, impatience, or both. Losses are taken to be the same in any order. */
function losing(station: StationLoad['station'], traffic: Traffic): Outcome {
  const { patience, waitingRoom, whenFull, discipline } = station
  const room = { places: waitingRoom, dropsOldest: whenFull === 'drop-oldest' }
  const plain =
    patience === null || waitingRoom === 0 ? inRoom(traffic, room) : withPatience(traffic, patience, waitingRoom)
  if (discipline === 'fifo' || !(plain.waiting > 0)) return plain
  return inAnotherOrder(traffic, plain, discipline)
}

/** Losses as first come first served has them; those more urgent wait as if only what is served came. */
function inAnotherOrder(traffic: Traffic, plain: Outcome, discipline: StationLoad['station']['discipline']): Outcome {
  const served = 1 - plain.rejected - plain.abandoned
  const busy = Math.min(0.98, (served * traffic.rate * traffic.work) / traffic.servers)
  const times = (busy * traffic.servers) / (traffic.rate * traffic.work)
  const classes = traffic.classes.map((one) => ({ ...one, rate: one.rate * times }))
  const thinned = { ...traffic, rate: traffic.rate * times, classes }
  const free = discipline === 'lifo' ? lastFirst(thinned) : byPriority(thinned, discipline === 'preemptive')
  // The least urgent take what is left of all the waiting.
  const inTurn = classes.map((_, i) => i).sort((a, b) => (classes[a]?.priority ?? 0) - (classes[b]?.priority ?? 0))
  const last = discipline === 'lifo' ? -Infinity : Math.max(...classes.map(({ priority }) => priority))
  let left = plain.waiting * thinned.rate
  let others = thinned.rate
  const means: number[] = []
  for (const i of inTurn) {
    const { rate, priority } = classes[i] as (typeof classes)[number]
    const mean = priority >= last ? left / others : Math.min(free.wait(i).mean, left / others)
    means[i] = mean
    if (priority >= last) continue
    left -= rate * mean
    others -= rate
  }
  const wait = onceEach((i) => {
    const law = free.wait(i)
    return law.mean > 0 ? scaledLaw(law, (means[i] ?? 0) / law.mean) : law
  })
  const name = 'losses in another order than first come first served'
  const method = approximately(name, 'Cobham 1954', { mean: discipline === 'lifo' ? null : 0.3, tail: null })
  return { ...plain, wait, method }
}

/** Processor sharing, below saturation. */
function shared(traffic: Traffic): Outcome {
  const { classes, isPoisson } = traffic
  const { slowdown, shape } = sharing(traffic)
  const times = isPoisson ? 1 : factorOfArrivals(traffic)
  const own = { ...shape, slowdown: slowdown * times, variance: shape.variance * times * times }
  const response = onceEach((i): Law => {
    const work = classes[i]?.work
    return work ? sharedResponse(work, own) : zero
  })
  const withOthers = (i: number, by: number): Law => {
    const slower = { ...own, slowdown: own.slowdown * by, variance: own.variance * by * by }
    return sharedResponse(classes[i]?.work ?? zero, slower)
  }
  const wait = onceEach((i): Law => sharedWait(classes[i]?.work ?? zero, own))
  const waiting = traffic.work * own.slowdown
  const queueLength = traffic.rate * waiting
  const source = 'Kleinrock 1976; Cohen 1979; Coffman, Muntz and Trotter 1970'
  const method = approximately('processor sharing', source, {
    mean: isPoisson ? 0 : 0.05,
    tail: isPoisson ? (traffic.servers === 1 ? 0.05 : 0.12) : 0.18,
  })
  return { ...nothingLost, waiting, queueLength, wait, response, shared: withOthers, method }
}

/**
 * How many times as long as among Poisson arrivals: with exponential work as in a queue, and with other work as it is
 * in heavy traffic, where (ca² + cs²)/(1 + cs²) as many are there. @source Gromoll 2004
 */
function factorOfArrivals(traffic: Traffic): number {
  const { arrivals, work } = traffic.scv
  const asExponential = factorOfExponential(traffic)
  return asExponential * ((2 * (arrivals + work)) / ((1 + work) * Math.max(1e-9, 1 + arrivals)))
}

function factorOfExponential(traffic: Traffic): number {
  const poisson = { ...traffic, batch: 1, transform: null, isPoisson: true, scv: { arrivals: 1, work: 1 } }
  const plain = meanWait(poisson, 1).mean
  return plain > 0 ? meanWait(traffic, 1).mean / plain : 1
}

function answered(traffic: Traffic, outcome: Outcome, available: Ratio): StationAnswer {
  const { servers, rate, work, classes, scv } = traffic
  const offered = servers === Infinity ? 0 : (rate * work) / servers
  const share = 1 - outcome.rejected - outcome.abandoned
  const isOverloaded = outcome.waiting === Infinity && offered >= available
  const utilization = Math.min(available, offered * share)
  const busy = servers === Infinity ? rate * work : utilization * servers
  const wait = onceEach(outcome.wait)
  const response = onceEach((i): Law => {
    const own = outcome.response?.(i)
    if (own) return own
    return wait(i).mean === Infinity ? never : sum(wait(i), classes[i]?.work ?? zero)
  })
  return {
    utilization,
    offered,
    isOverloaded,
    rejected: outcome.rejected,
    abandoned: outcome.abandoned,
    abandonedAfter: outcome.abandonedAfter,
    queueLength: outcome.queueLength,
    inSystem: outcome.queueLength + busy,
    wait,
    response,
    shared: outcome.shared ?? null,
    departureScv: outcome.response || servers === Infinity ? scv.arrivals : departures(traffic, utilization),
    method: outcome.method,
  }
}

/** First come first served, and near enough in other orders; sharing and pure delays leave the arrivals' as it is. */
function departures({ servers, scv }: Traffic, utilization: Ratio): number {
  const square = utilization * utilization
  return 1 + (1 - square) * (scv.arrivals - 1) + (square / Math.sqrt(servers)) * (Math.max(scv.work, 0.2) - 1)
}
