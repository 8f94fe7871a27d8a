/**
 * The algebra of the laws of times: what a request needs is a sum over stations, a mixture over branches, the latest
 * or the k-th of parallel calls, cut by a timeout. Closed forms stay closed as long as they can; the rest is done on
 * one logarithmic grid. Nothing is computed before it is asked for.
 */
import { exp, log } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { cdfOf, meanOf, varianceOf, type Distribution } from '../model/distribution.ts'
import {
  constant,
  isConstant,
  laterPhases,
  lawFrom,
  lawOfPhases,
  once,
  yes,
  zero,
  type Atom,
  type Law,
  type LawSource,
} from './law-base.ts'
import { convolved, type Grid, gridMaker, gridOfDensity, gridOfTail, scaledGrid } from './law-grid.ts'
import { whereTailIs } from './law-numeric.ts'
import { addedForm, type Form, scaledForm, tailOfSum } from './law-narrow.ts'
import {
  addedPhases,
  costOfPhases,
  mixedPhases,
  noPhases,
  scaledPhases,
  tailOfPhases,
  type Phases,
} from './law-phases.ts'

export { constant, zero, type Law } from './law-base.ts'
export { hedged, kthOf, latest, upTo } from './law-order.ts'
export { eachMass, expectation, quantile, slowShares } from './law-reading.ts'

/** The law of a distribution of the model; values below 0 count as 0. */
export function lawOf(d: Distribution): Law {
  switch (d.law) {
    case 'fixed':
      return constant(Math.max(0, d.value))
    case 'exponential':
      return d.mean > 0 ? exponentialMixture(0, [{ share: 1, rate: 1 / d.mean }]) : zero
    case 'erlang':
      if (!(d.mean > 0)) return zero
      if (d.shape > 100) return closed(d, 0)
      return lawOfPhases({ atom: 0, terms: [{ weight: 1, rate: d.shape / d.mean, order: d.shape }] })
    case 'mixture':
      return mixture(d.parts.map((part) => ({ share: part.share, law: lawOf(part.of) })))
    case 'shifted':
      return d.by >= 0 ? shifted(lawOf(d.of), d.by) : closed(d, 0)
    case 'scaled':
      return scaledLaw(lawOf(d.of), d.times)
    case 'uniform':
    case 'pareto':
      return d.high > d.low ? closed(d, d.low) : constant(Math.max(0, d.low))
    case 'between':
      return closed(d, d.low)
    case 'empirical':
      return measured(d.values)
    default:
      return closed(d, lowestOf(d))
  }
}

/** What a time stays below with a probability of 1e-10: the grid is finer above it. */
function lowestOf(d: Distribution): Seconds {
  if (d.law === 'lognormal') return d.sigma < 0.7 ? exp(d.mu - 6.37 * d.sigma) : 0
  const mean = meanOf(d)
  if (!(varianceOf(d) < 0.5 * mean * mean)) return 0
  return whereTailIs((t) => 1 - cdfOf(d, t), 1 - 1e-10, { from: 0, scale: mean }) * (1 - 1e-9)
}

function closed(d: Distribution, low: Seconds): Law {
  const shift = Math.max(0, low)
  const tail = (t: Seconds): Ratio => 1 - cdfOf(d, t + shift)
  const mean = once(() => meanOf(d))
  return lawFrom({
    shift,
    moments: () => ({ mean: mean(), variance: mean() < Infinity ? varianceOf(d) : Infinity }),
    isExact: yes,
    ...(d.law === 'lognormal' ? { reach: () => exp(d.mu + FAR * d.sigma) } : {}),
    tail: () => tail,
    grid: () => (d.law === 'lognormal' && gridOfDensity(densityOf(d, shift), mean() - shift)) || gridOfTail(tail),
  })
}

/** A normal law exceeds its mean by more than so many deviations with a probability of 2e-15. */
const FAR = 7.86

/** Of the log-normal law, per second, from `shift`. */
function densityOf({ mu, sigma }: { readonly mu: number; readonly sigma: number }, shift: Seconds) {
  const front = 1 / (sigma * Math.sqrt(2 * Math.PI))
  return (t: Seconds): PerSecond => {
    const z = (log(t + shift) - mu) / sigma
    return (front * exp(-0.5 * z * z)) / (t + shift)
  }
}

