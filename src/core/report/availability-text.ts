import { log } from '../base/math.ts'
import { digits, figure, percent, seconds } from '../result/format.ts'
import type { Availability, AvailabilityReport, DataSafety, SurvivalResult } from '../result/availability.ts'
import { plainStyle, type Style, table, toAscii, wrap } from './layout.ts'

const MARGIN = ' '.repeat(12)
const MOST_CAUSES = 6
const MOST_ROWS = 12

/** What `loadpath availability` prints: what failures cost, which ones are survived, what happens to data. */
export function availabilityText(
  report: AvailabilityReport,
  { isFull = false, style = plainStyle }: { isFull?: boolean; style?: Style } = {},
): string {
  const most = isFull ? Infinity : MOST_ROWS
  const sections = [
    headLines(report, style),
    flowLines(report, most, style),
    causeLines(report.availability.system, isFull ? Infinity : MOST_CAUSES, style),
    survivalLines(report.survive, style),
    pointLines(report, style),
    componentLines(report, most, style),
    dataLines(report.data_safety, style),
    mindLines(report, style),
    footLines(report),
  ]
  const lines = sections.filter((section) => section.length > 0).flatMap((section) => ['', ...section])
  const text = lines.slice(1).map((line) => `${line.trimEnd()}\n`)
  return style.isAscii ? toAscii(text.join('')) : text.join('')
}

/** 99.95 % has three. */
export const ninesOf = (availability: number): string =>
  availability >= 1 ? 'all' : (Math.floor((-log(1 - availability) / log(10)) * 10 + 1e-9) / 10).toFixed(1)

const minutes = (perMonth: number): string =>
  perMonth === 0 ? '0' : perMonth < 1 / 120 ? 'under 1 s' : seconds(60 * perMonth)

function headLines({ name, availability: { system }, survive, data_safety: data }: AvailabilityReport, style: Style) {
  const missed = survive.filter(({ verdict }) => verdict === 'missed').length
  const goals = data.flatMap(({ goals: own }) => own).filter(isMissed).length
  const isBad = missed + goals > 0
  const sign = isBad ? '✘ ' : ''
  const parts = [
    `${percent(system.answered.value)} of requests are answered, ${minutes(system.down_min_per_month)} a month are not`,
    ...(survive.length === 0 ? [] : [`${survive.length - missed} of ${survive.length} failures are survived`]),
    ...(goals > 0 ? [`${goals} recovery goal${goals === 1 ? '' : 's'} missed`] : []),
  ]
  return wrap(`${sign}${name}: ${parts.join('; ')}`, style.width, '  ').map((line) =>
    style.paint(isBad ? 'red' : 'bold', line),
  )
}

/** Short of the loss of every copy at once. */
export const isMissed = ({ missed_for: lost }: DataSafety['goals'][number]): boolean =>
  lost.some((what) => what !== 'every copy')

function flowLines({ availability: { flows, system } }: AvailabilityReport, most: number, style: Style) {
  const all = Object.entries(flows)
  const row = (name: string, { answered, held, down_min_per_month: down }: Availability): string[] => [
    name,
    percent(answered.value),
    rangeOf(answered),
    minutes(down),
    ninesOf(answered.value),
    held === null ? '–' : percent(held.value),
  ]
  const rows = all
    .slice(0, most)
    .map(([name, one]) => [
      ...row(name, one),
      one.budget === null ? '' : minutes(one.budget.min_per_month),
      one.budget === null ? '' : percent(one.budget.spent_ratio),
    ])
  const head = ['flow', 'answered', '', 'down/month', 'nines', 'objectives hold', 'budget', 'spent']
  return table([head, ...rows, [...row('all', system), '', '']], style.width, new Set([1, 3, 4, 5, 6, 7]))
}

function rangeOf({ value, low, high }: Availability['answered']): string {
  const ends = [low, high].map(percent)
  return ends.every((end) => end === percent(value)) ? '' : `(${ends.join(' .. ')})`
}

