import type { Bytes, PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Distribution } from './distribution.ts'

/** Position in `Model.groups`. */
export type GroupIndex = number
/** Position in `Model.resources`. */
export type ResourceIndex = number
/** Position in `Model.places`. */
export type PlaceIndex = number
/** Position in `Model.keyDomains`. */
export type KeyDomainIndex = number

/**
 * The running copies of one component: `shards` rows of `perShard` instances. Instance number =
 * shard * perShard + position; position 0 of a replicated shard is its leader. A service has one shard.
 */
export interface Group {
  readonly id: string
  /** Component this group belongs to (`Model.components[].id`). */
  readonly component: string
  readonly shards: number
  /** Instances per shard at the start. */
  readonly perShard: number
  /** Upper bound of instances per shard (autoscaling); equals `perShard` without a scaler. */
  readonly perShardMax: number
  /**
   * Instance at position i of shard s stands in `places[(s + i) % places.length]`, so that leaders are spread; empty =
   * nowhere in particular.
   */
  readonly places: readonly PlaceIndex[]
  /** How long a dead instance still gets requests before those who pick notice (health checks); 0 = at once. */
  readonly detect: Seconds
  /** How long after its leader died the next copy of a shard takes over; Infinity = never. */
  readonly promote: Seconds
  /** Which shard a key lies on; left out = by a hash. */
  readonly placement?: Placement
  /** What its instances keep that is missed when it is lost; left out = nothing. */
  readonly keeps?: Keeps
  /** Callers leave an instance out that fails them again and again; left out = they do not. */
  readonly eject?: Ejection
  /** An instance that (re)starts, or is added, works slower at first; left out = it does not. */
  readonly warmUp?: WarmUp
}

/** Passive health checks. */
export interface Ejection {
  /** Attempts in a row that failed (with `connect-error`, `timeout`, `error` or `rejected`). */
  readonly after: number
  /** How long it is not picked. */
  readonly time: Seconds
  /** Share of the instances that may be left out at once; one always may. With all of them out, all are picked. */
  readonly most: Ratio
}

/** From this part of its speed to all of it, in equal steps, within this time. */
export interface WarmUp {
  readonly time: Seconds
  readonly from: Ratio
}

/**
 * `range`: neighbours in popularity lie together, as the newest rows do; `directory`: evenly by load; `ring`:
 * consistent hashing, each shard at so many points of a circle.
 */
export type Placement =
  | { readonly scheme: 'range' }
  | { readonly scheme: 'directory' }
  | { readonly scheme: 'ring'; readonly virtualNodes: number }

/** Data of a group, alike on each of its shards. */
export interface Keeps {
  /** A crashed instance has it again when it is back; in memory it is gone with the process. */
  readonly on: 'disk' | 'memory'
  /** The last backup of its data, for when no copy is left; null = there is none. */
  readonly backup: Backup | null
}

export interface Backup {
  /** Between two of them: the last one is that old at most. */
  readonly every: Seconds
  /** Until a shard is there again from one. */
  readonly restore: Seconds
}

/** What decides who is served next among those who wait. `preemptive` resumes the displaced work later. */
export type Discipline = 'fifo' | 'lifo' | 'ps' | 'priority' | 'preemptive'

interface Common {
  readonly id: string
  /** One copy of the resource exists per instance of this group. */
  readonly group: GroupIndex
}

/** Servers that work on one request each (or share: `ps`), with a queue before them. */
export interface Station extends Common {
  readonly kind: 'station'
  /** Identical servers (cores); may be Infinity (a pure delay). */
  readonly servers: number
  readonly discipline: Discipline
  /** Places to wait; Infinity = unbounded. A request that finds them full fails with `rejected`. */
  readonly waitingRoom: number
  readonly whenFull: 'reject' | 'drop-oldest'
  /** Longest a request waits before it leaves (fails with `abandoned`), drawn per visit; null = for ever. */
  readonly patience: Distribution | null
  /**
   * Breakdowns: the whole station works for `up`, then stands still for `down` (work resumes where it was); null =
   * never.
   */
  readonly outages: { readonly up: Distribution; readonly down: Distribution } | null
  /** What the wait is called in verdicts: `cpu`, `disk`, `station`. */
  readonly label: string
}