function measured(values: readonly number[]): Law {
  if (values.length === 0) return zero
  if (values.length <= MOST_ATOMS) return mixture(values.map((x) => ({ share: 1, law: constant(Math.max(0, x)) })))
  const sorted = Float64Array.from(values, (x) => Math.max(0, x)).sort()
  const shift = sorted[0] ?? 0
  const d: Distribution = { law: 'empirical', values: [...sorted] }
  return lawFrom({
    shift,
    moments: () => ({ mean: meanOf(d), variance: varianceOf(d) }),
    isExact: yes,
    tail: () => (t) => {
      let low = 0
      let high = sorted.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((sorted[middle] as number) > t + shift) high = middle
        else low = middle + 1
      }
      return 1 - low / sorted.length
    },
  })
}

/** A law known by its tail and moments, such as a waiting time with an atom at 0. */
export function fromTail(
  tail: (t: Seconds) => Ratio,
  moments: { readonly mean: Seconds; readonly variance: number; readonly isExact: boolean },
): Law {
  return lawFrom({ shift: 0, moments: () => moments, isExact: () => moments.isExact, tail: () => tail })
}

/**
 * P(T > t) = Σ share e^(-rate t), and P(T = 0) = `atomAtZero`, together 1. Shares may be negative (hypoexponential);
 * rates are above 0.
 */
export function exponentialMixture(
  atomAtZero: Ratio,
  parts: readonly { readonly share: Ratio; readonly rate: PerSecond }[],
): Law {
  return lawOfPhases(exponentialPhases(atomAtZero, parts))
}

/** The same of parts that are worked out when they are asked for, with a mean that is known before. */
export const laterMixture = (mean: Seconds, make: () => Phases): Law => laterPhases(make, { mean: () => mean })

export function exponentialPhases(
  atomAtZero: Ratio,
  parts: readonly { readonly share: Ratio; readonly rate: PerSecond }[],
): Phases {
  const kept = parts.filter(({ share, rate }) => share !== 0 && rate < Infinity)
  const atom = parts.reduce((total, { share, rate }) => (rate < Infinity ? total : total + share), atomAtZero)
  return { atom, terms: kept.map(({ share, rate }) => ({ weight: share, rate, order: 1 })) }
}

/** The law of `times` × T, `times` at least 0. */
export function scaledLaw(law: Law, times: number): Law {
  if (times === 1) return law
  if (times === 0) return zero
  if (isConstant(law)) return constant(law.shift * times)
  if (law.isPhased)
    return laterPhases(() => scaledPhases(law.phases ?? noPhases, times), {
      shift: law.shift * times,
      mean: () => law.mean * times,
    })
  return lawFrom({
    shift: law.shift * times,
    mean: () => law.mean * times,
    moments: () => ({ mean: law.mean * times, variance: law.variance * times * times }),
    isExact: () => law.isExact,
    reach: () => law.reach * times,
    tail: () => (t) => law.tail(law.shift + t / times),
    grid: () => scaledGrid(law.grid, times),
    form: () => scaledForm(law.form, times),
    atoms: law.atoms?.map(({ share, at }) => ({ share, at: at * times })),
  })
}

/** T and a fixed time. */
export function shifted(law: Law, by: Seconds): Law {
  if (by === 0) return law
  if (isConstant(law)) return constant(law.shift + by)
  return lawFrom({
    shift: law.shift + by,
    mean: () => law.mean + by,
    moments: () => ({ mean: law.mean + by, variance: law.variance }),
    isExact: () => law.isExact,
    reach: () => law.reach + by,
    tail: () => (t) => law.tail(law.shift + t),
    phases: () => law.phases,
    isPhased: () => law.isPhased,
    grid: () => law.grid,
    form: () => law.form,
    atoms: law.atoms?.map(({ share, at }) => ({ share, at: at + by })),
  })
}

/** The sum of two independent times. */
export function sum(a: Law, b: Law): Law {
  if (a === zero) return b
  if (b === zero) return a
  return sumWithAtoms(a, b) ?? sumWithAtoms(b, a) ?? sumOfRests(a, b)
}

/** Few times plus a closed form are a mixture of that one moved. */
function sumWithAtoms(a: Law, b: Law): Law | undefined {
  if (!a.atoms || a.atoms.length < 2 || !(b.atoms || b.isPhased)) return undefined
  if (a.atoms.length * (b.atoms?.length ?? 1) > MOST_ATOMS) return undefined
  return mixture(a.atoms.map(({ share, at }) => ({ share, law: shifted(b, at) })))
}

const MOST_ATOMS = 16

const sumOfRests = (a: Law, b: Law): Law => lawFrom(new Sum(a, b))

/** There are very many of these too. */
class Sum implements LawSource {
  readonly shift: Seconds
  readonly #a: Law
  readonly #b: Law
  #phases: Phases | null | undefined
  #grid: Grid | undefined
  #form: Form | undefined

  constructor(a: Law, b: Law) {
    this.#a = a
    this.#b = b
    this.shift = a.shift + b.shift
  }

