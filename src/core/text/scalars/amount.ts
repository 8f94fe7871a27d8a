import { type Cursor, fail, failAt, peek, takeText } from './cursor.ts'
import { acceptedForms, combine, type Dimension, dimensionNoun } from './dimension.ts'
import type { Token } from './tokens.ts'
import {
  ambiguousUnits,
  multipliers,
  otherSpellings,
  perTimeUnits,
  SECONDS_PER_MONTH,
  timeUnits,
  units,
} from './units.ts'

/** A written number with its unit, in SI. Positions are those of the text. */
export interface Amount {
  readonly value: number
  readonly dimension: Dimension
  /** Unit of something else it counts for: `item`, `KB`, `user`, `each`; null = stands alone. */
  readonly per: string | null
  /** Written `2.5x`. */
  readonly isFactor: boolean
  /** For money per time: dollars per month, free of rounding for what is written per month. */
  readonly perMonth: number | null
  /** No unit at all. */
  readonly isBare: boolean
  readonly start: number
  readonly end: number
}

/** Largest number that can be written; above it doubles lose whole numbers. */
export const NUMBER_MOST = 1e15

interface Part {
  value: number
  dimension: Dimension
  isFactor: boolean
  isBare: boolean
}

/** `-`? number multiplier? unit? (`/` unit | `per` word | `each`)*; or a compound time `1 h 30 min`. */
export function parseAmount(cursor: Cursor, { isExpression = false } = {}): Amount | null {
  const start = peek(cursor).start
  const isNegative = takeText(cursor, '-')
  const part = parsePart(cursor, isExpression)
  if (!part) return null
  if (part.dimension === 'time' && !parseCompound(cursor, part)) return null
  if (isNegative && part.value === 0) {
    return failAt(cursor, start, lastEnd(cursor), 'number-range', 'minus zero is not a number here', 'write 0')
  }
  if (isNegative) part.value = -part.value
  const per = isExpression && peek(cursor).text === '/' && !isGluedSlash(cursor) ? none : parsePer(cursor, part)
  if (!per) return null
  return {
    value: part.value,
    dimension: part.dimension,
    isFactor: part.isFactor,
    isBare: part.isBare && per.per === null && part.dimension === 'count',
    per: per.per,
    perMonth: per.perMonth,
    start,
    end: lastEnd(cursor),
  }
}

const none = { per: null, perMonth: null } as const

const lastEnd = (cursor: Cursor): number => cursor.tokens[cursor.at - 1]?.end ?? 0

const isGluedSlash = (cursor: Cursor): boolean => peek(cursor).isGlued && peek(cursor, 1).isGlued

function parsePart(cursor: Cursor, isExpression: boolean): Part | null {
  const token = peek(cursor)
  if (token.kind !== 'number') return fail(cursor, token, 'scalar-syntax', 'a number is missing here')
  cursor.at++
  const multiplier = peek(cursor).kind === 'word' ? multipliers.get(peek(cursor).text) : undefined
  if (multiplier !== undefined) cursor.at++
  const scale = multiplier ?? 1
  const part: Part = { value: scaleExactly(token.text, scale), dimension: 'count', isFactor: false, isBare: true }
  if (!(part.value <= NUMBER_MOST)) {
    const found = Number.isFinite(part.value) ? `\`${token.text.slice(0, 40)}\` is above` : 'the number is far above'
    const isDigits = /^\d+$/.test(token.text) && peek(cursor).kind === 'end'
    const hint = isDigits ? 'for an identifier use a string in quotes, like "12345678901234567890"' : undefined
    return fail(cursor, token, 'number-range', `${found} 1e15, the largest number that is read`, hint)
  }
  return parseUnit(cursor, part, { text: token.text, scale, isExpression })
}

const powersOfTen: ReadonlyMap<number, number> = new Map(
  Array.from({ length: 22 }, (_, i) => [Number(`1e${i - 6}`), i - 6] as const),
)

/** A written number times a factor, rounded once: `4.35 us` is the double nearest to 0.00000435. */
function scaleExactly(text: string, factor: number): number {
  const power = powersOfTen.get(factor)
  if (power === undefined) return Number(text) * factor
  const [digits = '0', exponent = '0'] = text.toLowerCase().split('e')
  return Number(`${digits}e${Number(exponent) + power}`)
}

interface Written {
  readonly text: string
  readonly scale: number
  readonly isExpression: boolean
}

function parseUnit(cursor: Cursor, part: Part, { text, scale, isExpression }: Written): Part | null {
  const token = peek(cursor)
  if (takeText(cursor, '%'))
    return { ...part, value: scaleExactly(text, scale * 0.01), dimension: 'ratio', isBare: false }
  if (token.kind !== 'word') return part
  const unit = units.get(token.text)
  if (unit) {
    cursor.at++
    return { ...part, value: scaleExactly(text, scale * unit.factor), dimension: unit.dimension, isBare: false }
  }
  if (token.text === 'x' && token.isGlued) {
    cursor.at++
    return { ...part, isFactor: true, isBare: false }
  }
  if (isExpression && !token.isGlued) return part
  return checkWord(cursor, token, part)
}

