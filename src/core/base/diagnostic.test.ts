import { describe, expect, it } from 'vitest'
import { createCollector, type Diagnostic, sortDiagnostics } from './diagnostic.ts'
import { noSpan, subSpan } from './span.ts'

const at = (file: string, line: number, column: number) => ({
  file,
  line,
  column,
  offset: 100 * line + column,
  endOffset: 100 * line + column + 5,
})

describe('a collector', () => {
  it('keeps what it was told in order, without a hint where there is none', () => {
    const collector = createCollector()
    collector.note('n', noSpan, 'one')
    expect(collector.hasErrors()).toBe(false)
    collector.warning('w', noSpan, 'two', 'do')
    collector.error('e', noSpan, 'three')
    expect(collector.list).toEqual([
      { code: 'n', severity: 'note', at: noSpan, message: 'one' },
      { code: 'w', severity: 'warning', at: noSpan, message: 'two', hint: 'do' },
      { code: 'e', severity: 'error', at: noSpan, message: 'three' },
    ])
    expect(collector.hasErrors()).toBe(true)
  })
})

describe('sorted diagnostics', () => {
  it('go by file, line, column and code, the same one once', () => {
    const one = (code: string, file: string, line: number, column: number, message = code): Diagnostic => ({
      code,
      severity: 'error',
      at: at(file, line, column),
      message,
    })
    const list = [
      one('b', 'b.yaml', 1, 1),
      one('c', 'a.yaml', 10, 1),
      one('a', 'a.yaml', 9, 7),
      one('b', 'a.yaml', 9, 3),
      one('a', 'a.yaml', 9, 7),
      one('a', 'a.yaml', 9, 7, 'other'),
    ]
    expect(sortDiagnostics(list).map((d) => [d.at.file, d.at.line, d.at.column, d.message])).toEqual([
      ['a.yaml', 9, 3, 'b'],
      ['a.yaml', 9, 7, 'a'],
      ['a.yaml', 9, 7, 'other'],
      ['a.yaml', 10, 1, 'c'],
      ['b.yaml', 1, 1, 'b'],
    ])
    expect(list[0]?.at.file).toBe('b.yaml')
  })
})

describe('a part of a span', () => {
  it('begins inside it and does not go beyond its end', () => {
    expect(subSpan(at('a', 2, 4), 2, 2)).toEqual({ file: 'a', line: 2, column: 6, offset: 206, endOffset: 208 })
    expect(subSpan(at('a', 2, 4), 2, 20).endOffset).toBe(209)
    expect(subSpan(at('a', 2, 4), 2, 0).endOffset).toBe(207)
  })
})
