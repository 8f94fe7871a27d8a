import { unreachable } from '../base/assert.ts'
import type { Span } from '../base/span.ts'
import type { Fault as ModelFault, FaultAction, Source } from '../model/model.ts'
import type { GroupIndex, PlaceIndex } from '../model/resource.ts'
import { type Assembly, placeOf } from './compile-bench.ts'
import { flowIndex } from './compile-load.ts'
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
      actionsOf(assembly, fault, sources).map((action) => ({
        start: fault.start,
        end: fault.end,
        action,
        text: fault.text,
        span: fault.span,
      })),
    ),
    sources: faults.flatMap((fault) => reconnecting(assembly, fault, sources)),
  }
}

function actionsOf(assembly: Assembly, fault: Fault, sources: readonly Source[]): readonly FaultAction[] {
  switch (fault.kind) {
    case 'kill':
      return victims(assembly, fault).map((v) => ({ kind: 'kill', ...v }))
    case 'slow':
      return victims(assembly, fault).map((v) => ({ kind: 'slow', ...v, times: fault.times, by: fault.by }))
    case 'errors':
      return victims(assembly, fault).map((v) => ({ kind: 'errors', ...v, share: fault.share }))
    case 'disconnect':
      return victims(assembly, fault).map((v) => ({ kind: 'disconnect', ...v, share: fault.share }))
    case 'flush':
      return [{ kind: 'flush', caches: cachesOf(assembly, fault) }]
    case 'burst':
      return burstsOf(assembly, fault, sources)
    case 'partition':
    case 'fill':
    case 'throttle':
    case 'deny':
    case 'failover':
    case 'deploy':
      return notSimulated(assembly, fault.kind, fault.span)
    default:
      return unreachable(fault.kind)
  }
}

function notSimulated({ out }: Assembly, kind: string, span: Span): readonly FaultAction[] {
  const hint = 'faults that play: kill, slow, errors, disconnect, flush, burst'
  out.error('not-simulated', span, `the fault \`${kind}\` is not simulated yet`, hint)
  return []
}

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
