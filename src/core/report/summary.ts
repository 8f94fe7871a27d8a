import type { Estimate, FlowResult, ObjectiveResult, Result, Verdict } from '../result/result.ts'
import { dollars, percent, perSecond, quantity, seconds } from '../result/format.ts'
import { analysisFacts, isAnalysis, metastableLines, MOST_ANALYSIS_NOTES, stepLines } from './analysis-lines.ts'
import { intervalText, measuredText } from './measured-text.ts'
import { failureLines, unsurvived } from './failure-lines.ts'
import { lossLines } from './loss-lines.ts'
import { acceptedLines, type Found, reviewLines } from './review-lines.ts'
import { sweepLines } from './sweep-lines.ts'
import { unknownLines } from './unknown-lines.ts'
import { clip, columns, fit, plainStyle, type Style, table, toAscii, wrap } from './layout.ts'

/** All that one command found out. */
export interface Report {
  readonly file: string
  readonly version: string
  /** Baseline first, then scenarios. */
  readonly results: readonly Result[]
  /** Warnings about the design, in the order of its lines. */
  readonly warnings: readonly { readonly code: string; readonly place: string; readonly message: string }[]
  /** All findings, for the table of the eight steps and for what was accepted. */
  readonly found?: readonly Found[]
  /** Scenarios that were not played, and why. */
  readonly skipped: readonly { readonly scenario: string; readonly why: string }[]
  readonly seed: number
  /** The command that gives the same numbers. */
  readonly command: string
  readonly wall: number
  readonly isPartial: boolean
  /** What to do about objectives that are open, or a precision that was not reached; null: nothing is. */
  readonly advice?: string | null
}

const MOST_OBJECTIVES = 6
const MOST_FLOWS = 3
const MOST_CAUSES = 3
const MOST_WARNINGS = 2
const MOST_NOTES = 2
const CAUSE_LINES = 6

/**
 * The summary: the verdict first, what is worst first, at most 30 lines of 100 columns unless `isFull`.
 */
export function summaryText(
  whole: Report,
  { isFull = false, style = plainStyle }: { isFull?: boolean; style?: Style } = {},
): string {
  // Points of a sweep are asked about; they have no verdict of their own.
  const report = { ...whole, results: whole.results.filter(({ sweep }) => sweep === undefined) }
  const limit = isFull ? Infinity : 1
  const sections = [
    head(report, style),
    objectiveLines(report, MOST_OBJECTIVES * limit, style),
    flowLines(report, MOST_FLOWS * limit, isFull, style),
    isFull ? componentLines(report, style) : [],
    causeLines(report, MOST_CAUSES * limit, isFull, style),
    sweepLines(whole.results, style),
    [
      ...unknownLines(report.results, isFull ? Infinity : 2, style),
      ...adviceLines(report, style),
      ...failureLines(report.results, isFull ? Infinity : 2, style),
      ...lossLines(report.results, isFull ? Infinity : 2, style),
      ...limitLine(report, style),
      ...metastableLines(report.results, style),
      ...(isFull ? reviewLines(report, style) : []),
      ...checkLines(report, isFull, style),
      ...trustLines(report, isFull, style),
    ],
    foot(whole, style),
  ]
  const lines = sections.filter((section) => section.length > 0).flatMap((section) => ['', ...section])
  const text = lines.slice(1).map((line) => `${line}\n`)
  return style.isAscii ? toAscii(text.join('')) : text.join('')
}

const sign: Readonly<Record<Verdict, string>> = { met: '✔', missed: '✘', undecided: '?' }
const order: Readonly<Record<Verdict, number>> = { missed: 0, undecided: 1, met: 2 }
const color = { met: 'green', missed: 'red', undecided: 'yellow' } as const

const allObjectives = (report: Report): readonly ObjectiveResult[] =>
  report.results.flatMap((result) => result.objectives)

