import { unreachable } from '../base/assert.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import type { Failure } from '../model/error.ts'
import { meanOf } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import type { GroupIndex, Resource, ResourceIndex } from '../model/resource.ts'
import type { Call, Lookup, PointIndex, Step } from '../model/step.ts'

/** One timed, refusing or failing step of a flow, and what it stands in. */
export interface Visit {
  readonly flow: number
  readonly kind: 'serve' | 'delay' | 'admit' | 'fail' | 'hold'
  readonly resource: ResourceIndex | null
  readonly point: PointIndex | null
  readonly failure: Failure | null
  /** Where the step runs; null = at whoever starts the flow. */
  readonly group: GroupIndex | null
  /** How often a request comes here, on average, when every call is tried once. */
  readonly visits: number
  /** Mean time of all its visits together, without waiting. Of a `fail` step: the share of requests it fails. */
  readonly work: Seconds
  /** Calls around it, the outermost first. */
  readonly calls: readonly Call[]
  /** Pools that are held meanwhile. */
  readonly pools: readonly ResourceIndex[]
  /** Caches in whose miss path it stands. */
  readonly missed: readonly ResourceIndex[]
}

type Frame = Pick<Visit, 'flow' | 'group' | 'visits' | 'calls' | 'pools' | 'missed'>

/**
 * What requests do, by the steps alone: every visit of every flow. Amounts that are known only while a flow runs
 * (messages of a batch, keys found) count as one; hit ratios are given.
 */
export function visitsOf(model: Model, hitRatio: (cache: ResourceIndex) => Ratio): readonly Visit[] {
  return model.flows.flatMap(({ steps }, flow) => {
    const group = model.consumers.find((consumer) => consumer.flow === flow)?.group ?? null
    return walk(steps, { flow, group, visits: 1, calls: [], pools: [], missed: [] }, hitRatio)
  })
}

type HitRatio = (cache: ResourceIndex) => Ratio

const walk = (steps: readonly Step[], frame: Frame, hits: HitRatio): readonly Visit[] =>
  steps.flatMap((step) => visit(step, frame, hits))

function visit(step: Step, frame: Frame, hits: HitRatio): readonly Visit[] {
  const here = { ...frame, resource: null, point: null, failure: null, work: 0 }
  switch (step.kind) {
    case 'serve': {
      const work = frame.visits * (meanOf(step.work) + step.each)
      return [{ ...here, kind: 'serve', resource: step.station, point: step.point, work }]
    }
    case 'delay':
      return [{ ...here, kind: 'delay', point: step.point, work: frame.visits * meanOf(step.time) }]
    case 'admit':
      return [{ ...here, kind: 'admit', resource: step.limiter }]
    case 'fail':
      return [{ ...here, kind: 'fail', failure: step.failure, work: frame.visits * step.probability }]
    case 'hold': {
      const held = { ...frame, pools: [...frame.pools, step.pool] }
      const starting = walk(step.start ?? [], often(held, 0), hits)
      const inside = [...starting, ...walk(step.steps, held, hits)]
      return [{ ...here, kind: 'hold', resource: step.pool, point: step.point }, ...inside]
    }
    case 'call':
      return walk(step.steps, inside(step, frame), hits)
    case 'lookup':
      return lookedUp(step, frame, hits)
    case 'choose':
      return step.branches.flatMap((branch) => walk(branch.steps, often(frame, branch.probability), hits))
    case 'parallel':
      return step.branches.flatMap((branch) => walk(branch.steps, frame, hits))
    case 'repeat':
      return walk(step.steps, often(frame, Math.max(1, meanOf(step.count) / step.groupsOf)), hits)
    case 'attempt':
      return [...walk(step.steps, frame, hits), ...walk(step.otherwise, often(frame, 0), hits)]
    case 'probe':
    case 'insert':
    case 'publish':
    case 'reply':
    case 'new-key':
      return []
    default:
      return unreachable(step)
  }
}

const often = (frame: Frame, times: number): Frame => ({ ...frame, visits: frame.visits * times })

function inside(call: Call, frame: Frame): Frame {
  const { bulkhead, connection } = call.policy
  const pools = [bulkhead, connection].filter((pool) => pool !== null)
  return { ...frame, group: call.to, calls: [...frame.calls, call], pools: [...frame.pools, ...pools] }
}

function lookedUp({ cache, access, hit, miss }: Lookup, frame: Frame, hits: HitRatio): readonly Visit[] {
  const ratio = hits(cache)
  const missing = { ...often(frame, 1 - ratio), missed: [...frame.missed, cache] }
  return [...walk(access, frame, hits), ...walk(hit, often(frame, ratio), hits), ...walk(miss, missing, hits)]
}

/** Time that passes without anything to queue for: a `wait`, or the time of somebody else's service. */
export function isPureDelay(
  { kind, resource }: Pick<Visit, 'kind' | 'resource'>,
  loads: ReadonlyMap<ResourceIndex, { readonly resource: Resource }>,
): boolean {
  const at = loads.get(resource ?? -1)?.resource
  return kind === 'delay' || (at?.kind === 'station' && !Number.isFinite(at.servers))
}
