import type { Ratio, Seconds } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import type { Retry } from '../model/step.ts'
import type { MetastableRange } from '../result/solution.ts'
import type { Environment } from './environment.ts'
import type { Node } from './network.ts'
import { type Steady, steadyState } from './steady.ts'
import { shortestTrigger } from './trigger.ts'

/** Loads are found to this part of themselves. */
const STEPS = 11
const ROUGHLY = 5
/** Two states in a range of loads that is narrower than this are one, found from two sides. */
const LEAST_RANGE = 1.02
/** Times the load asked about, beyond which nobody looks: closed users have to be counted one by one. */
const MOST_LOAD = 100

/**
 * Looks for a second steady state: from a start where nothing comes in time, does it come back by itself? Where not,
 * the range of loads in which both states exist is found by bisection from either side. null = there is none up to the
 * load that fills the busiest station, or that is a hundred times as much.
 * @source Bronson, Aghayev, Charapko and Zhu 2021
 */
export function metastableRange(model: Model, steady: Steady): MetastableRange | null {
  const calls = steady.network.nodes.filter(
    (node) => node.rate > 0 && asksAgain(node) && node.lists.some((list) => queues(list, model)),
  )
  if (calls.length === 0 || !steady.isConverged) return null
  const at = (load: Ratio, from: 'healthy' | 'overloaded'): Steady =>
    steadyState(model, times(steady.network.environment, load), from)
  const isGood = goodput(steady) > 0.5
  const fill = Math.min(MOST_LOAD, fullAt(steady))
  const asked = isGood ? 1 : Math.max(0.02, fill * 0.9)
  const bad = (load: Ratio): boolean => goodput(at(load, 'overloaded')) < 0.5
  const found = [asked, 0.97 * fill].find((load) => load > 0 && bad(load))
  if (found === undefined) return null
  const fine = (load: Ratio): boolean => goodput(at(load, 'healthy')) > 0.5
  const rough = narrowed(bad, { yes: found, no: lowest(bad, found) }, ROUGHLY)
  // Most often the two sides meet: that is seen without knowing exactly where.
  if (!fine(LEAST_RANGE * rough.no)) return null
  const exit = narrowed(bad, rough, STEPS - ROUGHLY).yes
  const start = Math.min(found, 1)
  const isFine = fine(start)
  if (!isFine && !fine(exit)) return null
  const entry = narrowed(fine, { yes: isFine ? start : exit, no: Math.max(1.02 * fill, 1.05 * found) }, STEPS).yes
  if (!(entry > LEAST_RANGE * exit)) return null
  const collapsed = at(Math.min(Math.max(1, exit * 1.01), entry), 'overloaded')
  const fullest = fullestOf(collapsed)
  const isBoth = exit < 1 && entry > 1
  return {
    component: model.groups[model.resources[fullest]?.group ?? -1]?.component ?? '',
    exit,
    entry,
    trigger: isBoth ? triggerAt(steady, fullest) : null,
    goodput: goodput(collapsed),
  }
}

/** Gives up and tries again; whom nobody can reach is no busier for it. */
const asksAgain = ({ step }: Node): boolean =>
  step.kind === 'call' &&
  step.policy.timeout !== null &&
  step.policy.retry !== null &&
  step.policy.retry.after.some((failure) => failure !== 'connect-error')

/** Somewhere in these steps work queues: without that there is nothing to overload. */
const queues = (list: readonly Node[], model: Model): boolean =>
  list.some(({ step, lists }) => {
    const station = step.kind === 'serve' ? model.resources[step.station] : undefined
    return (station?.kind === 'station' && station.servers < Infinity) || lists.some((inner) => queues(inner, model))
  })

const times = (environment: Environment, load: Ratio): Environment => ({
  ...environment,
  load: environment.load.map((flows) => flows.map((x) => x * load)),
})

/** Share of requests that get a good answer. */
function goodput({ outcomes, state, network }: Steady): Ratio {
  let [all, good] = [0, 0]
  for (const [flow, { ok }] of outcomes.entries()) {
    const rate = state.rates[flow] ?? 0
    if (network.model.flows[flow]?.isConsumer) continue
    all += rate
    good += rate * ok
  }
  return all > 0 ? good / all : 1
}

/** Load at which the busiest station is full. */
function fullAt({ state }: Steady): Ratio {
  const busiest = Math.max(
    1e-6,
    ...[...state.stations.values()].flatMap(({ alike }) => alike.map(({ answer }) => answer.offered)),
  )
  return 1 / busiest
}

function lowest(bad: (load: Ratio) => boolean, from: Ratio): Ratio {
  let load = from
  for (let i = 0; i < 6; i++) {
    load /= 2
    if (!bad(load)) return load
  }
  return load
}

interface Ends {
  readonly yes: Ratio
  readonly no: Ratio
}

/** A load at which an answer is yes and one at which it is no, halfway closer so many times. */
function narrowed(is: (load: Ratio) => boolean, ends: Ends, steps: number): Ends {
  let { yes, no } = ends
  for (let i = 0; i < steps; i++) {
    const middle = (yes + no) / 2
    if (is(middle)) yes = middle
    else no = middle
  }
  return { yes, no }
}

function fullestOf({ state }: Steady): number {
  let [most, at] = [0, 0]
  for (const [index, { alike }] of state.stations) {
    for (const { answer } of alike) {
      if (answer.offered <= most) continue
      most = answer.offered
      at = index
    }
  }
  return at
}

/** Shortest standstill of a station that requests do not recover from. */
function triggerAt({ state, network }: Steady, station: number): Seconds | null {
  const found = state.stations.get(station)
  const [alike] = found?.alike ?? []
  const resource = network.model.resources[station]
  if (found === undefined || alike === undefined || resource?.kind !== 'station') return null
  const calls = found.users.flatMap((node) => callAround(node, network.nodes))
  const [call] = calls
  if (call?.step.kind !== 'call' || call.step.policy.timeout === null) return null
  const { timeout, retry } = call.step.policy
  const rate = found.users.reduce((sum, node) => sum + node.rate, 0)
  const work =
    found.users.reduce((sum, { step, rate: own }) => sum + (step.kind === 'serve' ? own * meanOf(step.work) : 0), 0) /
    rate
  const copies = found.alike.reduce((sum, one) => sum + one.copies.length, 0)
  return shortestTrigger({
    rate: rate / Math.max(1, call.attempts.sent),
    capacity: (resource.servers * copies) / work,
    serviceTime: work,
    timeout,
    retries: (retry as Retry).times,
    backoff: (retry as Retry).backoff,
  })
}

/** Calls with a timeout that a node runs in, the nearest first. */
function callAround(node: Node, nodes: readonly Node[]): readonly Node[] {
  const isIn = (list: readonly Node[]): boolean => list.some((one) => one === node || one.lists.some(isIn))
  return nodes.filter((call) => call.flow === node.flow && asksAgain(call) && call.lists.some(isIn)).reverse()
}
