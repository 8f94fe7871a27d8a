import { pow } from '../base/math.ts'
import type { Ratio } from '../base/units.ts'
import type { Lookup, Step } from '../model/step.ts'
import { copiesAt, type Network, type Node, type Spot } from './network.ts'
import type { Popularity } from './popularity.ts'
import { overCopies, type State } from './state.ts'

/** What becomes of those who ask a cache and get an answer. */
export interface LookedUp {
  readonly hit: Ratio
  /** Those who wait for somebody else's fetch, and go on as if they had hit. */
  readonly waiting: Ratio
  readonly waitShare: number
  readonly fetches: Ratio
  /** Fetches beside hits. */
  readonly refreshes: Ratio
  /** Of one key. */
  readonly hitRatio: Ratio
  /** Asked for at once. */
  readonly keys: number
  readonly domain: number
  /** Popularity of what was missed; null = as it was. */
  readonly popularity: Popularity | null
}

/** Splits the lookups of a node into hits, waits and fetches, by what its cache does at the moment. */
export function lookedUp(
  node: Node,
  step: Lookup,
  { network, state }: { readonly network: Network; readonly state: State },
): LookedUp {
  const cache = network.model.resources[step.cache]
  const domain = cache?.kind === 'cache' ? cache.keyDomain : -1
  const probe = probeIn(node.lists[0] ?? [])
  const keys = probe === undefined ? 1 : keysAt(probe.step, probe)
  const at = state.caches.get(step.cache)
  // Where the entries are: at the instance that the probe is at.
  const spot = probe?.spot ?? node.spot
  const parts = at === undefined || cache === undefined ? [] : overCopies(at, copiesAt(spot, cache.group))
  const over = (of: (answer: (typeof parts)[number]['answer']) => number): number =>
    parts.reduce((sum, { share, answer }) => sum + share * of(answer), 0)
  const asked = parts.length === 0 ? 0 : over((answer) => answer.hitRatio)
  // Nobody asks yet.
  const hitRatio = Number.isFinite(asked) ? asked : 0
  const missed = keys === 1 ? (parts[0]?.answer.missed ?? null) : null
  const popularity = missed === null || cache === undefined ? null : fromAll(missed, spot, cache.group)
  const common = { hitRatio, keys, domain, popularity, waitShare: over((answer) => answer.waitShare) }
  if (keys !== 1) {
    const hit = pow(Math.max(1e-300, hitRatio), keys)
    return { ...common, hit, waiting: 0, fetches: 1 - hit, refreshes: 0 }
  }
  if (parts.length === 0 || !Number.isFinite(asked))
    return { ...common, hit: 0, waiting: 0, fetches: 1, refreshes: 0, waitShare: 0 }
  const waiting = over((answer) => answer.waiting)
  const fetches = over((answer) => answer.fetches)
  return { ...common, hit: hitRatio, waiting, fetches, refreshes: over((answer) => answer.refreshes) }
}

/** A key is at every copy that is asked, unless it decides itself which one that is. */
function fromAll(missed: Popularity, spot: Spot, group: number): Popularity {
  const { quiet } = missed
  const sources = spot.within === 'hash' ? 1 : copiesAt(spot, group).reduce((n, share) => n + (share > 0 ? 1 : 0), 0)
  return quiet === undefined || sources < 2 ? missed : { ...missed, quiet: { ...quiet, sources } }
}

/** The first probe in these steps. */
function probeIn(list: readonly Node[]): Node | undefined {
  for (const node of list) {
    if (node.step.kind === 'probe') return node
    for (const inner of node.lists) {
      const found = probeIn(inner)
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** Keys that a probe or an insert is about, on average. */
export const keysAt = (step: Step, { registers }: Pick<Node, 'registers'>): number =>
  step.kind === 'probe' || step.kind === 'insert' ? step.keys * (step.times === null ? 1 : registers[step.times]) : 1
