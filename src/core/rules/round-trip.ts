import { type Distribution, meanOf, momentOf } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import type { Group, GroupIndex, PlaceIndex } from '../model/resource.ts'

/** Round trip between two places; null = one of them is nowhere in particular. */
export function roundTripBetween(model: Model, from: PlaceIndex, to: PlaceIndex): Distribution | null {
  return model.links[from * model.places.length + to]?.roundTrip ?? null
}

/** Places where instances of a group really stand at the start, each once. */
export function placesOf(model: Model, group: GroupIndex): readonly PlaceIndex[] {
  const one = model.groups[group]
  return one === undefined ? [] : [...new Set(standing(one).flat())]
}

/** For each shard, where its copies stand. */
export function standing({ shards, perShard, places }: Group): readonly (readonly PlaceIndex[])[] {
  if (places.length === 0) return []
  return Array.from({ length: shards }, (_, shard) =>
    Array.from({ length: perShard }, (_unused, position) => places[(shard + position) % places.length] ?? 0),
  )
}

/** The shortest mean round trip between instances of two groups; 0 where one has no place. */
export function roundTripLeast(
  model: Model,
  from: GroupIndex,
  to: GroupIndex,
): { readonly mean: number; readonly square: number } {
  let least = { mean: Infinity, square: 0 }
  for (const a of placesOf(model, from)) {
    for (const b of placesOf(model, to)) {
      const law = roundTripBetween(model, a, b)
      const mean = law === null ? 0 : meanOf(law)
      if (mean < least.mean) least = { mean, square: law === null ? 0 : momentOf(law, 2) }
    }
  }
  return least.mean === Infinity ? { mean: 0, square: 0 } : least
}
