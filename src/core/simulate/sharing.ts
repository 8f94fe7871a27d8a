import type { Copy } from './copy.ts'
import { DONE, FLOATS, INTS, MODE, NEXT, REMAINING, STARTED, WAKE } from './field.ts'
import type { Kernel } from './kernel.ts'
import { grownFloats, grownInts } from './ledger.ts'
import * as op from './op.ts'

/**
 * One processor-sharing station. `work` is the time a job would have needed alone since the clock was reset, `service`
 * the busy time it got: with n jobs on c servers each gets min(1, c/n) of a server. A job is over when `work` reaches
 * its key, so that only the smallest key is scheduled, and an arrival moves nothing but the clock.
 */
export class Sharing {
  count = 0
  /** Tag of the event that counts. */
  serial = 0
  isScheduled = false
  /** Somebody came since the end was scheduled: it is too early. */
  isEarly = false
  isDown = false
  /** 0: work, 1: service, 2: time of both, 3: time of the scheduled end. */
  readonly clock = new Float64Array(4)
  private keys = new Float64Array(16)
  private members = new Int32Array(16)

  /** Work done by each since the clock was reset. */
  work(): number {
    return this.clock[WORK] as number
  }

  smallest(): number {
    return this.keys[0] as number
  }

  first(): number {
    return this.members[0] as number
  }

  /** `slots[(record << INTS) | NEXT]` is kept as the place in the heap. */
  add(key: number, record: number, slots: Int32Array): void {
    if (this.count === this.keys.length) {
      this.keys = grownFloats(this.keys, this.count * 2)
      this.members = grownInts(this.members, this.count * 2)
    }
    this.siftUp(this.count++, { key, record, slots })
  }

  remove(at: number, slots: Int32Array): void {
    const last = --this.count
    if (at === last) return
    const key = this.keys[last] as number
    const record = this.members[last] as number
    if (at > 0 && (this.keys[(at - 1) >> 1] as number) > key) this.siftUp(at, { key, record, slots })
    else this.siftDown(at, { key, record, slots })
  }

  /** Service that a job had so far, whether it is still here or just left. */
  served(kernel: Kernel, record: number, copy: Copy): number {
    const { records } = kernel
    if ((records.ints[(record << INTS) | NEXT] as number) < 0)
      return records.floats[(record << FLOATS) | REMAINING] as number
    advance(kernel, this, copy)
    return (this.clock[SERVICE] as number) - (records.floats[(record << FLOATS) | DONE] as number)
  }

  reset(): void {
    this.count = 0
    this.clock[0] = 0
    this.clock[1] = 0
    this.serial += 1
    this.isScheduled = false
  }

  private siftUp(from: number, { key, record, slots }: Member): void {
    const { keys, members } = this
    let i = from
    while (i > 0) {
      const parent = (i - 1) >> 1
      if ((keys[parent] as number) <= key) break
      this.move(parent, i, slots)
      i = parent
    }
    keys[i] = key
    members[i] = record
    slots[(record << INTS) | NEXT] = i
  }

  private siftDown(from: number, { key, record, slots }: Member): void {
    const { keys, members, count } = this
    let i = from
    for (;;) {
      let child = 2 * i + 1
      if (child >= count) break
      if (child + 1 < count && (keys[child + 1] as number) < (keys[child] as number)) child += 1
      if ((keys[child] as number) >= key) break
      this.move(child, i, slots)
      i = child
    }
    keys[i] = key
    members[i] = record
    slots[(record << INTS) | NEXT] = i
  }

  private move(from: number, to: number, slots: Int32Array): void {
    const record = this.members[from] as number
    this.keys[to] = this.keys[from] as number
    this.members[to] = record
    slots[(record << INTS) | NEXT] = to
  }
}

interface Member {
  readonly key: number
  readonly record: number
  readonly slots: Int32Array
}

const WORK = 0
const SERVICE = 1
const TIME = 2
const END = 3

/** See {@link arrive} of stations. */
export const PASSED = 0
export const BLOCKED = 1
const REFUSED = 2

/** As long as there is a server for each job they are served like anywhere else, without a clock of their own. */
export const isUnshared = (copy: Copy): boolean => sharingOf(copy).count === 0

/** From now on those in service share. */
function share(kernel: Kernel, sharing: Sharing, copy: Copy): void {
  const { copies, records, now } = kernel
  const list = copy.firstList
  advance(kernel, sharing, copy)
  for (let record = copies.serving[list] as number; record >= 0; ) {
    const next = records.ints[(record << INTS) | NEXT] as number
    const worked = now - (records.floats[(record << FLOATS) | STARTED] as number)
    const left = (records.floats[(record << FLOATS) | REMAINING] as number) - worked / copy.slow
    // The clock starts at 0, so what was served before it lies before 0.
    records.floats[(record << FLOATS) | DONE] = -(records.floats[(record << FLOATS) | DONE] as number) - worked
    records.floats[(record << FLOATS) | REMAINING] = Math.max(0, left)
    records.ints[(record << INTS) | MODE] = op.SHARING
    records.forgetWake(record)
    sharing.add(Math.max(0, left), record, records.ints)
    record = next
  }
  copies.serving[list] = -1
}

