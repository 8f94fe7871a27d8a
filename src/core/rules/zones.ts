import type { Model } from '../model/model.ts'
import type { Group, PlaceIndex } from '../model/resource.ts'
import { standing } from './round-trip.ts'

/** For each shard, how many of its copies stand in each zone; empty for a group that does not stand in zones. */
export function copiesByZone(model: Model, group: Group): readonly ReadonlyMap<PlaceIndex, number>[] {
  const shards = standing(group)
  const isInZones = shards.flat().every((place) => model.places[place]?.kind === 'zone')
  if (shards.length === 0 || !isInZones) return []
  return shards.map((copies) => {
    const zones = new Map<PlaceIndex, number>()
    for (const place of copies) zones.set(place, (zones.get(place) ?? 0) + 1)
    return zones
  })
}

/** Zones in which all copies of some shard stand; losing one of them takes the shard away. */
export const lonelyZones = (model: Model, group: Group): readonly PlaceIndex[] => [
  ...new Set(copiesByZone(model, group).flatMap((zones) => (zones.size === 1 ? [...zones.keys()] : []))),
]

/** Zones of the regions that a group stands in: where its copies could stand as well. */
export function zonesAround(model: Model, group: Group): readonly PlaceIndex[] {
  const regions = new Set(group.places.map((place) => model.places[place]?.region))
  return model.places.flatMap(({ kind, region }, index) => (kind === 'zone' && regions.has(region) ? [index] : []))
}
