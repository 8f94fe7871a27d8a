import { LIFO } from './copy.ts'
import { AT, DONE, FLOATS, INTS, MODE, POINT, SINCE, WAKE } from './field.ts'
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
  const copy = copyAt(records, record, site.base, site.depth)
  copies.of(copy).touch()
  copies.of(copy).arrivals += 1
  records.ints[(record << INTS) | AT] = copy
  const busy = copies.of(copy).busy
  if (busy < copies.of(copy).servers) {
    copies.of(copy).busy = busy + 1
    return PASSED
  }
  return wait(kernel, record, copy, site)
}

function wait(kernel: Kernel, record: number, copy: number, site: HoldSite): number {
  const { copies, records, now } = kernel
  const waiting = copies.of(copy).queued
  const patience = copies.of(copy).patience
  if (patience <= 0 || waiting >= copies.of(copy).room) {
    copies.of(copy).rejected += 1
    if (patience <= 0 || !copies.of(copy).dropsOldest || waiting === 0) return REFUSED
    evict(kernel, copies.dequeueOldest(copies.of(copy)), op.REJECTED)
  }
  records.ints[(record << INTS) | POINT] = site.point
  records.floats[(record << FLOATS) | SINCE] = now
  records.floats[(record << FLOATS) | DONE] = 0
  records.ints[(record << INTS) | MODE] = op.QUEUED
  copies.enqueue(copies.of(copy), record, site.level, copies.of(copy).order === LIFO)
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
  const copy = records.ints[(record << INTS) | AT] as number
  const local = record * records.slots + slot
  records.locals[local] = copy
  records.locals[local + 1] = copies.of(copy).epoch
}

/** Gives the slot back; the next one that waits has it then. Slots of a copy that crashed are gone already. */
export function release(kernel: Kernel, record: number, slot: number): void {
  const { copies, records } = kernel
  const local = record * records.slots + slot
  const copy = records.locals[local] as number
  if (copies.of(copy).epoch !== records.locals[local + 1]) return
  free(kernel, copy)
}

function free(kernel: Kernel, copy: number): void {
  const { copies, records, ready, now } = kernel
  copies.of(copy).touch()
  copies.of(copy).served += 1
  if (copies.of(copy).queued === 0) {
    copies.of(copy).busy -= 1
    return
  }
  const record = copies.dequeue(copies.of(copy))
  const waited = now - (records.floats[(record << FLOATS) | SINCE] as number)
  copies.of(copy).waitTotal += waited
  records.book(record, records.ints[(record << INTS) | POINT] as number, waited, 0)
  records.ints[(record << INTS) | MODE] = op.RUNNING
  records.forgetWake(record)
  ready.push(record, records.ints[(record << INTS) | WAKE] as number)
}

/** A record that waited for a slot is taken away, or has one that it cannot use any more. */
export function withdrawFromPool(kernel: Kernel, record: number, level: number): void {
  const { copies, records, now } = kernel
  const copy = records.ints[(record << INTS) | AT] as number
  copies.of(copy).touch()
  copies.of(copy).waitLost += now - (records.floats[(record << FLOATS) | SINCE] as number)
  copies.unlink(copies.of(copy), record, level)
  records.ints[(record << INTS) | MODE] = op.RUNNING
}

export { free as freeSlot }
