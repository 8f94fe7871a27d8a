import type { GroupStatistics, LogStatistics, ResourceStatistics } from '../result/statistics.ts'
import { touchBacklog } from './consumers.ts'
import type { Kernel } from './kernel.ts'
import { instancesOf } from './layout.ts'

type CopyStatistics = ResourceStatistics['instances'][number]

const nothing: CopyStatistics = {
  busyArea: 0,
  capacityArea: 0,
  queueArea: 0,
  queueMax: 0,
  arrivals: 0,
  served: 0,
  rejected: 0,
  waitTotal: 0,
  serviceTotal: 0,
  lookups: 0,
  hits: 0,
  fullSince: null,
}

export function resourceStatistics(kernel: Kernel): readonly ResourceStatistics[] {
  const { model, layout } = kernel
  return model.resources.map((resource, index) => {
    const count = instancesOf(model.groups[resource.group])
    const base = layout.base(index)
    const instances = Array.from({ length: count }, (_, i): CopyStatistics => copyStatistics(kernel, index, base + i))
    return { resource: index, instances }
  })
}

function copyStatistics(kernel: Kernel, resource: number, copy: number): CopyStatistics {
  const { caches, model } = kernel
  switch (model.resources[resource]?.kind) {
    case 'station':
    case 'pool':
      return queueStatistics(kernel, copy)
    case 'cache':
      return { ...nothing, lookups: caches.lookups[copy] as number, hits: caches.hits[copy] as number }
    case 'limiter':
      return guardStatistics(kernel.limiters, copy)
    case 'breaker':
      return guardStatistics(kernel.breakers, copy)
    case 'budget':
      return guardStatistics(kernel.budgets, copy)
    default:
      return nothing
  }
}

function guardStatistics(guard: { readonly asked: Float64Array; readonly refused: Float64Array }, copy: number) {
  const arrivals = guard.asked[copy] as number
  const rejected = guard.refused[copy] as number
  return { ...nothing, arrivals, served: arrivals - rejected, rejected }
}

function queueStatistics({ copies }: Kernel, copy: number): CopyStatistics {
  const since = copies.of(copy).fullSince
  return {
    ...nothing,
    busyArea: copies.of(copy).busyArea,
    capacityArea: copies.of(copy).capacityArea,
    queueArea: copies.of(copy).queueArea,
    queueMax: copies.of(copy).queueMax,
    lookups: copies.of(copy).environments?.takes ?? 0,
    hits: copies.of(copy).environments?.warm ?? 0,
    arrivals: copies.of(copy).arrivals,
    served: copies.of(copy).served,
    rejected: copies.of(copy).rejected,
    waitTotal: copies.of(copy).waitTotal,
    // A slot is in use from when it is taken until it is given back, so for pools this is the area itself.
    serviceTotal: copies.of(copy).isPool ? copies.of(copy).busyArea : copies.of(copy).serviceTotal,
    fullSince: Number.isNaN(since) ? null : since,
  }
}

export function groupStatistics(kernel: Kernel, measured: number): readonly GroupStatistics[] {
  const { model, fleet, scalers, losses, now } = kernel
  return model.groups.map((_, group) => {
    fleet.touch(group, now)
    const area = fleet.upArea[group] as number
    const scaling = model.scalers.flatMap((scaler, i) => (scaler.group === group ? (scalers.history[i] ?? []) : []))
    return {
      group,
      instancesMean: measured > 0 ? area / measured : fleet.upCount(group),
      scaling: [...scaling],
      outage: losses.longestOutage(group, fleet, now),
      lostWrites: losses.writes[group] as number,
      lostAge: losses.age[group] as number,
    }
  })
}

/** Of several consumers of a topic the slowest one's lag; what was consumed, parked and dropped by all of them. */
export function logStatistics(kernel: Kernel, measured: number): readonly LogStatistics[] {
  const { logs, now } = kernel
  return logs.resources.flatMap((log, index) => {
    if (!log) return []
    const own = logs.subscriptionsOf[index] ?? []
    for (const subscription of own) touchBacklog(subscription, now)
    const most = (of: (subscription: (typeof own)[number]) => number): number => Math.max(0, ...own.map(of))
    const sum = (of: (subscription: (typeof own)[number]) => number): number =>
      own.reduce((total, subscription) => total + of(subscription), 0)
    return [
      {
        log: index,
        published: logs.published[index] as number,
        consumed: sum(({ consumed }) => consumed),
        parked: sum(({ parked }) => parked),
        dropped: sum(({ dropped }) => dropped),
        lagMean: measured > 0 ? most(({ area }) => area) / measured : 0,
        lagMax: most(({ backlogMax }) => backlogMax),
        lagAtEnd: most(({ backlog }) => backlog),
      },
    ]
  })
}
