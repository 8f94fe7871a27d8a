import type { Ratio, Seconds } from '../base/units.ts'
import type { Failure } from '../model/error.ts'
import type { Model, Objective } from '../model/model.ts'
import type { Resource, ResourceIndex } from '../model/resource.ts'
import { fullSince, perRun, shardUtilizations, utilizationOf } from './components.ts'
import { sum } from './estimate.ts'
import { breakdown, flowRuns } from './flows.ts'
import { recoveries } from './objectives.ts'
import type { Outcome } from './outcome.ts'
import { amplification } from './recovery.ts'
import type { Breakdown } from './result.ts'
import { type Hopeless, hopelessCalls } from './reach.ts'
import { type Timeline, writtenAt } from './timeline.ts'
import { resourcesOfFlow, waitsFor } from './waits-for.ts'

/** How busy one resource was, over all replications. */
export interface Load {
  readonly index: ResourceIndex
  readonly resource: Resource
  readonly component: string
  /** Of the busiest copy that stands out, else of all copies together. */
  readonly utilization: Ratio
  readonly copies: readonly Ratio[]
  readonly queueMean: number
  readonly waitMean: Seconds
  readonly rejected: number
  readonly since: Seconds | null
}

/**
 * The kinds of evidence for a cause, side by side: where the slow requests' time went, who is busy and who only
 * waits, since when, how many attempts.
 */
export interface Evidence {
  readonly model: Model
  readonly flows: readonly number[]
  /** Where slow requests spent their time; largest share first. */
  readonly tail: readonly (Breakdown & { readonly category: string; readonly resource: ResourceIndex | null })[]
  readonly loads: ReadonlyMap<ResourceIndex, Load>
  /** Resources that requests of the flows in question come by. */
  readonly onPath: ReadonlySet<ResourceIndex>
  readonly waitsFor: ReadonlyMap<ResourceIndex, ReadonlySet<ResourceIndex>>
  readonly failures: readonly { readonly failure: Failure; readonly share: Ratio }[]
  /** Attempts per offered request, and the same after the last fault. */
  readonly attempts: number
  readonly attemptsAfter: number
  /** Share of replications that did not recover after the last fault. */
  readonly lost: Ratio
  readonly hasScaled: ReadonlySet<number>
  /**
   * Calls whose timeout is shorter than the mean round trip from a place that their caller stands in; the worst first.
   */
  readonly hopeless: readonly Hopeless[]
  /** From played to written time. */
  readonly written: (t: Seconds) => Seconds
}

export function gather(
  model: Model,
  outcomes: readonly Outcome[],
  subject: Objective['subject'],
  timeline: Timeline | null = null,
): Evidence {
  const flows = flowsOf(model, subject)
  const steps = flows.flatMap((flow) => model.flows[flow]?.steps ?? [])
  const rec = model.faults.length > 0 ? recoveries(model, outcomes, subject) : []
  const lastEnd = Math.max(0, ...model.faults.map((fault) => (Number.isFinite(fault.end) ? fault.end : fault.start)))
  const runs = outcomes.map((outcome) => outcome.statistics)
  return {
    model,
    flows,
    tail: tailOf(model, outcomes, flows),
    loads: loadsOf(model, outcomes),
    onPath: resourcesOfFlow(steps),
    waitsFor: waitsFor(model),
    failures: failuresOf(outcomes, flows),
    attempts: amplification(
      outcomes.flatMap((outcome) => outcome.series),
      flows,
    ),
    attemptsAfter: amplification(
      outcomes.flatMap((outcome) => outcome.series.filter((slice) => slice.start >= lastEnd)),
      flows,
    ),
    lost: rec.length === 0 ? 0 : rec.filter((recovery) => recovery.after === null).length / rec.length,
    hopeless: hopelessCalls(model, steps),
    hasScaled: new Set(runs.flatMap((run) => run.groups.filter((g) => g.scaling.length > 0).map((g) => g.group))),
    written: (t) => (timeline === null ? t : writtenAt(timeline, t)),
  }
}

function flowsOf(model: Model, { kind, id }: Objective['subject']): readonly number[] {
  const all = model.flows.map((_, index) => index)
  if (kind === 'flow') return all.filter((index) => model.flows[index]?.id === id)
  return all.filter((index) => !model.flows[index]?.isConsumer)
}

function tailOf(model: Model, outcomes: readonly Outcome[], flows: readonly number[]): Evidence['tail'] {
  const runs = outcomes.map((outcome) => outcome.statistics)
  const lines = flows.flatMap((flow) => breakdown(model, flowRuns(runs, flow)).map((part) => ({ flow, part })))
  return lines
    .map(({ flow, part }) => {
      const id = model.flows[flow]?.id
      const point = model.points.find((p) => p.flow === id && p.name === part.step && p.component === part.component)
      return { ...part, category: point?.category ?? 'service', resource: point?.resource ?? null }
    })
    .sort((a, b) => b.share_of_p99 - a.share_of_p99)
}

function loadsOf(model: Model, outcomes: readonly Outcome[]): ReadonlyMap<ResourceIndex, Load> {
  const runs = outcomes.map((outcome) => outcome.statistics)
  const seconds = sum(runs.map((run) => run.measured))
  return new Map(
    model.resources.map((resource, index) => {
      const copies = perRun(runs, index)
      const flat = copies.flat()
      const shares = shardUtilizations(copies).map((x) => (Number.isFinite(x) ? x : 0))
      const served = sum(flat.map((copy) => copy.served))
      const whole = utilizationOf(flat)
      return [
        index,
        {
          index,
          resource,
          component: model.groups[resource.group]?.component ?? '',
          utilization: Number.isFinite(whole) ? whole : 0,
          copies: shares,
          queueMean: seconds > 0 ? sum(flat.map((copy) => copy.queueArea)) / seconds : 0,
          waitMean: served > 0 ? sum(flat.map((copy) => copy.waitTotal)) / served : 0,
          rejected: sum(flat.map((copy) => copy.rejected)),
          since: fullSince(flat),
        },
      ]
    }),
  )
}

function failuresOf(outcomes: readonly Outcome[], flows: readonly number[]): Evidence['failures'] {
  const counts = new Map<Failure, number>()
  for (const { statistics } of outcomes) {
    for (const flow of statistics.flows.filter((candidate) => flows.includes(candidate.flow))) {
      for (const [failure, count] of entries(flow.failed)) counts.set(failure, (counts.get(failure) ?? 0) + count)
    }
  }
  const all = sum([...counts.values()])
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([failure, count]) => ({ failure, share: count / all }))
    .sort((a, b) => b.share - a.share)
}

// Object.entries forgets the key's type.
const entries = (failed: Readonly<Partial<Record<Failure, number>>>): readonly [Failure, number][] =>
  Object.entries(failed) as [Failure, number][]
