import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Collector } from '../base/diagnostic.ts'
import { nearestNames } from '../base/nearest.ts'
import type { Span } from '../base/span.ts'
import { checkKey } from './check-key.ts'
import {
  createList,
  createMap,
  createScalar,
  describeNode,
  type Entry,
  isNullText,
  type MapNode,
  type Node,
} from './document.ts'
import { depthMost, type Limits, raiseLimit } from './limits.ts'
import type { LineMap } from './line-map.ts'

/** A converted node and what it holds with every alias written out. Shared by all who alias it. */
interface Built {
  readonly node: Node | null
  readonly nodes: number
  readonly aliases: number
  readonly depth: number
}

interface Walk {
  readonly limits: Limits
  readonly lines: LineMap
  readonly out: Collector
  /** null: the anchor's own value is still being built. */
  readonly anchors: Map<string, Built | null>
  /** Keys whose values were left out because of a mistake. */
  readonly lost: string[]
  nodes: number
  aliases: number
  /** The alias that went over a limit. */
  overrun: { readonly at: Span; readonly name: string; readonly what: 'nodes' | 'aliases' | 'depth' } | null
}

const nothing: Built = { node: null, nodes: 1, aliases: 0, depth: 0 }

export interface Tree {
  readonly node: Node | null
  /** Keys that are not in it because of a mistake. */
  readonly lost: readonly string[]
}

/** Turns the library's tree into ours: aliases and merges expanded by sharing, every key and null checked. */
export function buildTree(contents: unknown, limits: Limits, lines: LineMap, out: Collector): Tree {
  const walk: Walk = { limits, lines, out, anchors: new Map(), lost: [], nodes: 0, aliases: 0, overrun: null }
  const built = build(contents, walk, 1, null)
  if (walk.overrun) reportOverrun(walk.overrun, built, limits, out)
  return { node: built.node, lost: walk.lost }
}

function reportOverrun(overrun: NonNullable<Walk['overrun']>, whole: Built, limits: Limits, out: Collector): void {
  const { at, name, what } = overrun
  if (what === 'depth') {
    const message = `with \`*${name}\` written out, maps and lists are nested more than ${limits.depth} deep`
    return out.error('nested-too-deep', at, message, raiseLimit('depth', `${depthMost}`))
  }
  const count = what === 'nodes' ? whole.nodes : whole.aliases
  const size = count <= 1e15 ? `${count}` : 'more than 1e15'
  const noun = what === 'nodes' ? 'values' : 'aliases'
  const message = `with its aliases written out the file would have ${size} ${noun}; at most ${limits[what]} are read`
  out.error('alias-expansion', at, message, raiseLimit(what, size.replace(/\D/g, '')))
}

function build(value: unknown, walk: Walk, depth: number, owner: Span | null): Built {
  if (isAlias(value)) return buildAlias(value, walk, depth)
  if (!isMap(value) && !isSeq(value) && !isScalar(value)) return reportNull(owner ?? walk.lines.span(0, 0), walk)
  const anchor = value.anchor
  if (anchor !== undefined) walk.anchors.set(anchor, null)
  walk.nodes++
  const span = spanOf(value, walk)
  const built = isMap(value)
    ? buildMap(value, span, walk, depth)
    : isSeq(value)
      ? buildList(value, span, walk, depth)
      : buildScalar(value, span, walk, owner)
  if (anchor !== undefined) walk.anchors.set(anchor, built)
  return built
}

function spanOf(node: { readonly range?: readonly number[] | null | undefined }, walk: Walk): Span {
  return walk.lines.span(node.range?.[0] ?? 0, node.range?.[1] ?? 0)
}

function buildScalar(scalar: Scalar, span: Span, walk: Walk, owner: Span | null): Built {
  const text = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '')
  const isQuoted = scalar.type !== undefined && scalar.type !== Scalar.PLAIN
  if (!isQuoted && isNullText(text)) return reportNull(text === '' ? (owner ?? span) : span, walk)
  return { node: createScalar(text, span, { isQuoted }), nodes: 1, aliases: 0, depth: 0 }
}

function reportNull(at: Span, walk: Walk): Built {
  const isDigits = /^\d{3}\b/.test(walk.lines.text.slice(at.offset, at.endOffset))
  const hint = isDigits
    ? 'digits are not grouped: a comma starts the next entry here; write `1000` or `1 k`'
    : 'write a value, or leave the key out; `{}` is an empty map'
  walk.out.error('null-value', at, 'there is no value here', hint)
  return nothing
}

