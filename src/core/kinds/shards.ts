import type { Field } from '../text/field.ts'
import { fieldOf, text } from '../text/field.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { popularityField, wholeField } from '../text/quantity-fields.ts'
import { readShardScheme, type ShardScheme } from '../text/scalars/choices.ts'
import type { Placement } from '../model/resource.ts'
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
      count: withDefault(wholeField(), '1', {
        effect: { at: '8', moves: ['busy down'] },
        help: 'Parts of the rows, each with a leader and copies of its own.',
      }),
      by: optional(text, {
        effect: { at: 'other', with: ['shards.by=id', 'tables.t.key=id'], moves: ['busy up'] },
        help: 'The column that decides. An access that does not know it asks all shards; nothing: every access knows it.',
      }),
      scheme: withDefault(fieldOf(schemeForm, { type: 'string' }, readShardScheme), 'hash', {
        effect: { at: 'range', moves: ['hottest up'] },
        help:
          'How the column decides: by a hash; by ranges, where what is asked for most lies together, as the newest rows do; ' +
          'by a directory that is even by load; by consistent hashing, with shares as uneven as so many virtual nodes make them.',
      }),
      skew: optional(popularityField, {
        effect: { at: 'zipf(1.5)', moves: ['hottest up'] },
        help: 'How unevenly the values of `by` are asked for; nothing: as the table that is skewed most.',
      }),
    },
    'shards',
  ),
)

/** Where the keys lie, for the group of the shards. */
export function placementOf({ scheme }: Shards): { readonly placement?: Placement } {
  if (scheme.kind === 'consistent-hash') return { placement: { scheme: 'ring', virtualNodes: scheme.virtualNodes } }
  return scheme.kind === 'hash' ? {} : { placement: { scheme: scheme.kind } }
}
