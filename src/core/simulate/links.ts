import type { Kernel } from './kernel.ts'
import type { CallSite } from './sites.ts'

/** Where the caller of a call stands: its nearest instance's place, else the place of the request's source; -1: nowhere. */
export function placeOfCaller({ records, fleet }: Kernel, record: number, site: CallSite): number {
  if (site.callerDepth < 0) return records.place[record] as number
  const instance = records.instances[record * records.depths + site.callerDepth] as number
  if (instance < 0) return records.place[record] as number
  return fleet.place[(fleet.base[site.callerGroup] as number) + instance] as number
}

/** A round trip between two places, drawn. There is no distance to or from nowhere. */
export function roundTrip(kernel: Kernel, site: CallSite, from: number, to: number): number {
  if (from < 0 || to < 0) return 0
  const link = kernel.roundTrips[from * kernel.fleet.places + to]
  return link ? link.drawFrom(site.networkStream) : 0
}

/** Time that so many bytes take over the link. */
export function transfer(kernel: Kernel, bytes: number, from: number, to: number): number {
  if (bytes === 0 || from < 0 || to < 0) return 0
  const bandwidth = kernel.bandwidth[from * kernel.fleet.places + to] ?? Infinity
  return bandwidth > 0 ? bytes / bandwidth : 0
}
