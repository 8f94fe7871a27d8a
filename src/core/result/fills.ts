import type { Ratio } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import { perRun, shortName } from './components.ts'
import type { Result } from './result.ts'
import type { Solution } from './solution.ts'

/** How full something is that is neither a station nor a pool. */
export interface Fill {
  readonly component: string
  readonly resource: string
  readonly kind: 'limiter' | 'partitions' | 'consumers'
  /** What is asked of it, as a share of what it can do; above 1: more than it can. */
  readonly busy: Ratio
  /** It grows with the load; else it is known at the loads that were looked at alone. */
  readonly isLinear: boolean
  /** What it has so many of. */
  readonly size: string
}

/** A result, and what it does not tell of what fills up. */
export type Solved = Result & {
  readonly fills?: readonly Fill[]
  /**
   * Of a design whose users all wait for their answers: how many times the users as written there are, which is a whole
   * number of them. Left out = some load comes whatever becomes of it.
   */
  readonly users_ratio?: Ratio
}

/** Rate limits, and the consumers of logs or the partitions that hold them back. */
export const fillsOf = (model: Model, solution: Solution): readonly Fill[] => [
  ...limiterFills(model, solution),
  ...consumerFills(model, solution),
]

function limiterFills(model: Model, { statistics }: Solution): readonly Fill[] {
  return model.resources.flatMap((resource, index): readonly Fill[] => {
    const component = model.groups[resource.group]?.component
    if (resource.kind !== 'limiter' || component === undefined) return []
    const asked = perRun([statistics], index)
      .flat()
      .map(({ arrivals }) => arrivals / statistics.measured)
    const { rate, clients = 1 } = resource
    const each = clients > 1 ? ` for each of ${clients} clients` : ''
    const copies = asked.length > 1 ? `, in each of ${asked.length} instances` : ''
    const busy = Math.max(0, ...asked) / (rate * clients)
    const size = `lets ${Number(rate.toPrecision(4))} a second through${each}${copies}`
    return [
      { component, resource: shortName(resource, { id: component }), kind: 'limiter', busy, isLinear: true, size },
    ]
  })
}

function consumerFills(model: Model, { consumed }: Solution): readonly Fill[] {
  return model.consumers.flatMap(({ log, group, atOnce, batchMax, poll, flow }, index): readonly Fill[] => {
    const [source, of] = [model.resources[log], consumed?.[index]]
    const reader = model.groups[group]
    const owner = source === undefined ? undefined : model.groups[source.group]?.component
    if (source?.kind !== 'log' || of === undefined || reader === undefined || owner === undefined) return []
    const could = reader.shards * reader.perShard * atOnce
    const isHeld = !source.isShared && source.partitions < could
    // Batches grow with the load, so that loops are never as full as the load is high.
    const about = {
      busy: of.isOverloaded ? Math.max(1, of.utilization) : of.utilization,
      isLinear: batchMax === 1 && poll === 0,
    }
    const name = model.flows[flow]?.id ?? ''
    if (isHeld) {
      const size = `one at a time from each of ${source.partitions}, of ${could} that ${reader.component} could work on`
      return [{ component: owner, resource: `partitions for ${name}`, kind: 'partitions', ...about, size }]
    }
    const size = `${of.loops} at work side by side`
    return [
      { component: reader.component, resource: `consumers of ${owner} (${name})`, kind: 'consumers', ...about, size },
    ]
  })
}

/** How many times the users there are, where all load is theirs; null = it is not. */
export function usersRatio(model: Model, load: Ratio): Ratio | null {
  const populations = model.sources.map(({ arrivals }) => (arrivals.kind === 'closed' ? arrivals.population : null))
  const written = populations.reduce<number>((sum, users) => sum + (users ?? 0), 0)
  if (populations.includes(null) || written === 0) return null
  const users = populations.reduce<number>((sum, some) => sum + Math.max(1, Math.round(load * (some ?? 0))), 0)
  return users / written
}
