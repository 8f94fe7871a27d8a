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

  /** Instruction to go on at. */
  pc = new Int32Array(0)
  kind = new Int32Array(0)
  flow = new Int32Array(0)
  mode = new Int32Array(0)
  /** Who waits for this one; -1: nobody. */
  parent = new Int32Array(0)
  firstChild = new Int32Array(0)
  nextSibling = new Int32Array(0)
  prevSibling = new Int32Array(0)
  /** Call site of the frame it runs in; -1: the request's own frame. */
  site = new Int32Array(0)
  /** Of a request: its source, or -1 - its consumer loop. */
  origin = new Int32Array(0)
  isAnswered = new Int32Array(0)
  /** Why the wait that just ended was in vain; 0 = it was not. */
  outcome = new Int32Array(0)
  /** How this attempt or branch ended; 0 = well. */
  verdict = new Int32Array(0)
  /** Stale events are known by old numbers: of this life of the record, of its current wait, of its current call. */
  life = new Int32Array(0)
  wake = new Int32Array(0)
  serial = new Int32Array(0)
  /** Links of the queue it stands in, and the copy (of a station, pool or flight) that queue belongs to. */
  next = new Int32Array(0)
  prev = new Int32Array(0)
  at = new Int32Array(0)
  /** Instruction pairs know their site; who ends a wait from outside needs the point it is booked at. */
  point = new Int32Array(0)
  head = new Int32Array(0)
  tail = new Int32Array(0)
  /** The entry that must stay as it is, because a frame was entered after it. */
  seal = new Int32Array(0)
  /** Place of the request's source; -1: none. */
  place = new Int32Array(0)
  keys = new Int32Array(0)
  items = new Int32Array(0)
  found = new Int32Array(0)
  missed = new Int32Array(0)
  group = new Int32Array(0)
  /** While it waits for attempts: how many were made. While it waits for branches: how many ended well. */
  tries = new Int32Array(0)
  /** Branches that failed, or iterations still to start. */
  rest = new Int32Array(0)
  /** Attempts: what the breaker has to be told (1) or whether it was its probe (2); and which instance counts it. */
  guard = new Int32Array(0)
  counted = new Int32Array(0)

  /** Intended start of a request, start of an attempt or branch. */
  start = new Float64Array(0)
  since = new Float64Array(0)
  started = new Float64Array(0)
  /** Seconds of service it already had in this visit. */
  done = new Float64Array(0)
  /** Work left at `started`, in seconds at normal speed. */
  remaining = new Float64Array(0)
  deadline = new Float64Array(0)
  /** When the current call, or fork, began. */
  callStart = new Float64Array(0)
  /** When the caller's patience with this attempt ends. */
  limit = new Float64Array(0)

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
    if (this.free < 0) this.grow(this.capacity < 65_536 ? this.capacity * 2 : this.capacity + (this.capacity >> 2))
    const record = this.free
    this.free = this.next[record] as number
    this.live += 1
    this.kind[record] = kind
    this.flow[record] = flow
    this.mode[record] = RUNNING
    this.parent[record] = -1
    this.firstChild[record] = -1
    this.isAnswered[record] = 0
    this.outcome[record] = 0
    this.verdict[record] = 0
    this.head[record] = -1
    this.tail[record] = -1
    this.seal[record] = -1
    this.guard[record] = 0
    this.counted[record] = -1
    return record
  }

  /** Puts a record back. It must be in no queue, hold nothing and have no children. */
  giveBack(record: number): void {
    this.forget(record)
    this.mode[record] = FREE
    this.life[record] = ((this.life[record] as number) + 1) | 0
    this.wake[record] = ((this.wake[record] as number) + 1) | 0
    this.serial[record] = ((this.serial[record] as number) + 1) | 0
    this.next[record] = this.free
    this.free = record
    this.live -= 1
  }

  /** Frame, registers and keys of `from`, for a strand that goes on beside or below it. */
  inherit(record: number, from: number): void {
    this.place[record] = this.place[from] as number
    this.keys[record] = this.keys[from] as number
    this.items[record] = this.items[from] as number
    this.found[record] = this.found[from] as number
    this.missed[record] = this.missed[from] as number
    this.group[record] = this.group[from] as number
    this.deadline[record] = this.deadline[from] as number
    const { instances, depths } = this
    for (let i = 0; i < depths; i++) instances[record * depths + i] = instances[from * depths + i] as number
  }

  adopt(parent: number, child: number): void {
    const first = this.firstChild[parent] as number
    this.parent[child] = parent
    this.nextSibling[child] = first
    this.prevSibling[child] = -1
    if (first >= 0) this.prevSibling[first] = child
    this.firstChild[parent] = child
  }

  /** From now on nobody waits for `child`. */
  detach(child: number): void {
    const parent = this.parent[child] as number
    if (parent < 0) return
    const next = this.nextSibling[child] as number
    const prev = this.prevSibling[child] as number
    if (prev >= 0) this.nextSibling[prev] = next
    else this.firstChild[parent] = next
    if (next >= 0) this.prevSibling[next] = prev
    this.parent[child] = -1
  }

  /** Invalidates what is scheduled for the current wait. */
  forgetWake(record: number): void {
    this.wake[record] = ((this.wake[record] as number) + 1) | 0
  }

  book(record: number, point: number, wait: number, serve: number): void {
    if (wait === 0 && serve === 0) return
    const ledger = this.ledger
    const tail = this.tail[record] as number
    if (tail >= 0 && ledger.point[tail] === point && this.seal[record] !== tail) {
      ledger.wait[tail] = (ledger.wait[tail] as number) + wait
      ledger.serve[tail] = (ledger.serve[tail] as number) + serve
      return
    }
    const entry = ledger.entry(point, wait, serve)
    if (tail >= 0) ledger.next[tail] = entry
    else this.head[record] = entry
    this.tail[record] = entry
  }

  /** What `from` booked belongs to `record` from now on. */
  append(record: number, from: number): void {
    const head = this.head[from] as number
    if (head < 0) return
    const tail = this.tail[record] as number
    if (tail >= 0) this.ledger.next[tail] = head
    else this.head[record] = head
    this.tail[record] = this.tail[from] as number
    this.head[from] = -1
    this.tail[from] = -1
  }

  /** A frame is entered: what is booked from now on can be told from what was before. */
  mark(record: number, depth: number): void {
    const tail = this.tail[record] as number
    this.marks[record * this.depths + depth] = tail
    this.seal[record] = tail
  }

  /** Drops what was booked since the frame at `depth` was entered. @returns its sum */
  unbook(record: number, depth: number): number {
    const ledger = this.ledger
    const mark = this.marks[record * this.depths + depth] as number
    const first = (mark >= 0 ? ledger.next[mark] : this.head[record]) as number
    this.seal[record] = mark
    if (first < 0) return 0
    let sum = 0
    for (let at = first; at >= 0; at = ledger.next[at] as number)
      sum += (ledger.wait[at] as number) + (ledger.serve[at] as number)
    ledger.drop(first, this.tail[record] as number)
    this.tail[record] = mark
    if (mark >= 0) ledger.next[mark] = -1
    else this.head[record] = -1
    return sum
  }

  /** Drops what `record` booked. */
  forget(record: number): void {
    const head = this.head[record] as number
    if (head < 0) return
    this.ledger.drop(head, this.tail[record] as number)
    this.head[record] = -1
    this.tail[record] = -1
  }

  private grow(length: number): void {
    const from = this.capacity
    for (const name of intFields) this[name] = grownInts(this[name], length)
    for (const name of floatFields) this[name] = grownFloats(this[name], length)
    this.instances = grownInts(this.instances, length * this.depths)
    this.marks = grownInts(this.marks, length * this.depths)
    this.back = grownFloats(this.back, length * this.depths)
    this.locals = grownInts(this.locals, length * this.slots)
    this.capacity = length
    for (let record = length - 1; record >= from; record--) {
      this.next[record] = this.free
      this.free = record
    }
  }
}

const intFields = [
  'pc',
  'kind',
  'flow',
  'mode',
  'parent',
  'firstChild',
  'nextSibling',
  'prevSibling',
  'site',
  'origin',
  'isAnswered',
  'outcome',
  'verdict',
  'life',
  'wake',
  'serial',
  'next',
  'prev',
  'at',
  'point',
  'head',
  'tail',
  'seal',
  'place',
  'keys',
  'items',
  'found',
  'missed',
  'group',
  'tries',
  'rest',
  'guard',
  'counted',
] as const

const floatFields = ['start', 'since', 'started', 'done', 'remaining', 'deadline', 'callStart', 'limit'] as const

/** The copy of a resource that belongs to the instance of the enclosing frame at `depth`; copy 0 for -1. */
export function copyAt(records: Records, record: number, base: number, depth: number): number {
  if (depth < 0) return base
  const instance = records.instances[record * records.depths + depth] as number
  return instance < 0 ? base : base + instance
}
