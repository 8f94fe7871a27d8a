import { exp } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import type { Pool } from '../model/resource.ts'
import { exact, type Method } from '../result/solution.ts'
import { centersOf, type Inside, type Queue } from './centers.ts'
import { type ClosedAnswer, solveClosed } from './closed.ts'
import { chainOf } from './find-pool-chains.ts'
import { centerWait, waitBehindOthers } from './flow-equivalent-wait.ts'
import { type PoolAnswer, solvePool } from './flow-equivalent.ts'
import { alikeCopies, transformOf } from './find-stations.ts'
import { solveStation } from './station.ts'
import type { Stream } from './stream.ts'
import { throughPool } from './traffic.ts'
import { type Law, scaledLaw, zero } from './law.ts'
import { copiesAt, type Holder, keptOf, type Lasting, type Network, type Node, put } from './network.ts'
import { inSequence, mixed, type Outcome } from './outcome.ts'
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
    put(network, state.pools, index, found(index, pool, holders, context))
  }
}

const depthOf = (holders: readonly Holder[]): number => Math.max(...holders.map(({ node }) => node.holders.length))

function found(index: number, pool: Pool, holders: readonly Holder[], context: Context): PoolState {
  const { network, state } = context
  const before = state.pools.get(index)
  const { shards = 1, perShardMax = 1 } = network.model.groups[pool.group] ?? {}
  const { shares, kinds } = holdersOf(index, pool, holders, network)
  const alike = kinds.map((copies, i): Alike<HeldPool> => {
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

interface Holding {
  readonly shares: readonly Float64Array[]
  readonly kinds: readonly (readonly number[])[]
}

const holdings: Lasting<Holding> = new WeakMap()

/** Where those are who hold slots of a pool, and which of its copies are alike. */
function holdersOf(index: number, { group }: Pool, holders: readonly Holder[], network: Network): Holding {
  const kept = keptOf(holdings, network)
  const known = kept.get(index)
  if (known !== undefined) return known
  const shares = holders.map(({ node }) => copiesAt(node.spot, group))
  const { shards = 1, perShardMax = 1 } = network.model.groups[group] ?? {}
  const made = { shares, kinds: alikeCopies(shares, new Float64Array(shards * perShardMax).fill(1)) }
  kept.set(index, made)
  return made
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
  const taken = rate * (before === undefined ? 1 : throughPool(before.answer))
  const inside = centersOf({ pool: copy.index, own }, taken, context)
  if (inside.centers.length === 0) {
    const law = heldLaw(own, copy.index, context)
    if (law !== null) return asStation(copy, { rate, law, scv, stream: own[0]?.node.stream }, before)
  }
  const load = [rate, scv, inside.delay, ...inside.centers.flatMap(({ demand, background }) => [demand, background])]
  if (before !== undefined && before.answer.method !== free && isSame(before.load, load, 1e-9)) return before
  return {
    copies,
    load,
    answer:
      chainedSlots(pool, inside, { rate, nodes: own.map(({ node }) => node), isOpen: isOpen(own, context) }) ??
      solvedSlots(pool, inside, { rate, scv, heldScv: scvOf(heldLaw(own, copy.index, context)) }),
  }
}

/** Law of the time that a slot is held; null = it is not known. */
function heldLaw(own: Copy['own'], pool: number, context: Context): Law | null {
  const parts = own.map(({ node, share }) => {
    const { step } = node
    const law = step.kind === 'call' ? null : outcomeOf(node.lists[0] ?? [], context)
    return { share: rateOf(node, pool) * share, law: law === null || law.ok < 0.999 ? null : law.whole }
  })
  const known = parts.flatMap(({ share, law }) => (law === null ? [] : [{ share, law }]))
  return known.length === parts.length ? mixed(known) : null
}

/** Slots held without meeting anybody: servers with that work. */
function asStation(
  { pool, copies }: Copy,
  {
    rate,
    law,
    stream,
  }: { readonly rate: number; readonly law: Law; readonly scv: number; readonly stream: Stream | undefined },
  before: Alike<HeldPool> | undefined,
): Alike<HeldPool> {
  const load = [rate, law.mean, law.variance, stream?.scv ?? 1]
  if (before !== undefined && before.answer.method !== free && isSame(before.load, load)) return before
  const { slots, waitingRoom, whenFull, order } = pool
  const discipline = order === 'lifo' ? ('lifo' as const) : ('fifo' as const)
  const patience = pool.patience < Infinity ? ({ law: 'fixed', value: pool.patience } as const) : null
  const answer = solveStation({
    station: { servers: slots, discipline, waitingRoom, whenFull, patience, outages: null },
    classes: [{ rate, work: law, distribution: null, priority: 1 }],
    arrivalScv: stream?.scv ?? 1,
    transform: stream === undefined ? null : transformOf(stream, rate),
    batch: Math.max(1, Math.round(stream?.batch ?? 1)),
  })
  const most = slots / law.mean
  const isStuck = answer.isOverloaded
  const wait = isStuck ? zero : answer.wait(0)
  const held: PoolAnswer = {
    isOverloaded: answer.offered > 1,
    rejected: answer.rejected,
    abandoned: answer.abandoned,
    held: new Float64Array(0),
    heldMean: isStuck ? slots : answer.utilization * slots,
    queueLength: answer.queueLength,
    wait,
    waitMean: isStuck ? Infinity : wait.mean,
    entered: new Float64Array(0),
  }
  const throughput = Float64Array.from([0, most])
  return {
    copies,
    load,
    answer: {
      rate,
      throughput,
      answer: held,
      waits: new Map(),
      method: answer.method,
      closed: null,
      inside: null,
      full: 1,
    },
  }
}

/** Attempts of a call that want a connection; of a bulkhead, executions. */
function rateOf(node: Node, pool: number): number {
  const { step } = node
  if (step.kind !== 'call') return node.rate
  return (
    node.rate * (step.policy.connection === pool || step.policy.bulkhead === pool ? Math.max(1, node.attempts.sent) : 1)
  )
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
const isAmple = (held: number, slots: number): boolean =>
  held < Infinity && slots > held * 2 + 8 * Math.sqrt(held) + 8 && slots > 4 * held

const free: Method = exact

/** Slots enough for all: nobody waits. */
function idle(rate: number, held: number, pool: Pool): HeldPool {
  return {
    rate,
    throughput: new Float64Array(0),
    waits: new Map(),
    method: free,
    closed: null,
    inside: null,
    full: 1,
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

/** Nobody waits for an answer of it before asking again. */
const isOpen = (own: Copy['own'], { network }: Context): boolean =>
  network.model.sources.every(
    ({ arrivals, mix }) =>
      arrivals.kind !== 'closed' || own.every(({ node }) => mix.every(({ flow }) => flow !== node.flow)),
  )

/** Exact, where it is held over one center. */
function chainedSlots(pool: Pool, inside: Inside, asked: Parameters<typeof chainOf>[2]): HeldPool | null {
  const answer = chainOf(pool, inside, asked)
  if (answer === null) return null
  const closed = solveClosed({ centers: inside.centers, delay: inside.delay, customers: pool.slots })
  const [queue] = inside.queues
  const wait = queue ? waitBehindOthers(answer.seen, queue) : zero
  return {
    rate: asked.rate,
    throughput: closed.throughput,
    answer,
    waits: new Map(inside.visitors[0]?.map((node) => [node, wait])),
    closed,
    inside,
    full: fullness(pool, closed, answer),
    method: chained,
  }
}

function solvedSlots(pool: Pool, inside: Inside, { rate, scv, heldScv }: Asked): HeldPool {
  const closed = solveClosed({ centers: inside.centers, delay: inside.delay, customers: pool.slots })
  const answer = solvePool({
    rate,
    throughput: closed.throughput,
    slots: pool.slots,
    waitingRoom: pool.waitingRoom,
    patience: pool.patience,
    // Kingman's (ca² + cs²)/2, the exponential work of the network being 1.
    arrivalScv: Math.max(0, scv + workScv(inside, closed, heldScv) - 1),
  })
  const entered = answer.entered.some((x) => x > 0) ? answer.entered : fullHouse(pool.slots)
  const waits = waitsInside(inside, closed, entered)
  return {
    rate,
    throughput: closed.throughput,
    answer,
    waits,
    closed,
    inside,
    full: bottleneckOf(inside, closed).queue?.isShared ? 1 : fullness(pool, closed, answer),
    method: methodOf(inside, answer.waitMean),
  }
}

/** Time that a slot is held while all are, over the mean of those who have it. */
function fullness({ slots }: Pool, { throughput }: ClosedAnswer, { entered }: PoolAnswer): number {
  const at = (n: number): number => n / Math.max(1e-300, throughput[n] ?? 0)
  let [mean, all] = [0, 0]
  for (let n = 1; n < entered.length; n++) {
    mean += (entered[n] as number) * at(n)
    all += entered[n] as number
  }
  return all > 0 && mean > 0 ? (at(slots) * all) / mean : 1
}

interface Asked {
  readonly rate: number
  /** Of the times between those who ask, and of the time that a slot is held. */
  readonly scv: number
  readonly heldScv: number
}

const scvOf = (law: Law | null): number =>
  law === null || !(law.mean > 0) || !(law.mean < Infinity) ? 1 : Math.min(50, law.variance / (law.mean * law.mean))

/** The center that is full first as slots fill up, and how busy it is when all are held. */
function bottleneckOf({ centers, queues }: Inside, { throughput }: ClosedAnswer) {
  const most = throughput.at(-1) ?? 0
  let busiest = 0
  let queue: Queue | null = null
  for (const [i, { demand, speed, background }] of centers.entries()) {
    const top = speed(Math.max(1, Math.min(1e4, queues[i]?.servers ?? 1)))
    const busy = top > 0 ? (most * demand + background) / top : 0
    if (busy <= busiest) continue
    busiest = busy
    queue = queues[i] ?? null
  }
  return { busy: Math.min(1, busiest), queue }
}

/**
 * How much what the slots are held for varies: where one center is the bottleneck, as its work does; where nobody meets
 * anybody, as the holding time does.
 */
function workScv(inside: Inside, closed: ClosedAnswer, heldScv: number): number {
  const { busy, queue } = bottleneckOf(inside, closed)
  const part = busy ** 2
  return part * (queue?.scv ?? 1) + (1 - part) * heldScv
}

/** Waits at the centers, as those see them who hold a slot. */
export function waitsInside(inside: Inside, closed: ClosedAnswer, entered: Float64Array): ReadonlyMap<Node, Law> {
  const waits = new Map<Node, Law>()
  for (const [i, nodes] of inside.visitors.entries()) {
    const queue = inside.queues[i]
    if (queue === undefined || queue === null) continue
    const wait = scaledLaw(centerWait(closed, i, entered, queue), queue.stretch)
    for (const node of nodes) waits.set(node, wait)
  }
  return waits
}

export function fullHouse(slots: number): Float64Array {
  const entered = new Float64Array(slots + 1)
  entered[slots] = 1
  return entered
}

/** The largest errors that the grid of tests/agreement and the chains of closed.test.ts showed. */
const flowEquivalent: Method = {
  kind: 'approximate',
  name: 'flow-equivalent server',
  source: 'Chandy, Herzog and Woo 1975; against the simulator in docs/truth.md',
  mean: 0.08,
  tail: 0.2,
}

/** Means are exact; a slot that was waited for is held for longer, which is taken to be a factor. */
const chained: Method = {
  kind: 'approximate',
  name: 'wait for a slot, and how long it is held then',
  source: 'Mitrani and Chakka 1995; percentiles against the simulator on pools of 5 to 16 slots',
  mean: 0,
  tail: 0.07,
}

/** Nobody meets anybody, and nobody waits: nothing is approximated. */
const methodOf = ({ centers }: Inside, wait: Seconds): Method =>
  centers.length === 0 && wait === 0 ? exact : flowEquivalent

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
