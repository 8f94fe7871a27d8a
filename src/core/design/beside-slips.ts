import type { Diagnostic } from '../base/diagnostic.ts'
import type { Remains } from '../text/parse.ts'
import { sectionOfCode } from './missing-names.ts'

/** Mistakes that say that something is missing: what was left out may be it. */
const OF_ABSENCE: ReadonlySet<string> = new Set([
  'missing-key',
  'step-verb',
  'fault-kind',
  'fault-time',
  'fault-strength',
  'flow-start',
  'actor-demand',
  'shares-sum',
  'part-missing',
  'search',
])

/** Mistakes that may say no more than that a section could not be read, beside those about its own names. */
const OF_SECTION: ReadonlyMap<string, readonly string[]> = new Map([
  ['assume', ['no-parts']],
  ['load', ['fault-target']],
  ['places', ['fault-target']],
  ['kinds', ['unknown-kind']],
  ['components', ['unknown-subject', 'objective-subject', 'fault-target']],
  ['flows', ['unknown-subject', 'objective-subject', 'fault-target']],
])

/**
 * Mistakes found in a text whose keys have slips (no value, a reserved name) or whose sections cannot all be read, so
 * that all are told at once: without those that may follow from what the slips took away.
 *
 * @param remains  what was left out: keys, or whole sections
 */
export function besideSlips(found: readonly Diagnostic[], remains: Left): readonly Diagnostic[] {
  return found.filter((diagnostic) => diagnostic.severity === 'error' && !mayFollow(diagnostic, remains))
}

type Left = Pick<Remains, 'lost' | 'areSections'>

function mayFollow({ code, message, hint = '' }: Diagnostic, { lost, areSections }: Left): boolean {
  if (lost.length === 0) return false
  if (areSections ? code === 'missing-key' && lost.some((key) => message.includes(`\`${key}\``)) : OF_ABSENCE.has(code))
    return true
  if (lost.some((key) => OF_SECTION.get(key)?.includes(code))) return true
  // Boundaries and views hold actors too.
  if (lost.includes('load') && code === 'unknown-component' && /^the (?:boundary|view)/.test(message)) return true
  // `1,000` in brackets: what stands before the comma is no mistake of its own.
  if (code === 'unit-missing' && lost.some((key) => /^\d{3}\b/.test(key))) return true
  const section = sectionOfCode.get(code)
  if (section !== undefined && lost.includes(section)) return true
  // A list of known keys may name anything.
  const words = code === 'unknown-key' ? message : `${message} ${hint}`
  return lost.some((key) => key !== '' && ['`', ':', '.', ' '].some((end) => words.includes(`\`${key}${end}`)))
}
