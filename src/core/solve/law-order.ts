/** The first, the latest or the k-th of several times, and what a timeout leaves of one. */
import { exp, expm1, log1p } from '../base/math.ts'
import { incompleteBeta } from '../base/statistics.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { constant, lawFrom, once, zero, type Law } from './law-base.ts'
import { gridOfTail, momentsOfGrid } from './law-grid.ts'
import { momentsOfTail } from './law-numeric.ts'

/** The latest of independent times. */
export function latest(laws: readonly Law[]): Law {
  const [first] = laws
  if (!first) return zero
  if (laws.length === 1) return first
  const groups = groupsOf(laws)
  return composed({
    of: laws,
    shift: Math.max(...laws.map((law) => law.shift)),
    tail: (t) => {
      let logarithm = 0
      for (const { law, count } of groups) {
        const late = law.tail(t)
        if (late >= 1) return 1
        logarithm += count * log1p(-late)
      }
      return -expm1(logarithm)
    },
  })
}

/**
 * The k-th earliest of independent times, k from 1 (the earliest) to their number.
 * @source David and Nagaraja, Order Statistics, 2003, section 2.1; for different laws Poisson's binomial
 */
export function kthOf(laws: readonly Law[], k: number): Law {
  const n = laws.length
  const [first] = laws
  if (!first || k < 1) return zero
  if (k >= n) return latest(laws)
  const groups = groupsOf(laws)
  const shift = laws.map((law) => law.shift).sort((a, b) => a - b)[k - 1] ?? 0
  if (k === 1) {
    const early = (t: Seconds): Ratio => groups.reduce((all, { law, count }) => all * powerOf(law.tail(t), count), 1)
    return composed({ of: laws, shift, tail: early })
  }
  if (groups.length === 1) {
    const late = (t: Seconds): Ratio => incompleteBeta(first.tail(t), n - k + 1, k)
    return composed({ of: laws, shift, tail: late })
  }
  return composed({ of: laws, shift, tail: (t) => fewerThan(groups, k, t) })
}

/** x to a whole power. */
const powerOf = (x: Ratio, count: number): Ratio => (x <= 0 ? 0 : exp(count * log1p(x - 1)))

/** P(fewer than k of them are done at t). */
function fewerThan(groups: readonly Group[], k: number, t: Seconds): Ratio {
  // done[j] = P(j are done), j < k; what reaches k leaves.
  const done = new Float64Array(k)
  done[0] = 1
  for (const { law, count } of groups) {
    const late = law.tail(t)
    for (let n = 0; n < count; n++) {
      for (let j = k - 1; j > 0; j--) done[j] = (done[j] as number) * late + (done[j - 1] as number) * (1 - late)
      done[0] *= late
    }
  }
  return done.reduce((total, share) => total + share, 0)
}

interface Group {
  readonly law: Law
  readonly count: number
}

function groupsOf(laws: readonly Law[]): readonly Group[] {
  const counts = new Map<Law, number>()
  for (const law of laws) counts.set(law, (counts.get(law) ?? 0) + 1)
  return [...counts].map(([law, count]) => ({ law, count }))
}

/**
 * The first of two answers, the second asked for when `after` seconds have gone by without one: min(T, after + T').
 * @source Dean and Barroso, The Tail at Scale, 2013 (the idea)
 */
export function hedged(law: Law, second: Law, after: Seconds): Law {
  if (after === Infinity) return law
  return composed({
    of: [law, second],
    shift: Math.min(law.shift, after + second.shift),
    tail: (t) => law.tail(t) * second.tail(t - after),
  })
}

/** P(T <= limit), and the law of T given that; `limit` itself when the share is 0. */
export function upTo(law: Law, limit: Seconds): { readonly share: Ratio; readonly law: Law } {
  // Far beyond all that happens: without the tail, which of a sum takes long.
  if (limit === Infinity || limit > law.reach) return { share: 1, law }
  const late = law.tail(limit)
  if (late <= 0) return { share: 1, law }
  const share = 1 - late
  if (share < 1e-13) return { share: 0, law: constant(limit) }
  return {
    share,
    law: composed({
      of: [law],
      shift: law.shift,
      reach: limit,
      tail: (t) => (t >= limit ? 0 : Math.min(1, Math.max(0, (law.tail(t) - late) / share))),
    }),
  }
}

interface Composed {
  readonly of: readonly Law[]
  readonly shift: Seconds
  readonly tail: (t: Seconds) => Ratio
  /** Left out: the furthest of those it is made of. */
  readonly reach?: Seconds
}

/** A law whose tail is made from others'; the moments are integrals of it, on the grid where the others are. */
function composed({ of, shift, tail, reach }: Composed): Law {
  const rest = (t: Seconds): Ratio => tail(shift + t)
  const scale = once(() => of.reduce((most, law) => Math.max(most, law.scale), 0))
  const isExact = once(() => of.every((law) => law.isExact))
  const grid = once(() => gridOfTail(rest))
  return lawFrom({
    shift,
    moments: () => {
      const { first, second } = isExact() ? momentsOfTail(rest, scale()) : momentsOfGrid(grid())
      return { mean: shift + first, variance: second === Infinity ? Infinity : Math.max(0, second - first * first) }
    },
    isExact,
    scale,
    reach: () => reach ?? of.reduce((most, law) => Math.max(most, law.reach), 0),
    tail: () => rest,
    grid,
  })
}
