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
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, i) => (right.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

export const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`

/** Text in lines of at most `width`, broken at spaces, later lines indented. */
export function wrap(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= width || line.trim() === '') line = longer
    else {
      lines.push(line)
      line = `${indent}${word}`
    }
  }
  return [...lines, line].map((each) => clip(each, width))
}
