import type { Collector } from '../base/diagnostic.ts'
import { nearestNames } from '../base/nearest.ts'
import type { Span } from '../base/span.ts'
import { describeNode, type MapNode, type Node, shorten } from './document.ts'
import type { LawOptions } from './scalars/distribution.ts'
import { CONSEQUENCE, type Scope } from './scalars/expression.ts'
import type { Read } from './scalars/read.ts'

/** JSON Schema (draft-07), as far as the language needs it. */
export type Schema = Readonly<Record<string, unknown>>

/** What reading needs beside the text. */
export interface Reading {
  readonly out: Collector
  /** The names of `assume`; those that were used are noted there. */
  readonly scope: Scope
  /** Measured values of `file(name)`, in SI units. */
  readonly file?: LawOptions['file']
  /** Text of a file beside the design; absent or undefined: it cannot be read. */
  readonly textOf?: (name: string) => string | undefined
}

/**
 * One way to write a value: the same definition reads it with places and units, gives the TypeScript type, the JSON
 * Schema and the words of the reference.
 */
export interface Field<T> {
  /** The value in SI units; undefined when a mistake was said. */
  readonly read: (node: Node, reading: Reading) => T | undefined
  readonly schema: Schema
  /** For people, with its article: `a time`, `a list of names`. */
  readonly form: string
  /** Of a map with known keys: what they are. */
  readonly params?: Readonly<Record<string, Described>>
  /** Of a scalar that may stand for a map: the keys of that, and which of them it is. */
  readonly longForm?: { readonly key: string; readonly params: Readonly<Record<string, Described>> }
  /** Of a map of names: what each of them is. */
  readonly each?: Pick<Field<unknown>, 'params' | 'longForm'>
}

/** What a known key says of itself. */
interface Described {
  readonly field: Field<unknown>
  readonly help: string
  readonly default: string | null
  readonly source: string
  readonly range: string
  readonly isRequired: boolean
}

/** A value with the place it stands at. */
export interface Placed<T> {
  readonly value: T
  readonly span: Span
}

/** Passes the value of a scalar reader on, or says what is wrong, unless that follows from a mistake said elsewhere. */
export function take<T>(read: Read<T>, { out }: Reading): T | undefined {
  if (read.isValid) return read.value
  if (read.diagnostic.code !== CONSEQUENCE) out.add(read.diagnostic)
  return undefined
}

/** A field from a scalar reader that needs neither scope nor files. */
export const fieldOf = <T>(form: string, schema: Schema, read: (node: Node) => Read<T>): Field<T> => ({
  form,
  schema,
  read: (node, reading) => take(read(node), reading),
})

/** One of some words. */
export function oneOf<const W extends string>(...words: readonly W[]): Field<W> {
  const form = wordList(words.map((word) => `\`${word}\``))
  return {
    form,
    schema: { enum: words.flatMap((word) => [word, ...asNumber(word)]) },
    read: (node, { out }) => {
      const found = node.kind === 'scalar' ? words.find((word) => word === node.text) : undefined
      if (found !== undefined) return found
      const near = node.kind === 'scalar' ? nearestNames(node.text, words, 1)[0] : undefined
      const guess = near === undefined ? undefined : `did you mean \`${near}\`?`
      const isLong = words.length > WORDS_MOST
      const message = isLong ? `${describeNode(node)} is none of the ${words.length} words known here` : undefined
      const hint = isLong ? [guess, `known are ${words.join(', ')}`].filter(Boolean).join(' ') : guess
      out.error('unknown-word', node.span, message ?? `expected ${form}, got ${describeNode(node)}`, hint)
      return undefined
    },
  }
}

/** YAML reads a word like `1.3` as a number. */
const asNumber = (word: string): readonly number[] => (String(Number(word)) === word ? [Number(word)] : [])

/** Words that a message lists; more are left to the hint. */
const WORDS_MOST = 12

/** `a, b or c`. */
export const wordList = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`

/** `true` or `false`. */
export const flag: Field<boolean> = {
  form: '`true` or `false`',
  schema: { type: 'boolean' },
  read: (node, { out }) => {
    if (node.kind === 'scalar' && !node.isQuoted && typeof node.value === 'boolean') return node.value
    out.error('unknown-word', node.span, `expected \`true\` or \`false\`, got ${describeNode(node)}`)
    return undefined
  },
}

/** Any words, as they stand. */
export const text: Field<string> = {
  form: 'a text',
  schema: { type: ['string', 'number', 'boolean'] },
  read: (node, { out }) => {
    if (node.kind === 'scalar') return node.text
    out.error('wrong-shape', node.span, `expected a text, got ${describeNode(node)}`)
    return undefined
  },
}

/** A name of something else in the design; whether it exists is checked by whoever knows. */
export const reference: Field<Placed<string>> = {
  form: 'a name',
  schema: { type: 'string' },
  read: (node, { out }) => {
    if (node.kind === 'scalar' && node.text.trim() !== '') return { value: node.text.normalize('NFC'), span: node.span }
    out.error('wrong-shape', node.span, `expected a name, got ${describeNode(node)}`)
    return undefined
  },
}

