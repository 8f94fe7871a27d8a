import { unreachable } from '../base/assert.ts'
import type { Seconds } from '../base/units.ts'
import type { Fault as ModelFault, FaultAction, Side, Source } from '../model/model.ts'
import type { Group, GroupIndex, PlaceIndex } from '../model/resource.ts'
import { type Assembly, placeOf } from './compile-bench.ts'
import { flowIndex } from './compile-load.ts'
import { deploysOf } from './compile-deploys.ts'
import { target } from './compile-here.ts'
import type { Fault, Flow, Scenario, Step } from './design.ts'

export interface Happenings {
  readonly faults: readonly ModelFault[]
  /** Load that a fault brings: clients that come back. */
  readonly sources: readonly Source[]
}

/** What goes wrong in a scenario, on which instances. */
export function compileFaults(assembly: Assembly, scenario: Scenario | null, sources: readonly Source[]): Happenings {
  const faults = scenario?.faults ?? []
  return {
    faults: faults.flatMap((fault) =>
      happeningsOf(assembly, fault, sources).map((happening) => ({
        start: fault.start,
        end: fault.end,
        ...happening,
        text: fault.text,
        span: fault.span,
      })),
    ),
    sources: faults.flatMap((fault) => reconnecting(assembly, fault, sources)),
  }
}

/** One part of a fault; when it is not said otherwise, from the start to the end of the whole. */
interface Happening {
  readonly action: FaultAction
  readonly start?: Seconds
  readonly end?: Seconds
}

function happeningsOf(assembly: Assembly, fault: Fault, sources: readonly Source[]): readonly Happening[] {
  const hit = victims(assembly, fault)
  switch (fault.kind) {
    case 'kill':
      return hit.flatMap((v) => killsOf(assembly, fault, v))
    case 'slow':
      return hit.map((v) => ({ action: { kind: 'slow', ...v, times: fault.times, by: fault.by } }))
    case 'errors':
      return hit.map((v) => ({ action: { kind: 'errors', ...v, share: fault.share } }))
    case 'deny':
      return hit.map((v) => ({ action: { kind: 'deny', ...v, share: fault.share } }))
    case 'fill':
      return hit.map((v) => ({ action: { kind: 'fill', ...v } }))
    case 'disconnect':
      return hit.map((v) => ({ action: { kind: 'disconnect', ...v, share: fault.share } }))
    case 'flush':
      return [{ action: { kind: 'flush', caches: cachesOf(assembly, fault) } }]
    case 'burst':
      return burstsOf(assembly, fault, sources).map((action) => ({ action }))
    case 'throttle':
      return hit.map((v) => ({ action: throttleOf(assembly, fault, v) }))
    case 'failover':
      return hit.flatMap((v) => failoverOf(assembly, fault, v))
    case 'partition':
      return [
        {
          action: {
            kind: 'partition',
            sides: [sideOf(assembly, fault.target), fault.other && sideOf(assembly, fault.other)],
          },
        },
      ]
    case 'deploy':
      return hit.flatMap((v) => deploysOf(assembly, fault, v))
    default:
      return unreachable(fault.kind)
  }
}

/** One without an end lasts until whoever looks after the component has it running again; without anybody, for good. */
function killsOf(assembly: Assembly, fault: Fault, { group, instances }: Victims): readonly Happening[] {
  const found = assembly.groups[group]
  const end = backAt(assembly, fault, found)
  if (!fault.isDiskLost) return [{ action: { kind: 'kill', group, instances }, end }]
  const backup = found?.keeps?.backup ?? null
  const isGone = (i: number): boolean => backup !== null && found !== undefined && isWhole(found, i, instances)
  const [gone, left] = [instances.filter(isGone), instances.filter((i) => !isGone(i))]
  // A backup is brought in once there is a machine for it: without anybody else as soon as the loss is noticed.
  const from = end < Infinity ? end : fault.start + (found?.detect ?? 0)
  const kills: readonly Happening[] = [
    { action: { kind: 'kill', group, instances: left, disks: 'lost' }, end },
    { action: { kind: 'kill', group, instances: gone, disks: 'restored' }, end: from + (backup?.restore ?? 0) },
  ]
  return kills.filter(({ action }) => action.kind === 'kill' && action.instances.length > 0)
}

/** No copy of its shard is left. */
function isWhole({ perShard, perShardMax }: Group, instance: number, killed: readonly number[]): boolean {
  const first = instance - (instance % perShardMax)
  return Array.from({ length: perShard }, (_, i) => first + i).every((copy) => killed.includes(copy))
}

function backAt({ built }: Assembly, fault: Fault, group: Group | undefined): Seconds {
  const recover = built.get(group?.component ?? '')?.upkeep.recover ?? null
  if (fault.end < Infinity || recover === null) return fault.end
  const { restart, reschedule, replace } = recover
  // A program is started again where it ran; what was lost with its machine or zone has to run elsewhere.
  const time = fault.target.kind === 'place' ? (reschedule ?? replace) : (restart ?? reschedule ?? replace)
  return fault.start + (time ?? Infinity)
}

