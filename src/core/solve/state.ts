import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Method } from '../result/solution.ts'
import type { BatchAnswer } from './batches.ts'
import type { CacheAnswer } from './cache-hits.ts'
import type { Inside } from './centers.ts'
import type { ClosedAnswer } from './closed.ts'
import type { PoolAnswer } from './flow-equivalent.ts'
import type { Law } from './law.ts'
import { type Network, type Node, touchFlow } from './network.ts'
import type { StationAnswer } from './station.ts'

/** Copies of a resource that are loaded alike are solved once. */
export interface Alike<Answer> {
  readonly answer: Answer
  readonly copies: readonly number[]
  /** What it was solved for: it stays while that does. */
  readonly load: readonly number[]
}

export interface StationState {
  readonly users: readonly Node[]
  readonly alike: readonly Alike<StationAnswer>[]
  /** Position in `alike` of each copy; -1: nothing comes to it. */
  readonly of: Int16Array
}

export interface PoolState {
  readonly alike: readonly Alike<HeldPool>[]
  readonly of: Int16Array
  /** Share of uses that have to start a slot. */
  readonly cold: Ratio
}

/** One copy of a pool, and what its slots do together. */
export interface HeldPool {
  readonly answer: PoolAnswer
  readonly rate: PerSecond
  /** Given back a second with n = 0..slots held. */
  readonly throughput: Float64Array
  /** Waits at centers, as somebody sees them who holds a slot. */
  readonly waits: ReadonlyMap<Node, Law>
  readonly method: Method
  /** What the slots are held for, and its closed network; null = nobody meets anybody there. */
  readonly closed: ClosedAnswer | null
  readonly inside: Inside | null
  /** How many times as long as on average a slot is held while all are. */
  readonly full: number
}

export interface CacheState {
  readonly alike: readonly (Alike<CacheAnswer> & {
    /** Keys asked for a second at one copy, and mean time from a miss to its fill. */
    readonly lookups: PerSecond
    readonly fetch: Seconds
  })[]
  readonly of: Int16Array
}

export interface ConsumerState {
  readonly answer: BatchAnswer
  /** Messages a second, all instances. */
  readonly messages: PerSecond
  /** From publish to the start of handling. */
  readonly wait: Law
  /** Mean time from when it is taken until it is acknowledged. */
  readonly held: Seconds
  readonly waiting: Seconds
}

/** What the instances alike of a consumer take, and what it was solved for. */
export interface Taken {
  readonly load: readonly number[]
  readonly answer: BatchAnswer
}

/** What is known of a steady state while it is looked for. */
export interface State {
  readonly stations: Map<ResourceIndex, StationState>
  readonly pools: Map<ResourceIndex, PoolState>
  readonly caches: Map<ResourceIndex, CacheState>
  readonly limiters: Map<ResourceIndex, { readonly passed: Ratio; readonly method: Method }>
  /** Share of wanted retries that a budget lets through, of attempts that a breaker refuses: by the caller's place. */
  readonly budgets: Map<ResourceIndex, ReadonlyMap<number, Ratio>>
  readonly breakers: Map<ResourceIndex, ReadonlyMap<number, Ratio>>
  readonly consumers: Map<number, ConsumerState>
  readonly batches: Map<number, readonly Taken[]>
  /** Waits seen by closed users, where they differ from those of open ones. */
  readonly closed: Map<Node, Law>
  /** How those were come by; nothing here: by the loops of a consumer. */
  readonly closedBy: Map<Node, Method>
  /** Starts a second of each flow, and messages of each of them. */
  readonly rates: Float64Array
  readonly items: Float64Array
  /** Of each source: its requests a second. */
  readonly sources: Float64Array
  /** Every attempt with a timeout is taken to run into it: where the search for a bad state begins. */
  isPessimistic: boolean
}

export const stateFor = (flows: number, sources: number): State => ({
  stations: new Map(),
  pools: new Map(),
  caches: new Map(),
  limiters: new Map(),
  budgets: new Map(),
  breakers: new Map(),
  consumers: new Map(),
  batches: new Map(),
  closed: new Map(),
  closedBy: new Map(),
  rates: new Float64Array(flows),
  items: new Float64Array(flows).fill(1),
  sources: new Float64Array(sources),
  isPessimistic: false,
})

/** Notes the wait of a closed user. */
export function putClosed(
  node: Node,
  wait: Law,
  { network, state }: { readonly network: Network; readonly state: State },
): void {
  state.closed.set(node, wait)
  touchFlow(network, node)
}

/** True when no number moved by more than `by` of itself. */
export function isSame(a: readonly number[], b: readonly number[], by = 1e-10): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number]
    if (x !== y && !(Math.abs(x - y) <= by * Math.max(Math.abs(x), Math.abs(y)))) return false
  }
  return true
}

/** Share-weighted mean over the copies that a node uses. */
export function overCopies<Answer>(
  { alike, of }: { readonly alike: readonly Alike<Answer>[]; readonly of: Int16Array },
  share: Float64Array,
): readonly { readonly share: Ratio; readonly answer: Answer }[] {
  const first = alike[0]
  if (alike.length === 1 && first !== undefined) return [{ share: 1, answer: first.answer }]
  const shares = new Float64Array(alike.length)
  let all = 0
  share.forEach((part, copy) => {
    const at = of[copy] ?? -1
    if (at < 0) return
    shares[at] = (shares[at] ?? 0) + part
    all += part
  })
  return alike.flatMap(({ answer }, i) => ((shares[i] ?? 0) > 0 ? [{ share: (shares[i] ?? 0) / all, answer }] : []))
}
