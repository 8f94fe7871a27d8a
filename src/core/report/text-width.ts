/**
 * Controls and direction marks as visible escapes; tabs as two spaces. Text from a file can then not steer a terminal.
 */
export function escapeControls(text: string): string {
  return text.replaceAll('\t', '  ').replace(HIDDEN, (character) => {
    const point = character.codePointAt(0) ?? 0
    return point < 0x100 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`
  })
}

const HIDDEN =
  // oxlint-disable-next-line no-control-regex
  /[\0-\x1F\x7F-\x9F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]|\p{Cs}/gu

/** Columns a text takes in a terminal: none for combining marks, two for wide letters and emoji. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += widthOfPoint(character.codePointAt(0) ?? 0, character)
  return width
}

function widthOfPoint(point: number, character: string): number {
  if (point < 0x300) return point < 0x20 || (point >= 0x7f && point < 0xa0) ? 0 : 1
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) return 0
  return WIDE.some(([low, high]) => point >= low && point <= high) ? 2 : 1
}

// Blocks that East Asian Width calls wide or full-width, and the emoji planes.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
]

/** A line in three parts around [from, to), with escapes made, cut with `…` so that it fits `room` columns. */
export function cutAround(
  line: string,
  from: number,
  to: number,
  room: number,
): { readonly before: string; readonly marked: string; readonly after: string } {
  // Only what could be shown is looked at: the line may have millions of characters.
  const near = Math.max(0, from - room)
  const before = escapeControls(line.slice(near, from))
  const marked = escapeControls(line.slice(from, Math.min(to, from + room)))
  const after = escapeControls(line.slice(to, to + room))
  const total = widthOf(before) + widthOf(marked) + widthOf(after)
  if (near === 0 && total <= room && to + room >= line.length) return { before, marked, after }
  const shownMark = head(marked, Math.max(1, Math.floor(room * 0.6)))
  const rest = room - widthOf(shownMark)
  const isHeadShort = near === 0 && widthOf(before) <= rest / 2
  const shownBefore = isHeadShort ? before : tail(before, Math.max(1, Math.floor(rest / 2)))
  return { before: shownBefore, marked: shownMark, after: head(after, Math.max(1, rest - widthOf(shownBefore))) }
}

function head(text: string, room: number): string {
  if (widthOf(text) <= room) return text
  let shown = ''
  for (const character of text) {
    if (widthOf(shown) + widthOf(character) > room - 1) break
    shown += character
  }
  return `${shown}…`
}

function tail(text: string, room: number): string {
  const reversed = [...text].reverse()
  let shown = ''
  for (const character of reversed) {
    if (widthOf(shown) + widthOf(character) > room - 1) break
    shown = character + shown
  }
  return `…${shown}`
}
