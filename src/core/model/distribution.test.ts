import { describe, expect, it } from 'vitest'
import { createStream } from '../base/random.ts'
import {
  cdfOf,
  conditionedOn,
  type Distribution,
  draw,
  exponential,
  fixed,
  hyperexponential,
  lognormal,
  lognormalThrough,
  meanOf,
  momentOf,
  paretoWithMean,
  samplerOf,
  scaled,
  shareBetween,
  varianceOf,
} from './distribution.ts'

const pareto: Distribution = { law: 'pareto', low: 2, high: 500, shape: 1.3 }
const values = [1, 2, 2, 5, 9, 40]
const mixture: Distribution = {
  law: 'mixture',
  parts: [
    { share: 0.3, of: fixed(2) },
    { share: 0.2, of: { law: 'empirical', values } },
    { share: 0.5, of: { law: 'shifted', by: 1, of: exponential(4) } },
  ],
}

const laws: readonly (readonly [string, Distribution])[] = [
  ['fixed', fixed(3)],
  ['exponential', exponential(5)],
  ['lognormal', lognormal(5, 0.8)],
  ['gamma below 1', { law: 'gamma', shape: 0.6, mean: 5 }],
  ['gamma above 1', { law: 'gamma', shape: 3.7, mean: 5 }],
  ['erlang', { law: 'erlang', shape: 4, mean: 5 }],
  ['uniform', { law: 'uniform', low: 1, high: 7 }],
  ['pareto', pareto],
  ['unbounded pareto', { law: 'pareto', low: 2, high: Infinity, shape: 4.5 }],
  ['mixture', mixture],
  ['hyperexponential', hyperexponential(5, 3)],
  ['shifted', { law: 'shifted', by: 2, of: { law: 'gamma', shape: 2, mean: 3 } }],
  ['scaled', { law: 'scaled', times: 3, of: { law: 'uniform', low: 1, high: 2 } }],
  ['empirical', { law: 'empirical', values }],
  ['exponential between', conditionedOn(exponential(5), { low: 1, high: 9 })],
  ['exponential above', conditionedOn(exponential(5), { low: 20, high: Infinity })],
  ['lognormal between', conditionedOn(lognormal(5, 0.8), { low: 3, high: 6 })],
  ['lognormal in its tail', conditionedOn(lognormal(5, 0.8), { low: 40, high: Infinity })],
  ['gamma between', conditionedOn({ law: 'gamma', shape: 0.6, mean: 5 }, { low: 0, high: 2 })],
  ['erlang in its tail', conditionedOn({ law: 'erlang', shape: 4, mean: 5 }, { low: 15, high: 30 })],
  ['erlang in its other tail', conditionedOn({ law: 'erlang', shape: 4, mean: 5 }, { low: 0, high: 0.5 })],
  ['pareto below', conditionedOn(pareto, { low: 0, high: 20 })],
  ['mixture between', conditionedOn(mixture, { low: 2, high: 8 })],
]

const drawn = (d: Distribution, count: number, seed = 1): number[] => {
  const stream = createStream(seed, 'draws')
  const sample = samplerOf(d)
  return Array.from({ length: count }, () => sample(stream))
}

/** E[X^k] as the integral of k x^(k-1) P(X > x), on intervals that grow. */
function integratedMoment(d: Distribution, k: number): number {
  let sum = 0
  let from = 0
  let width = 1e-3
  while (from < 1e7) {
    const steps = 40
    for (let i = 0; i < steps; i++) {
      const x = from + ((i + 0.5) / steps) * width
      sum += (k * x ** (k - 1) * (1 - cdfOf(d, x)) * width) / steps
    }
    from += width
    width = Math.max(width, from * 0.01)
  }
  return sum
}

