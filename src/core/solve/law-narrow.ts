/**
 * Narrow laws: when the deviation is of the size of one step of the grid, nodes cannot show the form. Such laws are
 * sums of many times, and so near to normal that their cumulants give it.
 */
import { exp, log, normalCdf, incompleteGamma } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { nodeTime, tailOfGrid, type Grid } from './law-grid.ts'

/** The third and the fourth cumulant, in seconds to the third and to the fourth; they add up in sums. */
export interface Form {
  readonly third: number
  readonly fourth: number
}

/** Of what is not random. */
export const noForm: Form = { third: 0, fourth: 0 }

export const addedForm = (a: Form, b: Form): Form => ({ third: a.third + b.third, fourth: a.fourth + b.fourth })

export const scaledForm = (form: Form, times: number): Form => ({
  third: form.third * times ** 3,
  fourth: form.fourth * times ** 4,
})

/** Cumulants from masses. */
export function formOfGrid({ atom, masses, first, last }: Grid): Form {
  let mean = 0
  for (let k = first; k <= last; k++) mean += (masses[k] as number) * nodeTime(k)
  let second = atom * mean * mean
  let third = -second * mean
  let fourth = second * mean * mean
  for (let k = first; k <= last; k++) {
    const x = nodeTime(k) - mean
    const square = (masses[k] as number) * x * x
    second += square
    third += square * x
    fourth += square * x * x
  }
  return { third, fourth: fourth - 3 * second * second }
}

interface Cumulants extends Form {
  readonly mean: Seconds
  readonly variance: number
}

/** Deviation over mean below which the grid is too coarse. */
const NARROW = 0.13

/** P(T > t) of a sum with this grid and these cumulants, by whichever of the two shows it better. */
export function tailOfSum(grid: () => Grid, { mean, variance, third, fourth }: Cumulants): (t: Seconds) => Ratio {
  if (!(variance < NARROW * NARROW * mean * mean)) return tailOfGrid(grid())
  const deviation = Math.sqrt(variance)
  const skewness = third / (variance * deviation)
  const excess = fourth / (variance * variance)
  // Pearson's third type has this excess; far from it the tail is not of that type.
  const isOfType = Math.abs(skewness) < 0.8 && Math.abs(excess - 1.5 * skewness * skewness) < 0.15
  return isOfType ? pearsonTail({ mean, deviation, skewness }) : tailOfGrid(grid())
}

/**
 * P(T > t) of the shifted gamma law with these moments; negative skewness mirrors it.
 * @source Pearson 1895, type III; for many stages the cube root of Wilson and Hilferty 1931
 */
export function pearsonTail({
  mean,
  deviation,
  skewness,
}: {
  readonly mean: Seconds
  readonly deviation: Seconds
  readonly skewness: number
}): (t: Seconds) => Ratio {
  if (!(deviation > 0)) return (t) => (t < mean ? 1 : 0)
  if (Math.abs(skewness) < 1e-4) return (t) => normalCdf((mean - t) / deviation)
  const shape = 4 / (skewness * skewness)
  const side = skewness > 0 ? 1 : -1
  return (t) => {
    const x = shape + (side * Math.sqrt(shape) * (t - mean)) / deviation
    if (x <= 0) return side > 0 ? 1 : 0
    if (shape < 200) {
      const { p, q } = incompleteGamma(shape, x)
      return side > 0 ? q : p
    }
    const z = (exp(log(x / shape) / 3) - 1 + 1 / (9 * shape)) * 3 * Math.sqrt(shape)
    return normalCdf(-side * z)
  }
}
