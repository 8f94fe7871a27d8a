import { describe, expect, it } from 'vitest'
import { Histogram, histogramOf } from './histogram.ts'
import { createStream } from './random.ts'

const of = (values: readonly number[]): Histogram => {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

const stream = createStream(1, 'values')
const exponentials = Array.from({ length: 100_000 }, () => stream.exponential() * 0.01)
const spread = Array.from({ length: 20_000 }, () => 10 ** (stream.uniform() * 14 - 8))

describe('a histogram', () => {
  it.each([
    ['exponential', exponentials],
    ['from 10 ns to 11 days', spread],
    ['few', [0.001, 0.5, 3]],
  ])('has quantiles within 1/128 of those of the values: %s', (_, values) => {
    const histogram = of(values)
    const sorted = values.toSorted((a, b) => a - b)
    for (const q of [0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1]) {
      const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0
      expect(Math.abs(histogram.quantile(q) / exact - 1)).toBeLessThan(1 / 128)
    }
    expect(histogram.quantile(1)).toBeLessThanOrEqual(sorted.at(-1) ?? 0)
  })
  it('is within 0.2 % where values are many', () => {
    const sorted = exponentials.toSorted((a, b) => a - b)
    for (const q of [0.1, 0.5, 0.9, 0.99]) {
      const exact = sorted[Math.ceil(q * sorted.length) - 1] ?? 0
      expect(Math.abs(of(exponentials).quantile(q) / exact - 1)).toBeLessThan(0.002)
    }
  })
  it('is exact for one value however often', () => {
    for (const value of [0, 1e-12, 0.004, 1 / 3, 1e6, 1e9]) {
      const histogram = of([value, value, value])
      for (const q of [0, 0.5, 0.99, 1]) expect(histogram.quantile(q)).toBe(value)
    }
  })
  it('keeps count, sums, least and most', () => {
    const { count, sum, sumOfSquares, min, max } = of([0.5, 2, 1])
    expect({ count, sum, sumOfSquares, min, max }).toEqual({ count: 3, sum: 3.5, sumOfSquares: 5.25, min: 0.5, max: 2 })
  })
  it('knows the share up to a value', () => {
    const histogram = of(exponentials)
    for (const x of [1e-5, 0.001, 0.01, 0.05, 0.2]) {
      const exact = exponentials.filter((value) => value <= x).length / exponentials.length
      expect(Math.abs(histogram.shareUpTo(x) - exact)).toBeLessThan(0.001)
    }
    expect([histogram.shareUpTo(0), histogram.shareUpTo(1e9)]).toEqual([0, 1])
  })
  it('knows nothing when it is empty', () => {
    expect([new Histogram().quantile(0.5), new Histogram().shareUpTo(1)]).toEqual([Number.NaN, Number.NaN])
  })
  it('takes values outside its range at its ends', () => {
    const histogram = of([0, 1e-15, 1e12])
    expect(histogram.quantile(0.3)).toBeLessThan(1e-9)
    expect(histogram.quantile(1)).toBe(1e12)
  })
})

describe('merged histograms', () => {
  it('are that of all values', () => {
    const parts = [exponentials.slice(0, 300), exponentials.slice(300, 5000), [], exponentials.slice(5000)]
    const merged = histogramOf(parts.map((part) => of(part).snapshot()))
    const { sum, sumOfSquares, ...rest } = of(exponentials).snapshot()
    expect(merged.snapshot()).toMatchObject(rest)
    expect(merged.sum / sum).toBeCloseTo(1, 12)
    expect(merged.sumOfSquares / sumOfSquares).toBeCloseTo(1, 12)
  })
  it('survive being cleared', () => {
    const histogram = of(exponentials)
    histogram.clear()
    expect(histogram.snapshot()).toEqual(new Histogram().snapshot())
    histogram.record(0.25)
    expect(histogram.quantile(0.5)).toBe(0.25)
  })
})
