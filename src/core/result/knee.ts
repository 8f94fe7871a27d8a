import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { type At, type Crossing, crossingsOf, firstMissed } from './crossing.ts'
import type { Solved } from './fills.ts'
import type { LeverEffect } from './levers.ts'
import type { FlowResult, ResponseTimes, Result } from './result.ts'
import { mostOf, type Saturation, saturations } from './saturation.ts'

/** How a design bears more and less load: response time and goodput against load, and where it bends and breaks. */
export interface Knee {
  /** Loads of the curve, as multiples of the load as written. */
  readonly from_ratio: Ratio
  readonly to_ratio: Ratio
  /** The largest load at which was looked whether objectives hold. */
  readonly most_ratio: Ratio
  /** By load, increasing; closer together where an objective stops to hold. */
  readonly points: readonly KneePoint[]
  readonly flows: Readonly<Record<string, FlowKnee>>
  readonly crossings: readonly Crossing[]
  /** What is full first, second, third. */
  readonly saturations: readonly Saturation[]
  /** What changes of the component that is full first would bring. */
  readonly levers: readonly LeverEffect[]
  /** Some of the points as the simulator has them; empty = none was played. */
  readonly played: readonly KneePoint[]
}

export interface KneePoint {
  readonly load_ratio: Ratio
  readonly flows: Readonly<Record<string, PointFigures>>
}

export type PointFigures = Pick<FlowResult, 'arrival_rate_per_s' | 'goodput_per_s' | 'success_ratio'> & {
  readonly response_time_s: Pick<ResponseTimes, 'mean' | 'p50' | 'p99'>
}

/**
 * Where power, goodput over mean response time, is largest (Kleinrock 1979: "Power and deterministic rules of thumb for
 * probabilistic problems in computer communications"): more load beyond costs more time than it brings answers. M/M/1:
 * at half of what it can do. All null: power has no largest value at the loads that were looked at.
 */
export interface FlowKnee {
  readonly load_ratio: Ratio | null
  readonly arrival_rate_per_s: PerSecond | null
  /** Mean, there. */
  readonly response_time_s: Seconds | null
}

export interface KneeOptions {
  readonly from: Ratio
  readonly to: Ratio
  /** Flows that somebody asks for: neither consumers nor attackers. */
  readonly asked: readonly string[]
}

const STEPS = 28

/** Evenly spread loads: from 10 % to 150 % in steps of 5 %. */
export const loadsBetween = ({ from, to }: Pick<KneeOptions, 'from' | 'to'>, steps = STEPS): readonly Ratio[] =>
  Array.from({ length: steps + 1 }, (_, i) => Math.round((from + ((to - from) * i) / steps) * 1e6) / 1e6)

/** Asks for each load once. */
export function remembered(at: At): { readonly at: At; readonly loads: () => readonly Ratio[] } {
  const known = new Map<Ratio, Solved>()
  return {
    at: (load) => {
      const found = known.get(load) ?? at(load)
      known.set(load, found)
      return found
    },
    loads: () => [...known.keys()].sort((a, b) => a - b),
  }
}

/** @param asked  what the design does at so many times its load: the analytic engine, or any other */
export function kneeOf(asked: At, options: KneeOptions): Knee {
  const { at, loads } = remembered(asked)
  const { from, to } = options
  const grid = loadsBetween(options)
  const full = saturations(grid.map((load) => ({ load, result: at(load) })))
  const most = mostOf(full, to)
  const crossings = crossingsOf(at, { grid, asked: options.asked, most })
  const names = Object.keys(at(1).flows)
  const flows = Object.fromEntries(names.map((name) => [name, flowKnee(at, name, [grid, most])]))
  const inside = loads().filter((load) => load >= from && load <= to)
  return {
    from_ratio: from,
    to_ratio: to,
    most_ratio: most,
    points: inside.map((load) => pointOf(load, at(load))),
    flows,
    crossings,
    saturations: full,
    levers: [],
    played: [],
  }
}