  mean(): Seconds {
    return this.#a.mean + this.#b.mean
  }

  moments() {
    return { mean: this.mean(), variance: this.#a.variance + this.#b.variance }
  }

  phases(): Phases | undefined {
    if (this.#phases === undefined) {
      const [a, b] = [this.#a, this.#b]
      this.#phases = (a.isPhased && b.isPhased && a.phases && b.phases && addedPhases(a.phases, b.phases)) || null
    }
    return this.#phases ?? undefined
  }

  isExact(): boolean {
    const [a, b] = [this.#a, this.#b]
    return this.phases() !== undefined || (isConstant(a) && b.isExact) || (isConstant(b) && a.isExact)
  }

  reach(): Seconds {
    return this.#a.reach + this.#b.reach
  }

  tail(): (t: Seconds) => Ratio {
    const [a, b] = [this.#a, this.#b]
    const terms = this.phases()
    if (terms) return (t) => tailOfPhases(terms, t)
    if (isConstant(a)) return (t) => b.tail(t + b.shift)
    if (isConstant(b)) return (t) => a.tail(t + a.shift)
    const { mean, variance } = this.moments()
    return tailOfSum(() => this.grid(), { mean: mean - this.shift, variance, ...this.form() })
  }

  grid(): Grid {
    if (this.#grid === undefined) {
      const terms = this.phases()
      const isShort = terms !== undefined && costOfPhases(terms) < 8
      this.#grid = isShort ? gridOfTail((t) => tailOfPhases(terms, t)) : convolved(this.#a.grid, this.#b.grid)
    }
    return this.#grid
  }

  form(): Form {
    return (this.#form ??= addedForm(this.#a.form, this.#b.form))
  }
}

/** The sum of independent times. */
export function sumOf(laws: readonly Law[]): Law {
  // What stays closed comes first.
  const ranks: Law[][] = [[], [], []]
  for (const law of laws) if (law !== zero) ranks[law.atoms ? 0 : law.isPhased ? 1 : 2]?.push(law)
  let all = zero
  for (const rank of ranks) for (const law of rank) all = sum(all, law)
  return all
}

/** One of the laws, chosen at random; the shares are made to add up to 1. */
export function mixture(parts: readonly { readonly share: Ratio; readonly law: Law }[]): Law {
  const whole = parts.reduce((total, { share }) => total + share, 0)
  const kept = parts.filter(({ share }) => share > 0).map(({ share, law }) => ({ share: share / whole, law }))
  const [first] = kept
  if (!first) return zero
  if (kept.every(({ law }) => law === first.law)) return first.law
  const shift = Math.min(...kept.map(({ law }) => law.shift))
  return lawFrom({
    shift,
    mean: () => kept.reduce((total, { share, law }) => total + share * law.mean, 0),
    moments: () => momentsOfMixture(kept),
    isExact: () => kept.every(({ law }) => law.isExact),
    phases: () => phasesOfMixture(kept, shift),
    atoms: atomsOfMixture(kept),
    reach: () => kept.reduce((most, { law }) => Math.max(most, law.reach), 0),
    tail: () => (t) => kept.reduce((total, { share, law }) => total + share * law.tail(shift + t), 0),
    grid: () => {
      const maker = gridMaker()
      for (const { share, law } of kept) maker.add(law.grid, { share, times: 1, shift: law.shift - shift })
      return maker.made()
    },
  })
}

type Parts = readonly { readonly share: Ratio; readonly law: Law }[]

function momentsOfMixture(parts: Parts): { readonly mean: Seconds; readonly variance: number } {
  const mean = parts.reduce((total, { share, law }) => total + share * law.mean, 0)
  const spread = parts.reduce((total, { share, law }) => total + share * (law.variance + (law.mean - mean) ** 2), 0)
  return { mean, variance: mean === Infinity ? Infinity : spread }
}

function phasesOfMixture(parts: Parts, shift: Seconds): Phases | undefined {
  const all = []
  for (const { share, law } of parts) {
    if (law.shift !== shift || !law.isPhased || !law.phases) return undefined
    all.push({ share, phases: law.phases })
  }
  return mixedPhases(all)
}

function atomsOfMixture(parts: Parts): readonly Atom[] | undefined {
  const shares = new Map<Seconds, Ratio>()
  for (const { share, law } of parts) {
    if (!law.atoms) return undefined
    for (const atom of law.atoms) shares.set(atom.at, (shares.get(atom.at) ?? 0) + share * atom.share)
  }
  return shares.size <= MOST_ATOMS ? [...shares].map(([at, share]) => ({ at, share })) : undefined
}
