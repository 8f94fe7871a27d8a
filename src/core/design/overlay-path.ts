import type { Collector } from '../base/diagnostic.ts'
import { nearestNames } from '../base/nearest.ts'
import { type Span, subSpan } from '../base/span.ts'
import { checkKey } from '../text/check-key.ts'
import { createMap, describeNode, type MapNode, type Node, withEntry, withoutEntry } from '../text/document.ts'
import { namedKeys, namedSections, namedSettings } from './named-keys.ts'

/** One change of the tree: a path of names from the root, and what happens at its end. */
export interface Change {
  readonly act: 'set' | 'add' | 'remove'
  readonly path: string
  readonly at: Span
  /** For `set` and `add`. */
  readonly value: Node | null
}

/** The tree with the change in it; null when its path matches nothing, which was said. */
export function applyChange(root: MapNode, change: Change, out: Collector): MapNode | null {
  return changeAt(root, { ...change, segments: change.path.split('.') }, 0, out)
}

interface Walk extends Change {
  readonly segments: readonly string[]
}

function changeAt(map: MapNode, walk: Walk, depth: number, out: Collector): MapNode | null {
  const key = walk.segments[depth] ?? ''
  const entry = map.entry(key)
  if (entry === undefined && !canCreate(walk, depth)) return noMatch(map, walk, depth, out)
  const keySpan = placeOf(walk, depth)
  // The rules that keys of a file keep.
  if (entry === undefined && !checkKey(key, keySpan, out)) return null
  if (depth === walk.segments.length - 1) return changeLeaf(map, key, walk, out)
  const inner = innerMap(entry?.value, key, keySpan)
  if (inner === null) {
    const through = walk.segments.slice(0, depth + 1).join('.')
    const found = entry === undefined ? 'nothing' : describeNode(entry.value)
    const message = `\`${walk.path}\` goes through \`${through}\`, which is ${found}`
    out.error('overlay-path', keySpan, message, `set \`${through}\` as a whole`)
    return null
  }
  const value = changeAt(inner, walk, depth + 1, out)
  return value && withEntry(map, { key, keySpan: entry?.keySpan ?? keySpan, value })
}

/**
 * A name of the author is made up by `add` alone; a key of the language is checked when the changed design is
 * validated.
 */
function canCreate({ act, segments }: Walk, depth: number): boolean {
  if (act === 'remove') return false
  return act === 'add' || !isAuthorsName(segments, depth)
}

function isAuthorsName(segments: readonly string[], depth: number): boolean {
  const owner = segments[depth - 1] ?? ''
  const isLanguage = segments[0] === 'policies' && (segments[depth] === 'default' || segments[depth] === 'edges')
  if (depth === 1) return namedSections.has(owner) && !isLanguage
  return depth === 2 ? !namedSections.has(segments[0] ?? '') && namedKeys.has(owner) : namedSettings.has(owner)
}

/** What a value alone means when a path goes into it: `shards: 3` is `shards: { count: 3 }`. */
const SHORT_FORMS: ReadonlyMap<string, string> = new Map([
  ['shards', 'count'],
  ['replicas', 'count'],
  ['retry', 'times'],
  ['bulkhead', 'concurrency'],
  ['rows', 'is'],
  ['keys', 'is'],
  ['rate', 'per'],
])

function innerMap(value: Node | undefined, key: string, at: Span): MapNode | null {
  if (value === undefined) return createMap([], at)
  if (value.kind === 'map') return value
  const short = SHORT_FORMS.get(key)
  if (value.kind === 'list' || short === undefined) return null
  return createMap([{ key: short, keySpan: value.span, value }], value.span)
}

function changeLeaf(map: MapNode, key: string, walk: Walk, out: Collector): MapNode | null {
  const { act, path, value, segments } = walk
  const there = map.entry(key)
  const keySpan = placeOf(walk, segments.length - 1)
  if (act === 'remove') return withoutEntry(map, key)
  if (act === 'add' && there !== undefined) {
    out.error('overlay-path', keySpan, `\`${path}\` is there already`, 'change it by `set`')
    return null
  }
  return value && withEntry(map, { key, keySpan: there?.keySpan ?? keySpan, value })
}

/** Names that a hint lists. */
const LISTED_MOST = 12

function noMatch(map: MapNode, walk: Walk, depth: number, out: Collector): null {
  const { segments, path } = walk
  const key = segments[depth] ?? ''
  const names = map.entries.map((entry) => entry.key)
  const near = nearestNames(key, names, 1)[0]
  const before = segments.slice(0, depth).join('.')
  const where = before === '' ? 'the design' : `\`${before}\``
  const right = near === undefined ? '' : [...segments.slice(0, depth), near, ...segments.slice(depth + 1)].join('.')
  const message = `\`${path}\` matches nothing: ${where} has no \`${key}\``
  const list = names.length === 0 ? `${where} is empty` : `${where} has ${names.slice(0, LISTED_MOST).join(', ')}`
  out.error('overlay-path', placeOf(walk, depth), message, near === undefined ? list : `did you mean \`${right}\`?`)
  return null
}

/** Place of one name in a path that is written as one key. */
function placeOf({ at, path, segments }: Walk, depth: number): Span {
  if (at.endOffset - at.offset !== path.length) return at
  const from = segments.slice(0, depth).reduce((sum, segment) => sum + segment.length + 1, 0)
  return subSpan(at, from, (segments[depth] ?? '').length)
}
