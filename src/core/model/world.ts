import type { Ratio } from '../base/units.ts'
import type { Model } from './model.ts'

/** A number of the design that nobody knows. */
export interface Unknown {
  /** Of an assumption its name, else the path: `components.db.tables.links.rows`. */
  readonly name: string
  /** The 90 % range as written. */
  readonly range: string
}

/** The design as it would be if the unknown numbers were these. */
export interface World {
  readonly model: Model
  /** Quantile of each unknown within its belief, in the order of {@link Worlds.unknowns}. */
  readonly quantiles: readonly Ratio[]
}

/** All that a design may be, as far as its unknown numbers go. */
export interface Worlds {
  readonly unknowns: readonly Unknown[]
  /** The model with these quantiles; null when the design is refused with them. */
  readonly modelAt: (quantiles: readonly Ratio[]) => Model | null
}
