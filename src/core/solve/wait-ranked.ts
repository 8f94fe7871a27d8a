import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { exact, type Method } from '../result/solution.ts'
import { zero, type Law } from './law.ts'
import { approximately, nothingLost, once, onceEach, type Outcome, type Traffic, type Visits } from './station-load.ts'
import { erlangC, waitOfMGc, waitOfMMc } from './wait-erlang.ts'
import { meanWait } from './wait-fifo.ts'
import { lawOfWaits, thirdMoment } from './wait-stages.ts'

/** Classes of one urgency, the most urgent first. */
interface Level {
  readonly priority: number
  readonly rate: PerSecond
  /** ρ of this level and of those before it; and of those before alone. */
  readonly upTo: Ratio
  readonly before: Ratio
  /** λ E S² / 2 of all up to this level, work in seconds of all servers together. */
  readonly residual: Seconds
  /** λ E S³ of all up to this level; asked for by laws alone. */
  readonly cube: () => number
  /** Arrivals of all up to this level, per second. */
  readonly all: PerSecond
  /** All work up to this level is alike in the mean. */
  readonly isEven: boolean
}

/** Mean wait (response minus work) and the squared coefficient of variation of the wait of those who wait. */
interface Waits {
  readonly mean: Seconds
  readonly share: Ratio
  readonly scv: () => number
}

/**
 * The most urgent first; within a level first come first served. A level that its own and more urgent work saturates
 * waits for ever (mean Infinity), those before it do not.
 * @source Cobham, Priority assignment in waiting line problems (1954); Davis, Waiting-time distribution of a
 * multi-server priority queueing system (1966); Bondi and Buzen, The response times of priority classes
 * under preemptive resume in M/G/m queues (1984); Kesten and Runnenburg (1957) for the second moment
 */
export function byPriority(traffic: Traffic, isPreemptive: boolean): Outcome {
  const levels = levelsOf(traffic)
  const factor = arrivalsFactor(traffic)
  const waits = levels.map((_, k) => {
    const one = isPreemptive ? interrupted(traffic, levels, k) : uninterrupted(traffic, levels, k)
    return { ...one, mean: one.mean * factor }
  })
  const own = traffic.classes.map(({ priority }) => levels.findIndex((level) => level.priority === priority))
  // Level by level work is displaced in proportion to it: what preemption adds is a share of the work, too.
  const waitOf = (classIndex: number): Waits => {
    const k = own[classIndex] ?? 0
    const level = levels[k]
    const plain = waits[k] ?? noWaits
    if (!isPreemptive || !level || level.before >= 1) return plain
    const work = traffic.classes[classIndex]?.work.mean ?? 0
    const added = displaced(traffic, levels, k) * work
    // Some of those who were served at once are displaced later: how many, by what one displacement takes on average.
    const urgent = levels[k - 1]
    const pause = urgent && urgent.all > 0 ? urgent.upTo / urgent.all / (1 - urgent.upTo) : 0
    const share = pause > 0 ? 1 - (1 - plain.share) / (1 + added / pause) : plain.share
    return { ...plain, share, mean: plain.mean + added }
  }
  let queueLength = 0
  traffic.classes.forEach(({ rate }, i) => (queueLength += rate > 0 ? rate * waitOf(i).mean : 0))
  const wait = onceEach((i): Law => {
    const { mean, share, scv } = waitOf(i)
    return mean === Infinity ? never : lawOfWaits(share, mean, scv())
  })
  const waiting = traffic.rate > 0 ? queueLength / traffic.rate : 0
  return { ...nothingLost, waiting, queueLength, wait, method: methodOf(traffic, isPreemptive) }
}

const noWaits: Waits = { mean: 0, share: 0, scv: () => 1 }

/** A wait that does not end: mean Infinity, P(W > t) = 1. No sums or mixtures of it. */
export const never: Law = { ...zero, mean: Infinity, variance: Infinity, phases: undefined, tail: () => 1 }

function levelsOf({ classes, servers }: Traffic): readonly Level[] {
  const priorities = [...new Set(classes.map(({ priority }) => priority))].sort((a, b) => a - b)
  let upTo = 0
  let residual = 0
  const parts: Visits[] = []
  let all = 0
  let [shortest, longest] = [Infinity, 0]
  return priorities.map((priority) => {
    const before = upTo
    let rate = 0
    for (const one of classes) {
      if (one.priority !== priority || !(one.rate > 0)) continue
      const work = one.work.mean / servers
      const scv = work > 0 ? one.work.variance / (one.work.mean * one.work.mean) : 0
      rate += one.rate
      all += one.rate
      shortest = Math.min(shortest, work)
      longest = Math.max(longest, work)
      upTo += one.rate * work
      residual += (one.rate * work * work * (1 + scv)) / 2
      parts.push(one)
    }
    const upToHere = [...parts]
    const cube = once(() => upToHere.reduce((sum, one) => sum + one.rate * thirdMoment(one.work), 0) / servers ** 3)
    return { priority, rate, upTo, before, residual, cube, all, isEven: longest <= shortest * 1.01 }
  })
}

/** What is in service of those that are served at all. */
function servedOf(levels: readonly Level[]): { readonly residual: Seconds; readonly cube: () => number } {
  let last: { residual: Seconds; cube: () => number } = { residual: 0, cube: () => 0 }
  for (const { upTo, before, residual, cube } of levels) {
    if (before >= 1) break
    const part = upTo > 1 ? (1 - before) / (upTo - before) : 1
    const urgent = last
    const mixed = (): number => urgent.cube() + part * (cube() - urgent.cube())
    last = { residual: urgent.residual + part * (residual - urgent.residual), cube: mixed }
    if (upTo > 1) break
  }
  return last
}

