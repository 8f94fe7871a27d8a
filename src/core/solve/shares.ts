import type { Model } from '../model/model.ts'
import { instanceWord, placedBy, shardOf } from '../model/placement.ts'
import type { GroupIndex, KeyDomainIndex } from '../model/resource.ts'
import { meanOf } from '../model/distribution.ts'
import type { Call } from '../model/step.ts'
import { popularityBins } from '../base/zipf.ts'
import type { Environment } from './environment.ts'
import type { Spot } from './network.ts'

interface Surroundings {
  readonly model: Model
  readonly environment: Environment
  /** Share of the callers at each place. */
  readonly from: Float64Array
}

/** Share of a call's attempts that goes to each instance of the group it calls. Sums to 1. */
export function sharesOf(call: Call, caller: Spot, surroundings: Surroundings): Float64Array {
  const { model, environment } = surroundings
  const group = model.groups[call.to]
  const serving = environment.serving[call.to]
  if (group === undefined || serving === undefined || serving.length === 1) return new Float64Array(1).fill(1)
  const shares = new Float64Array(serving.length)
  const stride = group.perShardMax
  const { within } = call.pick
  if (within === 'next' && caller.group === call.to) return nextTo(caller, call.pick.position, stride)
  for (const [shard, share] of shardShares(call, caller, model).entries()) {
    if (share === 0) continue
    const inShard = withinShard(call, { shard, stride }, surroundings)
    inShard.forEach((part, position) => {
      shares[shard * stride + position] = (shares[shard * stride + position] ?? 0) + share * part
    })
  }
  return shares
}

function nextTo({ share }: Spot, by: number, stride: number): Float64Array {
  const shares = new Float64Array(share.length)
  share.forEach((part, i) => {
    const [first, position] = [Math.floor(i / stride) * stride, i % stride]
    const to = first + ((position + by) % stride)
    shares[to] = (shares[to] ?? 0) + part
  })
  return shares
}

function shardShares({ to, pick }: Call, caller: Spot, model: Model): Float64Array {
  const { shards = 1, perShardMax = 1 } = model.groups[to] ?? {}
  if (shards === 1) return new Float64Array(1).fill(1)
  if (typeof pick.shardBy === 'number') return keyShares(model, to, pick.shardBy)
  for (let at: Spot | null = caller; pick.shardBy === 'same' && at !== null; at = at.parent) {
    if (at.group !== to) continue
    const shares = new Float64Array(shards)
    at.share.forEach((part, i) => {
      const shard = Math.floor(i / perShardMax)
      shares[shard] = (shares[shard] ?? 0) + part
    })
    return shares
  }
  return new Float64Array(shards).fill(1 / shards)
}

/** Keys that are looked at one by one; the rest is so many that it lies evenly. */
const LOOKED_AT = 20_000

const known = new WeakMap<Model, Map<string, Float64Array>>()

/** Load of each shard when keys of a domain pick it. */
function keyShares(model: Model, group: GroupIndex, domain: KeyDomainIndex): Float64Array {
  const memo = known.get(model) ?? new Map<string, Float64Array>()
  known.set(model, memo)
  const name = `${group} ${domain}`
  const found = memo.get(name)
  if (found !== undefined) return found
  const { shards = 1, placement } = model.groups[group] ?? {}
  const placed = placedBy(placement, shards)
  const { keys = 1, exponent = 0 } = model.keyDomains[domain] ?? {}
  const place = (key: number): number => (placed === null ? shardOf(key, shards) : placed(key, keys))
  const shares = spread(keys, exponent, shards, place)
  memo.set(name, shares)
  return shares
}

