import { type Distribution, fixed, meanOf, scaled, varianceOf } from '../model/distribution.ts'

/** X + `by`. */
export function plus(law: Distribution, by: number): Distribution {
  if (by === 0) return law
  return law.law === 'fixed' ? fixed(law.value + by) : { law: 'shifted', by, of: law }
}

/**
 * X for the first of so many things, and `each` for every further one. The mean is exact; when the number is random,
 * its law gives the shape.
 */
export function withEach(base: Distribution, things: Distribution, each: number): Distribution {
  if (each === 0) return base
  if (things.law === 'fixed') return plus(base, Math.max(0, (things.value - 1) * each))
  return plus(scaled(things, each), Math.max(0, meanOf(base) - each))
}

/** So many values of the law one after the other: a gamma law with the right mean and variance. */
export function sumOf(law: Distribution, times: number): Distribution {
  const mean = meanOf(law)
  const variance = varianceOf(law)
  if (times === 1) return law
  if (variance === 0 || mean === 0) return fixed(times * mean)
  return { law: 'gamma', shape: (times * mean * mean) / variance, mean: times * mean }
}

/** Nothing is ever drawn but 0. */
export const isNothing = (law: Distribution): boolean => meanOf(law) === 0
