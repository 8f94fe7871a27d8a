import { LIFO } from './copies.ts'
import type { Kernel } from './kernel.ts'
import { addFloat } from './numbers.ts'
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
  copies.touch(copy)
  addFloat(copies.arrivals, copy, 1)
  records.at[record] = copy
  const busy = copies.busy[copy] as number
  if (busy < (copies.servers[copy] as number)) {
    copies.busy[copy] = busy + 1
    return PASSED
  }
  return wait(kernel, record, copy, site)
}

function wait(kernel: Kernel, record: number, copy: number, site: HoldSite): number {
  const { copies, records, now } = kernel
  const waiting = copies.queued[copy] as number
  const patience = copies.patience[copy] as number
  if (patience <= 0 || waiting >= (copies.room[copy] as number)) {
    copies.reject(copy)
    if (patience <= 0 || copies.dropsOldest[copy] === 0 || waiting === 0) return REFUSED
    evict(kernel, copies.dequeueOldest(copy), op.REJECTED)
  }
  records.point[record] = site.point
  records.since[record] = now
  records.done[record] = 0
  records.mode[record] = op.QUEUED
  copies.enqueue(copy, record, site.level, copies.order[copy] === LIFO)
  if (site.patienceRing >= 0)
    kernel.events.pushRing(site.patienceRing, now, eventOf(op.PATIENCE, record), records.wake[record] as number)
  return BLOCKED
}

/** Remembers which slot it is, so that it can be given back whatever happens to the copy in between. */
export function held({ records, copies }: Kernel, record: number, slot: number): void {
  const copy = records.at[record] as number
  const local = record * records.slots + slot
  records.locals[local] = copy
  records.locals[local + 1] = copies.epoch[copy] as number
}

/** Gives the slot back; the next one that waits has it then. Slots of a copy that crashed are gone already. */
export function release(kernel: Kernel, record: number, slot: number): void {
  const { copies, records } = kernel
  const local = record * records.slots + slot
  const copy = records.locals[local] as number
  if (copies.epoch[copy] !== records.locals[local + 1]) return
  free(kernel, copy)
}

function free(kernel: Kernel, copy: number): void {
  const { copies, records, ready, now } = kernel
  copies.touch(copy)
  addFloat(copies.served, copy, 1)
  if ((copies.queued[copy] as number) === 0) {
    addFloat(copies.busy, copy, -1)
    return
  }
  const record = copies.dequeue(copy)
  const waited = now - (records.since[record] as number)
  addFloat(copies.waitTotal, copy, waited)
  records.book(record, records.point[record] as number, waited, 0)
  records.mode[record] = op.RUNNING
  records.forgetWake(record)
  ready.push(record, records.wake[record] as number)
}

/** A record that waited for a slot is taken away, or has one that it cannot use any more. */
export function withdrawFromPool(kernel: Kernel, record: number, level: number): void {
  const { copies, records, now } = kernel
  const copy = records.at[record] as number
  copies.touch(copy)
  addFloat(copies.waitLost, copy, now - (records.since[record] as number))
  copies.unlink(copy, record, level)
  records.mode[record] = op.RUNNING
}

export { free as freeSlot }
