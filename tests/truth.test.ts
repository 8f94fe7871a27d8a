import { describe, expect, it } from 'vitest'
import type { TheoryCase } from './theory/case.ts'
import { availabilitySection } from './theory/cases-availability.ts'
import { cacheSection } from './theory/cases-caches.ts'
import { copySection } from './theory/cases-copies.ts'
import { fanOutSection } from './theory/cases-fan-out.ts'
import { messageSection } from './theory/cases-messages.ts'
import { networkSection } from './theory/cases-networks.ts'
import { protectionSection } from './theory/cases-protection.ts'
import { queueSection } from './theory/cases-queues.ts'
import { shardSection } from './theory/cases-shards.ts'
import {
  caseText,
  committedCase,
  committedPage,
  pageWith,
  sectionText,
  titles,
  writePage,
} from './theory/truth-page.ts'

const sections = [
  queueSection,
  networkSection,
  cacheSection,
  copySection,
  fanOutSection,
  protectionSection,
  availabilitySection,
  shardSection,
  messageSection,
]

/** That the figures on it are what is played is for tests/theory to say. */
const whole = (title: string): string => {
  const section = sections.find((each) => each.title === title)
  return section === undefined ? '' : sectionText(section)
}

type Cells = readonly (readonly string[])[]

describe('docs/truth.md', () => {
  it('has the sections of tests/theory and what is said around them (UPDATE_GOLDEN=1 writes it)', () => {
    if (process.env['UPDATE_GOLDEN'] === '1') writePage(whole)
    expect(sections.map(({ title }) => title)).toEqual(titles)
    expect(committedPage()).toBe(pageWith(whole))
  })

  it.each(sections)('shows every case of $title', ({ title, cases }) => {
    const ids = cases.map(({ id }) => id)
    expect(ids.filter((id) => committedCase(title, { id }) === '')).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('keeps what one engine said of a case when the other one says something new', () => {
    const { title, cases } = queueSection
    const [theory] = cases as readonly [TheoryCase]
    const committed = committedCase(title, theory)
    const got = { value: 7, low: 6, high: 8 }
    const figures = Object.entries(theory.expected).map(([figure, expected]) => ({ figure, expected, got }))
    const played = figures.map((row) => ({ ...row, verdict: 'agrees' as const }))
    const simulated = { rows: played, requests: 5, replications: 2, broken: [] }
    const solved = figures.map((row) => ({ ...row, claim: 'a guess' }))
    const cellsOf = (text: string): Cells => text.split('\n').map((row) => row.split(' | '))
    const [before, replayed, asked] = [
      committed,
      ...[{ simulated }, { solved }].map((one) => caseText(title, theory, one)),
    ].map(cellsOf) as [Cells, Cells, Cells]
    expect(replayed.map((cells) => cells.slice(8))).toEqual(before.map((cells) => cells.slice(8)))
    expect(replayed[0]?.slice(4, 8)).toEqual(['7', '13900.00 %', '6 to 8', '2 × 5'])
    expect(asked.map((cells) => cells.slice(0, 8))).toEqual(before.map((cells) => cells.slice(0, 8)))
    expect(asked[0]?.slice(8)).toEqual(['7', '13900.00 %', 'a guess |'])
  })
})
