import { instanceWord, shardOf } from '../model/placement.ts'
import type { Pick } from '../model/step.ts'
import type { Kernel } from './kernel.ts'
import { pickKept } from './kept-answers.ts'
import { keyOf } from './keys.ts'
import { type CallSite, SHARD_SAME } from './sites.ts'

const LEADER = 0
const REPLICA = 1
const COPY = 2
const ROUND_ROBIN = 3
const RANDOM = 4
const LEAST_REQUESTS = 5
const RANDOM_TWO = 6
const HASH = 7
const WEIGHTED = 8
const NEAREST = 9
const NEXT = 10

const codes: Readonly<Record<Pick['within'], number>> = {
  leader: LEADER,
  replica: REPLICA,
  copy: COPY,
  next: NEXT,
  'round-robin': ROUND_ROBIN,
  random: RANDOM,
  'least-requests': LEAST_REQUESTS,
  'random-two': RANDOM_TWO,
  hash: HASH,
  weighted: WEIGHTED,
  nearest: NEAREST,
}

export const withinCode = (within: Pick['within']): number => codes[within]

/** The instance that an attempt goes to. It may be dead: when nobody noticed yet, or when there is no other. */
export function pick(kernel: Kernel, record: number, site: CallSite, callerPlace: number): number {
  const { fleet } = kernel
  const shard = fleet.shards[site.group] === 1 ? 0 : pickShard(kernel, record, site)
  const stride = fleet.stride[site.group] as number
  const first = (fleet.base[site.group] as number) + shard * stride
  const row = (fleet.shardBase[site.group] as number) + shard
  const count = fleet.pickableCount[row] as number
  switch (site.within) {
    case LEADER:
      return first + (fleet.leader[row] as number)
    case COPY:
      return first + (((fleet.leader[row] as number) + site.position) % stride)
    case NEXT:
      return first + ((ownPosition(kernel, record, site, stride) + site.position) % stride)
    case REPLICA:
      return pickReplica(kernel, site, { first, row, count })
    default:
      break
  }
  if (site.keptFor > 0) {
    const kept = pickKept(kernel, record, site, callerPlace)
    if (kept >= 0) return kept
  }
  if (count === 0) return first
  switch (site.within) {
    case ROUND_ROBIN:
      return fleet.pickable[first + nextTurn(fleet.turns, row, count)] as number
    case RANDOM:
      return fleet.pickable[first + site.pickStream.below(count)] as number
    case LEAST_REQUESTS:
      return leastRequests(kernel, { first, row, count })
    case RANDOM_TWO:
      return randomTwo(kernel, site, { first, row, count })
    case HASH:
      return byHash(kernel, record, site, { first, row, count })
    case WEIGHTED:
      return weighted(kernel, site, { first, row, count })
    default:
      return nearest(kernel, { first, row, count }, callerPlace)
  }
}

/** Of the instance that the request is at. */
function ownPosition({ records }: Kernel, record: number, { sameDepth }: CallSite, stride: number): number {
  return sameDepth < 0 ? 0 : (records.instances[record * records.depths + sameDepth] as number) % stride
}

/** The pickable instances of one shard. */
interface Row {
  readonly first: number
  readonly row: number
  readonly count: number
}

function pickShard(kernel: Kernel, record: number, site: CallSite): number {
  const { fleet, records } = kernel
  const shards = fleet.shards[site.group] as number
  if (site.shardBy >= 0) {
    const key = keyOf(kernel, record, site.shardBy)
    const placed = fleet.placed[site.group] ?? null
    if (placed === null) return shardOf(key, shards)
    return placed(key, kernel.model.keyDomains[site.shardBy]?.keys ?? 1)
  }
  const depth = site.sameDepth
  const instance = depth >= 0 ? (records.instances[record * records.depths + depth] as number) : -1
  if (site.shardBy === SHARD_SAME && instance >= 0) return Math.floor(instance / (fleet.stride[site.group] as number))
  return site.shardStream.below(shards)
}

function nextTurn(turns: Int32Array, row: number, count: number): number {
  const turn = turns[row] as number
  const here = turn < count ? turn : 0
  turns[row] = here + 1
  return here
}

