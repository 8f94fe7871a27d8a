import type { YAMLError } from 'yaml'
import type { Collector } from '../base/diagnostic.ts'
import type { LineMap } from './line-map.ts'

/**
 * What the YAML library found, in our words. One slip makes it complain many times, so the first place speaks; tabs are
 * reported on every line, since each one has to be replaced.
 */
export function reportSyntaxErrors(
  errors: readonly YAMLError[],
  { text, lines, openQuote }: { readonly text: string; readonly lines: LineMap; readonly openQuote: number | null },
  out: Collector,
): void {
  const sorted = [...errors].sort((a, b) => a.pos[0] - b.pos[0])
  const first = sorted[0]
  if (!first) return
  const tabs = tabIndents(text, sorted)
  if (tabs.length > 0) {
    for (const at of tabs.slice(0, 20)) {
      out.error('tab-indent', lines.span(at, at + 1), 'lines are indented with spaces; found a tab', TAB_HINT)
    }
    return
  }
  if (openQuote !== null) {
    const message = 'this quote is never closed'
    out.error('yaml-syntax', lines.span(openQuote, openQuote + 1), message, 'end the text with the same quote')
    return
  }
  const [start, end] = first.pos
  const [message, hint] = say(first, text)
  const lineEnd = text.indexOf('\n', start)
  const last = lineEnd === -1 ? text.length : lineEnd
  out.error('yaml-syntax', lines.span(start, Math.max(start + 1, Math.min(end, last))), message, hint)
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

function say(error: YAMLError, text: string): readonly [string, string | undefined] {
  const found = text.slice(error.pos[0], error.pos[0] + 1)
  const open = /^Flow (sequence|map) in block collection must/.exec(error.message)
  if (open) {
    const [what, close] = open[1] === 'map' ? ['map', '}'] : ['list', ']']
    return [
      `a ${what} in brackets has to end with \`${close}\` before this line`,
      'close the bracket; lines inside it are indented more than their key',
    ]
  }
  switch (error.code) {
    case 'BAD_INDENT':
    case 'BAD_SCALAR_START':
      if (/[@`]/.test(found)) return [`a value cannot start with \`${found}\``, 'put the value in quotes']
      return [plain(error), 'keys of one map start in the same column']
    case 'BLOCK_AS_IMPLICIT_KEY':
      return [
        'a second `key: value` on one line, or a list where a value should be',
        'put the value in quotes if it has a colon, else start a new line',
      ]
    case 'MULTILINE_IMPLICIT_KEY':
    case 'MISSING_CHAR':
      return [plain(error), 'write `key: value`, with a space after the colon; close every quote and bracket']
    case 'NON_STRING_KEY':
      return ['a key is a word; found a map, a list or an alias', 'put a key with brackets in quotes']
    case 'BAD_DQ_ESCAPE':
      return [plain(error), 'in double quotes write a backslash twice, or use single quotes']
    case 'BAD_ALIAS':
    case 'ALIAS_PROPS':
    case 'MULTIPLE_ANCHORS':
      return [plain(error), 'put text that starts with `*` or `&` in quotes']
    default:
      return [plain(error), undefined]
  }
}

/** The library's sentence in our style: one line, lower case, no full stop. */
function plain(error: YAMLError): string {
  const line = (error.message.split('\n')[0] ?? '').slice(0, 200)
  const lower = line.charAt(0).toLowerCase() + line.slice(1)
  return `this is not YAML: ${lower}`
}