function spread(keys: number, exponent: number, count: number, place: (key: number) => number): Float64Array {
  const shares = new Float64Array(count)
  let rank = 1
  for (const { ranks, p } of popularityBins(keys, exponent)) {
    const each = Math.min(ranks, Math.max(1, Math.ceil(LOOKED_AT / 400)))
    const isWhole = rank + ranks <= LOOKED_AT
    const looked = isWhole ? ranks : each
    for (let i = 0; i < looked; i++) {
      const key = isWhole ? rank + i : rank + Math.floor(((i + 0.5) * ranks) / looked)
      const at = place(key)
      shares[at] = (shares[at] ?? 0) + (p * ranks) / looked
    }
    rank += ranks
  }
  const all = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / all)
}

interface Shard {
  readonly shard: number
  readonly stride: number
}

/** Share of what goes to a shard at each of its instances. */
function withinShard(call: Call, { shard, stride }: Shard, surroundings: Surroundings): Float64Array {
  const { environment } = surroundings
  const { pick, to } = call
  const first = shard * stride
  const leader = environment.leaders[to]?.[shard] ?? 0
  const members = environment.serving[to]?.subarray(first, first + stride) ?? new Uint8Array(stride).fill(1)
  const one = (position: number): Float64Array => {
    const shares = new Float64Array(stride)
    shares[position % stride] = 1
    return shares
  }
  const chosen = (weight: (position: number) => number): Float64Array => {
    const shares = Float64Array.from(members, (up, position) => (up === 1 ? weight(position) : 0))
    const all = shares.reduce((sum, share) => sum + share, 0)
    return all > 0 ? shares.map((share) => share / all) : one(0)
  }
  switch (pick.within) {
    case 'leader':
      return one(leader)
    case 'copy':
      return one(leader + pick.position)
    case 'next':
      return one(pick.position)
    case 'replica': {
      const others = members.some((up, position) => up === 1 && position !== leader)
      return others ? chosen((position) => (position === leader ? 0 : 1)) : one(leader)
    }
    case 'weighted':
      return chosen((position) => pick.weights[position % pick.weights.length] ?? 1)
    case 'hash':
      return typeof pick.shardBy === 'number' ? byHash(pick.shardBy, members, surroundings) : chosen(() => 1)
    case 'nearest':
      return nearest(call, { first, members }, surroundings)
    default:
      return chosen(() => 1)
  }
}

function byHash(domain: KeyDomainIndex, members: Uint8Array, { model }: Surroundings): Float64Array {
  const up = [...members.keys()].filter((position) => members[position] === 1)
  const shares = new Float64Array(members.length)
  if (up.length === 0) return shares.fill(0, 0).fill(1, 0, 1)
  const { keys = 1, exponent = 0 } = model.keyDomains[domain] ?? {}
  const own = spread(keys, exponent, up.length, (key) => instanceWord(key) % up.length)
  own.forEach((share, i) => {
    shares[up[i] ?? 0] = share
  })
  return shares
}

/** From each place to those that are fewest seconds away, in turn. */
function nearest(
  { to }: Call,
  { first, members }: { readonly first: number; readonly members: Uint8Array },
  { model, from }: Surroundings,
): Float64Array {
  const shares = new Float64Array(members.length)
  const up = [...members.keys()].filter((position) => members[position] === 1)
  const places = model.groups[to]?.places ?? []
  const spreadOver = (share: number, among: readonly number[]): void => {
    for (const position of among) shares[position] = (shares[position] ?? 0) + share / among.length
  }
  const known_ = from.reduce((sum, share) => sum + share, 0)
  if (up.length === 0) shares[0] = 1
  else if (known_ === 0 || places.length === 0) spreadOver(1, up)
  else
    from.forEach((share, place) => {
      if (share === 0) return
      const distance = up.map((position) => {
        const there = places[(first + position) % places.length] ?? -1
        const link = there < 0 ? undefined : model.links[place * model.places.length + there]
        return link === undefined ? 0 : meanOf(link.roundTrip)
      })
      const least = Math.min(...distance)
      spreadOver(
        share / known_,
        up.filter((_, i) => distance[i] === least),
      )
    })
  return shares
}
