import { INTS, KIND, MODE, PARENT, PC, PLACE, VERDICT, WAKE } from './field.ts'
import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { pick } from './pick.ts'
import type { CallSite } from './sites.ts'
import { fail } from './unwind.ts'

/**
 * The way of a call there and back. All functions here return the record to go on with, or -1 while it is on its way. A
 * way that takes no time is no event, and not even an instruction.
 */
export function goThere(kernel: Kernel, record: number, site: CallSite): number {
  const { records, fleet } = kernel
  const from = site.isInstant && !site.isNearest ? -1 : placeOfCaller(kernel, record, site)
  const instance = site.only >= 0 ? site.only : choose(kernel, record, site, from)
  const at = record * records.depths + site.depth
  records.instances[at] = instance - site.base
  records.ints[(record << INTS) | PC] = site.land
  fleet.count(instance, 1)
  let time = fleet.delay[instance] as number
  if (kernel.cuts.count > 0) time += stuck(kernel, record, site, instance)
  if (site.isInstant) records.back[at] = 0
  else {
    const to = fleet.place[instance] as number
    const half = roundTrip(kernel, site, from, to) / 2 + site.overhead
    records.back[at] = half
    if (site.connects !== null) time += connecting(kernel, site, site.connects, from, to)
    time += half + transfer(kernel, site.send, from, to)
  }
  return time > 0 ? cross(kernel, record, site, time) : land(kernel, record, site)
}

/** Round trips before the first byte of a request may leave. */
function connecting(
  kernel: Kernel,
  site: CallSite,
  { upTo, roundTrips, stream }: NonNullable<CallSite['connects']>,
  from: number,
  to: number,
): number {
  const draw = stream.uniform()
  const which = upTo.findIndex((share) => draw < share)
  let time = 0
  for (let i = 0; i < (roundTrips[which] ?? 0); i++) time += roundTrip(kernel, site, from, to) + 2 * site.overhead
  return time
}

function cross({ records, events, now }: Kernel, record: number, site: CallSite, time: number): number {
  records.book(record, site.networkPoint, 0, time)
  records.ints[(record << INTS) | MODE] = op.TIMED
  events.due = now + time
  events.pushNext(record, records.ints[(record << INTS) | WAKE] as number)
  return -1
}

/** At the instance: is there anybody, and does it work? */
export function land(kernel: Kernel, record: number, site: CallSite): number {
  const { records, fleet } = kernel
  const instance = site.base + (records.instances[record * records.depths + site.depth] as number)
  if ((fleet.deaths[instance] as number) > 0) return fail(kernel, record, op.CONNECT_ERROR)
  // Nobody sends again what nobody waits for any more.
  if (kernel.cuts.hasBeen && isGivenUp(records, record)) return fail(kernel, record, op.CONNECT_ERROR)
  const share = fleet.errorShare[instance] as number
  if (share > 0) {
    const draw = site.errorStream.uniform()
    if (draw < share) return fail(kernel, record, draw < (fleet.denyShare[instance] as number) ? op.REJECTED : op.ERROR)
  }
  records.ints[(record << INTS) | PC] = site.land + 1
  return record
}

/**
 * The answer goes back, to the instruction after the way; one that takes no time skips the place where it would wait.
 */
export function goBack(kernel: Kernel, record: number, site: CallSite): number {
  const { records, fleet } = kernel
  const at = record * records.depths + site.depth
  let time = records.back[at] as number
  if (kernel.cuts.count > 0) time += stuck(kernel, record, site, site.base + (records.instances[at] as number))
  if (!site.isInstant && site.receive > 0 && records.ints[(record << INTS) | VERDICT] === op.GOOD) {
    const here = fleet.place[site.base + (records.instances[at] as number)] as number
    time += transfer(kernel, site.receive, here, placeOfCaller(kernel, record, site))
  }
  records.ints[(record << INTS) | PC] = site.backAt + 1
  return time > 0 ? cross(kernel, record, site, time) : record
}

const isGivenUp = ({ ints }: Kernel['records'], record: number): boolean =>
  ints[(record << INTS) | KIND] === op.ATTEMPT && (ints[(record << INTS) | PARENT] as number) < 0

/** Until the network between the two is whole again: what is sent is sent again until it arrives. */
function stuck(kernel: Kernel, record: number, site: CallSite, callee: number): number {
  const { cuts, now } = kernel
  const until = cuts.until({ ...callerOf(kernel, record, site), callee })
  return until > now ? until - now : 0
}

/** Once a cut was noticed, callers keep to those that they can reach. */
function choose(kernel: Kernel, record: number, site: CallSite, from: number): number {
  if (kernel.cuts.count === 0) return pick(kernel, record, site, from)
  const { cuts, fleet, now } = kernel
  const caller = callerOf(kernel, record, site)
  const since = now - (fleet.detect[site.group] as number)
  const hidden = fleet.hide(site.group, (callee) => cuts.isKnown({ ...caller, callee }, since))
  const instance = pick(kernel, record, site, from)
  if (hidden) fleet.relist(site.group, now)
  return instance
}

function callerOf({ records, fleet }: Kernel, record: number, site: CallSite) {
  const place = records.ints[(record << INTS) | PLACE] as number
  const at = site.callerDepth < 0 ? -1 : (records.instances[record * records.depths + site.callerDepth] as number)
  return { caller: at < 0 ? -1 : (fleet.base[site.callerGroup] as number) + at, place }
}

/**
 * Where the caller of a call stands: its nearest instance's place, else the place of the request's source; -1: nowhere.
 */
function placeOfCaller({ records, fleet }: Kernel, record: number, site: CallSite): number {
  if (site.callerDepth < 0) return records.ints[(record << INTS) | PLACE] as number
  const instance = records.instances[record * records.depths + site.callerDepth] as number
  if (instance < 0) return records.ints[(record << INTS) | PLACE] as number
  return fleet.place[(fleet.base[site.callerGroup] as number) + instance] as number
}

/** A round trip between two places, drawn. There is no distance to or from nowhere. */
function roundTrip(kernel: Kernel, site: CallSite, from: number, to: number): number {
  if (from < 0 || to < 0) return 0
  const link = kernel.roundTrips[from * kernel.fleet.places + to]
  return link ? link.drawFrom(site.networkStream) : 0
}

/** Time that so many bytes take over the link; they are counted where somebody pays for them. */
function transfer(kernel: Kernel, bytes: number, from: number, to: number): number {
  if (bytes === 0 || from < 0 || to < 0) return 0
  const link = from * kernel.fleet.places + to
  if (kernel.traffic !== null) kernel.traffic[link] = (kernel.traffic[link] as number) + bytes
  const bandwidth = kernel.bandwidth[link] ?? Infinity
  return bandwidth > 0 ? bytes / bandwidth : 0
}
