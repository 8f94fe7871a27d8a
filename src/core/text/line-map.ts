import type { Span } from '../base/span.ts'

/** Turns offsets of one text into spans. */
export interface LineMap {
  readonly text: string
  readonly span: (offset: number, endOffset: number) => Span
  readonly line: (offset: number) => number
}

/** A byte order mark takes an offset but no column. */
export function createLineMap(text: string, file: string): LineMap {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const line = (offset: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
  const span = (offset: number, endOffset: number): Span => {
    const number = line(offset)
    const column = Math.max(0, offset - (starts[number - 1] ?? 0)) + 1
    return { file, line: number, column, offset, endOffset: Math.max(offset, endOffset) }
  }
  return { text, span, line }
}
