import type { Span } from '../base/span.ts'
import type { Bytes, BytesPerSecond, Dollars, PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Failure } from '../model/error.ts'
import type { Objective } from '../model/model.ts'
import type { Register } from '../model/step.ts'
import type { MapNode } from '../text/document.ts'
import type { Requirements } from './requirements-said.ts'
import type { Quantity } from '../text/scalars/dimension.ts'
import type { Accepted } from './accepted.ts'
import type { People } from './load-params.ts'

export type { Limit, Requirements } from './requirements-said.ts'

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
  readonly security: Security
  /** Of this section and of `security.accepted`. */
  readonly accepted: readonly Accepted[]
  readonly decisions: ReadonlyMap<string, Decision>
  readonly variants: readonly string[]
  readonly scenarios: ReadonlyMap<string, Scenario>
  /** Its text, with what is laid over it; that of imported files is not in it. */
  readonly written: MapNode
  readonly span: Span
}

/** A named number or law; `range` is the 90 % range of what we do not know. */
export interface Assumption extends Quantity {
  /** null: taken as known. */
  readonly range: { readonly low: number; readonly high: number } | null
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
  readonly people: People | null
  readonly arrivals:
    | { readonly kind: 'poisson' }
    | { readonly kind: 'periodic' }
    | { readonly kind: 'bursty'; readonly cv: number }
    | { readonly kind: 'erlang'; readonly shape: number }
    | { readonly kind: 'batch'; readonly size: number }
    | { readonly kind: 'file'; readonly between: Distribution }
  /** Multipliers over simulated time, as Model.Source.shape. */
  readonly shape: readonly { readonly at: Seconds; readonly times: number }[]
  /** Names of places; one that is not declared is a part of the world with its usual round trips (`europe`, `asia`). */
  readonly from: readonly { readonly place: string; readonly share: Ratio }[]
  readonly isHostile: boolean
  /** How many its requests come from; null = nobody says. */
  readonly clients: number | null
  readonly written: MapNode
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
  /** How often what stands here fails by chance, and for how long. */
  readonly failures: Readonly<Record<FailureClass, { readonly mtbf: Seconds; readonly mttr: Seconds } | null>>
  /** Round trip between clients and this place (edge, clients); null = catalogue default. */
  readonly latency: Distribution | null
  readonly span: Span
}

/** One instance, one machine, all of one zone, all of the region. */
export type FailureClass = 'process' | 'node' | 'zone' | 'region'

/** `a -> b`: latency and price rules between places. */
export interface PlaceLink {
  readonly from: string
  readonly to: string
  /** Round trip. */
  readonly latency: Distribution | null
  readonly bandwidth: BytesPerSecond | null
  /** For each GB that crosses, either way. */
  readonly dollarsPerGigabyte: Dollars | null
  readonly span: Span
}

/** A component after user kinds and inheritance are merged. `settings` are values of its kind's params. */
export interface Component {
  readonly id: string
  /** Id of the general kind (`cache`) and of the kind itself (`redis`); alike for a general kind. */
  readonly kind: string
  readonly technology: string
  /** As written, own kinds too: `our-service`. */
  readonly writtenKind: string
  /** Places by name: `eu`, `us.b`, `pops`; empty = nowhere in particular. */
  readonly at: readonly string[]
  /** Zones to use at most, of those in `at`; null = all. */
  readonly spread: number | null
  readonly settings: Readonly<Record<string, unknown>>
  /**
   * The settings as text: own kinds merged in, and what its technology sets (in no file); what is absent is a default.
   */
  readonly written: MapNode
  /** Classes of data it sees, and those it keeps. */
  readonly handles: readonly string[]
  readonly stores: readonly string[]
  readonly operations: ReadonlyMap<string, readonly Step[]>
  /** What this component does around its own calls. */
  readonly policy: PolicyPart
  readonly span: Span
}

export interface Flow {
  readonly id: string
  readonly trigger:
    | { readonly kind: 'actor'; readonly actor: string }
    | Consume
    /** At the component `by`; null = nowhere: its steps start with a call. */
    | { readonly kind: 'every'; readonly interval: Seconds; readonly by: string | null }
  readonly steps: readonly Step[]
  /** 1 is the most urgent. */
  readonly priority: number
  readonly failed: { readonly retry: number; readonly backoff: Seconds; readonly then: 'park' | 'drop' | 'block' }
  /** Of a flow that consumes: when a message counts as done. */
  readonly commit: 'after' | 'before'
  /** Running it twice for one message, or one request, does no harm. */
  readonly isIdempotent: boolean
  readonly span: Span
}

/** Steps run once a batch, at component `by`; register `items` is the batch's size. */
export interface Consume {
  readonly kind: 'consume'
  /** A topic, a queue, or a table that serves as an outbox. */
  readonly target: Target
  readonly by: string
  readonly batchMax: number
  readonly batchWait: Seconds
  /** Looks only every so often; 0 = is told at once. */
  readonly poll: Seconds
  /** Batches that one instance works on at once; null = one for each processor. */
  readonly atOnce: number | null
}

/** A dotted reference, resolved: `db.links.by-code` is component db, part links, path by-code. */
export interface Target {
  readonly component: string
  /** Table, keyspace, topic or lock; null when the component alone was named. */
  readonly part: string | null
  /** Access path of a table; null = by its key. */
  readonly path: string | null
  readonly span: Span
}

/** `fixed` drawn per request, plus `each` for every unit of a register (`200 per item`, `= missed`). */
export interface Amount {
  readonly fixed: Distribution
  readonly each: number
  readonly times: Register
}

