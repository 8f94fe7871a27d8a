import { exp } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import type { Pool } from '../model/resource.ts'
import { exact, type Method } from '../result/solution.ts'
import { centersOf, type Inside } from './centers.ts'
import { solveClosed } from './closed.ts'
import { centerWait } from './flow-equivalent-wait.ts'
import { solvePool } from './flow-equivalent.ts'
import { type Law, scaledLaw, zero } from './law.ts'
import { copiesAt, type Holder, type Network, type Node } from './network.ts'
import { inSequence, type Outcome } from './outcome.ts'
import { outcomeOf } from './evaluate.ts'
import { type Alike, type HeldPool, isSame, type PoolState, type State } from './state.ts'

interface Context {
  readonly network: Network
  readonly state: State
}

/** Solves every pool whose slots are asked for, the innermost first: what they hold for has to be known. */
export function findPools(context: Context): void {
  const { network, state } = context
  const pools = [...network.holders].sort(([, a], [, b]) => depthOf(b) - depthOf(a))
  for (const [index, holders] of pools) {
    const pool = network.model.resources[index]
    if (pool?.kind !== 'pool') continue
    state.pools.set(index, found(index, pool, holders, context))
  }
}

const depthOf = (holders: readonly Holder[]): number => Math.max(...holders.map(({ node }) => node.holders.length))

function found(index: number, pool: Pool, holders: readonly Holder[], context: Context): PoolState {
  const { network, state } = context
  const before = state.pools.get(index)
  const shares = holders.map(({ node }) => copiesAt(node.spot, pool.group))
  const { shards = 1, perShardMax = 1 } = network.model.groups[pool.group] ?? {}
  const kinds = new Map<string, number[]>()
  for (let copy = 0; copy < shards * perShardMax; copy++) {
    if (!shares.some((share) => (share[copy] ?? 0) > 0)) continue
    const key = [...new Set(shares)].map((share) => (share[copy] ?? 0).toPrecision(9)).join(' ')
    kinds.set(key, [...(kinds.get(key) ?? []), copy])
  }
  const alike = [...kinds.values()].map((copies, i): Alike<HeldPool> => {
    const own = holders.map(({ node }, j) => ({ node, share: shares[j]?.[copies[0] ?? 0] ?? 0 }))
    return solvedCopy({ index, pool, copies, own }, context, before?.alike[i])
  })
  const rate = holders.reduce((sum, { node }) => sum + node.rate, 0)
  const cold = pool.starting === undefined ? 0 : coldShare(pool, rate, heldMean(index, holders, context))
  const isAlike = before !== undefined && Math.abs(before.cold - cold) < 1e-12 && alike.length === before.alike.length
  if (isAlike && alike.every((one, i) => one === before.alike[i])) return before
  const of = new Int16Array(shards * perShardMax).fill(-1)
  for (const [i, { copies }] of alike.entries()) for (const copy of copies) of[copy] = i
  return { alike, of, cold }
}

/** Those who use one copy of a pool, and which part of their requests is there. */
interface Copy {
  readonly index: number
  readonly pool: Pool
  readonly copies: readonly number[]
  readonly own: readonly { readonly node: Node; readonly share: Ratio }[]
}

function solvedCopy(copy: Copy, context: Context, before: Alike<HeldPool> | undefined): Alike<HeldPool> {
  const { pool, own, copies } = copy
  const rate = own.reduce((sum, { node, share }) => sum + rateOf(node, copy.index) * share, 0)
  const held = own.reduce((sum, { node, share }) => {
    const part = rateOf(node, copy.index) * share
    return sum + (part > 0 ? part * holdingTime(node, copy.index, context) : 0)
  }, 0)
  const scv = own[0]?.node.stream.scv ?? 1
  if (pool.slots === Infinity || isAmple(held, pool.slots)) {
    const load = [rate, held]
    if (before !== undefined && isSame(before.load, load)) return before
    return { copies, load, answer: idle(rate, held, pool) }
  }
  const inside = centersOf({ pool: copy.index, own }, rate, context)
  const load = [rate, scv, inside.delay, ...inside.centers.flatMap(({ demand, background }) => [demand, background])]
  if (before !== undefined && before.answer.method !== free && isSame(before.load, load, 1e-9)) return before
  return { copies, load, answer: solvedSlots(pool, inside, rate, scv) }
}

