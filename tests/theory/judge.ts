import { type Estimate, type Result, simulate } from '../../src/core/index.ts'
import type { ComputedCase, Expected, TheoryCase } from './case.ts'
import { figureOf, modelOf, rateOf } from './figures.ts'

const SEED = 11
const REPLICATIONS = 10
/** How often the length is doubled when a run is too short to say. */
const DOUBLINGS = 4

type Verdict = 'agrees' | 'differs' | 'undecided'

/** One figure of a case as it came out. */
export interface Row {
  readonly figure: string
  readonly expected: Expected
  readonly got: Estimate
  readonly verdict: Verdict
}

export interface Judged {
  readonly rows: readonly Row[]
  /** Requests measured in each of so many independent runs; null where nothing is played. */
  readonly requests: number | null
  readonly replications: number
  /** Invariants that did not hold. */
  readonly broken: readonly string[]
}

/** What plays a model: the simulator, or one that is wrong on purpose. */
export type Simulator = typeof simulate

/**
 * Plays the whole way, from text to figures. A figure agrees when its whole 95 % interval lies within the tolerance around
 * the expected value (an equivalence test: a wide interval does not pass), differs when all of it lies outside, and is
 * undecided in between: then everything is played again for twice as long, four times at most. Seeds are fixed, so a
 * correct simulator agrees always.
 */
export function judge(
  theory: TheoryCase | ComputedCase,
  simulator: Simulator = simulate,
  doublings = DOUBLINGS,
): Judged {
  if ('computed' in theory) return judgeComputed(theory)
  const model = modelOf(theory.design)
  const replications = theory.replications ?? REPLICATIONS
  for (let doubled = 0; ; doubled++) {
    const requests = theory.requests * 2 ** doubled
    const duration = requests / rateOf(model, theory)
    const result = simulator(model, { seed: SEED, duration, replications, eventsMax: Infinity })
    const rows = rowsOf(result, theory.expected)
    const isOpen = rows.every(({ verdict }) => verdict !== 'differs') && rows.some(isUndecided)
    if (isOpen && doubled < doublings) continue
    return { rows, requests, replications, broken: result.trust.filter((note) => note.includes('invariant')) }
  }
}

const isUndecided = ({ verdict }: Row): boolean => verdict === 'undecided'

const rowsOf = (result: Result, expected: TheoryCase['expected']): readonly Row[] =>
  Object.entries(expected).map(([figure, aim]) => {
    const got = figureOf(result, figure)
    return { figure, expected: aim, got, verdict: verdictOn(got, aim) }
  })

function judgeComputed({ computed, expected }: ComputedCase): Judged {
  const figures = computed()
  const rows = Object.entries(expected).map(([figure, aim]) => {
    const value = figures[figure] ?? Number.NaN
    const got = { value, low: value, high: value }
    return { figure, expected: aim, got, verdict: verdictOn(got, aim) }
  })
  return { rows, requests: null, replications: 0, broken: [] }
}

function verdictOn({ low, high }: Estimate, { value, rel = 0, abs = 0 }: Expected): Verdict {
  const tolerance = Math.max(abs, rel * Math.abs(value)) + 1e-12
  if (low === null || high === null) return 'undecided'
  if (low >= value - tolerance && high <= value + tolerance) return 'agrees'
  return low <= value + tolerance && high >= value - tolerance ? 'undecided' : 'differs'
}
