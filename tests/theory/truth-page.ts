import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { page } from '../../scripts/reference/markdown.ts'
import type { Estimate } from '../../src/core/index.ts'
import type { ComputedCase, Expected, Section, TheoryCase } from './case.ts'
import type { Judged, Row } from './judge.ts'
import type { Solved } from './solved.ts'

const file = path.resolve(import.meta.dirname, '../../docs/truth.md')
/** Errors on the grid, written by tests/agreement. */
const agreement = path.resolve(import.meta.dirname, '../agreement/agreement.md')

/** The headings, in the order of the page. */
export const titles = [
  'One queue',
  'Networks of queues',
  'Caches',
  'Copies and quorums',
  'Fan-out and hedges',
  'Retries, deadlines and limits',
  'Availability',
  'Shards and skew',
  'Messages',
] as const

export type Title = (typeof titles)[number]

export const committedPage = (): string => readFileSync(file, 'utf8')

/** What stands under a heading of the page. */
export function committedSection(title: Title): string {
  const text = committedPage()
  const start = text.indexOf(`\n## ${title}\n`)
  if (start < 0) return ''
  const from = text.indexOf('\n', start + 1)
  const end = text.indexOf('\n## ', from)
  return text.slice(from, end < 0 ? undefined : end).trim()
}

/** Writes the page around its sections, where those that are given are new. One test file at a time has the page. */
export function writePage(section: (title: Title) => string = committedSection): void {
  const lock = `${file}.lock`
  while (!isMade(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  try {
    writeFileSync(file, pageWith(section))
  } finally {
    rmdirSync(lock)
  }
}

/** Writes what is new about one case; all else, and what the other engine said of it, stays. */
export const writeCase = (section: Section, { id }: { readonly id: string }, fresh: Fresh): void =>
  writePage((title) => (title === section.title ? sectionText(section, { [id]: fresh }) : committedSection(title)))

function isMade(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    return false
  }
}

/** The whole page around the sections. */
export const pageWith = (section: (title: Title) => string): string =>
  page([
    '# What simulator and solver are held against',
    '<!-- Generated from a run by tests/theory (UPDATE_GOLDEN=1 npm run test:theory writes it). Do not edit. -->',
    'Systems whose answer is known, written as designs and taken the whole way from text to figures, by the simulator and by ' +
      'the analytic solver. *Exact*: the expected value is a closed form or comes from an exact Markov chain, and nobody has ' +
      'a licence to differ from it by more than chance. *Approximate* and *asymptotic* say how far the expected value itself ' +
      'may be off. Behind it stands the tolerance.',
    'The **simulator** agrees when the **whole** 95 % interval lies within the tolerance: a wide interval does not pass. One ' +
      'that is too wide to say is played again for twice as long, four times at most. *Error* is how far what was got lies from ' +
      'what was expected. One interval in twenty does not hold the truth; that is what 95 % means, and a test of 200 seeds ' +
      'counts that it is so. The same seed gives these numbers again, and `npm run test:theory` fails when what it plays is not ' +
      'what stands here. *Runs × requests* is what was measured, after the warm-up. Without an interval: worked out, or known ' +
      'without any spread. What has no runs at all is worked out by the product, and there is nothing to play or to solve.',
    'The **solver** plays nothing, and *claims* for each figure how far off it may be. `exact`: the method follows from the ' +
      'design alone, and the figure is the expected value to a millionth of it. `± x %`: the method is approximate, and ' +
      'this is how far off it may be; often it is better, since it does not know when it is lucky. `unknown`: there is a ' +
      'figure, and nobody knows how good it is. `not solved`: what is there is no answer. The reason stands beside both, ' +
      'and `solve` names it under `mind`. A test fails when a figure lies further from the expected value than is claimed ' +
      '(what does is named in `tests/theory/solver.test.ts`), or when the solver says anything else than what stands here.',
    'Figures: times in seconds; `rejected`, `abandoned` and other failures as shares of ended requests.',
    ...titles.flatMap((title) => [`## ${title}`, section(title)]),
    readFileSync(agreement, 'utf8').trim(),
    '## What this does not show',
    'That a *design* is like the system it stands for. The defaults of the kinds have sources of their own, which stand beside ' +
      'them in the [reference](reference/kinds.md); where it says *assumption*, measure. What a kind leaves out stands on its page ' +
      'under *What is not*.',
  ])

const heads = [
  'case',
  'truth',
  'figure',
  'expected',
  'simulator',
  'error',
  '95 % interval',
  'runs × requests',
  'solver',
  'error',
  'claims',
]
/** Where the cells of the simulator begin, and those of the solver. */
const SIMULATED = 4
const SOLVED = 8

const line = (cells: readonly string[]): string => `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
const cellsIn = (text: string): readonly string[] =>
  text
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))

/** What is new about a case; what is not given stays as it is on the page. */
export interface Fresh {
  readonly simulated?: Judged
  readonly solved?: readonly Solved[]
}

/** The lines of one case: its figures as they came out of either engine. */
export function caseText(title: Title, theory: TheoryCase | ComputedCase, { simulated, solved }: Fresh = {}): string {
  const known = new Map(
    committedCase(title, theory)
      .split('\n')
      .map(cellsIn)
      .map((cells) => [cells[2], cells]),
  )
  return Object.entries(theory.expected)
    .map(([figure, expected], i) => {
      const name = `\`${figure}\``
      const row = simulated?.rows.find((each) => each.figure === figure)
      const runs = simulated && i === 0 && simulated.requests !== null
      const answer = solved?.find((each) => each.figure === figure)
      const old = known.get(name) ?? heads.map(() => '')
      return line([
        ...(i === 0 ? [theory.id, `${theory.truth ?? 'exact'}; ${theory.source}`] : ['', '']),
        name,
        `${digits(expected.value)} ${toleranceOf(expected)}`,
        ...(row ? [...simulatedCells(row), runs ? runsOf(simulated) : ''] : old.slice(SIMULATED, SOLVED)),
        ...(answer ? solvedCells(answer) : old.slice(SOLVED)),
      ])
    })
    .join('\n')
}

