import type { YAMLError } from 'yaml'
import type { Collector } from '../base/diagnostic.ts'
import type { BadBracket } from './bracket-stack.ts'
import type { LineMap } from './line-map.ts'
import { slipOf } from './syntax-words.ts'

interface Source {
  readonly text: string
  readonly lines: LineMap
  readonly openQuote: number | null
  readonly brackets: readonly BadBracket[]
}

/** Slips told of one text. */
const SLIPS_MOST = 20

/**
 * What the YAML library found, in our words. One slip makes it complain many times, so in each section the first place
 * speaks; tabs and brackets are reported wherever they are, since each one has to be put right.
 */
export function reportSyntaxErrors(errors: readonly YAMLError[], source: Source, out: Collector): void {
  const { text, lines, openQuote, brackets } = source
  const sorted = [...errors].sort((a, b) => a.pos[0] - b.pos[0])
  if (sorted.length === 0) return
  const tabs = tabIndents(text, sorted)
  if (tabs.length > 0) {
    for (const at of tabs.slice(0, SLIPS_MOST)) {
      out.error('tab-indent', lines.span(at, at + 1), 'lines are indented with spaces; found a tab', TAB_HINT)
    }
    return
  }
  const before = brackets.filter(({ open }) => openQuote === null || open < openQuote).slice(0, SLIPS_MOST)
  for (const bracket of before) if (isReal(bracket, openQuote)) reportBracket(bracket, lines, out)
  if (openQuote !== null) {
    const message = 'this quote is never closed'
    out.error('yaml-syntax', lines.span(openQuote, openQuote + 1), message, 'end the text with the same quote')
  }
  if (out.hasErrors()) return
  for (const error of firstOfSections(sorted, text).slice(0, SLIPS_MOST)) {
    const { offset, endOffset, message, hint } = slipOf(error, text)
    const lineEnd = text.indexOf('\n', offset)
    const last = lineEnd === -1 ? text.length : lineEnd
    out.error('yaml-syntax', lines.span(offset, Math.max(offset + 1, Math.min(endOffset, last))), message, hint)
  }
}

/** A quote that is never closed swallows the brackets after it. */
const isReal = ({ close, closes }: BadBracket, openQuote: number | null): boolean =>
  openQuote === null || (closes !== null && close !== null && close < openQuote)

function reportBracket({ open, opens, close, closes }: BadBracket, lines: LineMap, out: Collector): void {
  const partner = opens === '{' ? '}' : ']'
  if (closes !== null && close !== null) {
    const line = lines.line(open)
    const message = `\`${closes}\` closes what \`${opens}\` opens on line ${line}; it has to be \`${partner}\``
    const also = [lines.span(open, open + 1)]
    out.add({ code: 'yaml-syntax', severity: 'error', at: lines.span(close, close + 1), message, also })
    return
  }
  const where = close === null ? '' : ` before line ${lines.line(close)}`
  const inside = close === null ? '' : '; lines inside of brackets are indented more than their key'
  const hint = `add \`${partner}\`${inside}`
  out.error('yaml-syntax', lines.span(open, open + 1), `this \`${opens}\` is not closed${where}`, hint)
}

/** The first error of each section: of all lines under one key in the first column. */
function firstOfSections(sorted: readonly YAMLError[], text: string): readonly YAMLError[] {
  let end = 0
  return sorted.filter(({ pos: [start] }) => {
    if (start < end) return false
    const section = /\n(?=[^\s#\-\]}])/g
    section.lastIndex = start
    end = (section.exec(text)?.index ?? Infinity) + 1
    return true
  })
}

const TAB_HINT = 'write two spaces for each level'

/** Lines that start with a tab somewhere in their indentation, if tabs are what the library stumbled over. */
function tabIndents(text: string, errors: readonly YAMLError[]): readonly number[] {
  const found: number[] = []
  for (const match of text.matchAll(/(?:^|\n)( *)\t/g)) {
    found.push(match.index + match[0].length - 1)
  }
  const named = errors.filter((error) => error.code === 'TAB_AS_INDENT')
  const isOnLine = (tab: number): boolean =>
    errors.some((error) => error.pos[0] >= tab && !text.slice(tab, error.pos[0]).includes('\n'))
  if (named.length === 0 && !found.slice(0, 20).some(isOnLine)) return []
  return found.length > 0 ? found : named.map((error) => error.pos[0])
}
