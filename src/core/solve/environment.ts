import type { Ratio, Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'

/**
 * What holds while one steady state lasts: who is there, who is slow, how much is asked. A design as it stands has the
 * plain one; a fault, a burst or an autoscaler changes it.
 */
export interface Environment {
  /** Of each instance of each group: 1 = works; a dead one fails what arrives. */
  readonly alive: readonly Uint8Array[]
  /** 1 = callers pick it: alive, or dead and nobody has noticed yet. */
  readonly serving: readonly Uint8Array[]
  /** Instances of each shard that are part of a group, dead ones included. */
  readonly members: readonly number[]
  /** Position of the acting leader of each shard. */
  readonly leaders: readonly Uint8Array[]
  /** Times that work takes, and what is added to a call there. */
  readonly slow: readonly Float64Array[]
  readonly delay: readonly (readonly Seconds[])[]
  /** Share of calls to an instance that fail on arrival with `error`, and with `rejected`. */
  readonly errors: readonly Float64Array[]
  readonly denied: readonly Float64Array[]
  /** Disks that are full. */
  readonly full: readonly Uint8Array[]
  /** Times the rate of a limiter. */
  readonly throttled: ReadonlyMap<ResourceIndex, number>
  /** Times the rate of each source, for each flow. */
  readonly load: readonly (readonly number[])[]
  /** Caches that hold nothing yet. */
  readonly cold: ReadonlySet<ResourceIndex>
}

/** Instances that a group has places for. */
export const placesFor = (model: Model, group: GroupIndex): number => {
  const { shards = 1, perShardMax = 1 } = model.groups[group] ?? {}
  return shards * perShardMax
}

/** Everything works, with as many instances as written, `load` times what is written to be asked. */
export function plainEnvironment(model: Model, load: Ratio = 1): Environment {
  const sizes = model.groups.map((_, group) => placesFor(model, group))
  const all = (value: number): Float64Array[] => sizes.map((size) => new Float64Array(size).fill(value))
  const up = (): Uint8Array[] =>
    model.groups.map(({ shards, perShard, perShardMax }) =>
      Uint8Array.from({ length: shards * perShardMax }, (_, i) => (i % perShardMax < perShard ? 1 : 0)),
    )
  return {
    alive: up(),
    serving: up(),
    members: model.groups.map(({ perShard }) => perShard),
    leaders: model.groups.map(({ shards }) => new Uint8Array(shards)),
    slow: all(1),
    delay: sizes.map((size) => Array.from({ length: size }, () => 0)),
    errors: all(0),
    denied: all(0),
    full: sizes.map((size) => new Uint8Array(size)),
    throttled: new Map(),
    load: model.sources.map(() => model.flows.map(() => load)),
    cold: new Set(),
  }
}
