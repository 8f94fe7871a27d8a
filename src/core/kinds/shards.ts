import type { Field } from '../text/field.ts'
import { fieldOf, text } from '../text/field.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { popularityField, wholeField } from '../text/quantity-fields.ts'
import { readShardScheme, type ShardScheme } from '../text/scalars/choices.ts'
import type { SettingsProblem } from './define.ts'
import { shorthand } from './shorthand.ts'

export interface Shards {
  readonly count: number
  readonly by: string | null
  readonly scheme: ShardScheme
  readonly skew: number | null
}

const schemeForm = '`hash`, `range`, `directory` or `consistent-hash(vnodes 100)`'

/** A count, or by what and how the rows are parted. */
export const shardsField: Field<Shards> = shorthand(
  'count',
  wholeField(),
  record(
    {
      count: withDefault(wholeField(), '1', { help: 'Parts of the rows, each with a leader and copies of its own.' }),
      by: optional(text, {
        help: 'The column that decides. An access that does not know it asks all shards; nothing: every access knows it.',
      }),
      scheme: withDefault(fieldOf(schemeForm, { type: 'string' }, readShardScheme), 'hash', {
        help: 'How the column decides.',
      }),
      skew: optional(popularityField, {
        help: 'How unevenly the values of `by` are asked for; nothing: as the table that is skewed most.',
      }),
    },
    'shards',
  ),
)

/** Keys have no order here, and no scheme but a hash decides where they lie. */
export function checkShards({ scheme, count }: Shards): readonly SettingsProblem[] {
  if (scheme.kind === 'hash' || count === 1) return []
  const message = `\`scheme: ${scheme.kind}\` is not simulated yet: keys are spread as a hash does`
  const hint = 'write `skew` for how uneven the shards are'
  return [{ severity: 'warning', code: 'not-simulated', param: 'shards', message, hint }]
}
