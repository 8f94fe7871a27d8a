import type { Span } from '../base/span.ts'
import { subSpan } from '../base/span.ts'

/**
 * The text as a tree, before anybody asks what it means. Aliases and merge keys are already expanded (shared nodes,
 * never cyclic), so the same node may be reached by several paths. Never holds a null, a duplicate key or a reserved
 * key.
 */
export interface Document {
  readonly file: string
  /** The source text, as read. */
  readonly text: string
  readonly root: MapNode
}

export type Node = MapNode | ListNode | ScalarNode

export interface MapNode {
  readonly kind: 'map'
  readonly span: Span
  /** In the order of the file; keys merged through `<<` come after the map's own. */
  readonly entries: readonly Entry[]
  /** The value under a key. Keys are in Unicode normal form C. */
  readonly get: (key: string) => Node | undefined
  /** The whole entry under a key, for the span of the key itself. */
  readonly entry: (key: string) => Entry | undefined
}

export interface Entry {
  readonly key: string
  readonly keySpan: Span
  readonly value: Node
}

export interface ListNode {
  readonly kind: 'list'
  readonly span: Span
  readonly items: readonly Node[]
}

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly span: Span
  /** What is written: quotes, escapes and folding resolved, nothing else. `12345678901234567890` keeps its digits. */
  readonly text: string
  /** In quotes, or a block (`|`, `>`): a string whatever it looks like. */
  readonly isQuoted: boolean
  /** YAML 1.2 core reading. Use `text` for quantities: a long number loses digits here. */
  readonly value: string | number | boolean
}

/** Entries that are sooner searched than put into an index. */
const FEW = 6

/** A map from entries; for parsing, overlays and designs written as objects. The last entry wins under one key. */
export function createMap(entries: readonly Entry[], span: Span): MapNode {
  // Most maps are small, and many are never asked.
  let index: ReadonlyMap<string, Entry> | undefined
  const entry = (key: string): Entry | undefined => {
    if (entries.length <= FEW) return entries.findLast((each) => each.key === key)
    index ??= new Map(entries.map((each) => [each.key, each]))
    return index.get(key)
  }
  return { kind: 'map', span, entries, get: (key) => entry(key)?.value, entry }
}

export const createList = (items: readonly Node[], span: Span): ListNode => ({ kind: 'list', span, items })

export function createScalar(text: string, span: Span, { isQuoted = false } = {}): ScalarNode {
  return { kind: 'scalar', span, text, isQuoted, value: isQuoted ? text : coreValue(text) }
}

/** The same map with one entry set: in its place if the key is there, else at the end. */
export function withEntry(map: MapNode, entry: Entry): MapNode {
  const isThere = map.entry(entry.key) !== undefined
  const entries = isThere ? map.entries.map((e) => (e.key === entry.key ? entry : e)) : [...map.entries, entry]
  return createMap(entries, map.span)
}

/** The same map without a key. */
export const withoutEntry = (map: MapNode, key: string): MapNode =>
  map.entry(key) === undefined
    ? map
    : createMap(
        map.entries.filter((entry) => entry.key !== key),
        map.span,
      )

/**
 * The place of part of a scalar's text. Exact where the source shows the text as it is (one line, no escapes), else the
 * whole scalar.
 */
export function spanWithin(node: ScalarNode, from: number, length: number): Span {
  const written = node.span.endOffset - node.span.offset
  if (written === node.text.length && !node.text.includes('\n')) return subSpan(node.span, from, length)
  const isPlainQuote = node.isQuoted && written === node.text.length + 2 && !node.text.includes('\n')
  return isPlainQuote ? subSpan(node.span, from + 1, length) : node.span
}

/** What a person would call this node: for "expected a map, got ...". */
export function describeNode(node: Node): string {
  if (node.kind === 'map') return 'a map'
  if (node.kind === 'list') return 'a list'
  return `\`${shorten(node.text)}\``
}

/** At most 60 characters of a text, for messages. */
export const shorten = (text: string, most = 60): string => {
  const line = text.replaceAll('\n', ' ')
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`
}

const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/

/** YAML 1.2 core schema, without null: that is refused before. */
function coreValue(text: string): string | number | boolean {
  if (/^(?:true|True|TRUE)$/.test(text)) return true
  if (/^(?:false|False|FALSE)$/.test(text)) return false
  if (text.length <= 400 && NUMBER.test(text)) return Number(text)
  return text
}

/** Plain scalars that YAML 1.2 reads as null. */
export const isNullText = (text: string): boolean => /^(?:~|null|Null|NULL|)$/.test(text)
