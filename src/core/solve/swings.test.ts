import { expect, it } from 'vitest'
import { Swings, towards } from './swings.ts'

/** Goes on from 1 with what `find` makes of it. */
function rest(find: (x: number) => number): number {
  const swings = new Swings()
  let x = 1
  for (let round = 0; round < 40; round++) {
    const found = find(x)
    x = towards(x, found, swings.next('x', found))
  }
  return x
}

it('brings to rest what overshoots for ever', () => {
  // x = 50/x swings between 1 and 50, and 50/x² ever further.
  expect(rest((x) => 50 / x)).toBeCloseTo(Math.sqrt(50), 3)
  expect(rest((x) => 50 / (x * x))).toBeCloseTo(Math.cbrt(50), 3)
})

it('leaves alone what comes to rest by itself', () => {
  const swings = new Swings()
  expect([1, 2, 3, 3.5, 3.6].map((found) => swings.next('x', found))).toEqual([1, 1, 1, 1, 1])
})

it('keeps a product', () => {
  expect(towards(2, 8, 0.5) * towards(8, 2, 0.5)).toBeCloseTo(16, 12)
  expect(towards(0, 8, 0.5)).toBe(8)
})
