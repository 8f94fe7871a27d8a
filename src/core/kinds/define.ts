import type { Span } from '../base/span.ts'
import type { Bytes, BytesPerSecond, Dollars, Ratio, Seconds } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Charge, Scaler } from '../model/model.ts'
import type {
  Ejection,
  Group,
  GroupIndex,
  KeyDomainIndex,
  PlaceIndex,
  Resource,
  ResourceIndex,
} from '../model/resource.ts'
import type { Call, Pick, PointIndex, Register, Serve, Step } from '../model/step.ts'
import type { DiskSettings } from './disk.ts'
import type { Params, ParamValues } from '../text/param.ts'

/** What can be asked of a component: the verbs of flows that name one. */
export type Verb = 'call' | 'get' | 'put' | 'read' | 'write' | 'tx' | 'publish' | 'consume' | 'push' | 'hold'

/** A kind as the rest of the product sees it: what may be set, and how a component of it becomes steps. */
export interface Kind {
  /** As written after `kind:`, in its general form: `sql-database`. */
  readonly id: string
  /** Other spellings: `columnar` for `columnar-store`. */
  readonly aliases: readonly string[]
  /** The general kind that a technology is, with other defaults; null for a general kind. */
  readonly is: string | null
  readonly about: string
  readonly params: Params
  /** Defaults of a technology, over those of its params. Path of the param (`memory`, `disk.iops`) → value. */
  readonly presets: Readonly<Record<string, Preset>>
  /** Which param holds the parts that flows name: `tables`, `keyspaces`, `topics`; null = it has none. */
  readonly parts: string | null
  readonly verbs: readonly Verb[]
  readonly models: readonly string[]
  readonly doesNotModel: readonly string[]
  /**
   * Params that other kinds with such parts have, and that mean nothing here: said when one is written.
   * Path (`*` for the name of a part: `tables.*.indexes`) → why.
   */
  readonly withoutEffect: Readonly<Record<string, string>>
  /**
   * Names of the parts of a component, and of the access paths of each; null = a part needs no declaration, the name
   * that a flow uses is enough (locks). Settings are values of `params`.
   */
  readonly partsOf: (settings: Readonly<Record<string, unknown>>) => ReadonlyMap<string, Part> | null
  /** Mistakes that only several settings together can make: said with the key they stand at. */
  readonly check: (settings: Readonly<Record<string, unknown>>) => readonly SettingsProblem[]
  readonly build: (settings: Readonly<Record<string, unknown>>, bench: Workbench) => Behaviour
  /** What a component of it keeps: the arithmetic of space and memory is over these. */
  readonly holdingsOf: (settings: Readonly<Record<string, unknown>>) => readonly Holding[]
  /** The disk of each instance as it is set; null = it has none. */
  readonly diskOf: (settings: Readonly<Record<string, unknown>>) => DiskSettings | null
  readonly upkeepOf: (settings: Readonly<Record<string, unknown>>) => Upkeep
}

/** A setting that goes into arithmetic, and where it stands. */
export interface HeldFigure {
  /** As formulas call it: `row`. */
  readonly name: string
  readonly value: number
  /** In the settings of the component: `tables.links.row`. */
  readonly path: string
}

/** A set of things that a component keeps. */
export interface Holding {
  /** Table, keyspace, sort of objects, topic. */
  readonly part: string
  readonly things: 'rows' | 'objects' | 'entries' | 'messages' | 'connections'
  /** How many there are; `growth` may stand beside it. null = as many as come within `keep`, or are connected. */
  readonly count: HeldFigure | null
  /** Bytes of one, as its users see it. */
  readonly each: HeldFigure
  /** Bytes that one takes beside. */
  readonly overheads: readonly HeldFigure[]
  /** Size where it is kept, as a share of its bytes; null = all of them. */
  readonly packed: HeldFigure | null
  /** Everywhere together, the first one included. */
  readonly copies: HeldFigure
  /** Of a table, by access path: rows of one access. Of a cache, whether it asks for what it misses itself. */
  readonly returns?: ReadonlyMap<string, HeldFigure>
  readonly isThrough?: boolean
  /** What is put into it goes on to this table, in the background; null = nowhere. */
  readonly behind?: string | null
  /** It is where its entries live: none of them is ever missing. */
  readonly isHome?: boolean
  /** Zipf exponent by which they are asked for; null = nobody asks for one of them. */
  readonly popularity: HeldFigure | null
  /** How long a message is kept; null = for ever. */
  readonly keep: HeldFigure | null
  /** `service`: space is bought by the byte, on nobody's machine. */
  readonly on: 'disk' | 'memory' | 'service'
}

/** What is the same for all kinds that run somewhere: how they are brought back, renewed, and what is promised. */
export interface Upkeep {
  readonly recover: {
    readonly restart: Seconds | null
    readonly reschedule: Seconds | null
    readonly replace: Seconds | null
  } | null
  readonly deploy: {
    readonly strategy: 'rolling' | 'blue-green' | 'canary' | 'recreate'
    readonly every: Seconds | null
    /** From the order to a new instance that serves. */
    readonly takes: Seconds
    /** How long a canary is watched before the others follow. */
    readonly watch: Seconds
  } | null
  readonly sla: Ratio | null
}

