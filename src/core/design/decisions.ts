import { mapOf, oneOf, text } from '../text/field.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import type { Decision } from './design.ts'
import type { Field, Named } from '../text/field.ts'
import type { ParamValues } from '../text/param.ts'

const decisionParams = {
  title: required(text, { help: 'What was decided, in one sentence.' }),
  status: withDefault(oneOf('proposed', 'accepted', 'rejected', 'superseded', 'deprecated'), 'accepted', {
    help: 'Where it stands.',
  }),
  because: withDefault(text, '', { help: 'Why.' }),
  'instead-of': withDefault(text, '', { help: 'What was weighed and not taken.' }),
  pattern: optional(text, { help: 'The pattern it follows: `cqrs`, `event-driven`.' }),
}

type Written = ParamValues<typeof decisionParams>

/** Section `decisions`: short records, by name. */
export const decisionsField: Field<ReadonlyMap<string, Named<Written>>> = mapOf(record(decisionParams, 'a decision'))

export const decisionsOf = (written: ReadonlyMap<string, Named<Written>>): ReadonlyMap<string, Decision> =>
  new Map(
    [...written].map(([name, { value, keySpan }]) => {
      const { title, status, because, 'instead-of': insteadOf, pattern } = value
      return [name, { title, status, because, insteadOf, pattern, span: keySpan }]
    }),
  )
