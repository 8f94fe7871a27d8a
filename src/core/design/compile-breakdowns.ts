import { exponential } from '../model/distribution.ts'
import type { Breakdown } from '../model/model.ts'
import type { PlaceIndex } from '../model/resource.ts'
import { type Assembly, placeOf } from './compile-bench.ts'
import type { PlaceGroup } from './design.ts'

/** What fails by chance: each instance and its machine for itself, all that is in a zone or a region together. */
export function compileBreakdowns(assembly: Assembly): readonly Breakdown[] {
  return [...assembly.design.places.values()].flatMap((place) => breakdownsOf(assembly, place))
}

function breakdownsOf(assembly: Assembly, { id, region, zones, failures }: PlaceGroup): readonly Breakdown[] {
  const { atlas } = assembly
  const inZones = (zones.length === 0 ? [id] : zones.map((zone) => `${id}.${zone}`)).map((name) => ({
    name,
    places: atlas.find(name),
  }))
  const there = standing(assembly, atlas.find(id))
  const single = there.flatMap(({ group, instances }) =>
    instances.map((instance) => ({ name: `${group} ${instance}`, victims: [{ group, instances: [instance] }] })),
  )
  const zone = inZones.map(({ name, places }) => ({ name, victims: standing(assembly, places) }))
  const whole = [{ name: region, victims: there }]
  const classes = [
    ['process', single],
    ['node', single],
    ['zone', zone],
    ['region', whole],
  ] as const
  return classes.flatMap(([name, units]) => {
    const figures = failures[name]
    if (figures === null) return []
    const [up, down] = [exponential(figures.mtbf), exponential(figures.mttr)]
    return units
      .filter(({ victims }) => victims.length > 0)
      .map((unit) => ({ id: `${name} ${unit.name}`, victims: unit.victims, up, down }))
  })
}

/** Instances that stand at one of these places, group by group. */
function standing({ groups, design }: Assembly, places: readonly PlaceIndex[]): Breakdown['victims'] {
  return groups.flatMap((group, index) => {
    if (!design.components.has(group.component)) return []
    const count = group.shards * group.perShardMax
    const instances = Array.from({ length: count }, (_, i) => i).filter((i) => {
      const place = placeOf(group, i)
      return place !== null && places.includes(place)
    })
    return instances.length === 0 ? [] : [{ group: index, instances }]
  })
}