export interface Part {
  readonly kind: 'table' | 'keyspace' | 'topic' | 'lock'
  /** Names of access paths that may follow; a read without one goes by key. */
  readonly paths: readonly string[]
}

export interface SettingsProblem {
  readonly severity: 'error' | 'warning'
  readonly code: string
  /** The param the problem is about. */
  readonly param: string
  readonly message: string
  readonly hint?: string
}

/** Where a kind puts what a component consists of. Indexes are positions in the Model that is being made. */
export interface Workbench {
  /** Id of the component. */
  readonly component: string
  readonly span: Span
  /** `network: ideal`: no per-call overhead. */
  readonly isNetworkIdeal: boolean
  /** Where the instances stand, cyclically: from `at`, `spread` and `pin`. Empty = nowhere in particular. */
  readonly places: readonly PlaceIndex[]
  readonly addGroup: (group: Omit<Group, 'component'>) => GroupIndex
  readonly addResource: (resource: Resource) => ResourceIndex
  readonly addScaler: (scaler: Scaler) => void
  /** What each instance of the group sends and receives passes a network card of this bandwidth. */
  readonly addCard: (group: GroupIndex, bandwidth: BytesPerSecond) => void
  /** Keys with this popularity; the same domain for all who mean the same keys alike. */
  readonly keyDomain: (keys: number, exponent: number) => KeyDomainIndex
  readonly addCost: (label: string, dollarsPerMonth: Dollars, options: { readonly isPerInstance: boolean }) => void
  /** Asked for when all flows are compiled. */
  readonly addCharge: (charge: () => Charge) => void
  /** A simplification that limits the answer, in words, shown with every result. */
  readonly mind: (note: string) => void
}

/** Makes the steps of one flow: every wait and every service gets its point there. */
export interface Writer {
  readonly flow: string
  /** The flow's or the step's priority; 1 = most urgent. */
  readonly priority: number
  /** The request is an attacker's. */
  readonly isHostile: boolean
  /** How many clients such requests come from; null = nobody says. */
  readonly clients: number | null
  /** Work at a station; `each` is added once for each unit of register `times` (default: none). */
  readonly serve: (
    station: ResourceIndex,
    work: Distribution,
    per?: { readonly each: Seconds; readonly times: Register },
  ) => Serve
  /** @param start  goes before them when the slot is a new one (a pool whose slots have to be started) */
  readonly hold: (pool: ResourceIndex, steps: readonly Step[], start?: readonly Step[]) => Step
  /** @param name  as shown to people, without the component: `replication` */
  readonly delay: (name: string, time: Distribution) => Step
  /** All or some of several branches, as far as the component's own inside goes: replicas, quorums. */
  readonly parallel: (name: string, branches: readonly (readonly Step[])[], need: number) => Step
  readonly choose: (branches: readonly { readonly probability: number; readonly steps: readonly Step[] }[]) => Step
  /** A request from one instance of the component to another one of it: replication. Crosses the network; no policy. */
  readonly callPeer: (access: Access) => Step
  readonly point: (
    name: string,
    category: 'service' | 'delay' | 'pool' | 'network' | 'join' | 'coalesce',
    resource: ResourceIndex | null,
  ) => PointIndex
}

/** A way to reach a component, and what happens there. */
export interface Access {
  readonly group: GroupIndex
  readonly pick: Pick
  /** At the instance that is reached. */
  readonly steps: readonly Step[]
  /** What opening a connection takes, by the share of requests that do; left out = connections are kept. */
  readonly connects?: Call['connects']
  /** Payload of the request and of the answer, beside what the step itself says. */
  readonly send: Bytes
  readonly receive: Bytes
}

/** A request of one verb, from the caller's side. */
export interface Ask {
  readonly write: Writer
  /** Keyspace, table, topic, lock; null when the component alone was named. */
  readonly part: string | null
  /** How many of the thing (keys, rows, messages) at once: a number, times a register. */
  readonly count: { readonly fixed: number; readonly times: Register | null }
  /** Bytes that the step says it sends (`send`, `size`); null = the part's own size. */
  readonly size: Bytes | null
  /** Keys that the request has drawn already (inside the `miss` of a cache): the same key is meant; null = none. */
  readonly keyDomain: KeyDomainIndex | null
}

export interface RowAsk extends Ask {
  /** Access path; null = by key. */
  readonly path: string | null
  /** Rows of each access; null = what the path says. */
  readonly rows: Distribution | null
  readonly consistency: 'default' | 'strong' | 'session' | 'eventual' | { readonly staleBy: Seconds }
  /** Inside `tx`: the commit comes at its end. */
  readonly isInTransaction: boolean
}

export interface PublishAsk extends Ask {
  /** Messages per step, drawn per request; `count` is on top. */
  readonly messages: Distribution
  /** Kept at the sender and shipped together at this interval; 0 = at once. */
  readonly shipEvery: Seconds
  /** What decides on the partition, when the step says so; null = as the topic says. */
  readonly key: string | null
}

