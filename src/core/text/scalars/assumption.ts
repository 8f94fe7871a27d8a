import type { PerSecond } from '../../base/units.ts'
import { describeNode, type MapNode, type Node, type ScalarNode, shorten } from '../document.ts'
import { createCursor, finish } from './cursor.ts'
import { dimensionNoun, type Quantity } from './dimension.ts'
import { lawOf, type LawOptions } from './distribution.ts'
import { evaluate } from './expression.ts'
import { readPopularityOf } from './popularity.ts'
import { isExpression, readRate } from './quantity.ts'
import { type Range, readRange } from './range.ts'
import { UNCERTAIN as EXAMPLE, uncertainSlip } from './uncertain.ts'
import { andThen, type Read, valid, wrong } from './read.ts'
import { parseValue } from './value.ts'

/** `{ is: 50 M, range: 30 M..80 M, growth: 2 M/d, why: ... }`, or its `is` alone. */
export interface Uncertain {
  readonly is: Quantity
  /** 90 % range of what we do not know; null = taken as known. */
  readonly range: Range | null
  readonly growth: PerSecond | null
  readonly why: string
}

/** An uncertain value of any dimension. Its range has the dimension of `is` and holds it. */
export function readUncertain(node: Node, options: LawOptions = {}): Read<Uncertain> {
  if (node.kind !== 'map') {
    return andThen(readQuantity(node, options), (is) => valid({ is, range: null, growth: null, why: '' }))
  }
  const slip = uncertainSlip(node)
  if (slip) return slip
  const isNode = node.get('is')
  if (!isNode) return wrong('missing-key', node.span, 'an uncertain value needs `is`', EXAMPLE)
  return andThen(readQuantity(isNode, options), (is) => readRest(node, is, options))
}

function readRest(map: MapNode, is: Quantity, { scope }: LawOptions): Read<Uncertain> {
  const why = map.get('why')
  const rangeNode = map.get('range')
  const growthNode = map.get('growth')
  const range: Read<Range | null> = rangeNode ? readRangeAround(rangeNode, is) : valid(null)
  const growth: Read<number | null> = growthNode
    ? readRate(growthNode, scope === undefined ? {} : { scope })
    : valid(null)
  return andThen(range, (r) =>
    andThen(growth, (g) => valid({ is, range: r, growth: g, why: why?.kind === 'scalar' ? why.text : '' })),
  )
}

function readRangeAround(node: Node, is: Quantity): Read<Range> {
  return andThen(readRange(node), (range) => {
    if (range.dimension !== is.dimension) {
      const message = `\`is\` is ${dimensionNoun(is.dimension)}, but its range is ${dimensionNoun(range.dimension)}`
      return wrong('unit-wrong', node.span, message, 'write both in the same kind of unit')
    }
    const { value } = is
    if (typeof value !== 'number' || (range.low <= value && value <= range.high)) return valid(range)
    return wrong('number-range', node.span, 'the range does not hold the value of `is`', EXAMPLE)
  })
}

/** A quantity of any dimension: an amount, a law, a popularity or an expression. */
export function readQuantity(node: Node, options: LawOptions = {}): Read<Quantity> {
  if (node.kind !== 'scalar')
    return wrong('scalar-syntax', node.span, `expected a value, got ${describeNode(node)}`, EXAMPLE)
  return isExpression(node) ? evaluate(node, options.scope) : readLiteral(node, options)
}

const FORMS = 'write a value with its unit: `50 M`, `8%`, `250 ms`, `40 k/s`, `4 KB`, a law or `zipf(0.9)`'

function readLiteral(node: ScalarNode, options: LawOptions): Read<Quantity> {
  const cursor = createCursor(node)
  const value = cursor.problem ? null : parseValue(cursor)
  return andThen(finish(cursor, value, FORMS), (found) => {
    const quantity: Quantity | null =
      found.kind === 'call' && found.name === 'zipf'
        ? asPopularity(readPopularityOf(cursor, found))
        : lawOf(cursor, found, options)
    if (cursor.problem) return { isValid: false, diagnostic: cursor.problem }
    return quantity
      ? valid(quantity)
      : wrong('not-a-number', node.span, `\`${shorten(node.text)}\` is not a value`, FORMS)
  })
}

const asPopularity = (exponent: number | null): Quantity | null =>
  exponent === null ? null : { value: exponent, dimension: 'popularity' }
