/** Who the closed users are, what they do, and what others do at the same stations. */
import type { Ratio, Seconds } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Source } from '../model/model.ts'
import type { Station } from '../model/resource.ts'
import type { Method } from '../result/solution.ts'
import { workOf } from './evaluate.ts'
import type { Law } from './law.ts'
import type { Network, Node } from './network.ts'
import { failing, type Outcome } from './outcome.ts'
import { putClosed, type State } from './state.ts'

export interface Context {
  readonly network: Network
  readonly state: State
}

/** Closed users of one source: how many, and what they do. */
export interface Users {
  readonly index: number
  readonly population: number
  readonly think: Seconds
  readonly flows: ReadonlyMap<number, Ratio>
}

export const closedUsers = (network: Network): readonly Users[] =>
  network.model.sources.flatMap((source, index) => usersOf(source, index, network))

function usersOf({ arrivals, mix }: Source, index: number, { environment }: Network): readonly Users[] {
  if (arrivals.kind !== 'closed') return []
  const load = Math.max(...mix.map(({ flow }) => environment.load[index]?.[flow] ?? 1))
  const population = Math.round(arrivals.population * load)
  if (population < 1) return []
  const flows = new Map(mix.map(({ flow, share }) => [flow, share]))
  return [{ index, population, think: meanOf(arrivals.thinkTime), flows }]
}

export interface Member {
  readonly node: Node
  /** Part of the node's executions that these users bring. */
  readonly part: Ratio
}

/** Everything that a source's flows do, for one cycle of a user. */
export const membersOf = ({ flows, index }: Users, { network, state }: Context): readonly Member[] =>
  network.nodes.flatMap((node) => {
    if (!flows.has(node.flow)) return []
    const own = (state.sources[index] ?? 0) * (flows.get(node.flow) ?? 0)
    const all = state.rates[node.flow] ?? 0
    return all > 0 ? [{ node, part: Math.min(1, own / all) }] : []
  })

/** What is asked of a station by nobody of the closed users, and how often. */
export function openAt(
  index: number,
  all: readonly Users[],
  context: Context,
): readonly { readonly node: Node; readonly rate: number }[] {
  const { network, state } = context
  return (network.users.get(index) ?? []).flatMap((node) => {
    if (node.step.kind !== 'serve' || !(node.rate > 0)) return []
    const flow = state.rates[node.flow] ?? 0
    const closed = all.reduce(
      (sum, { flows, index: at }) => sum + (flows.get(node.flow) ?? 0) * (state.sources[at] ?? 0),
      0,
    )
    const rate = node.rate * (flow > 0 ? Math.max(0, 1 - closed / flow) : 1)
    return rate > 1e-9 * node.rate ? [{ node, rate }] : []
  })
}

/** True where those who meet at a station keep a product form: shared, or exponential work with one mean. */
export function keepsProduct(station: Station, nodes: readonly Node[]): boolean {
  if (station.servers === Infinity || station.discipline === 'ps') return true
  const [first] = nodes
  if (first?.step.kind !== 'serve') return true
  const mean = workOf(first.step, first, 1).mean
  return nodes.every((node) => {
    const { step } = node
    if (step.kind !== 'serve' || step.work.law !== 'exponential' || step.each > 0) return false
    return Math.abs(workOf(step, node, 1).mean - mean) <= 1e-6 * mean
  })
}

/** What is left on average of work that somebody comes in the middle of. */
export const restOf = ({ mean, variance }: Law): Seconds => (mean > 0 ? (variance + mean * mean) / (2 * mean) : 0)

/** Mean time of an answer. */
export const timeOf = ({ flows }: Users, outcomes: readonly Outcome[]): Seconds =>
  [...flows].reduce((sum, [flow, share]) => sum + share * Math.min(1e5, finite(outcomes[flow]?.occupied)), 0)

const finite = (x: number | undefined): number => (x === undefined || !(x < Infinity) ? 0 : x)

/** Time of failing requests that is no work: timeouts. */
export function lostTime({ flows }: Users, outcomes: readonly Outcome[]): Seconds {
  return [...flows].reduce((sum, [flow, share]) => {
    const outcome = outcomes[flow]
    return outcome === undefined ? sum : sum + share * failing(outcome) * outcome.failedTime.mean
  }, 0)
}

/** Nothing is known yet: as if nobody waited. */
export function start(users: Users, { state }: Context, outcomes: readonly Outcome[]): void {
  const time = timeOf(users, outcomes)
  state.sources[users.index] = users.population / Math.max(1e-6, users.think + time) / 2
}

/** Product form: only the law of a sum of waits is not exact, those being taken for independent of one another. */
export const apart: Method = {
  kind: 'approximate',
  name: 'waits of a closed network independent of one another',
  source: 'Sevcik and Mitrani 1981; against the simulator in tests/agreement',
  mean: 0,
  tail: 0.1,
}

/** Notes a wait unless it is the one known. */
export function noteWait(context: Context, node: Node, wait: Law, method: Method): void {
  const { state } = context
  state.closedBy.set(node, method)
  const before = state.closed.get(node)
  if (before === undefined || Math.abs(before.mean - wait.mean) > 1e-11 * Math.max(before.mean, wait.mean))
    putClosed(node, wait, context)
}