function causeLines({ causes }: Availability, most: number, style: Style): readonly string[] {
  if (causes.length === 0) return ['nothing takes anything away']
  const rows = causes
    .slice(0, most)
    .map(({ cause, count, down_min_per_month: down, share }) => [
      count > 1 ? `${cause} (${count} of them)` : cause,
      minutes(down),
      percent(share),
    ])
  const rest = causes.length - rows.length
  const lines = table([['what takes it away', 'a month', 'share'], ...rows], style.width, new Set([1, 2]))
  return rest > 0 ? [...lines, `and ${rest} more (--full)`] : lines
}

const signs: Readonly<Record<SurvivalResult['verdict'], string>> = { met: '✔', missed: '✘', undecided: '?' }
const colors = { met: 'green', missed: 'red', undecided: 'yellow' } as const

function survivalLines(survive: readonly SurvivalResult[], style: Style): readonly string[] {
  return survive.flatMap(({ failure, verdict, cases, worst }) => {
    const many = cases === 1 ? 'one case' : `${digits(cases)} different cases`
    const text = `${signs[verdict]}  survives ${failure} (${many})${worst === null ? '' : `: ${worstOfSurvival(worst)}`}`
    return wrap(text, style.width, '   ').map((line) => style.paint(colors[verdict], line))
  })
}

/** What breaks in the worst case of a failure, and why. */
export function worstOfSurvival({
  failure,
  objective,
  measured,
  indicator,
  cause,
  is_usual: isUsual,
}: NonNullable<SurvivalResult['worst']>): string {
  const got = measured === null ? 'without end' : figure(indicator, measured)
  const usual = isUsual ? ', as without any failure' : ''
  return `with ${failure}, ${objective} is ${got}${usual}${cause === null ? '' : `; ${cause}`}`
}

function pointLines({ availability: { single_points: points } }: AvailabilityReport, style: Style): readonly string[] {
  return points.flatMap(({ cause, flows, down_min_per_month: down }) =>
    wrap(
      `single point of failure: ${cause} takes ${flows.join(', ')} down, ${minutes(down)} a month`,
      style.width,
      '  ',
    ),
  )
}

function componentLines({ availability: { components } }: AvailabilityReport, most: number, style: Style) {
  const all = Object.entries(components).sort(([, a], [, b]) => a.availability - b.availability)
  const rows = all
    .slice(0, most)
    .map(([name, { needed, of, shards, availability, down_min_per_month: down }]) => [
      name,
      `${needed} of ${of}${shards > 1 ? ` in each of ${shards} shards` : ''}`,
      percent(availability),
      minutes(down),
      ninesOf(availability),
    ])
  if (rows.length === 0) return []
  return table([['component', 'needed', 'there', 'down/month', 'nines'], ...rows], style.width, new Set([2, 3, 4]))
}

function dataLines(data: readonly DataSafety[], style: Style): readonly string[] {
  const rows = data.flatMap(({ component, copies, losses, goals }) =>
    losses.map(({ lost, rpo_s: rpo, rto_s: rto, why }) => [
      component,
      digits(copies),
      lost,
      rpo === null ? 'all data' : rpo === 0 ? 'nothing' : `the last ${seconds(rpo)}`,
      rto === null ? 'never by itself' : seconds(rto),
      goals.some(({ missed_for: missed }) => missed.includes(lost)) ? `✘ ${why}` : why,
    ]),
  )
  if (rows.length === 0) return []
  const head = ['data', 'copies', 'when lost', 'is gone', 'back after', '']
  return table([head, ...rows], style.width, new Set([1]))
}

function mindLines({ availability: { assumptions, states } }: AvailabilityReport, style: Style): readonly string[] {
  const left =
    states.left_out_ratio > 1e-9
      ? [`states that were not solved last ${percent(states.left_out_ratio)} of the time: they may be anything`]
      : []
  return [...assumptions, ...left].flatMap((text, i) =>
    wrap(`${i === 0 ? 'mind        ' : MARGIN}${text}`, style.width, MARGIN),
  )
}

const footLines = ({ availability: { states }, version, wall, command }: AvailabilityReport): readonly string[] => [
  `loadpath ${version} · ${states.listed} states, ${states.solved} solved in ${seconds(wall)} (analytic)`,
  `again: ${command}`,
]
