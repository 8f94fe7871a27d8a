import type { Ratio, Seconds } from '../base/units.ts'
import type { Model, Point } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import { sum } from './estimate.ts'
import type { FlowStatistics, RunStatistics } from './statistics.ts'

/** Time of good requests at one resource, on one network way, or in one delay. */
export interface Part {
  readonly step: string
  readonly component: string
  readonly category: Point['category']
  readonly resource: ResourceIndex | null
  /** Of the slow requests' whole time. */
  readonly share: Ratio
  /** Waiting and the rest, for a good request on average. */
  readonly wait: Seconds
  readonly serve: Seconds
  /** The same for one of the slow requests. */
  readonly slowWait: Seconds
  readonly slowServe: Seconds
}

/** Where the time of these flows' good requests went; what the slow ones spent most on comes first. */
export function attributionOf(model: Model, runs: readonly RunStatistics[], flows: readonly number[]): readonly Part[] {
  const own = runs.flatMap((run) => run.flows.filter(({ flow }) => flows.includes(flow)))
  const slowTotal = sum(own.map((flow) => flow.slowTotal))
  const parts = new Map<string, Part>()
  const per = {
    good: Math.max(1, sum(own.map((flow) => flow.good))),
    slow: Math.max(1, sum(own.map((flow) => flow.slowCount))),
    slowTotal,
  }
  for (const flow of own) {
    for (const booked of flow.points) {
      const point = model.points[booked.point]
      if (!point) continue
      const key = `${point.component} ${point.category} ${point.resource ?? ''}`
      parts.set(key, added(parts.get(key) ?? none(point), booked, per))
    }
  }
  return [...parts.values()].sort((a, b) => b.share - a.share || b.wait + b.serve - a.wait - a.serve)
}

const none = ({ name, component, category, resource }: Point): Part => ({
  step: name,
  component,
  category,
  resource,
  share: 0,
  wait: 0,
  serve: 0,
  slowWait: 0,
  slowServe: 0,
})

function added(
  part: Part,
  booked: FlowStatistics['points'][number],
  { good, slow, slowTotal }: { readonly good: number; readonly slow: number; readonly slowTotal: number },
): Part {
  return {
    ...part,
    share: part.share + (slowTotal > 0 ? (booked.slowWait + booked.slowServe) / slowTotal : 0),
    wait: part.wait + booked.wait / good,
    serve: part.serve + booked.serve / good,
    slowWait: part.slowWait + booked.slowWait / slow,
    slowServe: part.slowServe + booked.slowServe / slow,
  }
}