/** What a component does when it is asked; a verb that is absent was refused before. */
export interface Behaviour {
  /** The resource whose busy share is "the" utilization; null = has none. */
  readonly primary: ResourceIndex | null
  readonly group: GroupIndex
  /** Connections that callers keep to it: a pool of each calling instance; null = none is needed. */
  readonly connections: { readonly most: number; readonly waitMost: Seconds } | null
  /** Connections that one instance of it accepts; null = no limit is known. */
  readonly connectionsMost: number | null
  /** A request comes in, `inner` runs at the instance. */
  readonly call?: (inner: readonly Step[], ask: Ask) => Access
  /** Processor time of the component itself (`work`), at an instance of it. */
  readonly work?: (
    time: Distribution,
    per: { readonly each: Seconds; readonly times: Register },
    write: Writer,
  ) => readonly Step[]
  readonly get?: (ask: Ask) => CacheAccess
  readonly put?: (ask: Ask) => Access
  readonly read?: (ask: RowAsk) => Access
  readonly write?: (ask: RowAsk) => Access
  /** The end of a transaction with this many written rows; null = nothing is left to do. */
  readonly commit?: (ask: Ask, writes: number) => Access | null
  readonly publish?: (ask: PublishAsk) => Access
  /** Asked before any flow is compiled: a table becomes an outbox by it. @param part  '' = the component alone */
  readonly consume?: (part: string, write: Writer) => Consumed
  readonly push?: (ask: Ask) => Access
  /** A named lock or licence: steps run while a slot of `pool` is held; `acquire` and `release` go there and back. */
  readonly hold?: (ask: Ask) => { readonly pool: ResourceIndex; readonly acquire: Access; readonly release: Access }
  /** Logs that it takes from itself, to write to a table of another component in the background. */
  readonly drains?: readonly { readonly log: ResourceIndex; readonly store: string; readonly every: Seconds }[]
  /** Clients that lose their connection to it come back within this time. */
  readonly reconnects?: { readonly over: Seconds }
  /** A sign of life of each connected client: how often, and its processor time. */
  readonly heartbeat?: { readonly every: Seconds; readonly work: Seconds }
  /** Set for what stands in front of others (`via`): how it picks an instance of what is behind it. */
  readonly forwards?: Forwards
  /** Only says where the next one is: the caller goes there itself. */
  readonly isLookup?: true
}

export interface Forwards {
  /** Left out: as the one behind it picks its instances. */
  readonly pick?: Partial<Pick>
  /** How it finds out that an instance behind it is dead, or fails; left out: as that one says itself. */
  readonly checks?: { readonly detect: Seconds | null; readonly eject: Ejection | null }
}

export interface Consumed {
  readonly log: ResourceIndex
  readonly fetch: Access | null
  /** A message may be lost between the answer to its publisher and its consumer; left out = it may not. */
  readonly isLossy?: boolean
  /** A message counts as done when it is handed out: what a consumer had when it died is lost; left out = it is not. */
  readonly isForgotten?: boolean
}

export interface CacheAccess {
  readonly cache: ResourceIndex
  readonly access: Access
  /** `aside`: the caller goes on by the answer; `through`: the cache itself asks for what it misses (CDN). */
  readonly style: 'aside' | 'through'
  /** How what was missing gets in afterwards; null = it does not. For `through` the steps run at the cache itself. */
  readonly fill: Access | null
}

interface KindSpec<P extends Params>
  extends Omit<Kind, 'params' | 'partsOf' | 'check' | 'build' | 'holdingsOf' | 'diskOf' | 'upkeepOf'> {
  readonly params: P
  readonly holdingsOf?: (settings: ParamValues<P>) => readonly Holding[]
  readonly partsOf?: (settings: ParamValues<P>) => ReadonlyMap<string, Part> | null
  readonly check?: (settings: ParamValues<P>) => readonly SettingsProblem[]
  readonly build: (settings: ParamValues<P>, bench: Workbench) => Behaviour
}

/** The one place where settings get the type of their kind: they were read by these very params. */
export function defineKind<P extends Params>(spec: KindSpec<P>): Kind {
  const typed = (settings: Readonly<Record<string, unknown>>): ParamValues<P> => settings as ParamValues<P>
  return {
    ...spec,
    partsOf: (settings) => (spec.partsOf ? spec.partsOf(typed(settings)) : new Map<string, Part>()),
    check: (settings) => spec.check?.(typed(settings)) ?? [],
    build: (settings, bench) => spec.build(typed(settings), bench),
    holdingsOf: (settings) => spec.holdingsOf?.(typed(settings)) ?? [],
    diskOf: (settings) => (settings as { readonly size?: { readonly disk?: DiskSettings | null } }).size?.disk ?? null,
    upkeepOf: (settings) => ({ recover: null, deploy: null, sla: null, ...(settings as Partial<Upkeep>) }),
  }
}

/** A default of a technology, by the path of its param (`memory`, `size.disk.iops`). */
export interface Preset {
  /** In the language's notation. */
  readonly value: string
  readonly source: string
}
