import { Histogram } from '../base/histogram.ts'
import { noSpan } from '../base/span.ts'
import type { Model, Objective } from '../model/model.ts'
import type { Resource } from '../model/resource.ts'
import type { Outcome } from './outcome.ts'
import type { FlowStatistics, ResourceStatistics, RunStatistics, SeriesSlice } from './statistics.ts'

/** A model of one flow `ask` over `web` (pool of threads) and `store` (station), by hand. */
export function handMadeModel(changes: Partial<Model> = {}): Model {
  const place = { id: 'here', region: 'here', kind: 'zone' as const }
  const group = (id: string) => ({
    id,
    component: id,
    shards: 1,
    perShard: 1,
    perShardMax: 1,
    places: [0],
    detect: 0,
    promote: Infinity,
  })
  const threads: Resource = {
    kind: 'pool',
    id: 'web threads',
    group: 0,
    slots: 8,
    waitingRoom: Infinity,
    whenFull: 'reject',
    order: 'fifo',
    patience: Infinity,
    label: 'threads',
  }
  const point = (component: string, name: string, resource: number) => ({
    flow: 'ask',
    name,
    component,
    resource,
    category: 'service' as const,
    span: null,
  })
  const component = (id: string, index: number) => ({
    id,
    kind: 'station',
    groups: [index],
    primary: index,
    connectionsMost: null,
    cost: [],
    span: noSpan,
  })
  return {
    name: 'hand-made',
    scenario: 'baseline',
    variant: null,
    groups: [group('web'), group('store')],
    resources: [threads, station('store', 1)],
    points: [{ ...point('web', 'web threads', 0), category: 'pool' }, point('store', 'store', 1)],
    keyDomains: [],
    places: [place],
    links: [],
    flows: [
      {
        id: 'ask',
        priority: 0,
        isConsumer: false,
        isHostile: false,
        span: noSpan,
        steps: [{ kind: 'hold', pool: 0, point: 0, priority: 0, steps: [serve(1, 1)] }],
      },
    ],
    sources: [
      {
        id: 'users',
        mix: [{ flow: 0, share: 1 }],
        arrivals: { kind: 'poisson', rate: 100 },
        shape: [],
        from: [],
        isHostile: false,
        start: 0,
        end: Infinity,
      },
    ],
    consumers: [],
    scalers: [],
    faults: [],
    components: [component('web', 0), component('store', 1)],
    connections: [],
    objectives: [],
    trust: [],
    ...changes,
  }
}

export const serve = (resource: number, point: number) => ({
  kind: 'serve' as const,
  station: resource,
  work: { law: 'fixed' as const, value: 0.01 },
  each: 0,
  times: 'items' as const,
  point,
  priority: 0,
})

export const station = (id: string, group: number): Resource => ({
  kind: 'station',
  id,
  group,
  servers: 1,
  discipline: 'fifo',
  waitingRoom: Infinity,
  whenFull: 'reject',
  patience: null,
  outages: null,
  label: 'station',
})

export const objective = (
  indicator: Objective['indicator'],
  relation: Objective['relation'],
  target: number,
): Objective => ({
  id: `ask ${indicator}`,
  subject: { kind: 'flow', id: 'ask' },
  indicator,
  share: null,
  relation,
  target,
  text: `${indicator} ${relation} ${target}`,
  span: noSpan,
})

export function flowStatistics(times: readonly number[], changes: Partial<FlowStatistics> = {}): FlowStatistics {
  const histogram = new Histogram()
  for (const time of times) histogram.record(time)
  return {
    flow: 0,
    offered: times.length,
    good: times.length,
    failed: {},
    presentAtStart: 0,
    presentAtEnd: 0,
    responseTime: histogram.snapshot(),
    batchMeans: [],
    points: [],
    slowTotal: 0,
    slowCount: 0,
    attempts: times.length,
    retries: 0,
    repeated: 0,
    lost: 0,
    ...changes,
  }
}

type Copy = ResourceStatistics['instances'][number]

export const copy = (busy: number, changes: Partial<Copy> = {}): Copy => ({
  busyArea: busy * 100,
  capacityArea: 100,
  queueArea: 0,
  queueMax: 0,
  arrivals: 1000,
  served: 1000,
  rejected: 0,
  waitTotal: 0,
  serviceTotal: busy * 100,
  lookups: 0,
  hits: 0,
  fullSince: null,
  ...changes,
})

export function run(changes: Partial<RunStatistics> = {}): RunStatistics {
  return {
    seed: 1,
    replication: 0,
    warmup: 10,
    measured: 100,
    events: 5000,
    flows: [flowStatistics([0.01])],
    resources: [
      { resource: 0, instances: [copy(0.5)] },
      { resource: 1, instances: [copy(0.5)] },
    ],
    groups: [
      { group: 0, instancesMean: 1, scaling: [], outage: null, lostWrites: 0, lostAge: 0 },
      { group: 1, instancesMean: 1, scaling: [], outage: null, lostWrites: 0, lostAge: 0 },
    ],
    logs: [],
    traffic: [],
    series: [],
    violations: [],
    ...changes,
  }
}

export const outcome = (statistics: RunStatistics, series: readonly SeriesSlice[] = []): Outcome => ({
  statistics,
  series,
  events: statistics.events,
  isCut: false,
})

export const slice = (start: number, good: number, changes: Partial<SeriesSlice> = {}): SeriesSlice => ({
  start,
  length: 10,
  offered: [1000],
  good: [good],
  failed: [1000 - good],
  responseTimeSum: [good * 0.01],
  responseTimeMax: [0.1],
  attempts: [1],
  utilization: [0.5, 0.5],
  queueLength: [0, 0],
  ...changes,
})
