import type { Ratio, Seconds } from '../base/units.ts'
import type { Estimate } from './result.ts'
import type { RunStatistics } from './statistics.ts'

/**
 * How a figure was come by: `exact` follows from the model alone; `approximate` says by which method, and who showed
 * how good it is; `unsupported` is left out of the answer, with the reason.
 */
export type Method =
  | { readonly kind: 'exact' }
  | {
      readonly kind: 'approximate'
      readonly name: string
      readonly source: string
      /** How far off means may be, as a share of the time spent there; null = nobody knows. */
      readonly mean: Ratio | null
      /** The same for high percentiles. */
      readonly tail: Ratio | null
    }
  | { readonly kind: 'unsupported'; readonly reason: string }

export const exact: Method = { kind: 'exact' }

/** How far off figures may be, as a share of them; null = unknown. 0 = exact. */
export interface Accuracy {
  readonly mean: Ratio | null
  readonly tail: Ratio | null
  /** Of shares of requests (success, failures, hits): absolute. */
  readonly share: Ratio | null
}

/** How one step was solved. */
export interface StepMethod {
  readonly method: Method
  /** What it is about: a resource's or step's name, for people. */
  readonly at: string
  /** Component that it is at. */
  readonly component: string
}

/** One way in which the answer is not exact, and where. */
export interface Doubt extends StepMethod {
  readonly method: Exclude<Method, { kind: 'exact' }>
  /** Positions in Model.flows whose figures it moves. */
  readonly flows: readonly number[]
}

/** Two steady states at one load: once it is overloaded it stays so, until the load falls below `exit`. */
export interface MetastableRange {
  /** Component that is overloaded in the bad state. */
  readonly component: string
  /** As multiples of the load that was asked about: between them both states exist. */
  readonly exit: Ratio
  readonly entry: Ratio
  /** Shortest standstill of that component that tips it over at the load asked about; null = none does, or any. */
  readonly trigger: Seconds | null
  /** Good answers a second in the bad state, as a share of the good one. */
  readonly goodput: Ratio
}

/** Response times, not from a histogram. */
export interface ResponseLaw {
  readonly mean: Seconds
  readonly quantile: (q: Ratio) => Seconds
}

export interface Consumed {
  /** Busy share of its loops, with batches as large as they are. */
  readonly utilization: Ratio
  readonly isOverloaded: boolean
  /** Loops that work side by side, of all instances; of a log with partitions at most one for each of them. */
  readonly loops: number
}

/** Writes that a group has answered and not yet brought to its copies. */
export interface Copying {
  readonly group: number
  /** Writes a second at each instance. */
  readonly rates: readonly number[]
  /** Mean time until the answer is sent. */
  readonly before: Seconds
  /** From there until the copies have it. */
  readonly takes: ResponseLaw
}

/** What the analytic engine says of one steady state. */
export interface Solution {
  /**
   * As one replication of one simulated second would have it, were it infinitely long: counts are rates, and no whole
   * numbers.
   */
  readonly statistics: RunStatistics
  /** Of Model.flows. */
  readonly flows: readonly Accuracy[]
  /** Response time of good answers of each flow; null = none is known: there are none, or they take for ever. */
  readonly laws: readonly (ResponseLaw | null)[]
  /** Of Model.resources. */
  readonly resources: readonly Accuracy[]
  readonly doubts: readonly Doubt[]
  /** Of every step that any request comes to, the least sure of its parts. */
  readonly steps: readonly StepMethod[]
  /** What providers do not promise: share of the starts of a flow that fail for it, and whose promise it is. */
  readonly promises: readonly { readonly flow: number; readonly by: readonly string[]; readonly share: Ratio }[]
  readonly metastable: MetastableRange | null
  readonly copying: readonly Copying[]
  /** Of a course, by group: how far back its data is gone, in the worst replication. */
  readonly lostAges?: readonly Estimate[]
  /** Resources that are offered more than they can do, and how many times what they can. */
  readonly overloaded: readonly { readonly resource: number; readonly load: Ratio }[]
  /** Of Model.consumers, those of an instance with most partitions; left out = it is of a course of time. */
  readonly consumed?: readonly Consumed[]
  /** Other things a reader has to know, in words. */
  readonly notes: readonly string[]
  /** Rounds until nothing moved any more; `isConverged` false: it still moved. */
  readonly rounds: number
  readonly isConverged: boolean
}
