import type { Title } from './truth-page.ts'

/** One figure: a value, and how far off a run of that length may be (`abs` for ratios near 0 or 1). */
export interface Expected {
  readonly value: number
  readonly rel?: number
  readonly abs?: number
}

/**
 * A system with a known answer, as a design. `expected` are figures of the result (see `figures.ts`), from closed forms
 * or exact Markov chains.
 */
export interface TheoryCase {
  readonly id: string
  readonly source: string
  /** How good the expected value itself is; without it: exact. */
  readonly truth?: string
  /** Requests measured per replication and number of replications. */
  readonly requests: number
  readonly replications?: number
  /** Requests per second, where sources do not say: closed users. */
  readonly rate?: number
  readonly design: string
  readonly expected: Readonly<Record<string, Expected>>
}

/**
 * A known answer about something that the product works out without playing: it is asked for by its own functions, not
 * by those of `formulas.ts`.
 */
export interface ComputedCase {
  readonly id: string
  readonly source: string
  readonly truth?: string
  readonly computed: () => Readonly<Record<string, number>>
  readonly expected: Readonly<Record<string, Expected>>
}

/** Cases of one sort, with a heading of their own on the page. */
export interface Section {
  readonly title: Title
  readonly cases: readonly (TheoryCase | ComputedCase)[]
}

/** A design without network and overhead. The other sections as they stand in a file, `flows` at least. */
export const ideal = (load: string, components: string, rest: string): string => `
loadpath: 1
name: theory
network: ideal
load: { ${load} }
components: { ${components} }
${rest}
`

/** Steps of the one flow of `users`. */
export const asks = (steps: string): string => `flows: { ask: { from: users, steps: [${steps}] } }`

/** Open users of the one flow. */
export const users = (rate: number | string, more = ''): string =>
  `users: { rate: ${rate}/s${more === '' ? '' : `, ${more}`}, mix: { ask: 100% } }`

export const closedUsers = (population: number, think: string): string =>
  `users: { population: ${population}, think: ${think}, mix: { ask: 100% } }`

export const visit = (station: string, work: string): string => `{ call: ${station}, do: [{ work: ${work} }] }`

/** Within a share of the value. */
export const near = (value: number, rel: number): Expected => ({ value, rel })
/** Within so much of the value. */
export const within = (value: number, abs: number): Expected => ({ value, abs })
