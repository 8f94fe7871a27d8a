import { createStream, type RandomStream } from '../base/random.ts'
import { type Distribution, exponential, fixed } from '../model/distribution.ts'
import { failures } from '../model/error.ts'
import type { Model } from '../model/model.ts'
import type { Step } from '../model/step.ts'
import { Lab, whenFailed } from './simulation.test-support.ts'

/**
 * A random model with a bit of everything. Sources stop after 20 s. Calls go to groups with a higher number only, pools
 * are taken in the order of their numbers, nobody waits for a miss path while it holds a slot, and consumers do not
 * publish: so nothing can wait for itself for ever.
 */
export function randomModel(seed: number): Model {
  return new Maker(createStream(seed, 'fuzz')).make()
}

const withins = [
  'leader',
  'replica',
  'copy',
  'round-robin',
  'random',
  'least-requests',
  'random-two',
  'hash',
  'weighted',
  'nearest',
] as const

interface Place {
  readonly group: number
  readonly depth: number
  readonly pool: number
  /** Nothing that waits for others of its kind: it holds slots, walks a miss path, or consumes messages. */
  readonly isBound: boolean
}

class Maker {
  private readonly lab = new Lab()
  private readonly stream: RandomStream
  private readonly stations: number[][] = []
  private readonly pools: number[][] = []
  private readonly guards: { limiter: number; breaker: number; budget: number }[] = []
  private readonly caches: number[] = []
  private readonly logs: number[] = []
  private readonly domains: number[] = []

  constructor(stream: RandomStream) {
    this.stream = stream
  }

  private of<T>(...options: readonly T[]): T {
    return options[this.stream.below(options.length)] as T
  }

  private chance(p: number): boolean {
    return this.stream.uniform() < p
  }

  private law(mean: number): Distribution {
    const { stream } = this
    return this.of<Distribution>(
      fixed(mean),
      exponential(mean),
      { law: 'uniform', low: 0, high: 2 * mean },
      fixed((Math.round(stream.uniform() * 4) * mean) / 2),
    )
  }

  make(): Model {
    const { lab } = this
    if (this.chance(0.7)) lab.zones(2 + this.stream.below(2), this.law(0.02), this.of(Infinity, 1e5))
    this.domains.push(lab.domain(10 + this.stream.below(50), this.of(0, 0.9)))
    const groups = 3 + this.stream.below(3)
    for (let g = 0; g < groups; g++) this.group(g)
    this.things(groups)
    const flows = 1 + this.stream.below(3)
    for (let i = 0; i < flows; i++) this.flow(i)
    this.readers(groups)
    this.faults(groups)
    return lab.model()
  }

  private group(g: number): void {
    const { lab, stream } = this
    const perShard = 1 + stream.below(3)
    const isScaled = this.chance(0.25)
    const group = lab.group(`g${g}`, {
      shards: this.of(1, 1, 2),
      perShard,
      perShardMax: isScaled ? perShard + 2 : perShard,
      places: lab.places.length > 0 && this.chance(0.8) ? [0, 1] : [],
      detect: this.of(0, 0.5, 2),
      promote: this.of(Infinity, 1),
      ...(this.chance(0.3) ? { eject: { after: 1 + stream.below(3), time: 2, most: this.of(0, 0.5, 1) } } : {}),
      ...(this.chance(0.3) ? { warmUp: { time: this.of(0.5, 3), from: 0.3 } } : {}),
    })
    this.stations.push(Array.from({ length: 2 }, () => this.station(group)))
    this.pools.push(
      Array.from({ length: 2 }, () =>
        lab.pool(group, 1 + stream.below(4), {
          waitingRoom: this.of(Infinity, 2, 0),
          whenFull: this.of('reject', 'drop-oldest'),
          order: this.of('fifo', 'lifo', 'priority'),
          patience: this.of(Infinity, 0.2, 0),
        }),
      ),
    )
    const limiter = lab.add({ kind: 'limiter', id: `limiter ${g}`, group, rate: 30, burst: 5 })
    const breaker = lab.add({ kind: 'breaker', id: `breaker ${g}`, group, openAt: 0.5, window: 6, halfOpen: 0.5 })
    const budget = lab.add({ kind: 'budget', id: `budget ${g}`, group, ratio: 0.2, burst: 3 })
    this.guards.push({ limiter, breaker, budget })
    if (!isScaled) return
    const station = this.stations[g]?.[0] ?? 0
    lab.scalers.push({
      group,
      by: 'busy',
      station,
      min: 1,
      max: perShard + 2,
      target: 0.5,
      react: 1,
      startDelay: 0.7,
      coolDown: 2,
    })
  }

