import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Estimate, Result } from '../../src/core/index.ts'
import { figureOf } from '../theory/figures.ts'

/**
 * A system twice: as steps over stations and pools, for programs of others, and as a design of ours. See README.md for
 * the words of `system`.
 */
export interface OutsideModel {
  readonly id: string
  readonly what: string
  readonly tools: readonly Tool[]
  readonly system: {
    readonly flows: Readonly<Record<string, { readonly rate?: number; readonly population?: number }>>
  }
  readonly design: readonly string[]
  /** How far off the solver may be, by the last word of a figure: a share; of hit_ratio and success absolute. */
  readonly tolerance: Readonly<Record<string, number>>
}

export type Tool = 'octave' | 'line' | 'ciw' | 'simpy'

/** What a program says; `halfWidth`: of its own 95 % interval, 0 where it computes. */
interface Answer {
  readonly version: string
  readonly method: string
  readonly figures: Readonly<Record<string, { readonly value: number; readonly halfWidth: number }>>
}

interface Answers {
  readonly tools: Readonly<Partial<Record<Tool, string>>>
  readonly models: Readonly<Record<string, Readonly<Partial<Record<Tool, Answer>>>>>
}

const read = (name: string): unknown => JSON.parse(readFileSync(path.join(import.meta.dirname, name), 'utf8'))

export const corpus = read('models.json') as readonly OutsideModel[]
export const answers = read('answers.json') as Answers

/** A figure as somebody else has it, and as we do. */
export interface Compared {
  readonly tool: Tool
  readonly figure: string
  readonly theirs: number
  readonly halfWidth: number
  readonly ours: Estimate
  /** How far the two may lie apart. */
  readonly allowed: number
}

const absolute = ['hit_ratio', 'success']

/** The figures of a model that have a tolerance; `share`: instead of the tolerance. */
export function compared(model: OutsideModel, result: Result, share?: number): readonly Compared[] {
  return model.tools.flatMap((tool) =>
    Object.entries(answers.models[model.id]?.[tool]?.figures ?? {}).flatMap(([figure, { value, halfWidth }]) => {
      const word = figure.slice(figure.lastIndexOf('.') + 1)
      const tolerance = model.tolerance[word]
      if (tolerance === undefined) return []
      const scale = absolute.includes(word) ? 1 : Math.abs(value)
      const allowed = halfWidth + (share ?? tolerance) * scale + 1e-9
      return [{ tool, figure, theirs: value, halfWidth, ours: figureOf(result, figure), allowed }]
    }),
  )
}

/**
 * A 95 % interval misses one time in twenty, and more than 300 figures are compared: of ten replications an interval so
 * many times as wide misses one time in a thousand (Student, 9 degrees of freedom).
 */
const SURE = 4.781 / 2.262

/** Figures further off than their tolerance, by whether the result itself says that they may be. */
export function beyondTolerance(figures: readonly Compared[]): {
  readonly covered: readonly string[]
  readonly unknown: readonly string[]
  readonly wrong: readonly string[]
} {
  const off = figures.flatMap((one) => {
    const { ours, theirs, halfWidth, allowed } = one
    const noise = SURE * halfWidth
    const { value, low, high } = ours
    if (value !== null && Math.abs(value - theirs) <= allowed - halfWidth + noise) return []
    if (value !== null && (low === null || high === null)) return [{ one, sort: 'unknown' }]
    const isCovered = low !== null && high !== null && theirs >= low - noise && theirs <= high + noise
    return [{ one, sort: isCovered ? 'covered' : 'wrong' }]
  })
  const of = (wanted: string): readonly string[] =>
    off.flatMap(({ one, sort }) => (sort === wanted ? [wanted === 'wrong' ? inWords(one) : one.figure] : []))
  return { covered: of('covered'), unknown: [...new Set(of('unknown'))], wrong: of('wrong') }
}

/** In words, what lies too far apart; `ownHalf`: half width of our own interval counts too. */
export function disagreements(figures: readonly Compared[], { ownHalf = false } = {}): readonly string[] {
  return figures.flatMap((one) => {
    const { theirs, allowed } = one
    const { value, low, high } = one.ours
    const own = ownHalf && low !== null && high !== null ? (high - low) / 2 : 0
    return value !== null && Math.abs(value - theirs) <= allowed + own ? [] : [inWords(one)]
  })
}

function inWords({ tool, figure, theirs, halfWidth, ours: { value, low, high } }: Compared): string {
  const error = value === null ? 'nothing' : `${(100 * (value / theirs - 1)).toFixed(2)} %`
  return `${figure}: ${tool} ${theirs} ± ${halfWidth}, ours ${value?.toPrecision(6)} (${low} to ${high}): ${error}`
}

/** Requests a second, about as many as really come where users are closed. */
export const rateOf = ({ id, tools, system }: OutsideModel): number =>
  Object.entries(system.flows).reduce((sum, [flow, { rate }]) => {
    const found = tools.map((tool) => answers.models[id]?.[tool]?.figures[`${flow}.throughput`]?.value)
    return sum + (rate ?? found.find((value) => value !== undefined) ?? 0)
  }, 0)