/** A list; a single value counts as a list of one. */
export function listOf<T>(field: Field<T>): Field<readonly T[]> {
  return {
    form: `a list: each ${field.form}`,
    schema: { anyOf: [{ type: 'array', items: field.schema }, field.schema] },
    read: (node, reading) => {
      const nodes = node.kind === 'list' ? node.items : [node]
      const values = nodes.map((item) => field.read(item, reading))
      return values.every((value) => value !== undefined) ? values : undefined
    },
  }
}

/** One entry of a map whose keys are the author's names. */
export interface Named<T> {
  readonly value: T
  readonly keySpan: Span
  readonly span: Span
}

/** A map from the author's names. Entries with mistakes are left out, the others stay. */
export function mapOf<T>(field: Field<T>): Field<ReadonlyMap<string, Named<T>>> {
  return {
    form: `a map of names: each ${field.form}`,
    schema: { type: 'object', additionalProperties: field.schema },
    each: field,
    read: (node, reading) => {
      if (!isMap(node, reading.out, 'a map')) return undefined
      const values = new Map<string, Named<T>>()
      for (const { key, keySpan, value: inner } of node.entries) {
        if (!isName(key, keySpan, reading.out)) continue
        const value = field.read(inner, reading)
        if (value !== undefined) values.set(key, { value, keySpan, span: inner.span })
      }
      return values
    },
  }
}

/** Without the map that the value of a quantity may be as well. */
export const scalarSchema = ({ schema }: Field<unknown>): Schema =>
  '$ref' in schema || 'anyOf' in schema ? { allOf: [schema, { type: ['string', 'number', 'boolean'] }] } : schema

/** A scalar by one field, a map or a list by another: `2` or `{ count: 2, mode: async }`. */
export const scalarOr = <S, M>(scalar: Field<S>, other: Field<M>): Field<S | M> => ({
  form: `${scalar.form}, or ${other.form}`,
  schema: { anyOf: [scalarSchema(scalar), other.schema] },
  read: (node, reading) => (node.kind === 'scalar' ? scalar.read(node, reading) : other.read(node, reading)),
})

/** The value with its place. */
export const placed = <T>(field: Field<T>): Field<Placed<T>> => ({
  form: field.form,
  schema: field.schema,
  read: (node, reading) => {
    const value = field.read(node, reading)
    return value === undefined ? undefined : { value, span: node.span }
  },
})

/** `none`, which reads as null, or a value. */
export const noneOr = <T>(field: Field<T>): Field<T | null> => ({
  form: `${field.form}, or \`none\``,
  schema: { anyOf: [{ const: 'none' }, field.schema] },
  read: (node, reading) => (node.kind === 'scalar' && node.text === 'none' ? null : field.read(node, reading)),
})

/** A part of the tree that is read later, by whoever knows what it refers to. */
export const deferred = (form: string, schema: Schema, kinds: readonly Node['kind'][]): Field<Node> => ({
  form,
  schema,
  read: (node, { out }) => {
    if (kinds.includes(node.kind)) return node
    out.error('wrong-shape', node.span, `expected ${form}, got ${describeNode(node)}`)
    return undefined
  },
})

/** The same text, another value. */
export const mapped = <A, B>(field: Field<A>, map: (value: A) => B): Field<B> => ({
  form: field.form,
  schema: field.schema,
  read: (node, reading) => {
    const value = field.read(node, reading)
    return value === undefined ? undefined : map(value)
  },
})

/**
 * Says so when the node is no map.
 *
 * @param what  what is expected, with its article
 * @param keys  names of its keys, for the hint
 */
export function isMap(node: Node, out: Collector, what: string, keys: readonly string[] = []): node is MapNode {
  if (node.kind === 'map') return true
  const known = keys.length === 0 ? undefined : `its keys are ${keys.map((key) => `\`${key}\``).join(', ')}`
  const isNamed = node.kind === 'list' && what.startsWith('a map')
  const hint = isNamed ? 'names are keys here: write `name: ...` instead of `- ...`' : known
  out.error('wrong-shape', node.span, `expected ${what}, got ${describeNode(node)}`, hint)
  return false
}

/** Longest name, in visible characters: names end up in manifests and pictures. */
const NAME_MOST = 63

/** Names of things: no dots (they separate paths), no spaces at the ends, at most 63 characters. */
export function isName(key: string, at: Span, out: Collector): boolean {
  const length = [...key].length
  if (length > NAME_MOST) {
    out.error('name', at, `the name \`${shorten(key, 24)}\` has ${length} characters, at most ${NAME_MOST} are allowed`)
    return false
  }
  if (/^[\w-]+$/.test(key)) return true
  if (/[\p{Cf}\p{Zl}\p{Zp}]/u.test(key.replace(/\p{Emoji}\u200D(?=\p{Emoji})/gu, ''))) {
    out.error('name', at, `the name \`${shorten(key)}\` holds a sign that cannot be seen`, 'write the name anew')
    return false
  }
  const wrong =
    [...key].find((character) => '.[]{}()<>,:#"`\\'.includes(character)) ?? (/\s/.test(key) ? ' ' : undefined)
  if (wrong === undefined) return true
  const shown = wrong === ' ' ? 'a space' : `\`${wrong}\``
  out.error('name', at, `the name \`${shorten(key)}\` holds ${shown}`, 'take letters, digits, `-` and `_`')
  return false
}
