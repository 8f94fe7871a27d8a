import { describe, expect, it } from 'vitest'
import { createStream } from './random.ts'
import { harmonic, popularityBins, ZipfSampler } from './zipf.ts'

/** Standard normal quantile 0.999 over chi-square, by Wilson and Hilferty. */
const chiSquareMost = (degrees: number): number =>
  degrees * (1 - 2 / (9 * degrees) + 3.09 * Math.sqrt(2 / (9 * degrees))) ** 3

describe('ZipfSampler', () => {
  it.each([
    [1, 0.9],
    [2, 1],
    [10, 0.5],
    [1000, 0.8],
    [1000, 1],
    [1000, 2.5],
    [1000, 0],
    [16_384, 0.9],
    [16_385, 0.9],
    [100_000, 0.7],
    [100_000, 1],
    [100_000, 1.3],
    [1e9, 0.9],
    [1e9, 1],
  ])('draws %d ranks with exponent %d by their probabilities', (keys, exponent) => {
    const sampler = new ZipfSampler(keys, exponent)
    const stream = createStream(1, `zipf ${keys} ${exponent}`)
    const total = harmonic(keys, exponent)
    // The first ranks one by one, then ranges that double, cut where the table ends.
    const edges = [
      1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 32, 64, 128, 512, 2048, 8192, 16_383, 16_384, 16_385, 16_386, 16_400, 20_000,
      32_768,
    ]
    for (let edge = 65_536; edge < 1e9; edge *= 4) edges.push(edge)
    const bounds = [...edges.filter((edge) => edge <= keys), keys + 1]
    const draws = 200_000
    let outside = 0
    const counts = Array.from({ length: bounds.length - 1 }, () => 0)
    for (let i = 0; i < draws; i++) {
      const rank = sampler.draw(stream)
      if (!Number.isInteger(rank) || rank < 1 || rank > keys) outside += 1
      const bin = bounds.findIndex((bound) => bound > rank) - 1
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    expect(outside).toBe(0)
    let chiSquare = 0
    let cells = 0
    let [open, openExpected] = [0, 0]
    counts.forEach((count, i) => {
      const below = (rank: number): number => (rank <= 1 ? 0 : harmonic(rank - 1, exponent))
      openExpected += (draws * (below(bounds[i + 1] ?? 0) - below(bounds[i] ?? 0))) / total
      open += count
      if (openExpected < 10 && i < counts.length - 1) return
      chiSquare += (open - openExpected) ** 2 / openExpected
      cells += 1
      open = 0
      openExpected = 0
    })
    expect(chiSquare).toBeLessThan(cells > 1 ? chiSquareMost(cells - 1) : 1e-9)
  })
})

describe('its table', () => {
  it.each([
    [1000, 0.9],
    [16_384, 1.1],
    [1e6, 0.8],
  ])('adds up to the probabilities: %d ranks, exponent %d', (keys, exponent) => {
    const { keep, alias } = new ZipfSampler(keys, exponent) as unknown as { keep: Float64Array; alias: Int32Array }
    const shares = Float64Array.from(keep)
    keep.forEach((kept, i) => {
      const other = alias[i]!
      if (other !== i) shares[other] = shares[other]! + 1 - kept
    })
    const head = Math.min(keys, 16_383)
    for (let rank = 1; rank <= head; rank++) {
      const exact = rank ** -exponent / harmonic(keys, exponent)
      expect(Math.abs(shares[rank - 1]! / keep.length / exact - 1)).toBeLessThan(1e-9)
    }
  })
})

describe('harmonic', () => {
  it.each([0, 0.5, 0.999999999, 1, 1.000000001, 1.5, 3])('is the sum term by term for exponent %d', (exponent) => {
    for (const n of [1, 2, 999, 1000, 1001, 50_000]) {
      let sum = 0
      for (let k = n; k >= 1; k--) sum += k ** -exponent
      expect(Math.abs(harmonic(n, exponent) / sum - 1)).toBeLessThan(1e-12)
    }
  })
  it('of all numbers squared comes to π²/6', () => {
    expect(Math.abs(harmonic(1e9, 2) - Math.PI ** 2 / 6 + 1e-9)).toBeLessThan(1e-14)
  })
})

describe('popularityBins', () => {
  it.each([
    [1, 1],
    [50, 0.7],
    [10_000, 0.9],
    [1e9, 1],
    [1e9, 0.6],
    [1000, 0],
  ])('holds %d keys of exponent %d, all of the probability', (keys, exponent) => {
    const bins = popularityBins(keys, exponent)
    expect(bins.reduce((sum, bin) => sum + bin.ranks, 0)).toBe(keys)
    expect(bins.reduce((sum, bin) => sum + bin.ranks * bin.p, 0)).toBeCloseTo(1, 10)
    expect(bins.length).toBeLessThan(2500)
  })
  it('has single ranks first, and bins that grow by at most the growth given', () => {
    const total = harmonic(10_000, 0.9)
    const bins = popularityBins(10_000, 0.9, 1.1)
    expect(bins.slice(0, 5).map(({ ranks, p }) => [ranks, p])).toEqual(
      [1, 2, 3, 4, 5].map((rank) => [1, expect.closeTo(rank ** -0.9 / total, 14)]),
    )
    let from = 1
    for (const { ranks } of bins) {
      expect(from + ranks - 1).toBeLessThanOrEqual(Math.max(from, from * 1.1))
      from += ranks
    }
  })
})
