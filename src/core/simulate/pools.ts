import type { Codel } from './codel.ts'
import { type Copy, LIFO } from './copy.ts'
import { AT, DONE, FLOATS, INTS, MODE, POINT, SINCE, WAKE } from './field.ts'
import { WARM } from './environments.ts'
import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { copyAt } from './records.ts'
import type { HoldSite } from './sites.ts'
import { BLOCKED, evict, eventOf, PASSED, REFUSED } from './stations.ts'

/**
 * A record asks for a slot: it has it (`PASSED`), waits, or is turned away. `pc` stands at the HELD instruction
 * already.
 */
export function acquire(kernel: Kernel, record: number, site: HoldSite): number {
  const { copies, records } = kernel
  const copy = copies.of(copyAt(records, record, site.base, site.depth))
  copy.touch()
  copy.arrivals += 1
  records.ints[(record << INTS) | AT] = copy.number
  const busy = copy.busy
  if (busy < copy.servers) {
    copy.busy = busy + 1
    return PASSED
  }
  return wait(kernel, record, copy, site)
}

function wait(kernel: Kernel, record: number, copy: Copy, site: HoldSite): number {
  const { copies, records, now } = kernel
  const waiting = copy.queued
  const patience = copy.patience
  if (patience <= 0 || waiting >= copy.room) {
    copy.rejected += 1
    if (patience <= 0 || !copy.dropsOldest || waiting === 0) return REFUSED
    evict(kernel, copies.dequeueOldest(copy), op.REJECTED)
  }
  records.ints[(record << INTS) | POINT] = site.point
  records.floats[(record << FLOATS) | SINCE] = now
  records.floats[(record << FLOATS) | DONE] = 0
  records.ints[(record << INTS) | MODE] = op.QUEUED
  copies.enqueue(copy, record, site.level, copy.order === LIFO)
  if (site.patienceRing >= 0)
    kernel.events.pushRing(
      site.patienceRing,
      now,
      eventOf(op.PATIENCE, record),
      records.ints[(record << INTS) | WAKE] as number,
    )
  return BLOCKED
}

/** Remembers which slot it is, so that it can be given back whatever happens to the copy in between. */
export function held({ records, copies }: Kernel, record: number, slot: number): void {
  const copy = copies.of(records.ints[(record << INTS) | AT] as number)
  const local = record * records.slots + slot
  records.locals[local] = copy.number
  records.locals[local + 1] = copy.epoch
}

/** Gives the slot back; the next one that waits has it then. Slots of a copy that crashed are gone already. */
export function release(kernel: Kernel, record: number, slot: number): void {
  const { copies, records } = kernel
  const local = record * records.slots + slot
  const copy = copies.of(records.locals[local] as number)
  if (copy.epoch !== records.locals[local + 1]) return
  free(kernel, copy)
}

function free(kernel: Kernel, copy: Copy): void {
  const { copies, records, ready, now } = kernel
  copy.touch()
  copy.served += 1
  if (copy.isWatched) watch(kernel, copy)
  if (copy.queued === 0) {
    copy.busy -= 1
    return
  }
  const record = copies.dequeue(copy)
  const waited = now - (records.floats[(record << FLOATS) | SINCE] as number)
  copy.waitTotal += waited
  records.book(record, records.ints[(record << INTS) | POINT] as number, waited, 0)
  records.ints[(record << INTS) | MODE] = op.RUNNING
  records.forgetWake(record)
  ready.push(record, records.ints[(record << INTS) | WAKE] as number)
}

function watch(kernel: Kernel, copy: Copy): void {
  if (copy.codel !== null) shed(kernel, copy, copy.codel)
  if (copy.environments !== null) copy.environments.giveBack(kernel.now, copy.busy - 1)
}

/** What the slot is that a record got just now; one that was passed on was used before. */
export function environmentOf({ copies, records, now }: Kernel, record: number, slot: number): number {
  const copy = copies.of(records.locals[record * records.slots + slot] as number)
  return copy.environments === null ? WARM : copy.environments.take(now, copy.busy - 1)
}

/**
 * Drops those that waited too long, as far as the law wants it: at the head of the queue, which under last come first
 * served is the end where the oldest are.
 */
function shed(kernel: Kernel, copy: Copy, codel: Codel): void {
  const { copies, records, now } = kernel
  while (copy.queued > 0) {
    const first = copy.order === LIFO ? copies.oldest(copy) : copies.next(copy)
    const wait = now - (records.floats[(first << FLOATS) | SINCE] as number)
    if (!codel.drops(now, wait, copy.queued - 1)) return
    copy.rejected += 1
    evict(kernel, copy.order === LIFO ? copies.dequeueOldest(copy) : copies.dequeue(copy), op.REJECTED)
  }
}

/** A record that waited for a slot is taken away, or has one that it cannot use any more. */
export function withdrawFromPool(kernel: Kernel, record: number, level: number): void {
  const { copies, records, now } = kernel
  const copy = copies.of(records.ints[(record << INTS) | AT] as number)
  copy.touch()
  copy.waitLost += now - (records.floats[(record << FLOATS) | SINCE] as number)
  copies.unlink(copy, record, level)
  records.ints[(record << INTS) | MODE] = op.RUNNING
}

export { free as freeSlot }
