import type { Span } from '../base/span.ts'
import type { BytesPerSecond, Dollars, PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Distribution } from './distribution.ts'
import type { Group, GroupIndex, PlaceIndex, Resource, ResourceIndex } from './resource.ts'
import type { Step } from './step.ts'

/**
 * A compiled design: everything both engines play, as plain objects that can be cloned to a worker. No kinds any more;
 * every part knows the text it came from.
 */
export interface Model {
  readonly name: string
  readonly scenario: string
  readonly variant: string | null
  /** One point of a sweep: what is asked about, not what has to hold. */
  readonly sweep?: { readonly scenario: string; readonly point: string }
  readonly groups: readonly Group[]
  readonly resources: readonly Resource[]
  readonly points: readonly Point[]
  readonly keyDomains: readonly KeyDomain[]
  readonly places: readonly Place[]
  /** Round trip and bandwidth from place to place: `links[from * places.length + to]`. */
  readonly links: readonly Link[]
  readonly flows: readonly Flow[]
  readonly sources: readonly Source[]
  readonly consumers: readonly Consumer[]
  readonly scalers: readonly Scaler[]
  readonly faults: readonly Fault[]
  /** What fails by chance, again and again; left out = nothing. */
  readonly breakdowns?: readonly Breakdown[]
  readonly components: readonly Component[]
  /** Pools of connections that callers keep, and to which component. */
  readonly connections: readonly { readonly pool: ResourceIndex; readonly to: string }[]
  readonly objectives: readonly Objective[]
  /** What limits the answer before anything ran: simplifications taken while compiling, in words. */
  readonly trust: readonly string[]
}

/**
 * Where time passes: `waits` are booked as waiting for `resource`, the rest as service, network or retry. What messages
 * wait in a log is booked at a point of the consuming flow whose resource is that log, if there is one.
 */
export interface Point {
  readonly flow: string
  /** As shown to people: `api cpu`, `db pool`, `api → hot`. */
  readonly name: string
  readonly component: string
  readonly resource: ResourceIndex | null
  readonly category: 'service' | 'delay' | 'pool' | 'network' | 'retry' | 'join' | 'coalesce'
  readonly span: Span | null
}

/**
 * Keys that several components mean alike: same number and same popularity. A request draws its key once per domain.
 */
export interface KeyDomain {
  readonly keys: number
  /** Zipf exponent; 0 = uniform. */
  readonly exponent: number
}

/**
 * A zone, an edge location, a client network. `region` and `zone` as written; `region` is also the group that a
 * regional fault hits.
 */
export interface Place {
  readonly id: string
  readonly region: string
  readonly kind: 'zone' | 'edge' | 'clients'
}

/** Between two places. */
export interface Link {
  /** There and back, as ping prints it. */
  readonly roundTrip: Distribution
  readonly bandwidth: BytesPerSecond
  /** Price of a byte that crosses, with the rule it comes from; left out = nothing is asked for it. */
  readonly price?: { readonly dollarsPerByte: Dollars; readonly rule: string }
}

/** One operation from its trigger to its end. */
export interface Flow {
  readonly id: string
  readonly steps: readonly Step[]
  readonly priority: number
  /** True for flows that consume messages: their response time is the age of the message when it is done. */
  readonly isConsumer: boolean
  /** What attackers ask for: it takes its share of everything, and no objective is about it. */
  readonly isHostile: boolean
  readonly span: Span
}

/** Who starts requests. */
export interface Source {
  readonly id: string
  readonly mix: readonly { readonly flow: number; readonly share: Ratio }[]
  readonly arrivals: Arrivals
  /**
   * Rate multiplier over simulated time: linear between the points, the first and the last value hold before and after;
   * empty
   * = always 1. Arrivals keep their law: it runs faster and slower. Closed users think so many times as fast.
   */
  readonly shape: readonly { readonly at: Seconds; readonly times: number }[]
  readonly from: readonly { readonly place: PlaceIndex; readonly share: Ratio }[]
  readonly isHostile: boolean
  /** Simulated time between which this source is active (scenario load); Infinity = to the end. */
  readonly start: Seconds
  readonly end: Seconds
}

