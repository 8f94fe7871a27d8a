import type { Schema } from '../../src/core/text/field.ts'
import type { Setting } from './settings.ts'
import { mayBeZero } from './zeroes.ts'

/** What a value may be, as its schema says. */
interface Shape {
  readonly words: readonly string[]
  readonly dimension: string | null
  readonly isLaw: boolean
  readonly isList: boolean
  /** Any words: a text, a name, a form with a reader of its own. */
  readonly isText: boolean
}

export function shapeOf(schema: Schema): Shape {
  const options = ['anyOf', 'allOf'].flatMap((key) => (schema[key] ?? []) as readonly Schema[])
  const parts = options.map(shapeOf)
  const [, form, dimension = null] = /(quantity|law)-([\w-]+)$/.exec((schema['$ref'] ?? '') as string) ?? []
  const own = [...((schema['enum'] ?? []) as readonly unknown[]), ...('const' in schema ? [schema['const']] : [])]
  const flags = schema['type'] === 'boolean' ? ['true', 'false'] : []
  const types = [schema['type']].flat()
  return {
    words: [...new Set([...own.map((word) => JSON.stringify(word)), ...flags, ...parts.flatMap((p) => p.words)])],
    dimension: dimension ?? parts.map((part) => part.dimension).find((one) => one !== null) ?? null,
    isLaw: form === 'law' || parts.some(({ isLaw }) => isLaw),
    isList: schema['type'] === 'array' || parts.some(({ isList }) => isList),
    isText: types.includes('string') || parts.some(({ isText }) => isText),
  }
}

/** Values that the definition of a setting itself names. */
export function allowed(setting: Setting): readonly string[] {
  const { words, dimension, isLaw } = shapeOf(setting.schema)
  const { isMap } = setting
  const usual = setting.default === null ? [] : [setting.default]
  const ends = setting.range === '' ? [] : setting.range.split('..')
  const bare = words.map((word) => String(JSON.parse(word)))
  const known = [...usual, ...ends].filter((value) => !/^[[{]|^(?:none|infinite)$/.test(value))
  const unsure = dimension === null || isMap ? [] : known.slice(0, 1).map((value) => `{ is: ${value}, why: counted }`)
  const spread = isLaw && dimension === 'time' ? ['{ p50: 2 ms, p99: 12 ms }', 'exp(5 ms)'] : []
  return [...new Set([...usual, ...ends, ...words, ...bare, ...unsure, ...spread])]
}

const ones: Readonly<Record<string, string>> = {
  count: '',
  ratio: '%',
  time: ' s',
  rate: '/s',
  bytes: ' KB',
  bandwidth: ' MB/s',
  money: ' USD',
  'money-rate': ' USD/month',
}

/** Ratios that may be above 100 %. */
const beyondAll = ['speed', 'index-size', 'work.apply']

/** Values that it must refuse, whatever else is written. */
export function refused({ path, schema, isMap, form }: Setting): readonly string[] {
  const { dimension, isList, isText, words } = shapeOf(schema)
  const maps = form.startsWith('a map of names') ? ['{ "a b": 1 }'] : ['{ no-such-key: 1 }']
  const lists = isList ? [] : ['[a, b]']
  const nothing = mayBeZero(path) ? [] : [`0${ones[dimension ?? ''] ?? ''}`]
  if (dimension !== null)
    return [...maps, ...lists, 'potatoes', ...amounts(dimension, beyondAll.includes(path)), ...nothing]
  if (words.length > 0 && !isText) return [...maps, ...lists, 'potatoes', '17']
  return [...maps, ...lists, ...(isMap && !isText ? ['potatoes'] : [])]
}

/** Of another dimension, below zero, more than all, and an uncertain value with a key that there is not. */
function amounts(dimension: string, isBeyondAll: boolean): readonly string[] {
  const unit = ones[dimension] ?? ''
  const other = dimension === 'time' ? '5 KB' : '5 s'
  const most = dimension === 'ratio' && !isBeyondAll ? ['150%'] : []
  // A count may say what is counted.
  const noun = dimension === 'count' ? [] : ['5 potatoes']
  return [other, `-1${unit}`, ...most, ...noun, `{ is: 1${unit}, no-such-key: 1 }`, `{ why: none }`]
}

/** Values of which it may say what it likes, so long as both say it. */
export function others({ schema }: Setting): readonly string[] {
  const { dimension } = shapeOf(schema)
  const unit = ones[dimension ?? ''] ?? ''
  return [
    '1.2',
    '0',
    `0${unit}`,
    `1${unit}`,
    `{ is: 1${unit} }`,
    `1.5${unit}`,
    '"1"',
    'true',
    '[]',
    '{}',
    '[1, 2]',
    'none',
    'infinite',
  ]
}

/** Some value that it takes. */
export function sample({ form, schema }: Pick<Setting, 'form' | 'schema'>): string {
  const { words, dimension } = shapeOf(schema)
  const [, shown] = /`([^`]+)`/.exec(form) ?? []
  return words[0] ?? (dimension === null ? (shown ?? 'a') : `1${ones[dimension] ?? ''}`)
}
