import { exp, log } from '../base/math.ts'
import type { Ratio } from '../base/units.ts'
import { exact, type Method } from '../result/solution.ts'
import { beyond, excess, loads, ofTwo, ofTwoWaits, tableCopies, tableServers } from './balancing-table.ts'
import { erlangC, waitOfMMc } from './wait-erlang.ts'

/** Copies behind a balancer. */
export interface BalanceLoad {
  readonly policy: 'random' | 'round-robin' | 'least-requests' | 'random-two'
  readonly copies: number
  /** Of one copy. */
  readonly servers: number
  /** Of each server. */
  readonly utilization: Ratio
  /** Squared coefficients of variation of the work of a request, and of the times between requests to all copies. */
  readonly workScv: number
  readonly arrivalScv: number
}

/** How the wait at a copy compares with that of a lone queue. */
export interface BalanceAnswer {
  /** Mean wait = this × that of M/G/c at the same utilization, which random picking gives. */
  readonly waitFactor: number
  /** P(wait > 0); null: as in M/G/c with `arrivals`. */
  readonly delayed: Ratio | null
  /** Mean of the waits above 0 = this × that of M/G/c; also for its tail. */
  readonly tailFactor: number
  /** Times between requests at one copy: `erlang` of `copies` stages of the stream to all, when they take turns. */
  readonly arrivals: 'same' | 'erlang'
  readonly method: Method
}

/**
 * Compares the wait at one of several copies with that under random picking. Least requests (join the shortest queue)
 * and the better of two at random: factors of chains with exponential work, between points of a table; other work is
 * taken to have the same factors.
 */
export function balance(load: BalanceLoad): BalanceAnswer {
  const { policy, copies, servers, utilization } = load
  if (policy === 'random' || copies <= 1) return alike
  if (policy === 'round-robin') return { ...alike, arrivals: 'erlang' }
  if (!(utilization > 0) || utilization >= 1 || servers === Infinity) return alike
  const lone = {
    wait: waitOfMMc({ servers, rate: utilization * servers, work: 1 }),
    delayed: erlangC({ servers, offered: utilization * servers }),
  }
  const { wait, delayed } = policy === 'least-requests' ? shortest(load) : betterOfTwo(load)
  if (!(lone.wait > 0)) return alike
  const waitFactor = Math.min(1, wait / lone.wait)
  const share = Math.min(lone.delayed, delayed)
  return {
    waitFactor,
    delayed: share,
    tailFactor: share > 0 ? waitFactor / (share / lone.delayed) : 1,
    arrivals: 'same',
    method: load.workScv === 1 && load.arrivalScv === 1 ? played : load.workScv > 1 ? wilderWork : otherWork,
  }
}

const alike: BalanceAnswer = { waitFactor: 1, delayed: null, tailFactor: 1, arrivals: 'same', method: exact }

type Size = Pick<BalanceLoad, 'copies' | 'servers' | 'utilization'>

/** Join the shortest queue: mean wait in units of work, share that waits. */
function shortest({ copies, servers, utilization }: Size): { readonly wait: number; readonly delayed: Ratio } {
  const all = copies * servers
  const pool = waitOfMMc({ servers: all, rate: utilization * all, work: 1 })
  const place = placeIn(tableCopies.map(log), log(copies))
  const over = atServers(servers, (row) => between(place, (i) => atLoad(excess[row]?.[i], utilization)))
  const wait = pool * (1 + (1 - utilization) * over)
  const mean = 1 / (all * (1 - utilization)) + between(place, (i) => atLoad(beyond[i], utilization)) / servers
  return { wait, delayed: Math.min(1, wait / mean) }
}

/** The better of two copies picked at random; with two copies that is the shortest. */
function betterOfTwo(load: Size): { readonly wait: number; readonly delayed: Ratio } {
  const two = shortest({ ...load, copies: 2 })
  if (load.copies <= 2) return two
  const { copies, servers, utilization } = load
  // Nearly straight over 1 / copies, on the way to the limit of many.
  const place = placeIn(
    tableCopies.map((n) => -1 / n),
    -1 / Math.min(64, copies),
  )
  const factor = atServers(servers, (row) =>
    between(place, (i) => (i === 0 ? 1 : atLoad(ofTwo[row]?.[i - 1], utilization))),
  )
  const many = atServers(servers, (row) => atLoad(ofTwoWaits[row], utilization))
  const part = Math.max(0, (1 / copies - 1 / 64) / (1 / 2 - 1 / 64))
  const least = shortest(load).wait
  return {
    wait: Math.max(least, two.wait * factor),
    delayed: Math.min(two.delayed, many + part * (two.delayed - many)),
  }
}

/** Between points i and i + 1 of a table; may lie beyond the last. */
interface Place {
  readonly at: number
  readonly part: number
}

function placeIn(points: readonly number[], x: number): Place {
  let at = 0
  while (at < points.length - 2 && x >= (points[at + 1] as number)) at += 1
  const from = points[at] as number
  return { at, part: Math.max(0, (x - from) / ((points[at + 1] as number) - from)) }
}

/** Positive values, straight in their logarithms. */
function between({ at, part }: Place, of: (i: number) => number): number {
  return exp((1 - part) * log(of(at)) + part * log(of(at + 1)))
}

const atLoad = (row: readonly number[] | undefined, utilization: Ratio): number =>
  between(placeIn(loads, utilization), (i) => row?.[i] ?? 1)

const atServers = (servers: number, of: (row: number) => number): number =>
  between(placeIn(tableServers.map(log), log(Math.max(1, servers))), of)

const played: Method = {
  kind: 'approximate',
  name: 'table of chains',
  source: 'join the shortest queue and the better of two (Mitzenmacher 1996), played with exponential work',
  mean: 0.03,
  tail: 0.1,
}

/** Simulated with 2 to 8 instances of 1 to 4 servers at 50 to 90 %: p99 18 % too high with an scv of 0.25. */
const otherWork: Method = {
  kind: 'approximate',
  name: 'factors of exponential work',
  source: 'join the shortest queue and the better of two (Mitzenmacher 1996), played with exponential work; simulated',
  mean: 0.05,
  tail: 0.3,
}

/** With an scv of 4 the mean 24 % too high, p50 43 %: of what is said here, 20 % and 30 %. */
const wilderWork: Method = { ...otherWork, mean: 0.2, tail: 0.6 }
