import * as field from './field.ts'
import type { Kernel } from './kernel.ts'
import type { Feed, Loop, Reader, Returning, Subscription } from './log-state.ts'
import * as op from './op.ts'
import { canTake, oldest, spreadPartitions } from './partitions.ts'
import { eventOf } from './stations.ts'

/** A batch that has to succeed is never tried again sooner than this, or a failure at once would stop the clock. */
const BLOCKED_PAUSE = 1e-3

/** Spreads the partitions of all subscriptions, before the first event. */
export function startConsumers(kernel: Kernel): void {
  for (const subscription of kernel.logs.subscriptions) share(kernel, subscription)
}

/** The instances of a group changed: partitions are spread anew, and loops that are there again take messages. */
export function rebalance(kernel: Kernel, group: number): void {
  const { subscriptions, readers } = kernel.logs
  for (const subscription of subscriptions) {
    if (subscription.readers.some((reader) => readers[reader]?.consumer.group === group)) share(kernel, subscription)
  }
}

function share(kernel: Kernel, subscription: Subscription, isAgreed = kernel.now === 0): void {
  const { logs } = kernel
  const loops = subscription.readers.flatMap((reader) => logs.readers[reader]?.loops ?? [])
  const { isShared = false, isCooperative = false, rebalance: time = 0 } = logs.resources[subscription.log] ?? {}
  if (!isShared) {
    const isWaiting = spreadPartitions(kernel, subscription, { loops, isAgreed: isAgreed || time === 0 })
    if (isWaiting) awaitAgreement(kernel, subscription, time)
    else if (!isCooperative && !isAgreed) pause(kernel, subscription, time)
  }
  loops.forEach((loop, i) => {
    const feed = subscription.feeds[isShared ? 0 : i]
    if (feed && !loop.isBusy && !loop.isIdle && canTake(kernel, loop)) idle(feed, loop)
  })
  for (const feed of subscription.feeds) consider(kernel, feed, false)
}

/** Members agree on who has which partition before anybody goes on. */
function pause({ now }: Kernel, subscription: Subscription, time: number): void {
  subscription.pausedUntil = Math.max(subscription.pausedUntil, now + time)
}

/** Partitions that change hands are nobody's until then. */
function awaitAgreement({ logs, events, now }: Kernel, subscription: Subscription, time: number): void {
  subscription.agreements = (subscription.agreements + 1) | 0
  events.push(now + time, eventOf(op.AGREED, logs.subscriptions.indexOf(subscription)), subscription.agreements)
}

/** The moment that a group waited for since its last change. */
export function agree(kernel: Kernel, index: number, tag: number): void {
  const subscription = kernel.logs.subscriptions[index]
  if (subscription?.agreements === tag) share(kernel, subscription, true)
}

function idle(feed: Feed, loop: Loop): void {
  loop.isIdle = true
  feed.idle.push(loop)
}

/** Messages wait, or a loop is free: a batch starts if it may, else the feed is looked at again when it may. */
export function consider(kernel: Kernel, feed: Feed, isTick: boolean): void {
  const subscription = kernel.logs.subscriptions[feed.subscription] as Subscription
  expire(kernel, subscription, feed)
  while (feed.waiting > 0) {
    const loop = nextIdle(kernel, feed)
    if (!loop) return
    if (subscription.pausedUntil > kernel.now) return armFeed(kernel, feed, subscription.pausedUntil)
    const reader = kernel.logs.readers[loop.reader] as Reader
    const due = isTick ? kernel.now : dueOf(kernel, feed, reader)
    if (due > kernel.now) return armFeed(kernel, feed, due)
    feed.idle.shift()
    loop.isIdle = false
    takeBatch(kernel, feed, loop, reader)
  }
}

/** What nobody took in time is gone. */
function expire(kernel: Kernel, subscription: Subscription, feed: Feed): void {
  const { logs, now } = kernel
  const { keep = Infinity } = logs.resources[subscription.log] ?? {}
  if (keep === Infinity || feed.waiting === 0 || feed.firstAt > now - keep) return
  const reader = logs.readers[subscription.readers[0] ?? -1]
  touchBacklog(subscription, now)
  for (const partition of feed.partitions) {
    const queue = subscription.queues[partition]
    while (queue && queue.size > 0 && queue.first() < now - keep) {
      queue.shift()
      feed.waiting -= 1
      subscription.backlog -= 1
      subscription.dropped += 1
      if (reader) loseMessages(kernel, reader, 1)
    }
  }
  feed.firstAt = oldest(subscription, feed)
}

