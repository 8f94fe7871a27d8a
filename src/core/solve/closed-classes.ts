/** Closed users of several classes at shared centers: exact where that is cheap, else by Linearizer. */
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { exact, type Method } from '../result/solution.ts'
import { linearized } from './closed-linearizer.ts'
import { solveClosed } from './closed.ts'

/** Users that think, then visit centers. */
export interface UserClass {
  readonly customers: number
  readonly thinkTime: Seconds
  /** Work in one cycle, by center, in seconds of one server. */
  readonly demands: readonly Seconds[]
}

export interface SharedCenter {
  readonly servers: number
  /** Nobody waits there. */
  readonly isDelay: boolean
  /** Share of the servers' time that is taken by others. */
  readonly background: Ratio
}

export interface ClassNetwork {
  readonly classes: readonly UserClass[]
  readonly centers: readonly SharedCenter[]
}

export interface ClassAnswer {
  /** Cycles per second of each class. */
  readonly throughput: readonly PerSecond[]
  /** Seconds of one cycle: [class][center]. */
  readonly residence: readonly (readonly Seconds[])[]
  /** Mean customers: [class][center]. */
  readonly queueLength: readonly (readonly number[])[]
  readonly method: Method
}

/** Most populations of which the exact recursion visits each. */
const MOST_STATES = 200_000
const MOST_STEPS = 4_000_000

const linearizer: Method = {
  kind: 'approximate',
  name: 'Linearizer',
  source: 'Chandy and Neuse 1982; Seidmann, Schweitzer and Shalev-Oren 1987 for several servers',
  mean: 0.05,
  tail: null,
}

/** Solves a closed network of several classes; a full center stops those who visit it. */
export function solveClasses({ classes, centers }: ClassNetwork): ClassAnswer {
  const [first] = classes
  if (classes.length === 1 && first !== undefined) return singleClass(first, centers)
  const states = classes.reduce((total, { customers }) => total * (customers + 1), 1)
  const steps = states * Math.max(1, centers.length) * classes.length
  const isPlain = centers.every(({ servers, isDelay }) => isDelay || servers === 1)
  if (isPlain && states <= MOST_STATES && steps <= MOST_STEPS)
    return answerOf(classes, meanValues(classes, centers), exact)
  return answerOf(classes, linearized(queuesOf(classes, centers)), linearizer)
}

function singleClass({ customers, thinkTime, demands }: UserClass, centers: readonly SharedCenter[]): ClassAnswer {
  const pure = centers.reduce((total, { isDelay }, k) => total + (isDelay ? (demands[k] ?? 0) : 0), 0)
  const queues = centers.map(({ servers, isDelay, background }, k) => ({
    demand: isDelay ? 0 : (demands[k] ?? 0),
    speed: (n: number) => Math.min(n, servers),
    background: isDelay ? 0 : background * servers,
  }))
  if (customers < 1) return answerOf([{ customers, thinkTime, demands }], [[...demands]], exact)
  const { throughput, queueLength } = solveClosed({ centers: queues, delay: thinkTime + pure, customers })
  const rate = throughput[customers] ?? 0
  const lengths = centers.map(({ isDelay }, k) =>
    isDelay ? rate * (demands[k] ?? 0) : (queueLength[k]?.[customers] ?? 0),
  )
  const residence = lengths.map((length, k) => (centers[k]?.isDelay ? (demands[k] ?? 0) : timeOf(length, rate)))
  return { throughput: [rate], residence: [residence], queueLength: [lengths], method: exact }
}

const timeOf = (length: number, rate: PerSecond): Seconds => (length === 0 ? 0 : length / rate)

/** Queues of one server, and the delay that goes with each. */
export interface Queues {
  readonly customers: readonly number[]
  readonly thinkTimes: readonly Seconds[]
  /** Of the queue: [class][center]; 0 at a delay. */
  readonly demands: readonly (readonly Seconds[])[]
  readonly delays: readonly (readonly Seconds[])[]
}

/** Several servers as one that is as fast as all, and a delay. @source Seidmann, Schweitzer and Shalev-Oren 1987 */
function queuesOf(classes: readonly UserClass[], centers: readonly SharedCenter[]): Queues {
  return {
    customers: classes.map(({ customers }) => customers),
    thinkTimes: classes.map(({ thinkTime }) => thinkTime),
    demands: classes.map(({ demands }) =>
      centers.map(({ servers, isDelay, background }, k) => {
        const demand = demands[k] ?? 0
        if (isDelay || demand === 0) return 0
        return background < 1 ? demand / (servers * (1 - background)) : Infinity
      }),
    ),
    delays: classes.map(({ demands }) =>
      centers.map(({ servers, isDelay }, k) => (demands[k] ?? 0) * (isDelay ? 1 : (servers - 1) / servers)),
    ),
  }
}

/** Residence times [class][center] by visiting every population. @source Reiser and Lavenberg 1980 */
function meanValues(classes: readonly UserClass[], centers: readonly SharedCenter[]): readonly (readonly Seconds[])[] {
  const { demands, delays } = queuesOf(classes, centers)
  const strides: number[] = []
  let states = 1
  for (const { customers } of classes) {
    strides.push(states)
    states *= customers + 1
  }
  const width = centers.length
  const queues = new Float64Array(states * width)
  const residence = classes.map(() => centers.map(() => 0))
  for (let state = 1; state < states; state++) {
    for (const [c, one] of classes.entries()) {
      const stride = strides[c] ?? 1
      const count = Math.floor(state / stride) % (one.customers + 1)
      if (count === 0) continue
      const before = (state - stride) * width
      const times = residence[c] ?? []
      let cycle = one.thinkTime
      for (let k = 0; k < width; k++) {
        const demand = demands[c]?.[k] ?? 0
        const wait = demand === 0 ? 0 : demand * (1 + (queues[before + k] as number))
        times[k] = wait + (delays[c]?.[k] ?? 0)
        cycle += times[k] as number
      }
      for (let k = 0; k < width; k++) {
        const here = (count * (times[k] as number)) / cycle
        if (cycle > 0 && cycle < Infinity) queues[state * width + k] = (queues[state * width + k] as number) + here
      }
    }
  }
  return residence
}

function answerOf(
  classes: readonly UserClass[],
  residence: readonly (readonly Seconds[])[],
  method: Method,
): ClassAnswer {
  const throughput = classes.map(({ customers, thinkTime }, c) => {
    const cycle = (residence[c] ?? []).reduce((total, time) => total + time, thinkTime)
    return customers > 0 ? customers / cycle : 0
  })
  const queueLength = residence.map((times, c) => times.map((time) => (time === 0 ? 0 : (throughput[c] ?? 0) * time)))
  return { throughput, residence, queueLength, method }
}
