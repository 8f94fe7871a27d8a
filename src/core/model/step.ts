import type { Bytes, Ratio, Seconds } from '../base/units.ts'
import type { Distribution } from './distribution.ts'
import type { Failure } from './error.ts'
import type { GroupIndex, KeyDomainIndex, ResourceIndex } from './resource.ts'

/** Position in `Model.points`: where time passes, the unit of attribution (one per timed step of a flow). */
export type PointIndex = number

/**
 * What a request does, in order. Steps are a tree: nesting means waiting. A resource is meant as "the copy that belongs
 * to the instance this request is at": the instance picked by the nearest enclosing {@link Call} to the resource's
 * group, else instance 0.
 */
export type Step =
  | Serve
  | Delay
  | Hold
  | Admit
  | Call
  | Lookup
  | Probe
  | Insert
  | Choose
  | Parallel
  | Repeat
  | Publish
  | Attempt
  | Reply
  | Fail
  | NewKey

/**
 * A number that a running flow knows: messages of its batch (1 outside a consumer), keys that the last {@link Probe}
 * found, keys that it missed, things in the current group of the nearest enclosing {@link Repeat} (1 outside of one).
 */
export type Register = 'items' | 'found' | 'missed' | 'group'

/**
 * Work at a station: `work` + `each` × register `times`, in seconds of one server at normal speed. `priority`: 1 is the
 * most urgent. The resource's `slow` faults stretch it.
 */
export interface Serve {
  readonly kind: 'serve'
  readonly station: ResourceIndex
  readonly work: Distribution
  readonly each: Seconds
  readonly times: Register
  readonly point: PointIndex
  readonly priority: number
}

/** Time that passes without any resource. */
export interface Delay {
  readonly kind: 'delay'
  readonly time: Distribution
  readonly point: PointIndex
}

/** A slot of a pool held while the nested steps run, whatever way they end. */
export interface Hold {
  readonly kind: 'hold'
  readonly pool: ResourceIndex
  readonly steps: readonly Step[]
  /** Goes before them when the slot is a new one (a pool whose slots have to be started). */
  readonly start?: readonly Step[]
  readonly point: PointIndex
  readonly priority: number
}

/** Pass a rate limiter or fail with `rate-limited`. */
export interface Admit {
  readonly kind: 'admit'
  readonly limiter: ResourceIndex
}

/** How an instance of the callee is picked, for each attempt anew. */
export interface Pick {
  /**
   * Which shard: by the request's key in this domain; `uniform`: a random one; `same`: that of the instance the request
   * is at (it is in this group already). Ignored for one shard.
   */
  readonly shardBy: KeyDomainIndex | 'uniform' | 'same'
  /**
   * Which instance of the shard. `leader`: the acting one; `replica`: a random other copy that is up (the leader if
   * there is none); `copy`: the `position`-th after the acting leader, cyclically (0 = the leader itself); `next`: the
   * `position`-th after the instance the request is at; `nearest`:
   * round robin among those whose places have the shortest mean round trip from the caller's; the others are balancing
   * policies over the instances known to be up. `hash`: by the request's key in domain `shardBy`.
   */
  readonly within:
    | 'leader'
    | 'replica'
    | 'copy'
    | 'next'
    | 'round-robin'
    | 'random'
    | 'least-requests'
    | 'random-two'
    | 'hash'
    | 'weighted'
    | 'nearest'
  /** For `copy` and `next`. */
  readonly position: number
  /** For `weighted`: one weight per instance, cyclic. */
  readonly weights: readonly number[]
  /**
   * Callers look the instance up and keep the answer so long: for that time some still ask one that is known to be
   * gone, and nobody yet asks one that is new. Left out = they do not keep it.
   */
  readonly keptFor?: Seconds
}

/**
 * What the caller's side does around a call. Nesting: deadline ⊃ fallback ⊃ retry ⊃ hedge ⊃ breaker ⊃ bulkhead ⊃
 * timeout ⊃ connection.
 */
export interface CallPolicy {
  /** For one attempt; null = wait for ever. */
  readonly timeout: Seconds | null
  /** For the request from here on, passed down; null = what the request already has. */
  readonly deadline: Seconds | null
  readonly retry: Retry | null
  readonly hedge: { readonly after: Seconds | { readonly percentile: Ratio }; readonly atMost: Ratio } | null
  readonly breaker: ResourceIndex | null
  readonly bulkhead: ResourceIndex | null
  /** Pool of the caller's instance that one attempt holds a connection of. */
  readonly connection: ResourceIndex | null
  /** What an attempt that the caller gave up on does: runs on (and costs), or stops where it is. */
  readonly afterTimeout: 'keep-going' | 'stop'
}

export interface Retry {
  /** Further attempts after the first. */
  readonly times: number
  readonly after: readonly Failure[]
  readonly backoff: Seconds
  /** Each further wait is this many times the last. */
  readonly multiplier: number
  /** none: backoff; full: backoff*U(0,1); half: backoff*(0.5+U(0,1)/2); plus: backoff*(0.5+U(0,1)). */
  readonly jitter: 'none' | 'full' | 'half' | 'plus'
  readonly budget: ResourceIndex | null
}

/**
 * A synchronous request to another group: pick an instance, cross the network, run the nested steps there, cross back.
 * The round trip is drawn once an attempt, half of it passes each way; payloads take their bytes over the link's
 * bandwidth. Attempts that the caller gives up on run on beside it. `onFail` says what the caller makes of a final
 * failure: `error` fails the caller too; `ignore` goes on; `miss` counts as a cache miss (inside {@link Lookup}).
 */
