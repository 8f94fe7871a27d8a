import { widthOf } from './text-width.ts'

/** How a terminal wants its text. */
export interface Style {
  readonly width: number
  readonly isAscii: boolean
  /** Wraps text in a color; the identity when colors are off. */
  readonly paint: (color: 'red' | 'green' | 'yellow' | 'bold' | 'dim', text: string) => string
}

export const plainStyle: Style = { width: 100, isAscii: false, paint: (_, text) => text }

const asciiOf: Readonly<Record<string, string>> = {
  '✔': 'ok',
  '✘': 'XX',
  '◆': '*',
  '·': '-',
  '→': '->',
  '×': 'x',
  ρ: 'rho',
  '…': '...',
  '–': '-',
  '−': '-',
  '▲': '^',
  '²': '^2',
}

/** Everything beyond ASCII replaced by something like it. */
export const toAscii = (text: string): string =>
  // biome-ignore lint: the range is what ASCII is
  text.replace(/[^\x00-\x7f]/g, (sign) => asciiOf[sign] ?? '?')

/** Columns under each other; the last is not padded. `right` aligns a column to the right. */
export function columns(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): readonly string[] {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const room = ' '.repeat((widths[i] ?? 0) - widthOf(cell))
        return right.has(i) ? room + cell : cell + room
      })
      .join('  ')
      .trimEnd(),
  )
}

/**
 * Rows under their headline, or, where the terminal is too narrow for that, one paragraph for each row that names what
 * it says.
 */
export function table(
  [headline, ...rows]: readonly [readonly string[], ...(readonly string[])[]],
  width: number,
  right: ReadonlySet<number>,
): readonly string[] {
  const lines = columns([headline, ...rows], right)
  if (lines.every((line) => widthOf(line) <= width)) return lines
  return rows.flatMap(([first = '', ...cells]) => {
    const named = cells.map((cell, i) => `${headline[i + 1] ?? ''} ${cell}`)
    return wrap(`${headline[0] ?? ''} ${first}: ${named.join(', ')}`, width, '  ')
  })
}

/** At most `width` columns of a text; what is cut off shows as `…`. */
export function clip(text: string, width: number): string {
  if (text.length <= width && widthOf(text) <= width) return text
  let used = 0
  let end = 0
  for (const character of text) {
    used += widthOf(character)
    if (used > width - 1) break
    end += character.length
  }
  return `${text.slice(0, end)}…`
}

/** Columns that a line of the summary may have; below that nothing is cut, but lines are broken. */
const FULL_WIDTH = 100

/** One line; in a narrow terminal as many as it takes. */
export const fit = (text: string, width: number, indent: string): readonly string[] =>
  width >= FULL_WIDTH ? [clip(text, width)] : wrap(text, width, indent)

/** Text in lines of at most `width`, broken at spaces, later lines indented; a longer word is broken inside. */
export function wrap(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = []
  const content = text.trimStart()
  let line = text.slice(0, text.length - content.length)
  for (const word of content.split(' ')) {
    const isFirst = line.trim() === ''
    const longer = isFirst ? line + word : `${line} ${word}`
    if (widthOf(longer) <= width || isFirst) line = longer
    else {
      lines.push(line)
      line = `${indent}${word}`
    }
  }
  return [...lines, line].flatMap((each) => broken(each, width, indent))
}

function broken(line: string, width: number, indent: string): readonly string[] {
  const lines: string[] = []
  let rest = line
  while (widthOf(rest) > width) {
    let end = 0
    for (let used = 0; end < rest.length; ) {
      const character = String.fromCodePoint(rest.codePointAt(end) ?? 0)
      used += widthOf(character)
      if (used > width) break
      end += character.length
    }
    lines.push(rest.slice(0, end))
    rest = `${indent}${rest.slice(end)}`
  }
  return [...lines, rest]
}
