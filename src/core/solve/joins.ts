import type { Ratio } from '../base/units.ts'
import { kthOf, latest, type Law, scaledLaw } from './law.ts'
import { copiesAt, type Network, type Node } from './network.ts'
import { mixed, type Outcome } from './outcome.ts'
import type { State } from './state.ts'

interface Context {
  readonly network: Network
  readonly state: State
}

/**
 * Branches that start together queue together: at stations that only they come to, the latest of them is earlier than
 * of independent ones. Mean response by Nelson and Tantawi (1988), exact for two (Flatto and Hahn 1984); null = the
 * branches are not like that.
 */
export function joinedAtQueues(node: Node, independent: Law, { network, state }: Context): Law | null {
  const { lists, step } = node
  if (step.kind !== 'parallel' || step.need !== lists.length || lists.length < 2) return null
  const queues = lists.map((list) => lonelyQueue(list, { network, state }))
  const [first] = queues
  if (first === null || first === undefined) return null
  if (queues.some((queue) => queue === null || Math.abs(queue.load - first.load) > 1e-6 || queue.mean !== first.mean))
    return null
  if (new Set(queues.map((queue) => queue?.station)).size < queues.length) return null
  const n = lists.length
  const harmonic = Array.from({ length: n }, (_, i) => 1 / (i + 1)).reduce((sum, x) => sum + x, 0)
  const ratio = harmonic / 1.5
  const { load, response } = first
  const mean = (ratio + (4 / 11) * (1 - ratio) * load) * ((12 - load) / 8) * response
  return scaledLaw(independent, mean / independent.mean)
}

interface Queue {
  readonly station: number
  readonly load: number
  readonly mean: number
  readonly response: number
}

/** The one single-server queue with exponential work that a branch consists of. */
function lonelyQueue(list: readonly Node[], context: Context): Queue | null {
  const [node, ...others] = list
  if (node === undefined || others.length > 0) return null
  if (node.step.kind === 'call') {
    const [inner = []] = node.lists
    return node.way !== null && node.way.time.mean > 0 ? null : lonelyQueue(inner, context)
  }
  if (node.step.kind !== 'serve') return null
  const { network, state } = context
  const station = network.model.resources[node.step.station]
  const at = state.stations.get(node.step.station)
  const [alike] = at?.alike ?? []
  if (station?.kind !== 'station' || alike === undefined || at === undefined) return null
  const isAlone = station.servers === 1 && copiesAt(node.spot, station.group).length === 1 && at.users.length === 1
  if (!isAlone || station.discipline !== 'fifo' || node.step.work.law !== 'exponential') return null
  const { answer } = alike
  return answer.isOverloaded
    ? null
    : { station: node.step.station, load: answer.offered, mean: node.step.work.mean, response: answer.response(0).mean }
}

/** Branches of which some fail, up to which every set of those that do not is looked at for itself. */
const MOST_SETS = 6
const SURE: Ratio = 1 - 1e-9

/** Until so many of them have ended well, where so many do: a branch that failed is not waited for. */
export function timeUntil(branches: readonly Outcome[], need: number): Law {
  const law = (some: readonly Outcome[]): Law => {
    const laws = some.map(({ time }) => time)
    return need >= laws.length ? latest(laws) : kthOf(laws, need)
  }
  const possible = branches.filter(({ ok }) => ok > 0)
  const unsure = possible.filter(({ ok }) => ok < SURE)
  if (unsure.length === 0 || unsure.length > MOST_SETS) return law(possible)
  const sure = possible.filter(({ ok }) => ok >= SURE)
  const sets = Array.from({ length: 2 ** unsure.length }, (_, bits) => {
    const isIn = (i: number): boolean => Math.floor(bits / 2 ** i) % 2 === 1
    const share = unsure.reduce((product, { ok }, i) => product * (isIn(i) ? ok : 1 - ok), 1)
    return { share, some: [...sure, ...unsure.filter((_one, i) => isIn(i))] }
  }).filter(({ share, some }) => some.length >= need && share > 1e-12)
  return mixed(sets.map(({ share, some }) => ({ share, law: law(some) })))
}

/** P(at least `need` of independent events). */
export function atLeast(chances: readonly Ratio[], need: number): Ratio {
  let counts = [1]
  for (const p of chances) {
    const next = Array.from({ length: counts.length + 1 }, () => 0)
    for (const [k, c] of counts.entries()) {
      next[k] = (next[k] ?? 0) + c * (1 - p)
      next[k + 1] = (next[k + 1] ?? 0) + c * p
    }
    counts = next
  }
  return counts.slice(need).reduce((total, c) => total + c, 0)
}
