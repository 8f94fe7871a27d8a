import type { Histogram } from '../base/histogram.ts'
import type { RandomStream } from '../base/random.ts'
import type { Seconds } from '../base/units.ts'
import type { Insert, Register } from '../model/step.ts'
import { FOUND, GROUP, INTS, ITEMS, MISSED } from './field.ts'
import type { Sampler } from './sampler.ts'

/**
 * The constants of instructions. `base` is the first copy of a resource in the arrays of its sort; `depth` is the
 * enclosing frame whose instance says which copy is meant (-1: copy 0).
 */
export interface ServeSite {
  readonly base: number
  readonly depth: number
  readonly work: Sampler
  readonly each: Seconds
  readonly times: number
  readonly point: number
  /** Queue of the copy it waits in: 0 is served first. */
  readonly level: number
  /** Ring of the event set for constant work; -1: none. */
  readonly ring: number
  /** It is what a call without a trace is for: see `pass`. */
  readonly isPassage: boolean
}

export interface DelaySite {
  readonly time: Sampler
  readonly point: number
  readonly ring: number
}

export interface HoldSite {
  readonly base: number
  readonly depth: number
  readonly point: number
  readonly level: number
  /** Local that remembers the copy; the next one remembers its epoch. */
  readonly slot: number
  readonly patienceRing: number
}

export interface AdmitSite {
  readonly base: number
  readonly depth: number
  /** Which of so many clients asks; null = they share one bucket. */
  readonly clients: { readonly count: number; readonly stream: RandomStream } | null
}

export interface LookupSite {
  readonly isSingleFlight: boolean
  readonly cache: number
  readonly depth: number
  readonly domain: number
  readonly waitPoint: number
  readonly slot: number
  /** Where those go on that waited for another's miss path. */
  readonly pad: number
  readonly missAt: number
}

export interface CacheSite {
  /** Resource, and the copies of it. */
  readonly cache: number
  readonly base: number
  readonly depth: number
  readonly domain: number
  readonly keys: number
  readonly times: number
  readonly forced: number
  /** For an insert. */
  readonly mode: Insert['mode']
  readonly stream: RandomStream
}

export interface ChooseSite {
  /** Cumulative probabilities and where to go on. */
  readonly upTo: Float64Array
  readonly targets: Int32Array
  readonly stream: RandomStream
}

export interface ForkSite {
  readonly entries: Int32Array
  /** Rings of the times after which a branch is given up; -1: never. */
  readonly giveUpRings: Int32Array
  readonly need: number
  readonly point: number
}

export interface RepeatSite {
  readonly count: Sampler
  readonly times: number
  /** Local with the things left to do; the next one has the register `group` of outside. */
  readonly slot: number
  readonly groupsOf: number
  readonly atOnce: number
  readonly hasNewKeys: boolean
  readonly entry: number
}

export interface PublishSite {
  readonly log: number
  readonly count: Sampler
  readonly times: number
  /** -1: round robin. */
  readonly domain: number
  /** Number among the sites that ship at intervals; -1: at once. */
  readonly ship: number
}

/** Instructions that bring an answered write to its copies, and the group whose instances run them. */
export interface Replication {
  readonly from: number
  readonly to: number
  readonly group: number
  /** Site of the publish that comes after them: consumers see messages that have their copies. -1: a write. */
  publish: number
}

export interface FailSite {
  readonly failure: number
  readonly probability: number
  readonly stream: RandomStream
  /** Only while the disk of the instance at this depth is full; -1 = always. */
  readonly fullDepth: number
  readonly group: number
}

/** Everything a call needs to know. The last fields change while it runs. */
export interface CallSite {
  readonly flow: number
  readonly group: number
  /** First instance of the group; the only one it ever has, or -1. */
  readonly base: number
  readonly only: number
  /** No way takes any time, wherever it leads. */
  readonly isInstant: boolean
  readonly isNearest: boolean
  /**
   * Depth of the frame at the callee, and of the caller's nearest frame that has an instance (-1: at its source's
   * place).
   */
  readonly depth: number
  readonly callerDepth: number
  readonly callerGroup: number
  readonly shardBy: number
  readonly sameDepth: number
  readonly within: number
  readonly position: number
  readonly weights: Float64Array
  /** How long a looked up instance is kept in mind; 0 = it is not. */
  readonly keptFor: Seconds
  /** Shares of the attempts that open a connection, cumulative, and the round trips of each; null = none does. */
  readonly connects: {
    readonly upTo: Float64Array
    readonly roundTrips: Float64Array
    readonly stream: RandomStream
  } | null
  readonly shardStream: RandomStream
  readonly pickStream: RandomStream
  readonly networkStream: RandomStream
  readonly errorStream: RandomStream
  readonly retryStream: RandomStream
  readonly timeout: Seconds
  readonly timeoutRing: number
  /** False when the timeout starts later, once a bulkhead is passed. */
  readonly isArmedAtStart: boolean
  readonly deadline: Seconds
  readonly deadlineRing: number
  readonly retryTimes: number
  /** Bit f is set when failure f may be retried. */
  readonly retryAfter: number
  readonly backoff: Seconds
  readonly multiplier: number
  readonly jitter: number
  readonly budget: number
  readonly budgetDepth: number
  readonly hedgeAfter: Seconds
  readonly hedgeRing: number
  readonly hedgePercentile: number
  readonly hedgeAtMost: number
  readonly breaker: number
  readonly breakerDepth: number
  readonly isStopped: boolean
  /** Neither a bulkhead nor a connection: an attempt goes out at once, and its answer is there when it is back. */
  readonly isBare: boolean
  readonly send: number
  readonly receive: number
  readonly overhead: Seconds
  readonly networkPoint: number
  readonly retryPoint: number
  readonly onFail: number
  /** What a failure counted as a miss misses. */
  readonly missKeys: number
  readonly missTimes: number
  entry: number
  land: number
  backAt: number
  answer: number
  /** Times of calls that were answered without a retry, for a hedge by percentile. */
  readonly times: Histogram | null
  calls: number
  hedges: number
  hedgeTime: Seconds
}

export const ON_FAIL_ERROR = 0
export const ON_FAIL_IGNORE = 1
export const ON_FAIL_MISS = 2

export const SHARD_UNIFORM = -1
export const SHARD_SAME = -2

const TIMES_ITEMS = 0
const TIMES_FOUND = 1
const TIMES_MISSED = 2
const TIMES_GROUP = 3
export const TIMES_ONE = 4

const codes: Readonly<Record<Register, number>> = {
  items: TIMES_ITEMS,
  found: TIMES_FOUND,
  missed: TIMES_MISSED,
  group: TIMES_GROUP,
}

export const registerCode = (register: Register | null): number => (register === null ? TIMES_ONE : codes[register])

interface Registers {
  readonly ints: Int32Array
}

/** The number that a register of this record holds; 1 for none. */
export function registerOf(records: Registers, record: number, times: number): number {
  switch (times) {
    case TIMES_ITEMS:
      return records.ints[(record << INTS) | ITEMS] as number
    case TIMES_FOUND:
      return records.ints[(record << INTS) | FOUND] as number
    case TIMES_MISSED:
      return records.ints[(record << INTS) | MISSED] as number
    case TIMES_GROUP:
      return records.ints[(record << INTS) | GROUP] as number
    default:
      return 1
  }
}
