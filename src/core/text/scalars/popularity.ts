import type { Node } from '../document.ts'
import { numberOf, takeArguments } from './arguments.ts'
import { type Cursor, createCursor, failAt, finish } from './cursor.ts'
import { acceptedForms } from './dimension.ts'
import { evaluate, type Scope } from './expression.ts'
import { isExpression, notA, wrongDimension } from './quantity.ts'
import { andThen, type Read, valid, wrong } from './read.ts'
import { type Call, parseValue } from './value.ts'

/**
 * Exponent of the Zipf law by which keys are asked for: `zipf(0.9)`, an expression that names one, or `uniform` (0: all
 * keys alike).
 */
export function readPopularity(node: Node, { scope }: { readonly scope?: Scope } = {}): Read<number> {
  if (node.kind !== 'scalar') return notA(node, 'popularity')
  if (isExpression(node)) {
    return andThen(evaluate(node, scope), ({ value, dimension }) => {
      const problem = wrongDimension(node, dimension, 'popularity')
      return problem ?? (typeof value === 'number' ? valid(value) : notA(node, 'popularity'))
    })
  }
  if (node.text === 'uniform') return valid(0)
  const cursor = createCursor(node)
  const value = cursor.problem ? null : parseValue(cursor)
  return andThen(finish(cursor, value, acceptedForms.popularity), (found) => {
    if (found.kind !== 'call') return notA(node, 'popularity')
    const exponent = readPopularityOf(cursor, found)
    if (exponent !== null) return valid(exponent)
    return cursor.problem
      ? { isValid: false, diagnostic: cursor.problem }
      : wrong('unit-wrong', node.span, 'expected a popularity')
  })
}

/** The exponent of a `zipf(...)` call. */
export function readPopularityOf(cursor: Cursor, call: Call): number | null {
  if (call.name !== 'zipf') {
    const message = `\`${call.name.slice(0, 40)}\` is not a popularity`
    return failAt(cursor, call.start, call.start + call.name.length, 'unknown-law', message, acceptedForms.popularity)
  }
  const args = takeArguments(cursor, call, { positional: [1, 1], required: [], example: 'zipf(0.9)' })
  const first = args?.positional[0]
  const exponent = first ? numberOf(cursor, first, { dimension: 'count' }) : null
  if (exponent === null || exponent <= 5) return exponent
  return failAt(
    cursor,
    call.start,
    call.end,
    'number-range',
    'a Zipf exponent is between 0 and 5',
    acceptedForms.popularity,
  )
}
