import type { Span } from '../base/span.ts'

/** What a line counts; values are in SI units. */
export type Unit = 'count' | 'ratio' | 'per-second' | 'bytes' | 'bytes-per-second' | 'seconds'

/** The parts of an estimate, in the order in which they follow from one another. */
export const sections = [
  'load',
  'requests',
  'messages',
  'bandwidth',
  'time',
  'connections',
  'storage',
  'memory',
  'iops',
  'machines',
] as const
export type Section = (typeof sections)[number]

/** Where a number that goes into a line comes from. */
export type Origin =
  | { readonly kind: 'line'; readonly id: string }
  /** Of the design's text. `text`: as it stands there; `assumes`: names of `assume` in it. */
  | {
      readonly kind: 'written'
      readonly path: string
      readonly text: string
      readonly at: Span
      readonly assumes: readonly string[]
    }
  /** Nobody wrote it. `source`: a fact with its year, or `assumption`. */
  | { readonly kind: 'default'; readonly path: string; readonly source: string; readonly range: string }
  /** Taken for every design, or given with the command. */
  | { readonly kind: 'taken'; readonly source: string }
  /** Found by the analytic engine, from the whole design. */
  | { readonly kind: 'solved'; readonly how: string }

/** One number that goes into a line. */
export interface Input {
  readonly name: string
  readonly value: number
  readonly unit: Unit
  readonly from: Origin
}

/** Values that one does not know, as far as they move a line: the 90 % range. */
export interface LineRange {
  readonly low: number
  readonly high: number
  /** Unknown numbers that move it, the strongest first. */
  readonly movedBy: readonly string[]
}

/** One number of the estimate with its arithmetic. */
export interface Line {
  /** Stable: `storage.db.links.3y`. */
  readonly id: string
  readonly section: Section
  /** What it is about: a flow, a component, a data set, a link. */
  readonly subject: string
  /** Which figure of it: `stored after 3 years`. */
  readonly name: string
  readonly unit: Unit
  readonly value: number
  /** Over the names of `inputs`: `rows × row`. */
  readonly formula: string
  readonly inputs: readonly Input[]
  readonly rounding: 'none' | 'up to a whole number'
  /** null = nothing that is not known moves it. */
  readonly range: LineRange | null
}

/** A number that the design does not give, and the line of the design that would. */
export interface Gap {
  readonly section: Section
  readonly subject: string
  readonly missing: string
  readonly write: string
  /** Where to write it: `beside its first call`. */
  readonly where: string
  readonly at: Span | null
}