describe.each(laws)('%s', (_, d) => {
  it('has the moments that follow from its distribution function', () => {
    // Atoms cost half a step; the tail of the unbounded pareto ends at 1e7.
    for (const k of [1, 2] as const) expect(Math.abs(momentOf(d, k) / integratedMoment(d, k) - 1)).toBeLessThan(2e-3)
  })

  it('has the mean of its draws', () => {
    const samples = drawn(d, 50_000)
    const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length
    expect(Math.abs(mean - meanOf(d))).toBeLessThanOrEqual(3.5 * Math.sqrt(varianceOf(d) / samples.length) + 1e-12)
  })

  it('draws by its distribution function', () => {
    const samples = drawn(d, 50_000, 2).toSorted((a, b) => a - b)
    let most = 0
    // Kolmogorov and Smirnov with atoms: at values that are drawn, from above.
    samples.forEach((x, i) => {
      if (samples[i + 1] === x) return
      most = Math.max(most, Math.abs((i + 1) / samples.length - cdfOf(d, x)))
    })
    expect(most * Math.sqrt(samples.length)).toBeLessThan(1.95)
  })

  it('has a sampler that draws what draw draws', () => {
    const [one, other] = [createStream(3, 'x'), createStream(3, 'x')]
    const sample = samplerOf(d)
    for (let i = 0; i < 200; i++) expect(sample(one)).toBe(draw(d, other))
    expect(one.uint32()).toBe(other.uint32())
  })

  it('scales', () => {
    const twice = scaled(d, 2.5)
    expect(meanOf(twice)).toBeCloseTo(2.5 * meanOf(d), 9)
    expect(varianceOf(twice) / (6.25 * varianceOf(d) || 1)).toBeCloseTo(varianceOf(d) > 0 ? 1 : 0, 9)
    for (const x of [0.5, 2, 4, 7, 30]) expect(cdfOf(twice, 2.5 * x)).toBeCloseTo(cdfOf(d, x), 12)
    expect(scaled(d, 1)).toBe(d)
    expect(scaled(d, 0)).toEqual(fixed(0))
  })

  it('under a condition has only values that meet it, in the same proportions', () => {
    const range = { low: 2, high: 6 }
    const share = shareBetween(d, range)
    const samples = drawn(d, 40_000)
    const inside = samples.filter((x) => x >= range.low && x <= range.high)
    expect(Math.abs(inside.length / samples.length - share)).toBeLessThan(3.5 * Math.sqrt(0.25 / samples.length))
    if (inside.length < 100) return
    const conditioned = conditionedOn(d, range)
    const direct = drawn(conditioned, inside.length, 5)
    expect(direct.every((x) => x >= range.low && x <= range.high)).toBe(true)
    const within = 3.5 * Math.sqrt(varianceOf(conditioned) / inside.length) + 1e-12
    expect(Math.abs(inside.reduce((sum, x) => sum + x, 0) / inside.length - meanOf(conditioned))).toBeLessThan(within)
    expect(shareBetween(conditioned, range)).toBeCloseTo(1, 12)
    // A condition twice is the condition once.
    expect(meanOf(conditionedOn(conditioned, range))).toBeCloseTo(meanOf(conditioned), 9)
  })
})

