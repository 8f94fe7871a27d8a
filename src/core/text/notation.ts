import type { Span } from '../base/span.ts'
import { createList, createMap, createScalar, type Node } from './document.ts'
import { parse } from './parse.ts'

/** A value in the language's own notation (`0.15 ms`, `{}`, `{ p50: 2 ms, p99: 12 ms }`) as if it stood at `span`. */
export function nodeOfNotation(value: string, span: Span): Node {
  if (value === '{}') return createMap([], span)
  if (value === '[]') return createList([], span)
  const parsed = /^[{[]/.test(value)
    ? parse(`value: ${value}`, { file: span.file }).document?.root.get('value')
    : undefined
  return parsed === undefined ? createScalar(value, { ...span, endOffset: span.offset }) : placeAt(parsed, span)
}

function placeAt(node: Node, span: Span): Node {
  if (node.kind === 'scalar') return createScalar(node.text, { ...span, endOffset: span.offset }, node)
  if (node.kind === 'list')
    return createList(
      node.items.map((inner) => placeAt(inner, span)),
      span,
    )
  return createMap(
    node.entries.map(({ key, value }) => ({ key, keySpan: span, value: placeAt(value, span) })),
    span,
  )
}
