import type { Ratio } from '../base/units.ts'
import type { Model, Source } from '../model/model.ts'
import type { Environment } from './environment.ts'
import { outcomeOf } from './evaluate.ts'
import { findCaches } from './find-caches.ts'
import { findClosed } from './find-closed.ts'
import { findConsumers } from './find-consumers.ts'
import { findGuards } from './find-guards.ts'
import { findPools } from './find-pools.ts'
import { findStations } from './find-stations.ts'
import { lawOf } from './law.ts'
import { type Network, networkOf, touch } from './network.ts'
import type { Outcome } from './outcome.ts'
import { type State, stateFor } from './state.ts'
import { poisson, type Stream, superposed, thinned } from './stream.ts'
import { Swings, towards } from './swings.ts'
import { forgetWalks, spread } from './traffic.ts'
import { continued, type Memory } from './warm.ts'

/** A steady state, as it was found. */
export interface Steady {
  readonly network: Network
  readonly state: State
  /** Of each flow. */
  readonly outcomes: readonly Outcome[]
  readonly rounds: number
  readonly isConverged: boolean
}

const MOST_ROUNDS = 60
/** Rounds in which everything is taken to come too late. */
const FILLING = 4
const CLOSE: Ratio = 1e-9

/**
 * The fixed point of traffic and queues: what is asked of whom follows from what became of it before, and the other
 * way round. From the healthy side it begins with answers that all come in time; from the overloaded one with none.
 * With a memory it goes on from the steady state found last, where that is one of the same structure.
 */
export function steadyState(
  model: Model,
  environment: Environment,
  from: 'healthy' | 'overloaded' = 'healthy',
  memory: Memory | null = null,
): Steady {
  const last = memory?.steady ?? null
  const kept = last === null || from === 'overloaded' ? null : continued(last, model, environment)
  if (memory !== null && kept !== null) memory.steady = null
  const network = kept?.network ?? networkOf(model, environment)
  const state = kept?.state ?? stateFor(model.flows.length, model.sources.length)
  state.isPessimistic = from === 'overloaded'
  const context = { network, state }
  const streams = model.flows.map((_, flow) => streamOf(model, flow))
  let outcomes = network.flows.map((list) => outcomeOf(list, context))
  let before: readonly number[] = kept === null ? [] : marks(network, state, outcomes)
  const swings = new Swings()
  const turns = { wasUp: new Uint8Array(network.nodes.length), at: new Float64Array(network.nodes.length) }
  let rounds = 0
  let isConverged = false
  while (rounds < MOST_ROUNDS && !isConverged) {
    rounds += 1
    setRates(network, state)
    const old = network.nodes.map(({ rate }) => rate)
    spread(network, state, streams)
    if (damp(network, turns, { old, round: rounds })) forgetWalks(network)
    findCaches(network, state)
    findGuards(network, state)
    findStations(network, state)
    findPools(context)
    outcomes = network.flows.map((list) => outcomeOf(list, context))
    findClosed(context, outcomes)
    const taken = model.consumers.map(({ flow }) => [state.items[flow] ?? 1, state.rates[flow] ?? 0] as const)
    findConsumers(context, outcomes)
    for (const [i, { flow }] of model.consumers.entries()) {
      const [items, rate] = taken[i] as (typeof taken)[number]
      const part = swings.next(`items ${flow}`, state.items[flow] ?? 1)
      state.items[flow] = towards(items, state.items[flow] ?? 1, part)
      state.rates[flow] = towards(rate, state.rates[flow] ?? 0, part)
    }
    const now = marks(network, state, outcomes)
    // Long enough for what nobody waits for any more to fill the queues, and for a look at what they do then.
    isConverged = (from === 'healthy' || rounds > FILLING + 2) && isClose(before, now)
    if (rounds === FILLING) {
      state.isPessimistic = false
      touch(network)
    }
    before = now
  }
  const steady = { network, state, outcomes, rounds, isConverged }
  if (memory !== null && from === 'healthy') memory.steady = steady
  return steady
}

/** Where rates went last, and in which round they last turned back. */
interface Turns {
  readonly wasUp: Uint8Array
  readonly at: Float64Array
}

/** From then on what swings goes half of the way; what falls off to nothing goes all of it. */
const DAMPED_FROM = 12
const TURN_KEPT = 4

/** True when any rate is not what it follows from any more. */
function damp(
  { nodes }: Network,
  { wasUp, at }: Turns,
  { old, round }: { readonly old: readonly number[]; readonly round: number },
): boolean {
  let isDamped = false
  for (const [i, node] of nodes.entries()) {
    const before = old[i] ?? 0
    if (node.rate === before) continue
    const isUp = node.rate > before ? 1 : 0
    if (isUp !== wasUp[i]) at[i] = round
    wasUp[i] = isUp
    if (round <= DAMPED_FROM || round - (at[i] as number) > TURN_KEPT) continue
    node.rate = (node.rate + before) / 2
    isDamped = true
  }
  return isDamped
}

/** Numbers that stand still when all does. */
function marks({ nodes }: Network, state: State, outcomes: readonly Outcome[]): readonly number[] {
  const all = nodes.map(({ rate }) => rate)
  for (const { ok, time, occupied } of outcomes) all.push(ok, ok > 0 ? time.mean : 0, occupied)
  for (const { waiting } of state.consumers.values()) all.push(waiting)
  all.push(...state.sources)
  return all
}

const isClose = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length &&
  a.every((x, i) => {
    const y = b[i] ?? 0
    return x === y || Math.abs(x - y) <= CLOSE * Math.max(Math.abs(x), Math.abs(y), 1e-12)
  })

/** Starts of each flow by its sources; consumers and closed users find theirs on the way. */
function setRates({ model, environment }: Network, state: State): void {
  const consumed = new Set(model.consumers.map(({ flow }) => flow))
  for (let flow = 0; flow < model.flows.length; flow++) {
    if (consumed.has(flow)) continue
    let rate = 0
    for (const [index, source] of model.sources.entries()) {
      const share = source.mix.reduce((sum, part) => sum + (part.flow === flow ? part.share : 0), 0)
      const times = environment.load[index]?.[flow] ?? 1
      if ('rate' in source.arrivals) rate += source.arrivals.rate * share * times
      else rate += (state.sources[index] ?? 0) * share
    }
    state.rates[flow] = rate
  }
}

function streamOf(model: Model, flow: number): Stream {
  const parts = model.sources.flatMap((source) => {
    const share = source.mix.reduce((sum, part) => sum + (part.flow === flow ? part.share : 0), 0)
    const often = 'rate' in source.arrivals ? source.arrivals.rate : 1
    return share > 0 ? [{ rate: often * share, stream: thinned(sentBy(source), share) }] : []
  })
  return superposed(parts, 0.5)
}

/** How evenly a source sends. */
function sentBy({ arrivals }: Source): Stream {
  switch (arrivals.kind) {
    case 'periodic':
      return { scv: 0, law: { kind: 'renewal', between: { law: 'fixed', value: 1 } }, batch: 1 }
    case 'renewal': {
      const { between } = arrivals
      const law = lawOf(between)
      return { scv: law.variance / (law.mean * law.mean), law: { kind: 'renewal', between }, batch: 1 }
    }
    case 'batch':
      return { scv: 1, law: null, batch: arrivals.size }
    default:
      return poisson
  }
}
