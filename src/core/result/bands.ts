import type { Model } from '../model/model.ts'
import type { Unknown } from '../model/world.ts'
import { componentResults, costResult } from './components.ts'
import type { Explored, PlayedWorld } from './explore.ts'
import { flowResults } from './flows.ts'
import { holds, measure } from './objectives.ts'
import type { AssumptionResult, Band, Estimate, ObjectiveResult, Result } from './result.ts'

type Figures = Pick<Result, 'flows' | 'components' | 'cost_usd_per_month'>

/** The same figures with the band of each over the worlds that were played. */
export function withBands(figures: Figures, { worlds }: Explored): Figures {
  if (worlds.length === 0) return figures
  const all = worlds.map(figuresOf)
  const total = bandOf(all.map((one) => one.cost_usd_per_month.total))
  return {
    flows: banded(
      figures.flows,
      all.map((one) => one.flows),
    ),
    components: banded(
      figures.components,
      all.map((one) => one.components),
    ),
    cost_usd_per_month: { ...figures.cost_usd_per_month, ...(total ? { band: total } : {}) },
  }
}

/** In how many worlds each objective holds, and between what its figure lies. */
export function withShares(
  objectives: readonly ObjectiveResult[],
  { model, unknowns }: { readonly model: Model; readonly unknowns: readonly Unknown[] },
  { worlds }: Explored,
): readonly ObjectiveResult[] {
  if (worlds.length === 0) return objectives
  return objectives.map((result, i) => {
    const objective = model.objectives[i]
    if (objective === undefined) return result
    const values = worlds.map((world) => measuredIn(world, i))
    const band = bandOf(values)
    const isMet = (value: number): boolean => !Number.isNaN(value) && holds(objective, value)
    return {
      ...result,
      measured: band ? { ...result.measured, band } : result.measured,
      met_share: values.filter(isMet).length / worlds.length,
      moved_by: moverOf(values, unknowns, worlds),
    }
  })
}

/** Squared rank correlation that two dozen draws show by chance once in 20 times. */
const BY_CHANCE = 0.16

/** The unknown number whose rank goes with the values most; null = none does by more than chance. */
function moverOf(
  values: readonly number[],
  unknowns: readonly Unknown[],
  worlds: readonly PlayedWorld[],
): string | null {
  const shares = unknowns.map((_, i) => shareOf(values, i, worlds))
  const most = Math.max(0, ...shares)
  return most > BY_CHANCE ? (unknowns[shares.indexOf(most)]?.name ?? null) : null
}

const shareOf = (values: readonly number[], unknown: number, worlds: readonly PlayedWorld[]): number =>
  rankCorrelation(
    worlds.map(({ quantiles }) => quantiles[unknown] ?? 0),
    values,
  ) ** 2

/**
 * What moves the verdicts: for every unknown the objective whose figure its rank goes with most.
 */
export function effects(unknowns: readonly Unknown[], { worlds }: Explored): readonly AssumptionResult[] {
  const [first] = worlds
  const objectives = first?.model.objectives ?? []
  const figures = objectives.map((_, i) => worlds.map((world) => measuredIn(world, i)))
  return unknowns
    .map(({ name, range }, i) => {
      const shares = figures.map((values) => shareOf(values, i, worlds))
      const effect = worlds.length === 0 ? null : Math.max(0, ...shares)
      const moved = effect === null || effect === 0 ? undefined : objectives[shares.indexOf(effect)]
      return { name, range, effect, objective: moved?.id ?? null }
    })
    .sort((a, b) => (b.effect ?? -1) - (a.effect ?? -1))
}

function figuresOf({ model, outcome }: PlayedWorld): Figures {
  const runs = [outcome.statistics]
  return {
    flows: flowResults(model, runs),
    components: componentResults(model, runs),
    cost_usd_per_month: costResult(model, runs),
  }
}

/** NaN where nothing was measured. */
function measuredIn(world: PlayedWorld, objective: number): number {
  const found = world.model.objectives[objective]
  if (found === undefined) return Number.NaN
  const { model, outcome } = world
  return measure(found, { model, outcomes: [outcome], figures: figuresOf(world) }).value ?? Number.NaN
}

/** Every estimate in a tree gets the band of those that stand at its place in the others. */
function banded<T>(value: T, others: readonly T[]): T
function banded(value: unknown, others: readonly unknown[]): unknown {
  if (!isTree(value) || Array.isArray(value)) return value
  if (isEstimate(value)) {
    const band = bandOf(
      others.flatMap((other) => (isTree(other) && isEstimate(other) ? [other.value ?? Number.NaN] : [])),
    )
    return band ? { ...value, band } : value
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      banded(
        inner,
        others.map((other) => (isTree(other) ? other[key] : undefined)),
      ),
    ]),
  )
}

type Tree = Readonly<Record<string, unknown>>

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null

const isEstimate = (value: Tree): value is Tree & Estimate =>
  Object.hasOwn(value, 'value') && Object.hasOwn(value, 'low') && Object.hasOwn(value, 'high')

const OUTSIDE = 0.05

/** 5 % and 95 % of what was measured; undefined where that was nothing. */
function bandOf(values: readonly number[]): Band | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  if (sorted.length === 0) return undefined
  return { low: quantile(sorted, OUTSIDE), high: quantile(sorted, 1 - OUTSIDE) }
}

function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1)
  const low = Math.floor(at)
  const [a = 0, b = a] = [sorted[low], sorted[Math.min(low + 1, sorted.length - 1)]]
  return a + (at - low) * (b - a)
}

/** Spearman's: how well the order of one goes with the order of the other, -1..1; 0 where one of them does not vary. */
export function rankCorrelation(xs: readonly number[], ys: readonly number[]): number {
  const pairs = xs.flatMap((x, i) => (Number.isNaN(ys[i] ?? Number.NaN) ? [] : [[x, ys[i] ?? 0] as const]))
  const a = ranks(pairs.map(([x]) => x))
  const b = ranks(pairs.map(([, y]) => y))
  const middle = (pairs.length - 1) / 2
  const product = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((total, x, i) => total + (x - middle) * ((q[i] ?? middle) - middle), 0)
  const scale = Math.sqrt(product(a, a) * product(b, b))
  return scale > 0 ? product(a, b) / scale : 0
}

/** Equal values share the mean of their places. */
function ranks(values: readonly number[]): readonly number[] {
  const sorted = [...values].sort((a, b) => a - b)
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2)
}
