import type { Ratio, Seconds } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Source } from '../model/model.ts'
import { insideOf, isFilled } from './centers.ts'
import { type SharedCenter, solveClasses } from './closed-classes.ts'
import { solveClosed } from './closed.ts'
import { workOf } from './evaluate.ts'
import { centerWait } from './flow-equivalent-wait.ts'
import { exponentialMixture, type Law, scaledLaw, zero } from './law.ts'
import { copiesAt, type Network } from './network.ts'
import { failing, type Outcome } from './outcome.ts'
import { putClosed, type State } from './state.ts'

interface Context {
  readonly network: Network
  readonly state: State
}

/** Closed users of one source: how many, and what they do. */
interface Users {
  readonly index: number
  readonly population: number
  readonly think: Seconds
  readonly flows: ReadonlyMap<number, Ratio>
}

/**
 * How often closed users ask: exact for product form, by convolution for one source, by mean value analysis for
 * several. Their waits are those that a customer of a closed network sees, not those of a Poisson stream.
 */
export function findClosed(context: Context, outcomes: readonly Outcome[]): void {
  const { network, state } = context
  const all = network.model.sources.flatMap((source, index) => usersOf(source, index, network))
  const [, ...others] = all
  if (all.length === 0) return
  const hasPools = [...network.holders.keys()].some((pool) => isFilled(state, pool))
  if (others.length > 0 && !hasPools) findSeveral(all, context, outcomes)
  else for (const users of all) findOne(users, context, outcomes, others.length === 0)
}

function usersOf({ arrivals, mix }: Source, index: number, { environment }: Network): readonly Users[] {
  if (arrivals.kind !== 'closed') return []
  const load = Math.max(...mix.map(({ flow }) => environment.load[index]?.[flow] ?? 1))
  const population = Math.round(arrivals.population * load)
  if (population < 1) return []
  const flows = new Map(mix.map(({ flow, share }) => [flow, share]))
  return [{ index, population, think: meanOf(arrivals.thinkTime), flows }]
}

/** Everything that a source's flows do, for one cycle of a user. */
const membersOf = ({ flows, index }: Users, { network, state }: Context) =>
  network.nodes.flatMap((node) => {
    if (!flows.has(node.flow)) return []
    const own = (state.sources[index] ?? 0) * (flows.get(node.flow) ?? 0)
    const all = state.rates[node.flow] ?? 0
    return all > 0 ? [{ node, part: own / all }] : []
  })

function findOne(users: Users, context: Context, outcomes: readonly Outcome[], isAlone: boolean): void {
  const { state } = context
  const rate = state.sources[users.index] ?? 0
  if (!(rate > 0)) {
    start(users, context, outcomes)
    return
  }
  if (users.population > MOST_CLOSED) {
    // So many that each sees what a Poisson stream would: they ask as often as their pauses and answers let them.
    state.sources[users.index] = (rate + users.population / (users.think + timeOf(users, outcomes))) / 2
    return
  }
  const inside = insideOf(membersOf(users, context), rate, context, { isWhole: true })
  const late = lostTime(users, outcomes)
  const closed = solveClosed({
    centers: inside.centers,
    delay: inside.delay + users.think + late,
    customers: users.population,
  })
  // With others, half of the way: what one sends is background to the other.
  const found = closed.throughput[users.population] ?? 0
  state.sources[users.index] = isAlone ? found : (rate + found) / 2
  const entered = new Float64Array(users.population + 1)
  entered[users.population] = 1
  for (const [i, nodes] of inside.visitors.entries()) {
    const queue = inside.queues[i]
    if (!queue) continue
    const wait = scaledLaw(centerWait(closed, i, entered, queue), queue.stretch)
    for (const node of nodes) if (isNew(state.closed.get(node), wait)) putClosed(node, wait, context)
  }
}

