import type { Ratio } from '../base/units.ts'
import { type Accuracy, exact, type Method } from '../result/solution.ts'
import { worse } from './balanced.ts'
import { lookupError } from './cache-doubts.ts'
import { heldWait } from './evaluate.ts'
import type { Node } from './network.ts'
import { turnedAwayAgain } from './step-doubts.ts'
import type { Steady } from './steady.ts'

/** How far off the rate may be at which each step starts, as a share of it; null = nobody knows. */
export type RateErrors = ReadonlyMap<Node, Ratio | null>

/** From the sources on, by what may be off about how many go which way. */
export function rateErrors(steady: Steady, flows: readonly Accuracy[]): RateErrors {
  const { network } = steady
  const { model } = network
  const errors = new Map<Node, Ratio | null>()
  const closed = new Set(
    model.sources.flatMap(({ arrivals, mix }) => (arrivals.kind === 'closed' ? mix.map(({ flow }) => flow) : [])),
  )
  const logs = new Map(model.consumers.map(({ flow, log }) => [flow, log]))
  // Those who publish come before those who consume, in as many rounds as there may be in between.
  for (let round = 0; round <= logs.size; round++) {
    for (const [flow, list] of network.flows.entries()) {
      const log = logs.get(flow)
      const source = closed.has(flow) ? (flows[flow]?.mean ?? null) : 0
      walk(list, log === undefined ? source : over(network.users.get(log) ?? [], errors), errors, steady)
    }
  }
  return errors
}

function walk(list: readonly Node[], error: Ratio | null, errors: Map<Node, Ratio | null>, steady: Steady): void {
  for (const node of list) {
    errors.set(node, error)
    const { step, lists } = node
    const more = step.kind === 'lookup' ? lookupError(node, step, steady) : null
    // Attempts that are repeated for what a queue did to them may be as many more, or as few.
    const again = turnedAwayAgain(node) > 0 ? node.attempts.retries / node.attempts.sent : 0
    for (const [i, inner] of lists.entries()) {
      const own = more === null || i === 0 ? again : i === 1 ? more.hits : more.misses
      walk(inner, error === null ? null : error + own, errors, steady)
    }
  }
}

/** Of all that these start. */
function over(nodes: readonly Node[], errors: RateErrors): Ratio | null {
  let [all, off] = [0, 0]
  for (const node of nodes) {
    if (!(node.rate > 0)) continue
    const error = errors.get(node)
    if (error === null) return null
    all += node.rate
    off += node.rate * (error ?? 0)
  }
  return all > 0 ? off / all : 0
}

/** Of the figures of one resource: how its queue was solved, and how sure it is how many come. */
export function resourceAccuracy(
  steady: Steady,
  index: number,
  { rates, methodOf }: { readonly rates: RateErrors; readonly methodOf: (node: Node) => Method },
): Accuracy {
  const { state, network, isConverged } = steady
  if (!isConverged) return { mean: null, tail: null, share: null }
  const resource = network.model.resources[index]
  const come = over(network.users.get(index) ?? [], rates)
  // By the utilization law, nothing is off where nobody is turned away.
  const from = (methods: readonly Method[], share: Ratio): Accuracy => {
    const method = methods.reduce(worse, exact)
    if (method.kind === 'exact') return { mean: 0, tail: 0, share: come }
    return method.kind === 'unsupported'
      ? { mean: null, tail: null, share: null }
      : { mean: method.mean, tail: method.tail, share: come === null ? null : come + share }
  }
  if (resource?.kind === 'station') {
    const at = state.stations.get(index)
    const users = (at?.users ?? []).filter(({ rate }) => rate > 0)
    const special = users.filter((node) => state.closed.has(node) || heldWait(node, steady) !== undefined)
    const own =
      special.length > 0 && special.length === users.length
        ? special.map((node) => (heldWait(node, steady) === undefined ? methodOf(node) : alone(methodOf(node))))
        : [...(at?.alike.map(({ answer }) => answer.method) ?? []), ...(special.length > 0 ? [held] : [])]
    const isLost = at?.alike.some(({ answer }) => answer.rejected + answer.abandoned > 0) ?? false
    return from(own, isLost ? 0.01 : 0)
  }
  if (resource?.kind === 'pool')
    return from(state.pools.get(index)?.alike.map(({ answer }) => alone(answer.method)) ?? [], HELD)
  if (resource?.kind === 'cache') {
    const alike = state.caches.get(index)?.alike ?? []
    const off = Math.max(0, ...alike.map(({ answer }) => answer.off))
    return { mean: off, tail: off, share: off }
  }
  return { mean: 0, tail: 0, share: come }
}

/** Of the slots held, by nested pools of tests/outside: so many share a queue inside that fewer are let into. */
const HELD: Ratio = 0.05

/** Waits for a slot and inside of it err in opposite directions: alone, each is further off than both together. */
const alone = (method: Method): Method =>
  method.kind === 'approximate' && method.mean !== null && method.tail !== null
    ? { ...method, mean: ALONE * method.mean, tail: Math.min(1, ALONE * method.tail) }
    : method

/** Largest error of a wait over that of the whole, by the pools of tests/outside. */
const ALONE = 4

/** A station's queue is worked out as an open one: with holders behind it, it is shorter. */
const held: Method = {
  kind: 'approximate',
  name: 'queue as if it were open',
  source: 'an upper bound: slots held before it keep some out',
  mean: null,
  tail: null,
}
