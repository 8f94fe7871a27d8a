import type { Diagnostic } from '../base/diagnostic.ts'

export interface Remainder {
  /** As long as the text was, line by line: places stay what they are. */
  readonly text: string
  /** Keys of the first column that are gone with all that stands under them. */
  readonly lost: readonly string[]
}

/**
 * The text without the sections in which something cannot be read, blank in their place. Null: no section stands around
 * one of the errors, or none is left.
 */
export function withoutSections(text: string, errors: readonly Diagnostic[]): Remainder | null {
  const starts = [...text.matchAll(/^(?=[^\s#\-\]}])/gm)].map(({ index }) => index)
  const sections = starts.map((start, i) => ({ start, end: starts[i + 1] ?? text.length }))
  const broken = sections.filter(({ start, end }) =>
    errors.some(({ at }) => at.offset < end && Math.max(at.endOffset, at.offset + 1) > start),
  )
  if (broken.length === 0 || broken.length === sections.length) return null
  if (errors.some(({ at }) => !broken.some(({ start, end }) => at.offset >= start && at.offset < end))) return null
  let rest = text
  for (const { start, end } of broken) {
    rest = rest.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, ' ') + rest.slice(end)
  }
  return { text: rest, lost: broken.map(({ start }) => /^[^\s:]*/.exec(text.slice(start, start + 100))?.[0] ?? '') }
}
