import type { Method } from '../result/solution.ts'
import { insideOf, isFilled } from './centers.ts'
import {
  closedUsers,
  type Context,
  apart,
  keepsProduct,
  lostTime,
  membersOf,
  noteWait,
  start,
  type Users,
} from './closed-users.ts'
import { solveClosed } from './closed.ts'
import { findShared } from './find-shared.ts'
import { centerWait } from './flow-equivalent-wait.ts'
import { scaledLaw } from './law.ts'
import type { Network, Node } from './network.ts'
import type { Outcome } from './outcome.ts'

/**
 * How often closed users ask: exact for product form, by convolution; else by mean value analysis. Their waits are
 * those that a customer of a closed network sees, not those of a Poisson stream, and so are the waits of open requests
 * that meet them.
 */
export function findClosed(context: Context, outcomes: readonly Outcome[]): void {
  const { network, state } = context
  const all = closedUsers(network)
  if (all.length === 0) return
  const hasPools = [...network.holders.keys()].some((pool) => isFilled(state, pool))
  const isProduct = all.length === 1 && isPlain(all, network)
  if (!hasPools && !isProduct) return findShared(all, context, outcomes)
  const method = all.length > 1 ? crowd : hasPools ? overPools : apart
  for (const users of all) findOne(users, context, outcomes, method)
}

/** Nobody else is met, and what is met keeps a product form. */
function isPlain(all: readonly Users[], { model, users }: Network): boolean {
  const isOwn = ({ flow }: Node): boolean => all.some(({ flows }) => flows.has(flow))
  return model.resources.every((station, index) => {
    const nodes = users.get(index) ?? []
    return station.kind !== 'station' || !nodes.some(isOwn) || (nodes.every(isOwn) && keepsProduct(station, nodes))
  })
}

const overPools = {
  kind: 'approximate' as const,
  name: 'closed users over pools, served as fast as a closed network of their slots',
  source: 'Chandy, Herzog and Woo 1975; against the simulator in tests/agreement',
  mean: 0.1,
  tail: 0.2,
}

/** Several sources take each other for Poisson streams. */
const crowd: Method = { ...overPools, mean: null, tail: null }

function findOne(users: Users, context: Context, outcomes: readonly Outcome[], method: Method): void {
  const { state } = context
  const rate = state.sources[users.index] ?? 0
  if (!(rate > 0)) {
    start(users, context, outcomes)
    return
  }
  const inside = insideOf(membersOf(users, context), rate, context, { isWhole: true })
  const closed = solveClosed({
    centers: inside.centers,
    delay: inside.delay + users.think + lostTime(users, outcomes),
    customers: users.population,
  })
  // With others, half of the way: what one sends is background to the other.
  const found = closed.throughput[users.population] ?? 0
  state.sources[users.index] = method === crowd ? (rate + found) / 2 : found
  // Inside of a pool they meet the others as well.
  if (method === crowd) for (const { node } of membersOf(users, context)) state.closedBy.set(node, method)
  const entered = new Float64Array(users.population + 1)
  entered[users.population] = 1
  for (const [i, nodes] of inside.visitors.entries()) {
    const queue = inside.queues[i]
    if (!queue) continue
    const wait = scaledLaw(centerWait(closed, i, entered, queue), queue.stretch)
    for (const node of nodes) noteWait(context, node, wait, method)
  }
}
