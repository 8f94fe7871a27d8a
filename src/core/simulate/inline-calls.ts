import { uncount } from './abort.ts'
import type { Kernel } from './kernel.ts'
import { placeOfCaller, roundTrip, transfer } from './links.ts'
import * as op from './op.ts'
import { pick } from './pick.ts'
import { type CallSite, ON_FAIL_ERROR, ON_FAIL_MISS, registerOf } from './sites.ts'
import { fail, failOutOf } from './unwind.ts'

/** A call without a policy goes out in its caller's record. All functions here return the record to go on with, or -1. */
export function enter(kernel: Kernel, record: number, site: CallSite): number {
  const { records, fleet, measures } = kernel
  measures.attempt(site.flow)
  records.mark(record, site.depth)
  const from = placeOfCaller(kernel, record, site)
  const instance = pick(kernel, record, site, from)
  const at = record * records.depths + site.depth
  records.instances[at] = instance - (fleet.base[site.group] as number)
  fleet.count(instance, 1)
  const to = fleet.place[instance] as number
  const half = roundTrip(kernel, site, from, to) / 2 + site.overhead
  records.back[at] = half
  records.pc[record] = site.land
  return cross(kernel, record, site, half + (fleet.delay[instance] as number) + transfer(kernel, site.send, from, to))
}

function cross({ records, events, now }: Kernel, record: number, site: CallSite, time: number): number {
  if (time <= 0) return record
  records.book(record, site.networkPoint, 0, time)
  records.mode[record] = op.TIMED
  events.push(now + time, record, records.wake[record] as number)
  return -1
}

/** At the instance: is there anybody, and does it work? */
export function arriveAt(kernel: Kernel, record: number, site: CallSite): number {
  const { records, fleet } = kernel
  const local = records.instances[record * records.depths + site.depth] as number
  const instance = (fleet.base[site.group] as number) + local
  if (!fleet.isUp(instance)) return fail(kernel, record, op.CONNECT_ERROR)
  const share = fleet.errorShare[instance] as number
  if (share > 0 && site.errorStream.uniform() < share) return fail(kernel, record, op.ERROR)
  records.pc[record] = site.land + 1
  return record
}

/** The answer goes back. */
export function goHome(kernel: Kernel, record: number, site: CallSite): number {
  const { records, fleet } = kernel
  const at = record * records.depths + site.depth
  records.pc[record] = site.answer
  let time = records.back[at] as number
  if (site.receive > 0 && records.verdict[record] === op.GOOD) {
    const here = fleet.place[(fleet.base[site.group] as number) + (records.instances[at] as number)] as number
    time += transfer(kernel, site.receive, here, placeOfCaller(kernel, record, site))
  }
  return cross(kernel, record, site, time)
}

/** The answer is there, good or not. */
export function exit(kernel: Kernel, record: number, site: CallSite, index: number): number {
  const { records, program } = kernel
  uncount(kernel, record, index)
  const failure = records.verdict[record] as number
  records.pc[record] = site.answer + 1
  if (failure === op.GOOD) return record
  records.verdict[record] = op.GOOD
  records.book(record, site.retryPoint, 0, records.unbook(record, site.depth))
  if (site.onFail === ON_FAIL_ERROR) {
    const scope = program.code[site.answer * op.WORDS + op.SCOPE] as number
    return failOutOf(kernel, record, program.scopes[scope * op.WORDS + 1] as number, failure)
  }
  if (site.onFail === ON_FAIL_MISS) {
    records.found[record] = 0
    records.missed[record] = site.missKeys * registerOf(records, record, site.missTimes)
  }
  return record
}
