import type { Cache } from '../model/resource.ts'
import type { Insert, Step } from '../model/step.ts'
import { solveCache } from './cache-hits.ts'
import { keysAt } from './lookups.ts'
import { copiesAt, type Network, type Node, put } from './network.ts'
import { merged, popularityOf } from './popularity.ts'
import { outcomeOf } from './evaluate.ts'
import { type CacheState, isSame, type State } from './state.ts'

/** Solves every cache for the keys that are asked for, put and removed at the moment. */
export function findCaches(network: Network, state: State): void {
  for (const [index, cache] of network.model.resources.entries()) {
    if (cache.kind !== 'cache') continue
    const users = network.users.get(index) ?? []
    if (users.length === 0) continue
    put(network, state.caches, index, found(network, cache, users, state, state.caches.get(index)))
  }
}

const isInsert = (step: Step, mode: Insert['mode']): boolean => step.kind === 'insert' && step.mode === mode

function found(
  network: Network,
  cache: Cache,
  users: readonly Node[],
  state: State,
  before: CacheState | undefined,
): CacheState {
  const { shards = 1, perShardMax = 1 } = network.model.groups[cache.group] ?? {}
  const count = shards * perShardMax
  const shares = users.map(({ spot }) => copiesAt(spot, cache.group))
  const isCold =
    network.environment.cold.size > 0 && network.environment.cold.has(network.model.resources.indexOf(cache))
  const kinds = copiesAlike(shares, count)
  const { fetch, fetchScv } = fetchOf(users, { network, state })
  const alike = [...kinds.values()].map((copies, i): CacheState['alike'][number] => {
    const at = copies[0] ?? 0
    const rate = (is: (step: Step) => boolean): number =>
      users.reduce(
        (sum, node, j) => sum + (is(node.step) ? node.rate * keysAt(node.step, node) * (shares[j]?.[at] ?? 0) : 0),
        0,
      )
    const probes = users.filter(({ step }) => step.kind === 'probe')
    const lookups = rate(({ kind }) => kind === 'probe')
    const load = [
      lookups,
      rate((s) => isInsert(s, 'put')),
      rate((s) => isInsert(s, 'invalidate')),
      fetch,
      fetchScv,
      isCold ? 1 : 0,
      passedOf(probes, cache),
    ]
    const known = before?.alike[i]
    if (known !== undefined && isSame(known.load, load, 1e-9)) return known
    const domain = network.model.keyDomains[cache.keyDomain] ?? { keys: 1, exponent: 0 }
    const parts = probes
      .filter((node) => node.rate > 0)
      .map((node) => ({ share: node.rate, popularity: node.popularity.get(cache.keyDomain) ?? popularityOf(domain) }))
    const answer = solveCache(
      {
        cache: isCold ? { ...cache, entries: 0 } : cache,
        popularity: parts.length > 0 ? merged(parts) : popularityOf(domain),
        keyShare: keyShareOf(probes, shards),
        lookups: Math.max(1e-12, lookups),
        puts: load[1] ?? 0,
        invalidations: load[2] ?? 0,
        fetch,
        fetchScv,
        filled: 1,
      },
      known?.answer.bound ?? 0,
    )
    return { copies, load, answer, lookups, fetch }
  })
  if (before !== undefined && alike.length === before.alike.length && alike.every((one, i) => one === before.alike[i]))
    return before
  const of = new Int16Array(count).fill(-1)
  for (const [i, { copies }] of alike.entries()) for (const copy of copies) of[copy] = i
  return { alike, of }
}

/** Copies that get the same shares of everything. */
function copiesAlike(shares: readonly Float64Array[], count: number): ReadonlyMap<string, readonly number[]> {
  const kinds = new Map<string, number[]>()
  for (let copy = 0; copy < count; copy++) {
    if (!shares.some((share) => (share[copy] ?? 0) > 0)) continue
    const key = [...new Set(shares)].map((share) => (share[copy] ?? 0).toPrecision(6)).join(' ')
    kinds.set(key, [...(kinds.get(key) ?? []), copy])
  }
  return kinds
}

/** When keys pick the shard, or the instance, each holds its part of them. */
function keyShareOf(probes: readonly Node[], shards: number): number {
  const [probe] = probes
  if (probe?.spot.within === 'hash') return 1 / Math.max(1, probe.spot.copies)
  return 1 / shards
}

/** A number that changes with what comes through the caches before this one. */
function passedOf(probes: readonly Node[], cache: Cache): number {
  let mark = 0
  for (const { popularity, rate } of probes) {
    const { passed, quiet } = popularity.get(cache.keyDomain) ?? {}
    if (quiet !== undefined) mark += quiet.time * quiet.sources
    if (passed !== undefined) mark += rate * passed.reduce((sum, x, i) => sum + x * ((i % 7) + 1), 0)
  }
  return mark
}

/** Mean time from a miss to its fill, and its squared coefficient of variation. */
function fetchOf(
  users: readonly Node[],
  context: { readonly network: Network; readonly state: State },
): { readonly fetch: number; readonly fetchScv: number } {
  let [time, squared, rate] = [0, 0, 0]
  for (const { step, lists, rate: asked } of users) {
    if (step.kind !== 'lookup') continue
    const miss = outcomeOf(lists[2] ?? [], context)
    const { mean, variance } = miss.time
    if (miss.ok > 0 && asked > 0) {
      time += asked * mean
      squared += asked * (variance + mean * mean)
      rate += asked
    }
  }
  const fetch = rate > 0 ? time / rate : 0
  const scv = fetch > 0 ? squared / rate / (fetch * fetch) - 1 : 0
  return Number.isFinite(fetch)
    ? { fetch, fetchScv: Number.isFinite(scv) && scv > 1e-9 ? scv : 0 }
    : { fetch: 0, fetchScv: 0 }
}
