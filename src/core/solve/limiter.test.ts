import { describe, expect, it } from 'vitest'
import { tokenBucket } from '../../../tests/theory/formulas.ts'
import { attemptsUntilOpen, breakerOpen, passShare } from './limiter.ts'

const near = (value: number, expected: number, relative: number): void =>
  expect(Math.abs(value / expected - 1)).toBeLessThan(relative)

const passed = (rate: number, refill: number, burst: number, clients?: number): number =>
  passShare({ rate, refill, burst, arrivalScv: 1, ...(clients === undefined ? {} : { clients }) }).passed

/** Plays a token bucket under a Poisson stream. */
function playBucket(rate: number, refill: number, burst: number): number {
  let seed = 99
  let tokens = burst
  let got = 0
  const count = 2_000_000
  for (let i = 0; i < count; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    tokens = Math.min(burst, tokens - (Math.log((seed + 0.5) / 4294967296) / rate) * refill)
    if (tokens < 1) continue
    tokens -= 1
    got += 1
  }
  return got / count
}

describe('a token bucket', () => {
  it('lets through what theory says: E-token-bucket', () => {
    near(passed(120, 100, 20), 0.83323733, 1e-8)
    near(passed(90, 100, 5), 0.9356381, 1e-8)
  })

  it('agrees with the alternating sum where that is right', () => {
    for (const load of [0.3, 0.9, 1, 1.2, 3])
      for (const burst of [1, 2, 3, 7]) near(passed(load, 1, burst), tokenBucket(load, 1, burst), 1e-9)
  })

  it('may hold a part of a token', () => {
    near(passed(90, 100, 1.5), 1 / (1 / Math.exp(0.45) + 0.9), 1e-12)
    near(passed(90, 100, 2.4), playBucket(90, 100, 2.4), 2e-3)
    near(passed(200, 100, 3.7), playBucket(200, 100, 3.7), 2e-3)
    expect(passed(90, 100, 3.999999)).toBeLessThan(passed(90, 100, 4))
    near(passed(90, 100, 3.999999), passed(90, 100, 4), 1e-6)
  })

  it('comes smoothly to its limits, and fast', () => {
    expect(passed(50, 100, 3000)).toBeCloseTo(1, 12)
    near(passed(200, 100, 3000), 0.5, 1e-12)
    near(passed(1e6, 100, 3000), 1e-4, 1e-12)
    // At the very rate of refill the loss goes down as 1 / (2 burst).
    near(1 - passed(100, 100, 3000), 1 / 6000, 1e-3)
    const from = performance.now()
    for (let i = 0; i < 20; i++) passed(99.9, 100, 3000)
    expect((performance.now() - from) / 20).toBeLessThan(5)
    let last = 1
    for (let rate = 1; rate < 400; rate += 0.5) {
      const now = passed(rate, 100, 50)
      expect(now).toBeLessThanOrEqual(last + 1e-12)
      expect(now).toBeLessThanOrEqual(Math.min(1, 100 / rate) + 1e-12)
      last = now
    }
  })

  it('is one for each client, and nothing passes a bucket without room for a token', () => {
    expect(passed(1200, 100, 20, 10)).toBe(passed(120, 100, 20))
    expect(passed(10, 100, 0.5)).toBe(0)
    expect(passed(0, 100, 5)).toBe(1)
    expect(passed(10, 0, 5)).toBe(0)
  })

  it('refuses more of a bursty stream', () => {
    const bursty = passShare({ rate: 90, refill: 100, burst: 5, arrivalScv: 4 })
    expect(bursty.passed).toBeLessThan(passed(90, 100, 5))
    expect(bursty.passed).toBeGreaterThan(passed(90, 100, 1))
    expect(bursty.method.kind).toBe('approximate')
  })
})

/** All windows as states: mean number of outcomes until the first full one with `limit` failures. */
function exactAttempts(failing: number, size: number, limit: number): number {
  const count = 2 ** size
  const failed = (window: number): number => window.toString(2).replaceAll('0', '').length
  const mask = count - 1
  let left = new Float64Array(count)
  // Bellman's equations by iteration from below.
  for (let round = 0; round < 20_000; round++) {
    let moved = 0
    for (let window = 0; window < count; window++) {
      if (failed(window) >= limit) continue
      const good = (window << 1) & mask
      const value = 1 + (1 - failing) * (left[good] as number) + failing * (left[good | 1] as number)
      moved = Math.max(moved, value - (left[window] as number))
      left[window] = value
    }
    if (moved < 1e-9) break
  }
  let mean = size
  for (let window = 0; window < count; window++)
    mean += failing ** failed(window) * (1 - failing) ** (size - failed(window)) * (left[window] as number)
  left = new Float64Array(0)
  return mean
}

describe('a breaker', () => {
  it('opens after about as many attempts as the chain of all windows says', () => {
    for (const [failing, size, limit] of [
      [0.5, 10, 5],
      [0.3, 10, 5],
      [0.2, 10, 5],
      [0.5, 8, 8],
      [0.8, 10, 5],
      [0.9, 6, 3],
    ] as const)
      near(attemptsUntilOpen(failing, size, limit), exactAttempts(failing, size, limit), 0.25)
  })

  it('refuses nothing while failures are few, and nearly all when all fail', () => {
    const load = { window: 100, openAt: 0.5, halfOpen: 10, rate: 100 }
    expect(breakerOpen({ ...load, failing: 0 })).toBe(0)
    expect(breakerOpen({ ...load, failing: 1e-10 })).toBe(0)
    expect(breakerOpen({ ...load, failing: 0.2 })).toBeLessThan(1e-6)
    expect(breakerOpen({ ...load, failing: 0.6 })).toBeGreaterThan(0.9)
    expect(breakerOpen({ ...load, failing: 1 })).toBeGreaterThan(0.99)
    let last = 0
    for (let failing = 0; failing <= 1; failing += 0.01) {
      const now = breakerOpen({ ...load, failing })
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
  })

  it('sends one probe for each pause when all fail', () => {
    const refused = breakerOpen({ failing: 1, window: 10, openAt: 0.5, halfOpen: 1, rate: 9 })
    near(refused, 0.9, 1e-6)
  })
})
