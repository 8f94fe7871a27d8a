import type { Charge, Component, Model } from '../model/model.ts'
import type { Resource } from '../model/resource.ts'
import { estimateOf, nothing, ratio, shareEstimate, sum } from './estimate.ts'
import { longest } from './merge.ts'
import type { ComponentResult, CostResult, Estimate, ResourceResult } from './result.ts'
import type { ResourceStatistics, RunStatistics } from './statistics.ts'

type Copy = ResourceStatistics['instances'][number]

/** Figures of every component that has running copies, keyed by component. */
export function componentResults(
  model: Model,
  runs: readonly RunStatistics[],
): Readonly<Record<string, ComponentResult>> {
  return Object.fromEntries(
    model.components.map((component) => [component.id, componentResult(model, component, runs)]),
  )
}

function componentResult(model: Model, component: Component, runs: readonly RunStatistics[]): ComponentResult {
  const own = resourcesOf(model, component)
  const primary = perRun(runs, component.primary)
  const shown = own.filter(({ resource }) => resource.kind === 'station' || resource.kind === 'pool')
  return {
    kind: component.kind,
    ...primaryFigures(runs, primary),
    ...optionalFigures(runs, own, component),
    full_since_s: fullSince(primary.flat()),
    ...recovery(model, component, runs),
    ...shards(primary),
    resources: Object.fromEntries(
      shown.map(({ resource, index }) => [shortName(resource, component), resourceResult(resource, runs, index)]),
    ),
  }
}

export interface Indexed {
  readonly resource: Resource
  readonly index: number
}

export const resourcesOf = (model: Model, component: Component): readonly Indexed[] =>
  model.resources
    .map((resource, index) => ({ resource, index }))
    .filter(({ resource }) => component.groups.includes(resource.group))

/** `cpu` for `api cpu` or `api.cpu`, when the component is `api`. */
export function shortName(resource: Resource, component: { readonly id: string }): string {
  const { id } = resource
  const rest = id.startsWith(component.id) ? id.slice(component.id.length).replace(/^[\s.:/]+/, '') : id
  if (rest !== '') return rest
  return resource.kind === 'station' || resource.kind === 'pool' ? resource.label : resource.kind
}

/** The copies of one resource, in every replication. */
export const perRun = (runs: readonly RunStatistics[], index: number | null): readonly (readonly Copy[])[] =>
  runs.map((run) => run.resources.find((candidate) => candidate.resource === index)?.instances ?? [])

const total = (copies: readonly Copy[], of: (copy: Copy) => number): number => sum(copies.map(of))

export const utilizationOf = (copies: readonly Copy[]): number =>
  ratio(
    total(copies, (copy) => copy.busyArea),
    total(copies, (copy) => copy.capacityArea),
  )

export const utilizationEstimate = (copies: readonly (readonly Copy[])[]): Estimate =>
  copies.some((some) => some.some((copy) => !Number.isFinite(copy.capacityArea)))
    ? nothing
    : estimateOf(copies.map(utilizationOf), { min: 0, max: 1 })

function primaryFigures(runs: readonly RunStatistics[], primary: readonly (readonly Copy[])[]) {
  const overTime = (of: (copy: Copy) => number): Estimate =>
    estimateOf(
      primary.map((copies, i) => (copies.length === 0 ? Number.NaN : ratio(total(copies, of), runs[i]?.measured ?? 0))),
      { min: 0 },
    )
  const copies = primary.flat()
  const arrivals = total(copies, (copy) => copy.arrivals)
  return {
    utilization: utilizationEstimate(primary),
    queue_length_mean: overTime((copy) => copy.queueArea),
    queue_length_max: Math.max(0, ...copies.map((copy) => copy.queueMax)),
    in_system_mean: overTime((copy) => copy.queueArea + copy.busyArea),
    throughput_per_s: overTime((copy) => copy.served),
    wait_time_s: { mean: waitMean(primary) },
    rejected_ratio: arrivals > 0 ? total(copies, (copy) => copy.rejected) / arrivals : 0,
  }
}

