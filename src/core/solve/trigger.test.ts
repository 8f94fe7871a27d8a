import { describe, expect, it } from 'vitest'
import { shortestTrigger } from './trigger.ts'

const load = { rate: 80, capacity: 100, serviceTime: 0.01, timeout: 1, retries: 2, backoff: 0.1 }

describe('shortestTrigger', () => {
  it('is the standstill after which retries keep the queue long', () => {
    const found = shortestTrigger(load) ?? 0
    expect(found).toBeGreaterThan(0)
    expect(shortestTrigger({ ...load, rate: 90 })).toBeLessThan(found)
    expect(shortestTrigger({ ...load, retries: 0 })).toBeNull()
  })
  it.each([
    { rate: 0 },
    { rate: Number.NaN },
    { capacity: 0 },
    { capacity: Number.NaN },
    { timeout: 0 },
    { timeout: 1e-9, backoff: 60 },
    { rate: 1e9 },
  ])('ends where there is nothing to find: %o', (part) => {
    expect(shortestTrigger({ ...load, ...part })).toBeNull()
  })
})
