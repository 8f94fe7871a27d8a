import type { Consumer, Model } from '../model/model.ts'
import type { Log } from '../model/resource.ts'
import { strideOf } from './layout.ts'
import type { Program } from './program.ts'

/** A queue of messages: the moments at which they were published. Grows with what is kept in it. */
export class Messages {
  size = 0
  private head = 0
  private times = new Float64Array(16)

  first(): number {
    return this.times[this.head] as number
  }

  /** The one that was put at the end last; there must be one. */
  last(): number {
    return this.times[(this.head + this.size - 1) & (this.times.length - 1)] as number
  }

  pop(): void {
    this.size -= 1
  }

  push(time: number): void {
    if (this.size === this.times.length) this.grow()
    this.times[(this.head + this.size) & (this.times.length - 1)] = time
    this.size += 1
  }

  pushFirst(time: number): void {
    if (this.size === this.times.length) this.grow()
    this.head = (this.head - 1) & (this.times.length - 1)
    this.times[this.head] = time
    this.size += 1
  }

  shift(): number {
    const time = this.times[this.head] as number
    this.head = (this.head + 1) & (this.times.length - 1)
    this.size -= 1
    return time
  }

  private grow(): void {
    const { length } = this.times
    const times = new Float64Array(length * 2)
    times.set(this.times.subarray(this.head))
    times.set(this.times.subarray(0, this.head), length - this.head)
    this.times = times
    this.head = 0
  }
}

/** One of the batches that an instance can work on at once. */
export interface Loop {
  readonly index: number
  readonly reader: number
  readonly instance: number
  isBusy: boolean
  isIdle: boolean
  /** Tag of the retry that counts. */
  serial: number
  /** Counts batches, so that the end of a message's time is known to be about this one. */
  batch: number
  tries: number
  size: number
  /** Of the messages in the batch: when they were published and which partition they came from. */
  readonly times: Float64Array
  readonly partitions: Int32Array
}

/** A consumer of the model while it runs. */
export interface Reader {
  readonly consumer: Consumer
  readonly index: number
  readonly entry: number
  readonly subscription: number
  readonly loops: readonly Loop[]
}

/** Partitions whose messages are taken together, and the loops that are free to take them. */
export interface Feed {
  readonly index: number
  readonly subscription: number
  readonly idle: Loop[]
  partitions: readonly number[]
  /** Partition to take from next. */
  turn: number
  waiting: number
  firstAt: number
  /** Of the time that a batch may wait to fill. Loops began at different moments: their first batches wait in steps. */
  patience: number
  serial: number
  armedFor: number
}

/** What was published and is still to be done, for one consumer of a topic or for all consumers of a work queue. */
export interface Subscription {
  readonly log: number
  readonly queues: readonly Messages[]
  readonly readers: readonly number[]
  readonly feeds: readonly Feed[]
  /** Feed of each partition; -1: nobody reads it at the moment. */
  readonly feedOf: Int32Array
  backlog: number
  backlogMax: number
  area: number
  touched: number
  consumed: number
  parked: number
  dropped: number
  /** Nothing is taken before: the group shares its partitions anew. */
  pausedUntil: number
  /** Counts changes of who reads what, so that an agreement is known to be about the last one. */
  agreements: number
}

/** Messages of a dead consumer, on their way back to their partitions. */
export interface Returning {
  readonly subscription: number
  readonly times: readonly number[]
  readonly partitions: readonly number[]
}

/** Published at a sender and not yet shipped. */
export interface Shipment {
  readonly times: Messages
  readonly partitions: number[]
  isScheduled: boolean
  readonly log: number
}

export interface Logs {
  readonly resources: readonly (Log | null)[]
  readonly subscriptions: readonly Subscription[]
  /** By resource. */
  readonly subscriptionsOf: readonly (readonly Subscription[])[]
  readonly readers: readonly Reader[]
  readonly loops: readonly Loop[]
  readonly feeds: readonly Feed[]
  readonly shipments: readonly Shipment[]
  /** By the number in their event. */
  readonly returning: Returning[]
  readonly published: Float64Array
  readonly turns: Int32Array
}

