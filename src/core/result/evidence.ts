import type { Ratio, Seconds } from '../base/units.ts'
import { type Failure, failures } from '../model/error.ts'
import type { Fault, Model, Objective } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import { attributionOf, type Part } from './attribution.ts'
import { changes } from './changes.ts'
import { perRun } from './components.ts'
import { sum } from './estimate.ts'
import { type Load, loadsOf } from './loads.ts'
import { recoveries } from './objectives.ts'
import type { Outcome } from './outcome.ts'
import { type Visit, visitsOf } from './profile.ts'
import { type Hopeless, hopelessCalls } from './reach.ts'
import type { LogStatistics, RunStatistics, SeriesSlice } from './statistics.ts'
import { hasCourse, judgedWindow, type Timeline, writtenAt } from './timeline.ts'
import { resourcesOfFlow, waitsFor } from './waits-for.ts'

/**
 * The kinds of evidence for a cause, side by side: where the slow requests' time went, who is busy and who only
 * waits, since when, how many attempts, what failed.
 */
export interface Evidence {
  readonly model: Model
  readonly flows: readonly number[]
  /** Where slow requests spent their time; largest share first. */
  readonly tail: readonly Part[]
  readonly loads: ReadonlyMap<ResourceIndex, Load>
  /** Everything that the flows of the model do, by their steps. */
  readonly visits: readonly Visit[]
  /** Resources that requests of the flows in question come by. */
  readonly onPath: ReadonlySet<ResourceIndex>
  readonly waitsFor: ReadonlyMap<ResourceIndex, ReadonlySet<ResourceIndex>>
  readonly hitRatio: (cache: ResourceIndex) => Ratio
  /** Of the failed requests; `failed` is their share of all that ended. */
  readonly failures: readonly { readonly failure: Failure; readonly share: Ratio }[]
  readonly failed: Ratio
  /** Retries and hedges per offered request. */
  readonly retries: number
  /** Share of replications that did not recover after the last thing that happened. */
  readonly lost: Ratio
  /** Mean busy share after that. */
  readonly busyAfter: (resource: ResourceIndex) => Ratio
  /** Mean busy share before a moment. */
  readonly busyBefore: (resource: ResourceIndex, t: Seconds) => Ratio
  /** Faults with which service got worse. */
  readonly harmful: readonly Fault[]
  readonly scaling: ReadonlyMap<number, readonly { readonly at: Seconds; readonly instances: number }[]>
  /** The stretch that the figures are about; null = a steady state. */
  readonly window: { readonly from: Seconds; readonly to: Seconds } | null
  readonly logs: ReadonlyMap<ResourceIndex, Pick<LogStatistics, 'lagMean' | 'lagAtEnd'>>
  /**
   * Calls whose timeout is shorter than the mean round trip from a place that their caller stands in; the worst first.
   */
  readonly hopeless: readonly Hopeless[]
  /** From played to written time; a delay of those who watch (`haste`) too. */
  readonly written: (t: Seconds) => Seconds
  readonly haste: number
}

export function gather(
  model: Model,
  outcomes: readonly Outcome[],
  subject: Objective['subject'],
  timeline: Timeline | null = null,
): Evidence {
  const runs = outcomes.map((outcome) => outcome.statistics)
  const flows = flowsOf(model, subject)
  const steps = flows.flatMap((flow) => model.flows[flow]?.steps ?? [])
  const hitRatio = hitRatios(model, runs)
  const visits = visitsOf(model, hitRatio)
  return {
    model,
    flows,
    tail: attributionOf(model, runs, flows),
    loads: loadsOf(model, runs, visits),
    visits,
    onPath: resourcesOfFlow(steps),
    waitsFor: waitsFor(model),
    hitRatio,
    ...failuresOf(runs, flows),
    ...aftermath(model, outcomes, subject),
    busyBefore: (resource, t) =>
      busyIn(
        outcomes.flatMap(({ series }) => series.filter((slice) => slice.start + slice.length <= t + 1e-9)),
        resource,
      ),
    harmful: model.faults.filter((fault) => outcomes.some(({ series }) => changes(fault, series, flows))),
    scaling: new Map(runs[0]?.groups.map(({ group, scaling }) => [group, scaling])),
    logs: new Map(runs.flatMap((run) => run.logs.map((log) => [log.log, log]))),
    hopeless: hopelessCalls(model, steps),
    written: (t) => (timeline === null ? t : writtenAt(timeline, t)),
    haste: timeline?.haste ?? 1,
  }
}

/** Of a component: what requests do that come by it; of a log, those who consume it. */
function flowsOf(model: Model, { kind, id }: Objective['subject']): readonly number[] {
  const all = model.flows.map((_, index) => index)
  if (kind === 'flow') return all.filter((index) => model.flows[index]?.id === id)
  const consumers = model.consumers.filter(({ log }) => componentOf(model, log) === id).map(({ flow }) => flow)
  if (kind === 'component' && consumers.length > 0) return consumers
  return all.filter((index) => !model.flows[index]?.isConsumer && !model.flows[index]?.isHostile)
}

const componentOf = (model: Model, resource: ResourceIndex): string | undefined =>
  model.groups[model.resources[resource]?.group ?? -1]?.component

function hitRatios(model: Model, runs: readonly RunStatistics[]): (cache: ResourceIndex) => Ratio {
  return (cache) => {
    const resource = model.resources[cache]
    if (resource?.kind === 'cache' && resource.forcedHitRatio !== null) return resource.forcedHitRatio
    const copies = perRun(runs, cache).flat()
    const lookups = sum(copies.map((copy) => copy.lookups))
    return lookups === 0 ? 0 : sum(copies.map((copy) => copy.hits)) / lookups
  }
}

function failuresOf(runs: readonly RunStatistics[], flows: readonly number[]) {
  const own = runs.flatMap((run) => run.flows.filter(({ flow }) => flows.includes(flow)))
  const counts = new Map<Failure, number>()
  for (const flow of own) {
    for (const failure of failures) counts.set(failure, (counts.get(failure) ?? 0) + (flow.failed[failure] ?? 0))
  }
  const all = sum([...counts.values()])
  const offered = sum(own.map((flow) => flow.offered))
  return {
    failures: [...counts]
      .filter(([, count]) => count > 0)
      .map(([failure, count]) => ({ failure, share: count / all }))
      .sort((a, b) => b.share - a.share),
    failed: all === 0 ? 0 : all / (all + sum(own.map((flow) => flow.good))),
    retries: offered > 0 ? sum(own.map((flow) => flow.retries)) / offered : 0,
  }
}

/** What is left when the last thing that happened is over. */
function aftermath(
  model: Model,
  outcomes: readonly Outcome[],
  subject: Objective['subject'],
): Pick<Evidence, 'lost' | 'busyAfter' | 'window'> {
  if (!hasCourse(model)) return { lost: 0, busyAfter: () => 0, window: null }
  const last = outcomes[0]?.series.at(-1)
  const window = judgedWindow(model, last ? last.start + last.length : 0)
  const all = recoveries(model, outcomes, subject)
  const after = outcomes.flatMap(({ series }) => series.filter((slice) => slice.start >= window.to - 1e-9))
  return {
    lost: all.length === 0 ? 0 : all.filter((recovery) => recovery.after === null).length / all.length,
    busyAfter: (resource) => busyIn(after, resource),
    window,
  }
}

const busyIn = (slices: readonly SeriesSlice[], resource: ResourceIndex): Ratio =>
  slices.length === 0 ? 0 : sum(slices.map((slice) => slice.utilization[resource] ?? 0)) / slices.length