export interface Call {
  readonly kind: 'call'
  readonly to: GroupIndex
  readonly pick: Pick
  readonly policy: CallPolicy
  readonly send: Bytes
  readonly receive: Bytes
  readonly steps: readonly Step[]
  readonly onFail: 'error' | 'ignore' | 'miss'
  /** Extra time for each crossing beside the places' latency (protocol overhead); usually 0. */
  readonly overhead: Seconds
  /** Some attempts open a connection first: shares of them, with the round trips that takes; left out = none does. */
  readonly connects?: readonly { readonly share: Ratio; readonly roundTrips: number }[]
  /** Where network time is booked, and where the time of failed attempts and back-off is booked. */
  readonly networkPoint: PointIndex
  readonly retryPoint: PointIndex
  /** Where waiting for connection, bulkhead is booked. */
  readonly connectionPoint: PointIndex
}

/**
 * Ask a cache, then go on by its answer, at the caller. `access` holds a {@link Probe}. The miss path of several
 * requests for one key is walked once when the cache's `onMiss` is single-flight; the others wait (booked at
 * `waitPoint`), then go on as if they had hit, or fail as it did.
 */
export interface Lookup {
  readonly kind: 'lookup'
  readonly cache: ResourceIndex
  readonly access: readonly Step[]
  readonly hit: readonly Step[]
  readonly miss: readonly Step[]
  readonly waitPoint: PointIndex
}

/**
 * At the cache's instance: are `keys` × register `times` keys there? One key: the request's key of the cache's domain.
 * More: as many new ones, drawn here; those that are missing count as filled at once. Sets registers `found` and
 * `missed`; the enclosing lookup goes on with `miss` as soon as one is missing.
 */
export interface Probe {
  readonly kind: 'probe'
  readonly cache: ResourceIndex
  readonly keys: number
  readonly times: Register | null
}

/**
 * At the cache's instance: the request's key is there from now on (counts as an update if it was); `keys` × register
 * `times` above 1: as many new ones. `fill`: what was fetched after a miss; a key that somebody else brought meanwhile
 * stays as it is. `invalidate` removes it.
 */
export interface Insert {
  readonly kind: 'insert'
  readonly cache: ResourceIndex
  readonly keys: number
  readonly times: Register | null
  readonly mode: 'put' | 'fill' | 'invalidate'
}

/** One branch, by probability; probabilities sum to 1. */
export interface Choose {
  readonly kind: 'choose'
  readonly branches: readonly { readonly probability: Ratio; readonly steps: readonly Step[] }[]
}

/**
 * Branches at once; goes on when `need` of them ended well (all = number of branches, any = 1); fails when that is out
 * of reach. A branch that takes longer than its `giveUp` counts as failed (`timeout`). Branches that are not waited for
 * any more run on.
 */
export interface Parallel {
  readonly kind: 'parallel'
  readonly branches: readonly { readonly steps: readonly Step[]; readonly giveUp: Seconds | null }[]
  readonly need: number
  readonly point: PointIndex
}

/**
 * Nested steps for `count` × register `times` things (rounded up to a whole number, drawn per request), `groupsOf` of
 * them a round: ceil(n / groupsOf) rounds, `atOnce` of them at a time. Each round has register `group` = the things in
 * it (the last one may hold fewer) and draws new keys if `hasNewKeys`. One that fails fails the whole. `atOnce` above 1
 * runs rounds as branches of their own.
 */
export interface Repeat {
  readonly kind: 'repeat'
  readonly count: Distribution
  readonly times: Register | null
  readonly groupsOf: number
  readonly atOnce: number
  readonly hasNewKeys: boolean
  readonly steps: readonly Step[]
  readonly point: PointIndex
}

/**
 * Append `count` × register `times` messages. Partition: by the request's key in `keyDomain`, or in the log's domain,
 * else round robin.
 * `shipEvery` > 0: kept at the sender and appended together at that interval (0 = at once). A message's age counts from
 * now either way.
 */
export interface Publish {
  readonly kind: 'publish'
  readonly log: ResourceIndex
  readonly count: Distribution
  readonly times: Register | null
  readonly shipEvery: Seconds
  /** Left out: the log's. */
  readonly keyDomain?: KeyDomainIndex
}

/** try/catch: when `steps` fail, `otherwise` runs instead (empty: the failure is ignored). */
export interface Attempt {
  readonly kind: 'attempt'
  readonly steps: readonly Step[]
  readonly otherwise: readonly Step[]
  /** The steps bring a write that was answered to its copies: it is lost when its leader is before they are there. */
  readonly isReplication?: true
}

/** The answer goes back to whoever called; later steps go on at the callee without anyone waiting. */
export interface Reply {
  readonly kind: 'reply'
}

/**
 * Fails with `failure` with this probability. `while` full: only while a fault fills the disk of the instance it is at.
 */
export interface Fail {
  readonly kind: 'fail'
  readonly failure: Failure
  readonly probability: Ratio
  readonly while?: 'full'
  /** Components whose providers do not promise more; left out = it is no matter of a promise. */
  readonly promisedBy?: readonly string[]
}

/** Forget the request's key in a domain: the next use draws a new one. */
export interface NewKey {
  readonly kind: 'new-key'
  readonly keyDomain: KeyDomainIndex
}
