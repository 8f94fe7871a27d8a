import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { page } from '../../scripts/reference/markdown.ts'
import type { ComputedCase, Expected, Section, TheoryCase } from './case.ts'
import type { Judged, Row } from './judge.ts'

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
    '# What the simulator is held against',
    '<!-- Generated from a run by tests/theory (UPDATE_GOLDEN=1 npm run test:theory writes it). Do not edit. -->',
    'Systems whose answer is known, written as designs and played the whole way from text to figures. ' +
      '*Exact*: the expected value is a closed form or comes from an exact Markov chain, and the simulator has no licence to ' +
      'differ from it by more than chance. *Approximate* and *asymptotic* say how far the expected value itself may be off.',
    'A figure agrees when the **whole** 95 % interval lies within the tolerance around the expected value: a wide interval ' +
      'does not pass. One that is too wide to say is played again for twice as long, four times at most. *Error* is how far ' +
      'what was got lies from what was expected. One interval in twenty does not hold the truth; that is what 95 % means, and ' +
      'a test of 200 seeds counts that it is so. The same seed gives these numbers again, and `npm run test:theory` fails when ' +
      'what it plays is not what stands here.',
    'Figures: times in seconds; `rejected`, `abandoned` and other failures as shares of ended requests; *runs × requests* is ' +
      'what was measured, after the warm-up. Without an interval: worked out, or known without any spread.',
    ...titles.flatMap((title) => [`## ${title}`, section(title)]),
    readFileSync(agreement, 'utf8').trim(),
    '## What this does not show',
    'That a *design* is like the system it stands for. The defaults of the kinds have sources of their own, which stand beside ' +
      'them in the [reference](reference/kinds.md); where it says *assumption*, measure. What a kind leaves out stands on its page ' +
      'under *What is not*.',
  ])

const heads = [
  'case',
  'source',
  'truth',
  'figure',
  'expected',
  'got',
  'error',
  'tolerance',
  '95 % interval',
  'runs × requests',
]
const line = (cells: readonly string[]): string => `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`

/** The lines of one case: its figures as they came out. */
export const caseText = (theory: TheoryCase | ComputedCase, { rows, requests, replications }: Judged): string =>
  rows
    .map((row, i) =>
      line([
        ...(i === 0 ? [theory.id, theory.source, theory.truth ?? 'exact'] : ['', '', '']),
        ...cellsOf(row),
        i === 0 && requests !== null ? `${replications} × ${digits(requests)}` : '',
      ]),
    )
    .join('\n')

/** The lines of a case as they stand on the page; empty when it is not there. */
export function committedCase(title: Title, { id }: { readonly id: string }): string {
  const lines = committedSection(title).split('\n')
  const start = lines.findIndex((text) => text.startsWith(`| ${id} | `))
  if (start < 0) return ''
  const next = lines.findIndex((text, i) => i > start && !text.startsWith('|  | '))
  return lines.slice(start, next < 0 ? undefined : next).join('\n')
}

/** A section of the cases that are on the page, in their order; the lines of some may be new. */
export function sectionText({ title, cases }: Section, fresh: Readonly<Record<string, string>> = {}): string {
  const texts = cases.map((theory) => fresh[theory.id] ?? committedCase(title, theory)).filter((text) => text !== '')
  return [line(heads), `|${heads.map(() => ' --- ').join('|')}|`, ...texts].join('\n')
}

function cellsOf({ figure, expected, got }: Row): readonly string[] {
  const { value, low, high } = got
  const isBare = low === null || high === null || low === high
  return [
    `\`${figure}\``,
    digits(expected.value),
    digits(value),
    value === null || expected.value === 0 ? '' : `${(100 * (value / expected.value - 1)).toFixed(2)} %`,
    toleranceOf(expected),
    isBare ? '' : `${digits(low)} to ${digits(high)}`,
  ]
}

const toleranceOf = ({ rel, abs }: Expected): string =>
  abs === undefined ? `${digits((rel ?? 0) * 100)} %` : `± ${digits(abs)}`

const digits = (value: number | null): string => (value === null ? '' : `${Number(value.toPrecision(5))}`)
