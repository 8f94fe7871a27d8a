import type { Diagnostic } from '../../base/diagnostic.ts'
import { type ScalarNode, spanWithin } from '../document.ts'
import type { Read } from './read.ts'
import { type Token, tokenize } from './tokens.ts'

/** A place in the tokens of one scalar, and the first problem met. Readers return null once there is one. */
export interface Cursor {
  readonly node: ScalarNode
  readonly tokens: readonly Token[]
  at: number
  problem: Diagnostic | null
}

export function createCursor(node: ScalarNode): Cursor {
  const { tokens, problem } = tokenize(node.text)
  const cursor: Cursor = { node, tokens, at: 0, problem: null }
  if (problem) failAt(cursor, problem.start, problem.end, problem.code, problem.message, problem.hint)
  return cursor
}

const end: Token = { kind: 'end', text: '', start: 0, end: 0, isGlued: false }

export const peek = (cursor: Cursor, ahead = 0): Token => cursor.tokens[cursor.at + ahead] ?? end

/** Takes the next token if it is this text. */
export function takeText(cursor: Cursor, text: string): boolean {
  if (peek(cursor).text !== text || peek(cursor).kind === 'end') return false
  cursor.at++
  return true
}

/** Notes the first problem; always null, so that readers can end with it. */
export function failAt(
  cursor: Cursor,
  start: number,
  endAt: number,
  code: string,
  message: string,
  hint?: string,
): null {
  const at = spanWithin(cursor.node, start, Math.max(1, endAt - start))
  cursor.problem ??= { code, severity: 'error', at, message, ...(hint === undefined ? {} : { hint }) }
  return null
}

export const fail = (cursor: Cursor, token: Token, code: string, message: string, hint?: string): null =>
  failAt(cursor, token.start, token.end, code, message, hint)

/** The result of reading a whole scalar with this cursor: nothing may be left over. */
export function finish<T>(cursor: Cursor, value: T | null, forms: string): Read<T> {
  const rest = peek(cursor)
  if (value !== null && cursor.problem === null && rest.kind !== 'end') {
    const message =
      rest.text === ',' ? 'parts are separated by spaces, not commas' : `\`${rest.text}\` is not expected here`
    fail(cursor, rest, 'scalar-syntax', message, forms)
  }
  if (cursor.problem) return { isValid: false, diagnostic: cursor.problem }
  if (value === null) {
    fail(cursor, rest, 'scalar-syntax', 'the value ends too early', forms)
    return cursor.problem ? { isValid: false, diagnostic: cursor.problem } : finish(cursor, value, forms)
  }
  return { isValid: true, value }
}
