/** JSON Schema, as far as results need it. */
export type Schema = Readonly<Record<string, unknown>>

export const number: Schema = { type: 'number' }
export const text: Schema = { type: 'string' }
export const ratio: Schema = { type: 'number', minimum: 0, maximum: 1 }
export const count: Schema = { type: 'integer', minimum: 0 }
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })
export const list = (items: Schema): Schema => ({ type: 'array', items })
export const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values })
export const oneOf = (...values: readonly string[]): Schema => ({ enum: values })
export const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` })

/** Every property is required but those in `optional`; others are not allowed. */
export const object = (
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
})

/** The schema with what the value means; keys in the JSON have their unit at the end. */
export const d = (schema: Schema, description: string): Schema => ({ ...schema, description })
