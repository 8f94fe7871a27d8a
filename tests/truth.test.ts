import { describe, expect, it } from 'vitest'
import { availabilitySection } from './theory/cases-availability.ts'
import { cacheSection } from './theory/cases-caches.ts'
import { copySection } from './theory/cases-copies.ts'
import { fanOutSection } from './theory/cases-fan-out.ts'
import { messageSection } from './theory/cases-messages.ts'
import { networkSection } from './theory/cases-networks.ts'
import { protectionSection } from './theory/cases-protection.ts'
import { queueSection } from './theory/cases-queues.ts'
import { shardSection } from './theory/cases-shards.ts'
import { committedCase, committedPage, pageWith, sectionText, titles, writePage } from './theory/truth-page.ts'

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
})