/** Messages in the memory of an instance that died: its share of all that wait. */
export function loseVolatile(kernel: Kernel, group: number): void {
  const { logs, fleet, now } = kernel
  for (const subscription of logs.subscriptions) {
    const log = logs.resources[subscription.log]
    const reader = logs.readers[subscription.readers[0] ?? -1]
    const feed = subscription.feeds[0]
    if (log?.isVolatile !== true || log.group !== group || !reader || !feed) continue
    const lost = Math.round(feed.waiting / Math.max(1, fleet.upCount(group)))
    touchBacklog(subscription, now)
    for (let i = 0; i < lost; i++) subscription.queues[0]?.shift()
    feed.waiting -= lost
    subscription.backlog -= lost
    subscription.dropped += lost
    feed.firstAt = oldest(subscription, feed)
    loseMessages(kernel, reader, lost)
  }
}

/** The connection to an instance that died is closed: what waited for it is lost, and others get what comes. */
export function losePushed(kernel: Kernel, group: number, instance: number): void {
  const { logs, now } = kernel
  for (const subscription of logs.subscriptions) {
    const reader = logs.readers[subscription.readers[0] ?? -1]
    if (logs.resources[subscription.log]?.isPushed !== true || reader?.consumer.group !== group) continue
    touchBacklog(subscription, now)
    const feeds = subscription.feeds.filter((_, i) => reader.loops[i]?.instance === instance)
    const queues = feeds.flatMap(({ partitions }) => partitions.map((partition) => subscription.queues[partition]))
    for (const queue of queues) {
      const lost = queue?.size ?? 0
      for (let i = 0; i < lost; i++) queue?.shift()
      subscription.backlog -= lost
      subscription.dropped += lost
      if (lost > 0) loseMessages(kernel, reader, lost)
    }
    share(kernel, subscription)
  }
}

/** Nobody will ever work on them. */
export function loseMessages({ measures }: Kernel, { consumer }: Reader, count: number): void {
  measures.of(consumer.flow).lost += count
  measures.fail(consumer.flow, op.ABANDONED, count)
}

function nextIdle(kernel: Kernel, feed: Feed): Loop | undefined {
  for (let loop = feed.idle[0]; loop; loop = feed.idle[0]) {
    if (canTake(kernel, loop)) return loop
    loop.isIdle = false
    feed.idle.shift()
  }
  return undefined
}

/** When a batch may start: at the next look, when it is full, or when its first message waited long enough. */
function dueOf({ now }: Kernel, feed: Feed, { consumer }: Reader): number {
  if (consumer.poll > 0) return (Math.floor(now / consumer.poll + 1e-9) + 1) * consumer.poll
  if (feed.waiting >= consumer.batchMax) return now
  return feed.firstAt + feed.patience * consumer.batchWait
}

function armFeed({ events }: Kernel, feed: Feed, due: number): void {
  if (feed.armedFor === due) return
  feed.armedFor = due
  feed.serial = (feed.serial + 1) | 0
  events.push(due, eventOf(op.FEED, feed.index), feed.serial)
}

/** The moment that {@link consider} waited for. */
export function feedIsDue(kernel: Kernel, index: number, tag: number): void {
  const feed = kernel.logs.feeds[index] as Feed
  if (tag !== feed.serial) return
  feed.armedFor = -1
  const loop = feed.idle[0]
  const reader = loop ? kernel.logs.readers[loop.reader] : undefined
  consider(kernel, feed, (reader?.consumer.poll ?? 0) > 0)
}

