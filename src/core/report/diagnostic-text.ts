import type { Acceptance, Diagnostic, Severity } from '../base/diagnostic.ts'
import { sortDiagnostics } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import { cutAround, escapeControls, widthOf } from './text-width.ts'

/** Functions that color a text, or return it as it is. */
export interface Palette {
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

const same = (text: string): string => text
export const plainPalette: Palette = { red: same, yellow: same, cyan: same, bold: same, dim: same }

export interface RenderOptions {
  /** Text of a file, for the excerpt; undefined = print no excerpt. */
  readonly source: (file: string) => string | undefined
  readonly palette?: Palette
  /** Columns of the terminal; excerpts are cut to it. */
  readonly width?: number
  /** Diagnostics shown in full; the rest is counted by code. */
  readonly most?: number
}

/**
 * Diagnostics as people read them: sorted, one block each with place, message, code, excerpt, marker and hint.
 * Ends with a line feed unless there is nothing to say.
 */
export function renderDiagnostics(list: readonly Diagnostic[], options: RenderOptions): string {
  const sorted = sortDiagnostics(list)
  const most = options.most ?? 50
  const blocks = sorted.slice(0, most).map((diagnostic) => renderDiagnostic(diagnostic, options))
  const rest = countByCode(sorted.slice(most))
  if (rest !== '') blocks.push(`${rest}\n`)
  return blocks.join('')
}

function countByCode(list: readonly Diagnostic[]): string {
  if (list.length === 0) return ''
  const counts = new Map<string, number>()
  for (const { code } of list) counts.set(code, (counts.get(code) ?? 0) + 1)
  const parts = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([code, n]) => `${n} ${code}`)
  return `and ${list.length} more: ${parts.join(', ')}`
}

/** One block. */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions): string {
  const { at, severity, code } = diagnostic
  const palette = options.palette ?? plainPalette
  const paint = painter(severity, palette)
  const place = placeText(at)
  const message = escapeControls(diagnostic.message)
  const head = `${palette.bold(place)}: ${paint(severity)}: ${message} ${palette.dim(`[${code}]`)}`
  const gutter = ' '.repeat(`${at.line}`.length + 1)
  const lines = [head, ...excerpt(at, gutter, options, paint), ...secondary(diagnostic, gutter, palette)]
  if (diagnostic.accepted !== undefined) lines.push(`${palette.dim(`${gutter}=`)} ${acceptedText(diagnostic.accepted)}`)
  if (diagnostic.hint !== undefined) lines.push(...renderHint(diagnostic.hint, gutter, palette))
  return `${lines.join('\n')}\n`
}

/** `accepted: old hardware goes anyway (Ada, until 2026-12-31)`. */
export function acceptedText({ reason, owner, until }: Acceptance): string {
  const terms = [owner ?? '', until === null ? '' : `until ${until}`].filter((term) => term !== '').join(', ')
  return escapeControls(`accepted: ${reason}${terms === '' ? '' : ` (${terms})`}`)
}

/** What stands on the command line, or at a path, has neither lines nor columns. */
function placeText({ file, line, column }: Span): string {
  const isPath = file.startsWith('--') || /\.[mc]?ts(?:#|$)/.test(file)
  return escapeControls(isPath ? file : `${file}:${line}:${column}`)
}

function painter(severity: Severity, palette: Palette): (text: string) => string {
  if (severity === 'error') return palette.red
  return severity === 'warning' ? palette.yellow : palette.cyan
}

function excerpt(at: Span, gutter: string, options: RenderOptions, paint: (text: string) => string): readonly string[] {
  const text = options.source(at.file)
  if (text === undefined) return []
  const dim = (options.palette ?? plainPalette).dim
  const start = at.offset - at.column + 1
  if (start < 0 || at.offset > text.length) return []
  const end = text.indexOf('\n', at.offset)
  const line = text.slice(start, end === -1 ? text.length : end).replace(/\r$/, '')
  if (line.trim() === '') return []
  const from = Math.min(at.column - 1, line.length)
  const to = Math.max(from, Math.min(at.endOffset - start, line.length))
  const room = Math.max(20, (options.width ?? 100) - gutter.length - 2)
  const { before, marked, after } = cutAround(line, from, to, room)
  const marker = '^'.padEnd(Math.max(1, widthOf(marked)), '~')
  return [
    dim(`${gutter}|`),
    `${dim(`${at.line} |`)} ${before}${marked}${after}`.trimEnd(),
    `${dim(`${gutter}|`)} ${' '.repeat(widthOf(before))}${paint(marker)}`,
  ]
}

function secondary(diagnostic: Diagnostic, gutter: string, { dim }: Palette): readonly string[] {
  const also = diagnostic.also ?? []
  const shown = also.slice(0, 2).map(placeText)
  if (shown.length === 0) return []
  const more = also.length > shown.length ? ` and ${also.length - shown.length} more` : ''
  return [`${dim(`${gutter}=`)} see also: ${shown.join(', ')}${more}`]
}

function renderHint(hint: string, gutter: string, { dim, cyan }: Palette): readonly string[] {
  const [first = '', ...rest] = hint.split('\n').map(escapeControls)
  return [`${dim(`${gutter}=`)} ${cyan('hint')}: ${first}`, ...rest.map((line) => `${gutter}    ${line}`)]
}
