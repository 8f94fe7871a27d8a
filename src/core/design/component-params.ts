import { deferred, listOf, reference, text } from '../text/field.ts'
import { optional, required } from '../text/param.ts'
import { wholeField } from '../text/quantity-fields.ts'

/** Keys of every component, whatever its kind. */
export const componentParams = {
  kind: required(reference, { help: 'What it is: a general kind, a technology, or a kind of section `kinds`.' }),
  title: optional(text, { help: 'Its name for people.' }),
  about: optional(text, { help: 'What it is for.' }),
  at: optional(listOf(reference), {
    help: 'Where it stands: places, or zones like `eu.a`. Nothing: nowhere in particular.',
  }),
  spread: optional(wholeField(), { help: 'How many zones of `at` it uses at most.' }),
  pin: optional(listOf(reference), { help: 'The zones of `at` in which all of it stands.' }),
  operations: optional(
    deferred(
      'a map from names to lists of steps',
      { type: 'object', additionalProperties: { $ref: '#/definitions/steps' } },
      ['map'],
    ),
    { help: 'Named lists of steps, for `call: api.resolve`.' },
  ),
  policy: optional(
    deferred('the name of a policy, or a policy', { $ref: '#/definitions/policy-use' }, ['scalar', 'map']),
    {
      help: 'What it does around its own calls.',
    },
  ),
  handles: optional(listOf(reference), { help: 'Classes of data it sees.' }),
  stores: optional(listOf(reference), { help: 'Classes of data it keeps.' }),
}

export type ComponentKey = keyof typeof componentParams
