import type { Bytes, BytesPerSecond, Dollars, PerSecond, Ratio, Seconds } from '../../base/units.ts'
import { describeNode, type Node, type ScalarNode, shorten } from '../document.ts'
import type { Amount } from './amount.ts'
import { createCursor, finish } from './cursor.ts'
import { acceptedForms, type Dimension, dimensionNoun } from './dimension.ts'
import { evaluate, type Scope } from './expression.ts'
import { andThen, type Read, valid, wrong } from './read.ts'
import { uncertainSlip } from './uncertain.ts'
import { SECONDS_PER_MONTH } from './units.ts'
import { parseValue } from './value.ts'

/** What is allowed beside the dimension. Negative values are refused unless `min` says otherwise. */
export interface Bounds {
  readonly min?: number
  /** Exclusive lower bound: 0 refuses zero. */
  readonly above?: number
  readonly max?: number
  readonly isWhole?: boolean
  /** `infinite` is allowed and gives Infinity. */
  readonly canBeInfinite?: boolean
}

export interface ReadOptions extends Bounds {
  /** Names that `= expression` may use; without it expressions are refused. */
  readonly scope?: Scope
}

/**
 * One number of the given dimension in SI units, from a literal, from `= expression`, or from the `is` of an uncertain
 * value `{ is, range, why }`.
 */
export function readNumber(node: Node, dimension: Dimension, options: ReadOptions = {}): Read<number> {
  const inner = node.kind === 'map' ? node.get('is') : undefined
  if (node.kind === 'map' && inner?.kind === 'scalar') {
    return uncertainSlip(node) ?? readNumber(inner, dimension, options)
  }
  if (node.kind !== 'scalar') return notA(inner ?? node, dimension)
  if (options.canBeInfinite === true && node.text === 'infinite') return valid(Number.POSITIVE_INFINITY)
  const read = isExpression(node) ? fromExpression(node, dimension, options) : fromLiteral(node, dimension)
  return andThen(read, (value) => checkBounds(node, value, dimension, options))
}

export const isExpression = (node: ScalarNode): boolean => !node.isQuoted && node.text.startsWith('=')

export const notA = <T>(node: Node, dimension: Dimension): Read<T> =>
  wrong(
    'unit-wrong',
    node.span,
    `expected ${dimensionNoun(dimension)}, got ${describeNode(node)}`,
    acceptedForms[dimension],
  )

function fromExpression(node: ScalarNode, dimension: Dimension, { scope }: ReadOptions): Read<number> {
  return andThen(evaluate(node, scope), (quantity) => {
    const problem = wrongDimension(node, quantity.dimension, dimension)
    if (problem) return problem
    if (typeof quantity.value === 'number') return valid(quantity.value)
    const message = `\`${shorten(node.text)}\` is a distribution; one number is needed here`
    return wrong('expression-unit', node.span, message, 'use a name that stands for a number')
  })
}

function fromLiteral(node: ScalarNode, dimension: Dimension): Read<number> {
  return andThen(readAmount(node, dimension), (amount) => {
    if (amount.per === null) return valid(amount.value)
    const counted = amount.per === 'each' ? 'for each' : `per ${amount.per}`
    const found = `\`${shorten(node.text)}\` is an amount ${counted}`
    const message = `${found}; ${dimensionNoun(dimension)} alone is needed here`
    return wrong('unit-wrong', node.span, message, acceptedForms[dimension])
  })
}

/** A literal with its `per`: `3 us per item`, `8 per user per day`, `24 KiB each`. The dimension is checked. */
export function readAmount(node: Node, dimension: Dimension): Read<Amount> {
  if (node.kind !== 'scalar') return notA(node, dimension)
  const cursor = createCursor(node)
  const value = cursor.problem ? null : parseValue(cursor)
  return andThen(finish(cursor, value, acceptedForms[dimension]), (found): Read<Amount> => {
    if (found.kind === 'amount') return checkAmount(node, found, dimension)
    const message = `expected ${dimensionNoun(dimension)}, got \`${shorten(node.text)}\``
    return wrong(found.kind === 'word' ? 'not-a-number' : 'unit-wrong', node.span, message, acceptedForms[dimension])
  })
}

