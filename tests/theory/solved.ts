import { analysed, type Estimate, type Result, solve } from '../../src/core/index.ts'
import type { Expected, TheoryCase } from './case.ts'
import { figureOf, modelOf } from './figures.ts'

/** One figure of a case as the solver has it. */
export interface Solved {
  readonly figure: string
  readonly expected: Expected
  readonly got: Estimate
  /** How sure the solver says it is, in words. */
  readonly claim: string
}

/** Asks the solver, the whole way from text to figures. */
export function solved({ design, expected }: TheoryCase): readonly Solved[] {
  const model = modelOf(design)
  const result = analysed(model, solve(model), { hash: '', wall: 0, trust: [] })
  return Object.entries(expected).map(([figure, aim]) => {
    const got = figureOf(result, figure)
    return { figure, expected: aim, got, claim: claimOf(got, result) }
  })
}

/** A figure without an interval is taken for an exact one by whoever reads it. */
function claimOf({ value, low, high }: Estimate, { methods = [] }: Result): string {
  if (value !== null && low !== null && high !== null) {
    const off = Math.max(high - value, value - low)
    if (off === 0) return 'exact'
    return value === 0 ? `± ${rounded(off)}` : `± ${rounded((100 * off) / Math.abs(value))} %`
  }
  // The worst comes first.
  const [worst] = methods
  if (worst?.kind === 'unsupported') return `not solved: ${worst.reason?.split(':')[0]}`
  if (value === null) return 'not solved'
  return worst === undefined ? 'unknown' : `unknown: ${worst.name}`
}

const rounded = (value: number): string => `${Number(value.toPrecision(2))}`
