import { type Copy, LIFO, PREEMPTIVE, PROCESSOR_SHARING } from './copy.ts'
import { AT, DONE, FLOATS, INTS, MODE, OUTCOME, PC, POINT, REMAINING, SINCE, STARTED, WAKE } from './field.ts'
import { pass } from './inline-calls.ts'
import type { Kernel } from './kernel.ts'
import { addFloat } from './numbers.ts'
import * as op from './op.ts'
import { copyAt } from './records.ts'
import { isUnshared, leaveShared, pauseShared, removeShared, retimeShared, startShared } from './sharing.ts'
import { registerOf, type ServeSite } from './sites.ts'

/** What a visit came to at once: it is over (no work), it blocks, or it failed with `rejected`. */
export const PASSED = 0
export const BLOCKED = 1
export const REFUSED = 2

/**
 * A record comes to a station: it is served, waits, or is turned away. `pc` stands at the LEAVE instruction already.
 */
export function arrive(kernel: Kernel, record: number, site: ServeSite): number {
  const { copies, records } = kernel
  if (site.isPassage) pass(kernel, record)
  const copy = copies.of(copyAt(records, record, site.base, site.depth))
  const { now } = kernel
  copy.touch()
  copy.arrivals += 1
  records.ints[(record << INTS) | AT] = copy.number
  records.ints[(record << INTS) | POINT] = site.point
  records.floats[(record << FLOATS) | SINCE] = now
  records.floats[(record << FLOATS) | DONE] = 0
  const each = site.each === 0 ? 0 : site.each * registerOf(records, record, site.times)
  records.floats[(record << FLOATS) | REMAINING] = site.work.draw() + each
  const order = copy.order
  if (order === PROCESSOR_SHARING && !(isFree(copy) && isUnshared(copy))) {
    return startShared(kernel, record, copy)
  }
  if (isFree(copy)) return start(kernel, record, copy, site)
  if (order === PREEMPTIVE && displace(kernel, copy, site.level)) return start(kernel, record, copy, site)
  return wait(kernel, record, copy, site.level)
}

function isFree(copy: Copy): boolean {
  return copy.busy < copy.servers && !copy.isDown
}

/** A server begins with it, or goes on with what was left of it. Areas are up to now. */
function start(kernel: Kernel, record: number, copy: Copy, site: ServeSite): number {
  const { copies, records, now } = kernel
  const work = (records.floats[(record << FLOATS) | REMAINING] as number) * copy.slow
  copy.busy += 1
  records.floats[(record << FLOATS) | STARTED] = now
  records.ints[(record << INTS) | MODE] = op.IN_SERVICE
  if (copy.order >= PREEMPTIVE) copies.startServing(copy, record, site.level)
  if (work <= 0) return PASSED
  const what = record
  const tag = records.ints[(record << INTS) | WAKE] as number
  const { events } = kernel
  if (site.ring >= 0 && work === site.work.constant) {
    events.due = now
    events.pushRingNext(site.ring, what, tag)
    return BLOCKED
  }
  events.due = now + work
  events.pushNext(what, tag)
  return BLOCKED
}

function wait(kernel: Kernel, record: number, copy: Copy, level: number): number {
  const { copies, records, now } = kernel
  const waiting = copy.queued - copy.suspended
  if (waiting >= copy.room) {
    copy.rejected += 1
    if (!copy.dropsOldest || waiting === 0) return REFUSED
    evict(kernel, copies.dequeueOldest(copy), op.REJECTED)
  }
  records.ints[(record << INTS) | MODE] = op.QUEUED
  copies.enqueue(copy, record, level, copy.order === LIFO)
  const patience = copy.impatience
  if (patience)
    kernel.events.push(
      now + patience.draw(),
      eventOf(op.PATIENCE, record),
      records.ints[(record << INTS) | WAKE] as number,
    )
  return BLOCKED
}

export const eventOf = (kind: number, index: number): number => (kind << op.KIND_SHIFT) | index

