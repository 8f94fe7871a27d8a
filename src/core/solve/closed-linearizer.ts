/** Closed networks of several classes, approximately. */
import type { Seconds } from '../base/units.ts'
import { pow } from '../base/math.ts'
import type { ClassNetwork, SharedCenter } from './closed-classes.ts'

type Table = number[][]

/** A network in which only the centers with a queue are left; pure delays are part of the pauses. */
export interface Queues extends ClassNetwork {
  readonly pauses: readonly Seconds[]
}

/** Mean numbers at a center: by class, those there, and those of them in service. */
interface Found {
  readonly there: readonly number[]
  readonly served: readonly number[]
}

/**
 * Wait of a visit, in seconds (product form: in multiples of its work): what is left of those in service, and the work
 * of all who wait, done by the servers that open work leaves. Exact for one server in product form.
 * @source Reiser 1979 (mean value analysis with rest of service); Sakasegawa 1977 (several servers all busy)
 */
export function waitBehindOthers({ classes, centers }: ClassNetwork, k: number, seen: Found): number {
  const { servers, isProduct, background, openRest } = centers[k] as SharedCenter
  const left = servers - background
  if (!(left > 0)) return Infinity
  // Where closed users keep the servers busy all the time, how the work varies is of no account any more.
  const spare = Math.max(0, 1 - seen.served.reduce((sum, one) => sum + one, 0) / left)
  let [waiting, busy, rest] = [0, background, isProduct ? background : background * openRest]
  for (const [c, { works, rests }] of classes.entries()) {
    const served = seen.served[c] ?? 0
    const queued = Math.max(0, (seen.there[c] ?? 0) - served)
    waiting += isProduct ? queued : queued * (works[k] ?? 0)
    busy += served
    const work = works[k] ?? 0
    rest += isProduct ? served : served * (work + spare * ((rests[k] ?? 0) - work))
  }
  if (!(busy > 0)) return 0
  return (waiting + (allBusy(servers, busy / servers) * rest) / busy) / left
}

/** P(all servers are busy). */
function allBusy(servers: number, load: number): number {
  if (servers === 1) return Math.min(1, load)
  return load >= 1 ? 1 : pow(load, Math.sqrt(2 * (servers + 1)) - 1)
}

/**
 * Residence times [class][center], by how much the share of a class at a center changes when one
 * customer less is there.
 * @source Chandy and Neuse 1982 (Linearizer); Schweitzer 1979 and Bard 1979 (its core)
 */
export function linearized(queues: Queues): readonly (readonly Seconds[])[] {
  const customers = queues.classes.map((one) => one.customers)
  const centers = queues.centers.length
  // changes[j][c][k]: of class c at center k when one of class j is missing.
  const changes = customers.map(() => customers.map(() => rowOf(centers, 0)))
  const start = customers.map((count) => rowOf(centers, count / Math.max(1, centers)))
  let full = start
  let fewer = customers.map(() => start)
  let residence: Table = []
  for (let round = 0; round < 3; round++) {
    const answer = core(queues, customers, full, changes)
    full = answer.lengths
    residence = answer.residence
    if (round === 2) break
    fewer = customers.map((_, j) => {
      const left = customers.map((count, c) => (c === j ? Math.max(0, count - 1) : count))
      return core(queues, left, fewer[j] ?? start, changes).lengths
    })
    for (const [j, tables] of changes.entries())
      for (const [c, row] of tables.entries()) {
        const left = (customers[c] ?? 0) - (c === j ? 1 : 0)
        for (let k = 0; k < centers; k++) {
          const share = (full[c]?.[k] ?? 0) / Math.max(1, customers[c] ?? 0)
          row[k] = left > 0 ? (fewer[j]?.[c]?.[k] ?? 0) / left - share : 0
        }
      }
  }
  return residence
}

const rowOf = (length: number, value: number): number[] => Array.from({ length }, () => value)

/** The fixed point at one population, the changes being given. */
function core(queues: Queues, customers: readonly number[], start: Table, changes: readonly Table[]) {
  const { classes, centers, pauses } = queues
  let lengths = start
  let served: Table = start.map((row) => row.map(() => 0))
  let residence: Table = []
  for (let round = 0; round < 1000; round++) {
    const [old, oldServed] = [lengths, served]
    let moved = 0
    residence = customers.map((_, j) =>
      centers.map((_center, k) => {
        if ((classes[j]?.demands[k] ?? 0) === 0) return 0
        const left = customers.map((count, c) => Math.max(0, count - (c === j ? 1 : 0)))
        const there = customers.map((count, c) =>
          count > 0 ? Math.max(0, (left[c] ?? 0) * ((old[c]?.[k] ?? 0) / count + (changes[j]?.[c]?.[k] ?? 0))) : 0,
        )
        const busy = customers.map((count, c) =>
          count > 0 ? Math.min(there[c] ?? 0, ((oldServed[c]?.[k] ?? 0) * (left[c] ?? 0)) / count) : 0,
        )
        const wait = waitBehindOthers(queues, k, { there, served: busy })
        const { demands = [], works = [] } = classes[j] ?? {}
        return (demands[k] ?? 0) * (1 + (centers[k]?.isProduct ? wait : wait / Math.max(1e-300, works[k] ?? 0)))
      }),
    )
    const rates = customers.map((count, c) => {
      const cycle = centers.reduce((total, { copies }, k) => total + copies * (residence[c]?.[k] ?? 0), pauses[c] ?? 0)
      return count > 0 && cycle > 0 && cycle < Infinity ? count / cycle : 0
    })
    lengths = customers.map((count, c) =>
      centers.map((_center, k) => {
        const length = (rates[c] ?? 0) * (residence[c]?.[k] ?? 0)
        moved = Math.max(moved, Math.abs(length - (old[c]?.[k] ?? 0)) / Math.max(1, count))
        return round > 100 ? (length + (old[c]?.[k] ?? 0)) / 2 : length
      }),
    )
    served = customers.map((_, c) => centers.map((_center, k) => (rates[c] ?? 0) * (classes[c]?.demands[k] ?? 0)))
    if (moved < 1e-10) break
  }
  return { lengths, residence }
}
