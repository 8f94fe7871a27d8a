import { describe, expect, it } from 'vitest'
import { exp, expm1, incompleteGamma, log, log1p, logGamma, normalCdf, normalQuantile, pow } from './math.ts'
import { createStream } from './random.ts'

const floats = new Float64Array(1)
const wholes = new BigInt64Array(floats.buffer)
const bitsOf = (x: number): bigint => {
  floats[0] = x
  return wholes[0] ?? 0n
}

/** Numbers that can be represented between two of the same sign. */
const unitsApart = (a: number, b: number): number => (a === b ? 0 : Math.abs(Number(bitsOf(a) - bitsOf(b))))

/** The largest distance of `f` from `reference` over `count` drawn arguments. */
function worst(
  { f, reference, count = 50_000 }: { f: (x: number) => number; reference: (x: number) => number; count?: number },
  argument: (u: number, v: number) => number,
): number {
  const stream = createStream(1, 'arguments')
  let most = 0
  for (let i = 0; i < count; i++) {
    const x = argument(stream.uniform(), stream.uniform())
    most = Math.max(most, unitsApart(f(x), reference(x)))
  }
  return most
}

const relative = (got: number, known: number): number => Math.abs(got / known - 1)

describe('logarithm and exponential', () => {
  it.each([
    ['all magnitudes', (u: number) => 2 ** Math.floor(u * 2000 - 1000) * (1 + u)],
    ['around 1', (u: number, v: number) => 1 + (u - 0.5) * v],
    ['very near 1', (u: number, v: number) => 1 + (u - 0.5) * 10 ** (-16 * v)],
  ])('log is within 2 units in the last place of the built-in one: %s', (_, argument) => {
    expect(worst({ f: log, reference: Math.log }, argument)).toBeLessThanOrEqual(2)
  })

  it.each([
    ['the whole range', (u: number) => (u - 0.5) * 1480],
    ['around 0', (u: number, v: number) => (u - 0.5) * 10 ** (-10 * v)],
    ['where the result leaves the normal numbers', (u: number) => -708 - 37 * u],
    ['near the largest', (u: number) => 708 + 1.78 * u],
  ])('exp is within 2 units in the last place of the built-in one: %s', (_, argument) => {
    expect(worst({ f: exp, reference: Math.exp }, argument)).toBeLessThanOrEqual(2)
  })

  it('log1p and expm1 keep their digits near 0', () => {
    const near = (u: number, v: number): number => (u - 0.5) * 10 ** (-12 * v)
    expect(worst({ f: log1p, reference: Math.log1p }, near)).toBeLessThanOrEqual(2)
    expect(worst({ f: expm1, reference: Math.expm1 }, near)).toBeLessThanOrEqual(5)
  })

  it('have the limits of the built-in ones', () => {
    const arguments_ = [
      0,
      -0,
      1,
      -1,
      Infinity,
      -Infinity,
      Number.NaN,
      5e-324,
      1e-310,
      -746,
      710,
      709.78,
      Number.MAX_VALUE,
    ]
    for (const x of arguments_) {
      for (const [ours, theirs] of [
        [log, Math.log],
        [exp, Math.exp],
        [expm1, Math.expm1],
      ] as const) {
        if (Number.isFinite(theirs(x))) expect(unitsApart(ours(x), theirs(x))).toBeLessThanOrEqual(2)
        else expect([x, ours(x)]).toEqual([x, theirs(x)])
      }
    }
    expect([log1p(-1), log1p(Infinity), log1p(0)]).toEqual([-Infinity, Infinity, 0])
  })

  it('pow is right to 1e-13 of itself', () => {
    const stream = createStream(1, 'pow')
    for (let i = 0; i < 50_000; i++) {
      const [x, y] = [10 ** (stream.uniform() * 20 - 10), stream.uniform() * 8 - 4]
      expect(relative(pow(x, y), x ** y)).toBeLessThan(1e-13)
    }
    expect([pow(0, 2), pow(0, -1), pow(0, 0), pow(3, 0), pow(7, 1), pow(4, -1)]).toEqual([0, Infinity, 1, 1, 7, 0.25])
  })
})

describe('logGamma', () => {
  it('is the logarithm of the factorials', () => {
    let factorial = 1
    for (let n = 1; n < 150; n++) {
      expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThan(2e-14 * Math.max(1, Math.log(factorial)))
      factorial *= n
    }
  })
  it('knows Γ(1/2) = sqrt(π), Γ(1/4) and Γ(0.01)', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14)
    expect(logGamma(0.25)).toBeCloseTo(Math.log(3.625609908221908), 14)
    expect(logGamma(0.01)).toBeCloseTo(Math.log(99.4325851191506), 13)
  })
})

describe('incompleteGamma', () => {
  it('of a whole shape is a sum of Poisson probabilities', () => {
    for (const shape of [1, 2, 5, 20]) {
      for (const x of [0.01, 0.5, 1, 3, 10, 30, 80]) {
        let term = Math.exp(-x)
        let q = 0
        for (let n = 0; n < shape; n++) {
          q += term
          term *= x / (n + 1)
        }
        expect(relative(incompleteGamma(shape, x).q, q)).toBeLessThan(1e-12)
        // What is not below the shape is above it.
        let p = 0
        for (let n = shape; n < shape + 400; n++) {
          p += term
          term *= x / (n + 1)
        }
        expect(relative(incompleteGamma(shape, x).p, p)).toBeLessThan(1e-12)
      }
    }
  })
  it('of shape 1/2 is that of a squared normal number', () => {
    for (const z of [0.01, 0.3, 1, 2, 4, 6])
      expect(relative(incompleteGamma(0.5, (z * z) / 2).q, 2 * normalCdf(-z))).toBeLessThan(1e-12)
  })
  it('has its limits', () => {
    expect(incompleteGamma(2, 0)).toEqual({ p: 0, q: 1 })
    expect(incompleteGamma(2, -1)).toEqual({ p: 0, q: 1 })
    expect(incompleteGamma(2, Infinity)).toEqual({ p: 1, q: 0 })
  })
})

describe('the normal law', () => {
  // Abramowitz and Stegun, table 26.1 and 26.2 (Q(x) for the far tails).
  it.each([
    [0, 0.5],
    [0.5, 0.691462461274013],
    [1, 0.841344746068543],
    [1.96, 0.9750021048517795],
    [3, 0.9986501019683699],
    [-1, 0.158655253931457],
    [-3, 1.349898031630095e-3],
    [-5, 2.866515718791939e-7],
    [-10, 7.61985302416052e-24],
    [-20, 2.753624118606234e-89],
    [-37, 5.725571222524e-300],
  ])('P(N <= %d) = %d', (x, known) => {
    expect(relative(normalCdf(x), known)).toBeLessThan(2e-12)
  })
  it.each([
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.999, 3.090232306167813],
    [1e-10, -6.361340902404056],
    [0.025, -1.959963984540054],
  ])('quantile of %d is %d', (p, known) => {
    expect(Math.abs(normalQuantile(p) - known)).toBeLessThan(1e-12)
  })
  it('quantile undoes the distribution function', () => {
    for (let x = -30; x < 5; x += 0.37) expect(Math.abs(normalQuantile(normalCdf(x)) - x)).toBeLessThan(1e-9)
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(2)]).toEqual([-Infinity, Infinity, Number.NaN])
  })
})