const isNew = (before: Law | undefined, now: Law): boolean =>
  before === undefined || Math.abs(before.mean - now.mean) > 1e-11 * Math.max(before.mean, now.mean)

const MOST_CLOSED = 2000

/** Mean time of an answer. */
const timeOf = ({ flows }: Users, outcomes: readonly Outcome[]): Seconds =>
  [...flows].reduce((sum, [flow, share]) => sum + share * Math.min(1e5, finite(outcomes[flow]?.occupied)), 0)

/** Nothing yet: as if nobody waited. */
function start(users: Users, { state }: Context, outcomes: readonly Outcome[]): void {
  const time = timeOf(users, outcomes)
  state.sources[users.index] = users.population / Math.max(1e-6, users.think + time) / 2
}

const finite = (x: number | undefined): number => (x === undefined || !(x < Infinity) ? 0 : x)

/** Time of failing requests that is no work: timeouts. */
function lostTime({ flows }: Users, outcomes: readonly Outcome[]): Seconds {
  return [...flows].reduce((sum, [flow, share]) => {
    const outcome = outcomes[flow]
    return outcome === undefined ? sum : sum + share * failing(outcome) * outcome.failedTime.mean
  }, 0)
}

function findSeveral(all: readonly Users[], context: Context, outcomes: readonly Outcome[]): void {
  const { network, state } = context
  const fresh = all.filter((users) => !((state.sources[users.index] ?? 0) > 0))
  for (const users of fresh) start(users, context, outcomes)
  if (fresh.length > 0) return
  const stations = [...new Set(network.nodes.flatMap(({ step }) => (step.kind === 'serve' ? [step.station] : [])))]
  const centers = stations.map((index): SharedCenter => {
    const station = network.model.resources[index]
    const servers = station?.kind === 'station' ? station.servers : 1
    return { servers, isDelay: servers === Infinity, background: 0 }
  })
  const demands = all.map((users) => demandsOf(users, stations, context))
  const classes = all.map((users, i) => {
    const inside = insideOf(
      membersOf(users, context).filter(({ node }) => node.step.kind !== 'serve'),
      state.sources[users.index] ?? 1,
      context,
    )
    return { customers: users.population, thinkTime: users.think + inside.delay, demands: demands[i]?.work ?? [] }
  })
  const answer = solveClasses({ classes, centers })
  for (const [i, users] of all.entries()) state.sources[users.index] = answer.throughput[i] ?? 0
  for (const [i, users] of all.entries()) {
    for (const { node } of membersOf(users, context)) {
      if (node.step.kind !== 'serve') continue
      const at = stations.indexOf(node.step.station)
      const work = demands[i]?.work[at] ?? 0
      const whole = answer.residence[i]?.[at] ?? 0
      const each = workOf(node.step, node, 1).mean
      const mean = work > 0 ? (Math.max(0, whole - work) / work) * each : 0
      const busy = Math.min(1, (state.stations.get(node.step.station)?.alike[0]?.answer.offered ?? 0) || 1)
      const wait = mean > 0 ? exponentialMixture(1 - busy, [{ share: busy, rate: busy / mean }]) : zero
      if (isNew(state.closed.get(node), wait)) putClosed(node, wait, context)
    }
  }
}

/** Work of one cycle at each station. */
function demandsOf(users: Users, stations: readonly number[], context: Context): { readonly work: readonly Seconds[] } {
  const work: Seconds[] = stations.map(() => 0)
  const rate = context.state.sources[users.index] ?? 0
  for (const { node, part } of membersOf(users, context)) {
    if (node.step.kind !== 'serve') continue
    const at = stations.indexOf(node.step.station)
    const station = context.network.model.resources[node.step.station]
    const copies = station === undefined ? 1 : copiesAt(node.spot, station.group).filter((x) => x > 0).length
    work[at] = (work[at] ?? 0) + (((node.rate * part) / rate) * workOf(node.step, node, 1).mean) / Math.max(1, copies)
  }
  return { work }
}