function pickReplica({ fleet }: Kernel, site: CallSite, { first, row, count }: Row): number {
  const leader = first + (fleet.leader[row] as number)
  let others = 0
  for (let i = 0; i < count; i++) if (fleet.pickable[first + i] !== leader) others += 1
  if (others === 0) return leader
  let left = site.pickStream.below(others)
  for (let i = 0; i < count; i++) {
    const instance = fleet.pickable[first + i] as number
    if (instance !== leader && left-- === 0) return instance
  }
  return leader
}

/** Ties go round. */
function leastRequests({ fleet }: Kernel, { first, row, count }: Row): number {
  const from = nextTurn(fleet.turns, row, count)
  let best = fleet.pickable[first + from] as number
  let least = fleet.outstanding[best] as number
  for (let i = 1; i < count; i++) {
    const at = from + i
    const instance = fleet.pickable[first + (at < count ? at : at - count)] as number
    const outstanding = fleet.outstanding[instance] as number
    if (outstanding >= least) continue
    best = instance
    least = outstanding
  }
  return best
}

function randomTwo({ fleet }: Kernel, site: CallSite, { first, count }: Row): number {
  const a = site.pickStream.below(count)
  const one = fleet.pickable[first + a] as number
  if (count === 1) return one
  const b = site.pickStream.below(count - 1)
  const two = fleet.pickable[first + (b < a ? b : b + 1)] as number
  return (fleet.outstanding[two] as number) < (fleet.outstanding[one] as number) ? two : one
}

/** By the key; the keys of an instance that is down go to the next one. */
function byHash(kernel: Kernel, record: number, site: CallSite, { first, count }: Row): number {
  const { fleet } = kernel
  const stride = fleet.stride[site.group] as number
  const key = site.shardBy >= 0 ? keyOf(kernel, record, site.shardBy) : site.pickStream.uint32()
  const word = instanceWord(key)
  if (count === stride) return fleet.pickable[first + (word % count)] as number
  const members = memberCount(kernel, first, stride)
  const wanted = first + (word % Math.max(1, members))
  for (let i = 0; i < count; i++) {
    const instance = fleet.pickable[first + i] as number
    if (instance >= wanted) return instance
  }
  return fleet.pickable[first] as number
}

function memberCount({ fleet }: Kernel, first: number, stride: number): number {
  let members = 0
  for (let i = first; i < first + stride; i++) members += fleet.isMember[i] as number
  return members
}

function weighted({ fleet }: Kernel, site: CallSite, { first, count }: Row): number {
  const { weights } = site
  const weightOf = (i: number): number => weights[((fleet.pickable[first + i] as number) - first) % weights.length] ?? 1
  let total = 0
  for (let i = 0; i < count; i++) total += weightOf(i)
  let left = site.pickStream.uniform() * total
  for (let i = 0; i < count; i++) {
    left -= weightOf(i)
    if (left < 0) return fleet.pickable[first + i] as number
  }
  return fleet.pickable[first + count - 1] as number
}

/** Round robin among those that are fewest seconds away, on average. */
function nearest(kernel: Kernel, { first, row, count }: Row, callerPlace: number): number {
  const { fleet } = kernel
  if (callerPlace < 0) return fleet.pickable[first + nextTurn(fleet.turns, row, count)] as number
  let least = Infinity
  let near = 0
  for (let i = 0; i < count; i++) {
    const distance = distanceTo(kernel, callerPlace, fleet.pickable[first + i] as number)
    if (distance === least) near += 1
    if (distance >= least) continue
    least = distance
    near = 1
  }
  let left = nextTurn(fleet.nearTurns, row * fleet.places + callerPlace, near)
  for (let i = 0; i < count; i++) {
    const instance = fleet.pickable[first + i] as number
    if (distanceTo(kernel, callerPlace, instance) === least && left-- === 0) return instance
  }
  return fleet.pickable[first] as number
}

function distanceTo({ fleet, distances }: Kernel, from: number, instance: number): number {
  const to = fleet.place[instance] as number
  return to < 0 ? 0 : (distances[from * fleet.places + to] ?? 0)
}
