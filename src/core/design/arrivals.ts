import { type Field, fieldOf } from '../text/field.ts'
import { lawField } from '../text/quantity-fields.ts'
import { readArrivals } from '../text/scalars/choices.ts'
import type { Actor } from './design.ts'

const named = fieldOf(
  '`poisson`, `periodic`, `bursty(cv 1.5)`, `erlang(4)`, `batch(5)` or `file(gaps.csv)`',
  { type: 'string', pattern: '^(poisson|periodic|(bursty|erlang|batch|file)\\(.*\\))$' },
  readArrivals,
)

/** How requests of one actor follow on one another. A file holds the times between them. */
export const arrivalsField: Field<Actor['arrivals']> = {
  ...named,
  read: (node, reading) => {
    if (node.kind !== 'scalar' || !node.text.startsWith('file(')) return named.read(node, reading)
    const between = lawField('time').read(node, reading)
    return between === undefined ? undefined : { kind: 'file', between }
  },
}
