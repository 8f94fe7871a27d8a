import { meanOf } from '../../model/distribution.ts'
import { pausing } from '../chain.ts'
import { seconds } from '../format.ts'
import { FULL, hottest } from '../loads.ts'
import type { Suspect, Trail } from './define.ts'

/** Requests wait at a station that has room, and that stands still now and then. */
export function pause({ root }: Trail): Suspect | null {
  const { load } = root
  if (load === null || !pausing(load) || load.resource.kind !== 'station' || load.resource.outages === null) return null
  const { up, down } = load.resource.outages
  const lost = meanOf(down) / (meanOf(up) + meanOf(down))
  // What is full without its pauses is short of servers, not of luck.
  if (hottest(load) >= FULL && (load.offered ?? 1) + lost < 1) return null
  if ((load.offered ?? 0) >= FULL) return null
  const note = `stands still for ${seconds(meanOf(down))} every ${seconds(meanOf(up) + meanOf(down))}`
  return { ...root, reason: 'pause', agree: root.share >= 0.65 ? 3 : 2, since: null, note }
}