/** A record that waits no more and was not served: it goes on with a failure. */
export function evict(kernel: Kernel, record: number, failure: number): void {
  const { copies, records, ready, now } = kernel
  const waited =
    now - (records.floats[(record << FLOATS) | SINCE] as number) - (records.floats[(record << FLOATS) | DONE] as number)
  copies.of(records.ints[(record << INTS) | AT] as number).waitLost += waited
  records.book(
    record,
    records.ints[(record << INTS) | POINT] as number,
    waited,
    records.floats[(record << FLOATS) | DONE] as number,
  )
  records.ints[(record << INTS) | OUTCOME] = failure
  records.ints[(record << INTS) | MODE] = op.RUNNING
  records.forgetWake(record)
  ready.push(record, records.ints[(record << INTS) | WAKE] as number)
}

/** A record that was served goes: the server takes the next one. */
export function leave(kernel: Kernel, record: number, site: ServeSite): void {
  const { copies, records, now } = kernel
  const copy = copies.of(records.ints[(record << INTS) | AT] as number)
  copy.touch()
  const isShared = records.ints[(record << INTS) | MODE] === op.SHARING
  const service = isShared
    ? leaveShared(kernel, record, copy)
    : now -
      (records.floats[(record << FLOATS) | STARTED] as number) +
      (records.floats[(record << FLOATS) | DONE] as number)
  const waited = Math.max(0, now - (records.floats[(record << FLOATS) | SINCE] as number) - service)
  copy.served += 1
  copy.waitTotal += waited
  copy.serviceTotal += service
  records.book(record, site.point, waited, service)
  records.ints[(record << INTS) | MODE] = op.RUNNING
  records.ints[(record << INTS) | PC] = (records.ints[(record << INTS) | PC] as number) + 1
  if (!isShared) vacate(kernel, record, copy, site.level)
}

/** A server is given back. */
function vacate(kernel: Kernel, record: number, copy: Copy, level: number): void {
  const { copies } = kernel
  if (copy.order >= PREEMPTIVE) copies.endServing(copy, record, level)
  copy.busy -= 1
  if (copy.queued > 0) startWaiting(kernel, copy)
}

function startWaiting(kernel: Kernel, copy: Copy): void {
  const { copies, records, program } = kernel
  while (copy.queued > copy.suspended && copy.busy < copy.servers && !copy.isDown) {
    const record = copies.dequeue(copy)
    records.forgetWake(record)
    const site = program.serves[siteOf(kernel, record)] as ServeSite
    if (start(kernel, record, copy, site) === PASSED)
      kernel.ready.push(record, records.ints[(record << INTS) | WAKE] as number)
  }
}

const siteOf = ({ records, program }: Kernel, record: number): number =>
  program.code[(records.ints[(record << INTS) | PC] as number) * op.WORDS + op.SITE] as number

/** Sends the least urgent one in service back to the head of its queue, if it is less urgent than `level`. */
function displace(kernel: Kernel, copy: Copy, level: number): boolean {
  const { copies, records, now } = kernel
  if (copy.isDown) return false
  const first = copy.firstList
  let lowest = copy.levels - 1
  while (lowest > level && (copies.serving[first + lowest] as number) < 0) lowest -= 1
  if (lowest <= level) return false
  const record = copies.serving[first + lowest] as number
  copies.endServing(copy, record, lowest)
  stopWork(kernel, record, copy)
  copy.busy -= 1
  records.ints[(record << INTS) | MODE] = op.QUEUED
  records.ints[(record << INTS) | POINT] = kernel.program.serves[siteOf(kernel, record)]?.point ?? -1
  copies.enqueue(copy, record, lowest, true)
  return now >= 0
}

/** What was done so far stays done; the end that was scheduled is off. */
function stopWork({ records, now }: Kernel, record: number, copy: Copy): void {
  const worked = now - (records.floats[(record << FLOATS) | STARTED] as number)
  addFloat(records.floats, (record << FLOATS) | DONE, worked)
  const left = (records.floats[(record << FLOATS) | REMAINING] as number) - worked / copy.slow
  records.floats[(record << FLOATS) | REMAINING] = Math.max(0, left)
  records.floats[(record << FLOATS) | STARTED] = now
  records.forgetWake(record)
}

