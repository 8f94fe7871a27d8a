/**
 * Plays every theory case as tests/theory does and writes docs/truth.md. By hand, after `npm run build`:
 * `npx jiti scripts/truth.ts`. Takes some minutes.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type * as Core from '../src/core/index.ts'
import type { TheoryCase } from '../tests/theory/case.ts'
import { theoryCases } from '../tests/theory/cases.ts'
import { figureOf, rateOf } from '../tests/theory/figures.ts'
import { page, table } from './reference/markdown.ts'

const SEED = 11
const REPLICATIONS = 10

const root = path.resolve(import.meta.dirname, '..')

async function main(): Promise<void> {
  const core = (await import(path.join(root, 'dist/core.mjs'))) as typeof Core
  const rows = theoryCases.flatMap((theory) => rowsOf(theory, core))
  writeFileSync(path.join(root, 'docs/truth.md'), truthPage(rows))
}

/** One figure of one case. */
interface Row {
  readonly cells: readonly string[]
  /** null: the figure has no interval. */
  readonly isHeld: boolean | null
}

const truthPage = (rows: readonly Row[]): string =>
  page([
    '# What the simulator is held against',
    '<!-- Written by scripts/truth.ts from a run. -->',
    'Systems whose answer is known from theory, written as designs and played the whole way from text to figures. ' +
      '*Exact*: the expected value is a closed form or comes from an exact Markov chain, and the simulator has no licence to ' +
      'differ from it by more than chance. *Approximate* and *asymptotic* say how far the expected value itself may be off.',
    'A case passes in `tests/theory` when the **whole** 95 % interval lies within the tolerance around the expected value: a ' +
      'wide interval does not pass. One interval in twenty does not hold the truth; that is what 95 % means, and a test of ' +
      `200 seeds counts that it is so. Seed ${SEED}, ${REPLICATIONS} independent replications each; the same seed gives these numbers again.`,
    table(
      ['case', 'source', 'truth', 'figure', 'expected', 'tolerance', 'measured', '95 % interval', 'requests'],
      rows.map(({ cells }) => cells),
    ),
    `Of ${rows.filter(({ isHeld }) => isHeld !== null).length} intervals, ${rows.filter(({ isHeld }) => isHeld).length} hold the expected value.`,
    'Figures: times in seconds; `rejected`, `abandoned` and other failures as shares of ended requests, without an interval of ' +
      'their own.',
    '## What this does not show',
    'That a *design* is like the system it stands for. The defaults of the kinds have sources of their own, which stand beside ' +
      'them in the [reference](reference/kinds.md); where it says *assumption*, measure. What a kind leaves out stands on its page ' +
      'under *What is not*.',
  ])

function rowsOf(theory: TheoryCase, core: typeof Core): readonly Row[] {
  const options = { file: 'theory.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
  const [model] = core.prepare(theory.design, options).models
  if (model === undefined) throw new Error(`${theory.id} is no design`)
  const replications = theory.replications ?? REPLICATIONS
  const duration = theory.requests / rateOf(model, theory)
  const result = core.simulate(model, { seed: SEED, duration, replications, eventsMax: Infinity })
  return Object.entries(theory.expected).map(([figure, { value, rel, abs }], i) => {
    const { value: measured, low, high } = figureOf(result, figure)
    const isFirst = i === 0
    const isBare = low === null || high === null || low === high
    const cells = [
      isFirst ? theory.id : '',
      isFirst ? theory.source : '',
      isFirst ? (theory.truth ?? 'exact') : '',
      `\`${figure}\``,
      digits(value),
      abs === undefined ? `${digits((rel ?? 0) * 100)} %` : `± ${digits(abs)}`,
      digits(measured),
      isBare ? '' : `${digits(low)} to ${digits(high)}`,
      isFirst ? `${replications} × ${digits(theory.requests)}` : '',
    ]
    return { cells, isHeld: isBare ? null : low <= value && value <= high }
  })
}

const digits = (value: number | null): string => (value === null ? '' : `${Number(value.toPrecision(5))}`)

await main()
