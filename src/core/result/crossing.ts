import { assert } from '../base/assert.ts'
import { log } from '../base/math.ts'
import type { PerSecond, Ratio } from '../base/units.ts'
import type { Solved } from './fills.ts'
import { holds } from './objectives.ts'
import type { Estimate, ObjectiveResult, Result } from './result.ts'

/** What a design does at so many times its load. */
export type At = (load: Ratio) => Solved

/** Between which loads an objective holds. */
export interface Crossing {
  readonly id: string
  readonly subject: ObjectiveResult['subject']
  readonly indicator: ObjectiveResult['indicator']
  /** As written. */
  readonly target: string
  readonly target_value: number
  /**
   * `holds`: at every load that was looked at; `never`: at none; `crosses`: between `from` and `until`; `unmeasured`:
   * nothing can be said of it.
   */
  readonly status: 'holds' | 'never' | 'crosses' | 'unmeasured'
  /** Below this load it does not hold yet; null = it does. */
  readonly from: Edge | null
  /** Above this load it does not hold any more; null = it does, as far as was looked. */
  readonly until: Edge | null
}

/** A load at which a figure is just at its target, as multiples of the load as written. */
export interface Edge {
  readonly load_ratio: Ratio
  /** Where the low and the high end of the figure are at the target; null = nowhere that was looked, or not known. */
  readonly low_ratio: Ratio | null
  readonly high_ratio: Ratio | null
  /** Requests a second of its flow (else: of all flows that are asked for) at that load. */
  readonly arrival_rate_per_s: PerSecond | null
}

/** Loads at which is looked, and how far beyond where an objective holds all the way. */
export interface Range {
  /** Increasing. */
  readonly grid: readonly Ratio[]
  /** Flows that somebody asks for: neither consumers nor attackers. */
  readonly asked: readonly string[]
  /** No load above this is looked at. */
  readonly most: Ratio
}

/** How many times the last load is looked at where nothing happened up to it, and what part of the first one. */
const BEYOND = [1.5, 2, 3, 4, 6]
const BELOW = [1 / 2, 1 / 4, 1 / 8]

/** How far an edge may be off before it is interpolated, as a share of it; and where less is asked. */
const PRECISION = 0.005
const ROUGHLY = 0.03

/** Which end of a figure's interval: the figure itself, the end that is nearer to a miss, the other one. */
type End = 'value' | 'safe' | 'hopeful'

/**
 * Where each objective stops to hold (or begins to), by bisection to 0.5 % and interpolation. Its interval: where the
 * low and the high end of the figure's own interval cross the target. Of several crossings the first one counts.
 */
export const crossingsOf = (at: At, range: Range): readonly Crossing[] =>
  at(1).objectives.map((_, index) => crossingOf(at, index, range))

/** @param index  of the objective in the results; `isBrief`: without an interval, and within 1 % or so */
export function crossingOf(at: At, index: number, range: Range, { isBrief = false } = {}): Crossing {
  const objective = at(1).objectives[index]
  assert(objective !== undefined, `objective ${index} is one of the result`)
  const { id, subject, indicator, target, target_value } = objective
  const about = { id, subject, indicator, target, target_value }
  if (range.grid.every((load) => figureAt(at, load, index).value === null && !isLost(at, load, index))) {
    return { ...about, status: 'unmeasured', from: null, until: null }
  }
  const value = edgesOf(at, index, 'value', range, isBrief ? ROUGHLY : PRECISION)
  if (!value.isEver) return { ...about, status: 'never', from: null, until: null }
  const none = { isEver: false, from: null, until: null }
  const safe = isBrief ? none : edgesOf(at, index, 'safe', range, ROUGHLY)
  const hopeful = isBrief ? none : edgesOf(at, index, 'hopeful', range, ROUGHLY)
  const edge = (load: Ratio | null, low: Ratio | null, high: Ratio | null): Edge | null =>
    load === null
      ? null
      : { load_ratio: load, low_ratio: low, high_ratio: high, arrival_rate_per_s: rateAt(at, load, subject, range) }
  const from = edge(value.from, hopeful.from, safe.from)
  const until = edge(value.until, safe.until, hopeful.until)
  return { ...about, status: from === null && until === null ? 'holds' : 'crosses', from, until }
}

/** The objective that the least load breaks; null = none breaks, as far as was looked. */
export function firstMissed(crossings: readonly Crossing[]): Crossing | null {
  const order = ({ status, until }: Crossing): number => (status === 'never' ? 0 : (until?.load_ratio ?? Infinity))
  const [first] = [...crossings].sort((a, b) => order(a) - order(b))
  return first === undefined || order(first) === Infinity ? null : first
}

function figureAt(at: At, load: Ratio, index: number): Estimate {
  return at(load).objectives[index]?.measured ?? { value: null, low: null, high: null }
}

