import type { Collector } from '../base/diagnostic.ts'
import { type Limits, raiseLimit } from './limits.ts'
import type { LineMap } from './line-map.ts'

/** Checks that need no YAML: length of lines, and characters. False: do not parse. */
export function scanText(text: string, limits: Limits, lines: LineMap, out: Collector): boolean {
  return (
    hasShortLines(text, limits, lines, out) && hasOnlyVisibleCharacters(text, lines, out) && isMerged(text, lines, out)
  )
}

/** The first check of all, before even lines are counted. */
export function isSmallEnough(text: string, limits: Limits, file: string, out: Collector): boolean {
  const most = limits['file-size']
  // Characters are at most bytes: a text that is over by characters needs no counting.
  const bytes = text.length > most ? text.length : byteLength(text)
  if (bytes <= most) return true
  const at = { file, line: 1, column: 1, offset: 0, endOffset: 0 }
  const hint = raiseLimit('file-size', `${bytes}`)
  out.error('file-too-large', at, `the file has at least ${bytes} bytes; at most ${most} are read`, hint)
  return false
}

function hasShortLines(text: string, limits: Limits, lines: LineMap, out: Collector): boolean {
  const lineMost = limits['line-length']
  let start = 0
  while (start < text.length) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    if (end - start > lineMost) {
      const message = `the line has ${end - start} characters; at most ${lineMost} are read`
      out.error('line-too-long', lines.span(start, start), message, raiseLimit('line-length', `${end - start}`))
      return false
    }
    start = end + 1
  }
  return true
}

/** Length in UTF-8. */
function byteLength(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return bytes
}

// Spaces that YAML takes for letters.
const HARD_SPACES = /[\u00A0\u3000]+/g
/** Characters before a hard space that are looked at. */
const LOOK_BACK = 200

// Controls, half surrogates, the byte order mark inside a text, and marks that turn the reading direction around.
const HIDDEN =
  // oxlint-disable-next-line no-control-regex
  /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]|\r(?!\n)|\p{Cs}/gu

function hasOnlyVisibleCharacters(text: string, lines: LineMap, out: Collector): boolean {
  let count = 0
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index === 0 && match[0] === '\uFEFF') continue
    count++
    if (count > 20) break
    const point = (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    const message = `the text has ${characterName(match[0])} (U+${point}) here`
    const hint = match[0] === '\r' ? 'end lines with LF or CR LF' : 'remove it'
    out.error('control-character', lines.span(match.index, match.index + 1), message, hint)
  }
  for (const { index } of text.matchAll(HARD_SPACES)) {
    // In an indentation, or after a colon or a dash, a plain space is meant.
    const before = text.slice(Math.max(0, index - LOOK_BACK), index)
    if (!/(?:^|\n|:|- ) *$/.test(before)) continue
    if (++count > 20) break
    const message = 'the text has a no-break space here, which YAML takes for a letter'
    out.error('control-character', lines.span(index, index + 1), message, 'write a plain space')
  }
  return count === 0
}

/** Marks that version control leaves where two changes met. */
function isMerged(text: string, lines: LineMap, out: Collector): boolean {
  const [first, ...rest] = [...text.matchAll(/^(?:<{7}|>{7}) .*$/gm)]
  if (first === undefined) return true
  const at = lines.span(first.index, first.index + 7)
  const also = rest.map(({ index }) => lines.span(index, index + 7))
  const hint = 'keep one of the two texts, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`'
  const message = 'a merge conflict is not resolved here'
  out.add({ code: 'merge-conflict', severity: 'error', at, message, hint, ...(also.length === 0 ? {} : { also }) })
  return false
}

function characterName(character: string): string {
  if (character === '\0') return 'a zero byte'
  if (character === '\r') return 'a carriage return without a line feed'
  if (/[\u202A-\u202E\u2066-\u2069]/.test(character)) return 'a mark that reverses the reading direction'
  if (character === '\uFEFF') return 'a byte order mark'
  if (/\p{Cs}/u.test(character)) return 'half a surrogate pair'
  return 'a control character'
}
