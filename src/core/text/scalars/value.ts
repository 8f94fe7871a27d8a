import { SECONDS_PER_DAY } from './units.ts'
import { type Cursor, fail, failAt, peek, takeText } from './cursor.ts'
import { type Amount, parseAmount } from './amount.ts'

interface Placed {
  readonly start: number
  readonly end: number
}

/** What a scalar can say, before anybody asks what it is for. */
export type Value =
  | ({ readonly kind: 'amount' } & Amount)
  | ({ readonly kind: 'clock'; readonly seconds: number } & Placed)
  | ({ readonly kind: 'word'; readonly text: string } & Placed)
  | ({ readonly kind: 'path'; readonly text: string } & Placed)
  | ({ readonly kind: 'call' } & Call)
  | ({ readonly kind: 'range'; readonly low: Value; readonly high: Value } & Placed)
  | ({ readonly kind: 'sum'; readonly terms: readonly Value[] } & Placed)

/** `name(...)`: arguments are separated by spaces, named ones written `name value`; groups by `/`. */
export interface Call extends Placed {
  readonly name: string
  readonly args: readonly Argument[]
}

export interface Argument extends Placed {
  /** null: positional. */
  readonly name: string | null
  readonly value: Value
  /** Number of the group between slashes: `mix(a / b)` has groups 0 and 1. */
  readonly group: number
}

const DEPTH_MOST = 16

/** `term`, `term + term`, `term..term`. */
export function parseValue(cursor: Cursor, depth = 0): Value | null {
  const first = parseTerm(cursor, depth)
  if (!first) return null
  if (takeText(cursor, '..')) {
    const high = parseTerm(cursor, depth)
    return high && { kind: 'range', low: first, high, start: first.start, end: high.end }
  }
  const terms = [first]
  while (takeText(cursor, '+')) {
    const term = parseTerm(cursor, depth)
    if (!term) return null
    terms.push(term)
  }
  return terms.length === 1 ? first : { kind: 'sum', terms, start: first.start, end: terms.at(-1)?.end ?? first.end }
}

function parseTerm(cursor: Cursor, depth: number): Value | null {
  const token = peek(cursor)
  const { start, end } = token
  switch (token.kind) {
    case 'number':
      return asAmount(cursor)
    case 'clock':
      cursor.at++
      return clock(cursor, token.text, start, end)
    case 'path':
      cursor.at++
      return { kind: 'path', text: token.text, start, end }
    case 'word':
      return parseWord(cursor, depth)
    case 'symbol':
      if (token.text === '-') return asAmount(cursor)
      return fail(cursor, token, 'scalar-syntax', `\`${token.text}\` is not expected here`)
    case 'end':
      return fail(cursor, token, 'scalar-syntax', 'a value is missing here')
  }
}

function asAmount(cursor: Cursor): Value | null {
  const amount = parseAmount(cursor)
  return amount && { kind: 'amount', ...amount }
}

function clock(cursor: Cursor, text: string, start: number, end: number): Value | null {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  const seconds = hours * 3600 + minutes * 60
  if (minutes > 59 || seconds > SECONDS_PER_DAY) {
    return failAt(cursor, start, end, 'scalar-syntax', `\`${text}\` is not a time of day`, 'write 00:00 to 24:00')
  }
  return { kind: 'clock', seconds, start, end }
}

function parseWord(cursor: Cursor, depth: number): Value | null {
  const token = peek(cursor)
  if (/^(?:nan|inf|infinity)$/i.test(token.text)) {
    return fail(cursor, token, 'number-range', `\`${token.text}\` is not a finite number`)
  }
  cursor.at++
  const open = peek(cursor)
  if (open.text !== '(' || !open.isGlued) return { kind: 'word', text: token.text, start: token.start, end: token.end }
  cursor.at++
  if (depth >= DEPTH_MOST) return fail(cursor, token, 'scalar-syntax', `calls are nested more than ${DEPTH_MOST} deep`)
  const args = parseArguments(cursor, depth + 1)
  const end = cursor.tokens[cursor.at - 1]?.end ?? token.end
  return args && { kind: 'call', name: token.text, args, start: token.start, end }
}

function parseArguments(cursor: Cursor, depth: number): readonly Argument[] | null {
  const args: Argument[] = []
  let group = 0
  while (!takeText(cursor, ')')) {
    const token = peek(cursor)
    if (token.kind === 'end') return fail(cursor, token, 'scalar-syntax', 'a closing `)` is missing', 'add `)`')
    if (token.text === ',') {
      return fail(cursor, token, 'scalar-syntax', 'arguments are separated by spaces, not commas', 'remove the comma')
    }
    if (takeText(cursor, '/')) {
      group++
      continue
    }
    const name = argumentName(cursor)
    const value = parseValue(cursor, depth)
    if (!value) return null
    args.push({ name, value, group, start: token.start, end: value.end })
  }
  return args
}

/** A word is a name if a value follows it within the brackets. */
function argumentName(cursor: Cursor): string | null {
  const word = peek(cursor)
  const next = peek(cursor, 1)
  const isName =
    word.kind === 'word' &&
    (next.kind === 'number' || next.kind === 'clock' || next.kind === 'word' || next.text === '-')
  if (!isName) return null
  cursor.at++
  return word.text
}
