import { consider, loseMessages, touchBacklog } from './consumers.ts'
import type { Kernel } from './kernel.ts'
import { keyOf } from './keys.ts'
import type { Feed, Reader, Shipment, Subscription } from './log-state.ts'
import { addFloat, addInt } from './numbers.ts'
import * as op from './op.ts'
import { shardOf } from '../model/placement.ts'
import { type PublishSite, registerOf } from './sites.ts'
import { eventOf } from './stations.ts'

/** Appends messages, all or none. @returns false when the log has no room for them */
export function publish(kernel: Kernel, record: number, site: PublishSite): boolean {
  const { logs, records } = kernel
  const count = Math.round(site.count.draw() * registerOf(records, record, site.times))
  const log = logs.resources[site.log]
  if (!log || count <= 0) return true
  const subscriptions = logs.subscriptionsOf[site.log] ?? []
  const isShipped = site.ship >= 0
  const isDropping = log.isDropping === true || log.isPushed === true
  if (!isShipped && !isDropping && subscriptions.some(({ backlog }) => backlog + count > log.capacity)) return false
  addFloat(logs.published, site.log, count)
  const partitions = log.isShared ? 1 : Math.max(1, Math.round(log.partitions))
  const keyed = site.domain >= 0 && partitions > 1 ? shardOf(keyOf(kernel, record, site.domain), partitions) : -1
  for (const subscription of subscriptions) offer(kernel, subscription, count)
  for (let i = 0; i < count; i++) {
    const partition = keyed >= 0 ? keyed : nextPartition(kernel, site.log, partitions)
    if (isShipped) hold(kernel, site.ship, partition)
    else if (isDropping)
      for (const subscription of subscriptions) offerRoom(kernel, subscription, partition, kernel.now)
    else for (const subscription of subscriptions) append(kernel, subscription, partition, kernel.now)
  }
  if (!isShipped) for (const subscription of subscriptions) lookAt(kernel, subscription, count === 1 ? keyed : -1)
  return true
}

/** Messages that were answered, and lost before consumers could see them. */
export function losePublished(kernel: Kernel, record: number, site: PublishSite): void {
  const { logs, records, measures } = kernel
  const count = Math.round(site.count.draw() * registerOf(records, record, site.times))
  addFloat(logs.published, site.log, count)
  for (const subscription of logs.subscriptionsOf[site.log] ?? []) {
    const reader = logs.readers[subscription.readers[0] ?? -1]
    subscription.dropped += count
    if (!reader) continue
    measures.offer(reader.consumer.flow, count)
    loseMessages(kernel, reader, count)
  }
}

/** Of a work queue with several consumers a message belongs to a flow only when it is taken. */
function offer({ measures, logs }: Kernel, { readers }: Subscription, count: number): void {
  const reader = logs.readers[readers[0] ?? -1]
  if (readers.length === 1 && reader) measures.offer(reader.consumer.flow, count)
}

function nextPartition({ logs }: Kernel, log: number, partitions: number): number {
  const turn = (logs.turns[log] as number) % partitions
  logs.turns[log] = turn
  addInt(logs.turns, log, 1)
  return turn
}

function append(kernel: Kernel, subscription: Subscription, partition: number, time: number): void {
  touchBacklog(subscription, kernel.now)
  subscription.backlog += 1
  if (subscription.backlog > subscription.backlogMax) subscription.backlogMax = subscription.backlog
  subscription.queues[partition]?.push(time)
  const feed = kernel.logs.feeds[subscription.feedOf[partition] as number]
  if (!feed) return
  feed.waiting += 1
  if (feed.waiting === 1) feed.firstAt = kernel.now
}

function lookAt(kernel: Kernel, subscription: Subscription, partition: number): void {
  const only: Feed | undefined = partition < 0 ? undefined : kernel.logs.feeds[subscription.feedOf[partition] as number]
  if (only) consider(kernel, only, false)
  else for (const feed of subscription.feeds) consider(kernel, feed, false)
}

/** Kept at the sender until it ships, at whole multiples of the interval. */
function hold(kernel: Kernel, ship: number, partition: number): void {
  const shipment = kernel.logs.shipments[ship] as Shipment
  shipment.times.push(kernel.now)
  shipment.partitions.push(partition)
  if (shipment.isScheduled) return
  shipment.isScheduled = true
  const every = kernel.program.shipEvery[ship] as number
  kernel.events.push((Math.floor(kernel.now / every + 1e-9) + 1) * every, eventOf(op.SHIP, ship), 0)
}

export function shipOff(kernel: Kernel, ship: number): void {
  const { logs } = kernel
  const shipment = logs.shipments[ship] as Shipment
  const subscriptions = logs.subscriptionsOf[shipment.log] ?? []
  shipment.isScheduled = false
  for (const partition of shipment.partitions) {
    const time = shipment.times.shift()
    for (const subscription of subscriptions) offerRoom(kernel, subscription, partition, time)
  }
  shipment.partitions.length = 0
  for (const subscription of subscriptions) lookAt(kernel, subscription, -1)
}

/** Appends a message that its sender cannot be told about: it is lost where there is no room. */
function offerRoom(kernel: Kernel, subscription: Subscription, partition: number, time: number): void {
  const { logs, measures } = kernel
  const { capacity = Infinity, isPushed = false } = logs.resources[subscription.log] ?? {}
  const isHeard = !isPushed || (subscription.feedOf[partition] as number) >= 0
  if (isHeard && subscription.backlog < capacity) return append(kernel, subscription, partition, time)
  const reader: Reader | undefined = logs.readers[subscription.readers[0] ?? -1]
  subscription.dropped += 1
  if (subscription.readers.length !== 1 || !reader) return
  measures.of(reader.consumer.flow).lost += 1
  measures.fail(reader.consumer.flow, op.REJECTED, 1)
}
