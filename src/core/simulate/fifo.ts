import type { Copy } from './copy.ts'
import { AT, DONE, FLOATS, INTS, MODE, PC, POINT, REMAINING, RING, SINCE, STARTED, WAKE } from './field.ts'
import { pass } from './inline-calls.ts'
import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { copyAt } from './records.ts'
import { registerOf, type ServeSite } from './sites.ts'

/**
 * The straight way through a plain station: first come first served, with room for all, and nothing that ever stops or
 * slows it. It keeps the same numbers as `arrive` and `leave` of stations do, to the last bit; what takes a record away
 * from the middle of it goes through those.
 *
 * @returns the record to go on with, or -1 when it waits
 */
export function arriveFifo(kernel: Kernel, record: number, site: ServeSite): number {
  const { copies, records, events, now } = kernel
  const { ints, floats } = records
  if (site.isPassage) pass(kernel, record)
  const copy = copies.of(copyAt(records, record, site.base, site.depth))
  const each = site.each === 0 ? 0 : site.each * registerOf(records, record, site.times)
  const work = site.work.draw() + each
  const r = record << INTS
  const t = record << FLOATS
  ints[r | PC] = (ints[r | PC] as number) + 1
  ints[r | AT] = copy.number
  floats[t | SINCE] = now
  floats[t | DONE] = 0
  copy.touch()
  copy.arrivals += 1
  if (copy.busy >= copy.servers) {
    ints[r | POINT] = site.point
    ints[r | MODE] = op.QUEUED
    ints[r | RING] = site.ring
    floats[t | REMAINING] = work
    copies.enqueueLast(copy, record)
    return -1
  }
  copy.busy += 1
  ints[r | MODE] = op.IN_SERVICE
  floats[t | STARTED] = now
  if (work <= 0) return record
  if (site.ring >= 0) {
    events.pushRing(site.ring, now, record, ints[r | WAKE] as number)
    return -1
  }
  events.due = now + work
  events.pushNext(record, ints[r | WAKE] as number)
  return -1
}

/** A record that was served goes on, and the server takes the next one. */
export function leaveFifo(kernel: Kernel, record: number, point: number): void {
  const { copies, records, now } = kernel
  const { ints, floats } = records
  const r = record << INTS
  const t = record << FLOATS
  const copy = copies.of(ints[r | AT] as number)
  copy.touch()
  const service = now - (floats[t | STARTED] as number)
  const waited = Math.max(0, now - (floats[t | SINCE] as number) - service)
  copy.served += 1
  copy.waitTotal += waited
  copy.serviceTotal += service
  ints[r | MODE] = op.RUNNING
  ints[r | PC] = (ints[r | PC] as number) + 1
  records.book(record, point, waited, service)
  if (copy.queued === 0) copy.busy -= 1
  else serveNext(kernel, copy)
}

function serveNext({ copies, records, events, ready, now }: Kernel, copy: Copy): void {
  const { ints, floats } = records
  const record = copies.dequeueFirst(copy)
  const r = record << INTS
  const t = record << FLOATS
  ints[r | MODE] = op.IN_SERVICE
  floats[t | STARTED] = now
  const work = floats[t | REMAINING] as number
  if (work <= 0) return ready.push(record, ints[r | WAKE] as number)
  const ring = ints[r | RING] as number
  if (ring >= 0) return events.pushRing(ring, now, record, ints[r | WAKE] as number)
  events.due = now + work
  events.pushNext(record, ints[r | WAKE] as number)
}