function head(report: Report, style: Style): readonly string[] {
  const objectives = allObjectives(report)
  const count = (verdict: Verdict): number => objectives.filter((o) => o.verdict === verdict).length
  const [missed, open] = [count('missed'), count('undecided')]
  const lost = unsurvived(report.results)
  const verdict = missed + lost > 0 ? 'missed' : open > 0 ? 'undecided' : 'met'
  const partial = report.isPartial ? style.paint('yellow', 'PARTIAL  ') : ''
  const name = report.results[0]?.design.name ?? report.file
  const unsure = objectives.filter(({ met_share: share }) => share !== undefined && share < 1).length
  const text =
    verdictText({ all: objectives.length, missed, open }) +
    (verdict === 'met' ? unsureText(unsure, objectives.length) : '') +
    (lost > 0 ? `; ${lost === 1 ? 'a failure is' : `${lost} failures are`} not survived` : '')
  const color_ = objectives.length === 0 ? 'bold' : color[verdict]
  const mark = objectives.length === 0 && lost === 0 ? '' : `${sign[verdict]} `
  return [`${partial}${style.paint(color_, `${mark}${clip(name, 40)}: ${text}`)}`]
}

function verdictText({ all, missed, open }: { all: number; missed: number; open: number }): string {
  if (all === 0) return 'no objectives to check'
  const of = (n: number): string => (n === all ? everyObjective(all) : `${n} of ${all} objectives`)
  if (missed + open === 0) return `${everyObjective(all)} met`
  if (missed === 0) return `${of(open)} undecided`
  return `${of(missed)} missed${open > 0 ? `, ${open} undecided` : ''}`
}

const everyObjective = (all: number): string =>
  all === 1 ? 'the objective is' : all === 2 ? 'both objectives are' : `all ${all} objectives are`

/** They hold with the values written, but not with all that the ranges allow. */
function unsureText(unsure: number, all: number): string {
  if (unsure === 0) return ''
  return ` as written, ${all === 1 ? 'but' : `${unsure} of them`} not over all ranges`
}

function objectiveLines(report: Report, most: number, style: Style): readonly string[] {
  const sorted = [...allObjectives(report)].sort((a, b) => order[a.verdict] - order[b.verdict])
  if (sorted.length === 0) return []
  const shown = sorted.length <= most ? sorted : sorted.slice(0, most - 1)
  const hasScenarios = report.results.length > 1
  const isNarrow = style.width < plainStyle.width
  const isSolved = isAnalysis(report.results)
  const cut = (text: string, width: number): string => (isNarrow ? text : clip(text, width))
  const rows = shown.map((objective) => [
    sign[objective.verdict],
    ...(hasScenarios ? [cut(objective.scenario, 18)] : []),
    cut(objective.subject.id, 18),
    cut(objective.target, 26),
    measuredText(objective, isSolved),
    cut(intervalText(objective, isSolved), 30),
  ])
  const lines = columns(rows).flatMap((line, i) => {
    const verdict = shown[i]?.verdict ?? 'met'
    const [first = '', ...more] = fit(isNarrow ? (rows[i] ?? []).join(' ').trimEnd() : line, style.width, '  ')
    return [style.paint(color[verdict], first.slice(0, 1)) + first.slice(1), ...more]
  })
  const rest = sorted.slice(shown.length)
  if (rest.length === 0) return lines
  const byVerdict = (['missed', 'undecided', 'met'] as const)
    .map((verdict) => ({ verdict, n: rest.filter((o) => o.verdict === verdict).length }))
    .filter(({ n }) => n > 0)
  return [...lines, `  and ${byVerdict.map(({ verdict, n }) => `${n} ${verdict}`).join(', ')} (--full shows them)`]
}

/** The flows of the result that does worst; with `isFull` of all results. */
function flowLines(report: Report, most: number, isFull: boolean, style: Style): readonly string[] {
  const results = isFull ? report.results : [worst(report)].filter((result) => result !== undefined)
  const headline = ['flow', 'offered', 'goodput', 'p50', 'p95', 'p99', 'max', 'errors']
  return results.flatMap((result, i) => {
    if (Object.keys(result.flows).length === 0) return []
    const flows = Object.entries(result.flows).sort(([, a], [, b]) => errorsOf(b) - errorsOf(a))
    const title = report.results.length > 1 ? `flow (${clip(result.scenario, 14)})` : 'flow'
    const named = flows.length <= most ? flows : flows.slice(0, most - 1)
    const rows = named.map(([id, flow]) => flowRow(id, flow))
    const more =
      flows.length > named.length ? [`and ${flows.length - named.length} more flows (--full shows them)`] : []
    return [
      ...(i > 0 ? [''] : []),
      ...table([[title, ...headline.slice(1)], ...rows], style.width, rightAligned),
      ...more,
    ]
  })
}

