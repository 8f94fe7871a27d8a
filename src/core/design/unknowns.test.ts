import { describe, expect, it } from 'vitest'
import { parse } from '../text/parse.ts'
import { createMap, type MapNode, type Node } from '../text/document.ts'
import { noSpan } from '../base/span.ts'
import { drawn, unknownsOf } from './unknowns.ts'

const rootOf = (text: string): MapNode => parse(text, { file: 'test.yaml' }).document?.root ?? createMap([], noSpan)

const at = (root: Node | undefined, ...path: readonly string[]): string => {
  const [key, ...rest] = path
  if (root?.kind === 'scalar') return root.text
  return key === undefined || root?.kind !== 'map' ? '' : at(root.get(key), ...rest)
}

const text = `
assume:
  users: { is: 50 M, range: 30 M..80 M }
  share: { is: 8%, range: 5%..12% }
  skew: { is: zipf(0.9), range: zipf(0.8)..zipf(1.0) }
  step: { is: 4 ms, range: 0 ms..10 ms }
  known: 3
load:
  a: { rate: { is: = users * share, range: 10/s..40/s } }
variants:
  big: { set: { components.db.instances: { is: 3, range: 2..5 } } }
`

describe('unknownsOf', () => {
  it('lists ranges in the order of the text, assumptions by their own names', () => {
    expect(unknownsOf(rootOf(text)).map(({ name }) => name)).toEqual(['users', 'share', 'skew', 'step', 'load.a.rate'])
    expect(unknownsOf(rootOf(text))[0]).toEqual({ name: 'users', range: '30 M..80 M' })
  })
  it('lists those of an overlay only when it is laid over the design', () => {
    const names = unknownsOf(rootOf(text), ['variants.big']).map(({ name }) => name)
    expect(names).toContain('variants.big.set.components.db.instances')
  })
  it('leaves out ranges around laws', () => {
    expect(unknownsOf(rootOf('assume: { a: { is: exp(5 ms), range: 3 ms..9 ms } }'))).toEqual([])
  })
})

describe('drawn', () => {
  const users = (quantile: number): number =>
    Number(
      at(
        drawn(rootOf(text), () => quantile),
        'assume',
        'users',
        'is',
      ),
    )
  it('gives the value at the median, and the ends of the range at 5 % and 95 %', () => {
    expect(users(0.5)).toBe(50e6)
    expect(users(0.05)).toBe(30e6)
    expect(users(0.95)).toBe(80e6)
    expect(users(0.001)).toBeGreaterThan(20e6)
  })
  it('keeps the dimension, in a notation that is read back', () => {
    const root = drawn(rootOf(text), () => 0.95)
    expect(at(root, 'assume', 'share', 'is')).toBe('12%')
    expect(at(root, 'assume', 'skew', 'is')).toBe('zipf(1)')
    expect(at(root, 'assume', 'step', 'is')).toBe('0.01 s')
    expect(at(root, 'load', 'a', 'rate', 'is')).toBe('40/s')
    expect(at(root, 'assume', 'known')).toBe('3')
  })
  it('takes the middle of the range for an expression', () => {
    expect(
      at(
        drawn(rootOf(text), () => 0.5),
        'load',
        'a',
        'rate',
        'is',
      ),
    ).toBe('20/s')
  })
  it('draws whole numbers where the range is one of them', () => {
    const root = drawn(rootOf(text), () => 0.7)
    expect(at(root, 'variants', 'big', 'set', 'components.db.instances', 'is')).toBe('4')
  })
})
