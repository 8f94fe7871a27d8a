import { describe, expect, it } from 'vitest'
import { editDistance, nearestNames } from './nearest.ts'

describe('nearestNames', () => {
  it('are within a third of the length, nearest first, case aside', () => {
    const names = ['payments', 'payment-log', 'Payments2', 'orders', 'paymnts']
    expect(nearestNames('paymnets', names)).toEqual(['payments', 'paymnts', 'Payments2'])
    expect(nearestNames('paymnets', names, 1)).toEqual(['payments'])
  })
  it('are none for one letter, but that letter in the other case', () => {
    expect(nearestNames('c', ['a', 'b', 'C'])).toEqual(['C'])
    expect(nearestNames('db', ['ab', 'app'])).toEqual(['ab'])
  })
  it('are none for what is like nothing, or too long', () => {
    expect(nearestNames('zzz', ['payments'])).toEqual([])
    expect(nearestNames('a'.repeat(65), ['a'.repeat(65)])).toEqual([])
  })
})

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['abc', 'abc', 0],
    ['abc', 'axc', 1],
    ['abc', 'acb', 1],
    ['abc', 'abcd', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('of %j and %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
    for (let limit = distance; limit <= distance + 2; limit++) expect(editDistance(a, b, limit)).toBe(distance)
  })
  it('is not counted beyond the limit', () => {
    expect(editDistance('kitten', 'sitting', 2)).toBeGreaterThan(2)
    expect(editDistance('abcdefgh', 'zyxwvuts', 2)).toBe(Infinity)
  })
})
