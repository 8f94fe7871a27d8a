/** Markdown as GitHub reads it. */

/** A cell may hold anything but a line break; a bar would end it, and `<` outside of code begin a tag. */
const cell = (text: string): string =>
  text
    .replaceAll('\n', ' ')
    .replaceAll('|', '\\|')
    .replace(/`[^`]*`|</g, (found) => (found === '<' ? '\\<' : found))
    .trim()

/** A table; columns that are empty in every row are left out. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = heads.flatMap((_, i) => (rows.some((row) => (row[i] ?? '') !== '') ? [i] : []))
  const line = (cells: readonly string[]): string => `| ${kept.map((i) => cell(cells[i] ?? '')).join(' | ')} |`
  return [line(heads), `|${kept.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n')
}

export const code = (text: string): string => (text === '' ? '' : `\`${text}\``)

export const codes = (texts: readonly string[]): string => texts.map(code).join(', ')

export const bullets = (texts: readonly string[]): string => texts.map((text) => `- ${text}`).join('\n')

export const fence = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``

/** Parts with an empty line between them; empty ones are left out. */
export const page = (parts: readonly string[]): string => `${parts.filter((part) => part !== '').join('\n\n')}\n`

/** First line of every generated page. */
export const GENERATED =
  '<!-- Generated from the product by tests/reference.test.ts (UPDATE_GOLDEN=1 writes it). Do not edit. -->'