/** Slots held while other steps run: threads, connections, a lock, a concurrency limit. */
export interface Pool extends Common {
  readonly kind: 'pool'
  readonly slots: number
  readonly waitingRoom: number
  readonly whenFull: 'reject' | 'drop-oldest'
  readonly order: 'fifo' | 'lifo' | 'priority'
  /** Longest wait for a slot; then the request fails with `rejected`. Infinity = for ever. */
  readonly patience: Seconds
  /** Those that waited too long are dropped (`rejected`) instead of getting their slot; left out = nobody is. */
  readonly shed?: Shedding
  /** Its slots have to be started before their first use; left out = all of them are there. */
  readonly starting?: Starting
  readonly label: string
}

/** Environments of a function: made when they are needed, and kept for a while. */
export interface Starting {
  /** One that nobody used for this long is gone. */
  readonly idle: Seconds
  /** So many are always there. */
  readonly kept: number
  /** Token bucket of new ones, full at the start; a request that would need more fails with `rate-limited`. */
  readonly rate: PerSecond
  readonly burst: number
}

/** Controlled delay (RFC 8289): drop while waits stay above `target` for `interval`. */
export interface Shedding {
  readonly target: Seconds
  readonly interval: Seconds
}

/** Token bucket, full at the start: a request without a token fails with `rate-limited`. */
export interface Limiter extends Common {
  readonly kind: 'limiter'
  readonly rate: PerSecond
  readonly burst: number
  /** One bucket for each of so many clients, who ask as often as one another; left out = one for all. */
  readonly clients?: number
}

/**
 * Opens when the share of failed attempts among the last `window` (no fewer) reaches `openAt`; lets one probe through
 * after `halfOpen`, which closes it, with its window empty, or opens it again.
 */
export interface Breaker extends Common {
  readonly kind: 'breaker'
  readonly openAt: Ratio
  readonly window: number
  readonly halfOpen: Seconds
}

/**
 * Retry budget, full at the start: every first attempt earns `ratio` tokens (at most `burst` kept); a retry spends one.
 */
export interface Budget extends Common {
  readonly kind: 'budget'
  readonly ratio: Ratio
  readonly burst: number
}

/** Entries by key with a time to live and an eviction rule; each instance of the group holds its own entries. */
export interface Cache extends Common {
  readonly kind: 'cache'
  readonly keyDomain: KeyDomainIndex
  /** Entries one instance has room for; Infinity when memory does not bind. */
  readonly entries: number
  readonly timeToLive: Seconds
  readonly evict: 'lru' | 'lfu' | 'fifo' | 'random' | 'none'
  /** Filled at the start as a long-running one would be. */
  readonly isWarm: boolean
  /** A hit ratio the user forced; null = the hit ratio is an output. */
  readonly forcedHitRatio: Ratio | null
  readonly onMiss: 'herd' | 'single-flight'
  /** From this part of its time to live on a key that is hit is fetched anew, once, beside; left out = never. */
  readonly refreshFrom?: Ratio
}

/** Messages between publishers and consumers; `isShared` makes it a work queue. */
export interface Log extends Common {
  readonly kind: 'log'
  /** Of the whole log, not of each instance: there is one log, whatever the number of brokers. */
  readonly partitions: number
  /** Work queue: any free consumer takes the next message; otherwise a partition belongs to one consumer of a group. */
  readonly isShared: boolean
  readonly keyDomain: KeyDomainIndex | null
  /** Messages it can keep; a publish beyond that fails with `rejected`. */
  readonly capacity: number
  /** A message beyond that is lost instead, for the consumer that has too many; left out = it is not. */
  readonly isDropping?: boolean
  readonly messageSize: Bytes
  /** One that nobody took within this time is lost; left out = kept for ever. */
  readonly keep?: Seconds
  /** How long a group takes nothing after a member came or went; left out = not at all. */
  readonly rebalance?: Seconds
  /** Then only partitions that change hands are not read meanwhile, and as few as can be do; left out = none is. */
  readonly isCooperative?: boolean
  /** Messages wait at their consumer, not at the broker: they are lost with it, and at once when there is none. */
  readonly isPushed?: boolean
  /** It is in the memory of its group's instances: with one of them its share is lost. */
  readonly isVolatile?: boolean
  /** What becomes of a message whose consumer is not done; left out = it comes back as soon as its consumer is dead. */
  readonly redeliver?: Redelivery
}

/** After `within` a message that is not acknowledged is given to somebody (again). */
export interface Redelivery {
  readonly within: Seconds
  /** The broker sees a dead consumer's connection close, and does not wait that long for its messages. */
  readonly isClosing: boolean
}

export type Resource = Station | Pool | Limiter | Breaker | Budget | Cache | Log
