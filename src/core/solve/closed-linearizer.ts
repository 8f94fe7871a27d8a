/** Closed networks of several classes, approximately. */
import type { Seconds } from '../base/units.ts'
import type { Queues } from './closed-classes.ts'

type Table = number[][]

/**
 * Residence times [class][center], by how much the share of a class at a center changes when one
 * customer less is there.
 * @source Chandy and Neuse 1982 (Linearizer); Schweitzer 1979 and Bard 1979 (its core)
 */
export function linearized(queues: Queues): readonly (readonly Seconds[])[] {
  const { customers, demands } = queues
  const centers = demands[0]?.length ?? 0
  // changes[j][c][k]: of class c at center k when one of class j is missing.
  const changes = customers.map(() => customers.map(() => rowOf(centers, 0)))
  const start = customers.map((count) => rowOf(centers, count / Math.max(1, centers)))
  let full = start
  let fewer = customers.map((_, j) =>
    start.map((row, c) => row.map((length) => (c === j ? length * lessOne(customers[j]) : length))),
  )
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

const lessOne = (count = 0): number => (count > 0 ? (count - 1) / count : 0)

/** The fixed point at one population, the changes being given. */
function core(queues: Queues, customers: readonly number[], start: Table, changes: readonly Table[]) {
  const { demands, delays, thinkTimes } = queues
  let lengths = start
  let residence: Table = []
  for (let round = 0; round < 500; round++) {
    const old = lengths
    let moved = 0
    residence = customers.map((_, j) =>
      (demands[j] ?? []).map((demand, k) => {
        let before = 0
        for (const [c, count] of customers.entries()) {
          const left = count - (c === j ? 1 : 0)
          if (left <= 0) continue
          before += left * ((old[c]?.[k] ?? 0) / count + (changes[j]?.[c]?.[k] ?? 0))
        }
        return (delays[j]?.[k] ?? 0) + (demand === 0 ? 0 : demand * (1 + Math.max(0, before)))
      }),
    )
    lengths = customers.map((count, c) => {
      const times = residence[c] ?? []
      const cycle = times.reduce((total, time) => total + time, thinkTimes[c] ?? 0)
      return times.map((time, k) => {
        // Only those at the queue are waited for, not those in the delay that goes with it.
        const queued = time - (delays[c]?.[k] ?? 0)
        const length = count > 0 && cycle > 0 && cycle < Infinity ? (count * queued) / cycle : 0
        moved = Math.max(moved, Math.abs(length - (old[c]?.[k] ?? 0)) / Math.max(1, count))
        return length
      })
    })
    if (moved < 1e-9) break
  }
  return { lengths, residence }
}
