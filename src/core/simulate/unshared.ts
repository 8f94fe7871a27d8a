import { AT, DONE, FLOATS, INTS, MODE, PC, POINT, REMAINING, SINCE, STARTED, WAKE } from './field.ts'
import { leaveFifo } from './fifo.ts'
import { pass } from './inline-calls.ts'
import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { copyAt } from './records.ts'
import { BLOCKED, isUnshared, PASSED, startShared } from './sharing.ts'
import { registerOf, type ServeSite } from './sites.ts'
import { leave } from './stations.ts'
import { fail } from './unwind.ts'

/**
 * The straight way through a station that is shared only when there are more jobs than servers, like the cores of a
 * machine: as long as there is a server for each, it is nothing but a delay. Nothing ever stops or slows the station.
 *
 * @returns the record to go on with, or -1 when it waits
 */
export function arriveUnshared(kernel: Kernel, record: number, site: ServeSite): number {
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
  floats[t | REMAINING] = work
  copy.touch()
  copy.arrivals += 1
  if (copy.busy >= copy.servers || !isUnshared(copy)) {
    ints[r | POINT] = site.point
    const result = startShared(kernel, record, copy)
    if (result === BLOCKED) return -1
    return result === PASSED ? record : fail(kernel, record, op.REJECTED)
  }
  copy.busy += 1
  copies.startServing(copy, record, site.level)
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

/** A record that was served goes on; nobody waits here as long as nobody shares. */
export function leaveUnshared(kernel: Kernel, record: number, site: ServeSite): void {
  const { copies, records } = kernel
  const r = record << INTS
  if (records.ints[r | MODE] === op.SHARING) return leave(kernel, record, site)
  copies.endServing(copies.of(records.ints[r | AT] as number), record, site.level)
  leaveFifo(kernel, record, site.point)
}
