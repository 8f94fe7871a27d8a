import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeNode, type MapNode, type Node, type ScalarNode, spanWithin } from './document.ts'
import { parse } from './parse.ts'

const read = (text: string) => parse(text, { file: 'a.yaml' })
const codes = (text: string) => read(text).diagnostics.map((d) => d.code)

function rootOf(text: string): MapNode {
  const { document, diagnostics } = read(text)
  if (!document) throw new Error(diagnostics.map((d) => d.message).join('; '))
  return document.root
}

function scalarAt(map: MapNode, ...path: string[]): ScalarNode {
  let node: Node | undefined = map
  for (const key of path) node = node?.kind === 'map' ? node.get(key) : undefined
  if (node?.kind !== 'scalar') throw new Error(`no scalar at ${path.join('.')}`)
  return node
}

const plain = (node: Node): unknown => {
  if (node.kind === 'list') return node.items.map(plain)
  return node.kind === 'map' ? Object.fromEntries(node.entries.map((e) => [e.key, plain(e.value)])) : node.text
}

describe('a tree with places', () => {
  it('knows line, column and offsets of keys and values', () => {
    const root = rootOf('load:\n  users: { rate: 40 k/s }\n')
    const rate = scalarAt(root, 'load', 'users', 'rate')
    expect(rate.span).toEqual({ file: 'a.yaml', line: 2, column: 18, offset: 23, endOffset: 29 })
    expect(root.entry('load')?.keySpan).toMatchObject({ line: 1, column: 1, offset: 0, endOffset: 4 })
  })

  it('keeps the text of numbers and reads YAML 1.2 values', () => {
    const root = rootOf('id: 12345678901234567890\nport: 0777\nno-bool: no\nyes-bool: true\nquoted: "5"\n')
    expect(scalarAt(root, 'id').text).toBe('12345678901234567890')
    expect(scalarAt(root, 'port')).toMatchObject({ text: '0777', value: 777 })
    expect(scalarAt(root, 'no-bool').value).toBe('no')
    expect(scalarAt(root, 'yes-bool').value).toBe(true)
    expect(scalarAt(root, 'quoted')).toMatchObject({ value: '5', isQuoted: true })
  })

  it('points into a scalar, and at all of it when escapes hide the place', () => {
    const root = rootOf('a: 5 ms\nb: "5 ms"\nc: "\\u0035 ms"\n')
    expect(spanWithin(scalarAt(root, 'a'), 2, 2)).toMatchObject({ line: 1, column: 6, offset: 5, endOffset: 7 })
    expect(spanWithin(scalarAt(root, 'b'), 2, 2)).toMatchObject({ line: 2, column: 7 })
    expect(spanWithin(scalarAt(root, 'c'), 2, 2)).toEqual(scalarAt(root, 'c').span)
  })

  it('reads the same with CR LF, with a byte order mark and without a final newline', () => {
    const expected = { a: '1', b: { c: 'x' } }
    for (const text of [
      'a: 1\nb:\n  c: x\n',
      'a: 1\r\nb:\r\n  c: x\r\n',
      '\uFEFFa: 1\nb:\n  c: x',
      '---\na: 1\nb:\n  c: x\n',
    ]) {
      expect(plain(rootOf(text))).toEqual(expected)
    }
    expect(rootOf('\uFEFFa: 1').entry('a')?.keySpan).toMatchObject({ column: 1, offset: 1 })
  })
})

