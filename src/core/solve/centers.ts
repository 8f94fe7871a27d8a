import type { Ratio, Seconds } from '../base/units.ts'
import type { GroupIndex, ResourceIndex, Station } from '../model/resource.ts'
import type { Center } from './closed.ts'
import { workOf } from './evaluate.ts'
import { copiesAt, type Network, type Node } from './network.ts'
import { overCopies, type State } from './state.ts'

interface Context {
  readonly network: Network
  readonly state: State
}

/** What a slot is held for: centers where holders queue with one another, and delays. */
export interface Inside {
  readonly centers: readonly Center[]
  /** Whose waits each center gives; null: a pool inside, whose wait it has itself. */
  readonly visitors: readonly (readonly Node[])[]
  readonly queues: readonly (Queue | null)[]
  readonly delay: Seconds
}

export interface Queue {
  readonly servers: number
  readonly serviceTime: Seconds
  /** Work that varies otherwise than the exponential one makes waits so many times as long. */
  readonly stretch: number
  /** Squared coefficient of variation of one visit's work. */
  readonly scv: number
  /** Work is shared there: it goes on all the time, and a moment in which much is there is soon forgotten. */
  readonly isShared: boolean
}

/** Own part of a center's traffic from which its queue depends on how many of the slots are held. */
const LEAST_PART: Ratio = 0.15

/** Copies of a center up to which each is one of its own. */
const MOST_COPIES = 8

interface Holders {
  readonly pool: number
  readonly own: readonly { readonly node: Node; readonly share: Ratio }[]
}

/** Centers and delays inside one copy of a pool, which is asked for `rate` times a second. */
export function centersOf(holders: Holders, rate: number, context: Context): Inside {
  const home = context.network.model.resources[holders.pool]?.group ?? null
  return insideOf(nodesIn(holders, context), rate, context, { home, pool: holders.pool })
}

export interface Scope {
  /** Group of whose instances one is meant: what is at it is not spread over the others. */
  readonly home?: GroupIndex | null
  /** The pool in question, for which nobody waits who has a slot. */
  readonly pool?: ResourceIndex
  /**
   * Pools are centers of their own, served as fast as what they are held for lets them: so they are for closed users,
   * who may fill them.
   */
  readonly isWhole?: boolean
}

interface Member {
  readonly node: Node
  /** Part of the node's executions for which this copy's slots are held. */
  readonly part: Ratio
}

/** From members and how often a cycle begins. */
export function insideOf(members: readonly Member[], rate: number, context: Context, scope: Scope = {}): Inside {
  const { network } = context
  const pools = scope.isWhole ? poolsIn(members, rate, context) : []
  const held = new Set(pools.map(({ pool }) => pool))
  const centers: Center[] = []
  const visitors: (readonly Node[])[] = []
  const queues: (Queue | null)[] = []
  let delay = 0
  const byStation = new Map<number, Member[]>()
  for (const member of members) {
    const { step } = member.node
    const visits = (member.node.rate * member.part) / rate
    if (!(visits > 0) || member.node.holders.some(({ pool }) => held.has(pool))) continue
    if (step.kind === 'hold' && held.has(step.pool)) continue
    if (step.kind === 'serve') byStation.set(step.station, [...(byStation.get(step.station) ?? []), member])
    else if (step.kind === 'call') delay += visits * callTime(member.node, context, scope)
    else if (step.kind === 'delay') delay += visits * member.node.outcome.time.mean
    else if (step.kind === 'hold') delay += visits * poolWait(member.node, step.pool, context)
  }
  for (const [index, users] of byStation) {
    const station = network.model.resources[index]
    if (station?.kind !== 'station') continue
    const group = splitOf({ station, index, users }, rate, context, scope)
    delay += group.delay
    for (const center of group.centers) {
      centers.push(center)
      visitors.push(users.map(({ node }) => node))
      queues.push(group.queue)
    }
  }
  for (const pool of pools) {
    centers.push(pool.center)
    visitors.push(pool.nodes)
    queues.push(pool.queue)
  }
  return { centers, visitors, queues, delay }
}

/** The outermost pools whose slots may run out. */
function poolsIn(members: readonly Member[], rate: number, { state, network }: Context) {
  const found = new Map<number, Member[]>()
  for (const member of members) {
    const { step, holders } = member.node
    if (step.kind !== 'hold' || !isFilled(state, step.pool)) continue
    if (holders.some(({ pool }) => isFilled(state, pool))) continue
    found.set(step.pool, [...(found.get(step.pool) ?? []), member])
  }
  return [...found].flatMap(([pool, users]) => {
    const at = state.pools.get(pool)
    const resource = network.model.resources[pool]
    const [first] = at?.alike ?? []
    if (first === undefined || resource?.kind !== 'pool') return []
    const { throughput, rate: all } = first.answer
    const copies = at?.alike.reduce((sum, one) => sum + one.copies.length, 0) ?? 1
    const slots = throughput.length - 1
    const visits = users.reduce((sum, { node, part }) => sum + (node.rate * part) / rate, 0) / copies
    const most = throughput[slots] ?? 1
    const own = visits * rate
    const queue = { servers: slots, serviceTime: slots / most, stretch: 1, scv: 1, isShared: false }
    const background = Math.max(0, all - own)
    const center: Center = {
      demand: visits,
      speed: (n) => throughput[Math.min(n, slots)] ?? most,
      background: background < 1e-6 * all ? 0 : Math.min(background, 0.999 * most),
    }
    return Array.from({ length: copies }, () => ({ pool, nodes: users.map(({ node }) => node), queue, center }))
  })
}