const rightAligned: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6])

function worst(report: Report): Result | undefined {
  const missed = (result: Result): number =>
    result.objectives.reduce((most, o) => Math.max(most, 2 - order[o.verdict]), 0)
  return [...report.results].sort((a, b) => missed(b) - missed(a))[0]
}

const errorsOf = (flow: FlowResult): number => 1 - (flow.success_ratio.value ?? 1)

function flowRow(id: string, flow: FlowResult): readonly string[] {
  const { p50, p95, p99, max } = flow.response_time_s
  return [
    clip(id, 22),
    shown(flow.arrival_rate_per_s, perSecond),
    shown(flow.goodput_per_s, perSecond),
    ...[p50, p95, p99, max].map((time) => shown(time, seconds)),
    errorText(flow),
  ]
}

const shown = ({ value }: Estimate, format: (x: number) => string): string => (value === null ? '–' : format(value))

function errorText(flow: FlowResult): string {
  const kinds = Object.entries(flow.errors).sort(([, a], [, b]) => b - a)
  if (kinds.length === 0) return '0'
  const most = kinds[0]?.[0] ?? ''
  return `${percent(errorsOf(flow))} ${most}${kinds.length > 1 ? ' …' : ''}`
}

/** One line per component, the busiest first. */
function componentLines(report: Report, style: Style): readonly string[] {
  const result = report.results[0]
  if (!result) return []
  const rows = Object.entries(result.components)
    .sort(([, a], [, b]) => (b.utilization.value ?? -1) - (a.utilization.value ?? -1))
    .map(([id, c]) => [
      clip(id, 24),
      clip(c.kind, 18),
      shown(c.utilization, percent),
      shown(c.queue_length_mean, quantity),
      shown(c.wait_time_s.mean, seconds),
      shown(c.throughput_per_s, perSecond),
      c.hit_ratio ? shown(c.hit_ratio, percent) : '–',
    ])
  const headline = ['component', 'kind', 'busy', 'queue', 'wait', 'throughput', 'hits']
  return table([headline, ...rows], style.width, new Set([2, 3, 4, 5, 6]))
}

function causeLines(report: Report, most: number, isFull: boolean, style: Style): readonly string[] {
  const seen = new Set<string>()
  const causes = [...allObjectives(report)]
    .sort((a, b) => order[a.verdict] - order[b.verdict])
    .flatMap((objective) => (objective.cause ? [{ objective, cause: objective.cause }] : []))
    .filter(({ objective, cause }) => {
      const key = `${objective.scenario} ${cause.component} ${cause.reason}`
      return !seen.has(key) && seen.add(key)
    })
  const rank = { certain: 0, likely: 1, unclear: 2 }
  const chosen = causes.sort((a, b) => rank[a.cause.confidence] - rank[b.cause.confidence]).slice(0, most)
  const paragraphs = chosen.map(({ objective, cause }) => {
    const where = report.results.length > 1 ? `${objective.scenario}: ` : ''
    const verb = objective.verdict === 'missed' ? 'misses' : 'may miss'
    const miss = `${where}\`${objective.subject.id}\` ${verb} ${objective.target}`
    const text = `root cause  ◆ ${miss}: ${cause.text} [${cause.confidence}]`
    return wrap(text, style.width, MARGIN)
  })
  // Whole sentences: where names are long, fewer of them.
  const room = isFull || style.width < plainStyle.width ? Infinity : CAUSE_LINES
  return paragraphs.flatMap((lines, i) => {
    const total = paragraphs.slice(0, i + 1).flat().length
    return i === 0 || total <= room ? lines : []
  })
}

/** Width of the words before each line of the last part. */
const MARGIN = ' '.repeat(12)

const adviceLines = ({ advice = null }: Report, style: Style): readonly string[] =>
  advice === null ? [] : wrap(`next step   ${advice}`, style.width, MARGIN)

/** Below this, more is asked for than can be done, and not by chance alone. */
const BEYOND_LIMIT = 0.98

