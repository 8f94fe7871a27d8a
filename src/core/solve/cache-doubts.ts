import type { Ratio } from '../base/units.ts'
import type { Lookup } from '../model/step.ts'
import { exact, type Method } from '../result/solution.ts'
import { worse } from './balanced.ts'
import type { FlowAnswer } from './flow-answer.ts'
import { quantile } from './law.ts'
import { lookedUp } from './lookups.ts'
import type { Node } from './network.ts'
import { popularityOf } from './popularity.ts'
import type { Steady } from './steady.ts'

/** How far off the shares of lookups may be that hit and that fetch, relative to them. */
export interface LookupError {
  readonly hits: Ratio
  readonly misses: Ratio
}

export function lookupError(node: Node, step: Lookup, steady: Steady): LookupError {
  const off = Math.max(0, ...(steady.state.caches.get(step.cache)?.alike ?? []).map(({ answer }) => answer.off))
  if (off === 0) return { hits: 0, misses: 0 }
  const { hit, hitRatio, fetches, keys } = lookedUp(node, step, steady)
  // All of several keys have to be there.
  const moved = hitRatio > 0 ? (off * keys * hit) / hitRatio : off
  return { hits: Math.min(1, moved / Math.max(1e-12, hit)), misses: Math.min(1, moved / Math.max(1e-12, fetches)) }
}

/** How a lookup's hits and misses were come by, and how far off what misses may be. */
export function lookupMethod(node: Node, step: Lookup, steady: Steady): Method {
  if (comesInHerds(step.cache, steady)) return herds
  const method = (steady.state.caches.get(step.cache)?.alike ?? [])
    .map(({ answer }) => answer.method)
    .reduce(worse, exact)
  const { misses } = lookupError(node, step, steady)
  return method.kind === 'approximate' ? { ...method, mean: misses, tail: misses } : method
}

/** What that makes of the times of a flow, as a share of them. */
export function lookupTimes(
  node: Node,
  { hits, misses }: LookupError,
  { bookings, law }: FlowAnswer,
): { readonly mean: Ratio; readonly tail: Ratio } {
  if (misses === 0 || law === null) return { mean: 0, tail: 0 }
  const [, onHit = [], onMiss = []] = node.lists
  const whole = bookings.reduce((sum, { mean }) => sum + mean, 0)
  const partOf = (list: readonly Node[]): Ratio => {
    const own = nodesIn(list)
    const mean = bookings.reduce((sum, booking) => sum + (own.has(booking.leaf.node) ? booking.mean : 0), 0)
    return whole > 0 ? mean / whole : 0
  }
  // The slow ones are those that miss: so many more of them, and the percentile is that of a rarer one among them.
  const moved = PERCENTILES.map((q) => {
    const more = 1 - (1 - q) / (1 + misses)
    const fewer = 1 - Math.min(1 - 1e-9, (1 - q) * (1 + misses))
    const [low, at, high] = [fewer, q, more].map((share) => quantile(law, share)) as [number, number, number]
    return at > 0 ? Math.max(high / at - 1, 1 - low / at) : 0
  })
  return { mean: Math.max(misses * partOf(onMiss), hits * partOf(onHit)), tail: Math.max(...moved) }
}

const PERCENTILES: readonly Ratio[] = [0.9, 0.95, 0.99]

function nodesIn(list: readonly Node[], found = new Set<Node>()): ReadonlySet<Node> {
  for (const node of list) {
    found.add(node)
    for (const inner of node.lists) nodesIn(inner, found)
  }
  return found
}

/** Requests for the hottest key that come while it is fetched, from which on they are a load of their own. */
const HERD = 3

/** The hottest key expires, and all who ask for it go on to what is behind the cache, at once. */
function comesInHerds(index: number, { state, network }: Steady): boolean {
  const cache = network.model.resources[index]
  const domain = cache?.kind === 'cache' ? network.model.keyDomains[cache.keyDomain] : undefined
  if (cache?.kind !== 'cache' || domain === undefined) return false
  if (cache.onMiss !== 'herd' || !(cache.timeToLive < Infinity) || cache.forcedHitRatio !== null) return false
  const hottest = popularityOf(domain).bins[0]?.p ?? 0
  return (state.caches.get(index)?.alike ?? []).some(({ lookups, fetch }) => hottest * lookups * fetch > HERD)
}

/** Stations behind caches whose misses come in herds: everybody meets them there. */
export function herdedStations(steady: Steady): ReadonlySet<number> {
  const found = new Set<number>()
  const collect = (list: readonly Node[]): void => {
    for (const { step, lists } of list) {
      if (step.kind === 'serve') found.add(step.station)
      for (const inner of lists) collect(inner)
    }
  }
  for (const { step, lists } of steady.network.nodes)
    if (step.kind === 'lookup' && comesInHerds(step.cache, steady)) collect(lists[2] ?? [])
  return found
}

export const herds: Method = {
  kind: 'approximate',
  name: 'misses taken to come singly, while those of a hot key come in herds',
  source: 'the queue behind is full for a while, and empty for longer',
  mean: null,
  tail: null,
}
