/** What is read from laws: quantiles, expectations, masses, and where the time of slow requests goes. */
import type { Ratio, Seconds } from '../base/units.ts'
import { isConstant, type Law } from './law-base.ts'
import { cellEdge, convolved, nodeTime, pointGrid, type Grid } from './law-grid.ts'
import { addedForm, noForm, tailOfSum } from './law-narrow.ts'
import { whereTailIs } from './law-numeric.ts'

/** The time that a share `q` of all times does not exceed: the smallest t with P(T > t) <= 1 - q. */
export function quantile(law: Law, q: Ratio): Seconds {
  if (q <= 0) return law.shift
  return whereTailIs(law.tail, 1 - q, { from: law.shift, scale: law.scale })
}

/** E[h(T)] over the nodes of the law's grid: exact for parabolas, good for what is smooth over 6 % of a time. */
export function expectation(law: Law, h: (t: Seconds) => number): number {
  const { atom, masses, first, last } = law.grid
  let total = atom === 0 ? 0 : atom * h(law.shift)
  for (let k = first; k <= last; k++) total += (masses[k] as number) * h(law.shift + nodeTime(k))
  return total
}

/**
 * Where the time of slow requests goes: for independent times T_i, `parts[i]` = E[T_i ; sum > from] in seconds and
 * `total` = P(sum > from). Divided by `total` the parts are the means in a slow request.
 */
export function slowShares(
  laws: readonly Law[],
  from: Seconds,
): { readonly total: Ratio; readonly parts: readonly Seconds[] } {
  const before: Grid[] = [pointGrid]
  const after: Grid[] = [pointGrid]
  for (const law of laws) before.push(convolved(before.at(-1) ?? pointGrid, law.grid))
  for (const law of laws.toReversed()) after.push(convolved(law.grid, after.at(-1) ?? pointGrid))
  const above = from - laws.reduce((sum, law) => sum + law.shift, 0)
  const total = tailOfRests(laws, before.at(-1) ?? pointGrid)(above)
  const parts = laws.map((law, i) => {
    if (isConstant(law)) return law.shift * total
    const others = convolved(before[i] ?? pointGrid, after[laws.length - 1 - i] ?? pointGrid)
    const tail = tailOfRests(
      laws.filter((_, j) => j !== i),
      others,
    )
    return law.shift * total + slowPart(law, tail, above)
  })
  return { total, parts }
}

function tailOfRests(laws: readonly Law[], grid: Grid): (t: Seconds) => Ratio {
  let mean = 0
  let variance = 0
  let form = noForm
  for (const law of laws) {
    mean += law.mean - law.shift
    variance += law.variance
    form = addedForm(form, law.form)
  }
  return tailOfSum(() => grid, { mean, variance, ...form })
}

/** E[X ; X + rest > above], X being the rest of the law above its shift. */
function slowPart(law: Law, rest: (t: Seconds) => Ratio, above: Seconds): Seconds {
  const { masses, first, last } = law.grid
  const weightAt = (k: number): Seconds => (masses[k] as number) * nodeTime(k) * rest(above - nodeTime(k))
  let k = first
  let total = 0
  for (; k <= last && cellEdge(k) < above / 3; k++) total += weightAt(k)
  if (k > last) return total
  // Near `above` the rest changes within a cell, and stops to matter: in finer steps, of the tail itself.
  if (k > first) total += (weightAt(k) - weightAt(k - 1)) / 24
  let low = k > first ? cellEdge(k - 1) : 0
  let before = law.tail(law.shift + low)
  for (; k <= last; k++) {
    const high = cellEdge(k)
    const cuts = low < above && above < high ? [above, high] : [high]
    for (const cut of cuts) {
      const from = low
      for (let n = 1; n <= FINER; n++) {
        const edge = from + ((cut - from) * n) / FINER
        const after = law.tail(law.shift + edge)
        const middle = (low + edge) / 2
        total += (before - after) * middle * rest(above - middle)
        before = after
        low = edge
      }
    }
  }
  return total + before * low
}

const FINER = 6

/** Values with their probabilities, so close that quantiles are right to 0.2 %. */
export function eachMass(law: Law, put: (t: Seconds, mass: Ratio) => void): void {
  if (law.atoms) {
    for (const { share, at } of law.atoms) put(at, share)
    return
  }
  const { shift, tail } = law
  let before = tail(shift)
  if (before < 1) put(shift, 1 - before)
  const { first, last } = law.grid
  let low = 0
  for (let k = first; k <= last; k++) {
    const high = k === last ? Infinity : cellEdge(k)
    const span = (k === last ? cellEdge(k) : high) - low
    const steps = before > 1 - 1e-3 || before < 1e-6 ? 2 : Math.max(1, Math.ceil(span / (0.003 * (shift + high))))
    for (let n = 1; n <= steps; n++) {
      const edge = n === steps ? high : low + (span * n) / steps
      const after = edge === Infinity ? 0 : tail(shift + edge)
      if (before > after) put(shift + low + (span * (n - 0.5)) / steps, before - after)
      before = Math.min(before, after)
    }
    low = high
  }
}
