import { noSpan } from '../base/span.ts'
import type { Failure } from '../model/error.ts'
import { type Distribution, fixed } from '../model/distribution.ts'
import type { Consumer, Fault, FaultAction, Link, Model, Point, Scaler, Source } from '../model/model.ts'
import type { Cache, Group, Log, Pool, Resource, Station } from '../model/resource.ts'
import type { Call, CallPolicy, Lookup, Pick, Retry, Serve, Step } from '../model/step.ts'
import type { RunStatistics } from '../result/statistics.ts'
import { createSimulation } from './simulation.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Puts a model together by hand, with everything that is not said left out. */
export class Lab {
  readonly groups: Group[] = []
  readonly resources: Resource[] = []
  readonly points: Mutable<Point>[] = []
  readonly keyDomains: { keys: number; exponent: number }[] = []
  readonly places: { id: string; region: string; kind: 'zone' }[] = []
  readonly links: Link[] = []
  readonly flows: Model['flows'][number][] = []
  readonly sources: Source[] = []
  readonly consumers: Consumer[] = []
  readonly scalers: Scaler[] = []
  readonly faults: Fault[] = []

  group(id: string, changes: Partial<Group> = {}): number {
    const perShardMax = changes.perShard ?? 1
    const rest = { shards: 1, perShard: 1, places: [], detect: 0, promote: Infinity }
    return this.groups.push({ id, component: id, ...rest, perShardMax, ...changes }) - 1
  }

  station(group: number, changes: Partial<Station> = {}): number {
    const id = `${this.groups[group]?.id} station ${this.resources.length}`
    const plain = {
      discipline: 'fifo',
      waitingRoom: Infinity,
      whenFull: 'reject',
      patience: null,
      outages: null,
    } as const
    return this.add({ kind: 'station', id, group, servers: 1, label: 'station', ...plain, ...changes })
  }

  pool(group: number, slots: number, changes: Partial<Pool> = {}): number {
    const id = `${this.groups[group]?.id} pool ${this.resources.length}`
    const plain = { waitingRoom: Infinity, whenFull: 'reject', order: 'fifo', patience: Infinity } as const
    return this.add({ kind: 'pool', id, group, slots, label: 'pool', ...plain, ...changes })
  }

  cache(group: number, keys: number, changes: Partial<Cache> = {}): number {
    const keyDomain = this.domain(keys)
    const plain = { evict: 'lru', isWarm: false, forcedHitRatio: null, onMiss: 'herd' } as const
    const rest = { entries: Infinity, timeToLive: Infinity, ...plain }
    return this.add({ kind: 'cache', id: `cache ${this.resources.length}`, group, keyDomain, ...rest, ...changes })
  }

  log(group: number, changes: Partial<Log> = {}): number {
    const plain = { partitions: 1, isShared: false, keyDomain: null, capacity: Infinity, messageSize: 0 }
    return this.add({ kind: 'log', id: `log ${this.resources.length}`, group, ...plain, ...changes })
  }

  domain(keys: number, exponent = 0): number {
    return this.keyDomains.push({ keys, exponent }) - 1
  }

  add(resource: Resource): number {
    return this.resources.push(resource) - 1
  }

  /** Places one after the other; `roundTrip` between any two that differ. */
  zones(count: number, roundTrip: Distribution, bandwidth = Infinity): void {
    for (let i = 0; i < count; i++) this.places.push({ id: `z${i}`, region: 'r', kind: 'zone' })
    for (let i = 0; i < count * count; i++) {
      const isSame = i % (count + 1) === 0
      this.links.push({ roundTrip: isSame ? fixed(0) : roundTrip, bandwidth: isSame ? Infinity : bandwidth })
    }
  }

  point(name: string): number {
    return this.points.push({ flow: '', name, component: '', resource: null, category: 'service', span: null }) - 1
  }

  serve(station: number, work: number | Distribution, changes: Partial<Serve> = {}): Serve {
    const law = typeof work === 'number' ? fixed(work) : work
    const plain = { each: 0, times: 'items', priority: 1 } as const
    return { kind: 'serve', station, work: law, point: this.point('serve'), ...plain, ...changes }
  }

  delay(time: number | Distribution): Step {
    return { kind: 'delay', time: typeof time === 'number' ? fixed(time) : time, point: this.point('delay') }
  }

  hold(pool: number, steps: readonly Step[], priority = 1): Step {
    return { kind: 'hold', pool, steps, point: this.point('hold'), priority }
  }

  call(to: number, steps: readonly Step[], changes: Changes = {}): Call {
    const { policy, pick, ...rest } = changes
    return {
      kind: 'call',
      to,
      steps,
      pick: { shardBy: 'uniform', within: 'round-robin', position: 0, weights: [], ...pick },
      policy: { ...noPolicy, ...policy },
      send: 0,
      receive: 0,
      onFail: 'error',
      overhead: 0,
      networkPoint: this.point('network'),
      retryPoint: this.point('retry'),
      connectionPoint: this.point('connection'),
      ...rest,
    }
  }

  lookup(cache: number, parts: { access?: readonly Step[]; hit?: readonly Step[]; miss?: readonly Step[] }): Lookup {
    const probe: Step = { kind: 'probe', cache, keys: 1, times: null }
    const { access = [probe], hit = [], miss = [] } = parts
    return { kind: 'lookup', cache, access, hit, miss, waitPoint: this.point('coalesce') }
  }

