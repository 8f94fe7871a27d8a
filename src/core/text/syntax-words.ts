import type { YAMLError } from 'yaml'

/** A slip in the syntax, in our words. */
export interface Slip {
  readonly offset: number
  readonly endOffset: number
  readonly message: string
  readonly hint?: string
}

/** What the YAML library stumbled over: message, hint and place of one error. */
export function slipOf(error: YAMLError, text: string): Slip {
  const [start, end] = error.pos
  const line = lineAt(text, start)
  const rest = text.slice(start, line.end)
  switch (error.code) {
    case 'BAD_INDENT':
      return badIndent(error, line, text)
    case 'BAD_SCALAR_START': {
      const sign = rest.startsWith('`') ? 'a backtick' : `\`${rest.slice(0, 1)}\``
      return at(start, end, `a value cannot start with ${sign}`, 'put the value in quotes')
    }
    case 'BLOCK_AS_IMPLICIT_KEY':
      return secondValue(start, line, text)
    case 'MULTILINE_IMPLICIT_KEY':
    case 'MISSING_CHAR':
      return noColon(error, start, rest)
    case 'NON_STRING_KEY':
      return text.startsWith('{', start - 1) && text.startsWith('{', start)
        ? at(
            start - 1,
            start + 1,
            '`{{` opens a placeholder of a template',
            'fill the template in first, or use quotes',
          )
        : at(start, end, 'a key is a word; found a map, a list or an alias', 'put a key with brackets in quotes')
    case 'UNEXPECTED_TOKEN':
      return unexpected(error, rest)
    case 'BAD_DQ_ESCAPE':
      return at(start, end, plain(error), 'in double quotes write a backslash twice, or use single quotes')
    case 'BAD_ALIAS':
    case 'ALIAS_PROPS':
    case 'MULTIPLE_ANCHORS':
      return at(start, end, plain(error), 'put text that starts with `*` or `&` in quotes')
    default:
      return at(start, end, plain(error))
  }
}

const at = (offset: number, endOffset: number, message: string, hint?: string): Slip => ({
  offset,
  endOffset: Math.max(endOffset, offset + 1),
  message,
  ...(hint === undefined ? {} : { hint }),
})

interface Line {
  readonly start: number
  readonly end: number
  readonly indent: number
  /** Without its indentation. */
  readonly content: string
}

function lineAt(text: string, offset: number): Line {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const found = text.indexOf('\n', offset)
  const end = found === -1 ? text.length : found
  const content = text.slice(start, end).trimEnd()
  const indent = content.length - content.trimStart().length
  return { start, end, indent, content: content.slice(indent) }
}

/** The next line, or the one before, that holds more than a comment. */
function neighbour(text: string, { start, end }: Line, step: 1 | -1): Line | undefined {
  for (let next = step === 1 ? end + 1 : start - 1; next >= 0 && next <= text.length; ) {
    const line = lineAt(text, next)
    if (line.content !== '' && !line.content.startsWith('#')) return line
    next = step === 1 ? line.end + 1 : line.start - 1
  }
  return undefined
}

/** Lines above whose columns count: each is indented less than the one below it. */
const ANCESTORS_MOST = 8

function badIndent(error: YAMLError, line: Line, text: string): Slip {
  const word = /^[^\s:]+/.exec(line.content)?.[0] ?? ''
  const from = line.start + line.indent
  const place = (message: string, hint: string): Slip => at(from, from + word.length, message, hint)
  if (!/^All (?:mapping|sequence) items/.test(error.message)) {
    return at(error.pos[0], error.pos[1], plain(error), 'keys of one map start in the same column')
  }
  const columns: number[] = []
  let above = neighbour(text, line, -1)
  const isInList = above?.indent === line.indent && above.content.startsWith('- ')
  if (isInList) return place(`\`${word}\` stands among the items of a list`, 'each item starts with `- `')
  for (; above !== undefined && columns.length < ANCESTORS_MOST; above = neighbour(text, above, -1)) {
    if (columns.length === 0 || above.indent < (columns.at(-1) ?? 0)) columns.push(above.indent)
    if (above.indent === 0) break
  }
  const list = columns.length < 2 ? columns.join('') : `${columns.slice(0, -1).join(', ')} or ${columns.at(-1) ?? 0}`
  const hint = 'keys of one map, and items of one list, start in the same column'
  return place(`this line is indented by ${line.indent}; those above by ${list}`, hint)
}

/** `kind: service` with more beneath it that is indented deeper, or a colon in a value. */
function secondValue(start: number, line: Line, text: string): Slip {
  const next = neighbour(text, line, 1)
  const key = /^(?:- )*([^\s:]+):\s/.exec(line.content)?.[1]
  const deeper =
    next !== undefined && next.indent > line.indent ? /^(?:- )?([^\s:]+)/.exec(next.content)?.[1] : undefined
  if (!/:\s/.test(text.slice(start, line.end)) && key !== undefined && next !== undefined && deeper !== undefined) {
    const from = next.start + next.indent
    const message = `\`${deeper}\` is indented deeper than \`${key}\`, which has a value already`
    return at(from, from + deeper.length, message, 'keys of one map start in the same column')
  }
  const message = 'a second `key: value` on one line, or a list where a value should be'
  return at(start, start + 1, message, 'put the value in quotes if it has a colon, else start a new line')
}

/** Characters of a line that a message quotes. */
const WORD_MOST = 60

function noColon(error: YAMLError, start: number, rest: string): Slip {
  const glued = /^(["']?[\w.-]+["']?):(\S+)/.exec(rest)
  if (glued !== null) {
    const [all, key = '', value = ''] = glued
    return at(start, start + all.length, `\`${key}:\` needs a space after its colon`, `write \`${key}: ${value}\``)
  }
  const word = rest.slice(0, WORD_MOST).trimEnd()
  if (!/^[^:#\s][^:#]*$/.test(word)) return at(start, error.pos[1], plain(error), 'close every quote and bracket')
  const message = `\`${word}\` is no \`key: value\`, and no part of the line above`
  return at(
    start,
    start + word.length,
    message,
    'write a colon and a space after a key; put text of several words in quotes',
  )
}

function unexpected(error: YAMLError, rest: string): Slip {
  const [start, end] = error.pos
  if (error.message.includes('scalar at node end')) {
    const length = Math.max(1, rest.trimEnd().length)
    return at(start, start + length, 'the value ended before this', 'put the whole value in quotes of the other sort')
  }
  if (error.message.includes('block-seq-ind')) {
    return at(start, end, 'a list starts on a line of its own', 'write `- ` on the next line, or `[a, b]`')
  }
  if (/^[\]}]/.test(rest)) return at(start, end, `this \`${rest.charAt(0)}\` closes nothing`, 'remove it')
  return at(start, end, plain(error))
}

/** The library's sentence in our style: one line, lower case, no full stop. */
function plain(error: YAMLError): string {
  const line = (error.message.split('\n')[0] ?? '').slice(0, 200)
  return `this is not YAML: ${line.charAt(0).toLowerCase()}${line.slice(1)}`
}