function buildList(list: YAMLSeq, span: Span, walk: Walk, depth: number): Built {
  const items: Node[] = []
  let nodes = 1
  let aliases = 0
  let inner = 0
  for (const item of list.items) {
    const built = build(item, walk, depth + 1, null)
    nodes += built.nodes
    aliases += built.aliases
    inner = Math.max(inner, built.depth)
    if (built.node) items.push(built.node)
  }
  return { node: createList(items, span), nodes, aliases, depth: inner + 1 }
}

function buildMap(map: YAMLMap, span: Span, walk: Walk, depth: number): Built {
  const own = new Map<string, Entry>()
  const seen = new Map<string, Span>()
  const merges: { readonly node: Node; readonly at: Span }[] = []
  let nodes = 1
  let aliases = 0
  let inner = 0
  for (const pair of map.items) {
    const { key, span: keySpan } = keyOf(pair, walk)
    const built = build(pair.value, walk, depth + 1, keySpan)
    nodes += built.nodes
    aliases += built.aliases
    inner = Math.max(inner, built.depth)
    if (key === '<<') {
      if (built.node) merges.push({ node: built.node, at: keySpan })
      continue
    }
    const first = seen.get(key)
    const isRight = first === undefined && checkKey(key, keySpan, walk.out)
    if (first) reportDuplicate(key, keySpan, first, walk)
    else if (isRight && built.node) own.set(key, { key, keySpan, value: built.node })
    else walk.lost.push(key)
    seen.set(key, first ?? keySpan)
  }
  const added = mergeInto(own, merges, walk)
  walk.nodes += added
  return { node: createMap([...own.values()], span), nodes: nodes + added, aliases, depth: inner + 1 }
}

function keyOf(pair: Pair, walk: Walk): { readonly key: string; readonly span: Span } {
  const { key } = pair
  if (!isScalar(key)) return { key: '', span: walk.lines.span(0, 0) }
  const text = typeof key.value === 'string' ? key.value : (key.source ?? '')
  return { key: text.normalize('NFC'), span: spanOf(key, walk) }
}

function reportDuplicate(key: string, at: Span, first: Span, walk: Walk): void {
  const there = at.line === first.line ? 'before it on the same line' : `on line ${first.line}`
  const message = `\`${key.slice(0, 60)}\` on line ${at.line} is already defined ${there}`
  const hint = 'rename one of them, or put both together'
  walk.out.add({ code: 'duplicate-key', severity: 'error', at, message, hint, also: [first] })
}

/**
 * Adds what `<<` brings and the map does not say itself; the first of several maps wins. The number of entries added.
 */
function mergeInto(own: Map<string, Entry>, merges: readonly { node: Node; at: Span }[], walk: Walk): number {
  let added = 0
  for (const { node, at } of merges) {
    const maps: MapNode[] = []
    for (const source of node.kind === 'list' ? node.items : [node]) {
      if (source.kind === 'map') maps.push(source)
      else walk.out.error('merge-value', at, `\`<<\` takes a map or a list of maps, got ${describeNode(source)}`)
    }
    for (const entry of maps.flatMap((map) => map.entries)) {
      added++
      if (!own.has(entry.key)) own.set(entry.key, entry)
    }
    if (walk.nodes + added > walk.limits.nodes) {
      walk.overrun ??= { at, name: '<<', what: 'nodes' }
      break
    }
  }
  return added
}

function buildAlias(alias: Alias, walk: Walk, depth: number): Built {
  const name = alias.source
  const at = spanOf(alias, walk)
  const target = walk.anchors.get(name)
  if (target === undefined) {
    const near = nearestNames(name, walk.anchors.keys(), 1)[0]
    const hint = near === undefined ? 'an anchor `&name` stands before its first use' : `did you mean \`*${near}\`?`
    walk.out.error('unknown-anchor', at, `\`*${name}\` names an anchor that does not exist above`, hint)
    return nothing
  }
  if (target === null) {
    walk.out.error('anchor-cycle', at, `anchor \`&${name}\` refers to itself`, 'write this part out')
    return nothing
  }
  walk.nodes += target.nodes
  walk.aliases += target.aliases + 1
  if (walk.nodes > walk.limits.nodes) walk.overrun ??= { at, name, what: 'nodes' }
  if (walk.aliases > walk.limits.aliases) walk.overrun ??= { at, name, what: 'aliases' }
  if (depth - 1 + target.depth > walk.limits.depth) walk.overrun ??= { at, name, what: 'depth' }
  return { ...target, aliases: target.aliases + 1 }
}