const waitMean = (copies: readonly (readonly Copy[])[]): Estimate =>
  estimateOf(
    copies.map((some) =>
      ratio(
        total(some, (copy) => copy.waitTotal),
        total(some, (copy) => copy.served),
      ),
    ),
    { min: 0 },
  )

/** Hit ratio of its caches, lag of its logs, instances where a scaler moves them. */
function optionalFigures(runs: readonly RunStatistics[], own: readonly Indexed[], component: Component) {
  const caches = own.filter(({ resource }) => resource.kind === 'cache').map(({ index }) => index)
  const started = own.filter(({ resource }) => resource.kind === 'pool' && resource.starting)
  const found = (resources: readonly number[]) =>
    runs.map((run) => {
      const copies = run.resources.filter(({ resource }) => resources.includes(resource)).flatMap((r) => r.instances)
      return { hits: total(copies, (copy) => copy.hits), count: total(copies, (copy) => copy.lookups) }
    })
  const logs = own.filter(({ resource }) => resource.kind === 'log').map(({ index }) => index)
  const lag = estimateOf(
    runs.map((run) => sum(run.logs.filter(({ log }) => logs.includes(log)).map((log) => log.lagMean))),
    { min: 0 },
  )
  const groups = component.groups.length > 0
  return {
    ...(caches.length > 0 ? { hit_ratio: shareEstimate(found(caches)) } : {}),
    ...(started.length > 0
      ? { cold_start_ratio: shareEstimate(missed(found(started.map(({ index }) => index)))) }
      : {}),
    ...(logs.length > 0 ? { lag_messages: lag, lag_s: lagTime(runs, logs) } : {}),
    ...(groups ? { instances_mean: instancesMean(component, runs) } : {}),
  }
}

const missed = (looked: readonly { readonly hits: number; readonly count: number }[]) =>
  looked.map(({ hits, count }) => ({ hits: count - hits, count }))

/** How far the consumers are behind, by Little's law: messages that wait over messages worked off a second. */
const lagTime = (runs: readonly RunStatistics[], logs: readonly number[]): Estimate =>
  estimateOf(
    runs.map((run) => {
      const own = run.logs.filter(({ log }) => logs.includes(log))
      return ratio(sum(own.map((log) => log.lagMean)) * run.measured, sum(own.map((log) => log.consumed)))
    }),
    { min: 0 },
  )

const instancesMean = (component: Component, runs: readonly RunStatistics[]): Estimate =>
  estimateOf(
    runs.map((run) =>
      sum(run.groups.filter(({ group }) => component.groups.includes(group)).map((group) => group.instancesMean)),
    ),
    { min: 0 },
  )

export function fullSince(copies: readonly Copy[]): number | null {
  const times = copies.flatMap((copy) => (copy.fullSince === null ? [] : [copy.fullSince]))
  return times.length === 0 ? null : Math.min(...times)
}

/** Busy share of each copy over all replications. */
export function shardUtilizations(primary: readonly (readonly Copy[])[]): readonly number[] {
  const copies = Math.max(0, ...primary.map((some) => some.length))
  return Array.from({ length: copies }, (_, i) => utilizationOf(primary.flatMap((some) => some.slice(i, i + 1))))
}

/** Of groups that keep something: who keeps nothing has nothing to recover. */
function recovery(
  model: Model,
  component: Component,
  runs: readonly RunStatistics[],
): Pick<ComponentResult, 'recovery'> {
  const keepers = component.groups.filter((group) => model.groups[group]?.keeps !== undefined)
  const own = runs.flatMap((run) => run.groups.filter(({ group }) => keepers.includes(group)))
  const outage = longest(own)
  const lost = sum(own.map((group) => group.lostWrites))
  const age = Math.max(0, ...own.map((group) => group.lostAge))
  if (outage === null && lost === 0 && age === 0) return {}
  const { since, time, isOver } = outage ?? { since: null, time: 0, isOver: true }
  const losses = { lost_writes: lost / runs.length, lost_age_s: age }
  return { recovery: { since_s: since, outage_s: time, is_over: isOver, ...losses } }
}

