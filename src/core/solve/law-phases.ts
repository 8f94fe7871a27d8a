/** Laws that are an atom at 0 and a weighted sum of Erlang laws: closed under sums and mixtures. */
import { exp } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'

/** Erlang of this order and rate of each of its stages; the weight may be negative. */
export interface Term {
  readonly weight: number
  readonly rate: PerSecond
  readonly order: number
}

/** P(T = 0) and the rest; atom and weights add up to 1. */
export interface Phases {
  readonly atom: Ratio
  readonly terms: readonly Term[]
}

/** All the mass at 0. */
export const noPhases: Phases = { atom: 1, terms: [] }

// Weights cancel; with at most this much of them the tail keeps ten digits after the point.
const MOST_WEIGHT = 1e5
const MOST_TERMS = 40
const MOST_ORDER = 200
/** Rates this near are taken as one: the error is of the order of its square. */
const SAME_RATE = 2e-5

/** P(T > t), t >= 0. */
export function tailOfPhases({ terms }: Phases, t: Seconds): Ratio {
  let sum = 0
  for (const { weight, rate, order } of terms) sum += weight * erlangTail(rate * t, order)
  return Math.max(0, Math.min(1, sum))
}

function erlangTail(x: number, order: number): Ratio {
  if (order === 1) return exp(-x)
  if (x > 1400) return 0
  // In two halves, as e^-x alone may underflow while the product does not.
  const half = exp(-x / 2)
  let term = half
  let sum = half
  for (let j = 1; j < order; j++) {
    term *= x / j
    sum += term
  }
  return sum * half
}

/** Mean in seconds and variance. */
export function momentsOfPhases({ terms }: Phases): { readonly mean: Seconds; readonly variance: number } {
  let mean = 0
  let second = 0
  for (const { weight, rate, order } of terms) {
    mean += (weight * order) / rate
    second += (weight * order * (order + 1)) / (rate * rate)
  }
  return { mean, variance: Math.max(0, second - mean * mean) }
}

/** Third and fourth cumulant. */
export function formOfPhases({ terms }: Phases): { readonly third: number; readonly fourth: number } {
  const moments = [0, 0, 0, 0]
  for (const { weight, rate, order } of terms) {
    let moment = weight
    for (let k = 0; k < 4; k++) {
      moment *= (order + k) / rate
      moments[k] = (moments[k] ?? 0) + moment
    }
  }
  const [m = 0, m2 = 0, m3 = 0, m4 = 0] = moments
  const variance = m2 - m * m
  const central = m4 - 4 * m * m3 + 6 * m * m * m2 - 3 * m ** 4
  return { third: m3 - 3 * m * m2 + 2 * m ** 3, fourth: central - 3 * variance * variance }
}

/** What one reading of the tail costs, in exponentials or so. */
export const costOfPhases = ({ terms }: Phases): number =>
  terms.reduce((total, { order }) => total + 1 + (order - 1) / 10, 0)

/** The law of `factor` × T, `factor` above 0. */
export const scaledPhases = ({ atom, terms }: Phases, factor: number): Phases => ({
  atom,
  terms: terms.map((term) => ({ ...term, rate: term.rate / factor })),
})

/** A mixture; undefined when it has too many terms to be of use. */
export function mixedPhases(parts: readonly { share: Ratio; phases: Phases }[]): Phases | undefined {
  let atom = 0
  const sums = createSums()
  for (const { share, phases } of parts) {
    atom += share * phases.atom
    for (const term of phases.terms) sums.add(share * term.weight, term)
  }
  return made(atom, sums.terms())
}

/**
 * The sum of two independent times by partial fractions of the product of the transforms; undefined where the weights
 * would cancel too many digits. @source partial fractions of (a/(s+a))^n (b/(s+b))^m; Cox 1955 for the class
 */
export function addedPhases(p: Phases, q: Phases): Phases | undefined {
  if (p.terms.length === 0) return q
  if (q.terms.length === 0) return p
  if (p.terms.length * q.terms.length > 200) return undefined
  const sums = createSums()
  for (const term of p.terms) if (q.atom !== 0) sums.add(q.atom * term.weight, term)
  for (const term of q.terms) if (p.atom !== 0) sums.add(p.atom * term.weight, term)
  for (const a of p.terms) for (const b of q.terms) addProduct(sums, a, b)
  return made(p.atom * q.atom, sums.terms())
}

function made(atom: Ratio, terms: readonly Term[]): Phases | undefined {
  if (terms.length > MOST_TERMS) return undefined
  let weight = 0
  for (const term of terms) {
    if (term.order > MOST_ORDER) return undefined
    weight += Math.abs(term.weight)
  }
  return weight <= MOST_WEIGHT ? { atom, terms } : undefined
}

interface Sums {
  readonly add: (weight: number, of: { readonly rate: PerSecond; readonly order: number }) => void
  readonly terms: () => readonly Term[]
}

function createSums(): Sums {
  const terms: { weight: number; rate: PerSecond; order: number }[] = []
  return {
    add(weight, { rate, order }) {
      for (const term of terms) {
        if (term.rate === rate && term.order === order) {
          term.weight += weight
          return
        }
      }
      terms.push({ weight, rate, order })
    },
    terms: () => terms.filter(({ weight }) => weight !== 0),
  }
}

function addProduct(sums: Sums, a: Term, b: Term): void {
  const weight = a.weight * b.weight
  if (Math.abs(a.rate - b.rate) <= SAME_RATE * a.rate) {
    const order = a.order + b.order
    const rate = a.rate === b.rate ? a.rate : order / (a.order / a.rate + b.order / b.rate)
    sums.add(weight, { rate, order })
    return
  }
  addFractions(sums, weight, a, b)
  addFractions(sums, weight, b, a)
}

/** The terms with the rate of `a` in the product of `a` and `b`. */
function addFractions(sums: Sums, weight: number, a: Term, b: Term): void {
  const gap = b.rate - a.rate
  let factor = weight
  for (let j = 0; j < b.order; j++) factor *= b.rate / gap
  for (let i = 0; i < a.order; i++) {
    sums.add(factor, { rate: a.rate, order: a.order - i })
    factor *= (-(b.order + i) / (i + 1)) * (a.rate / gap)
  }
}
