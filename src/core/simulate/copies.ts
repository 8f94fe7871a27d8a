import type { Model } from '../model/model.ts'
import type { Pool, Station } from '../model/resource.ts'
import { instancesOf, type Layout, strideOf } from './layout.ts'
import { addFloat, addInt } from './numbers.ts'
import type { Records } from './records.ts'

export const FIFO = 0
export const LIFO = 1
export const PRIORITY = 2
export const PREEMPTIVE = 3
export const PROCESSOR_SHARING = 4

const orders: Readonly<Record<Station['discipline'] | Pool['order'], number>> = {
  fifo: FIFO,
  lifo: LIFO,
  priority: PRIORITY,
  preemptive: PREEMPTIVE,
  ps: PROCESSOR_SHARING,
}

/**
 * All copies of stations and pools: servers (slots) in use, queues of records, and the areas under both. The queues are
 * linked through the records, one for each level of priority.
 */
export class Copies {
  readonly count: number
  readonly resource: Int32Array
  readonly instance: Int32Array
  readonly isPool: Uint8Array
  readonly order: Int32Array
  readonly servers: Float64Array
  readonly room: Float64Array
  readonly dropsOldest: Uint8Array
  /** Pools: longest wait. */
  readonly patience: Float64Array
  readonly busy: Float64Array
  readonly queued: Float64Array
  /** In service when the station broke down: they count as waiting until it works again. */
  readonly suspended: Float64Array
  /** Broken down. */
  readonly isDown: Uint8Array
  /** Counts as capacity: its instance is up and part of the group. */
  readonly isOpen: Uint8Array
  /** Times by which work takes longer, and which life of the copy this is (a crash starts a new one). */
  readonly slow: Float64Array
  readonly epoch: Int32Array
  readonly levels: Int32Array
  readonly firstList: Int32Array
  readonly heads: Int32Array
  readonly tails: Int32Array
  /** Of preemptive stations: those in service, by level. */
  readonly serving: Int32Array

  readonly touched: Float64Array
  readonly busyArea: Float64Array
  readonly queueArea: Float64Array
  readonly capacityArea: Float64Array
  private readonly capacityFrom: Float64Array
  private readonly capacityBusy: Float64Array
  readonly queueMax: Float64Array
  readonly arrivals: Float64Array
  readonly served: Float64Array
  readonly rejected: Float64Array
  readonly waitTotal: Float64Array
  /** Waits of those who left without being served. */
  readonly waitLost: Float64Array
  readonly serviceTotal: Float64Array
  /** First second in which it was 99 % busy; NaN: none yet. */
  readonly fullSince: Float64Array
  private readonly windowStart: Float64Array
  private readonly windowBusy: Float64Array
  private readonly records: Records
  private readonly clock: { readonly now: number }

  constructor(model: Model, layout: Layout, records: Records, clock: { readonly now: number }) {
    this.records = records
    this.clock = clock
    const count = layout.total('queue')
    const ints = (): Int32Array => new Int32Array(count)
    const floats = (): Float64Array => new Float64Array(count)
    this.count = count
    this.resource = ints()
    this.instance = ints()
    this.isPool = new Uint8Array(count)
    this.order = ints()
    this.servers = floats()
    this.room = floats()
    this.dropsOldest = new Uint8Array(count)
    this.patience = floats()
    this.busy = floats()
    this.queued = floats()
    this.suspended = floats()
    this.isDown = new Uint8Array(count)
    this.isOpen = new Uint8Array(count).fill(1)
    this.slow = floats().fill(1)
    this.epoch = ints()
    this.levels = ints()
    this.firstList = ints()
    this.touched = floats()
    this.busyArea = floats()
    this.queueArea = floats()
    this.capacityArea = floats()
    this.capacityFrom = floats()
    this.capacityBusy = floats()
    this.queueMax = floats()
    this.arrivals = floats()
    this.served = floats()
    this.rejected = floats()
    this.waitTotal = floats()
    this.waitLost = floats()
    this.serviceTotal = floats()
    this.fullSince = floats().fill(Number.NaN)
    this.windowStart = floats()
    this.windowBusy = floats()
    const lists = this.fill(model, layout)
    this.heads = new Int32Array(lists).fill(-1)
    this.tails = new Int32Array(lists).fill(-1)
    this.serving = new Int32Array(lists).fill(-1)
  }

  private fill(model: Model, layout: Layout): number {
    let lists = 0
    model.resources.forEach((resource, index) => {
      if (resource.kind !== 'station' && resource.kind !== 'pool') return
      const base = layout.base(index)
      const group = model.groups[resource.group]
      for (let i = 0; i < instancesOf(group); i++) {
        const copy = base + i
        this.isOpen[copy] = !group || i % strideOf(group) < group.perShard ? 1 : 0
        this.resource[copy] = index
        this.instance[copy] = i
        this.isPool[copy] = resource.kind === 'pool' ? 1 : 0
        this.order[copy] = orders[resource.kind === 'pool' ? resource.order : resource.discipline]
        this.servers[copy] = resource.kind === 'pool' ? resource.slots : resource.servers
        this.room[copy] = resource.waitingRoom
        this.dropsOldest[copy] = resource.whenFull === 'drop-oldest' ? 1 : 0
        this.patience[copy] = resource.kind === 'pool' ? resource.patience : Infinity
        this.levels[copy] = layout.levels(index)
        this.firstList[copy] = lists
        lists += layout.levels(index)
      }
    })
    return lists
  }