interface Parts {
  readonly model: Model
  readonly program: Program
}

export function createLogs(parts: Parts): Logs {
  const { model, program } = parts
  const loops: Loop[] = []
  const feeds: Feed[] = []
  const subscriptions: Subscription[] = []
  const subscriptionOf = new Map<number, number>()
  const logs = model.resources.map((resource) => (resource.kind === 'log' ? resource : null))
  logs.forEach((log, resource) => {
    if (!log) return
    const readers = model.consumers.flatMap((consumer, index) => (consumer.log === resource ? [index] : []))
    for (const group of log.isShared && readers.length > 0 ? [readers] : readers.map((reader) => [reader])) {
      for (const reader of group) subscriptionOf.set(reader, subscriptions.length)
      subscriptions.push(subscriptionTo(log, resource, group))
    }
  })
  const readers = model.consumers.map((consumer, index): Reader => {
    const own = loopsOf(model, consumer, { index, from: loops.length })
    loops.push(...own)
    const entry = program.consumerEntries[index] as number
    const subscription = subscriptionOf.get(index) ?? -1
    return { consumer, index, entry, subscription, loops: own }
  })
  subscriptions.forEach((subscription, index) =>
    addFeeds({ subscription, index, log: logs[subscription.log], readers }, feeds),
  )
  return {
    resources: logs,
    subscriptions,
    subscriptionsOf: logs.map((_, resource) => subscriptions.filter(({ log }) => log === resource)),
    readers,
    loops,
    feeds,
    shipments: program.publishes.flatMap(({ ship, log }) =>
      ship < 0 ? [] : [{ times: new Messages(), partitions: [], isScheduled: false, log }],
    ),
    returning: [],
    published: new Float64Array(logs.length),
    turns: new Int32Array(logs.length),
  }
}

function subscriptionTo(log: Log, resource: number, readers: readonly number[]): Subscription & { feeds: Feed[] } {
  const partitions = log.isShared ? 1 : Math.max(1, Math.round(log.partitions))
  return {
    log: resource,
    queues: Array.from({ length: partitions }, () => new Messages()),
    readers,
    feeds: [],
    feedOf: new Int32Array(partitions).fill(-1),
    backlog: 0,
    backlogMax: 0,
    area: 0,
    touched: 0,
    consumed: 0,
    parked: 0,
    dropped: 0,
    pausedUntil: 0,
    agreements: 0,
  }
}

/** First one loop of every instance, then the second ones: so partitions are spread over instances first. */
function loopsOf(model: Model, consumer: Consumer, { index, from }: { index: number; from: number }): readonly Loop[] {
  const group = model.groups[consumer.group]
  const instances = group ? group.shards * strideOf(group) : 1
  const batch = Math.max(1, consumer.batchMax)
  return Array.from({ length: Math.max(1, consumer.atOnce) * instances }, (_, i) => ({
    index: from + i,
    reader: index,
    instance: i % instances,
    isBusy: false,
    isIdle: false,
    serial: 0,
    batch: 0,
    tries: 0,
    size: 0,
    times: new Float64Array(batch),
    partitions: new Int32Array(batch),
  }))
}

interface Fed {
  readonly subscription: Subscription
  readonly index: number
  readonly log: Log | null | undefined
  readonly readers: readonly Reader[]
}

/** One feed for a work queue, one for each loop of a topic's consumer. */
function addFeeds({ subscription, index, log, readers }: Fed, feeds: Feed[]): void {
  const isShared = log?.isShared === true
  const loops = subscription.readers.flatMap((reader) => readers[reader]?.loops ?? [])
  const own = Array.from(
    { length: isShared ? 1 : loops.length },
    (_, i): Feed => ({
      index: feeds.length + i,
      subscription: index,
      idle: [],
      partitions: isShared ? [0] : [],
      turn: 0,
      waiting: 0,
      firstAt: 0,
      patience: isShared ? 1 : (i + 1) / loops.length,
      serial: 0,
      armedFor: -1,
    }),
  )
  feeds.push(...own)
  ;(subscription.feeds as Feed[]).push(...own)
  if (isShared) subscription.feedOf[0] = own[0]?.index ?? -1
}