  parallel(need: number, branches: readonly (readonly Step[])[], giveUp: number | null = null): Step {
    const all = branches.map((steps) => ({ steps, giveUp }))
    return { kind: 'parallel', branches: all, need, point: this.point('join') }
  }

  repeat(
    count: number,
    steps: readonly Step[],
    changes: { atOnce?: number; hasNewKeys?: boolean; groupsOf?: number } = {},
  ): Step {
    const { atOnce = 1, hasNewKeys = false, groupsOf = 1 } = changes
    const point = this.point('repeat')
    return { kind: 'repeat', count: fixed(count), times: null, groupsOf, atOnce, hasNewKeys, steps, point }
  }

  publish(log: number, count = 1, shipEvery = 0): Step {
    return { kind: 'publish', log, count: fixed(count), times: null, shipEvery }
  }

  flow(id: string, steps: readonly Step[], priority = 0): number {
    for (const point of this.points) if (point.flow === '') point.flow = id
    return this.flows.push({ id, steps, priority, isConsumer: false, isHostile: false, span: noSpan }) - 1
  }

  source(flow: number, changes: Partial<Source>): number {
    const plain = { shape: [], from: [], isHostile: false, start: 0, end: Infinity }
    const arrivals = { kind: 'poisson', rate: 1 } as const
    const id = `source ${this.sources.length}`
    return this.sources.push({ id, mix: [{ flow, share: 1 }], arrivals, ...plain, ...changes }) - 1
  }

  /** One request of its own flow at exactly this time (at least 1 s). */
  once(id: string, at: number, steps: readonly Step[], changes: Partial<Source> = {}): number {
    const flow = this.flow(id, steps)
    this.source(flow, { arrivals: { kind: 'periodic', rate: 1 }, start: at - 1, end: at + 0.5, ...changes })
    return flow
  }

  consume(log: number, group: number, steps: readonly Step[], changes: Partial<Consumer> = {}): number {
    const flow = this.flow(`consumer ${this.consumers.length}`, steps)
    const failed = whenFailed(0, 0, 'park')
    this.consumers.push({ log, flow, group, batchMax: 1, batchWait: 0, poll: 0, atOnce: 1, failed, ...changes })
    return flow
  }

  fault(action: FaultAction, start: number, end = Infinity): void {
    this.faults.push({ start, end, action, text: `fault ${this.faults.length}`, span: noSpan })
  }

  model(): Model {
    const { groups, resources, points, keyDomains, places, links, flows, sources, consumers, scalers, faults } = this
    const parts = { groups, resources, points, keyDomains, places, links, flows, sources, consumers, scalers, faults }
    const rest = { components: [], connections: [], objectives: [], trust: [] }
    return { name: 'by hand', scenario: 'baseline', variant: null, ...parts, ...rest }
  }
}

interface Changes extends Partial<Omit<Call, 'policy' | 'pick'>> {
  readonly policy?: Partial<CallPolicy>
  readonly pick?: Partial<Pick>
}

const noPolicy: CallPolicy = {
  timeout: null,
  deadline: null,
  retry: null,
  hedge: null,
  breaker: null,
  bulkhead: null,
  connection: null,
  afterTimeout: 'keep-going',
}

type Failed = Consumer['failed']

export function whenFailed(retry: number, backoff: number, ending: Failed['then']): Failed {
  // oxlint-disable-next-line unicorn/no-thenable -- the word of the language; nobody awaits it
  return { retry, backoff, then: ending }
}

export function retry(times: number, after: readonly Failure[], changes: Partial<Retry> = {}): Retry {
  return { times, after, backoff: 0, multiplier: 1, jitter: 'none', budget: null, ...changes }
}

interface PlayOptions {
  readonly seed?: number
  readonly warmup?: number
  readonly chunk?: number
  readonly slice?: number
}

/** Plays until a simulated time. */
export function playFor(model: Model, until: number, options: PlayOptions = {}): RunStatistics {
  const { seed = 1, warmup = 0, chunk = 10_000, slice = until } = options
  const simulation = createSimulation(model, { seed, replication: 0, sliceLength: slice })
  if (warmup > 0) {
    while (simulation.now < warmup) simulation.run(warmup, chunk)
    simulation.beginMeasuring()
  }
  while (simulation.now < until) simulation.run(until, chunk)
  return simulation.statistics()
}

type Ending = number | Failure | 'present'

/**
 * What became of the one request of each flow: its response time (to a nanosecond), how it failed, or that it is still
 * there.
 */
export function endings(model: Model, until = 100): Readonly<Record<string, Ending | readonly Ending[]>> {
  const statistics = playFor(model, until)
  if (statistics.violations.length > 0) throw new Error(statistics.violations.join('\n'))
  return Object.fromEntries(
    statistics.flows.map((flow) => {
      const failed = Object.entries(flow.failed).flatMap(([kind, n]) =>
        Array.from({ length: n }, () => kind as Failure),
      )
      const { count, sum, min, max } = flow.responseTime
      const times = count === 1 ? [sum] : count === 2 ? [min, max] : count === 3 ? [min, sum - min - max, max] : []
      const present = Array.from({ length: flow.presentAtEnd }, () => 'present' as const)
      const all: Ending[] = [...times.map((t) => Math.round(t * 1e9) / 1e9), ...failed, ...present]
      return [model.flows[flow.flow]?.id ?? '', all.length === 1 ? (all[0] ?? 0) : all]
    }),
  )
}