/** Loads to play, to see whether the curve is right: half of what is written, all of it, where the first miss is. */
export function loadsToPlay({ crossings, from_ratio: from, to_ratio: to }: Knee): readonly Ratio[] {
  const end = firstMissed(crossings)?.until?.load_ratio ?? 1
  return [...new Set([0.5, end, 1])].filter((load) => load >= from && load <= to).sort((a, b) => a - b)
}

export const pointOf = (load: Ratio, { flows }: Result): KneePoint => ({
  load_ratio: load,
  flows: Object.fromEntries(
    Object.entries(flows).map(([id, flow]) => {
      const { arrival_rate_per_s, goodput_per_s, success_ratio, response_time_s } = flow
      const { mean, p50, p99 } = response_time_s
      return [id, { arrival_rate_per_s, goodput_per_s, success_ratio, response_time_s: { mean, p50, p99 } }]
    }),
  ),
})

/** How often the last load of the curve is doubled, or the first one halved, to find the largest power. */
const DOUBLINGS = 3

/** Golden section, and how near it comes before a parabola goes through what is left. */
const GOLDEN = (Math.sqrt(5) - 1) / 2
const PRECISION = 0.12

const noKnee: FlowKnee = { load_ratio: null, arrival_rate_per_s: null, response_time_s: null }

function flowKnee(at: At, flow: string, [grid, most]: readonly [readonly Ratio[], Ratio]): FlowKnee {
  const power = (load: Ratio): number => {
    const figures = at(load).flows[flow]
    const mean = figures?.response_time_s.mean.value ?? 0
    return mean > 0 ? (figures?.goodput_per_s.value ?? 0) / mean : 0
  }
  const bracket = bracketOf(power, grid, most)
  if (bracket === null) return noKnee
  const load = highest(power, bracket)
  const found = at(load).flows[flow]
  return {
    load_ratio: load,
    arrival_rate_per_s: found?.arrival_rate_per_s.value ?? null,
    response_time_s: found?.response_time_s.mean.value ?? null,
  }
}

type Three = readonly [Ratio, Ratio, Ratio]

/** Three loads of which the one in the middle has the most power. */
function bracketOf(power: (load: Ratio) => number, grid: readonly Ratio[], most: Ratio): Three | null {
  const loads = [...grid]
  for (let i = 0; i <= DOUBLINGS; i++) {
    const powers = loads.map(power)
    const best = powers.indexOf(Math.max(...powers))
    if ((powers[best] ?? 0) <= 0) return null
    const [first = 1, last = 1] = [loads[0], loads.at(-1)]
    if (best === 0) loads.unshift(first / 2)
    else if (best === loads.length - 1) {
      if (last >= most) return null
      loads.push(Math.min(most, 2 * last))
    } else return [loads[best - 1] ?? first, loads[best] ?? first, loads[best + 1] ?? last]
  }
  return null
}

function highest(power: (load: Ratio) => number, [from, middle, to]: Three): Ratio {
  let [low, best, high] = [from, middle, to]
  while (high - low > PRECISION * best) {
    const isUpper = high - best > best - low
    const next = isUpper ? high - GOLDEN * (high - best) : low + GOLDEN * (best - low)
    const isBetter = power(next) > power(best)
    if (isBetter) [low, best, high] = isUpper ? [best, next, high] : [low, next, best]
    else [low, high] = isUpper ? [low, next] : [next, high]
  }
  return vertex(power, [low, best, high])
}

/** Of the parabola through three points. */
function vertex(power: (load: Ratio) => number, [a, b, c]: Three): Ratio {
  const [pa, pb, pc] = [power(a), power(b), power(c)]
  const [left, right] = [(b - a) * (pb - pc), (b - c) * (pb - pa)]
  if (left === right) return b
  const found = b - ((b - a) * left - (b - c) * right) / (2 * (left - right))
  return found > a && found < c ? found : b
}
