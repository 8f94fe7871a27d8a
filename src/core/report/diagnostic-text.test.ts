import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../base/diagnostic.ts'
import { plainPalette, renderDiagnostics } from './diagnostic-text.ts'
import { cutAround, escapeControls, widthOf } from './text-width.ts'

const text = 'a: 1\nb:\n    replicas: two\n'
const at = (line: number, column: number, offset: number, length: number) =>
  ({ file: 'shop.loadpath.yaml', line, column, offset, endOffset: offset + length }) as const
const replicas: Diagnostic = {
  code: 'param-type',
  severity: 'error',
  at: at(3, 15, 22, 3),
  message: '"replicas" must be a whole number, got "two"',
  hint: 'write 2',
}
const source = () => text

describe('one diagnostic', () => {
  it('has place, message, code, excerpt, marker and hint', () => {
    expect(renderDiagnostics([replicas], { source })).toBe(
      [
        'shop.loadpath.yaml:3:15: error: "replicas" must be a whole number, got "two" [param-type]',
        '  |',
        '3 |     replicas: two',
        '  |               ^~~',
        '  = hint: write 2',
        '',
      ].join('\n'),
    )
  })

  it('stands without an excerpt when the file is not there', () => {
    const printed = renderDiagnostics([{ ...replicas, hint: 'a\nb' }], { source: () => undefined })
    expect(printed.split('\n').slice(1)).toEqual(['  = hint: a', '      b', ''])
  })

  it('names two further places and counts the rest', () => {
    const also = [1, 2, 3, 4].map((n) => at(n, 1, 0, 1))
    expect(renderDiagnostics([{ ...replicas, also }], { source: () => undefined })).toContain(
      '  = see also: shop.loadpath.yaml:1:1, shop.loadpath.yaml:2:1 and 2 more\n',
    )
  })

  it('never sends controls of the text to the terminal', () => {
    const printed = renderDiagnostics([{ ...replicas, message: 'bad \u001b[31m\u0007' }], {
      source: () => 'a: \u001b]0;x\nb:\n    repl\u009bas: two\n',
    })
    // oxlint-disable-next-line no-control-regex
    expect(/[\0-\x09\x0B-\x1F\x7F-\x9F]/.test(printed)).toBe(false)
  })

  it('colors the severity by the palette', () => {
    const palette = { ...plainPalette, red: (s: string) => `<${s}>` }
    expect(renderDiagnostics([replicas], { source, palette })).toContain(': <error>: ')
  })
})

describe('many diagnostics', () => {
  it('are sorted, cut at the most, and counted by code', () => {
    const many = Array.from({ length: 60 }, (_, i) => ({
      ...replicas,
      at: at(60 - i, 1, i, 1),
      code: i < 4 ? 'rare' : 'often',
    }))
    const printed = renderDiagnostics(many, { source: () => undefined })
    expect(printed.startsWith('shop.loadpath.yaml:1:1:')).toBe(true)
    expect(printed.endsWith('and 10 more: 6 often, 4 rare\n')).toBe(true)
  })

  it('say nothing when there is nothing', () => {
    expect(renderDiagnostics([], { source })).toBe('')
  })
})

describe('width', () => {
  it('counts wide letters as two columns and marks as none', () => {
    expect([widthOf('abc'), widthOf('名前'), widthOf('e\u0301'), widthOf('🚀')]).toEqual([3, 4, 1, 2])
  })

  it('shows tabs as spaces and controls as escapes', () => {
    expect(escapeControls('a\tb\u0000\u202e')).toBe('a  b\\x00\\u202e')
  })

  it('cuts a line of a million characters around the marked part', () => {
    const line = `${'x'.repeat(500_000)}MARK${'y'.repeat(500_000)}`
    const { before, marked, after } = cutAround(line, 500_000, 500_004, 40)
    expect(marked).toBe('MARK')
    expect(before.startsWith('…x') && after.endsWith('y…')).toBe(true)
    expect(widthOf(before + marked + after)).toBeLessThanOrEqual(41)
  })
})
