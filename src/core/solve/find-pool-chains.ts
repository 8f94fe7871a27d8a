import type { PerSecond, Seconds } from '../base/units.ts'
import type { Pool } from '../model/resource.ts'
import type { Inside } from './centers.ts'
import type { Node } from './network.ts'
import { type PoolChainAnswer, solvePoolChain } from './pool-chain.ts'
import { isPoisson } from './stream.ts'

/** Of more the work grows too large: 24 take 0.6 ms, and ever more as slots⁴. */
const MOST_SLOTS = 24

interface Asking {
  readonly rate: PerSecond
  readonly nodes: readonly Node[]
  /** No closed users are among them: these come as those before them leave. */
  readonly isOpen: boolean
}

/**
 * The chain of a pool whose slots are held over an exponential time of one's own and then one visit to one center with
 * exponential work that nobody else uses; null = it is held otherwise.
 */
export function chainOf(
  { slots, waitingRoom, patience }: Pool,
  { centers, queues, delay }: Inside,
  { rate, nodes, isOpen }: Asking,
): PoolChainAnswer | null {
  const [holder, ...others] = nodes
  const [center, ...more] = centers
  const queue = queues[0] ?? null
  if (!isOpen || holder === undefined || center === undefined || queue === null || others.length > 0 || more.length > 0)
    return null
  if (slots > MOST_SLOTS || patience < Infinity || center.background > 0 || queue.isShared) return null
  // Slots around these let only so many ask at once.
  if (holder.step.kind !== 'hold' || holder.holders.length > 0 || !isPoisson(holder.stream)) return null
  const [first, second, ...rest] = inOrder(holder.lists[0] ?? [])
  if (first?.kind !== 'delay' || second?.kind !== 'serve' || rest.length > 0) return null
  if (first.time.law !== 'exponential' || second.work.law !== 'exponential') return null
  // Anything else that takes time, or stretches work, is in the sums of the closed network.
  if (!isNear(delay, first.time.mean) || !isNear(center.demand, second.work.mean)) return null
  const leave = Float64Array.from({ length: slots + 1 }, (_, n) => center.speed(n) / queue.serviceTime)
  return solvePoolChain({ rate, slots, waitingRoom, delay, leave })
}

const isNear = (a: Seconds, b: Seconds): boolean => Math.abs(a - b) <= 1e-9 * b

/** Steps in their order, those of calls in their place. */
const inOrder = (list: readonly Node[]): readonly Node['step'][] =>
  list.flatMap(({ step, lists, attempts }) =>
    step.kind === 'call' && attempts.sent === 1 && attempts.failing === 0 ? inOrder(lists[0] ?? []) : [step],
  )