function takeBatch(kernel: Kernel, feed: Feed, loop: Loop, reader: Reader): void {
  const { logs, measures } = kernel
  const subscription = logs.subscriptions[feed.subscription] as Subscription
  const size = Math.min(feed.waiting, Math.max(1, reader.consumer.batchMax))
  for (let i = 0; i < size; i++) {
    while (queueAt(subscription, feed).size === 0) feed.turn = (feed.turn + 1) % feed.partitions.length
    loop.times[i] = queueAt(subscription, feed).shift()
    loop.partitions[i] = feed.partitions[feed.turn] as number
  }
  feed.waiting -= size
  feed.patience = 1
  if (feed.waiting > 0) feed.firstAt = oldest(subscription, feed)
  loop.size = size
  loop.tries = 0
  loop.isBusy = true
  loop.batch = (loop.batch + 1) | 0
  if (subscription.readers.length > 1) measures.offer(reader.consumer.flow, size)
  const { redeliver } = logs.resources[subscription.log] ?? {}
  if (redeliver && redeliver.within < Infinity && !reader.consumer.isCommittedFirst)
    kernel.events.push(kernel.now + redeliver.within, eventOf(op.UNSEEN, loop.index), loop.batch)
  startBatch(kernel, loop, reader)
}

/** The batch takes too long: its messages are given to somebody else as well, who cannot know. */
export function giveAgain(kernel: Kernel, index: number, tag: number): void {
  const { logs, measures } = kernel
  const loop = logs.loops[index] as Loop
  if (!loop.isBusy || loop.batch !== tag) return
  const reader = logs.readers[loop.reader] as Reader
  const subscription = logs.subscriptions[reader.subscription] as Subscription
  const times = [...loop.times.subarray(0, loop.size)]
  touchBacklog(subscription, kernel.now)
  subscription.backlog += times.length
  if (subscription.readers.length === 1) measures.offer(reader.consumer.flow, times.length)
  measures.of(reader.consumer.flow).repeated += times.length
  putBack(kernel, subscription, { times, partitions: [...loop.partitions.subarray(0, loop.size)] })
}

/** Messages of a dead consumer are there again. */
export function bringBack(kernel: Kernel, index: number): void {
  const returning = kernel.logs.returning[index]
  if (!returning) return
  putBack(kernel, kernel.logs.subscriptions[returning.subscription] as Subscription, returning)
}

/** Before all that wait in their partitions. */
function putBack(
  kernel: Kernel,
  subscription: Subscription,
  { times, partitions }: Pick<Returning, 'times' | 'partitions'>,
): void {
  const { logs } = kernel
  for (let i = times.length - 1; i >= 0; i--) {
    const partition = partitions[i] as number
    subscription.queues[partition]?.pushFirst(times[i] as number)
    const feed = logs.feeds[subscription.feedOf[partition] as number]
    if (!feed) continue
    feed.waiting += 1
    feed.firstAt = Math.min(feed.waiting === 1 ? Infinity : feed.firstAt, times[i] as number)
  }
  for (const feed of subscription.feeds) consider(kernel, feed, false)
}

const queueAt = (subscription: Subscription, feed: Feed) =>
  subscription.queues[feed.partitions[feed.turn] as number] as Subscription['queues'][number]

function startBatch({ records, ready, keys, program, now }: Kernel, loop: Loop, reader: Reader): void {
  const { flow } = reader.consumer
  const record = records.take(op.ROOT, flow)
  records.ints[(record << field.INTS) | field.PC] = reader.entry
  records.ints[(record << field.INTS) | field.ORIGIN] = -1 - loop.index
  records.ints[(record << field.INTS) | field.CALL_SITE] = -1
  records.floats[(record << field.FLOATS) | field.START] = now
  records.floats[(record << field.FLOATS) | field.DEADLINE] = Infinity
  records.ints[(record << field.INTS) | field.ITEMS] = loop.size
  records.ints[(record << field.INTS) | field.FOUND] = 0
  records.ints[(record << field.INTS) | field.MISSED] = 0
  records.ints[(record << field.INTS) | field.GROUP] = 1
  records.ints[(record << field.INTS) | field.PLACE] = -1
  records.ints[(record << field.INTS) | field.KEYS] = program.usesKeys[flow] === true ? keys.take() : -1
  records.instances[record * records.depths] = loop.instance
  ready.push(record, records.ints[(record << field.INTS) | field.WAKE] as number)
}

