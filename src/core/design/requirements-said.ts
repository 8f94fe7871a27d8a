import type { Span } from '../base/span.ts'
import type { Dollars, Ratio, Seconds } from '../base/units.ts'
import type { Objective } from '../model/model.ts'

/** What the section `requirements` says. */
export interface Requirements {
  readonly functions: ReadonlyMap<string, string>
  readonly objectives: readonly Objective[]
  readonly recovery: ReadonlyMap<
    string,
    {
      readonly rpo: Seconds | null
      readonly rto: Seconds | null
      readonly durability: Ratio | null
      readonly span: Span
    }
  >
  readonly survive: readonly { readonly text: string; readonly span: Span }[]
  readonly constraints: {
    /** A month. */
    readonly budget: Limit | null
    /** Each request. */
    readonly budgetPerRequest: Dollars | null
    readonly regions: readonly string[]
    readonly require: readonly string[]
    readonly avoid: readonly string[]
    readonly utilization: Limit | null
    /** People who build and run it; null = nothing is said, or no number. */
    readonly team: Limit | null
    readonly timeline: Limit | null
  }
}

/** A number of the constraints as written, in SI units. */
export interface Limit {
  readonly value: number
  readonly text: string
  readonly span: Span
}
