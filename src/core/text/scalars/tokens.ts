/** A piece of a scalar's text. `start` and `end` are positions in the text. */
export interface Token {
  readonly kind: 'number' | 'word' | 'symbol' | 'clock' | 'path' | 'end'
  readonly text: string
  readonly start: number
  readonly end: number
  /** No space before it. */
  readonly isGlued: boolean
}

export interface TokenProblem {
  readonly code: string
  readonly start: number
  readonly end: number
  readonly message: string
  readonly hint: string
}

/** Longest text and most tokens of a quantity, law or expression: far more than anybody writes. */
const TEXT_MOST = 4_000

const CLOCK = /\d{1,2}:\d{2}(?![\d:])/y
const NUMBER = /\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y
const UNIT = /[\p{L}\u00B5]+/uy
const WORD = /p\d{1,3}\.\d+|[\p{L}_][\p{L}\p{N}_]*(?:-[\p{L}\p{N}_]+)*/uy
const SYMBOL = /\.\.|<=|>=|->|[-+*/()<>=%:,[\]]/y
const SPACE = /\s+/y

/** Splits a scalar into tokens; refuses every way to write a number that could be read as another. One pass. */
export function tokenize(text: string): { readonly tokens: readonly Token[]; readonly problem: TokenProblem | null } {
  if (text.length > TEXT_MOST) {
    const message = `the value has ${text.length} characters; an amount or expression has at most ${TEXT_MOST}`
    return { tokens: [], problem: { code: 'scalar-syntax', start: 0, end: 1, message, hint: 'write it shorter' } }
  }
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0] ?? null
  }
  while (at < text.length) {
    const space = take(SPACE)
    if (space !== null) {
      at += space.length
      continue
    }
    const last = tokens.at(-1)
    const isGlued = last !== undefined && last.end === at
    const problem = numberProblem(text, at)
    if (problem) return { tokens, problem }
    const found = nextToken(take, last, isGlued) ?? pathToken(text, at, tokens)
    if (!found) return { tokens, problem: strangeCharacter(text, at) }
    tokens.push({ kind: found[0], text: found[1], start: at, end: at + found[1].length, isGlued })
    at += found[1].length
    const file = pathToken(text, at, tokens)
    if (file) {
      tokens.push({ kind: 'path', text: file[1], start: at, end: at + file[1].length, isGlued: true })
      at += file[1].length
    }
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length, isGlued: false })
  return { tokens, problem: null }
}

type Found = readonly [Token['kind'], string]

function nextToken(take: (pattern: RegExp) => string | null, last: Token | undefined, isGlued: boolean): Found | null {
  const clock = take(CLOCK)
  if (clock !== null) return ['clock', clock]
  const number = take(NUMBER)
  if (number !== null) return ['number', number]
  // Right after a number only letters belong to the unit, so that `1h30min` falls apart as it should.
  const word = take(isGlued && last?.kind === 'number' ? UNIT : WORD)
  if (word !== null) return ['word', word]
  const symbol = take(SYMBOL)
  return symbol === null ? null : ['symbol', symbol]
}

/** What stands in the brackets of `file(...)`. */
function pathToken(text: string, at: number, tokens: readonly Token[]): Found | null {
  const isOpen = tokens.at(-1)?.text === '(' && tokens.at(-2)?.text === 'file'
  if (!isOpen) return null
  const close = text.indexOf(')', at)
  return close <= at ? null : ['path', text.slice(at, close)]
}

function strangeCharacter(text: string, at: number): TokenProblem {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  const message = `\`${character}\` has no meaning here`
  return { code: 'scalar-syntax', start: at, end: at + character.length, message, hint: 'remove it' }
}

const HINT = 'write digits with a decimal point: `1000`, `1 k`, `0.5`'
const isDigit = (character: string): boolean => character >= '0' && character <= '9'

/** Notations of numbers that are refused, each with its reason. */
function numberProblem(text: string, at: number): TokenProblem | null {
  const first = text.charAt(at)
  const say = (length: number, message: string, hint = HINT): TokenProblem => ({
    code: 'number-format',
    start: at,
    end: at + length,
    message,
    hint,
  })
  if (/[^\0-\x7F]/.test(first) && /\p{Nd}/u.test(String.fromCodePoint(text.codePointAt(at) ?? 0))) {
    return say(1, `\`${first}\` is not one of the digits 0 to 9`)
  }
  if (first === '.' && isDigit(text.charAt(at + 1)))
    return say(2, 'a number starts with a digit', 'write `0.5`, not `.5`')
  if (/^\.(?:inf|nan)/i.test(text.slice(at, at + 4)))
    return say(4, 'a number has to be finite', 'write a number, or leave the key out')
  if (!isDigit(first) || (at > 0 && /[\p{L}_.]/u.test(text.charAt(at - 1)) && text.charAt(at - 2) !== '.')) return null
  CLOCK.lastIndex = at
  if (CLOCK.test(text)) return null
  NUMBER.lastIndex = at
  const number = NUMBER.exec(text)?.[0] ?? first
  const after = text.slice(at + number.length, at + number.length + 2)
  const whole = number.length
  if (number === '0' && /^[xob]/i.test(after)) {
    return say(whole + 1, 'hexadecimal, octal and binary numbers are not read', 'write the number in decimal')
  }
  if (/^0\d/.test(number))
    return say(whole, `\`${number.slice(0, 40)}\` starts with a zero; some readers take that for octal`)
  if (/^[_'\u2019]/.test(after)) return say(whole + 1, 'digits are not grouped')
  if (/^,\d/.test(after)) return say(whole + 1, 'digits are not grouped, and the decimal sign is a point')
  if (/^\.\d/.test(after)) return say(whole + 1, 'a number has one decimal point, and digits are not grouped')
  if (/^\.(?!\.)/.test(after)) return say(whole + 1, 'a digit follows the decimal point')
  if (/^:\d/.test(after)) return say(whole + 1, 'colons do not make a time', 'write `12 h 30 min 45 s`')
  return null
}
