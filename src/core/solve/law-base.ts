/** What a law of a time is, and the simplest ones. */
import type { Ratio, Seconds } from '../base/units.ts'
import { gridOfTail, pointGrid, type Grid } from './law-grid.ts'
import { formOfGrid, noForm, type Form } from './law-narrow.ts'
import { formOfPhases, momentsOfPhases, noPhases, tailOfPhases, type Phases } from './law-phases.ts'

/** The law of a time >= 0 that is finite with probability 1. */
export interface Law {
  /** Seconds; may be Infinity for heavy tails. */
  readonly mean: Seconds
  /** Square seconds; may be Infinity. */
  readonly variance: number
  /** P(T > t). */
  readonly tail: (t: Seconds) => Ratio
  /** `tail` is a closed form or made of closed forms, good to 1e-9; else it comes from the grid. */
  readonly isExact: boolean
  /** T is this and a random rest >= 0. */
  readonly shift: Seconds
  /** Seconds, of the size of the rest: where a search begins. */
  readonly scale: Seconds
  /** The rest as Erlang terms, where it is that. */
  readonly phases: Phases | undefined
  /** All of T, shift included, where it is one of a few times. */
  readonly atoms: readonly Atom[] | undefined
  /** The rest on the grid. */
  readonly grid: Grid
  /** Its higher cumulants. */
  readonly form: Form
}

/** A time with its probability. */
export interface Atom {
  readonly share: Ratio
  readonly at: Seconds
}

/** What a law is made from; each is asked for once at most, `tail` being that of the rest. */
export interface LawSource {
  readonly shift: Seconds
  readonly moments: () => { readonly mean: Seconds; readonly variance: number }
  readonly isExact: () => boolean
  readonly scale?: () => Seconds
  readonly tail: () => (t: Seconds) => Ratio
  readonly phases?: () => Phases | undefined
  readonly atoms?: readonly Atom[] | undefined
  readonly grid?: () => Grid
  readonly form?: () => Form
}

/** A law that computes its faces when they are asked for. */
export function lawFrom(source: LawSource): Law {
  const { shift } = source
  const moments = once(source.moments)
  const tail = once(source.tail)
  const isExact = once(source.isExact)
  const scale = once(source.scale ?? (() => moments().mean - shift))
  const phases = once(source.phases ?? (() => undefined))
  const grid = once(source.grid ?? (() => gridOfTail(tail())))
  const form = once(source.form ?? (() => formOfGrid(grid())))
  return {
    shift,
    atoms: source.atoms,
    get mean() {
      return moments().mean
    },
    get variance() {
      return moments().variance
    },
    get isExact() {
      return isExact()
    },
    get scale() {
      return scale()
    },
    get phases() {
      return phases()
    },
    get grid() {
      return grid()
    },
    get form() {
      return form()
    },
    tail: (t) => (t < shift ? 1 : tail()(t - shift)),
  }
}

/** Computes at the first call, and keeps. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

export const yes = (): boolean => true

/** T = 0. */
export const zero: Law = constant(0)

/** Always `t` seconds. */
export function constant(t: Seconds): Law {
  return {
    shift: t,
    mean: t,
    variance: 0,
    isExact: true,
    scale: 0,
    phases: noPhases,
    atoms: [{ share: 1, at: t }],
    grid: pointGrid,
    form: noForm,
    tail: (x) => (x < t ? 1 : 0),
  }
}

/** Never random. */
export const isConstant = (law: Law): boolean => law.phases !== undefined && law.phases.terms.length === 0

/** The law of Erlang terms, moved up by `shift`. */
export function lawOfPhases(phases: Phases, shift: Seconds = 0): Law {
  if (phases.terms.length === 0) return constant(shift)
  return lawFrom({
    shift,
    moments: () => {
      const { mean, variance } = momentsOfPhases(phases)
      return { mean: mean + shift, variance }
    },
    isExact: yes,
    tail: () => (t) => tailOfPhases(phases, t),
    phases: () => phases,
    form: () => formOfPhases(phases),
  })
}