/** The lines of a case as they stand on the page; empty when it is not there. */
export function committedCase(title: Title, { id }: { readonly id: string }): string {
  const lines = committedSection(title).split('\n')
  const start = lines.findIndex((text) => text.startsWith(`| ${id} | `))
  if (start < 0) return ''
  const next = lines.findIndex((text, i) => i > start && !text.startsWith('|  | '))
  return lines.slice(start, next < 0 ? undefined : next).join('\n')
}

/** A section of the cases that are on the page, in their order; some may be new, or say something new. */
export function sectionText({ title, cases }: Section, fresh: Readonly<Record<string, Fresh>> = {}): string {
  const texts = cases.flatMap((theory) =>
    fresh[theory.id] !== undefined || committedCase(title, theory) !== ''
      ? [caseText(title, theory, fresh[theory.id])]
      : [],
  )
  return [line(heads), `|${heads.map(() => ' --- ').join('|')}|`, ...texts].join('\n')
}

function simulatedCells({ expected, got }: Row): readonly string[] {
  const { value, low, high } = got
  const isBare = low === null || high === null || low === high
  return [digits(value), errorOf(got, expected), isBare ? '' : `${digits(low)} to ${digits(high)}`]
}

const runsOf = ({ replications, requests }: Judged): string => `${replications} × ${digits(requests)}`

const solvedCells = ({ expected, got, claim }: Solved): readonly string[] => [
  digits(got.value),
  errorOf(got, expected),
  claim,
]

function errorOf({ value }: Estimate, expected: Expected): string {
  if (value === null || expected.value === 0) return ''
  const text = (100 * (value / expected.value - 1)).toFixed(2)
  return `${text === '-0.00' ? '0.00' : text} %`
}

const toleranceOf = ({ rel, abs }: Expected): string =>
  abs === undefined ? `± ${digits((rel ?? 0) * 100)} %` : `± ${digits(abs)}`

const digits = (value: number | null): string => (value === null ? '' : `${Number(value.toPrecision(5))}`)