/** Its rate limits; where it has none, the units that its throughput is made of. */
function throttleOf(
  assembly: Assembly,
  { times, target: hit, span }: Fault,
  { group, instances }: Victims,
): FaultAction {
  const { resources, out } = assembly
  const limiters = resources.flatMap((one, i) => (one.group === group && one.kind === 'limiter' ? [i] : []))
  if (limiters.length > 0) return { kind: 'throttle', group, limiters, times }
  const stations = resources.filter((one) => one.group === group && one.kind === 'station')
  if (stations.length === 0) {
    const message = `\`throttle\` has nothing to hold on to: \`${hit.id}\` has no rate limit and no throughput`
    out.error('fault-target', span, message, 'give it a rate limit (`limits: { rate: 100/s }`, `rate: 100/s`)')
  }
  return { kind: 'slow', group, instances, times, by: 0 }
}

/** For the time of a promotion nobody leads. */
function failoverOf(
  { groups, out }: Assembly,
  { start, target: hit, span }: Fault,
  { group }: Victims,
): readonly Happening[] {
  const { detect = 0, promote = Infinity } = groups[group] ?? {}
  if (promote < Infinity)
    return [{ action: { kind: 'failover', group }, end: start + Math.max(1e-3, promote - detect) }]
  out.error('fault-target', span, `\`${hit.id}\` has no copy that could lead in its place`, 'give it a replica')
  return []
}

const sideOf = ({ atlas, groups }: Assembly, { kind, id }: Fault['target']): Side =>
  kind === 'place'
    ? { places: atlas.find(id), groups: [] }
    : { places: [], groups: groups.flatMap(({ component }, index) => (component === id ? [index] : [])) }

interface Victims {
  readonly group: GroupIndex
  readonly instances: readonly number[]
}

/** The instances that a fault hits, group by group. */
function victims(assembly: Assembly, { target: hit }: Fault): readonly Victims[] {
  const { groups, design } = assembly
  const isHit = (component: string, instance: number, place: PlaceIndex | null): boolean => {
    if (hit.kind === 'place') return place !== null && assembly.atlas.find(hit.id).includes(place)
    return component === hit.id && (hit.instance === null || hit.instance === instance)
  }
  return groups.flatMap((group, index) => {
    if (!design.components.has(group.component)) return []
    const count = group.shards * group.perShardMax
    const instances = Array.from({ length: count }, (_, i) => i).filter((i) =>
      isHit(group.component, i, placeOf(group, i)),
    )
    return instances.length > 0 ? [{ group: index, instances }] : []
  })
}

function cachesOf({ resources, groups }: Assembly, { target: hit }: Fault): readonly number[] {
  return resources.flatMap((resource, index) =>
    resource.kind === 'cache' && groups[resource.group]?.component === hit.id ? [index] : [],
  )
}

function burstsOf(
  assembly: Assembly,
  { target: hit, times }: Fault,
  sources: readonly Source[],
): readonly FaultAction[] {
  if (hit.kind === 'actor') {
    return sources.flatMap((source, index) =>
      source.id === hit.id ? [{ kind: 'burst' as const, source: index, flow: null, times }] : [],
    )
  }
  const flow = flowIndex(assembly, hit.id)
  return sources.flatMap((source, index) =>
    source.mix.some((part) => part.flow === flow) ? [{ kind: 'burst' as const, source: index, flow, times }] : [],
  )
}

/** Those who were cut off come back, by the flow in which an open actor connects. */
function reconnecting(assembly: Assembly, fault: Fault, sources: readonly Source[]): readonly Source[] {
  if (fault.kind !== 'disconnect' || fault.target.kind !== 'component') return []
  const { id } = fault.target
  const { reconnects } = target(assembly, id).behaviour
  if (reconnects === undefined) return []
  const calling = [...assembly.design.flows.values()].filter((flow) => callsDirectly(flow, id))
  const indexes = calling.map((flow) => flowIndex(assembly, flow.id))
  const isCalling = (source: Source): boolean => source.mix.some(({ flow }) => indexes.includes(flow))
  const connected = sources.reduce(
    (sum, source) => sum + (source.arrivals.kind === 'closed' && isCalling(source) ? source.arrivals.population : 0),
    0,
  )
  const opener = sources.find((source) => source.arrivals.kind !== 'closed' && isCalling(source))
  const flow = opener?.mix.find((part) => indexes.includes(part.flow))?.flow
  const rate = (connected * fault.share) / reconnects.over
  if (opener === undefined || flow === undefined || rate === 0) return []
  return [
    {
      ...opener,
      id: `reconnect ${id}`,
      mix: [{ flow, share: 1 }],
      arrivals: { kind: 'poisson', rate },
      shape: [],
      start: fault.start,
      end: fault.start + reconnects.over,
    },
  ]
}

const callsDirectly = ({ steps }: Flow, component: string): boolean =>
  steps.some((step: Step) => step.verb === 'call' && step.target.component === component)
