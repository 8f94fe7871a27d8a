import { describe, expect, it } from 'vitest'
import { histogramOf } from '../base/histogram.ts'
import { flowStatistics, run } from './fixture.test-support.ts'
import { mergeStretches } from './merge.ts'

describe('stretches that stand for other times', () => {
  const bad = run({ measured: 10, flows: [{ ...flowStatistics([1, 1]), failed: { timeout: 8 }, offered: 10 }] })
  const good = run({ measured: 10, flows: [{ ...flowStatistics(Array.from({ length: 10 }, () => 0.1)), offered: 10 }] })
  const merged = mergeStretches([
    { statistics: bad, weight: 0.1 },
    { statistics: good, weight: 1 },
  ])
  it('count by their weight: requests, failures, seconds', () => {
    expect(merged.measured).toBeCloseTo(11)
    expect(merged.flows[0]?.offered).toBeCloseTo(11)
    expect(merged.flows[0]?.good).toBeCloseTo(10.2)
    expect(merged.flows[0]?.failed.timeout).toBeCloseTo(0.8)
  })
  it('move percentiles by their weight', () => {
    const times = histogramOf([merged.flows[0]!.responseTime])
    expect(times.quantile(0.97)).toBeCloseTo(0.1)
    expect(times.quantile(0.99)).toBeCloseTo(1)
  })
  it('are left alone when there is one', () => {
    expect(mergeStretches([{ statistics: good, weight: 1 }])).toBe(good)
  })
})
