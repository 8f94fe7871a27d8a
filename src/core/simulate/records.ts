import * as field from './field.ts'
import { grownFloats, grownInts, Ledger } from './ledger.ts'
import { FREE, RUNNING } from './op.ts'

/**
 * The pool of records: one for each strand of a request that runs by itself (the request, an attempt of a call, a
 * branch). A record is a program counter and a few numbers; all of them stand in typed arrays and are used again, so
 * that nothing is allocated while the simulation runs.
 */
export class Records {
  readonly ledger = new Ledger()
  /** How many instances (one for each enclosing frame) and how many locals a record has. */
  readonly depths: number
  readonly slots: number
  live = 0
  capacity = 0
  private free = -1

  /** See {@link field.ts} for what stands where. */
  ints = new Int32Array(0)
  floats = new Float64Array(0)

  /**
   * By frame: its instance, the second half of its round trip, and the end of the list of bookings when it was entered.
   */
  instances = new Int32Array(0)
  back = new Float64Array(0)
  marks = new Int32Array(0)
  locals = new Int32Array(0)

  constructor(depths: number, slots: number) {
    this.depths = depths
    this.slots = slots
    this.grow(256)
  }

  take(kind: number, flow: number): number {
    if (this.free < 0) this.grow(this.capacity * 2)
    const record = this.free
    this.free = this.ints[(record << field.INTS) | field.NEXT] as number
    this.live += 1
    this.ints[(record << field.INTS) | field.KIND] = kind
    this.ints[(record << field.INTS) | field.FLOW] = flow
    this.ints[(record << field.INTS) | field.MODE] = RUNNING
    this.ints[(record << field.INTS) | field.PARENT] = -1
    this.ints[(record << field.INTS) | field.FIRST_CHILD] = -1
    this.ints[(record << field.INTS) | field.OUTCOME] = 0
    this.ints[(record << field.INTS) | field.VERDICT] = 0
    this.ints[(record << field.INTS) | field.HEAD] = -1
    this.ints[(record << field.INTS) | field.TAIL] = -1
    this.ints[(record << field.INTS) | field.SEAL] = -1
    this.ints[(record << field.INTS) | field.GUARD] = 0
    this.ints[(record << field.INTS) | field.COUNTED] = -1
    return record
  }

  /** Puts a record back. It must be in no queue, hold nothing and have no children. */
  giveBack(record: number): void {
    this.forget(record)
    this.ints[(record << field.INTS) | field.MODE] = FREE
    this.ints[(record << field.INTS) | field.LIFE] =
      ((this.ints[(record << field.INTS) | field.LIFE] as number) + 1) | 0
    this.ints[(record << field.INTS) | field.WAKE] =
      ((this.ints[(record << field.INTS) | field.WAKE] as number) + 1) | 0
    this.ints[(record << field.INTS) | field.SERIAL] =
      ((this.ints[(record << field.INTS) | field.SERIAL] as number) + 1) | 0
    this.ints[(record << field.INTS) | field.NEXT] = this.free
    this.free = record
    this.live -= 1
  }

  /** Frame, registers and keys of `from`, for a strand that goes on beside or below it. */
  inherit(record: number, from: number): void {
    this.ints[(record << field.INTS) | field.PLACE] = this.ints[(from << field.INTS) | field.PLACE] as number
    this.ints[(record << field.INTS) | field.KEYS] = this.ints[(from << field.INTS) | field.KEYS] as number
    this.ints[(record << field.INTS) | field.ITEMS] = this.ints[(from << field.INTS) | field.ITEMS] as number
    this.ints[(record << field.INTS) | field.FOUND] = this.ints[(from << field.INTS) | field.FOUND] as number
    this.ints[(record << field.INTS) | field.MISSED] = this.ints[(from << field.INTS) | field.MISSED] as number
    this.ints[(record << field.INTS) | field.GROUP] = this.ints[(from << field.INTS) | field.GROUP] as number
    this.floats[(record << field.FLOATS) | field.DEADLINE] = this.floats[
      (from << field.FLOATS) | field.DEADLINE
    ] as number
    const { instances, depths } = this
    for (let i = 0; i < depths; i++) instances[record * depths + i] = instances[from * depths + i] as number
  }

  adopt(parent: number, child: number): void {
    const first = this.ints[(parent << field.INTS) | field.FIRST_CHILD] as number
    this.ints[(child << field.INTS) | field.PARENT] = parent
    this.ints[(child << field.INTS) | field.NEXT_SIBLING] = first
    this.ints[(child << field.INTS) | field.PREV_SIBLING] = -1
    if (first >= 0) this.ints[(first << field.INTS) | field.PREV_SIBLING] = child
    this.ints[(parent << field.INTS) | field.FIRST_CHILD] = child
  }

