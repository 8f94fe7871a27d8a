import type { Diagnostic, Severity } from '../../base/diagnostic.ts'
import { hashText } from '../../base/random.ts'
import type { Span } from '../../base/span.ts'
import type { Finding, ObjectiveResult, Result, Verdict } from '../../result/result.ts'
import { intervalText, measuredText } from '../measured-text.ts'
import type { CheckFacts, Issue, Place } from './define.ts'

/** What is not as it should be: objectives first, then what was found, each with the worst first. */
export function issuesOf(facts: CheckFacts): readonly Issue[] {
  const judged = judgedResults(facts)
  const objectives = judged.flatMap((result) =>
    result.objectives.flatMap((one) => (one.verdict === 'met' ? [] : [ofObjective(one, result, facts)])),
  )
  const findings = judged.flatMap((result) => result.findings.map((one) => ofFinding(one, result, facts)))
  const all = [...objectives, ...facts.diagnostics.map((one) => ofDiagnostic(one, facts)), ...findings]
  return numbered(all.toSorted((a, b) => rank[b.severity] - rank[a.severity]))
}

const rank: Readonly<Record<Severity, number>> = { error: 2, warning: 1, note: 0 }

/** Points of a sweep are asked about; they have no verdict of their own. */
export const judgedResults = ({ results }: CheckFacts): readonly Result[] =>
  results.filter(({ sweep }) => sweep === undefined)

export const verdictSeverity: Readonly<Record<Verdict, Severity>> = {
  missed: 'error',
  undecided: 'warning',
  met: 'note',
}

function ofObjective(objective: ObjectiveResult, result: Result, facts: CheckFacts): Issue {
  const { verdict, scenario, subject, target, step, cause } = objective
  const severity = verdictSeverity[verdict]
  const verb = verdict === 'missed' ? 'misses' : 'may miss'
  const where = facts.results.length > 1 ? `${scenario}: ` : ''
  const why = cause === undefined ? '' : `. Root cause (${cause.confidence}): ${cause.text}`
  return {
    what: 'objective',
    code: `objective-${verdict}`,
    severity,
    step,
    place: placeOf(facts.spanOf(objective), facts),
    message: `${where}\`${subject.id}\` ${verb} ${target}: ${figures(objective, result)}${why}`,
    hint: cause === undefined ? null : (facts.codes[cause.reason]?.remedy ?? null),
    accepted: null,
    isFailing: facts.isFailing('objective', severity),
    key: `objective ${scenario} ${objective.id}`,
  }
}

/** `62 ms (60 ms .. 64 ms)`. */
export function figures(objective: ObjectiveResult, { method }: Result): string {
  const isSolved = method === 'analysis'
  return [measuredText(objective, isSolved), intervalText(objective, isSolved)].filter((part) => part !== '').join(' ')
}

function ofDiagnostic(diagnostic: Diagnostic, facts: CheckFacts): Issue {
  const { code, severity, step = 2, at, message, hint = null, accepted = null } = diagnostic
  return {
    what: 'finding',
    code,
    severity,
    step,
    place: placeOf(at, facts),
    message: `${optionText(at)}${message}`,
    hint,
    accepted,
    isFailing: accepted === null && facts.isFailing('finding', severity),
    key: `${code} ${facts.keysAt(at)}`,
  }
}

/** What stands on the command line is in no file: the message says where it comes from. */
const optionText = ({ file }: Span): string => (file.startsWith('--') ? `${file}: ` : '')

function ofFinding({ code, severity, step, message, accepted }: Finding, result: Result, facts: CheckFacts): Issue {
  const component = result.metastable?.component ?? ''
  const where = facts.results.length > 1 ? `${result.scenario}: ` : ''
  return {
    what: 'finding',
    code,
    severity,
    step,
    place: placeOf(facts.spanOf({ component }), facts),
    message: `${where}${message}`,
    hint: facts.codes[code]?.remedy ?? null,
    accepted: accepted ?? null,
    isFailing: accepted === undefined && facts.isFailing('finding', severity),
    key: `${code} ${result.scenario} ${component}`,
  }
}

/** The first line of it: what spans twenty lines would hide them all. */
function placeOf(span: Span | null, facts: CheckFacts): Place {
  if (span === null || span.file === '' || span.file.startsWith('--')) return { file: facts.file }
  const [file = ''] = span.file.split('#')
  const path = facts.pathOf(file)
  if (file !== span.file) return { file: path }
  const text = facts.source(file)
  const { line, column, offset, endOffset } = span
  if (text === undefined) return { file: path, line, column }
  const end = text.slice(offset, endOffset).search(/\r?\n/)
  const length = end === -1 ? endOffset - offset : end
  return { file: path, line, column, endColumn: column + Math.max(1, length) }
}

/** The same thing several times: told apart by its number, which lines that move do not change. */
function numbered(all: readonly Issue[]): readonly Issue[] {
  const counts = new Map<string, number>()
  return all.map((issue) => {
    const count = (counts.get(issue.key) ?? 0) + 1
    counts.set(issue.key, count)
    return { ...issue, key: `${issue.key} ${count}` }
  })
}

/** 64 bits of a text, in hexadecimal digits. */
export const fingerprint = (text: string): string =>
  [hashText(text), hashText(text, 0x9e3779b9)].map((word) => word.toString(16).padStart(8, '0')).join('')

/** `2 of 3 objectives missed`, with what else there is to know in a word. */
export function verdictText(facts: CheckFacts): string {
  if (facts.results.length === 0) {
    const errors = facts.diagnostics.filter(({ severity }) => severity === 'error').length
    return `not played: ${errors} ${errors === 1 ? 'mistake' : 'mistakes'} in the design`
  }
  const all = judgedResults(facts).flatMap(({ objectives }) => objectives)
  const count = (verdict: Verdict): number => all.filter((one) => one.verdict === verdict).length
  const [missed, open] = [count('missed'), count('undecided')]
  if (all.length === 0) return 'no objectives to check'
  if (missed + open === 0) return all.length === 1 ? 'the objective is met' : `all ${all.length} objectives are met`
  const of = `of ${all.length} ${all.length === 1 ? 'objective' : 'objectives'}`
  if (missed === 0) return `${open} ${of} undecided`
  return `${missed} ${of} missed${open > 0 ? `, ${open} undecided` : ''}`
}

/** On one line. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
