import { nearestNames } from '../base/nearest.ts'
import type { MapNode, Node } from './document.ts'
import { type Field, isMap, type Reading, type Schema } from './field.ts'
import { nodeOfNotation } from './notation.ts'

/** One key of a map: how its value is written, what it means and what it is when nobody writes it. */
export interface Param<T> {
  readonly field: Field<T>
  readonly help: string
  readonly isRequired: boolean
  /** In the language's own notation (`0.15 ms`, `{}`); null: absent reads as null. */
  readonly default: string | null
  /**
   * Where the default comes from: a fact of the catalogue with its year, or `assumption`; '' for choices of the author.
   */
  readonly source: string
  /** Plausible values, for reference and uncertainty: `0.05 ms..1.2 ms`; '' = none is stated. */
  readonly range: string
  /** Which way results go with it; tested for every kind that has the setting. Absent: of a map, or not of a kind. */
  readonly effect?: Effect
}

/** What another value than the usual one does to a small system around the component (`tests/contract/benches.ts`). */
export interface Effect {
  /** The other value, as written. */
  readonly at: string
  /** Settings beside it without which it counts for nothing: `balance=weighted`. */
  readonly with?: readonly string[]
  /**
   * Figures that go up or down then, one of them in every kind that has the setting: `p99 up`, or in one of the bench's
   * scenarios: `crash: success down`.
   */
  readonly moves: readonly string[]
}

type About = Pick<Param<unknown>, 'help'> & Partial<Pick<Param<unknown>, 'source' | 'range' | 'effect'>>

/** A key that has to be written. */
export const required = <T>(field: Field<T>, about: About): Param<T> => ({
  source: '',
  range: '',
  ...about,
  field,
  isRequired: true,
  default: null,
})

/** A key that may be left out: its value is null then. */
export const optional = <T>(field: Field<T>, about: About): Param<T | null> => ({
  source: '',
  range: '',
  ...about,
  field,
  isRequired: false,
  default: null,
})

/** A key with a default. @param value  in the language's own notation: a scalar, `{}` or `[]` */
export const withDefault = <T>(field: Field<T>, value: string, about: About): Param<T> => ({
  source: '',
  range: '',
  ...about,
  field,
  isRequired: false,
  default: value,
})

export type Params = Readonly<Record<string, Param<unknown>>>
export type ParamValues<P extends Params> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never }

/** What a map said: the values, and which keys were written rather than taken from defaults. */
export interface Settings<T> {
  readonly values: T
  readonly written: ReadonlySet<string>
}

/** A map with known keys. @param what  for messages, with its article: `a pool` */
export function record<P extends Params>(params: P, what: string): Field<ParamValues<P>> {
  return {
    form: what,
    schema: recordSchema(params),
    params,
    read: (node, reading) =>
      isMap(node, reading.out, what, Object.keys(params))
        ? readSettings(node, params, what, reading)?.values
        : undefined,
  }
}

/** Reads all keys, says every mistake; a value with one is null, so that the others can still be looked at. */
export function readLoosely<P extends Params>(
  node: MapNode,
  params: P,
  what: string,
  reading: Reading,
): { readonly [K in keyof P]: ParamValues<P>[K] | null } {
  const { guesses } = reportUnknownKeys(node, params, what, reading)
  const values: Record<string, unknown> = {}
  for (const [key, param] of Object.entries(params)) {
    values[key] = readParam(node, key, param, { given: node.get(key), what, reading, guesses }) ?? null
  }
  return values as ParamValues<P>
}

/** Reads all keys, says every mistake; undefined when there was one. */
export function readSettings<P extends Params>(
  node: MapNode,
  params: P,
  what: string,
  reading: Reading,
): Settings<ParamValues<P>> | undefined {
  const { count, guesses } = reportUnknownKeys(node, params, what, reading)
  let isComplete = count === 0
  const values: Record<string, unknown> = {}
  const written = new Set<string>()
  for (const [key, param] of Object.entries(params)) {
    const given = node.get(key)
    if (given) written.add(key)
    const value = readParam(node, key, param, { given, what, reading, guesses })
    if (value === undefined) isComplete = false
    values[key] = value
  }
  return isComplete ? { values: values as ParamValues<P>, written } : undefined
}

interface Given {
  readonly given: Node | undefined
  readonly what: string
  readonly reading: Reading
  /** Keys that a misspelled one was probably meant to be. */
  readonly guesses: ReadonlySet<string>
}

function readParam(
  node: MapNode,
  key: string,
  param: Param<unknown>,
  { given, what, reading, guesses }: Given,
): unknown {
  if (given) return param.field.read(given, reading)
  if (param.default !== null) return readDefault(param, param.default, node, reading)
  if (!param.isRequired) return null
  if (guesses.has(key)) return undefined
  reading.out.error('missing-key', node.span, `${what} needs \`${key}\`: ${param.field.form}`, param.help)
  return undefined
}

/** Defaults that were read; the same text always gives the same value. */
const defaultsRead = new WeakMap<Param<unknown>, string | number | boolean>()

/** A design of hundreds of components has thousands of defaults: one that keeps no place is read once. */
function readDefault(param: Param<unknown>, text: string, node: MapNode, reading: Reading): unknown {
  const known = defaultsRead.get(param)
  if (known !== undefined) return known
  const value = param.field.read(nodeOfNotation(text, node.span), reading)
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    defaultsRead.set(param, value)
  }
  return value
}

interface UnknownKeys {
  readonly count: number
  readonly guesses: ReadonlySet<string>
}

function reportUnknownKeys(node: MapNode, params: Params, what: string, { out }: Reading): UnknownKeys {
  const known = Object.keys(params)
  const unknown = node.entries.filter(({ key }) => !Object.hasOwn(params, key))
  const guesses = new Set<string>()
  for (const { key, keySpan } of unknown) {
    const near = nearestNames(key, known, 1)[0]
    if (near !== undefined) guesses.add(near)
    const list = known.length === 0 ? undefined : `it has ${known.map((name) => `\`${name}\``).join(', ')}`
    const hint = near === undefined ? list : `did you mean \`${near}\`?`
    out.error('unknown-key', keySpan, `${what} has no \`${key}\``, hint)
  }
  return { count: unknown.length, guesses }
}

export function recordSchema(params: Params): Schema {
  const entries = Object.entries(params)
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, param]) => [key, paramSchema(param)])),
    required: entries.filter(([, param]) => param.isRequired).map(([key]) => key),
    additionalProperties: false,
  }
}

/** The value's schema with what an editor shows: help, form and default. */
function paramSchema(param: Param<unknown>): Schema {
  const isShown = param.default !== null && param.default !== '{}' && param.default !== '[]'
  const source = param.source === '' ? '' : ` (${param.source})`
  const shown = isShown ? ` Default: ${param.default}${source}.` : ''
  const description = `${param.help} (${param.field.form})${shown}`
  // Draft-07 ignores everything beside `$ref`.
  return '$ref' in param.field.schema
    ? { allOf: [param.field.schema], description }
    : { ...param.field.schema, description }
}
