import { nearestNames } from '../../base/nearest.ts'
import { fixed, scaled } from '../../model/distribution.ts'
import type { ScalarNode } from '../document.ts'
import { parseAmount } from './amount.ts'
import { type Cursor, createCursor, fail, finish, peek, takeText } from './cursor.ts'
import { combine, type Dimension, dimensionNoun, type Quantity } from './dimension.ts'
import { type Read, wrong } from './read.ts'
import type { Token } from './tokens.ts'

/** Names an expression may use, and which of them were used. */
export interface Scope {
  readonly get: (name: string) => Quantity | undefined
  readonly names: () => Iterable<string>
  /** Called for every name that is looked up and found. */
  readonly onUse?: (name: string) => void
  /** The name exists, but what it stands for was not understood: said where it is written, not where it is used. */
  readonly isBroken?: (name: string) => boolean
}

/** Code of what only follows from a mistake that is said elsewhere; it is never shown. */
export const CONSEQUENCE = 'consequence'

export const scopeOf = (values: ReadonlyMap<string, Quantity>, onUse?: (name: string) => void): Scope => ({
  get: (name) => values.get(name),
  names: () => values.keys(),
  ...(onUse ? { onUse } : {}),
})

/** Most operations of one expression. */
const STEPS_MOST = 1_000
const DEPTH_MOST = 32

interface Evaluation {
  readonly cursor: Cursor
  readonly scope: Scope
  steps: number
}

const FORMS = 'an expression is `= a * b / 1000` over the names in `assume`: + - * / ( ) min max ceil'

/**
 * Value of `= users * online / 1000`. A hyphen inside a name belongs to it: a minus has spaces around it. Units are
 * checked at every step; a distribution can be scaled by a number and moved by one, nothing else.
 */
export function evaluate(node: ScalarNode, scope: Scope | undefined): Read<Quantity> {
  if (!scope) {
    const message = 'an expression cannot stand here'
    return wrong('expression-not-allowed', node.span, message, 'write the value itself')
  }
  const cursor = createCursor(node)
  if (cursor.problem) return { isValid: false, diagnostic: cursor.problem }
  takeText(cursor, '=')
  const value = sum({ cursor, scope, steps: 0 }, 0)
  return finish(cursor, value, FORMS)
}

function sum(run: Evaluation, depth: number): Quantity | null {
  let left = product(run, depth)
  for (;;) {
    const sign = peek(run.cursor)
    if (!left || (sign.text !== '+' && sign.text !== '-')) return left
    run.cursor.at++
    const right = product(run, depth)
    left = right && step(run, sign) && add(run.cursor, sign, left, right, sign.text === '+' ? 1 : -1)
  }
}

function product(run: Evaluation, depth: number): Quantity | null {
  let left = factor(run, depth)
  for (;;) {
    const sign = peek(run.cursor)
    if (!left || (sign.text !== '*' && sign.text !== '/')) return left
    run.cursor.at++
    const right = factor(run, depth)
    left = right && step(run, sign) && multiply(run.cursor, sign, left, right, sign.text === '*' ? 1 : -1)
  }
}

function step(run: Evaluation, token: Token): true | null {
  run.steps++
  if (run.steps <= STEPS_MOST) return true
  return fail(run.cursor, token, 'expression-too-long', `an expression has at most ${STEPS_MOST} operations`)
}

function factor(run: Evaluation, depth: number): Quantity | null {
  const { cursor } = run
  const token = peek(cursor)
  if (depth > DEPTH_MOST) {
    return fail(cursor, token, 'expression-too-long', `brackets are nested more than ${DEPTH_MOST} deep`)
  }
  if (token.kind === 'number') {
    const amount = parseAmount(cursor, { isExpression: true })
    if (!amount) return null
    if (amount.per === null) return { value: amount.value, dimension: amount.dimension }
    return fail(cursor, token, 'expression-unit', `an amount per ${amount.per} cannot stand in an expression`, FORMS)
  }
  if (takeText(cursor, '-')) {
    const value = factor(run, depth + 1)
    return value && multiply(cursor, token, { value: -1, dimension: 'count' }, value, 1)
  }
  if (takeText(cursor, '(')) return closed(run, token, sum(run, depth + 1))
  if (token.kind === 'word') return nameOrCall(run, depth)
  const found = token.kind === 'end' ? 'a value is missing at the end' : `\`${token.text}\` is not expected here`
  return fail(cursor, token, 'scalar-syntax', found, FORMS)
}

function closed(run: Evaluation, open: Token, value: Quantity | null): Quantity | null {
  if (!value || takeText(run.cursor, ')')) return value
  return fail(run.cursor, open, 'scalar-syntax', 'this bracket is never closed', 'add `)`')
}

function nameOrCall(run: Evaluation, depth: number): Quantity | null {
  const { cursor, scope } = run
  const token = peek(cursor)
  cursor.at++
  if (peek(cursor).text === '(') return call(run, token, depth)
  const found = scope.get(token.text)
  if (found) {
    scope.onUse?.(token.text)
    return found
  }
  if (scope.isBroken?.(token.text)) return fail(cursor, token, CONSEQUENCE, `\`${token.text}\` was not understood`)
  const near = nearestNames(token.text, scope.names(), 1)[0]
  const hint = near === undefined ? 'add it to `assume`' : `did you mean \`${near}\`?`
  return fail(cursor, token, 'unknown-name', `\`${token.text.slice(0, 60)}\` is not a name in \`assume\``, hint)
}

