import { describe, expect, it } from 'vitest'
import { exponential, fixed, lognormal, meanOf, varianceOf } from '../model/distribution.ts'
import { plus, sumOf, withEach } from './laws.ts'

describe('laws', () => {
  it('plus a constant have their mean moved and their variance kept', () => {
    const law = plus(exponential(2), 3)
    expect([meanOf(law), varianceOf(law)]).toEqual([5, 4])
    expect(plus(fixed(2), 3)).toEqual(fixed(5))
  })

  it('of 20 things cost the first and 19 times each', () => {
    expect(meanOf(withEach(lognormal(1, 1), fixed(20), 0.1))).toBeCloseTo(2.9, 12)
  })

  it('of a number of things that is drawn have the exact mean', () => {
    expect(meanOf(withEach(fixed(1), exponential(20), 0.1))).toBeCloseTo(1 + 19 * 0.1, 12)
  })

  it('of one thing are themselves', () => {
    const law = lognormal(1, 1)
    expect(withEach(law, fixed(1), 0.1)).toEqual(law)
  })

  it('added up so many times have so many means and variances', () => {
    const law = sumOf(lognormal(0.001, 0.65), 7)
    expect(meanOf(law)).toBeCloseTo(0.007, 12)
    expect(varianceOf(law)).toBeCloseTo(7 * 0.00065 ** 2, 12)
  })
})