/** A job joins those that share. Areas are up to now. */
export function startShared(kernel: Kernel, record: number, copy: Copy): number {
  const { records, now } = kernel
  const sharing = sharingOf(copy)
  const servers = copy.servers
  const present = sharing.count === 0 ? copy.busy : sharing.count
  if (present - servers >= copy.room) {
    copy.rejected += 1
    return REFUSED
  }
  if (sharing.count === 0) share(kernel, sharing, copy)
  advance(kernel, sharing, copy)
  records.ints[(record << INTS) | MODE] = op.SHARING
  records.floats[(record << FLOATS) | DONE] = sharing.clock[SERVICE] as number
  const work = records.floats[(record << FLOATS) | REMAINING] as number
  sharing.add((sharing.clock[WORK] as number) + work, record, records.ints)
  setCount(sharing, copy)
  if (work <= 0) return PASSED
  const end = nextEnd(kernel, sharing, copy)
  if (!sharing.isScheduled || end < (sharing.clock[END] as number)) schedule(kernel, sharing, copy)
  else sharing.isEarly = true
  return now >= 0 ? BLOCKED : PASSED
}

/** A job that is done goes. @returns the service it had */
export function leaveShared(kernel: Kernel, record: number, copy: Copy): number {
  const { records } = kernel
  const sharing = sharingOf(copy)
  if ((records.ints[(record << INTS) | NEXT] as number) >= 0) {
    advance(kernel, sharing, copy)
    take(kernel, sharing, record, copy)
    schedule(kernel, sharing, copy)
  }
  return records.floats[(record << FLOATS) | REMAINING] as number
}

/** A job is taken away. @returns the service it had */
export function removeShared(kernel: Kernel, record: number, copy: Copy): number {
  if ((kernel.records.ints[(record << INTS) | NEXT] as number) < 0)
    return kernel.records.floats[(record << FLOATS) | REMAINING] as number
  return leaveShared(kernel, record, copy)
}

/** Out of the heap; `remaining` now holds the service it had, and `next` says that it is out. */
function take(kernel: Kernel, sharing: Sharing, record: number, copy: Copy): void {
  const { records } = kernel
  sharing.remove(records.ints[(record << INTS) | NEXT] as number, records.ints)
  records.ints[(record << INTS) | NEXT] = -1
  records.floats[(record << FLOATS) | REMAINING] =
    (sharing.clock[SERVICE] as number) - (records.floats[(record << FLOATS) | DONE] as number)
  setCount(sharing, copy)
}

/** The scheduled end of the smallest job, unless somebody came in between. */
export function endShared(kernel: Kernel, copy: Copy, tag: number): void {
  const { records, ready, now } = kernel
  const sharing = sharingOf(copy)
  if (tag !== sharing.serial || sharing.count === 0) return
  copy.touch()
  sharing.isScheduled = false
  advance(kernel, sharing, copy)
  if (sharing.isEarly && nextEnd(kernel, sharing, copy) > now) return schedule(kernel, sharing, copy)
  const key = sharing.smallest()
  sharing.clock[WORK] = Math.max(key, sharing.clock[WORK] as number)
  while (sharing.count > 0 && sharing.smallest() <= sharing.work()) {
    const record = sharing.first()
    take(kernel, sharing, record, copy)
    ready.push(record, records.ints[(record << INTS) | WAKE] as number)
  }
  schedule(kernel, sharing, copy)
}

export function pauseShared(kernel: Kernel, copy: Copy, isDown: boolean): void {
  const sharing = sharingOf(copy)
  if (sharing.count === 0) share(kernel, sharing, copy)
  advance(kernel, sharing, copy)
  sharing.isDown = isDown
  copy.isDown = isDown
  setCount(sharing, copy)
  schedule(kernel, sharing, copy)
}

export function retimeShared(kernel: Kernel, copy: Copy, times: number): void {
  const sharing = sharingOf(copy)
  advance(kernel, sharing, copy)
  copy.slow = times
  schedule(kernel, sharing, copy)
}

/** Everybody is gone. */
export function clearShared(copy: Copy): void {
  const sharing = copy.sharing
  if (!sharing) return
  sharing.reset()
  setCount(sharing, copy)
}

const sharingOf = (copy: Copy): Sharing => copy.sharing as Sharing

/** Share of a server that each job gets. */
function shareOf(sharing: Sharing, copy: Copy): number {
  const servers = copy.servers
  if (sharing.isDown) return 0
  return sharing.count <= servers ? 1 : servers / sharing.count
}

function advance(kernel: Kernel, sharing: Sharing, copy: Copy): void {
  const { clock } = sharing
  const passed = kernel.now - (clock[TIME] as number)
  clock[TIME] = kernel.now
  if (sharing.count === 0) {
    clock[WORK] = 0
    clock[SERVICE] = 0
    return
  }
  const got = passed * shareOf(sharing, copy)
  clock[SERVICE] = (clock[SERVICE] as number) + got
  clock[WORK] = (clock[WORK] as number) + got / copy.slow
}

function nextEnd(kernel: Kernel, sharing: Sharing, copy: Copy): number {
  const rate = shareOf(sharing, copy)
  if (rate === 0) return Infinity
  const left = Math.max(0, sharing.smallest() - (sharing.clock[WORK] as number))
  return kernel.now + (left * copy.slow) / rate
}

function schedule(kernel: Kernel, sharing: Sharing, copy: Copy): void {
  sharing.serial = (sharing.serial + 1) | 0
  sharing.isEarly = false
  sharing.isScheduled = sharing.count > 0 && !sharing.isDown
  if (!sharing.isScheduled) return
  const end = nextEnd(kernel, sharing, copy)
  sharing.clock[END] = end
  kernel.events.push(end, (op.SHARE << op.KIND_SHIFT) | copy.number, sharing.serial)
}

/** Busy servers and those that get less than a whole one. */
function setCount(sharing: Sharing, copy: Copy): void {
  const busy = sharing.isDown ? 0 : Math.min(sharing.count, copy.servers)
  copy.busy = busy
  const queued = sharing.count - busy
  copy.queued = queued
  if (queued > copy.queueMax) copy.queueMax = queued
}
