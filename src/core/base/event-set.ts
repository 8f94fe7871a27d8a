/**
 * Future events ordered by (time, sequence): a binary heap over typed arrays, plus one FIFO ring for each constant
 * delay (timeouts). A ring stands in the heap with its first live entry only, and entries whose owner has moved on
 * (another generation) are skipped when the ring advances, so a timer that never fires costs no heap operation.
 */
export class EventSet {
  /** The event that `pop` took. */
  time = 0
  what = 0
  tag = 0
  /** When the event is due that {@link pushNext} adds. A field, because a number that is handed over costs memory. */
  due = 0
  private order = 0
  /** The heap: times, and in which slot the rest of each event stands, so that little is moved. */
  private times = new Float64Array(1024)
  private slots = new Int32Array(1024)
  /** Of each slot: the sequence, what the event is for and its tag; or of a free one, the next free one. */
  private sequences = new Float64Array(1024)
  private words = new Int32Array(2048)
  private free = -1
  private used = 0
  private count = 0
  /** The root was popped and its place and its slot are free: the next push may take them. */
  private hasHole = false
  private sequence = 0
  private readonly rings: Ring[] = []
  private readonly isStale: (what: number, tag: number) => boolean

  constructor(isStale: (what: number, tag: number) => boolean = () => false) {
    this.isStale = isStale
  }

  get size(): number {
    let waiting = 0
    for (const ring of this.rings) waiting += ring.size - (ring.isInHeap ? 1 : 0)
    return this.count - (this.hasHole ? 1 : 0) + waiting
  }

  push(time: number, what: number, tag: number): void {
    this.due = time
    this.pushNext(what, tag)
  }

  /** An event at `due`. */
  pushNext(what: number, tag: number): void {
    this.order = this.sequence++
    this.insert(what, tag)
  }

  /** A ring for timers that all run for the same delay. */
  ring(delay: number): number {
    const found = this.rings.findIndex((r) => r.delay === delay)
    if (found >= 0) return found
    this.rings.push(new Ring(delay))
    return this.rings.length - 1
  }

  /** An event `delay` of the ring after `now`; calls come in order of `now`. */
  pushRing(index: number, now: number, what: number, tag: number): void {
    this.due = now
    this.pushRingNext(index, what, tag)
  }

  /** An event `delay` of the ring after `due`; calls come in order of `due`. */
  pushRingNext(index: number, what: number, tag: number): void {
    const ring = this.rings[index] as Ring
    this.due += ring.delay
    this.order = this.sequence++
    ring.push(this.due, this.order, what, tag)
    if (ring.isInHeap) return
    ring.isInHeap = true
    this.insert(-1 - index, 0)
  }

  /** Time of the next event, Infinity when there is none. (May be a stale timer's.) */
  peekTime(): number {
    if (this.hasHole) this.fillHole()
    return this.count > 0 ? (this.times[0] as number) : Infinity
  }

  /** Takes the next event into `time`, `what`, `tag`; false when there is none at or before `until`. */
  pop(until: number): boolean {
    for (;;) {
      if (this.hasHole) this.fillHole()
      const time = this.times[0] as number
      if (this.count === 0 || time > until) return false
      this.hasHole = true
      const { words } = this
      const slot = this.slots[0] as number
      const what = words[slot << 1] as number
      this.time = time
      if (what >= 0) {
        this.what = what
        this.tag = words[(slot << 1) | 1] as number
        return true
      }
      const ring = this.rings[-1 - what] as Ring
      const isLive = !this.isStale(ring.headWhat(), ring.headTag())
      this.what = ring.headWhat()
      this.tag = ring.headTag()
      this.advance(ring, -1 - what)
      if (isLive) return true
    }
  }

  private advance(ring: Ring, index: number): void {
    ring.drop()
    while (ring.size > 0 && this.isStale(ring.headWhat(), ring.headTag())) ring.drop()
    if (ring.size === 0) {
      ring.isInHeap = false
      return
    }
    this.due = ring.headTime()
    this.order = ring.headSequence()
    this.insert(-1 - index, 0)
  }