function uninterrupted(traffic: Traffic, levels: readonly Level[], k: number): Waits {
  const level = levels[k] as Level
  if (level.upTo >= 1) return { ...noWaits, mean: Infinity, share: 1 }
  const { residual, cube } = servedOf(levels)
  const [a, b] = [1 - level.before, 1 - level.upTo]
  const one = residual / (a * b)
  const load = Math.min(1, (traffic.rate * traffic.work) / traffic.servers)
  const share = traffic.servers === 1 ? load : erlangC({ servers: traffic.servers, offered: load * traffic.servers })
  const square =
    (2 * residual * level.residual) / (a * a * b * b) +
    (2 * residual * (levels[k - 1]?.residual ?? 0)) / (a * a * a * b)
  // Several servers: fewer wait, those who do as before.
  const scv = once(() => Math.max(0, ((square + cube() / (3 * a * a * b)) * load) / (one * one) - 1))
  return { mean: one * severalServers(traffic, load), share, scv }
}

/** Mean wait of several servers by that of one as fast as all of them, first come first served. */
function severalServers({ servers, work, scv }: Traffic, load: Ratio): Ratio {
  if (servers === 1 || !(load > 0)) return 1
  const rate = (Math.min(load, 1 - 1e-9) * servers) / work
  return waitOfMGc({ servers, rate, work }, scv.work) / waitOfMGc({ servers: 1, rate, work: work / servers }, scv.work)
}

/** The wait before service first begins; {@link displaced} comes on top. */
function interrupted(traffic: Traffic, levels: readonly Level[], k: number): Waits {
  const level = levels[k] as Level
  if (level.upTo >= 1) return { ...noWaits, mean: Infinity, share: 1 }
  const { servers } = traffic
  const [a, b] = [1 - level.before, 1 - level.upTo]
  const one = level.residual / (a * b)
  const share = servers === 1 ? level.upTo : erlangC({ servers, offered: level.upTo * servers })
  const square =
    (2 * level.residual * level.residual) / (a * a * b * b) +
    (2 * level.residual * (levels[k - 1]?.residual ?? 0)) / (a * a * a * b)
  const scv = once(() => {
    const all = square + level.cube() / (3 * a * a * b)
    return one > 0 ? Math.max(0, (all * level.upTo) / (one * one) - 1) : 1
  })
  if (servers === 1) return { mean: one, share, scv }
  if (!level.isEven) return { mean: one * bySeveral(servers, level), share, scv }
  const rest = sharedLevels(traffic, levels, k) - displaced(traffic, levels, k) * meanWork(traffic, level)
  return { mean: Math.max(0, rest), share, scv }
}

/** Mean wait of all up to a level, first come first served. */
function amongThese(servers: number, { upTo, all, residual }: Level): Seconds {
  const work = upTo / all
  const scv = Math.max(0, (2 * residual) / (all * work * work) - 1)
  return waitOfMGc({ servers, rate: all, work: work * servers }, scv)
}

/** {@link amongThese} by that of one server as fast as all of them. */
function bySeveral(servers: number, level: Level): Ratio {
  return level.residual > 0 ? (amongThese(servers, level) * (1 - level.upTo)) / level.residual : 1
}

/** Where all work is alike the number waiting does not depend on the order: the wait of a level as a difference. */
function sharedLevels({ servers }: Traffic, levels: readonly Level[], k: number): Seconds {
  const level = levels[k] as Level
  const urgent = levels[k - 1]
  if (!(level.rate > 0)) return 0
  const before = urgent && urgent.upTo > 0 ? urgent.all * amongThese(servers, urgent) : 0
  return Math.max(0, level.all * amongThese(servers, level) - before) / level.rate
}

function meanWork({ classes }: Traffic, { priority, rate }: Level): Seconds {
  let sum = 0
  for (const one of classes) if (one.priority === priority) sum += one.rate * one.work.mean
  return rate > 0 ? sum / rate : 0
}

/** Time that more urgent work takes away from one that is in service, per second of its work. */
function displaced(traffic: Traffic, levels: readonly Level[], k: number): number {
  const { servers } = traffic
  const level = levels[k] as Level
  const one = level.before / (1 - level.before)
  if (servers === 1 || !(level.before > 0)) return one
  if (!level.isEven) return (one * bySeveral(servers, level)) / servers
  // All servers have to be busy with what is more urgent: the share of time that this is so.
  const full = erlangC({ servers, offered: level.before * servers }) * level.before
  return Math.min(full / (1 - full), sharedLevels(traffic, levels, k) / meanWork(traffic, level))
}

/** Arrivals that are no Poisson stream: as first come first served. */
function arrivalsFactor(traffic: Traffic): number {
  if (traffic.isPoisson || (traffic.rate * traffic.work) / traffic.servers >= 1) return 1
  const poisson = traffic.isExponential ? waitOfMMc(traffic) : waitOfMGc(traffic, traffic.scv.work)
  return poisson > 0 ? meanWait(traffic).mean / poisson : 1
}

function methodOf(traffic: Traffic, isPreemptive: boolean): Method {
  if (!(traffic.rate > 0)) return exact
  const isSure = traffic.isPoisson && (traffic.servers === 1 || traffic.isExponential)
  const source = isPreemptive ? 'Cobham 1954; Bondi and Buzen 1984' : 'Cobham 1954; Davis 1966; Bondi and Buzen 1984'
  return approximately('priorities', source, { mean: isSure ? 0 : 0.1, tail: 0.3 })
}
