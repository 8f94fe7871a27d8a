/** A stretch of a source text. Lines and columns count from 1; offsets from 0, the end exclusive. */
export interface Span {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly offset: number
  readonly endOffset: number
}

/** For things that have no text of their own. */
export const noSpan: Span = { file: '', line: 1, column: 1, offset: 0, endOffset: 0 }

/** The part of a span that starts `from` characters into it. */
export const subSpan = (span: Span, from: number, length: number): Span => ({
  ...span,
  column: span.column + from,
  offset: span.offset + from,
  endOffset: Math.min(span.endOffset, span.offset + from + Math.max(1, length)),
})
