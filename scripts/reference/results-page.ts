import { estimateSchema } from '../../src/core/report/estimate-schema.ts'
import { kneeSchema } from '../../src/core/report/knee-schema.ts'
import { resultSchema, type Schema } from '../../src/core/report/result-schema.ts'
import { code, GENERATED, page, table } from './markdown.ts'

/** Every key of what `--json` prints, from the JSON Schema of results. */
export function resultsPage(): string {
  const schema = resultSchema()
  const definitions = propertiesOf({ properties: schema['$defs'] })
  return page([
    '# Results as JSON',
    GENERATED,
    '`loadpath check --json` and `loadpath simulate --json` print one envelope. Units stand in the keys: `_s` seconds, ' +
      '`_per_s` per second, `_ratio` a share from 0 to 1, `_usd_per_month` US dollars per month. There is no NaN and no ' +
      'Infinity; what was not measured is null. `loadpath schema result` prints the JSON Schema.',
    '## Envelope',
    keyTable(schema, { stopAt: 'result' }),
    '`result.scenarios` holds one more result for each scenario that was played, by its name.',
    '## A result',
    keyTable(definitions['result'] ?? {}),
    '## An estimate',
    'A figure and its 95 % confidence interval over the replications.',
    keyTable(definitions['estimate'] ?? {}),
    '## A knee',
    'What `loadpath knee --json` has in `result.knee`; `result` itself is that of the load as written.',
    keyTable(kneeSchema),
    '## The back of an envelope',
    'What `loadpath estimate --json` has in `result.estimate`; beside it `result` has `design`, `scenario` and `variant` alone.',
    keyTable(estimateSchema),
  ])
}

/** @param stopAt  a key whose inside has a section of its own */
const keyTable = (schema: Schema, { stopAt = '' }: { readonly stopAt?: string } = {}): string =>
  table(
    ['key', 'value', 'meaning'],
    keysOf(schema, '', stopAt).map(({ path, schema: one, isOptional }) => [
      code(path),
      `${formOf(one)}${isOptional ? ', may be absent' : ''}`,
      textOf(one['description']),
    ]),
  )

interface Key {
  readonly path: string
  readonly schema: Schema
  readonly isOptional: boolean
}

function keysOf(schema: Schema, before: string, stopAt: string): readonly Key[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(propertiesOf(schema)).flatMap(([name, one]) => {
    const path = `${before}${name}`
    const key = { path, schema: one, isOptional: !required.includes(name) }
    return path === stopAt ? [key] : [key, ...inside(one, path, stopAt)]
  })
}

/** `flows.<name>`, `objectives[]`, or the keys of the object itself. */
function inside(schema: Schema, path: string, stopAt: string): readonly Key[] {
  const option = optionsOf(schema).find((one) => one['type'] !== 'null')
  if (option !== undefined) return inside(option, path, stopAt)
  if (schema['type'] === 'array') return inside(asSchema(schema['items']), `${path}[]`, stopAt)
  const entry = schema['additionalProperties']
  if (typeof entry === 'object' && entry !== null) return inside(asSchema(entry), `${path}.<name>`, stopAt)
  return keysOf(schema, `${path}.`, stopAt)
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const asSchema = (value: unknown): Schema => (typeof value === 'object' && value !== null ? (value as Schema) : {})
const propertiesOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  asSchema(schema['properties']) as Record<string, Schema>
const optionsOf = ({ anyOf }: Schema): readonly Schema[] => (Array.isArray(anyOf) ? anyOf.map(asSchema) : [])

function formOf(schema: Schema): string {
  const { type, $ref, minimum, maximum } = schema
  const options = optionsOf(schema)
  if (options.length > 0) return options.map(formOf).join(' or ')
  if (typeof $ref === 'string') return `[${$ref.split('/').at(-1)}](#an-${$ref.split('/').at(-1)})`
  if (Array.isArray(schema['enum'])) return schema['enum'].map((word) => code(String(word))).join(', ')
  if (type === 'array') return 'list'
  if (type === 'object')
    return 'additionalProperties' in schema && schema['additionalProperties'] !== false ? 'map' : 'object'
  if (type === 'number' && minimum === 0 && maximum === 1) return 'number from 0 to 1'
  return type === 'integer' ? 'whole number' : textOf(type)
}