/** Its slots may run out, and those who hold them meet. */
export const isFilled = (state: State, pool: ResourceIndex): boolean =>
  (state.pools.get(pool)?.alike[0]?.answer.closed ?? null) !== null

/** Time of a call's network, and of pauses before retries. */
function callTime(node: Node, { state }: Context, { pool }: Scope): Seconds {
  if (node.step.kind !== 'call') return 0
  const { connection } = node.step.policy
  const [first] = connection === null || connection === pool ? [] : (state.pools.get(connection)?.alike ?? [])
  const wait = first?.answer.answer.waitMean ?? 0
  return node.attempts.sent * (node.way?.time.mean ?? 0) + (wait < Infinity ? wait : 0)
}

function poolWait(node: Node, pool: number, { state, network }: Context): Seconds {
  const at = state.pools.get(pool)
  const resource = network.model.resources[pool]
  if (at === undefined || resource === undefined) return 0
  const parts = overCopies(at, copiesAt(node.spot, resource.group))
  return parts.reduce((sum, { share, answer }) => sum + share * Math.min(1e6, answer.answer.waitMean), 0)
}

interface Visited {
  readonly station: Station
  readonly index: number
  readonly users: readonly Member[]
}

interface Split {
  readonly centers: readonly Center[]
  readonly delay: Seconds
  readonly queue: Queue
}

/** A station as seen by the holders: centers of their own, or, where others bring nearly all, a delay. */
function splitOf({ station, index, users }: Visited, rate: number, context: Context, { home, pool }: Scope): Split {
  const { state } = context
  const at = state.stations.get(index)
  let [visits, work, square] = [0, 0, 0]
  for (const { node, part } of users) {
    if (node.step.kind !== 'serve') continue
    const v = (node.rate * part) / rate
    const law = workOf(node.step, node, 1)
    visits += v
    work += v * law.mean
    square += v * (law.variance + law.mean * law.mean)
  }
  const serviceTime = visits > 0 ? work / visits : 0
  const scv = serviceTime > 0 ? square / visits / (serviceTime * serviceTime) - 1 : 0
  const stretch = station.discipline === 'ps' ? 1 : Math.min(20, (1 + Math.max(0, scv)) / 2)
  const queue = {
    servers: station.servers,
    serviceTime,
    stretch,
    scv: Math.max(0, scv),
    isShared: station.discipline === 'ps',
  }
  const [first] = users
  const isHere = station.group === home
  const share = first === undefined || isHere ? new Float64Array(1).fill(1) : copiesAt(first.node.spot, station.group)
  const copies = [...share].filter((part) => part > 0)
  const [busiest] = at?.alike ?? []
  const offered = (busiest?.answer.offered ?? 0) * station.servers
  const own = (rate * work) / Math.max(1, copies.length)
  const isDelay =
    station.servers === Infinity || !(work > 0) || copies.length > MOST_COPIES || own < LEAST_PART * offered
  if (isDelay) return { centers: [], delay: work + openWait(users, rate, context, pool), queue }
  const centers = copies.map((part): Center => {
    const demand = work * part
    const background = Math.max(0, offered - rate * work * part)
    return { demand, speed: (n) => Math.min(n, station.servers), background: background < 1e-9 ? 0 : background }
  })
  return { centers, delay: 0, queue }
}

/** Waits at a station as somebody sees them whom others do not notice, in one cycle. */
function openWait(
  users: readonly Member[],
  rate: number,
  { state, network }: Context,
  pool: ResourceIndex | undefined,
): Seconds {
  let wait = 0
  for (const { node, part } of users) {
    if (node.step.kind !== 'serve') continue
    const at = state.stations.get(node.step.station)
    const station = network.model.resources[node.step.station]
    if (at === undefined || station === undefined) continue
    const index = at.users.indexOf(node)
    for (const { share, answer } of overCopies(at, copiesAt(node.spot, station.group))) {
      if (answer.isOverloaded) wait += ((node.rate * part) / rate) * share * longest(node, pool)
      else if (answer.queueLength > 0) wait += ((node.rate * part) / rate) * share * answer.wait(index).mean
    }
  }
  return wait
}

/** A wait without end, as long as a slot is held for it. */
function longest({ holders, limits }: Node, pool: ResourceIndex | undefined): Seconds {
  const held = holders.findIndex((one) => one.pool === pool)
  return Math.min(OVERLOADED, ...limits.flatMap(({ after, around }) => (around > held ? [after] : [])))
}

/** Stands for a wait without end where a number is needed. */
const OVERLOADED: Seconds = 1e5

/** All that happens while a slot is held, and which part of it is for this copy. */
function nodesIn({ pool, own }: Holders, { network }: Context): readonly Member[] {
  const members: Member[] = []
  for (const node of network.nodes) {
    const holder = node.holders.find((one) => one.pool === pool)
    const holding = holder === undefined ? undefined : own.find((one) => one.node === holder.node)
    if (holding !== undefined) members.push({ node, part: holding.share })
    else if (
      node.step.kind === 'call' &&
      (node.step.policy.connection === pool || node.step.policy.bulkhead === pool)
    ) {
      const self = own.find((one) => one.node === node)
      if (self !== undefined) members.push({ node, part: self.share })
    }
  }
  return members
}
