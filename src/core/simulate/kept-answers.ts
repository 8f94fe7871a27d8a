import { mix } from '../base/random.ts'
import { ATTEMPT } from './op.ts'
import { CALL_START, FLOATS, INTS, KIND, PARENT, START } from './field.ts'
import type { Kernel } from './kernel.ts'
import type { CallSite } from './sites.ts'

/**
 * The instance that a caller still knows from when it looked it up; -1: nothing changed since then. All attempts of a
 * call go by the same answer, whose age is anywhere between nothing and as old as answers get.
 */
export function pickKept(
  kernel: Kernel,
  record: number,
  { group, keptFor, isNearest }: CallSite,
  callerPlace: number,
): number {
  const { fleet, now } = kernel
  if (now - (fleet.relistedAt[group] as number) >= keptFor) return -1
  const draw = drawOf(kernel, record)
  const asked = now - (draw / 2 ** 32) * keptFor
  if ((fleet.relistedAt[group] as number) <= asked) return -1
  const first = fleet.base[group] as number
  const end = first + (fleet.stride[group] as number) * (fleet.shards[group] as number)
  let [found, best, least] = [0, -1, Infinity]
  for (let i = first; i < end; i++) {
    const isListed = (fleet.listedAt[i] as number) <= asked ? fleet.isListed[i] : 1 - (fleet.isListed[i] as number)
    if (isListed !== 1) continue
    const to = fleet.place[i] as number
    const far =
      !isNearest || callerPlace < 0 || to < 0 ? 0 : (kernel.distances[callerPlace * fleet.places + to] as number)
    if (far > least) continue
    found = far < least ? 1 : found + 1
    least = far
    // Each of those that are alike is as likely to be the one that was told.
    if (found === 1 || mix(draw ^ i) % found === 0) best = i
  }
  return best
}

/** The same for all attempts of a call. */
function drawOf({ records }: Kernel, record: number): number {
  const parent = records.ints[(record << INTS) | PARENT] as number
  const isAttempt = records.ints[(record << INTS) | KIND] === ATTEMPT && parent >= 0
  const since = isAttempt
    ? (records.floats[(parent << FLOATS) | CALL_START] as number)
    : (records.floats[(record << FLOATS) | START] as number)
  return mix(Math.floor((since % 1) * 2 ** 32) ^ mix(Math.floor(since)))
}
