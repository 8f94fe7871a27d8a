import { allReviewSteps, reviewStepTitle } from '../../base/review-step.ts'
import { dollars, perSecond, percent, seconds } from '../../result/format.ts'
import type { Estimate, ObjectiveResult, Result, Verdict } from '../../result/result.ts'
import { acceptedText } from '../diagnostic-text.ts'
import { intervalText, measuredText } from '../measured-text.ts'
import { escapeControls } from '../text-width.ts'
import type { CheckFacts, Format, Issue } from './define.ts'
import { issuesOf, judgedResults, oneLine, verdictText } from './issues.ts'

export const markdown: Format = {
  name: 'markdown',
  about: 'Markdown for a comment on a pull request: the verdicts, their causes, and the rest folded',
  write: (facts) => {
    const issues = issuesOf(facts)
    const blocks = [
      [`### ${mark(facts)} ${prose(`${facts.name}: ${verdictText(facts)}`)}`],
      objectiveTable(facts),
      causes(facts),
      ...folded(findingsTitle(issues), findings(issues)),
      ...folded('Figures of each flow', flowTables(facts)),
      ...folded('What to know before believing the figures', notes(facts)),
      [`<sub>loadpath ${prose(facts.version)} · ${code(facts.command)}</sub>`],
    ]
    return `${blocks
      .filter((block) => block.length > 0)
      .map((block) => block.join('\n'))
      .join('\n\n')}\n`
  },
}

const signs: Readonly<Record<Verdict, string>> = { missed: '❌', undecided: '❔', met: '✅' }
const order: readonly Verdict[] = ['missed', 'undecided', 'met']

/** Rows that a reader of a pull request sees before the folds. */
const MOST_ROWS = 12
const MOST_CAUSES = 3

function mark(facts: CheckFacts): string {
  if (facts.results.length === 0) return signs.missed
  const all = judgedResults(facts).flatMap(({ objectives }) => objectives)
  return signs[order.find((verdict) => all.some((one) => one.verdict === verdict)) ?? 'met']
}

interface Judged {
  readonly objective: ObjectiveResult
  readonly result: Result
}

/** Worst first. */
function judgedObjectives(facts: CheckFacts): readonly Judged[] {
  const all = judgedResults(facts).flatMap((result) => result.objectives.map((objective) => ({ objective, result })))
  return all.toSorted((a, b) => order.indexOf(a.objective.verdict) - order.indexOf(b.objective.verdict))
}

function objectiveTable(facts: CheckFacts): readonly string[] {
  const all = judgedObjectives(facts)
  if (all.length === 0) return []
  const shown = all.slice(0, MOST_ROWS)
  const rows = shown.map(({ objective, result }) => {
    const isSolved = result.method === 'analysis'
    return [
      signs[objective.verdict],
      code(objective.scenario),
      code(objective.subject.id),
      code(objective.target),
      prose(measuredText(objective, isSolved)),
      prose(intervalText(objective, isSolved)),
    ]
  })
  const rest = all.length - shown.length
  return [
    ...table(['', 'scenario', 'of', 'objective', 'measured', 'interval'], rows),
    ...(rest > 0 ? ['', `and ${rest} more`] : []),
  ]
}

/** The same cause of several objectives is said once. */
function causes(facts: CheckFacts): readonly string[] {
  const seen = new Set<string>()
  const lines = judgedObjectives(facts).flatMap(({ objective: { cause, verdict, scenario, subject, target } }) => {
    const key = cause === undefined ? '' : `${scenario} ${cause.component} ${cause.reason}`
    if (cause === undefined || seen.has(key)) return []
    seen.add(key)
    const verb = verdict === 'missed' ? 'misses' : 'may miss'
    const what = `${code(subject.id)} ${verb} ${code(target)} in ${code(scenario)}`
    return [`- **Root cause** (${cause.confidence}): ${what}: ${prose(cause.text)}`]
  })
  return lines.slice(0, MOST_CAUSES)
}

