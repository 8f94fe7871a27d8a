import { log } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { Estimate } from '../result/result.ts'
import type { Copying, ResponseLaw } from '../result/solution.ts'
import type { RunStatistics } from '../result/statistics.ts'
import type { Solved } from './course.ts'
import { type FleetState, fleetAt, type Replaced } from './course-fleet.ts'
import { isGuess } from './course-trust.ts'

type GroupStatistics = RunStatistics['groups'][number]

/** What failures cost the groups that keep something. */
export interface Losses {
  readonly groups: readonly GroupStatistics[]
  /** How far back the data of each group is gone. */
  readonly ages: readonly Estimate[]
}

/**
 * The longest time that a shard of each group had no leader, which follows from the model alone; and how old the oldest
 * write is that a leader took with it. Writes come by chance, so that those that are not copied yet are a Poisson
 * field: as many as are older than an age are there with mean rate x E[(D - age)+], and the oldest is younger than it
 * where none is.
 * @source Eick, Massey and Whitt 1993 (M/G/infinity)
 */
export function lossesOver(
  model: Model,
  groups: readonly GroupStatistics[],
  { all, end }: { readonly all: readonly Solved[]; readonly end: Seconds },
): Losses {
  const fleet = fleetAt(model, end)
  const found = groups.map(({ group }) => agesOf(fleet, group, all))
  return {
    ages: found.map(({ age }) => age),
    groups: groups.map((own, i) => {
      const outages = [...(fleet.groups[own.group]?.outages ?? [])].sort((a, b) => b.time - a.time)
      const outage = outages.find(({ time }) => time > 0) ?? null
      return { ...own, outage, lostWrites: found[i]?.writes ?? 0, lostAge: found[i]?.age.value ?? 0 }
    }),
  }
}

/** Replications of which the worst one counts: a typical number, and how many there are at least and at most. */
const USUAL = 5
const LEAST = 3
const MOST = 20
/** Chance that the worst one is outside of what is said of it, on either side. */
const OUTSIDE: Ratio = 0.01
/** How far off the time until a write is copied may be. */
const OFF: Ratio = 0.05
/** Work before an answer takes this many times its mean, rarely more. */
const SLOW_ANSWER = 4

interface Part {
  readonly rate: number
  readonly before: Seconds
  readonly takes: readonly Mass[]
}

function agesOf(
  fleet: FleetState,
  group: number,
  all: readonly Solved[],
): { readonly age: Estimate; readonly writes: number } {
  const { replaced = [], lostAge = 0 } = fleet.groups[group] ?? {}
  const parts = replaced.flatMap((one) => partsOf(group, one, all))
  const isUnsure = replaced.some((one) => isUnclear(group, one, all))
  const at = (expected: number, times: number): Seconds => Math.max(lostAge, ageWhere(parts, expected, times))
  const age: Estimate = {
    value: at(log(2) / USUAL, 1),
    low: isUnsure ? lostAge : at(-log(OUTSIDE) / LEAST, 0) * (1 - OFF),
    high: isUnsure ? null : at(-log(1 - OUTSIDE) / MOST, SLOW_ANSWER) * (1 + OFF),
  }
  const sure: Estimate = { value: lostAge, low: lostAge, high: lostAge }
  const isAny = parts.length > 0 || isUnsure
  return { age: isAny ? age : sure, writes: olderThan(parts, 0, 0) }
}

/** What held when it died. */
const lastBefore = (all: readonly Solved[], since: Seconds): Solved | undefined =>
  all.findLast(({ stretch }) => stretch.from < since) ?? all[0]

const copyingAt = (group: number, { instance, since }: Replaced, all: readonly Solved[]): readonly Copying[] =>
  (lastBefore(all, since)?.solution.copying ?? []).filter(
    (one) => one.group === group && (one.rates[instance] ?? 0) > 0,
  )

function partsOf(group: number, replaced: Replaced, all: readonly Solved[]): readonly Part[] {
  return copyingAt(group, replaced, all)
    .filter(({ takes }) => takes.mean < Infinity)
    .map(({ rates, before, takes }) => ({ rate: rates[replaced.instance] ?? 0, before, takes: massesOf(takes) }))
}

/** Cut off it went on answering; and of a state that is a guess so is what it leaves behind. */
function isUnclear(group: number, replaced: Replaced, all: readonly Solved[]): boolean {
  const before = lastBefore(all, replaced.since)
  const copying = copyingAt(group, replaced, all)
  if (copying.length === 0) return before !== undefined && isGuess(before)
  return (
    replaced.isCutOff || before === undefined || isGuess(before) || copying.some(({ takes }) => takes.mean === Infinity)
  )
}

interface Mass {
  readonly value: Seconds
  readonly weight: Ratio
}

/** Pieces of the body of a law, and of each halving of its tail. */
const BODY = 64
const HALVINGS = 26
const PIECES = 4

function massesOf({ quantile }: ResponseLaw): readonly Mass[] {
  const pieces = (from: Ratio, to: Ratio, count: number): readonly Mass[] =>
    Array.from({ length: count }, (_, i) => {
      const weight = (to - from) / count
      return { value: quantile(from + (i + 0.5) * weight), weight }
    })
  let tail = 0.25
  const masses = [...pieces(0, 1 - tail, BODY)]
  for (let i = 0; i < HALVINGS; i++, tail /= 2) masses.push(...pieces(1 - tail, 1 - tail / 2, PIECES))
  return masses
}

/** Mean number of writes that began longer than `age` ago; before their answer they took `times` the mean. */
function olderThan(parts: readonly Part[], age: Seconds, times: number): number {
  return parts.reduce((sum, { rate, before, takes }) => {
    const since = Math.max(0, age - times * before)
    return sum + rate * takes.reduce((all, { value, weight }) => all + weight * Math.max(0, value - since), 0)
  }, 0)
}

function ageWhere(parts: readonly Part[], expected: number, times: number): Seconds {
  if (!(olderThan(parts, 0, times) > expected)) return 0
  let [low, high] = [0, Math.max(...parts.map(({ before, takes }) => times * before + (takes.at(-1)?.value ?? 0)))]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (olderThan(parts, middle, times) > expected) low = middle
    else high = middle
  }
  return high
}
