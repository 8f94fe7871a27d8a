import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { exact, type Method } from '../result/solution.ts'

/** Messages that one owner of loops takes in batches. */
export interface BatchLoad {
  /** Messages per second, a Poisson stream. */
  readonly rate: PerSecond
  /** Batches that are worked on at once. */
  readonly servers: number
  /** Messages of a batch at most. */
  readonly most: number
  /** Longest a batch waits to fill after its first message. */
  readonly longest: Seconds
  /** Looks for messages only at multiples of this, one batch a look; 0 = is told at once. */
  readonly poll: Seconds
  /** Of a batch of so many messages. */
  readonly time: (size: number) => { readonly mean: Seconds; readonly variance: number }
}

/** What becomes of them. */
export interface BatchAnswer {
  /** Mean number of messages of a batch. */
  readonly size: number
  readonly batches: PerSecond
  /** From a message's publication to the start of its batch. */
  readonly wait: {
    readonly mean: Seconds
    readonly variance: number /** Share that does not wait at all. */
    readonly none: Ratio
  }
  /** Busy share of the loops. */
  readonly utilization: Ratio
  readonly isOverloaded: boolean
  readonly method: Method
}

/** Steady state of consumers that take batches. */
export function solveBatches({ rate, servers, most, time }: BatchLoad): BatchAnswer {
  const size = Math.max(1, most)
  const utilization = (rate * time(size).mean) / size / servers
  return {
    size,
    batches: rate / size,
    wait: { mean: 0, variance: 0, none: 1 },
    utilization,
    isOverloaded: utilization >= 1,
    method: exact,
  }
}
