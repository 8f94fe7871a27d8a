import { LIFO, PREEMPTIVE, PROCESSOR_SHARING } from './copies.ts'
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
  const copy = copyAt(records, record, site.base, site.depth)
  const { now } = kernel
  copies.touch(copy)
  addFloat(copies.arrivals, copy, 1)
  records.at[record] = copy
  records.point[record] = site.point
  records.since[record] = now
  records.done[record] = 0
  const each = site.each === 0 ? 0 : site.each * registerOf(records, record, site.times)
  records.remaining[record] = site.work.draw() + each
  const order = copies.order[copy] as number
  if (order === PROCESSOR_SHARING && !(isFree(kernel, copy) && isUnshared(kernel, copy))) {
    return startShared(kernel, record, copy)
  }
  if (isFree(kernel, copy)) return start(kernel, record, copy, site)
  if (order === PREEMPTIVE && displace(kernel, copy, site.level)) return start(kernel, record, copy, site)
  return wait(kernel, record, copy, site.level)
}

function isFree({ copies }: Kernel, copy: number): boolean {
  return (copies.busy[copy] as number) < (copies.servers[copy] as number) && copies.isDown[copy] === 0
}

/** A server begins with it, or goes on with what was left of it. Areas are up to now. */
function start(kernel: Kernel, record: number, copy: number, site: ServeSite): number {
  const { copies, records, now } = kernel
  const work = (records.remaining[record] as number) * (copies.slow[copy] as number)
  addFloat(copies.busy, copy, 1)
  records.started[record] = now
  records.mode[record] = op.IN_SERVICE
  if ((copies.order[copy] as number) >= PREEMPTIVE) copies.startServing(copy, record, site.level)
  if (work <= 0) return PASSED
  const what = record
  const tag = records.wake[record] as number
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

function wait(kernel: Kernel, record: number, copy: number, level: number): number {
  const { copies, records, now } = kernel
  const waiting = (copies.queued[copy] as number) - (copies.suspended[copy] as number)
  if (waiting >= (copies.room[copy] as number)) {
    copies.reject(copy)
    if (copies.dropsOldest[copy] === 0 || waiting === 0) return REFUSED
    evict(kernel, copies.dequeueOldest(copy), op.REJECTED)
  }
  records.mode[record] = op.QUEUED
  copies.enqueue(copy, record, level, copies.order[copy] === LIFO)
  const patience = kernel.patience[copy]
  if (patience) kernel.events.push(now + patience.draw(), eventOf(op.PATIENCE, record), records.wake[record] as number)
  return BLOCKED
}

export const eventOf = (kind: number, index: number): number => (kind << op.KIND_SHIFT) | index

/** A record that waits no more and was not served: it goes on with a failure. */
export function evict(kernel: Kernel, record: number, failure: number): void {
  const { copies, records, ready, now } = kernel
  const waited = now - (records.since[record] as number) - (records.done[record] as number)
  addFloat(copies.waitLost, records.at[record] as number, waited)
  records.book(record, records.point[record] as number, waited, records.done[record] as number)
  records.outcome[record] = failure
  records.mode[record] = op.RUNNING
  records.forgetWake(record)
  ready.push(record, records.wake[record] as number)
}

/** A record that was served goes: the server takes the next one. */
export function leave(kernel: Kernel, record: number, site: ServeSite): void {
  const { copies, records, now } = kernel
  const copy = records.at[record] as number
  copies.touch(copy)
  const isShared = records.mode[record] === op.SHARING
  const service = isShared
    ? leaveShared(kernel, record, copy)
    : now - (records.started[record] as number) + (records.done[record] as number)
  const waited = Math.max(0, now - (records.since[record] as number) - service)
  addFloat(copies.served, copy, 1)
  addFloat(copies.waitTotal, copy, waited)
  addFloat(copies.serviceTotal, copy, service)
  records.book(record, site.point, waited, service)
  records.mode[record] = op.RUNNING
  records.pc[record] = (records.pc[record] as number) + 1
  if (!isShared) vacate(kernel, record, copy, site.level)
}

/** A server is given back. */
function vacate(kernel: Kernel, record: number, copy: number, level: number): void {
  const { copies } = kernel
  if ((copies.order[copy] as number) >= PREEMPTIVE) copies.endServing(copy, record, level)
  addFloat(copies.busy, copy, -1)
  if ((copies.queued[copy] as number) > 0) startWaiting(kernel, copy)
}

function startWaiting(kernel: Kernel, copy: number): void {
  const { copies, records, program } = kernel
  while (
    (copies.queued[copy] as number) > (copies.suspended[copy] as number) &&
    (copies.busy[copy] as number) < (copies.servers[copy] as number) &&
    copies.isDown[copy] === 0
  ) {
    const record = copies.dequeue(copy)
    records.forgetWake(record)
    const site = program.serves[siteOf(kernel, record)] as ServeSite
    if (start(kernel, record, copy, site) === PASSED) kernel.ready.push(record, records.wake[record] as number)
  }
}

const siteOf = ({ records, program }: Kernel, record: number): number =>
  program.code[(records.pc[record] as number) * op.WORDS + op.SITE] as number

/** Sends the least urgent one in service back to the head of its queue, if it is less urgent than `level`. */
function displace(kernel: Kernel, copy: number, level: number): boolean {
  const { copies, records, now } = kernel
  if (copies.isDown[copy] === 1) return false
  const first = copies.firstList[copy] as number
  let lowest = (copies.levels[copy] as number) - 1
  while (lowest > level && (copies.serving[first + lowest] as number) < 0) lowest -= 1
  if (lowest <= level) return false
  const record = copies.serving[first + lowest] as number
  copies.endServing(copy, record, lowest)
  stopWork(kernel, record, copy)
  addFloat(copies.busy, copy, -1)
  records.mode[record] = op.QUEUED
  records.point[record] = kernel.program.serves[siteOf(kernel, record)]?.point ?? -1
  copies.enqueue(copy, record, lowest, true)
  return now >= 0
}

/** What was done so far stays done; the end that was scheduled is off. */
function stopWork({ copies, records, now }: Kernel, record: number, copy: number): void {
  const worked = now - (records.started[record] as number)
  addFloat(records.done, record, worked)
  const left = (records.remaining[record] as number) - worked / (copies.slow[copy] as number)
  records.remaining[record] = Math.max(0, left)
  records.started[record] = now
  records.forgetWake(record)
}

function goOn({ copies, records, events, now }: Kernel, record: number, copy: number): void {
  records.started[record] = now
  const work = (records.remaining[record] as number) * (copies.slow[copy] as number)
  events.push(now + work, record, records.wake[record] as number)
}

/** A record is taken away from a station by force: from the queue, or out of service. */
export function withdraw(kernel: Kernel, record: number): void {
  const { copies, records, now } = kernel
  const copy = records.at[record] as number
  const mode = records.mode[record] as number
  const site = kernel.program.serves[siteOf(kernel, record)] as ServeSite
  copies.touch(copy)
  records.forgetWake(record)
  const served = mode === op.IN_SERVICE ? now - (records.started[record] as number) : 0
  const service = mode === op.SHARING ? removeShared(kernel, record, copy) : served + (records.done[record] as number)
  addFloat(copies.waitLost, copy, Math.max(0, now - (records.since[record] as number) - service))
  records.mode[record] = op.RUNNING
  if (mode === op.QUEUED) copies.unlink(copy, record, site.level)
  if (mode === op.IN_SERVICE) vacate(kernel, record, copy, site.level)
  if (mode !== op.SUSPENDED) return
  if (copies.order[copy] === PREEMPTIVE) copies.endServing(copy, record, site.level)
  addFloat(copies.suspended, copy, -1)
  addFloat(copies.queued, copy, -1)
}

/** The station stands still, or works again where it was. */
export function setDown(kernel: Kernel, copy: number, isDown: boolean): void {
  const { copies, records } = kernel
  copies.touch(copy)
  if (copies.order[copy] === PROCESSOR_SHARING) return pauseShared(kernel, copy, isDown)
  copies.isDown[copy] = isDown ? 1 : 0
  const [from, to] = isDown ? [op.IN_SERVICE, op.SUSPENDED] : [op.SUSPENDED, op.IN_SERVICE]
  for (let record = 0; record < records.capacity; record++) {
    if (records.mode[record] !== from || records.at[record] !== copy) continue
    records.mode[record] = to
    if (isDown) stopWork(kernel, record, copy)
    else goOn(kernel, record, copy)
  }
  if (isDown) {
    copies.suspended[copy] = copies.busy[copy] as number
    addFloat(copies.queued, copy, copies.busy[copy] as number)
    copies.busy[copy] = 0
    return
  }
  copies.busy[copy] = copies.suspended[copy] as number
  addFloat(copies.queued, copy, -(copies.suspended[copy] as number))
  copies.suspended[copy] = 0
  startWaiting(kernel, copy)
  if (copies.order[copy] === PREEMPTIVE) displaceForWaiting(kernel, copy)
}

/** Those more urgent came while the station stood still. */
function displaceForWaiting(kernel: Kernel, copy: number): void {
  const { copies } = kernel
  const first = copies.firstList[copy] as number
  for (let level = 0; level < (copies.levels[copy] as number); level++) {
    while ((copies.heads[first + level] as number) >= 0 && displace(kernel, copy, level)) startWaiting(kernel, copy)
  }
}

/** Work takes `times` as long from now on, also what is left of the work in service. */
export function setSlow(kernel: Kernel, copy: number, times: number): void {
  const { copies, records } = kernel
  if (copies.slow[copy] === times) return
  copies.touch(copy)
  if (copies.order[copy] === PROCESSOR_SHARING && !isUnshared(kernel, copy)) return retimeShared(kernel, copy, times)
  const inService: number[] = []
  for (let record = 0; record < records.capacity; record++) {
    if (records.mode[record] === op.IN_SERVICE && records.at[record] === copy && copies.isPool[copy] === 0)
      inService.push(record)
  }
  for (const record of inService) stopWork(kernel, record, copy)
  copies.slow[copy] = times
  for (const record of inService) goOn(kernel, record, copy)
}
