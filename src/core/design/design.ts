import type { Span } from '../base/span.ts'
import type { Bytes, BytesPerSecond, Dollars, PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Failure } from '../model/error.ts'
import type { Objective } from '../model/model.ts'

/**
 * A validated design: every reference resolved, every quantity in SI units, every expression evaluated, overlays
 * (variant, environment, scenario `set`) already applied to the text tree before validation.
 */
export interface Design {
  readonly name: string
  readonly title: string
  readonly about: string
  /** `network: ideal`: no network delay and no per-call overhead anywhere. */
  readonly isNetworkIdeal: boolean
  readonly requirements: Requirements
  readonly assume: ReadonlyMap<string, Assumption>
  readonly actors: ReadonlyMap<string, Actor>
  readonly places: ReadonlyMap<string, PlaceGroup>
  readonly placeLinks: readonly PlaceLink[]
  readonly components: ReadonlyMap<string, Component>
  readonly flows: ReadonlyMap<string, Flow>
  readonly policies: Policies
  /** Section `security`, checked but kept as plain values: rules read it, engines do not. */
  readonly security: unknown
  readonly decisions: unknown
  readonly variants: readonly string[]
  readonly scenarios: ReadonlyMap<string, Scenario>
  readonly span: Span
}

export interface Requirements {
  readonly functions: ReadonlyMap<string, string>
  readonly objectives: readonly Objective[]
  readonly recovery: ReadonlyMap<string, { readonly rpo: Seconds | null; readonly rto: Seconds | null; readonly durability: Ratio | null }>
  readonly survive: readonly { readonly text: string; readonly span: Span }[]
  readonly constraints: {
    readonly budget: Dollars | null
    readonly regions: readonly string[]
    readonly require: readonly string[]
    readonly avoid: readonly string[]
    readonly utilization: Ratio | null
  }
}

/** A named number or law; `range` is the 90 % range of what we do not know. */
export interface Assumption {
  readonly value: number | Distribution
  readonly dimension: string
  readonly why: string
  readonly isUsed: boolean
  readonly span: Span
}

export interface Actor {
  readonly id: string
  readonly demand:
    | { readonly kind: 'rate'; readonly rate: PerSecond }
    | { readonly kind: 'closed'; readonly population: number; readonly think: Distribution }
  readonly mix: readonly { readonly flow: string; readonly share: Ratio }[]
  readonly arrivals:
    | { readonly kind: 'poisson' } | { readonly kind: 'periodic' }
    | { readonly kind: 'bursty'; readonly cv: number } | { readonly kind: 'erlang'; readonly shape: number }
    | { readonly kind: 'batch'; readonly size: number }
    | { readonly kind: 'file'; readonly between: Distribution }
  /** Multipliers over simulated time, as Model.Source.shape. */
  readonly shape: readonly { readonly at: Seconds; readonly times: number }[]
  readonly from: readonly { readonly place: string; readonly share: Ratio }[]
  readonly isHostile: boolean
  readonly span: Span
}

/** A region with zones, a set of edge locations, or a client network. */
export interface PlaceGroup {
  readonly id: string
  readonly kind: 'region' | 'edge' | 'clients'
  readonly region: string
  readonly zones: readonly string[]
  /** Number of edge locations. */
  readonly edges: number
  /** Latency between clients and this place (edge, clients); null = catalogue default. */
  readonly latency: Distribution | null
  readonly span: Span
}

/** `a -> b`: latency and price rules between places. */
export interface PlaceLink {
  readonly from: string
  readonly to: string
  readonly latency: Distribution | null
  readonly bandwidth: BytesPerSecond | null
  readonly span: Span
}

/** A component after user kinds and inheritance are merged. `settings` is what its kind declares, typed by the kind. */
export interface Component {
  readonly id: string
  /** Canonical id of the kind (`cache`, `sql-database`, ...), and the name it was written with (`redis`, `postgres`). */
  readonly kind: string
  readonly technology: string
  readonly at: readonly string[]
  /** Validated values of the kind's own parameters (SI units, defaults filled in). The kind knows their type. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Names of parameters that were written in the file (others are defaults). */
  readonly written: ReadonlySet<string>
  readonly operations: ReadonlyMap<string, readonly Step[]>
  readonly span: Span
}

export interface Flow {
  readonly id: string
  readonly trigger:
    | { readonly kind: 'actor'; readonly actor: string }
    | { readonly kind: 'consume'; readonly component: string; readonly topic: string; readonly by: string;
        readonly batchMax: number; readonly batchWait: Seconds; readonly atOnce: number }
    | { readonly kind: 'every'; readonly interval: Seconds }
  readonly steps: readonly Step[]
  readonly priority: number
  readonly failed: { readonly retry: number; readonly backoff: Seconds; readonly then: 'park' | 'drop' | 'block' }
  readonly span: Span
}

/** A dotted reference, resolved: `db.links.by-code` is component db, part links, path by-code. */
export interface Target {
  readonly component: string
  /** Table, keyspace, topic or operation; null when the component alone was named. */
  readonly part: string | null
  /** Access path of a table; null = by its key. */
  readonly path: string | null
  readonly span: Span
}

interface Common {
  readonly span: Span
  readonly label: string
  /** Policy written at the step itself, already merged with a named one it refers to; null = none. */
  readonly policy: PolicyPart | null
}

