import type { PerSecond } from '../base/units.ts'
import { flag, mapOf, text } from '../text/field.ts'
import { fieldOf } from '../text/field.ts'
import { optional, withDefault } from '../text/param.ts'
import { countField, lawField, rateField, ratioField, wholeField } from '../text/quantity-fields.ts'
import { readRatePer } from '../text/scalars/quantity.ts'
import { arrivalsField } from './arrivals.ts'
import { shapeField } from './load-shape.ts'

const shares = mapOf(ratioField())

/** Keys of one actor. */
export const actorParams = {
  rate: optional(rateField(), { help: 'Requests of all its kinds together, at the peak: `40 k/s`.' }),
  users: optional(countField({ min: 0 }), { help: 'How many people; what each does is in `does`.' }),
  does: optional(mapOf(fieldOf('a rate of one user', { type: 'string' }, readRatePer)), {
    help: 'How often one user starts each flow: `redirect: 8 per user per day`.',
  }),
  peak: withDefault(countField({ above: 0 }), '1', { help: 'Rate of the peak hour over the average one: `2.5x`.' }),
  population: optional(countField({ min: 0 }), {
    help: 'Closed users: each waits for its answer, and thinks, before the next request.',
  }),
  think: optional(lawField('time', 'exponential'), { help: 'Pause of a closed user between answer and next request.' }),
  mix: optional(shares, { help: 'Share of each flow; together 100%.' }),
  shape: withDefault(shapeField, 'flat', { help: 'How the rate goes over simulated time, which starts at midnight.' }),
  arrivals: withDefault(arrivalsField, 'poisson', {
    help: 'How requests follow on one another.',
    source: 'many independent users',
  }),
  from: optional(shares, { help: 'Where requests come from: places of the design or parts of the world.' }),
  clients: optional(wholeField(), {
    help: 'How many clients (addresses, keys) its requests come from, for limits per client; nothing: its users, or its population.',
  }),
  hostile: withDefault(flag, 'false', { help: 'Attack traffic: not counted in the objectives of the others.' }),
  title: optional(text, { help: 'Its name for people.' }),
}

/** A rate that is said by people: users × what each does × peak. */
export interface People {
  readonly users: number
  /** Of one user, on average over a day, by flow. */
  readonly does: ReadonlyMap<string, PerSecond>
  /** Rate of the peak hour over the average one. */
  readonly peak: number
}
