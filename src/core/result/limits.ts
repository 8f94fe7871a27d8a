import type { Ratio } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import type { Resource } from '../model/resource.ts'
import { perRun, shardUtilizations, shortName, utilizationEstimate } from './components.ts'
import { sum } from './estimate.ts'
import type { Cause, Limit } from './result.ts'
import type { ResourceStatistics, RunStatistics } from './statistics.ts'

/**
 * The fullest station or pool that no cause in `known` has named, and by the utilization law how many times the load it
 * would take: 1 / utilization. A pool's busy share grows faster than the load when what
 * it waits for fills up, so its factor is an upper bound. Where more is asked for than can be done, it is below 1.
 */
export function nextLimit(model: Model, runs: readonly RunStatistics[], known: readonly Cause[]): Limit | null {
  const limits = model.resources.flatMap((resource, index): readonly Limit[] => {
    if (resource.kind !== 'station' && resource.kind !== 'pool') return []
    const group = model.groups[resource.group]
    const component = model.components.find((candidate) => candidate.id === group?.component)
    const copies = perRun(runs, index)
    const whole = utilizationEstimate(copies).value
    if (!component || whole === null) return []
    // A pool of connections is the business of the store they lead to.
    const owner = model.connections.find(({ pool }) => pool === index)?.to ?? component.id
    if (known.some((cause) => cause.component === owner && isMeant(cause, resource))) return []
    const isSharded = (group?.shards ?? 1) > 1
    const utilization = isSharded ? Math.max(whole, ...shardUtilizations(copies).filter(Number.isFinite)) : whole
    if (utilization <= 0) return []
    const headroom = 1 / (utilization * excessOf(copies.flat(), utilization))
    return [
      { component: component.id, resource: shortName(resource, component), utilization, headroom_ratio: headroom },
    ]
  })
  return [...limits].sort((a, b) => b.utilization - a.utilization)[0] ?? null
}

/** From this busy share on, what is asked for is told by what is not served. */
const FULL = 0.99

/** What is asked of something full as a multiple of what it does; 1 = it keeps up. */
function excessOf(copies: readonly ResourceStatistics['instances'][number][], utilization: Ratio): number {
  const [arrivals, served] = [sum(copies.map((copy) => copy.arrivals)), sum(copies.map((copy) => copy.served))]
  return utilization < FULL || served <= 0 ? 1 : Math.max(1, arrivals / served)
}

const nameOf = ({ component, resource }: Limit): string =>
  resource === component || resource === 'station' ? component : `${component} ${resource}`

/** A cause that is a pool leaves the component's stations to be the next limit, and no other cause does. */
const isMeant = ({ reason }: Cause, { kind }: Resource): boolean =>
  (reason !== 'pool' && reason !== 'lock') || kind === 'pool'

/** What a reader must know before believing the figures. */
export function trustNotes(model: Model, runs: readonly RunStatistics[], hasCourse: boolean): readonly string[] {
  const notes = [...fullnessNotes(model, runs)]
  if (runs.length < 5)
    notes.push(`${runs.length} replication${runs.length === 1 ? '' : 's'}: intervals are wide or missing`)
  if (!hasCourse && !isStationary(runs))
    notes.push('not stationary: response times still grow; they depend on the length of the run')
  if (!hasCourse) notes.push(...rarelyFailing(model, runs))
  const broken = [...new Set(runs.flatMap((run) => run.violations))]
  return [...notes, ...broken.map((violation) => `an invariant did not hold: ${violation}`), ...model.trust]
}

/** That something is so full that nothing is sure. */
export function fullnessNotes(model: Model, runs: readonly RunStatistics[]): readonly string[] {
  const busy = nextLimit(model, runs, [])
  if (busy === null || busy.utilization <= 0.9) return []
  const share = Math.round(100 * busy.utilization)
  return [`${nameOf(busy)} at ${share}%: small changes of load move the figures a lot`]
}

/** Failures by chance so rare that hardly any fell into what was played: figures are those of days without one. */
function rarelyFailing({ breakdowns = [] }: Model, runs: readonly RunStatistics[]): readonly string[] {
  const rate = sum(breakdowns.map(({ up, down }) => 1 / (meanOf(up) + meanOf(down))))
  const expected = rate * sum(runs.map(({ measured }) => measured))
  if (breakdowns.length === 0 || expected >= 10) return []
  const many = expected < 0.01 ? 'hardly any' : `about ${expected.toPrecision(1)}`
  return [`of the failures that places have by chance ${many} fell into what was played: --duration plays longer`]
}

/**
 * False when, in most replications, many more requests are present at the end than at the start, or times
 * doubled from the first half to the second.
 */
export function isStationary(runs: readonly RunStatistics[]): boolean {
  const growing = runs.filter((run) => run.flows.some((flow) => hasGrown(flow, run)))
  return growing.length * 2 <= runs.length
}

function hasGrown(flow: RunStatistics['flows'][number], run: RunStatistics): boolean {
  const piled = flow.presentAtEnd - flow.presentAtStart
  if (flow.offered >= 200 && piled > Math.max(50, 0.02 * flow.offered) && piled > flow.presentAtStart) return true
  const half = Math.floor(run.series.length / 2)
  const mean = (slices: typeof run.series): number => {
    const good = sum(slices.map((slice) => slice.good[flow.flow] ?? 0))
    return good < 500 ? Number.NaN : sum(slices.map((slice) => slice.responseTimeSum[flow.flow] ?? 0)) / good
  }
  return half > 0 && mean(run.series.slice(half)) > 2 * mean(run.series.slice(0, half))
}