/**
 * A batch is done: its messages are, too, or it is tried again, or they are set aside. `record` booked the batch's
 * time.
 */
export function endBatch(kernel: Kernel, index: number, record: number, failure: number): void {
  const { logs, measures } = kernel
  const loop = logs.loops[index] as Loop
  const reader = logs.readers[loop.reader] as Reader
  const { flow, failed } = reader.consumer
  const subscription = logs.subscriptions[reader.subscription] as Subscription
  if (failure === op.GOOD) {
    for (let i = 0; i < loop.size; i++) measures.consume(record, loop.times[i] as number)
    subscription.consumed += loop.size
    return freeLoop(kernel, loop, subscription)
  }
  loop.tries += 1
  if (loop.tries <= failed.retry) return retryLater(kernel, loop, failed.backoff)
  if (failed.then === 'block') return retryLater(kernel, loop, Math.max(failed.backoff, BLOCKED_PAUSE))
  measures.fail(flow, failure, loop.size)
  if (failed.then === 'park') subscription.parked += loop.size
  else {
    subscription.dropped += loop.size
    measures.of(flow).lost += loop.size
  }
  freeLoop(kernel, loop, subscription)
}

function retryLater({ events, now }: Kernel, loop: Loop, pause: number): void {
  loop.serial = (loop.serial + 1) | 0
  events.push(now + pause, eventOf(op.BATCH_RETRY, loop.index), loop.serial)
}

export function retryBatch(kernel: Kernel, index: number, tag: number): void {
  const loop = kernel.logs.loops[index] as Loop
  if (tag !== loop.serial || !loop.isBusy) return
  const reader = kernel.logs.readers[loop.reader] as Reader
  kernel.measures.of(reader.consumer.flow).repeated += loop.size
  startBatch(kernel, loop, reader)
}

function freeLoop(kernel: Kernel, loop: Loop, subscription: Subscription): void {
  touchBacklog(subscription, kernel.now)
  subscription.backlog -= loop.size
  release(kernel, loop, subscription)
}

function release(kernel: Kernel, loop: Loop, subscription: Subscription): void {
  loop.size = 0
  loop.isBusy = false
  const reader = kernel.logs.readers[loop.reader] as Reader
  const isShared = kernel.logs.resources[subscription.log]?.isShared === true
  const feed = subscription.feeds[isShared ? 0 : reader.loops.indexOf(loop)]
  if (!feed) return
  if (canTake(kernel, loop)) idle(feed, loop)
  consider(kernel, feed, false)
}

/**
 * The instance died: the messages it worked on go back to where they came from, in front, at once or when their time is
 * over; those that counted as done when they were taken are lost.
 */
export function returnBatches(kernel: Kernel, group: number, instance: number): void {
  const { logs, measures, now } = kernel
  for (const loop of logs.loops) {
    const reader = logs.readers[loop.reader] as Reader
    if (reader.consumer.group !== group || loop.instance !== instance || !loop.isBusy) continue
    const subscription = logs.subscriptions[reader.subscription] as Subscription
    loop.serial = (loop.serial + 1) | 0
    if (reader.consumer.isCommittedFirst) {
      loseMessages(kernel, reader, loop.size)
      subscription.dropped += loop.size
      freeLoop(kernel, loop, subscription)
      continue
    }
    const times = [...loop.times.subarray(0, loop.size)]
    const partitions = [...loop.partitions.subarray(0, loop.size)]
    measures.of(reader.consumer.flow).repeated += loop.size
    if (subscription.readers.length > 1) measures.offer(reader.consumer.flow, -loop.size)
    const { redeliver } = logs.resources[subscription.log] ?? {}
    if (redeliver && !redeliver.isClosing) {
      const number = logs.returning.push({ subscription: reader.subscription, times, partitions }) - 1
      kernel.events.push(now + redeliver.within, eventOf(op.RETURNED, number), 0)
    } else putBack(kernel, subscription, { times, partitions })
    release(kernel, loop, subscription)
  }
}

export function touchBacklog(subscription: Subscription, now: number): void {
  subscription.area += subscription.backlog * (now - subscription.touched)
  subscription.touched = now
}