interface Common {
  readonly span: Span
  /** Policy written at the step, a named one that it refers to included. */
  readonly policy: PolicyPart
  /** Of this step and what is nested in it; null = as the flow. */
  readonly priority: number | null
  /** A failure of the step is ignored. */
  readonly isOptional: boolean
}

/** How many keys at once: a number, times the messages of the batch for `pipeline` in a consumer. */
interface Keys {
  readonly items: number
  readonly mode: 'single' | 'pipeline'
}

/** `run` is gone: its fragment's steps stand in its place. */
export type Step = Common &
  (
    | { readonly verb: 'work'; readonly time: Distribution; readonly each: Seconds; readonly perKilobyte: Seconds }
    | { readonly verb: 'wait'; readonly time: Distribution }
    /** `operation`: its steps run in the callee before those of `do`. */
    | {
        readonly verb: 'call'
        readonly target: Target
        readonly operation: string | null
        readonly via: readonly string[]
        readonly send: Bytes
        readonly steps: readonly Step[]
      }
    | (Keys & {
        readonly verb: 'get'
        readonly target: Target
        readonly hit: readonly Step[]
        readonly miss: readonly Step[]
      })
    | (Keys & { readonly verb: 'put'; readonly target: Target })
    /** `rows` null: as many as the access path says. `pages`: so many accesses one after the other. */
    | {
        readonly verb: 'read' | 'write'
        readonly target: Target
        readonly rows: Amount | null
        readonly pages: Distribution
        readonly consistency: 'default' | 'strong' | 'session' | 'eventual' | { readonly staleBy: Seconds }
      }
    | { readonly verb: 'tx'; readonly target: Target; readonly steps: readonly Step[] }
    | {
        readonly verb: 'publish'
        readonly target: Target
        readonly count: Amount
        readonly size: Bytes | null
        /** The column that decides on the partition; null = as the topic says. */
        readonly key: string | null
        readonly batched: Seconds
      }
    | { readonly verb: 'push'; readonly target: Target; readonly size: Bytes }
    | { readonly verb: 'parallel'; readonly branches: readonly Branch[]; readonly need: number }
    /** `count` items in groups: `count / inGroupsOf` rounds, each of which asks for so many keys or rows at once. */
    | {
        readonly verb: 'each'
        readonly count: Distribution
        readonly inGroupsOf: number
        readonly atOnce: number
        readonly steps: readonly Step[]
      }
    | { readonly verb: 'repeat'; readonly count: Distribution; readonly steps: readonly Step[] }
    | {
        readonly verb: 'choose'
        readonly branches: readonly {
          readonly name: string
          readonly probability: Ratio
          readonly steps: readonly Step[]
        }[]
      }
    | { readonly verb: 'hold'; readonly target: Target; readonly steps: readonly Step[] }
    | { readonly verb: 'try'; readonly steps: readonly Step[]; readonly otherwise: readonly Step[] }
    | { readonly verb: 'fail'; readonly failure: Failure; readonly probability: Ratio }
    | { readonly verb: 'reply'; readonly size: Bytes }
  )

export interface Branch {
  readonly name: string
  readonly steps: readonly Step[]
  readonly giveUp: Seconds | null
}

/**
 * One written policy: only the keys that were written; the most specific wins key by key (step, edge, caller, default).
 */
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
  readonly kind:
    | 'kill'
    | 'slow'
    | 'errors'
    | 'disconnect'
    | 'flush'
    | 'burst'
    | 'partition'
    | 'fill'
    | 'throttle'
    | 'deny'
    | 'failover'
    | 'deploy'
  /** Component, `component[2]` (instance), place, `us.b`, flow or actor it hits. */
  readonly target: {
    readonly kind: 'component' | 'instance' | 'place' | 'flow' | 'actor'
    readonly id: string
    readonly instance: number | null
  }
  /** The other side of a partition; null = everything else. */
  readonly other: Fault['target'] | null
  /** Of a kill: what its victims had on disk is gone with them. */
  readonly isDiskLost: boolean
  readonly start: Seconds
  readonly end: Seconds
  /** Strength: share hit (disconnect, errors), factor (`times`), added time (`by`); whichever the kind takes. */
  readonly share: Ratio
  readonly times: number
  readonly by: Seconds
  readonly text: string
  readonly span: Span
}

/** Section `security`: rules and exporters read it, engines do not. */
export interface Security {
  readonly classes: ReadonlyMap<string, DataClass>
  readonly boundaries: ReadonlyMap<
    string,
    { readonly holds: readonly string[]; readonly within: string | null; readonly span: Span }
  >
  readonly exposed: readonly string[]
  /** Key `caller -> callee`. */
  readonly links: ReadonlyMap<string, SecurityLink>
  readonly inputs: ReadonlyMap<string, { readonly query: 'parameterized' | 'concatenated'; readonly span: Span }>
  /** By component that keeps something; null: not stated. */
  readonly atRest: ReadonlyMap<string, AtRest>
  readonly accepted: readonly Accepted[]
}

export interface AtRest {
  readonly encrypted: boolean | null
  readonly backups: 'apart' | 'together' | null
  readonly span: Span
}

export interface DataClass {
  readonly confidentiality: 'public' | 'internal' | 'restricted' | 'secret' | null
  readonly integrity: 'normal' | 'important' | 'critical' | null
  readonly isPersonal: boolean | null
  readonly span: Span
}

/** null: not stated. */
export interface SecurityLink {
  readonly tls: boolean | null
  readonly auth: string | null
  readonly authorization: string | null
  readonly span: Span
}

export interface Decision {
  readonly title: string
  readonly status: string
  readonly because: string
  readonly insteadOf: string
  readonly pattern: string | null
  readonly span: Span
}
