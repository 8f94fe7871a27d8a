/** Closed users of several classes, beside open traffic, at shared centers. */
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { exact, type Method } from '../result/solution.ts'
import { convolvedClasses } from './closed-convolution.ts'
import { linearized, type Queues, waitBehindOthers } from './closed-linearizer.ts'

/** Users that think, then visit centers. */
export interface UserClass {
  readonly customers: number
  readonly thinkTime: Seconds
  /** Work in one cycle at one copy of each center, in seconds of one server. */
  readonly demands: readonly Seconds[]
  /** Mean work of one visit to each center, and what is left of it on average when somebody comes in the middle. */
  readonly works: readonly Seconds[]
  readonly rests: readonly Seconds[]
}

export interface SharedCenter {
  readonly servers: number
  /** So many alike, each visited equally. */
  readonly copies: number
  /** Nobody waits there. */
  readonly isDelay: boolean
  /** Work is shared, or everybody brings exponential work with one mean: the waits of all are in proportion to work. */
  readonly isProduct: boolean
  /** Open work at one copy, in erlangs, and what is left on average of that in service. */
  readonly background: number
  readonly openRest: Seconds
}

export interface ClassNetwork {
  readonly classes: readonly UserClass[]
  readonly centers: readonly SharedCenter[]
}

export interface ClassAnswer {
  /** Cycles per second of each class. */
  readonly throughput: readonly PerSecond[]
  /** Seconds of one cycle at all copies: [class][center]. */
  readonly residence: readonly (readonly Seconds[])[]
  /** Mean customers at one copy: [class][center]. */
  readonly queueLength: readonly (readonly number[])[]
  /** P(j are there) for arrivals of [class][center]; null: too many populations. Of product form, near it elsewhere. */
  readonly seen: readonly (readonly Float64Array[])[] | null
  /** Wait of the open kind, by center: in multiples of the work where product form holds, else in seconds. */
  readonly open: readonly { readonly wait: number; readonly seen: Float64Array | null }[]
  readonly method: Method
}

const linearizer: Method = {
  kind: 'approximate',
  name: 'Linearizer',
  source: 'Chandy and Neuse 1982; Sakasegawa 1977 for several servers',
  mean: 0.05,
  tail: null,
}

/** First come, first served, with work that differs; by how much of the servers' time open work takes. */
const restOfService = (open: Ratio): Method => ({
  kind: 'approximate',
  name: 'mean values with what is left of service',
  source: 'Reiser 1979; against the simulator in tests/agreement',
  mean: open > 0.5 ? null : open > 0 ? 0.4 : 0.3,
  tail: open > 0.5 ? null : open > 0 ? 0.6 : 0.45,
})

/** Solves a closed network of several classes; a full center stops those who visit it. */
export function solveClasses(network: ClassNetwork): ClassAnswer {
  const { classes, centers } = network
  const queues: Queues = {
    ...network,
    classes: classes.map((one) => ({
      ...one,
      demands: one.demands.map((demand, k) => (centers[k]?.isDelay ? 0 : demand)),
    })),
    pauses: classes.map(({ thinkTime, demands }) =>
      centers.reduce((sum, { isDelay, copies }, k) => sum + (isDelay ? copies * (demands[k] ?? 0) : 0), thinkTime),
    ),
  }
  const rough = answerOf(queues, linearized(queues), linearizer)
  const isProduct = centers.every((center) => center.isDelay || center.isProduct)
  const isMoving = rough.throughput.every((rate) => rate > 0)
  const product = isMoving ? exactly(queues, rough.throughput) : null
  if (isProduct) return product ?? rough
  const taken = Math.max(...centers.map(({ background, servers }) => background / servers))
  // How many are found there is about what product form with the same work says.
  const open = rough.open.map((one, k) => ({ ...one, seen: product?.open[k]?.seen ?? null }))
  return { ...rough, open, seen: product?.seen ?? null, method: restOfService(taken) }
}

const nobody = Float64Array.of(1)

function exactly(queues: Queues, guess: readonly number[]): ClassAnswer | null {
  const { classes, centers } = queues
  const found = convolvedClasses(queues, guess)
  if (found === null) return null
  const { throughput, centers: at } = found
  const queueLength = classes.map(({ demands }, c) =>
    centers.map(({ isDelay }, k) => (isDelay ? (throughput[c] ?? 0) * (demands[k] ?? 0) : (at[k]?.queue[c] ?? 0))),
  )
  return {
    throughput,
    queueLength,
    residence: queueLength.map((row, c) =>
      row.map((length, k) => (length > 0 ? ((centers[k]?.copies ?? 1) * length) / (throughput[c] ?? 0) : 0)),
    ),
    seen: classes.map((_, c) => centers.map((_center, k) => at[k]?.seen[c] ?? nobody)),
    open: centers.map(({ background }, k) => ({
      wait: background > 0 ? Math.max(0, (at[k]?.open ?? background) / background - 1) : 0,
      seen: at[k]?.seenByOpen ?? nobody,
    })),
    method: exact,
  }
}

/** From the residence times at one copy of each center. */
function answerOf(queues: Queues, residence: readonly (readonly Seconds[])[], method: Method): ClassAnswer {
  const { classes, centers, pauses } = queues
  const throughput = classes.map(({ customers }, c) => {
    const cycle = centers.reduce((total, { copies }, k) => total + copies * (residence[c]?.[k] ?? 0), pauses[c] ?? 0)
    return customers > 0 ? customers / cycle : 0
  })
  const queueLength = residence.map((times, c) => times.map((time) => (time === 0 ? 0 : (throughput[c] ?? 0) * time)))
  const served = (k: number) => ({
    there: queueLength.map((row) => row[k] ?? 0),
    served: classes.map(({ demands }, c) => (throughput[c] ?? 0) * (demands[k] ?? 0)),
  })
  return {
    throughput,
    queueLength,
    residence: residence.map((times) => times.map((time, k) => time * (centers[k]?.copies ?? 1))),
    seen: null,
    open: centers.map(({ isDelay }, k) => ({ wait: isDelay ? 0 : waitBehindOthers(queues, k, served(k)), seen: null })),
    method,
  }
}