/** Amounts are distributions over requests (a constant is `fixed`). */
export type Step =
  | (Common & { readonly verb: 'work'; readonly time: Distribution; readonly perItem: Seconds; readonly perKilobyte: Seconds })
  | (Common & { readonly verb: 'wait'; readonly time: Distribution })
  | (Common & { readonly verb: 'call'; readonly target: Target; readonly via: string | null; readonly send: Bytes;
      readonly steps: readonly Step[]; readonly priority: number | null; readonly isOptional: boolean })
  | (Common & { readonly verb: 'get'; readonly target: Target; readonly items: Distribution; readonly mode: 'single' | 'pipeline';
      readonly hit: readonly Step[]; readonly miss: readonly Step[]; readonly isOptional: boolean })
  | (Common & { readonly verb: 'put'; readonly target: Target; readonly items: Distribution; readonly mode: 'single' | 'pipeline';
      readonly isOptional: boolean })
  | (Common & { readonly verb: 'read' | 'write'; readonly target: Target; readonly rows: Distribution | null;
      readonly isPerBatch: boolean; readonly items: Distribution;
      readonly consistency: { readonly kind: 'default' | 'strong' | 'session' | 'eventual' } | { readonly kind: 'stale'; readonly by: Seconds };
      readonly isOptional: boolean })
  | (Common & { readonly verb: 'tx'; readonly target: Target; readonly steps: readonly Step[] })
  | (Common & { readonly verb: 'publish'; readonly target: Target; readonly count: Distribution; readonly size: Bytes | null;
      readonly batched: Seconds; readonly isOptional: boolean })
  | (Common & { readonly verb: 'push'; readonly target: Target; readonly size: Bytes })
  | (Common & { readonly verb: 'parallel'; readonly branches: readonly { readonly name: string; readonly steps: readonly Step[];
      readonly giveUp: Seconds | null }[]; readonly need: number })
  | (Common & { readonly verb: 'each'; readonly count: Distribution; readonly inGroupsOf: number; readonly atOnce: number;
      readonly steps: readonly Step[] })
  | (Common & { readonly verb: 'repeat'; readonly count: Distribution; readonly steps: readonly Step[] })
  | (Common & { readonly verb: 'choose'; readonly branches: readonly { readonly name: string; readonly probability: Ratio;
      readonly steps: readonly Step[] }[] })
  | (Common & { readonly verb: 'hold'; readonly target: Target; readonly steps: readonly Step[] })
  | (Common & { readonly verb: 'try'; readonly steps: readonly Step[]; readonly otherwise: readonly Step[] })
  | (Common & { readonly verb: 'fail'; readonly failure: Failure; readonly probability: Ratio })
  | (Common & { readonly verb: 'reply'; readonly size: Bytes })

/** One written policy: only the keys that were written; the most specific wins key by key (step, edge, caller, default). */
export interface PolicyPart {
  readonly timeout?: Seconds | null
  readonly deadline?: Seconds | null
  readonly retryTimes?: number
  readonly retryAfter?: readonly Failure[]
  readonly retryBackoff?: Seconds
  readonly retryMultiplier?: number
  readonly retryJitter?: 'none' | 'full' | 'half' | 'plus'
  readonly retryBudget?: Ratio | null
  readonly hedge?: { readonly after: Seconds | { readonly percentile: Ratio }; readonly atMost: Ratio } | null
  readonly breaker?: { readonly openAt: Ratio; readonly window: number; readonly halfOpen: Seconds } | null
  readonly bulkhead?: { readonly concurrency: number; readonly queue: number } | null
  readonly onFail?: 'error' | 'treat-as-miss' | 'default' | 'skip' | 'queue'
  readonly afterTimeout?: 'keep-going' | 'stop'
}

export interface Policies {
  readonly byDefault: PolicyPart
  readonly named: ReadonlyMap<string, PolicyPart>
  /** Key `caller -> callee`. */
  readonly edges: ReadonlyMap<string, PolicyPart>
}

export interface Scenario {
  readonly id: string
  /** Simulated time in which `faults` without a time of their own and scenario load are active. */
  readonly during: { readonly start: Seconds; readonly end: Seconds } | null
  readonly faults: readonly Fault[]
  /** Actors that only this scenario has. */
  readonly actors: ReadonlyMap<string, Actor>
  readonly expect: readonly Objective[]
  /** Overlay: path -> source text node; applied to the document before validation. Names only, for reports. */
  readonly sets: readonly string[]
  readonly isSweep: boolean
  readonly isSearch: boolean
  readonly span: Span
}

export interface Fault {
  readonly kind: 'kill' | 'slow' | 'errors' | 'disconnect' | 'flush' | 'burst' | 'partition' | 'fill' | 'throttle' | 'deny' | 'failover' | 'deploy'
  /** Component, `component[2]` (instance), place, `us.b`, flow or actor it hits. */
  readonly target: { readonly kind: 'component' | 'instance' | 'place' | 'flow' | 'actor'; readonly id: string; readonly instance: number | null }
  readonly start: Seconds
  readonly end: Seconds
  /** Strength: share hit (disconnect, errors), factor (`times`), added time (`by`); whichever the kind takes. */
  readonly share: Ratio
  readonly times: number
  readonly by: Seconds
  readonly text: string
  readonly span: Span
}