  private station(group: number): number {
    return this.lab.station(group, {
      servers: this.of(1, 2, 3, Infinity),
      discipline: this.of('fifo', 'lifo', 'ps', 'priority', 'preemptive'),
      waitingRoom: this.of(Infinity, 3, 0),
      whenFull: this.of('reject', 'drop-oldest'),
      patience: this.chance(0.3) ? this.law(0.1) : null,
      outages: this.chance(0.2) ? { up: exponential(2), down: exponential(0.3) } : null,
    })
  }

  private things(groups: number): void {
    const { lab } = this
    for (let i = 0; i < 2; i++) {
      const group = this.stream.below(groups)
      this.caches.push(
        lab.cache(group, 20, {
          entries: this.of(5, Infinity),
          timeToLive: this.of(1, Infinity),
          isWarm: this.chance(0.5),
          forcedHitRatio: this.of(null, null, 0.6),
          onMiss: this.of('herd', 'single-flight', 'single-flight'),
        }),
      )
      this.logs.push(
        lab.log(group, {
          partitions: 1 + this.stream.below(4),
          isShared: this.chance(0.4),
          keyDomain: this.of(null, this.domains[0] ?? null),
          capacity: this.of(Infinity, 10),
        }),
      )
    }
  }

  private flow(i: number): void {
    const flow = this.lab.flow(
      `flow ${i}`,
      this.steps({ group: -1, depth: 0, pool: -1, isBound: false }, 3),
      this.stream.below(3),
    )
    const rate = 5 + this.stream.below(20)
    this.lab.source(flow, {
      arrivals: this.of(
        { kind: 'poisson', rate } as const,
        { kind: 'periodic', rate } as const,
        { kind: 'batch', rate, size: 4 } as const,
        { kind: 'renewal', rate, between: this.law(1) } as const,
        { kind: 'closed', population: 10, thinkTime: exponential(0.5) } as const,
      ),
      shape: this.chance(0.3)
        ? [
            { at: 2, times: 0.5 },
            { at: 6, times: 2 },
            { at: 9, times: 1 },
          ]
        : [],
      from:
        this.lab.places.length > 0 && this.chance(0.7)
          ? [
              { place: 0, share: 0.5 },
              { place: 1, share: 0.5 },
            ]
          : [],
      start: this.of(0, 1),
      end: 20,
    })
  }

  private steps(at: Place, most: number): readonly Step[] {
    return Array.from({ length: 1 + this.stream.below(most) }, () => this.step(at))
  }

  private step(at: Place): Step {
    const leaf = at.depth >= 4 || this.chance(0.35)
    return leaf ? this.leaf(at) : this.nest({ ...at, depth: at.depth + 1 })
  }

  private leaf(at: Place): Step {
    const { lab, stream } = this
    const group = at.group < 0 || this.chance(0.1) ? stream.below(this.stations.length) : at.group
    const station = this.stations[group]?.[stream.below(2)] ?? 0
    switch (stream.below(9)) {
      case 0:
        return lab.delay(this.law(0.02))
      case 1:
        return { kind: 'admit', limiter: this.guards[group]?.limiter ?? 0 }
      case 2:
        if (at.isBound) return lab.delay(this.law(0.01))
        return lab.publish(this.of(...this.logs), 1 + stream.below(3), this.of(0, 0, 0.4))
      case 3:
        return this.chance(0.3) ? { kind: 'reply' } : { kind: 'new-key', keyDomain: 0 }
      case 4:
        return { kind: 'fail', failure: this.of(...failures), probability: 0.2 }
      case 5:
        return {
          kind: 'insert',
          cache: this.of(...this.caches),
          keys: this.of(1, 3),
          times: null,
          mode: this.of('put', 'invalidate'),
        }
      case 6:
        return { kind: 'probe', cache: this.of(...this.caches), keys: this.of(1, 3), times: this.of(null, 'missed') }
      default:
        return lab.serve(station, this.law(0.03), {
          priority: 1 + stream.below(3),
          each: this.of(0, 0.002),
          times: this.of('items', 'found', 'missed', 'group'),
        })
    }
  }

