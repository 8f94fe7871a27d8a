import { type CST, Lexer, Parser } from 'yaml'
import type { Collector } from '../base/diagnostic.ts'
import { type BadBracket, createBracketStack } from './bracket-stack.ts'
import { depthMost, type Limits, raiseLimit } from './limits.ts'
import type { LineMap } from './line-map.ts'

export interface Scan {
  /** Tokens of the first document, without directives. */
  readonly tokens: readonly CST.Token[]
  /** Tags were found and reported. */
  readonly hasTags: boolean
  /** Where a second document starts; null = there is one document at most. */
  readonly secondDocument: number | null
  /** Where a quote opens that nothing closes; null = all are closed. */
  readonly openQuote: number | null
  readonly brackets: readonly BadBracket[]
}

interface State {
  readonly tokens: CST.Token[]
  hasTags: boolean
  documents: number
  secondDocument: number | null
  openQuote: number | null
  scalars: number
  errors: number
}

/** The text after this many slips is not looked at: it is no YAML. */
const ERRORS_MOST = 200

/**
 * Splits the text into tokens and stops at a limit. Looks at the parser's stack after every token, so that what is
 * nested too deep never reaches the composer: that one recurses, and a full stack ends the whole process. Null: a limit
 * was hit.
 */
export function scanTokens(text: string, limits: Limits, lines: LineMap, out: Collector): Scan | null {
  const lexer = new Lexer()
  const parser = new Parser()
  const state: State = {
    tokens: [],
    hasTags: false,
    documents: 0,
    secondDocument: null,
    openQuote: null,
    scalars: 0,
    errors: 0,
  }
  const brackets = createBracketStack()
  let isScalar = false
  for (const lexeme of lexer.lex(text)) {
    const offset = parser.offset
    if (isScalar) state.scalars++
    else {
      checkIndicator(lexeme, offset, state, lines, out)
      brackets.see(lexeme, offset)
    }
    if (!isShortEnough(lexeme, offset, limits, lines, out)) return null
    isScalar = lexeme === '\x1f'
    for (const token of parser.next(lexeme)) keep(token, state)
    if (state.errors > ERRORS_MOST) break
    if (!isWithinLimits(parser, offset, state, limits, lines, out)) return null
  }
  for (const token of parser.end()) keep(token, state)
  return { ...state, brackets: brackets.end() }
}

function keep(token: CST.Token, state: State): void {
  if (token.type === 'directive') return
  if (token.type === 'error') state.errors++
  if (token.type === 'document') {
    state.documents++
    if (state.documents === 2) state.secondDocument = token.offset
  }
  if (state.documents < 2) state.tokens.push(token)
}

function checkIndicator(lexeme: string, offset: number, state: State, lines: LineMap, out: Collector): void {
  const span = () => lines.span(offset, offset + lexeme.length)
  if (lexeme.startsWith('!')) {
    state.hasTags = true
    out.error('yaml-tag', span(), `tags are not supported here; found \`${lexeme.slice(0, 60)}\``, 'remove the tag')
  } else if (lexeme.startsWith('%')) {
    const message = 'directives are not supported; a design is always YAML 1.2'
    out.error('yaml-directive', span(), message, 'remove the line')
  } else if (lexeme.startsWith('"') || lexeme.startsWith("'")) {
    state.scalars++
    if (lexeme.length === 1 || !lexeme.endsWith(lexeme.charAt(0))) state.openQuote ??= offset
  }
}

function isShortEnough(lexeme: string, offset: number, limits: Limits, lines: LineMap, out: Collector): boolean {
  const most = limits['scalar-length']
  if (lexeme.length <= most) return true
  const message = `the value has ${lexeme.length} characters; at most ${most} are read`
  out.error('value-too-long', lines.span(offset, offset), message, raiseLimit('scalar-length', `${lexeme.length}`))
  return false
}

function isWithinLimits(
  parser: Parser,
  offset: number,
  state: State,
  limits: Limits,
  lines: LineMap,
  out: Collector,
): boolean {
  const stack = parser.stack
  const depth = Math.min(limits.depth, depthMost)
  // The document and a scalar in progress are on the stack as well.
  if (stack.length > depth + 1 && stack.filter(isCollection).length > depth) {
    const message = `maps and lists are nested more than ${depth} deep`
    out.error('nested-too-deep', lines.span(offset, offset + 1), message, raiseLimit('depth', `${depthMost}`))
    return false
  }
  const top = stack.at(-1)
  if (top && isMap(top) && top.items.length > limits.keys) {
    const message = `the map has more than ${limits.keys} keys`
    out.error('too-many-keys', lines.span(top.offset, top.offset + 1), message, raiseLimit('keys', '100000'))
    return false
  }
  if (state.scalars > limits.nodes) {
    const message = `the file has more than ${limits.nodes} values`
    out.error('too-many-values', lines.span(offset, offset + 1), message, raiseLimit('nodes', '5000000'))
    return false
  }
  return true
}

const isCollection = (token: CST.Token): boolean =>
  token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection'

const isMap = (token: CST.Token): token is CST.BlockMap | CST.FlowCollection =>
  token.type === 'block-map' || (token.type === 'flow-collection' && token.start.source === '{')