/** A flow without a good answer has no response time, and misses what is asked of it. */
const isLost = (at: At, load: Ratio, index: number): boolean => at(load).objectives[index]?.verdict === 'missed'

const isUpper = ({ relation }: ObjectiveResult): boolean => relation.startsWith('<')

/** Null: nobody knows, or it was not measured. */
function endOf(objective: ObjectiveResult, end: End): number | null {
  const { value, low, high } = objective.measured
  if (end === 'value' || value === null) return value
  return isUpper(objective) === (end === 'safe') ? high : low
}

/** Good answers as a share of what is asked: below it the few that still come are fast, and stores have time. */
const ALIVE = 0.5

/** What speaks of lost requests itself. */
const answered: ReadonlySet<string> = new Set(['success', 'goodput', 'throughput', 'cost'])

function isAlive({ flows }: Result, asked: readonly string[]): boolean {
  const total = (of: 'goodput_per_s' | 'arrival_rate_per_s'): number =>
    asked.reduce((sum, name) => sum + (flows[name]?.[of].value ?? 0), 0)
  return total('goodput_per_s') >= ALIVE * total('arrival_rate_per_s')
}

function isMet(result: Result, index: number, end: End, asked: readonly string[]): boolean {
  const objective = result.objectives[index]
  if (objective === undefined || objective.measured.value === null) return false
  const { kind, id: name } = objective.subject
  if (!answered.has(objective.indicator) && !isAlive(result, kind === 'flow' ? [name] : asked)) return false
  const x = endOf(objective, end)
  if (x === null) return end === 'hopeful'
  return holds({ relation: objective.relation, target: objective.target_value }, x)
}

interface Edges {
  readonly isEver: boolean
  readonly from: Ratio | null
  readonly until: Ratio | null
}

function edgesOf(at: At, index: number, end: End, { grid, asked, most }: Range, precision: Ratio): Edges {
  const met = (load: Ratio): boolean => isMet(at(load), index, end, asked)
  const figure = (load: Ratio): number | null => {
    const objective = at(load).objectives[index]
    return objective === undefined ? null : endOf(objective, end)
  }
  const target = at(1).objectives[index]?.target_value ?? 0
  const between = (low: Ratio, high: Ratio): Ratio => edgeBetween([low, high], { met, figure, target, precision })
  const [lowest = 1] = grid
  const first = grid.findIndex(met)
  if (first < 0) {
    const steps = [1, ...BELOW].map((part) => part * lowest)
    const found = steps.findIndex(met)
    if (found < 0) return { isEver: false, from: null, until: null }
    return { isEver: true, from: null, until: between(steps[found] ?? lowest, steps[found - 1] ?? lowest) }
  }
  const from = first === 0 ? null : between(grid[first - 1] ?? lowest, grid[first] ?? lowest)
  const top = grid.at(-1) ?? 1
  const beyond = [...BEYOND.map((times) => times * top).filter((load) => load < most), ...(most > top ? [most] : [])]
  let last = grid[first] ?? lowest
  for (const load of [...grid.slice(first + 1), ...beyond]) {
    if (!met(load)) return { isEver: true, from, until: between(last, load) }
    last = load
  }
  return { isEver: true, from, until: null }
}

interface Sought {
  readonly met: (load: Ratio) => boolean
  readonly figure: (load: Ratio) => number | null
  readonly target: number
  readonly precision: Ratio
}

/** The target is met at one of the two loads and not at the other. */
function edgeBetween(ends: readonly [Ratio, Ratio], { met, figure, target, precision }: Sought): Ratio {
  let [low, high] = ends
  const isMetLow = met(low)
  while (high - low > precision * high) {
    const middle = (low + high) / 2
    if (met(middle) === isMetLow) low = middle
    else high = middle
  }
  const [a, b] = [figure(low), figure(high)]
  const part = a === null || b === null ? Number.NaN : partOf(target, [a, b])
  return part >= 0 && part <= 1 ? low + part * (high - low) : isMetLow ? low : high
}

/** How far from `a` to `b`; of what is positive by ratio, as response times grow. */
function partOf(x: number, [a, b]: readonly [number, number]): Ratio {
  if (a === b) return Number.NaN
  return a > 0 && b > 0 && x > 0 ? log(x / a) / log(b / a) : (x - a) / (b - a)
}

/** What a flow, or all that are asked for, are sent at a load near one that was looked at. */
function rateAt(at: At, load: Ratio, subject: ObjectiveResult['subject'], { asked }: Range): PerSecond | null {
  const { flows } = at(load)
  const names = subject.kind === 'flow' ? [subject.id] : asked
  const rates = names.flatMap((name) => flows[name]?.arrival_rate_per_s.value ?? [])
  return rates.length === 0 ? null : rates.reduce((total, rate) => total + rate, 0)
}