  private nest(at: Place): Step {
    const { lab, stream } = this
    switch (stream.below(8)) {
      case 0:
        return this.chance(0.5)
          ? { kind: 'attempt', steps: this.steps(at, 2), otherwise: this.steps(at, 1) }
          : this.choose(at)
      case 1:
        return lab.parallel(
          this.of(0, 1, 2, 3),
          [this.steps(at, 2), this.steps(at, 1), this.steps(at, 1)],
          this.of(null, 0.05),
        )
      case 2:
        return lab.repeat(stream.below(4), this.steps(at, 2), {
          groupsOf: this.of(1, 2),
          atOnce: this.of(1, 2),
          hasNewKeys: this.chance(0.4),
        })
      case 3: {
        if (at.isBound) return this.leaf(at)
        const inside = { ...at, isBound: true }
        return lab.lookup(this.of(...this.caches), { hit: this.steps(at, 1), miss: this.steps(inside, 2) })
      }
      case 4: {
        const pool = Math.max(at.pool + 1, 2 * Math.max(0, at.group))
        const index = this.pools[pool >> 1]?.[pool & 1]
        return index === undefined
          ? this.leaf(at)
          : lab.hold(index, this.steps({ ...at, pool, isBound: true }, 2), 1 + stream.below(3))
      }
      default:
        return this.call(at)
    }
  }

  private choose(at: Place): Step {
    const branches = [0.3, 0.7].map((probability) => ({ probability, steps: this.steps(at, 1) }))
    return { kind: 'choose', branches }
  }

  private call(at: Place): Step {
    const { lab, stream } = this
    const to = at.group + 1 + stream.below(2)
    if (to >= this.stations.length) return this.leaf(at)
    const guards = at.group < 0 ? this.guards[to] : this.guards[at.group]
    const pool = 2 * to - 1
    const isPooled = this.chance(0.3) && at.pool < pool - 1
    const connection = isPooled ? (this.pools[to - 1]?.[1] ?? null) : null
    const inner = { group: to, depth: at.depth, pool: isPooled ? pool : at.pool, isBound: at.isBound || isPooled }
    const isHedged = this.chance(0.2)
    return lab.call(to, this.steps(inner, 3), {
      send: this.of(0, 500),
      receive: this.of(0, 1000),
      overhead: this.of(0, 0.001),
      onFail: this.of('error', 'error', 'ignore', 'miss'),
      pick: {
        within: this.of(...withins),
        shardBy: this.of<number | 'uniform' | 'same'>(0, 'uniform', 'same'),
        position: stream.below(3),
        weights: [1, 2],
      },
      policy: {
        timeout: this.of(null, 0.05, 0.2),
        deadline: this.of(null, null, 0.3),
        retry: this.chance(0.5)
          ? {
              times: 2,
              after: failures,
              backoff: this.of(0, 0.02),
              multiplier: 2,
              jitter: this.of('none', 'full', 'half', 'plus'),
              budget: this.of(null, guards?.budget ?? null),
            }
          : null,
        hedge: isHedged
          ? { after: this.of<number | { percentile: number }>(0.03, { percentile: 0.9 }), atMost: 0.3 }
          : null,
        breaker: this.chance(0.3) ? (guards?.breaker ?? null) : null,
        connection,
        afterTimeout: this.of('keep-going', 'stop'),
      },
    })
  }

  private readers(groups: number): void {
    for (const log of this.logs) {
      for (let i = 0; i < this.stream.below(3); i++) {
        const group = this.stream.below(groups)
        this.lab.consume(log, group, this.steps({ group, depth: 2, pool: -1, isBound: true }, 2), {
          batchMax: this.of(1, 5),
          batchWait: this.of(0, 0.1),
          poll: this.of(0, 0, 0.25),
          atOnce: this.of(1, 2),
          failed: whenFailed(this.of(0, 2), this.of(0, 0.05), this.of('park', 'drop')),
        })
      }
    }
  }

  private faults(groups: number): void {
    const { lab, stream } = this
    for (let i = 0; i < stream.below(6); i++) {
      const group = stream.below(groups)
      const instances = this.of([0], [0, 1])
      const start = 1 + stream.below(15)
      lab.fault(
        this.of(
          { kind: 'kill', group, instances } as const,
          { kind: 'kill', group, instances } as const,
          { kind: 'slow', group, instances, times: 3, by: 0.01 } as const,
          { kind: 'errors', group, instances, share: 0.5 } as const,
          { kind: 'deny', group, instances, share: 0.5 } as const,
          { kind: 'failover', group } as const,
          { kind: 'replace', group, instances } as const,
          { kind: 'partition', sides: [{ places: [], groups: [group] }, null] } as const,
          {
            kind: 'partition',
            sides: [
              { places: [0], groups: [] },
              { places: [1], groups: [] },
            ],
          } as const,
          { kind: 'disconnect', group, instances, share: 0.5 } as const,
          { kind: 'flush', caches: this.caches } as const,
          { kind: 'burst', source: 0, flow: this.of(null, 0), times: 3 } as const,
        ),
        start,
        start + this.of(0, 1, 3),
      )
    }
  }
}