  /** From now on nobody waits for `child`. */
  detach(child: number): void {
    const parent = this.ints[(child << field.INTS) | field.PARENT] as number
    if (parent < 0) return
    const next = this.ints[(child << field.INTS) | field.NEXT_SIBLING] as number
    const prev = this.ints[(child << field.INTS) | field.PREV_SIBLING] as number
    if (prev >= 0) this.ints[(prev << field.INTS) | field.NEXT_SIBLING] = next
    else this.ints[(parent << field.INTS) | field.FIRST_CHILD] = next
    if (next >= 0) this.ints[(next << field.INTS) | field.PREV_SIBLING] = prev
    this.ints[(child << field.INTS) | field.PARENT] = -1
  }

  /** Invalidates what is scheduled for the current wait. */
  forgetWake(record: number): void {
    this.ints[(record << field.INTS) | field.WAKE] =
      ((this.ints[(record << field.INTS) | field.WAKE] as number) + 1) | 0
  }

  book(record: number, point: number, wait: number, serve: number): void {
    if (wait === 0 && serve === 0) return
    const ledger = this.ledger
    const tail = this.ints[(record << field.INTS) | field.TAIL] as number
    if (tail >= 0 && ledger.point[tail] === point && this.ints[(record << field.INTS) | field.SEAL] !== tail) {
      ledger.wait[tail] = (ledger.wait[tail] as number) + wait
      ledger.serve[tail] = (ledger.serve[tail] as number) + serve
      return
    }
    const entry = ledger.entry(point, wait, serve)
    if (tail >= 0) ledger.next[tail] = entry
    else this.ints[(record << field.INTS) | field.HEAD] = entry
    this.ints[(record << field.INTS) | field.TAIL] = entry
  }

  /** What `from` booked belongs to `record` from now on. */
  append(record: number, from: number): void {
    const head = this.ints[(from << field.INTS) | field.HEAD] as number
    if (head < 0) return
    const tail = this.ints[(record << field.INTS) | field.TAIL] as number
    if (tail >= 0) this.ledger.next[tail] = head
    else this.ints[(record << field.INTS) | field.HEAD] = head
    this.ints[(record << field.INTS) | field.TAIL] = this.ints[(from << field.INTS) | field.TAIL] as number
    this.ints[(from << field.INTS) | field.HEAD] = -1
    this.ints[(from << field.INTS) | field.TAIL] = -1
  }

  /** A frame is entered: what is booked from now on can be told from what was before. */
  mark(record: number, depth: number): void {
    const tail = this.ints[(record << field.INTS) | field.TAIL] as number
    this.marks[record * this.depths + depth] = tail
    this.ints[(record << field.INTS) | field.SEAL] = tail
  }

  /** Drops what was booked since the frame at `depth` was entered. @returns its sum */
  unbook(record: number, depth: number): number {
    const ledger = this.ledger
    const mark = this.marks[record * this.depths + depth] as number
    const first = (mark >= 0 ? ledger.next[mark] : this.ints[(record << field.INTS) | field.HEAD]) as number
    this.ints[(record << field.INTS) | field.SEAL] = mark
    if (first < 0) return 0
    let sum = 0
    for (let at = first; at >= 0; at = ledger.next[at] as number)
      sum += (ledger.wait[at] as number) + (ledger.serve[at] as number)
    ledger.drop(first, this.ints[(record << field.INTS) | field.TAIL] as number)
    this.ints[(record << field.INTS) | field.TAIL] = mark
    if (mark >= 0) ledger.next[mark] = -1
    else this.ints[(record << field.INTS) | field.HEAD] = -1
    return sum
  }

  /** Drops what `record` booked. */
  forget(record: number): void {
    const head = this.ints[(record << field.INTS) | field.HEAD] as number
    if (head < 0) return
    this.ledger.drop(head, this.ints[(record << field.INTS) | field.TAIL] as number)
    this.ints[(record << field.INTS) | field.HEAD] = -1
    this.ints[(record << field.INTS) | field.TAIL] = -1
  }

  private grow(length: number): void {
    const from = this.capacity
    this.ints = grownInts(this.ints, length << field.INTS)
    this.floats = grownFloats(this.floats, length << field.FLOATS)
    this.instances = grownInts(this.instances, length * this.depths)
    this.marks = grownInts(this.marks, length * this.depths)
    this.back = grownFloats(this.back, length * this.depths)
    this.locals = grownInts(this.locals, length * this.slots)
    this.capacity = length
    for (let record = length - 1; record >= from; record--) {
      this.ints[(record << field.INTS) | field.NEXT] = this.free
      this.free = record
    }
  }
}

/** The copy of a resource that belongs to the instance of the enclosing frame at `depth`; copy 0 for -1. */
export function copyAt(records: Records, record: number, base: number, depth: number): number {
  if (depth < 0) return base
  const instance = records.instances[record * records.depths + depth] as number
  return instance < 0 ? base : base + instance
}
