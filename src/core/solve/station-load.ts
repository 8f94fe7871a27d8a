import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Station } from '../model/resource.ts'
import { exact, type Method } from '../result/solution.ts'
import { mixture, zero, type Law } from './law.ts'
import type { Stream, Variability } from './wait-erlang.ts'

/** One copy of a station, and what comes to it. */
export interface StationLoad {
  readonly station: Pick<Station, 'servers' | 'discipline' | 'waitingRoom' | 'whenFull' | 'patience' | 'outages'>
  /** What arrives at this copy. Work includes slow-downs. `priority`: 1 is the most urgent. */
  readonly classes: readonly Visits[]
  /** Squared coefficient of variation of the times between arrivals; 1 = Poisson. */
  readonly arrivalScv: number
  /**
   * E e^(-sA) of the times between arrivals where it is known (renewal); null = only the scv is, and with scv 1
   * they are Poisson.
   */
  readonly transform: ((s: number) => number) | null
  /** Arrivals come so many at a time; 1 = singly. */
  readonly batch: number
}

export interface Visits {
  readonly rate: PerSecond
  readonly work: Law
  /** Where one law of the model is the work's. */
  readonly distribution: Distribution | null
  readonly priority: number
}

/** A {@link StationLoad}, summed up. `work` is the mean. */
export interface Traffic extends Stream {
  readonly classes: readonly Visits[]
  readonly scv: Variability
  readonly transform: ((s: number) => number) | null
  readonly batch: number
  /** Work of any arrival. */
  readonly law: Law
  readonly isPoisson: boolean
  readonly isExponential: boolean
  readonly isFixed: boolean
}

/** What a way to solve a station comes to. */
export interface Outcome {
  readonly rejected: Ratio
  readonly abandoned: Ratio
  readonly abandonedAfter: Seconds
  /** Mean wait of those served. */
  readonly waiting: Seconds
  /** Mean number that wait. */
  readonly queueLength: number
  readonly wait: (classIndex: number) => Law
  /** Left out: wait and work, independent. */
  readonly response?: (classIndex: number) => Law
  /** Of sharing: the response where others take so many times as much. */
  readonly shared?: (classIndex: number, times: number) => Law
  readonly method: Method
}

export function trafficOf(load: StationLoad): Traffic {
  const { classes, station } = load
  let rate = 0
  let offered = 0
  for (const one of classes) {
    rate += one.rate
    offered += one.rate * one.work.mean
  }
  const law = lawOfAny(classes)
  const work = rate > 0 ? offered / rate : 0
  const batch = Math.max(1, load.batch)
  const terms = law.phases?.terms
  const [first] = terms ?? []
  return {
    servers: station.servers,
    rate,
    work,
    classes,
    // Of a stream of batches what counts in the long run.
    scv: { arrivals: load.arrivalScv * batch, work: work > 0 ? law.variance / (work * work) : 0 },
    transform: batch > 1 ? null : load.transform,
    batch,
    law,
    isPoisson: batch === 1 && load.arrivalScv === 1 && load.transform === null,
    isExponential:
      law.shift === 0 && terms?.length === 1 && first?.order === 1 && Math.abs(law.phases?.atom ?? 1) < 1e-12,
    isFixed: terms?.length === 0,
  }
}

function lawOfAny(classes: readonly Visits[]): Law {
  const [first] = classes
  if (!first) return zero
  if (classes.length === 1) return first.work
  return mixture(classes.map(({ rate, work }) => ({ share: rate, law: work })))
}

/** Nothing lost, all wait alike. */
export function patient(waiting: Seconds, traffic: Traffic, wait: () => Law, method: Method): Outcome {
  const law = once(wait)
  return { ...nothingLost, waiting, queueLength: traffic.rate > 0 ? traffic.rate * waiting : 0, wait: law, method }
}

export const nothingLost = { rejected: 0, abandoned: 0, abandonedAfter: 0 } as const

export const noWait: Outcome = { ...nothingLost, waiting: 0, queueLength: 0, wait: () => zero, method: exact }

/** Computed when it is asked for, once. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** The same for each class. */
export function onceEach<T>(make: (classIndex: number) => T): (classIndex: number) => T {
  const made: { readonly value: T }[] = []
  return (classIndex) => (made[classIndex] ??= { value: make(classIndex) }).value
}

/** A method with how far off its means and its high percentiles are. */
export function approximately(name: string, source: string, error: { mean: Ratio | null; tail: Ratio | null }): Method {
  return { kind: 'approximate', name, source, ...error }
}
