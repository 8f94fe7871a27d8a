import type { Kernel } from './kernel.ts'
import type { Feed, Loop, Reader, Subscription } from './log-state.ts'

interface Sharing {
  readonly loops: readonly Loop[]
  /** Partitions that change hands have their new owner at once. */
  readonly isAgreed: boolean
}

/**
 * Who of those that are known to be there reads which partition. Cooperative groups leave partitions where they are, as
 * far as that is fair; one that changes hands is nobody's until all agreed.
 *
 * @returns whether partitions wait for that
 */
export function spreadPartitions(kernel: Kernel, subscription: Subscription, { loops, isAgreed }: Sharing): boolean {
  const { isPushed = false, isCooperative = false } = kernel.logs.resources[subscription.log] ?? {}
  const known = loops.flatMap((loop, i) => ((isPushed ? canTake : isKnown)(kernel, loop) ? [i] : []))
  const before = Array.from(subscription.feedOf, (index) =>
    subscription.feeds.findIndex((feed) => feed.index === index),
  )
  const after = isCooperative ? sticky(before, known) : inTurn(before, known)
  let isWaiting = false
  const owned = subscription.feeds.map((): number[] => [])
  after.forEach((next, partition) => {
    const isMoving = isCooperative && !isAgreed && next !== before[partition]
    if (isMoving) isWaiting = true
    const owner = isMoving ? -1 : next
    subscription.feedOf[partition] = subscription.feeds[owner]?.index ?? -1
    owned[owner]?.push(partition)
  })
  subscription.feeds.forEach((feed, i) => own(subscription, feed, owned[i] ?? []))
  return isWaiting
}

function inTurn(before: readonly number[], known: readonly number[]): readonly number[] {
  return before.map((_, partition) => (known.length === 0 ? -1 : (known[partition % known.length] as number)))
}

/** As many for each as for any other, give or take one, and as few of them moved as that needs. */
function sticky(before: readonly number[], known: readonly number[]): readonly number[] {
  const most = Math.ceil(before.length / Math.max(1, known.length))
  const counts = new Map(known.map((owner) => [owner, 0]))
  const take = (owner: number): number => {
    counts.set(owner, (counts.get(owner) ?? 0) + 1)
    return owner
  }
  const kept = before.map((owner) => ((counts.get(owner) ?? Infinity) < most ? take(owner) : -1))
  const least = (): number => known.reduce((a, b) => ((counts.get(b) ?? 0) < (counts.get(a) ?? 0) ? b : a))
  return kept.map((owner) => (owner >= 0 || known.length === 0 ? owner : take(least())))
}

function own(subscription: Subscription, feed: Feed, partitions: readonly number[]): void {
  feed.partitions = partitions
  feed.turn = 0
  feed.waiting = partitions.reduce((sum, partition) => sum + (subscription.queues[partition]?.size ?? 0), 0)
  feed.firstAt = oldest(subscription, feed)
  feed.armedFor = -1
  feed.serial = (feed.serial + 1) | 0
}

/** When the message was published that waits longest. */
export function oldest({ queues }: Subscription, feed: Feed): number {
  let first = Infinity
  for (const partition of feed.partitions) {
    const queue = queues[partition]
    if (queue && queue.size > 0 && queue.first() < first) first = queue.first()
  }
  return first
}

const instanceOf = ({ logs, fleet }: Kernel, loop: Loop): number =>
  (fleet.base[(logs.readers[loop.reader] as Reader).consumer.group] as number) + loop.instance

const isKnown = (kernel: Kernel, loop: Loop): boolean => {
  const instance = instanceOf(kernel, loop)
  return kernel.fleet.isMember[instance] === 1 && kernel.fleet.isNoticed[instance] === 0
}

/** Its instance is up and part of the group. */
export const canTake = (kernel: Kernel, loop: Loop): boolean => {
  const instance = instanceOf(kernel, loop)
  return kernel.fleet.isMember[instance] === 1 && kernel.fleet.isUp(instance)
}
