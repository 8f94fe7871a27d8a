import { hashText, mix } from '../base/random.ts'
import type { Placement } from './resource.ts'

/** Which shard a key of so many lies on. Keys are ranks by popularity, 1 the most popular. */
export type Placed = (key: number, keys: number) => number

/** How the keys of a group lie on its shards; null = by a plain hash. */
export function placedBy(placement: Placement | undefined, shards: number): Placed | null {
  if (placement === undefined || shards === 1) return null
  switch (placement.scheme) {
    case 'range':
      return (key, keys) => Math.min(shards - 1, Math.floor(((key - 1) / keys) * shards))
    case 'directory':
      return (key) => serpentine(key - 1, shards)
    case 'ring':
      return ring(shards, placement.virtualNodes)
  }
}

/** The first key to the first shard, … the n-th to the last, the next one to the last again, and back: even by load. */
function serpentine(rank: number, shards: number): number {
  const [round, place] = [Math.floor(rank / shards), rank % shards]
  return round % 2 === 0 ? place : shards - 1 - place
}

/** Each shard stands at so many points of a circle; a key belongs to the next point after its own. */
function ring(shards: number, virtualNodes: number): Placed {
  const points = Array.from({ length: shards * virtualNodes }, (_, i) => ({
    at: hashText(`shard ${i % shards} node ${Math.floor(i / shards)}`),
    shard: i % shards,
  })).sort((a, b) => a.at - b.at)
  const places = Uint32Array.from(points, ({ at }) => at)
  return (key) => {
    const place = mix((key | 0) ^ mix(Math.floor(key / 4294967296) ^ RING_SALT))
    let [low, high] = [0, places.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((places[middle] ?? 0) < place) low = middle + 1
      else high = middle
    }
    return points[low % points.length]?.shard ?? 0
  }
}

const RING_SALT = 0x51ed270b

/** Which shard a key belongs to: by hash, so that neighbours in popularity are spread. */
export const shardOf = (key: number, shards: number): number => keyHash(key, 0x9e3779b9) % shards

/** The word that decides which instance of a shard a key belongs to. */
export const instanceWord = (key: number): number => keyHash(key, 0x85ebca6b)

const keyHash = (key: number, salt: number): number => mix(mix((key | 0) ^ salt) ^ Math.floor(key / 4294967296))
