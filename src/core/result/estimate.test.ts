import { describe, expect, it } from 'vitest'
import { batchEstimate, estimateAround, estimateOf, relativeHalfWidth, shareEstimate } from './estimate.ts'

describe('estimateOf', () => {
  it('is the Student-t interval over replications', () => {
    // t(0.975, 4) = 2.776445, s = sqrt(2.5), n = 5
    const half = (2.7764451 * Math.sqrt(2.5)) / Math.sqrt(5)
    const { value, low, high } = estimateOf([1, 2, 3, 4, 5])
    expect(value).toBe(3)
    expect(low).toBeCloseTo(3 - half, 5)
    expect(high).toBeCloseTo(3 + half, 5)
  })
  it('knows no interval from one replication', () => {
    expect(estimateOf([7])).toEqual({ value: 7, low: null, high: null })
  })
  it('says nothing when nothing was measured', () => {
    expect(estimateOf([Number.NaN, Number.NaN])).toEqual({ value: null, low: null, high: null })
  })
  it('stays inside what is possible', () => {
    expect(estimateOf([0.99, 1, 1], { min: 0, max: 1 }).high).toBe(1)
  })
})

describe('shareEstimate', () => {
  it('does not believe in certainty after 100 successes', () => {
    const { value, low, high } = shareEstimate([
      { hits: 50, count: 50 },
      { hits: 50, count: 50 },
    ])
    expect(value).toBe(1)
    expect(low).toBeGreaterThan(0.95)
    expect(low).toBeLessThan(0.975)
    expect(high).toBe(1)
  })
  it('is narrow after a million successes', () => {
    expect(shareEstimate([{ hits: 1e6, count: 1e6 }]).low).toBeGreaterThan(0.99999)
  })
})

describe('batchEstimate', () => {
  it('has an interval from 20 merged batches of one run', () => {
    const { low, high } = batchEstimate(
      10,
      Array.from({ length: 200 }, (_, i) => 10 + (i % 2 === 0 ? 1 : -1) * (i % 20 < 10 ? 1 : 2)),
    )
    expect(low).not.toBeNull()
    expect(high).toBeGreaterThanOrEqual(10)
  })
  it('has none from a handful', () => {
    expect(batchEstimate(10, [1, 2, 3])).toEqual({ value: 10, low: null, high: null })
  })
})

it('measures precision as half the width over the value', () => {
  expect(relativeHalfWidth({ value: 10, low: 9, high: 11 })).toBe(0.1)
  expect(relativeHalfWidth({ value: 10, low: null, high: null })).toBe(Infinity)
})

describe('an interval around the figure of all replications', () => {
  it('is as wide as the single ones are off it, on average', () => {
    // Student's t at 97.5 % with 3 degrees of freedom is 3.1824; the samples are 2 too low on average, give or take 1.
    const { value, low, high } = estimateAround(10, [7, 7, 9, 9])
    const half = 3.18244630528 * Math.sqrt((9 + 9 + 1 + 1) / 3 / 4)
    expect(value).toBe(10)
    expect(high! - 10).toBeCloseTo(half, 6)
    expect(10 - low!).toBeCloseTo(half, 6)
  })

  it('is none for one replication, and leaves out what is no number', () => {
    expect(estimateAround(10, [7])).toEqual({ value: 10, low: null, high: null })
    expect(estimateAround(10, [Number.NaN])).toEqual({ value: null, low: null, high: null })
    expect(estimateAround(1, [0, 9, Number.NaN], { min: 0 }).low).toBe(0)
  })
})
