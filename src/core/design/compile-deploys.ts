import type { Seconds } from '../base/units.ts'
import type { Upkeep } from '../kinds/define.ts'
import type { FaultAction } from '../model/model.ts'
import type { GroupIndex } from '../model/resource.ts'
import type { Assembly } from './compile-bench.ts'
import type { Fault } from './design.ts'

/** Instances that a deployment replaces together. */
interface Replaced {
  readonly action: FaultAction
  readonly start: Seconds
  readonly end: Seconds
}

interface Deployed {
  readonly group: GroupIndex
  readonly instances: readonly number[]
}

type DeploySettings = NonNullable<Upkeep['deploy']>

/** What a component does that does not say how it is deployed. */
const usual: DeploySettings = { strategy: 'rolling', every: null, takes: 30, watch: 300 }

/** Of the instances: those that are replaced together. Source: Kubernetes, maxUnavailable of a rolling update, 25 %. */
const TOGETHER = 0.25
/** Of the instances: those that try the new version first (assumption). */
const CANARY = 0.1
/**
 * A new version of a component: each instance gets nothing new for as long as its successor takes to start, then the
 * successor, whose caches are cold, takes its place. Again each `every`, until the fault ends.
 */
export function deploysOf(
  { built, groups }: Assembly,
  fault: Fault,
  { group, instances }: Deployed,
): readonly Replaced[] {
  const found = groups[group]
  const settings = built.get(found?.component ?? '')?.upkeep.deploy ?? usual
  // Room for more instances is not filled yet.
  const running = instances.filter((i) => found === undefined || i % found.perShardMax < found.perShard)
  const once = (start: Seconds): readonly Replaced[] =>
    batchesOf(settings, running).map(({ instances: batch, at, takes }) => ({
      // All are stopped before any new one starts.
      action: { kind: settings.strategy === 'recreate' ? 'kill' : 'replace', group, instances: batch },
      start: start + at,
      end: start + at + takes,
    }))
  const { every } = settings
  const last = every === null || fault.end === Infinity ? fault.start : fault.end
  const times = every === null ? 1 : Math.max(1, Math.ceil((last - fault.start) / every))
  return Array.from({ length: times }, (_, i) => once(fault.start + i * (every ?? 0))).flat()
}

interface Batch {
  readonly instances: readonly number[]
  readonly at: Seconds
  readonly takes: Seconds
}

function batchesOf({ strategy, takes, watch }: DeploySettings, all: readonly number[]): readonly Batch[] {
  switch (strategy) {
    case 'recreate':
      return [{ instances: all, at: 0, takes }]
    case 'blue-green':
      // A new set stands ready beside the old one when it is switched to.
      return [{ instances: all, at: takes, takes: 0 }]
    case 'rolling':
      return rolling(all, 0, takes)
    case 'canary': {
      const first = Math.max(1, Math.ceil(all.length * CANARY))
      return [{ instances: all.slice(0, first), at: 0, takes }, ...rolling(all.slice(first), takes + watch, takes)]
    }
  }
}

function rolling(all: readonly number[], from: Seconds, takes: Seconds): readonly Batch[] {
  const size = Math.max(1, Math.floor(all.length * TOGETHER))
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => ({
    instances: all.slice(i * size, (i + 1) * size),
    at: from + i * takes,
    takes,
  }))
}
