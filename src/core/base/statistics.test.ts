import { describe, expect, it } from 'vitest'
import { createStream } from './random.ts'
import {
  BatchMeans,
  confidenceInterval,
  incompleteBeta,
  mser,
  shareInterval,
  tCdf,
  tQuantile,
  varianceOfSamples,
} from './statistics.ts'

describe("Student's t", () => {
  // Any printed table; the values for 1 and 2 degrees of freedom have closed forms.
  it.each([
    [0.975, 1, 12.7062047364],
    [0.975, 2, 4.30265272991],
    [0.975, 4, 2.7764451052],
    [0.975, 9, 2.26215716274],
    [0.975, 30, 2.0422724563],
    [0.995, 5, 4.03214298356],
    [0.95, 10, 1.81246112281],
    [0.9995, 3, 12.9239786367],
    [0.975, 1000, 1.96233908],
  ])('has the %d quantile for %d degrees of freedom at %d', (p, degrees, known) => {
    expect(Math.abs(tQuantile(p, degrees) / known - 1)).toBeLessThan(1e-8)
    expect(tQuantile(1 - p, degrees)).toBeCloseTo(-known, 6)
  })
  it('has closed forms for 1 and 2 degrees of freedom', () => {
    for (const t of [0.1, 1, 5, 50]) {
      expect(tCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 13)
      expect(tCdf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 13)
    }
    expect(tQuantile(0.5, 7)).toBe(0)
  })
})

describe('incompleteBeta', () => {
  it('of whole numbers is a binomial sum', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k)
    for (const [a, b] of [
      [1, 1],
      [2, 3],
      [5, 1],
      [8, 12],
    ] as const) {
      for (const x of [0.001, 0.2, 0.5, 0.9]) {
        const n = a + b - 1
        let sum = 0
        for (let j = a; j <= n; j++) sum += choose(n, j) * x ** j * (1 - x) ** (n - j)
        expect(Math.abs(incompleteBeta(x, a, b) / sum - 1)).toBeLessThan(1e-12)
      }
    }
  })
  it('is 0 and 1 at its ends', () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1])
  })
})

describe('confidence intervals', () => {
  it('of the mean cover it as often as they say', () => {
    const stream = createStream(1, 'samples')
    for (const level of [0.8, 0.95]) {
      const rounds = 4000
      let covered = 0
      for (let round = 0; round < rounds; round++) {
        const { low, high } = confidenceInterval(
          Array.from({ length: 5 }, () => stream.normal()),
          { level },
        )
        if (low <= 0 && 0 <= high) covered += 1
      }
      expect(Math.abs(covered / rounds - level)).toBeLessThan(3.3 * Math.sqrt((level * (1 - level)) / rounds))
    }
  })
  it('are the t quantile times the standard error', () => {
    const half = (2.7764451052 * Math.sqrt(2.5)) / Math.sqrt(5)
    const { value, low, high } = confidenceInterval([1, 2, 3, 4, 5])
    expect([value, low, high]).toEqual([3, expect.closeTo(3 - half, 8), expect.closeTo(3 + half, 8)])
  })
  it('are unbounded from one sample, and empty from none', () => {
    expect(confidenceInterval([7])).toEqual({ value: 7, low: -Infinity, high: Infinity })
    expect(confidenceInterval([7, Number.NaN])).toEqual({ value: 7, low: -Infinity, high: Infinity })
    expect(confidenceInterval([])).toEqual({ value: Number.NaN, low: Number.NaN, high: Number.NaN })
    expect(varianceOfSamples([7])).toBe(0)
  })
  it("of a share are Wilson's", () => {
    // Newcombe 1998, table I: 81 of 263.
    const { low, high } = shareInterval(81, 263)
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.2553', '0.3662'])
    const none = shareInterval(0, 20)
    expect([none.low, none.high.toFixed(4)]).toEqual([0, '0.1611'])
    expect(shareInterval(20, 20).high).toBe(1)
    expect(shareInterval(0, 0)).toEqual({ value: Number.NaN, low: 0, high: 1 })
  })
})

describe('BatchMeans', () => {
  it('are the values while they are few', () => {
    const batches = new BatchMeans()
    for (const x of [1, 5, 2]) batches.add(x)
    expect(batches.means()).toEqual([1, 5, 2])
    batches.clear()
    expect(batches.means()).toEqual([])
  })
  it('are means of equal batches in order, never more than 1 024', () => {
    const batches = new BatchMeans()
    for (let i = 0; i < 100_000; i++) {
      batches.add(i)
      if (i % 997 === 0) expect(batches.means().length).toBeLessThan(1024)
    }
    // 100 000 values come to batches of 128: 781 of them, and a rest that is open.
    expect(batches.means().length).toBe(781)
    expect(batches.means().slice(0, 2)).toEqual([63.5, 191.5])
    expect(batches.means().at(-1)).toBe(780 * 128 + 63.5)
  })
})

describe('mser', () => {
  it('cuts a beginning that is different', () => {
    const stream = createStream(1, 'series')
    const series = Array.from({ length: 400 }, (_, i) => stream.normal() + (i < 60 ? 10 : 0))
    expect(mser(series)).toBeGreaterThanOrEqual(60)
    expect(mser(series)).toBeLessThan(90)
  })
  it('cuts nothing of a steady series, or little', () => {
    expect(mser(Array.from({ length: 100 }, () => 3))).toBe(0)
    expect(mser(Array.from({ length: 100 }, (_, i) => i % 2))).toBeLessThan(3)
  })
  it('cuts half of a series that never settles, and no more', () => {
    expect(mser(Array.from({ length: 100 }, (_, i) => i))).toBe(50)
  })
  it('has no advice on fewer than ten batches', () => {
    expect(mser([])).toBe(0)
    expect(mser([9, 1, 1])).toBe(0)
  })
})