function shards(primary: readonly (readonly Copy[])[]): Pick<ComponentResult, 'shards'> {
  const shares = shardUtilizations(primary)
  if (shares.length < 2) return {}
  return { shards: shares.map((x, instance) => ({ instance, utilization: Number.isFinite(x) ? x : null })) }
}

function resourceResult(resource: Resource, runs: readonly RunStatistics[], index: number): ResourceResult {
  const copies = perRun(runs, index)
  return {
    kind: resource.kind === 'pool' ? 'pool' : 'station',
    utilization: utilizationEstimate(copies),
    queue_length_mean: estimateOf(
      copies.map((some, i) =>
        ratio(
          total(some, (copy) => copy.queueArea),
          runs[i]?.measured ?? 0,
        ),
      ),
      { min: 0 },
    ),
    wait_time_mean_s: waitMean(copies),
    full_since_s: fullSince(copies.flat()),
  }
}

/**
 * Monthly cost: fixed items once, items per instance by how many there are: the mean number where an autoscaler
 * decides, else what the design says. An instance that a fault took down is paid for all the same.
 */
export function costResult(model: Model, runs: readonly RunStatistics[]): CostResult {
  const items = model.components.flatMap((component) => {
    const isScaled = model.scalers.some(({ group }) => component.groups.includes(group))
    const written = sum(component.groups.map((group) => instancesOf(model, group)))
    const instances = isScaled ? (instancesMean(component, runs).value ?? written) : written
    return component.cost.map(({ label, perInstance, dollarsPerMonth }) => ({
      component: component.id,
      label,
      usd_per_month: perInstance ? dollarsPerMonth * instances : dollarsPerMonth,
    }))
  })
  const all = [...items, ...usageCost(model, runs), ...trafficCost(model, runs)]
  return { total: sum(all.map((item) => item.usd_per_month)), items: all }
}

/** A month as clouds bill it. */
const SECONDS_PER_MONTH = 730 * 3600

/** What was used in the runs, as if it went on so for a month. */
function usageCost(model: Model, runs: readonly RunStatistics[]): CostResult['items'] {
  const seconds = sum(runs.map((run) => run.measured))
  return model.components.flatMap(({ id, charges = [] }) =>
    charges.map(({ label, resource, by, dollars }) => {
      const used = sum(runs.map((run) => usedIn(run, resource, by)))
      const monthly = seconds > 0 ? ((used * dollars) / seconds) * SECONDS_PER_MONTH : 0
      return { component: id, label, usd_per_month: monthly }
    }),
  )
}

function usedIn({ logs, resources }: RunStatistics, resource: number, by: Charge['by']): number {
  if (by === 'messages') return sum(logs.filter(({ log }) => log === resource).map(({ published }) => published))
  const copies = resources.filter((one) => one.resource === resource).flatMap(({ instances }) => instances)
  return total(copies, (copy) => (by === 'uses' ? copy.served : copy.busyArea))
}

/** What crosses a link with a price, one item for each rule. Of a scenario: as if it lasted for the whole month. */
function trafficCost(model: Model, runs: readonly RunStatistics[]): CostResult['items'] {
  const rules = [...new Set(model.links.flatMap(({ price }) => price?.rule ?? []))]
  const seconds = sum(runs.map((run) => run.measured))
  return rules.map((rule) => {
    const dollars = sum(
      model.links.map(({ price }, link) =>
        price?.rule === rule ? price.dollarsPerByte * sum(runs.map((run) => run.traffic[link] ?? 0)) : 0,
      ),
    )
    const monthly = seconds > 0 ? (dollars / seconds) * SECONDS_PER_MONTH : 0
    return { component: rule, label: 'traffic', usd_per_month: monthly }
  })
}

function instancesOf({ groups }: Model, index: number): number {
  const group = groups[index]
  return group === undefined ? 0 : group.shards * group.perShard
}