function call(run: Evaluation, name: Token, depth: number): Quantity | null {
  const { cursor } = run
  if (name.text !== 'min' && name.text !== 'max' && name.text !== 'ceil') {
    return fail(
      cursor,
      name,
      'unknown-name',
      `\`${name.text.slice(0, 60)}\` is not a function; there are min, max and ceil`,
      FORMS,
    )
  }
  const open = peek(cursor)
  cursor.at++
  const args: Quantity[] = []
  while (!takeText(cursor, ')')) {
    if (peek(cursor).kind === 'end')
      return fail(cursor, open, 'scalar-syntax', 'this bracket is never closed', 'add `)`')
    const value = step(run, open) && sum(run, depth + 1)
    if (!value) return null
    args.push(value)
    takeText(cursor, ',')
  }
  return apply(cursor, name, args)
}

function apply(cursor: Cursor, name: Token, args: readonly Quantity[]): Quantity | null {
  const first = args[0]
  const isCountRight = name.text === 'ceil' ? args.length === 1 : args.length >= 2
  if (!first || !isCountRight) {
    const needs = name.text === 'ceil' ? 'one value' : 'two values or more'
    return fail(
      cursor,
      name,
      'scalar-syntax',
      `\`${name.text}\` takes ${needs}, got ${args.length}`,
      `write \`${name.text}(${name.text === 'ceil' ? 'a' : 'a b'})\``,
    )
  }
  const numbers: number[] = []
  for (const arg of args) {
    if (typeof arg.value !== 'number') {
      return fail(cursor, name, 'expression-unit', `\`${name.text}\` takes numbers; one value is a distribution`)
    }
    if (arg.dimension !== first.dimension) return mismatch(cursor, name, first.dimension, arg.dimension)
    numbers.push(arg.value)
  }
  // A hair of rounding above a whole number is not a further one.
  const ceil = (x: number): number =>
    Math.abs(x - Math.round(x)) < 1e-9 * Math.max(1, Math.abs(x)) ? Math.round(x) : Math.ceil(x)
  const value =
    name.text === 'min' ? Math.min(...numbers) : name.text === 'max' ? Math.max(...numbers) : ceil(numbers[0] ?? 0)
  return { value, dimension: first.dimension }
}

function mismatch(cursor: Cursor, at: Token, a: Dimension, b: Dimension): null {
  const message = `${dimensionNoun(a)} and ${dimensionNoun(b)} do not go together in \`${at.text}\``
  const isShare = (a === 'ratio' && b === 'count') || (a === 'count' && b === 'ratio')
  return fail(cursor, at, 'expression-unit', message, isShare ? 'write the number 1 as `100%`' : undefined)
}

function add(cursor: Cursor, at: Token, a: Quantity, b: Quantity, sign: 1 | -1): Quantity | null {
  if (a.dimension !== b.dimension) return mismatch(cursor, at, a.dimension, b.dimension)
  const { dimension } = a
  if (typeof a.value === 'number' && typeof b.value === 'number') {
    return finite(cursor, at, { value: a.value + sign * b.value, dimension })
  }
  if (typeof b.value === 'number' && typeof a.value !== 'number') {
    return { value: { law: 'shifted', by: sign * b.value, of: a.value }, dimension }
  }
  if (typeof a.value === 'number' && typeof b.value !== 'number' && sign === 1) {
    return { value: { law: 'shifted', by: a.value, of: b.value }, dimension }
  }
  return twoLaws(cursor, at)
}

function multiply(cursor: Cursor, at: Token, a: Quantity, b: Quantity, sign: 1 | -1): Quantity | null {
  const dimension = combine(a.dimension, b.dimension, sign)
  if (dimension === null) {
    const verb = sign === 1 ? 'times' : 'divided by'
    const message = `${dimensionNoun(a.dimension)} ${verb} ${dimensionNoun(b.dimension)} has no meaning here`
    return fail(cursor, at, 'expression-unit', message)
  }
  if (typeof b.value === 'number') {
    if (sign === -1 && b.value === 0) return fail(cursor, at, 'expression-zero', 'the divisor is zero')
    if (typeof a.value !== 'number') return { value: scaled(a.value, sign === 1 ? b.value : 1 / b.value), dimension }
    return finite(cursor, at, { value: sign === 1 ? a.value * b.value : a.value / b.value, dimension })
  }
  if (typeof a.value === 'number' && sign === 1) {
    return { value: a.value === 0 ? fixed(0) : scaled(b.value, a.value), dimension }
  }
  return twoLaws(cursor, at)
}

const twoLaws = (cursor: Cursor, at: Token): null => {
  const message = `\`${at.text}\` takes one distribution and one number`
  return fail(cursor, at, 'expression-unit', message, 'a distribution can be scaled, and moved by a constant')
}

function finite(cursor: Cursor, at: Token, quantity: Quantity): Quantity | null {
  return Number.isFinite(quantity.value)
    ? quantity
    : fail(cursor, at, 'number-range', 'the result is not a finite number')
}