/** Attempts of a call that want a connection; of a bulkhead, executions. */
function rateOf(node: Node, pool: number): number {
  const { step } = node
  if (step.kind !== 'call') return node.rate
  return node.rate * (step.policy.connection === pool || step.policy.bulkhead === pool ? Math.max(1, node.attempts.sent) : 1)
}

/** Mean time that a slot is held once. */
function holdingTime(node: Node, pool: number, context: Context): Seconds {
  const { step } = node
  if (step.kind === 'call') return node.attempts.held - (step.policy.connection === pool ? waitedFor(pool, context) : 0)
  const inner: Outcome = inSequence([outcomeOf(node.lists[0] ?? [], context)])
  return inner.occupied
}

/** A call's time with its connection counts the wait for it too. */
function waitedFor(pool: number, { state }: Context): Seconds {
  const [first] = state.pools.get(pool)?.alike ?? []
  const wait = first?.answer.answer.waitMean ?? 0
  return wait < Infinity ? wait : 0
}

function heldMean(index: number, holders: readonly Holder[], context: Context): number {
  return holders.reduce((sum, { node }) => sum + (node.rate > 0 ? node.rate * holdingTime(node, index, context) : 0), 0)
}

/** So many more slots than are held that a queue for them is rarer than once in a million. */
const isAmple = (held: number, slots: number): boolean => held < Infinity && slots > held * 2 + 8 * Math.sqrt(held) + 8 && slots > 4 * held

const free: Method = exact

/** Slots enough for all: nobody waits. */
function idle(rate: number, held: number, pool: Pool): HeldPool {
  return {
    rate,
    throughput: new Float64Array(0),
    waits: new Map(),
    method: free,
    answer: {
      isOverloaded: false,
      rejected: 0,
      abandoned: 0,
      held: new Float64Array(0),
      heldMean: Math.min(held, pool.slots),
      queueLength: 0,
      wait: zero,
      waitMean: 0,
      entered: new Float64Array(0),
    },
  }
}

function solvedSlots(pool: Pool, inside: Inside, rate: number, scv: number): HeldPool {
  const closed = solveClosed({ centers: inside.centers, delay: inside.delay, customers: pool.slots })
  const answer = solvePool({
    rate,
    throughput: closed.throughput,
    slots: pool.slots,
    waitingRoom: pool.waitingRoom,
    patience: pool.patience,
    arrivalScv: scv,
  })
  const waits = new Map<Node, Law>()
  for (const [i, nodes] of inside.visitors.entries()) {
    const queue = inside.queues[i]
    if (queue === undefined || queue === null) continue
    const entered = answer.entered.some((x) => x > 0) ? answer.entered : fullHouse(pool.slots)
    const wait = centerWait(closed, i, entered, queue)
    for (const node of nodes) waits.set(node, scaledLaw(wait, queue.stretch))
  }
  return { rate, throughput: closed.throughput, answer, waits, method: methodOf(pool, inside, answer.waitMean) }
}

function fullHouse(slots: number): Float64Array {
  const entered = new Float64Array(slots + 1)
  entered[slots] = 1
  return entered
}

const source = 'Chandy, Herzog and Woo 1975; against the chain in closed.test.ts'

/** How good it is was measured against chains: the busier the slots, the less the inside is in equilibrium. */
function methodOf({ slots }: Pool, { centers, isNested }: Inside, wait: Seconds): Method {
  if (centers.length === 0 && wait === 0) return exact
  const name = 'flow-equivalent server'
  return { kind: 'approximate', name, source, mean: slots < 8 ? 0.08 : isNested ? 0.08 : 0.05, tail: 0.1 }
}

/**
 * Share of uses that find no slot started: levels of an M/G/infinity queue; the m-th slot stays warm while it is used
 * at least once in the time that idle ones are kept. @source level crossings of a Poisson number of busy slots
 */
function coldShare({ starting }: Pool, rate: number, busy: number): Ratio {
  if (starting === undefined || !(rate > 0) || !(busy < Infinity)) return 0
  let [p, below, cold] = [exp(-busy), 0, 0]
  const most = Math.ceil(busy + 12 * Math.sqrt(busy) + 20)
  for (let m = 0; m <= most; m++) {
    below += p
    if (m >= starting.kept && below > 0) cold += p * exp((-rate * p * starting.idle) / below)
    p *= busy / (m + 1)
  }
  return Math.min(1, cold)
}