function findingsTitle(issues: readonly Issue[]): string {
  const found = issues.filter(({ what }) => what === 'finding')
  const count = (isMeant: (issue: Issue) => boolean, word: string): string => {
    const n = found.filter(isMeant).length
    return n === 0 ? '' : `${n} ${word}${n === 1 || word === 'accepted' ? '' : 's'}`
  }
  const parts = [
    count(({ severity }) => severity === 'error', 'mistake'),
    count(({ severity }) => severity === 'warning', 'warning'),
    count(({ severity, accepted }) => severity === 'note' && accepted === null, 'note'),
    count(({ accepted }) => accepted !== null, 'accepted'),
  ]
  return `Findings: ${parts.filter((part) => part !== '').join(', ')}`
}

/** Under the eight headings of a review. */
function findings(issues: readonly Issue[]): readonly string[] {
  return allReviewSteps.flatMap((step) => {
    const mine = issues.filter((issue) => issue.what === 'finding' && issue.step === step)
    if (mine.length === 0) return []
    return [`**${reviewStepTitle(step)}**`, '', ...mine.map(findingLine), '']
  })
}

function findingLine({ severity, place: { file, line }, message, code: name, hint, accepted }: Issue): string {
  const where = code(line === undefined ? file : `${file}:${line}`)
  const more = [
    hint === null || accepted !== null ? '' : ` *${prose(hint)}*`,
    accepted === null ? '' : ` *${prose(acceptedText(accepted).replace(/^accepted: /, ''))}*`,
  ]
  return `- ${accepted === null ? severity : 'accepted'} ${where}: ${prose(message)} (${code(name)})${more.join('')}`
}

function flowTables(facts: CheckFacts): readonly string[] {
  return judgedResults(facts).flatMap((result) => {
    const rows = Object.entries(result.flows).map(([id, flow]) => [
      code(id),
      shown(flow.arrival_rate_per_s, perSecond),
      shown(flow.goodput_per_s, perSecond),
      shown(flow.response_time_s.p50, seconds),
      shown(flow.response_time_s.p99, seconds),
      shown(flow.success_ratio, percent),
    ])
    if (rows.length === 0) return []
    const { total } = result.cost_usd_per_month
    const cost = total > 0 ? `, ${dollars(total)} a month` : ''
    const heads = ['flow', 'offered', 'goodput', 'p50', 'p99', 'success']
    return [`**${prose(result.scenario)}**${cost}`, '', ...table(heads, rows), '']
  })
}

const shown = ({ value }: Estimate, format: (x: number) => string): string => (value === null ? '–' : format(value))

function notes(facts: CheckFacts): readonly string[] {
  const skipped = facts.skipped.map(({ scenario, why }) => `${scenario}: ${why}`)
  const trust = judgedResults(facts).flatMap((result) => result.trust)
  return [...new Set([...skipped, ...trust])].map((note) => `- ${prose(note)}`)
}

function folded(title: string, lines: readonly string[]): readonly (readonly string[])[] {
  const inner = lines.at(-1) === '' ? lines.slice(0, -1) : lines
  return inner.length === 0 ? [] : [[`<details><summary>${title}</summary>`, '', ...inner, '', '</details>']]
}

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${heads.join(' | ')} |`,
  `| ${heads.map(() => '---').join(' | ')} |`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
]

/** As it is, whatever it holds. What would end the code, or the cell of a table around it, goes by its number. */
export function code(text: string): string {
  const line = oneLine(text)
  if (line === '') return ''
  return /[`|\\]/.test(escapeControls(line)) ? `<code>${plain(line)}</code>` : `\`${line}\``
}

/** Words with names in `quotes`: the names as code, the rest as text that means nothing else. */
export const prose = (text: string): string =>
  oneLine(text)
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? code(part.slice(1, -1)) : plain(part)))
    .join('')

/**
 * Signs of Markdown and HTML as their numbers. What a forge makes a link of (`@name`, `#12`, an address) is broken by a
 * joiner without width.
 */
const plain = (text: string): string =>
  escapeControls(text)
    .replaceAll(/[@#]|:\/\/|(?<=www)\./gi, (sign) => `${sign}\u2060`)
    .replace(/^(?=[-+=]|\d+[.)](?:\s|$))/, '\u2060')
    .replaceAll(/[\\`*_[\]<>|~&$]/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`)