/** The dimension of a literal is the one that is needed; a missing unit has words of its own. */
export function checkAmount(node: ScalarNode, amount: Amount, dimension: Dimension): Read<Amount> {
  if (amount.dimension === dimension && !(amount.isFactor && dimension !== 'count')) return valid(amount)
  const written = node.text.slice(amount.start, amount.end)
  if (amount.isBare) {
    const message = `\`${shorten(written)}\` has no unit; ${dimensionNoun(dimension)} needs one`
    return wrong('unit-missing', node.span, message, acceptedForms[dimension])
  }
  const message = `expected ${dimensionNoun(dimension)}, got ${dimensionNoun(amount.dimension)}: \`${shorten(written)}\``
  return wrong('unit-wrong', node.span, message, acceptedForms[dimension])
}

/** For expressions: a problem if what came out is not what is needed. */
export function wrongDimension(node: ScalarNode, found: Dimension, dimension: Dimension): Read<never> | null {
  if (found === dimension) return null
  const message = `\`${shorten(node.text)}\` gives ${dimensionNoun(found)}; ${dimensionNoun(dimension)} is needed here`
  return wrong('expression-unit', node.span, message, acceptedForms[dimension])
}

/** Finite and within bounds. */
export function checkBounds(node: ScalarNode, value: number, dimension: Dimension, bounds: Bounds): Read<number> {
  const say = (message: string): Read<number> =>
    wrong('number-range', node.span, `\`${shorten(node.text)}\` ${message}`)
  if (!Number.isFinite(value)) return say('is not a finite number')
  const min = bounds.min ?? 0
  if (bounds.above !== undefined && !(value > bounds.above)) {
    return say(bounds.above === 0 ? 'has to be above 0' : `has to be above ${show(bounds.above, dimension)}`)
  }
  if (value < min) return say(min === 0 ? 'must not be negative' : `has to be at least ${show(min, dimension)}`)
  const max = bounds.max ?? (dimension === 'ratio' ? 1 : Number.POSITIVE_INFINITY)
  if (value > max) return say(`has to be at most ${show(max, dimension)}`)
  if (bounds.isWhole === true && !Number.isInteger(value)) return say('has to be a whole number')
  return valid(value)
}

/** A bound in words: the SI number with its unit. */
function show(value: number, dimension: Dimension): string {
  if (dimension === 'ratio') return `${value * 100}%`
  const suffix = {
    count: '',
    time: ' s',
    rate: '/s',
    bytes: ' B',
    bandwidth: ' B/s',
    money: ' USD',
    'money-rate': ' USD/s',
    popularity: '',
  }
  return `${value}${suffix[dimension]}`
}

export const readTime = (node: Node, options?: ReadOptions): Read<Seconds> => readNumber(node, 'time', options)
export const readBytes = (node: Node, options?: ReadOptions): Read<Bytes> => readNumber(node, 'bytes', options)
export const readRate = (node: Node, options?: ReadOptions): Read<PerSecond> => readNumber(node, 'rate', options)
export const readBandwidth = (node: Node, options?: ReadOptions): Read<BytesPerSecond> =>
  readNumber(node, 'bandwidth', options)
/** 0..1 unless bounds say otherwise. */
export const readRatio = (node: Node, options?: ReadOptions): Read<Ratio> => readNumber(node, 'ratio', options)
export const readCount = (node: Node, options?: ReadOptions): Read<number> => readNumber(node, 'count', options)
/** A count that is whole: instances, partitions. */
export const readWhole = (node: Node, options?: ReadOptions): Read<number> =>
  readNumber(node, 'count', { ...options, isWhole: true })

/** `2.5x`, or the bare number. */
export const readFactor = (node: Node, options?: ReadOptions): Read<number> => readNumber(node, 'count', options)

/** `12 k USD/month` in dollars per month. */
export function readMoneyPerMonth(node: Node, options: ReadOptions = {}): Read<Dollars> {
  if (node.kind !== 'scalar' || isExpression(node)) {
    return andThen(readNumber(node, 'money-rate', options), (perSecond) => valid(perSecond * SECONDS_PER_MONTH))
  }
  return andThen(readAmount(node, 'money-rate'), (amount) =>
    checkBounds(node, amount.perMonth ?? amount.value * SECONDS_PER_MONTH, 'money-rate', options),
  )
}

/** A rate that may be per somebody: `8 per user per day` is 8/86400 per second, per `user`. */
export const readRatePer = (node: Node): Read<Amount> => readAmount(node, 'rate')