/** A word after a number that is no unit: a known slip, a noun that is counted, or the next part of the sentence. */
function checkWord(cursor: Cursor, token: Token, part: Part): Part | null {
  const number = cursor.tokens[cursor.at - 1]?.text ?? ''
  const written = `${number}${token.isGlued ? '' : ' '}${token.text}`
  const ambiguous = ambiguousUnits.get(token.text)
  if (ambiguous) {
    const [meaning, one, other] = ambiguous
    const hint = `write \`${number} ${one}\` or \`${number} ${other}\``
    return fail(cursor, token, 'unit-ambiguous', `\`${written}\` could be ${meaning}`, hint)
  }
  const other = otherSpellings.get(token.text)
  if (other !== undefined && !(token.text === 'times' && !token.isGlued)) {
    const gap = other.startsWith('/') || other === '%' ? '' : ' '
    const instead = /^(?:week|month)/.test(token.text) ? 'count it in days: `d`' : `write \`${number}${gap}${other}\``
    const hint = `${instead}; ${allUnits}`
    return fail(cursor, token, 'unit-unknown', `\`${token.text}\` is not a unit of the language`, hint)
  }
  if (token.isGlued) {
    return fail(cursor, token, 'unit-unknown', `\`${token.text.slice(0, 40)}\` is not a unit`, allUnits)
  }
  // `800 items`, `5 engineers`: what is counted is said for the reader.
  if (/^[a-z]{3,}s$/.test(token.text)) {
    cursor.at++
    return { ...part, isBare: false }
  }
  return part
}

const allUnits = 'units are us ms s min h d y, B KB MB GB TB KiB MiB GiB TiB, kbit Mbit Gbit, USD, %, with k M G before'

/** Adds `30 min` to `1 h`, as long as the units get smaller. */
function parseCompound(cursor: Cursor, part: Part): boolean {
  let last = timeUnits.get(cursor.tokens[cursor.at - 1]?.text ?? '') ?? 0
  while (peek(cursor).kind === 'number' && peek(cursor, 1).kind === 'word') {
    const unit = peek(cursor, 1)
    const factor = timeUnits.get(unit.text)
    if (factor === undefined) {
      const isSlip = peek(cursor).isGlued || ambiguousUnits.has(unit.text) || otherSpellings.has(unit.text)
      if (!isSlip) return true
      cursor.at++
      checkWord(cursor, unit, part)
      return cursor.problem === null
    }
    if (factor >= last) {
      fail(cursor, unit, 'scalar-syntax', 'the units of a time go from large to small', 'write `1 h 30 min`')
      return false
    }
    part.value += scaleExactly(peek(cursor).text, factor)
    last = factor
    cursor.at += 2
  }
  return true
}

function parsePer(
  cursor: Cursor,
  part: Part,
): { readonly per: string | null; readonly perMonth: number | null } | null {
  let per: string | null = null
  let perMonth: number | null = null
  for (;;) {
    const sign = peek(cursor)
    const word = peek(cursor, 1)
    if (sign.text === 'each') {
      cursor.at++
      per = 'each'
      continue
    }
    if ((sign.text !== '/' && sign.text !== 'per') || word.kind !== 'word') return { per, perMonth }
    cursor.at += 2
    const seconds = perTimeUnits.get(word.text)
    if (seconds === undefined) {
      if (per !== null || !checkPer(cursor, word)) return per === null ? null : tooMany(cursor, word)
      per = word.text
      continue
    }
    const dimension = combine(part.dimension, 'time', -1)
    if (dimension === null || part.dimension === 'time' || part.dimension === 'ratio' || part.dimension === 'rate') {
      const message = `${dimensionNoun(part.dimension)} per time has no meaning here`
      return fail(cursor, word, 'unit-wrong', message, acceptedForms.rate)
    }
    if (dimension === 'money-rate') {
      perMonth = seconds === SECONDS_PER_MONTH ? part.value : (part.value / seconds) * SECONDS_PER_MONTH
    }
    part.value /= seconds
    part.dimension = dimension
  }
}

const tooMany = (cursor: Cursor, word: Token): null =>
  fail(cursor, word, 'scalar-syntax', `\`per ${word.text}\` is one \`per\` too many`, 'write `8 per user per day`')

function checkPer(cursor: Cursor, word: Token): boolean {
  const ambiguous = ambiguousUnits.get(word.text)
  if (ambiguous) {
    const [meaning, one, other] = ambiguous
    fail(cursor, word, 'unit-ambiguous', `\`/${word.text}\` could be ${meaning}`, `write \`/${one}\` or \`/${other}\``)
    return false
  }
  if (/^(?:sec|secs|seconds|mins|minutes|hours|hr|days|mo|mth|months|yr|years)$/.test(word.text)) {
    const message = `\`${word.text}\` is not a unit of time here`
    fail(cursor, word, 'unit-unknown', message, 'write `/s`, `/min`, `/h`, `/d`, `/week`, `/month` or `/y`')
    return false
  }
  return true
}