  /** Brings the areas up to now; before each change of `busy` or `queued`. */
  touch(copy: number): void {
    const { now } = this.clock
    const from = this.touched[copy] as number
    if (now === from) return
    const passed = now - from
    this.touched[copy] = now
    addFloat(this.busyArea, copy, passed * (this.busy[copy] as number))
    const queued = this.queued[copy] as number
    if (queued > 0) addFloat(this.queueArea, copy, passed * queued)
    if (now - (this.windowStart[copy] as number) >= 1) this.closeWindow(copy)
  }

  private closeWindow(copy: number): void {
    const { now } = this.clock
    const start = this.windowStart[copy] as number
    const busy = this.busyArea[copy] as number
    const share = (busy - (this.windowBusy[copy] as number)) / ((now - start) * (this.servers[copy] as number))
    if (share >= 0.99 && Number.isNaN(this.fullSince[copy])) this.fullSince[copy] = start
    this.windowStart[copy] = now
    this.windowBusy[copy] = busy
  }

  /** Puts a record at the end of its queue, or before all others. */
  enqueue(copy: number, record: number, level: number, isFirst: boolean): void {
    const { next, prev } = this.records
    const list = (this.firstList[copy] as number) + level
    const head = this.heads[list] as number
    const tail = this.tails[list] as number
    if (isFirst) {
      next[record] = head
      prev[record] = -1
      if (head >= 0) prev[head] = record
      else this.tails[list] = record
      this.heads[list] = record
    } else {
      next[record] = -1
      prev[record] = tail
      if (tail >= 0) next[tail] = record
      else this.heads[list] = record
      this.tails[list] = record
    }
    const queued = (this.queued[copy] as number) + 1
    this.queued[copy] = queued
    if (queued > (this.queueMax[copy] as number)) this.queueMax[copy] = queued
  }

  /** Takes a record out of its queue. */
  unlink(copy: number, record: number, level: number): void {
    const { next, prev } = this.records
    const list = (this.firstList[copy] as number) + level
    const after = next[record] as number
    const before = prev[record] as number
    if (before >= 0) next[before] = after
    else this.heads[list] = after
    if (after >= 0) prev[after] = before
    else this.tails[list] = before
    addFloat(this.queued, copy, -1)
  }

  /** Takes who is next out of the queues; there must be one. */
  dequeue(copy: number): number {
    const first = this.firstList[copy] as number
    const last = first + (this.levels[copy] as number) - 1
    let list = first
    while (list < last && (this.heads[list] as number) < 0) list += 1
    const record = this.heads[list] as number
    const { next, prev } = this.records
    const after = next[record] as number
    this.heads[list] = after
    if (after >= 0) prev[after] = -1
    else this.tails[list] = -1
    addFloat(this.queued, copy, -1)
    return record
  }

  /** Takes the one that came first out of the least urgent queue; -1 when nobody waits. */
  dequeueOldest(copy: number): number {
    const first = this.firstList[copy] as number
    let level = (this.levels[copy] as number) - 1
    while (level > 0 && (this.heads[first + level] as number) < 0) level -= 1
    const record = (this.order[copy] === LIFO ? this.tails[first + level] : this.heads[first + level]) as number
    if (record >= 0) this.unlink(copy, record, level)
    return record
  }

  /** Linked like a queue, but by who is in service; the one that came last first. */
  startServing(copy: number, record: number, level: number): void {
    const { next, prev } = this.records
    const list = (this.firstList[copy] as number) + level
    const first = this.serving[list] as number
    next[record] = first
    prev[record] = -1
    if (first >= 0) prev[first] = record
    this.serving[list] = record
  }

  endServing(copy: number, record: number, level: number): void {
    const { next, prev } = this.records
    const after = next[record] as number
    const before = prev[record] as number
    if (before >= 0) next[before] = after
    else this.serving[(this.firstList[copy] as number) + level] = after
    if (after >= 0) prev[after] = before
  }

  /** Brings the capacity up to now: servers while it is open, and while it closes what is still busy. */
  touchCapacity(copy: number): void {
    const { now } = this.clock
    this.touch(copy)
    const passed = now - (this.capacityFrom[copy] as number)
    const busy = this.busyArea[copy] as number
    if (passed > 0) {
      const capacity = (this.servers[copy] as number) * passed
      addFloat(this.capacityArea, copy, this.isOpen[copy] === 1 ? capacity : busy - (this.capacityBusy[copy] as number))
    }
    this.capacityFrom[copy] = now
    this.capacityBusy[copy] = busy
  }

  setOpen(copy: number, isOpen: boolean): void {
    this.touchCapacity(copy)
    this.isOpen[copy] = isOpen ? 1 : 0
  }

  /** Forgets all sums. */
  clear(): void {
    for (let copy = 0; copy < this.count; copy++) this.touchCapacity(copy)
    const sums = [this.busyArea, this.queueArea, this.capacityArea, this.capacityBusy, this.arrivals, this.served]
    const more = [this.rejected, this.waitTotal, this.waitLost, this.serviceTotal, this.windowBusy]
    for (const sum of [...sums, ...more]) sum.fill(0)
    this.queueMax.set(this.queued)
    this.fullSince.fill(Number.NaN)
    this.windowStart.fill(this.clock.now)
  }

  reject(copy: number): void {
    addFloat(this.rejected, copy, 1)
  }

  newEpoch(copy: number): void {
    addInt(this.epoch, copy, 1)
  }
}