function goOn({ records, events, now }: Kernel, record: number, copy: Copy): void {
  records.floats[(record << FLOATS) | STARTED] = now
  const work = (records.floats[(record << FLOATS) | REMAINING] as number) * copy.slow
  events.push(now + work, record, records.ints[(record << INTS) | WAKE] as number)
}

/** A record is taken away from a station by force: from the queue, or out of service. */
export function withdraw(kernel: Kernel, record: number): void {
  const { copies, records, now } = kernel
  const copy = copies.of(records.ints[(record << INTS) | AT] as number)
  const mode = records.ints[(record << INTS) | MODE] as number
  const site = kernel.program.serves[siteOf(kernel, record)] as ServeSite
  copy.touch()
  records.forgetWake(record)
  const served = mode === op.IN_SERVICE ? now - (records.floats[(record << FLOATS) | STARTED] as number) : 0
  const service =
    mode === op.SHARING
      ? removeShared(kernel, record, copy)
      : served + (records.floats[(record << FLOATS) | DONE] as number)
  copy.waitLost += Math.max(0, now - (records.floats[(record << FLOATS) | SINCE] as number) - service)
  records.ints[(record << INTS) | MODE] = op.RUNNING
  if (mode === op.QUEUED) copies.unlink(copy, record, site.level)
  if (mode === op.IN_SERVICE) vacate(kernel, record, copy, site.level)
  if (mode !== op.SUSPENDED) return
  if (copy.order === PREEMPTIVE) copies.endServing(copy, record, site.level)
  copy.suspended -= 1
  copy.queued -= 1
}

/** The station stands still, or works again where it was. */
export function setDown(kernel: Kernel, copy: Copy, isDown: boolean): void {
  const { records } = kernel
  copy.touch()
  if (copy.order === PROCESSOR_SHARING) return pauseShared(kernel, copy, isDown)
  copy.isDown = isDown
  const [from, to] = isDown ? [op.IN_SERVICE, op.SUSPENDED] : [op.SUSPENDED, op.IN_SERVICE]
  for (let record = 0; record < records.capacity; record++) {
    if (records.ints[(record << INTS) | MODE] !== from || records.ints[(record << INTS) | AT] !== copy.number) continue
    records.ints[(record << INTS) | MODE] = to
    if (isDown) stopWork(kernel, record, copy)
    else goOn(kernel, record, copy)
  }
  if (isDown) {
    copy.suspended = copy.busy
    copy.queued += copy.busy
    copy.busy = 0
    return
  }
  copy.busy = copy.suspended
  copy.queued += -copy.suspended
  copy.suspended = 0
  startWaiting(kernel, copy)
  if (copy.order === PREEMPTIVE) displaceForWaiting(kernel, copy)
}

/** Those more urgent came while the station stood still. */
function displaceForWaiting(kernel: Kernel, copy: Copy): void {
  const { copies } = kernel
  const first = copy.firstList
  for (let level = 0; level < copy.levels; level++) {
    while ((copies.heads[first + level] as number) >= 0 && displace(kernel, copy, level)) startWaiting(kernel, copy)
  }
}

/** Work takes `times` as long from now on, also what is left of the work in service. */
export function setSlow(kernel: Kernel, copy: Copy, times: number): void {
  const { records } = kernel
  if (copy.slow === times) return
  copy.touch()
  if (copy.order === PROCESSOR_SHARING && !isUnshared(copy)) return retimeShared(kernel, copy, times)
  const inService: number[] = []
  for (let record = 0; record < records.capacity; record++) {
    if (
      records.ints[(record << INTS) | MODE] === op.IN_SERVICE &&
      records.ints[(record << INTS) | AT] === copy.number &&
      !copy.isPool
    )
      inService.push(record)
  }
  for (const record of inService) stopWork(kernel, record, copy)
  copy.slow = times
  for (const record of inService) goOn(kernel, record, copy)
}
