import { type Distribution, fixed, meanOf, scaled, varianceOf } from '../model/distribution.ts'

/** X + `by`. */
export function plus(law: Distribution, by: number): Distribution {
  if (by === 0) return law
  return law.law === 'fixed' ? fixed(law.value + by) : { law: 'shifted', by, of: law }
}

/** Of one thing, and `each` for every further one of a number that may be random: the mean is exact, of the two laws the wider counts. */
export function withEach(base: Distribution, things: Distribution, each: number): Distribution {
  if (each === 0) return base
  const further = plus(scaled(things, each), -each)
  if (things.law === 'fixed') return plus(base, Math.max(0, meanOf(further)))
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
