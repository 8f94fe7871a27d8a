import { createScalar, describeNode, type Node, type ScalarNode, shorten, spanWithin } from '../document.ts'
import { type Cursor, createCursor, failAt, finish } from './cursor.ts'
import { type Dimension, dimensionNoun } from './dimension.ts'
import { readPopularityOf } from './popularity.ts'
import { andThen, type Read, valid, wrong } from './read.ts'
import { parseValue, type Value } from './value.ts'

/** `low..high` in SI units; low is not above high. */
export interface Range {
  readonly low: number
  readonly high: number
  readonly dimension: Dimension
}

const FORMS = 'write a range like `30 M..80 M`, `5 min..20 min` or `3..30`, the unit at both ends'

/** A range of the dimension given, or of any (null). */
export function readRange(node: Node, dimension: Dimension | null = null): Read<Range> {
  if (node.kind !== 'scalar')
    return wrong('scalar-syntax', node.span, `expected a range, got ${describeNode(node)}`, FORMS)
  const cursor = createCursor(node)
  const value = cursor.problem ? null : parseValue(cursor)
  return andThen(finish(cursor, value, FORMS), (found) => {
    const range = rangeOf(cursor, found)
    if (cursor.problem) return { isValid: false, diagnostic: cursor.problem }
    if (!range) return wrong('scalar-syntax', node.span, `expected a range, got \`${shorten(node.text)}\``, FORMS)
    if (dimension === null || range.dimension === dimension) return valid(range)
    const message = `expected a range of ${dimensionNoun(dimension)}, got ${dimensionNoun(range.dimension)}: \`${shorten(node.text)}\``
    return wrong('unit-wrong', node.span, message, FORMS)
  })
}

/** Null without a problem: it is not a range. */
export function rangeOf(cursor: Cursor, value: Value): Range | null {
  if (value.kind !== 'range') return null
  const low = endOf(cursor, value.low)
  const high = low && endOf(cursor, value.high)
  if (!low || !high) return null
  const say = (code: string, message: string): null => failAt(cursor, value.start, value.end, code, message, FORMS)
  if (low.dimension !== high.dimension) {
    return say('unit-wrong', `the range goes from ${dimensionNoun(low.dimension)} to ${dimensionNoun(high.dimension)}`)
  }
  if (low.value > high.value) return say('number-range', 'the range ends below its start')
  return { low: low.value, high: high.value, dimension: low.dimension }
}

function endOf(cursor: Cursor, value: Value): { readonly value: number; readonly dimension: Dimension } | null {
  if (value.kind === 'amount' && value.per === null) return value
  if (value.kind === 'call' && value.name === 'zipf') {
    const exponent = readPopularityOf(cursor, value)
    return exponent === null ? null : { value: exponent, dimension: 'popularity' }
  }
  return failAt(cursor, value.start, value.end, 'scalar-syntax', 'a range goes from one amount to another', FORMS)
}

/** The two ends of `3..30` as values of their own; none when it is no range. */
export function rangeNodes(node: ScalarNode): readonly ScalarNode[] {
  if (!readRange(node).isValid) return []
  const at = node.text.indexOf('..')
  const low = node.text.slice(0, at).trimEnd()
  const high = node.text.slice(at + 2)
  const start = at + 2 + (high.length - high.trimStart().length)
  return [
    createScalar(low, spanWithin(node, 0, low.length)),
    createScalar(high.trim(), spanWithin(node, start, high.trim().length)),
  ]
}
