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
  /** P(T > this) is about {@link BEYOND} at most. It adds up in sums, and costs far less than the tail of one. */
  readonly reach: Seconds
  /** Has {@link phases}, which may not be worked out yet. */
  readonly isPhased: boolean
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
  /** Where it is to be had for less than the variance is. */
  readonly mean?: () => Seconds
  readonly isExact: () => boolean
  readonly scale?: () => Seconds
  /** Left out: searched for in the tail. */
  readonly reach?: () => Seconds
  readonly tail: () => (t: Seconds) => Ratio
  readonly phases?: () => Phases | undefined
  /** Where that is known before they are. */
  readonly isPhased?: () => boolean
  readonly atoms?: readonly Atom[] | undefined
  readonly grid?: () => Grid
  readonly form?: () => Form
}

/** A law that computes its faces when they are asked for. */
export const lawFrom = (source: LawSource): Law => new Lazy(source)

/** There are very many of these: fields rather than closures. */
class Lazy implements Law {
  readonly shift: Seconds
  readonly atoms: readonly Atom[] | undefined
  readonly tail: (t: Seconds) => Ratio
  readonly #source: LawSource
  #mean: Seconds | undefined
  #moments: { readonly mean: Seconds; readonly variance: number } | undefined
  #isExact: boolean | undefined
  #scale: Seconds | undefined
  #reach: Seconds | undefined
  #phases: Phases | null | undefined
  #grid: Grid | undefined
  #form: Form | undefined
  #tail: ((t: Seconds) => Ratio) | undefined

  constructor(source: LawSource) {
    this.#source = source
    this.shift = source.shift
    this.atoms = source.atoms
    this.tail = (t) => (t < this.shift ? 1 : this.#rest()(t - this.shift))
  }

  #rest(): (t: Seconds) => Ratio {
    return (this.#tail ??= this.#source.tail())
  }

  get #both() {
    return (this.#moments ??= this.#source.moments())
  }

  get mean() {
    return (this.#mean ??= this.#source.mean?.() ?? this.#both.mean)
  }

  get variance() {
    return this.#both.variance
  }

  get isExact() {
    return (this.#isExact ??= this.#source.isExact())
  }

  get scale() {
    return (this.#scale ??= this.#source.scale?.() ?? this.mean - this.shift)
  }

  get reach() {
    return (this.#reach ??= this.#source.reach?.() ?? this.shift + reachOf(this.#rest(), this.scale))
  }

  get phases() {
    if (this.#phases === undefined) this.#phases = this.#source.phases?.() ?? null
    return this.#phases ?? undefined
  }

  get isPhased() {
    return this.#source.isPhased?.() ?? this.phases !== undefined
  }

  get grid() {
    return (this.#grid ??= this.#source.grid?.() ?? gridOfTail(this.#rest()))
  }

  get form() {
    return (this.#form ??= this.#source.form?.() ?? formOfGrid(this.grid))
  }
}

/** So little is beyond the reach of a law that timeouts there change nothing: shares below 1e-13 count as none. */
export const BEYOND: Ratio = 2e-15

/** Where a tail has come down to {@link BEYOND}, or a little further; Infinity where it takes very long. */
function reachOf(tail: (t: Seconds) => Ratio, scale: Seconds): Seconds {
  if (!(scale > 0 && scale < 1e12)) return scale === 0 ? 0 : Infinity
  let t = 8 * scale
  while (t < 1e12 * scale && tail(t) > BEYOND) t *= 1.3
  return t < 1e12 * scale ? t : Infinity
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
    reach: t,
    isPhased: true,
    phases: noPhases,
    atoms: [{ share: 1, at: t }],
    grid: pointGrid,
    form: noForm,
    tail: (x) => (x < t ? 1 : 0),
  }
}

/** Never random. */
export const isConstant = (law: Law): boolean =>
  law.atoms?.length === 1 || (law.mean === law.shift && law.phases?.terms.length === 0)

/** The law of Erlang terms, moved up by `shift`. */
export function lawOfPhases(phases: Phases, shift: Seconds = 0): Law {
  if (phases.terms.length === 0) return constant(shift)
  return laterPhases(() => phases, { shift })
}

/** The law of Erlang terms that are not worked out yet; there are some. `mean`: where it is known before. */
export function laterPhases(
  make: () => Phases,
  { shift = 0, mean }: { readonly shift?: Seconds; readonly mean?: () => Seconds } = {},
): Law {
  const phases = once(make)
  return lawFrom({
    shift,
    ...(mean === undefined ? {} : { mean }),
    moments: () => {
      const moments = momentsOfPhases(phases())
      return { mean: moments.mean + shift, variance: moments.variance }
    },
    isExact: yes,
    tail: () => (t) => tailOfPhases(phases(), t),
    phases,
    isPhased: yes,
    form: () => formOfPhases(phases()),
  })
}