/**
 * `rate`: requests per second. Of `batch` too: batches come at rate / size, Poisson. `periodic`: the first one 1 / rate
 * after the start. `renewal`: the law of `between` with the mean 1 / rate, whatever its own is.
 */
export type Arrivals =
  | { readonly kind: 'poisson'; readonly rate: PerSecond }
  | { readonly kind: 'renewal'; readonly rate: PerSecond; readonly between: Distribution }
  | { readonly kind: 'batch'; readonly rate: PerSecond; readonly size: number }
  | { readonly kind: 'periodic'; readonly rate: PerSecond }
  | { readonly kind: 'closed'; readonly population: number; readonly thinkTime: Distribution }

/** A consumer group: flow `flow` runs on an instance of `group` for each batch taken from `log`. */
export interface Consumer {
  readonly log: ResourceIndex
  readonly flow: number
  readonly group: GroupIndex
  readonly batchMax: number
  /** Longest a batch waits to fill after its first message. */
  readonly batchWait: Seconds
  /** Looks for messages only at multiples of this (an outbox that is polled), one batch a look; 0 = is told at once. */
  readonly poll: Seconds
  /** Batches that one instance works on at once (per consumer; 1 = a poll loop). */
  readonly atOnce: number
  readonly failed: {
    readonly retry: number
    readonly backoff: Seconds
    readonly then: 'park' | 'drop' | 'block'
  }
  /** A message counts as done when it is taken: what its consumer had when it dies is lost. */
  readonly isCommittedFirst?: boolean
  /** What the design promises of each message; left out = nothing is said. */
  readonly delivery?: Delivery
}

/** How often the steps of a consumer have an effect for one message. */
export type Delivery = 'at-most-once' | 'at-least-once' | 'effectively-once'

/**
 * Adds and removes instances of `group` so that what it measures is at `target` (10 % off is fine): n × measured /
 * target of them, rounded up. Numbers are for each shard.
 */
export interface Scaler {
  readonly group: GroupIndex
  /**
   * `busy`: the busy share of `station` over the last `react`; `requests`: those under way at an instance now; `lag`:
   * messages that wait now for the consumers of the group, for each instance.
   */
  readonly by: 'busy' | 'requests' | 'lag'
  readonly station: ResourceIndex
  readonly min: number
  readonly max: number
  /** busy: 0..1; else a number for each instance. */
  readonly target: number
  /** Averaging window and decision interval. */
  readonly react: Seconds
  /** From the decision to a serving instance. */
  readonly startDelay: Seconds
  readonly coolDown: Seconds
}

/** One thing that goes wrong between `start` and `end` (Infinity = stays). */
export interface Fault {
  readonly start: Seconds
  readonly end: Seconds
  readonly action: FaultAction
  readonly text: string
  readonly span: Span
}