describe('aliases and merge keys', () => {
  it('loads one anchor used 150 times and one scalar used 300 times', () => {
    const maps = Array.from({ length: 150 }, (_, i) => `k${i}: *d`).join('\n')
    const scalars = Array.from({ length: 300 }, (_, i) => `s${i}: *t`).join('\n')
    const root = rootOf(`d: &d { a: 1 }\nt: &t 5 ms\n${maps}\n${scalars}\n`)
    expect(describeNode(root)).toBe('a map')
    expect(plain(root.get('k149')!)).toEqual({ a: '1' })
    expect(scalarAt(root, 's299').text).toBe('5 ms')
  })

  it('merges maps: own keys win, then the first map named', () => {
    const root = rootOf('a: &a { x: 1, y: 1 }\nb: &b { y: 2, z: 2 }\nc: { <<: [*a, *b], x: 3 }\n')
    expect(plain(root.get('c')!)).toEqual({ x: '3', y: '1', z: '2' })
  })

  it('refuses a bomb by its size, not by its count of aliases', () => {
    const levels = (n: number) =>
      Array.from(
        { length: n },
        (_, i) =>
          `a${i}: &a${i} [${
            i === 0
              ? 'x'
              : Array(10)
                  .fill(`*a${i - 1}`)
                  .join(', ')
          }]`,
      )
    expect(codes(levels(3).join('\n'))).toEqual([])
    expect(codes(levels(30).join('\n'))).toEqual(['alias-expansion'])
  })

  it('refuses a chain of anchors that nests too deep when written out', () => {
    const chain = Array.from({ length: 200 }, (_, i) => `a${i}: &a${i} ${i === 0 ? 'x' : `[*a${i - 1}]`}`)
    expect(codes(chain.join('\n'))).toEqual(['nested-too-deep'])
  })

  it('refuses merges that add up to too many entries', () => {
    const wide = Array.from({ length: 1500 }, (_, i) => `k${i}: 1`).join(', ')
    const users = Array.from({ length: 800 }, (_, i) => `m${i}: { <<: *w }`).join('\n')
    expect(codes(`w: &w { ${wide} }\n${users}`)).toEqual(['alias-expansion'])
  })
})

describe('limits', () => {
  it('takes 64 levels and refuses 65, ten times over', () => {
    const nested = (depth: number) => `a: ${'['.repeat(depth - 1)}1${']'.repeat(depth - 1)}`
    for (let i = 0; i < 10; i++) {
      expect(codes(nested(64))).toEqual([])
      expect(codes(nested(65))).toEqual(['nested-too-deep'])
      expect(codes(`a: ${'['.repeat(900)}${']'.repeat(900)}`)).toEqual(['nested-too-deep'])
    }
  })

  it('can be raised, but depth never above 256', () => {
    const nested = (depth: number) => `a: ${'['.repeat(depth - 1)}1${']'.repeat(depth - 1)}`
    const deep = (depth: number) => parse(nested(depth), { file: 'a', limits: { depth: 5000 } }).document !== null
    expect(deep(256)).toBe(true)
    expect(deep(257)).toBe(false)
  })

  it('refuses 50 000 keys in one map, block or flow, and takes 20 000', () => {
    const keys = (n: number, separator: string) => Array.from({ length: n }, (_, i) => `k${i}: 1`).join(separator)
    expect(codes(keys(50_000, '\n'))).toEqual(['too-many-keys'])
    expect(codes(`{ ${keys(50_000, ', ')} }`)).toEqual(['too-many-keys'])
    expect(codes(keys(20_000, '\n'))).toEqual([])
  })

  it('refuses large files, long lines and long values, each with the flag that raises the limit', () => {
    const most = { 'file-size': 100, 'line-length': 40, 'scalar-length': 20 }
    const one = (text: string) => parse(text, { file: 'a', limits: most }).diagnostics.map((d) => [d.code, d.hint])
    expect(one(`a: ${'\u00e9'.repeat(60)}`)).toEqual([['file-too-large', '--limit file-size=123 raises the limit']])
    expect(one(`a: ${'x'.repeat(50)}`)).toEqual([['line-too-long', '--limit line-length=53 raises the limit']])
    expect(one(`a: "${'x'.repeat(25)}"`)).toEqual([['value-too-long', '--limit scalar-length=27 raises the limit']])
  })

  it('leaves Object.prototype alone', () => {
    read('a:\n  __proto__: { isAdmin: true }\nb: &b { __proto__: { isAdmin: true } }\nc: { <<: *b }\n')
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false)
  })
})

describe('any text', () => {
  it('gives a document or an error, and never throws', () => {
    const piece = fc.constantFrom(
      'a',
      'b:',
      ' ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      ': ',
      '&x ',
      '*x',
      '!t ',
      '"',
      "'",
      '|',
      '>',
      '%',
      '#',
      '---',
      '\t',
      '? ',
      '<<: ',
      '\r',
      '\0',
      '\u2028',
      '~',
      '...',
      '@',
      '\uD800',
      '5 ms',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { document, diagnostics } = read(pieces.join(''))
        expect(document === null).toBe(diagnostics.some((d) => d.severity === 'error'))
      }),
      { numRuns: 3000, seed: 7 },
    )
  })
})
