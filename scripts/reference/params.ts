import type { Schema } from '../../src/core/text/field.ts'
import type { Param, Params } from '../../src/core/text/param.ts'
import { code, table } from './markdown.ts'

/** The keys of a map, by the schema of its field; undefined = the schema is of something else. */
export type ParamsOf = (schema: Schema) => Params | undefined

/** One key with its path from the map it is in: `size.disk.iops`, `tables.<name>.rows`. */
export interface FlatParam {
  readonly path: string
  readonly param: Param<unknown>
}

/** All keys of a map, those of maps inside it too, in the order in which they are defined. */
export function flatParams(params: Params, paramsOf: ParamsOf, before = ''): readonly FlatParam[] {
  return Object.entries(params).flatMap(([key, param]) => {
    const path = `${before}${key}`
    return [{ path, param }, ...nested(param.field.schema, paramsOf, path)]
  })
}

/** A value may be a map itself, one of several forms, a list of maps, or a map from names to maps. */
function nested(schema: Schema, paramsOf: ParamsOf, path: string): readonly FlatParam[] {
  const own = paramsOf(schema)
  if (own !== undefined) return flatParams(own, paramsOf, `${path}.`)
  const found = [
    ...options(schema).flatMap((option) => nested(option, paramsOf, path)),
    ...inner(schema, 'items').flatMap((one) => nested(one, paramsOf, path)),
    ...inner(schema, 'additionalProperties').flatMap((one) => nested(one, paramsOf, `${path}.<name>`)),
    ...Object.values(patterns(schema)).flatMap((one) => nested(one, paramsOf, `${path}.<a -> b>`)),
  ]
  // A list that may also be one value has the keys twice.
  return found.filter(({ path: at }, i) => found.findIndex((other) => other.path === at) === i)
}

/** Maps with keys of their own that {@link ParamsOf} does not know, by path: they would be missing in the reference. */
export function unknownMaps(params: Params, paramsOf: ParamsOf): readonly string[] {
  const search = (schema: Schema, path: string): readonly string[] => {
    const known = paramsOf(schema)
    if (known !== undefined)
      return Object.entries(known).flatMap(([key, p]) => search(p.field.schema, `${path}.${key}`))
    const own = 'properties' in schema ? [path] : []
    const parts = [...options(schema), ...inner(schema, 'items'), ...inner(schema, 'additionalProperties')]
    return [...own, ...parts.flatMap((part) => search(part, path))]
  }
  return Object.entries(params).flatMap(([key, param]) => search(param.field.schema, key))
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null
const options = ({ anyOf }: Schema): readonly Schema[] => (Array.isArray(anyOf) ? anyOf.filter(isSchema) : [])
const inner = (schema: Schema, key: string): readonly Schema[] => [schema[key]].filter(isSchema)
const patterns = ({ patternProperties }: Schema): Readonly<Record<string, Schema>> =>
  isSchema(patternProperties) ? (patternProperties as Record<string, Schema>) : {}

const HEADS = ['key', 'value', 'default', 'plausible', 'meaning', 'source of the default']

interface TableOptions {
  /** What is said of a key beside its meaning. */
  readonly note?: (path: string) => string
  /** Keys that are explained elsewhere. */
  readonly leaveOut?: RegExp
}

/** Every key with its form, default, range, meaning and source. */
export const paramTable = (
  params: Params,
  paramsOf: ParamsOf,
  { note = () => '', leaveOut }: TableOptions = {},
): string =>
  table(
    HEADS,
    flatParams(params, paramsOf)
      .filter(({ path }) => leaveOut?.test(path) !== true)
      .map(({ path, param }) => [
        code(path),
        formOf(path, param),
        defaultOf(param),
        code(param.range),
        [param.help, note(path)].filter((text) => text !== '').join(' '),
        param.source,
      ]),
  )

/** The price book has a table of its own. */
const formOf = (path: string, { field }: Param<unknown>): string =>
  path === 'machine' ? 'a [machine](../kinds.md#machines)' : field.form

function defaultOf({ field, isRequired, default: value }: Param<unknown>): string {
  if (isRequired) return '**needed**'
  if (value === null || value === '' || value === '[]') return ''
  if (value !== '{}') return code(value)
  return field.form.startsWith('a map of names') ? '' : 'as below'
}