/** Instances are numbers inside the group, already resolved from components and places. */
export type FaultAction =
  /**
   * Down, with everything on them; back, empty, at the end. `disks`: what they kept is gone too, and, when they were
   * the last to have it, a backup of it is in at the end.
   */
  | {
      readonly kind: 'kill'
      readonly group: GroupIndex
      readonly instances: readonly number[]
      readonly disks?: 'lost' | 'restored'
    }
  /** Every {@link Serve} takes `times` as long, and every call to them `by` longer. */
  | {
      readonly kind: 'slow'
      readonly group: GroupIndex
      readonly instances: readonly number[]
      readonly times: number
      readonly by: Seconds
    }
  /** This share of calls to them fails with `error` on arrival. */
  | {
      readonly kind: 'errors'
      readonly group: GroupIndex
      readonly instances: readonly number[]
      readonly share: Ratio
    }
  /** At `start` this share of the requests that are at them fail with `connect-error`. */
  | {
      readonly kind: 'disconnect'
      readonly group: GroupIndex
      readonly instances: readonly number[]
      readonly share: Ratio
    }
  /** This share of calls to them fails with `rejected` on arrival. */
  | {
      readonly kind: 'deny'
      readonly group: GroupIndex
      readonly instances: readonly number[]
      readonly share: Ratio
    }
  /** These limiters of the group let one in `times` of their rate pass. */
  | {
      readonly kind: 'throttle'
      readonly group: GroupIndex
      readonly limiters: readonly ResourceIndex[]
      readonly times: number
    }
  /** Their disks are full: {@link Fail} steps with `while: 'full'` fail there. */
  | { readonly kind: 'fill'; readonly group: GroupIndex; readonly instances: readonly number[] }
  /** From `start` to `end` the leaders of the group answer nothing; then the next copies lead. Nothing is lost. */
  | { readonly kind: 'failover'; readonly group: GroupIndex }
  /**
   * From `start` on they get no new requests; at `end` a new process takes their place: what is still there fails,
   * caches are cold.
   */
  | { readonly kind: 'replace'; readonly group: GroupIndex; readonly instances: readonly number[] }
  /**
   * What crosses from one side to the other does not arrive before the end; `null` = everything that is not on the
   * first side.
   */
  | { readonly kind: 'partition'; readonly sides: readonly [Side, Side | null] }
  | { readonly kind: 'flush'; readonly caches: readonly ResourceIndex[] }
  /** `times` as many requests of the source, or of one flow of it. */
  | { readonly kind: 'burst'; readonly source: number; readonly flow: number | null; readonly times: number }

/** Instances that fail together, after a time `up`, and are back together after a time `down`. */
export interface Breakdown {
  readonly id: string
  readonly victims: readonly { readonly group: GroupIndex; readonly instances: readonly number[] }[]
  readonly up: Distribution
  readonly down: Distribution
}

/** One side of a cut network: all that stands at these places, and these groups wherever they stand. */
export interface Side {
  readonly places: readonly PlaceIndex[]
  readonly groups: readonly GroupIndex[]
}

/** What the report knows of a component after kinds are gone. */
export interface Component {
  readonly id: string
  readonly kind: string
  readonly groups: readonly GroupIndex[]
  /** The resource whose busy share is "the" utilization of the component; null = has none. */
  readonly primary: ResourceIndex | null
  /** Connections that one instance accepts; null = no limit is known. */
  readonly connectionsMost: number | null
  readonly cost: readonly { readonly label: string; readonly perInstance: boolean; readonly dollarsPerMonth: Dollars }[]
  /** What is paid by use; left out = nothing. */
  readonly charges?: readonly Charge[]
  readonly span: Span
}

/** So many dollars for each message published to a log, or each use or each second in use of a pool's slots. */
export interface Charge {
  readonly label: string
  readonly resource: ResourceIndex
  readonly by: 'messages' | 'uses' | 'seconds'
  readonly dollars: Dollars
}

/** One comparison from `objectives` or a scenario's `expect`. */
export interface Objective {
  readonly id: string
  readonly subject: { readonly kind: 'flow' | 'component' | 'system'; readonly id: string }
  readonly indicator:
    | 'mean'
    | 'p50'
    | 'p75'
    | 'p90'
    | 'p95'
    | 'p99'
    | 'p999'
    | 'max'
    | 'success'
    | 'fresh'
    | 'throughput'
    | 'goodput'
    | 'utilization'
    | 'queue-length'
    | 'hit'
    | 'lag'
    | 'cost'
    | 'recovered-within'
    | 'no-metastable'
    | 'wait-mean'
    | 'rto'
    | 'rpo'
  /** For `fresh 99% < 60 s`: 0.99. */
  readonly share: Ratio | null
  readonly relation: '<' | '<=' | '>' | '>='
  /** SI units: seconds, share 0..1, per second, dollars per month. */
  readonly target: number
  /** As written, for people: `p99 < 120 ms`. */
  readonly text: string
  readonly span: Span
}
