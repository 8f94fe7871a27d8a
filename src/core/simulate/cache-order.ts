import type { RandomStream } from '../base/random.ts'
import { longer } from './cache-table.ts'

/** Which entry has to go next. Entries are small whole numbers (see EntryTable). */
export interface Order {
  /** A new entry that was used `uses` times so far. */
  add(entry: number, uses: number): void
  use(entry: number): void
  remove(entry: number): void
  /** The entry to evict; -1 when there is none. */
  victim(): number
  clear(): void
  /** Room for so many entries. */
  grow(capacity: number): void
}

/**
 * A linked list from the oldest to the newest; `use` makes an entry the newest (LRU) unless the list is by insertion
 * (FIFO).
 */
export class EntryList implements Order {
  // Node 0 stands before the oldest and after the newest; entry e is node e + 1.
  private older = new Int32Array(1)
  private newer = new Int32Array(1)
  private readonly isMovedByUse: boolean

  constructor(isMovedByUse: boolean) {
    this.isMovedByUse = isMovedByUse
  }

  add(entry: number): void {
    const node = entry + 1
    const newest = this.older[0] as number
    this.older[node] = newest
    this.newer[node] = 0
    this.newer[newest] = node
    this.older[0] = node
  }

  use(entry: number): void {
    if (!this.isMovedByUse || this.older[0] === entry + 1) return
    this.remove(entry)
    this.add(entry)
  }

  remove(entry: number): void {
    const older = this.older[entry + 1] as number
    const newer = this.newer[entry + 1] as number
    this.newer[older] = newer
    this.older[newer] = older
    this.newer[entry + 1] = OUTSIDE
  }

  /** False for an entry that was removed, or never added. */
  holds(entry: number): boolean {
    return this.newer[entry + 1] !== OUTSIDE
  }

  victim(): number {
    return (this.newer[0] as number) - 1
  }

  clear(): void {
    this.newer.fill(OUTSIDE)
    this.older[0] = 0
    this.newer[0] = 0
  }

  grow(capacity: number): void {
    const before = this.newer.length
    this.older = longer(this.older, capacity + 1)
    this.newer = longer(this.newer, capacity + 1)
    this.newer.fill(OUTSIDE, before)
  }
}

const OUTSIDE = -1

/**
 * Least frequently used: a binary heap by number of uses; of equals the one that came first goes.
 */
export class FrequencyHeap implements Order {
  private heap = new Int32Array(0)
  private position = new Int32Array(0)
  private uses = new Float64Array(0)
  private sequences = new Float64Array(0)
  private count = 0
  private sequence = 0

  add(entry: number, uses: number): void {
    this.uses[entry] = uses
    this.sequences[entry] = this.sequence++
    this.rise(this.count++, entry)
  }

  use(entry: number): void {
    this.uses[entry] = (this.uses[entry] as number) + 1
    this.sink(this.position[entry] as number, entry)
  }

  remove(entry: number): void {
    const at = this.position[entry] as number
    const last = this.heap[--this.count] as number
    if (last === entry) return
    if (at > 0 && this.isBefore(last, this.heap[(at - 1) >> 1] as number)) this.rise(at, last)
    else this.sink(at, last)
  }

  victim(): number {
    return this.count > 0 ? (this.heap[0] as number) : -1
  }

  usesOf(entry: number): number {
    return this.uses[entry] as number
  }

  clear(): void {
    this.count = 0
  }

  grow(capacity: number): void {
    this.heap = longer(this.heap, capacity)
    this.position = longer(this.position, capacity)
    this.uses = longer(this.uses, capacity)
    this.sequences = longer(this.sequences, capacity)
  }

  private isBefore(a: number, b: number): boolean {
    const difference = (this.uses[a] as number) - (this.uses[b] as number)
    return difference < 0 || (difference === 0 && (this.sequences[a] as number) < (this.sequences[b] as number))
  }

  private rise(from: number, entry: number): void {
    let at = from
    while (at > 0) {
      const parent = this.heap[(at - 1) >> 1] as number
      if (!this.isBefore(entry, parent)) break
      this.settle(at, parent)
      at = (at - 1) >> 1
    }
    this.settle(at, entry)
  }

  private sink(from: number, entry: number): void {
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.count) break
      if (child + 1 < this.count && this.isBefore(this.heap[child + 1] as number, this.heap[child] as number))
        child += 1
      const below = this.heap[child] as number
      if (!this.isBefore(below, entry)) break
      this.settle(at, below)
      at = child
    }
    this.settle(at, entry)
  }

  private settle(at: number, entry: number): void {
    this.heap[at] = entry
    this.position[entry] = at
  }
}

/** Any entry, each with the same chance. */
export class EntryLottery implements Order {
  private entries = new Int32Array(0)
  private position = new Int32Array(0)
  private count = 0
  private readonly stream: RandomStream

  constructor(stream: RandomStream) {
    this.stream = stream
  }

  add(entry: number): void {
    this.entries[this.count] = entry
    this.position[entry] = this.count++
  }

  use(): void {}

  remove(entry: number): void {
    const at = this.position[entry] as number
    const last = this.entries[--this.count] as number
    this.entries[at] = last
    this.position[last] = at
  }

  victim(): number {
    return this.count > 0 ? (this.entries[this.stream.below(this.count)] as number) : -1
  }

  clear(): void {
    this.count = 0
  }

  grow(capacity: number): void {
    this.entries = longer(this.entries, capacity)
    this.position = longer(this.position, capacity)
  }
}

/** Nobody has to go: there is room for all, or who comes late is refused. */
export const noOrder: Order = {
  add() {},
  use() {},
  remove() {},
  victim: () => -1,
  clear() {},
  grow() {},
}