describe('conditionedOn', () => {
  it('of a pareto is a pareto with other ends', () => {
    expect(conditionedOn(pareto, { low: -Infinity, high: 100 })).toEqual({ ...pareto, high: 100 })
    expect(conditionedOn(pareto, { low: 100, high: Infinity })).toEqual({ ...pareto, low: 100 })
  })
  it('leaves a law alone that meets the condition anyway', () => {
    for (const d of [exponential(2), lognormal(1, 1), fixed(3), pareto])
      expect(conditionedOn(d, { low: 0, high: Infinity })).toEqual(d)
  })
  it('divides the moments: the parts weighted by their shares are the whole', () => {
    for (const [, d] of laws) {
      const cut = 4.25
      const [below, above] = [
        { low: -Infinity, high: cut },
        { low: cut, high: Infinity },
      ]
      for (const k of [1, 2] as const) {
        const parts = [below, above].map((range) => {
          const share = shareBetween(d, range)
          return share === 0 ? 0 : share * momentOf(conditionedOn(d, range), k)
        })
        expect((parts[0]! + parts[1]!) / momentOf(d, k)).toBeCloseTo(1, 9)
      }
    }
  })
  it('of two conditions is that of both', () => {
    const once = conditionedOn(lognormal(5, 1), { low: 2, high: 9 })
    expect(conditionedOn(once, { low: 0, high: 4 })).toEqual(conditionedOn(lognormal(5, 1), { low: 2, high: 4 }))
  })
  it('draws in ranges that are hardly ever met', () => {
    for (const d of [exponential(1), lognormal(1, 0.5), { law: 'gamma', shape: 3, mean: 1 } as const]) {
      const range = { low: 9, high: 9.5 }
      expect(shareBetween(d, range)).toBeLessThan(1e-3)
      for (const x of drawn(conditionedOn(d, range), 200)) expect(x >= 9 && x <= 9.5).toBe(true)
    }
  })
  it('leaves the nearest value when the condition cannot be met', () => {
    expect(conditionedOn(fixed(3), { low: 5, high: 9 })).toEqual(fixed(5))
    expect(conditionedOn({ law: 'uniform', low: 1, high: 2 }, { low: -3, high: 0 })).toEqual(fixed(0))
    expect(shareBetween(fixed(3), { low: 5, high: 9 })).toBe(0)
  })
  it('includes its ends', () => {
    expect(shareBetween(fixed(3), { low: 3, high: 3 })).toBe(1)
    expect(shareBetween({ law: 'empirical', values }, { low: 2, high: 5 })).toBe(0.5)
  })
})

describe('laws made from what is known of them', () => {
  it('lognormal: mean and coefficient of variation', () => {
    const d = lognormal(5, 0.8)
    expect(meanOf(d)).toBeCloseTo(5, 12)
    expect(Math.sqrt(varianceOf(d)) / 5).toBeCloseTo(0.8, 12)
    expect(lognormal(5, 0)).toEqual(fixed(5))
  })
  it('lognormal: two quantiles', () => {
    const d = lognormalThrough(4, 30)
    expect(cdfOf(d, 4)).toBeCloseTo(0.5, 12)
    expect(cdfOf(d, 30)).toBeCloseTo(0.99, 12)
    expect(cdfOf(lognormalThrough(4, 30, 0.9), 30)).toBeCloseTo(0.9, 12)
    expect(lognormalThrough(4, 4)).toEqual(fixed(4))
  })
  it('hyperexponential: mean, coefficient of variation and balanced means', () => {
    const d = hyperexponential(5, 3)
    expect([meanOf(d), Math.sqrt(varianceOf(d)) / 5]).toEqual([expect.closeTo(5, 12), expect.closeTo(3, 12)])
    if (d.law !== 'mixture') throw new Error('not a mixture')
    const [a, b] = d.parts.map((part) => part.share * meanOf(part.of))
    expect(a).toBeCloseTo(b ?? 0, 12)
  })
  it('pareto: mean', () => {
    for (const [mean, shape, cap] of [
      [160, 1.3, 5e6],
      [160, 1, 5e6],
      [160, 2, 1e4],
      [3, 2.5, Infinity],
    ] as const)
      expect(meanOf(paretoWithMean(mean, shape, cap)) / mean).toBeCloseTo(1, 9)
  })
  it('pareto: the moments pass smoothly over a shape that equals their order', () => {
    const moment = (shape: number, k: 1 | 2): number => momentOf({ law: 'pareto', low: 1, high: 1000, shape }, k)
    for (const k of [1, 2] as const) {
      expect(moment(k + 1e-10, k) / moment(k, k)).toBeCloseTo(1, 8)
      expect(moment(k - 1e-10, k) / moment(k, k)).toBeCloseTo(1, 8)
    }
    expect(moment(1, 1)).toBeCloseTo(Math.log(1000) / 0.999, 10)
    expect(momentOf({ law: 'pareto', low: 1, high: Infinity, shape: 1.5 }, 2)).toBe(Infinity)
  })
})