  /** At `due` and `order`. */
  private insert(what: number, tag: number): void {
    const slot = this.hasHole ? (this.slots[0] as number) : this.take()
    const { words } = this
    this.sequences[slot] = this.order
    words[slot << 1] = what
    words[(slot << 1) | 1] = tag
    if (!this.hasHole) return this.siftUp(slot)
    this.hasHole = false
    this.siftDown(slot)
  }

  private take(): number {
    const slot = this.free
    if (slot >= 0) {
      this.free = this.words[slot << 1] as number
      return slot
    }
    // One place more than events: the end of the heap is marked there.
    if (this.used + 1 === this.times.length) this.grow()
    return this.used++
  }

  private fillHole(): void {
    this.hasHole = false
    const slot = this.slots[0] as number
    this.words[slot << 1] = this.free
    this.free = slot
    const last = --this.count
    if (last === 0) return
    this.due = this.times[last] as number
    this.order = this.sequences[this.slots[last] as number] as number
    this.siftDown(this.slots[last] as number)
  }

  private siftUp(slot: number): void {
    const { times, slots, sequences, due, order } = this
    let i = this.count++
    while (i > 0) {
      const parent = (i - 1) >> 1
      const time = times[parent] as number
      if (time < due || (time === due && (sequences[slots[parent] as number] as number) < order)) break
      times[i] = time
      slots[i] = slots[parent] as number
      i = parent
    }
    times[i] = due
    slots[i] = slot
  }

  private siftDown(slot: number): void {
    const { times, slots, sequences, count, due, order } = this
    times[count] = Infinity
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= count) break
      const left = times[child] as number
      const right = times[child + 1] as number
      // Which of the two comes first is anybody's guess, so it is reckoned: a wrong guess costs more than the sum.
      if (left !== right) child += Number(right < left)
      else if (child + 1 < count && this.isBefore(child + 1, child)) child += 1
      const time = times[child] as number
      if (time > due || (time === due && (sequences[slots[child] as number] as number) > order)) break
      times[i] = time
      slots[i] = slots[child] as number
      i = child
    }
    times[i] = due
    slots[i] = slot
  }

  private isBefore(a: number, b: number): boolean {
    const { slots, sequences } = this
    return (sequences[slots[a] as number] as number) < (sequences[slots[b] as number] as number)
  }

  private grow(): void {
    const length = this.times.length * 2
    this.times = copy(this.times, new Float64Array(length))
    this.slots = copy(this.slots, new Int32Array(length))
    this.sequences = copy(this.sequences, new Float64Array(length))
    this.words = copy(this.words, new Int32Array(length * 2))
  }
}

/** A circular list of (time, sequence, what, tag). */
class Ring {
  readonly delay: number
  isInHeap = false
  size = 0
  private head = 0
  /** Side by side: time and sequence, and what and tag. */
  private keys = new Float64Array(128)
  private words = new Int32Array(128)

  constructor(delay: number) {
    this.delay = delay
  }

  headTime(): number {
    return this.keys[this.head] as number
  }
  headSequence(): number {
    return this.keys[this.head | 1] as number
  }
  headWhat(): number {
    return this.words[this.head] as number
  }
  headTag(): number {
    return this.words[this.head | 1] as number
  }

  drop(): void {
    this.head = (this.head + 2) & (this.keys.length - 1)
    this.size -= 1
  }

  push(time: number, sequence: number, what: number, tag: number): void {
    if (2 * this.size === this.keys.length) this.grow()
    const { keys, words } = this
    const at = (this.head + 2 * this.size) & (keys.length - 1)
    keys[at] = time
    keys[at | 1] = sequence
    words[at] = what
    words[at | 1] = tag
    this.size += 1
  }

  private grow(): void {
    const length = this.keys.length
    const unroll = <T extends Float64Array | Int32Array>(from: T, to: T): T => {
      to.set(from.subarray(this.head))
      to.set(from.subarray(0, this.head), length - this.head)
      return to
    }
    this.keys = unroll(this.keys, new Float64Array(length * 2))
    this.words = unroll(this.words, new Int32Array(length * 2))
    this.head = 0
  }
}

function copy<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
