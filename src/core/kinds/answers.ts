import type { Ratio, Seconds } from '../base/units.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import type { Workbench, Writer } from './define.ts'

interface Answers {
  readonly name: string
  /** Different questions, all asked as often. */
  readonly keys: number
  readonly timeToLive: Seconds
  /** null = the hit ratio follows from load and time to live. */
  readonly forced: Ratio | null
}

/** Answers that each instance keeps for a while: there is room for all of them. */
export const addAnswerCache = (
  bench: Workbench,
  group: GroupIndex,
  { name, keys, timeToLive, forced }: Answers,
): ResourceIndex =>
  bench.addResource({
    kind: 'cache',
    id: `${bench.component} ${name}`,
    group,
    keyDomain: bench.keyDomain(keys, 0),
    entries: Infinity,
    timeToLive,
    evict: 'lru',
    isWarm: true,
    forcedHitRatio: forced,
    onMiss: 'herd',
  })

/** Looks whether the answer is kept; if not, asks and keeps it. */
export const keptAnswer = (
  write: Writer,
  cache: ResourceIndex,
  asking: readonly Step[],
  found: readonly Step[] = [],
): Step => ({
  kind: 'lookup',
  cache,
  access: [{ kind: 'probe', cache, keys: 1, times: null }],
  hit: found,
  miss: [...asking, { kind: 'insert', cache, keys: 1, times: null, mode: 'fill' }],
  waitPoint: write.point('answers in flight', 'coalesce', null),
})
