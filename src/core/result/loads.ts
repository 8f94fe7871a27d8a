import type { Ratio, Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { Resource, ResourceIndex } from '../model/resource.ts'
import { fullSince, perRun, shardUtilizations, utilizationOf } from './components.ts'
import { sum } from './estimate.ts'
import type { Visit } from './profile.ts'
import type { RunStatistics } from './statistics.ts'

/** From this busy share on, a resource counts as full. */
export const FULL = 0.9

/** How busy one resource was, over all replications. */
export interface Load {
  readonly index: ResourceIndex
  readonly resource: Resource
  readonly component: string
  /** Of all copies together. */
  readonly utilization: Ratio
  readonly copies: readonly Ratio[]
  readonly queueMean: number
  readonly waitMean: Seconds
  readonly serviceMean: Seconds
  /** Waiting of all who came by, together. */
  readonly waitTotal: Seconds
  readonly rejected: number
  readonly since: Seconds | null
  /** Busy share that first attempts alone would make, above 1 when they are too many; null = not known. */
  readonly offered: Ratio | null
  /** Share of that for attackers. */
  readonly hostile: Ratio
}

/** Of the busiest copy. */
export const hottest = (load: Load): Ratio => Math.max(load.utilization, ...load.copies)

export const isBusyKind = ({ resource }: Load): boolean => resource.kind === 'station' || resource.kind === 'pool'

export function loadsOf(
  model: Model,
  runs: readonly RunStatistics[],
  visits: readonly Visit[],
): ReadonlyMap<ResourceIndex, Load> {
  const seconds = sum(runs.map((run) => run.measured))
  const works = workOf(model, runs, visits)
  return new Map(
    model.resources.map((resource, index) => {
      const copies = perRun(runs, index)
      const flat = copies.flat()
      const total = (of: (copy: (typeof flat)[number]) => number): number => sum(flat.map(of))
      const served = total((copy) => copy.served)
      const whole = utilizationOf(flat)
      const capacity = total((copy) => copy.capacityArea)
      return [
        index,
        {
          index,
          resource,
          component: model.groups[resource.group]?.component ?? '',
          utilization: Number.isFinite(whole) ? whole : 0,
          copies: shardUtilizations(copies).map((x) => (Number.isFinite(x) ? x : 0)),
          queueMean: seconds > 0 ? total((copy) => copy.queueArea) / seconds : 0,
          waitMean: served > 0 ? total((copy) => copy.waitTotal) / served : 0,
          serviceMean: served > 0 ? total((copy) => copy.serviceTotal) / served : 0,
          waitTotal: total((copy) => copy.waitTotal),
          rejected: total((copy) => copy.rejected),
          since: fullSince(flat),
          offered: resource.kind === 'station' && capacity > 0 ? (works.get(index)?.all ?? 0) / capacity : null,
          hostile: ratioOr0(works.get(index)),
        },
      ]
    }),
  )
}

const ratioOr0 = (work: Work | undefined): Ratio => (work !== undefined && work.all > 0 ? work.hostile / work.all : 0)

interface Work {
  readonly all: Seconds
  /** Of it for attackers. */
  readonly hostile: Seconds
}

/** Server-seconds that the offered requests ask of each station when every call is tried once. */
function workOf(
  model: Model,
  runs: readonly RunStatistics[],
  visits: readonly Visit[],
): ReadonlyMap<ResourceIndex, Work> {
  const offered = model.flows.map((_, flow) =>
    sum(runs.flatMap((run) => run.flows.filter((one) => one.flow === flow).map((one) => one.offered))),
  )
  const works = new Map<ResourceIndex, Work>()
  for (const { kind, resource, flow, work } of visits) {
    if (kind !== 'serve' || resource === null) continue
    const before = works.get(resource) ?? { all: 0, hostile: 0 }
    const asked = work * (offered[flow] ?? 0)
    const hostile = model.flows[flow]?.isHostile === true ? asked : 0
    works.set(resource, { all: before.all + asked, hostile: before.hostile + hostile })
  }
  return works
}