function limitLine(report: Report, style: Style): readonly string[] {
  const limit = report.results[0]?.next_limit
  if (!limit) return []
  const part = limit.resource === limit.component || limit.resource === 'station' ? '' : ` ${limit.resource}`
  const { headroom_ratio: headroom } = limit
  const factor = `${headroom >= 9.95 ? Math.round(headroom) : headroom.toFixed(2)}× this load`
  const verb = headroom < BEYOND_LIMIT ? 'beyond its limit, which is at' : 'full at'
  const text = `next limit  ${limit.component}${part} at ${percent(limit.utilization)}; ${verb} about ${factor}`
  return fit(text, style.width, MARGIN)
}

/**
 * How many warnings, the first of them, and what the design costs. With `--full` they are printed whole beside this.
 */
function checkLines({ warnings, results, found = [] }: Report, isFull: boolean, style: Style): readonly string[] {
  const total = results[0]?.cost_usd_per_month.total ?? 0
  const cost = total > 0 ? `    cost ${dollars(total)}/month` : ''
  const accepted = found.filter((one) => one.accepted !== undefined).length
  const count = `${warnings.length} warning${warnings.length === 1 ? '' : 's'}${accepted > 0 ? `, ${accepted} accepted` : ''}`
  const hint = !isFull && warnings.length > MOST_WARNINGS ? ' (--full shows all)' : ''
  const shown = isFull ? [] : warnings.slice(0, MOST_WARNINGS)
  return [
    ...fit(`checks      ${count}${hint}${cost}`, style.width, MARGIN),
    ...shown.flatMap(({ code, place, message }) => {
      const text = `${MARGIN}${place}: ${message}`
      if (style.width < plainStyle.width) return wrap(`${text} [${code}]`, style.width, MARGIN)
      return [`${clip(text, style.width - code.length - 4)} [${code}]`]
    }),
    ...acceptedLines(found, isFull ? Infinity : MOST_WARNINGS, style),
  ]
}

/** One line for each note, and few of them; those of an analysis, which say what it is good for, whole. */
function trustLines(report: Report, isFull: boolean, style: Style): readonly string[] {
  const isSolved = isAnalysis(report.results)
  const most = isFull ? Infinity : isSolved ? MOST_ANALYSIS_NOTES : MOST_NOTES
  const notes = report.results.flatMap((result) =>
    result.trust.map((note) => ({ note, scenario: report.results.length > 1 ? result.scenario : '' })),
  )
  const skipped = report.skipped.map(({ scenario, why }) => ({ note: why, scenario }))
  const unique = merged([...skipped, ...notes])
  const shown = unique.length <= most ? unique : unique.slice(0, most - 1)
  const lines = shown.flatMap((note, i) => {
    const text = `${i === 0 ? 'mind        ' : MARGIN}${note}`
    return isFull || isSolved ? wrap(text, style.width, MARGIN) : fit(text, style.width, MARGIN)
  })
  if (isFull && isSolved) return [...lines, ...stepLines(report.results, style)]
  const rest = unique.length - shown.length
  return rest > 0 ? [...lines, `${MARGIN}and ${rest} more ${rest === 1 ? 'note' : 'notes'} (--full)`] : lines
}

/** The same note for several scenarios is said once. */
function merged(notes: readonly { readonly note: string; readonly scenario: string }[]): readonly string[] {
  const scenarios = new Map<string, string[]>()
  for (const { note, scenario } of notes) scenarios.set(note, [...(scenarios.get(note) ?? []), scenario])
  return [...scenarios].map(([note, names]) => {
    const named = [...new Set(names)].filter((name) => name !== '')
    return named.length === 0 || named.length > 3 ? note : `${named.join(', ')}: ${note}`
  })
}

function foot(report: Report, style: Style): readonly string[] {
  const runs = report.results.reduce((total, result) => total + result.replications, 0)
  const events = report.results.reduce((total, result) => total + result.events, 0)
  if (isAnalysis(report.results)) {
    const facts = `loadpath ${report.version} · ${analysisFacts(report.results)}`
    return [...fit(facts, style.width, '  '), `again: ${report.command}`]
  }
  const took = report.wall > 0 ? ` · ${seconds(report.wall)}` : ''
  const facts = `seed ${report.seed} · loadpath ${report.version} · ${runs} ${runs === 1 ? 'replication' : 'replications'} · ${quantity(events)} events${took}`
  return [...fit(facts, style.width, '  '), `again: ${report.command}`]
}
