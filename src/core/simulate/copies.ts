import type { Model } from '../model/model.ts'
import type { Pool, Station } from '../model/resource.ts'
import { Copy, LIFO } from './copy.ts'
import { INTS, NEXT, PREV } from './field.ts'
import { instancesOf, type Layout, strideOf } from './layout.ts'
import type { Records } from './records.ts'
import type { Sampler } from './sampler.ts'
import type { Streams } from './streams.ts'

/** What copies are made from. */
interface Parts {
  readonly model: Model
  readonly layout: Layout
  readonly records: Records
  readonly streams: Streams
}

/** All copies of stations and pools, and their queues, which are linked through the records. */
export class Copies {
  readonly all: readonly Copy[]
  readonly heads: Int32Array
  private readonly tails: Int32Array
  /** Of preemptive stations and shared ones: those in service, by level. */
  readonly serving: Int32Array
  private readonly records: Records

  constructor({ model, layout, records, streams }: Parts, clock: { readonly now: number }) {
    this.records = records
    let lists = 0
    this.all = model.resources.flatMap((resource, index): readonly Copy[] => {
      if (resource.kind !== 'station' && resource.kind !== 'pool') return []
      const group = model.groups[resource.group]
      const levels = layout.levels(index)
      return Array.from({ length: instancesOf(group) }, (_, instance) => {
        const number = layout.base(index) + instance
        const impatience = impatienceOf(resource, streams)
        const identity = { number, resource: index, instance, levels, firstList: lists, impatience }
        const copy = new Copy(resource, identity, clock)
        copy.isOpen = !group || instance % strideOf(group) < group.perShard
        lists += levels
        return copy
      })
    })
    this.heads = new Int32Array(lists).fill(-1)
    this.tails = new Int32Array(lists).fill(-1)
    this.serving = new Int32Array(lists).fill(-1)
  }

  of(copy: number): Copy {
    return this.all[copy] as Copy
  }

  /** Puts a record at the end of its queue, or before all others. */
  enqueue(copy: Copy, record: number, level: number, isFirst: boolean): void {
    const { ints } = this.records
    const list = copy.firstList + level
    const head = this.heads[list] as number
    const tail = this.tails[list] as number
    if (isFirst) {
      ints[(record << INTS) | NEXT] = head
      ints[(record << INTS) | PREV] = -1
      if (head >= 0) ints[(head << INTS) | PREV] = record
      else this.tails[list] = record
      this.heads[list] = record
    } else {
      ints[(record << INTS) | NEXT] = -1
      ints[(record << INTS) | PREV] = tail
      if (tail >= 0) ints[(tail << INTS) | NEXT] = record
      else this.heads[list] = record
      this.tails[list] = record
    }
    copy.queued += 1
    if (copy.queued > copy.queueMax) copy.queueMax = copy.queued
  }

  /** The same at the end of a copy's only queue. */
  enqueueLast(copy: Copy, record: number): void {
    const { ints } = this.records
    const { tails } = this
    const list = copy.firstList
    const tail = tails[list] as number
    ints[(record << INTS) | NEXT] = -1
    ints[(record << INTS) | PREV] = tail
    if (tail >= 0) ints[(tail << INTS) | NEXT] = record
    else this.heads[list] = record
    tails[list] = record
    copy.queued += 1
    if (copy.queued > copy.queueMax) copy.queueMax = copy.queued
  }

  /** Takes the first one out of a copy's only queue; there must be one. */
  dequeueFirst(copy: Copy): number {
    const { ints } = this.records
    const list = copy.firstList
    const record = this.heads[list] as number
    const after = ints[(record << INTS) | NEXT] as number
    this.heads[list] = after
    if (after >= 0) ints[(after << INTS) | PREV] = -1
    else this.tails[list] = -1
    copy.queued -= 1
    return record
  }

  /** Takes a record out of its queue. */
  unlink(copy: Copy, record: number, level: number): void {
    const { ints } = this.records
    const list = copy.firstList + level
    const after = ints[(record << INTS) | NEXT] as number
    const before = ints[(record << INTS) | PREV] as number
    if (before >= 0) ints[(before << INTS) | NEXT] = after
    else this.heads[list] = after
    if (after >= 0) ints[(after << INTS) | PREV] = before
    else this.tails[list] = before
    copy.queued -= 1
  }

  /** Who is next in the queues; there must be one. */
  next(copy: Copy): number {
    return this.heads[this.listOfNext(copy)] as number
  }

  private listOfNext(copy: Copy): number {
    const last = copy.firstList + copy.levels - 1
    let list = copy.firstList
    while (list < last && (this.heads[list] as number) < 0) list += 1
    return list
  }

  /** Takes who is next out of the queues; there must be one. */
  dequeue(copy: Copy): number {
    const list = this.listOfNext(copy)
    const record = this.heads[list] as number
    const { ints } = this.records
    const after = ints[(record << INTS) | NEXT] as number
    this.heads[list] = after
    if (after >= 0) ints[(after << INTS) | PREV] = -1
    else this.tails[list] = -1
    copy.queued -= 1
    return record
  }

  /** The one that came first to the least urgent queue; -1 when nobody waits. */
  oldest(copy: Copy): number {
    const list = copy.firstList + this.lastLevel(copy)
    return (copy.order === LIFO ? this.tails[list] : this.heads[list]) as number
  }

  /** Takes the one that came first out of the least urgent queue; -1 when nobody waits. */
  dequeueOldest(copy: Copy): number {
    const record = this.oldest(copy)
    if (record >= 0) this.unlink(copy, record, this.lastLevel(copy))
    return record
  }

  private lastLevel(copy: Copy): number {
    let level = copy.levels - 1
    while (level > 0 && (this.heads[copy.firstList + level] as number) < 0) level -= 1
    return level
  }

  /** Linked like a queue, but by who is in service; the one that came last first. */
  startServing(copy: Copy, record: number, level: number): void {
    const { ints } = this.records
    const list = copy.firstList + level
    const first = this.serving[list] as number
    ints[(record << INTS) | NEXT] = first
    ints[(record << INTS) | PREV] = -1
    if (first >= 0) ints[(first << INTS) | PREV] = record
    this.serving[list] = record
  }

  endServing(copy: Copy, record: number, level: number): void {
    const { ints } = this.records
    const after = ints[(record << INTS) | NEXT] as number
    const before = ints[(record << INTS) | PREV] as number
    if (before >= 0) ints[(before << INTS) | NEXT] = after
    else this.serving[copy.firstList + level] = after
    if (after >= 0) ints[(after << INTS) | PREV] = before
  }
}

function impatienceOf(resource: Station | Pool, streams: Streams): Sampler | null {
  if (resource.kind !== 'station' || resource.patience === null) return null
  return streams.sampler(resource.patience, `${resource.id}/patience`)
}
