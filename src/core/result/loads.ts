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
  /** Busy share that each request's first attempts alone would make, above 1 when they are too many; null = not known. */
  readonly offered: Ratio | null
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
          offered: resource.kind === 'station' && capacity > 0 ? (works.get(index) ?? 0) / capacity : null,
        },
      ]
    }),
  )
}

/** Server-seconds that the offered requests ask of each station when every call is tried once. */
function workOf(
  model: Model,
  runs: readonly RunStatistics[],
  visits: readonly Visit[],
): ReadonlyMap<ResourceIndex, Seconds> {
  const seconds = sum(runs.map((run) => run.measured))
  const offered = model.flows.map((_, flow) => {
    const counted = sum(runs.flatMap((run) => run.flows.filter((one) => one.flow === flow).map((one) => one.offered)))
    return counted + seconds * hostileRate(model, flow)
  })
  const works = new Map<ResourceIndex, Seconds>()
  for (const { kind, resource, flow, work } of visits) {
    if (kind !== 'serve' || resource === null) continue
    works.set(resource, (works.get(resource) ?? 0) + work * (offered[flow] ?? 0))
  }
  return works
}

/** Requests of attackers are in no figure of the flows, but load the system. */
export const hostileRate = ({ sources }: Model, flow: number): number =>
  sum(
    sources
      .filter((source) => source.isHostile && source.arrivals.kind !== 'closed')
      .map((source) => {
        const share = source.mix.find((part) => part.flow === flow)?.share ?? 0
        return source.arrivals.kind === 'closed' ? 0 : source.arrivals.rate * share
      }),
  )
