import { type Crossing, firstMissed } from '../result/crossing.ts'
import { dollars, interval, percent, perSecond, seconds } from '../result/format.ts'
import type { Knee, KneePoint } from '../result/knee.ts'
import type { LeverEffect } from '../result/levers.ts'
import type { Estimate } from '../result/result.ts'
import type { Saturation } from '../result/saturation.ts'
import { kneePlot } from './knee-plot.ts'
import { type KneeReport, letterOf, linearScale, loadText } from './knee-scale.ts'
import { clip, columns, fit, plainStyle, type Style, table, toAscii, wrap } from './layout.ts'

const MOST_OBJECTIVES = 6
const MOST_FLOWS = 4
const MOST_NOTES = 2

/** Rows of the table, unless all are asked for. */
const ROWS = 8

/** Width of the words before each line of the last part. */
const MARGIN = ' '.repeat(12)

/** What `loadpath knee` prints: how much load the design bears, its curve, what fills up, what would help. */
export function kneeText(
  report: KneeReport,
  { isFull = false, isQuiet = false, style = plainStyle }: { isFull?: boolean; isQuiet?: boolean; style?: Style } = {},
): string {
  const { knee, flow } = report
  if (isQuiet) return spelled(`${headLines(report, style).join('\n')}\n`, style)
  const sections = [
    headLines(report, style),
    objectiveLines(knee, isFull ? Infinity : MOST_OBJECTIVES, style),
    flow === null ? [] : titled(flow, kneePlot(knee, flow, style)),
    flow === null ? [] : pointLines(knee, flow, isFull, style),
    flow === null ? [] : playedLines(knee, flow, style),
    [...flowLines(knee, isFull ? Infinity : MOST_FLOWS, style), ...saturationLines(knee, isFull ? 10 : 3, style)],
    leverLines(knee, style),
    noteLines(report, isFull ? Infinity : MOST_NOTES, style),
    footLines(report, style),
  ]
  const lines = sections.filter((section) => section.length > 0).flatMap((section) => ['', ...section])
  const text = lines.slice(1).map((line) => `${line.trimEnd()}\n`)
  return style.isAscii ? toAscii(text.join('')) : text.join('')
}

/** ASCII before it is measured: some signs become longer. */
const spelled = (text: string, { isAscii }: Style): string => (isAscii ? toAscii(text) : text)

const nameOf = ({ component, resource }: Saturation): string =>
  resource === component || resource === 'station' ? component : `${component} ${resource}`

function headLines({ result, knee, file }: KneeReport, style: Style): readonly string[] {
  const name = clip(result.design.name === '' ? file : result.design.name, 40)
  const first = firstMissed(knee.crossings)
  const isMissed = result.objectives.some(({ verdict }) => verdict === 'missed')
  const sign = knee.crossings.length === 0 ? '' : isMissed ? '✘ ' : '✔ '
  const color = knee.crossings.length === 0 ? 'bold' : isMissed ? 'red' : 'green'
  const lines = wrap(spelled(`${sign}${name}: ${verdictText(knee, first)}`, style), Math.max(style.width, 40), '  ')
  return lines.map((line) => style.paint(color, line))
}

function verdictText({ crossings, saturations, most_ratio: most }: Knee, first: Crossing | null): string {
  const [full] = saturations
  if (crossings.length === 0) {
    return full === undefined ? 'no objectives, and nothing fills up' : `${nameOf(full)} is full ${fullAt(full)}`
  }
  if (first === null) return `all objectives hold at every load that was looked at, up to ${loadText(most)}`
  if (first.status === 'never') return `\`${first.subject.id}\` misses ${first.target} at any load`
  const load = loadText(first.until?.load_ratio ?? 0)
  return `holds up to ${load} of this load, where \`${first.subject.id}\` misses ${first.target}`
}

const fullAt = ({ load_ratio: load, is_bound: isBound }: Saturation): string =>
  `${isBound ? 'by' : 'at'} ${loadText(load)}`

function objectiveLines({ crossings, most_ratio: looked }: Knee, most: number, style: Style): readonly string[] {
  if (crossings.length === 0) return []
  const order = ({ status, until }: Crossing): number => (status === 'never' ? 0 : (until?.load_ratio ?? 1e9))
  const sorted = crossings.map((crossing, i) => ({ crossing, letter: letterOf(i) }))
  sorted.sort((a, b) => order(a.crossing) - order(b.crossing))
  const shown = sorted.length <= most ? sorted : sorted.slice(0, most - 1)
  const rows = shown.map(({ crossing, letter }) => [
    letter,
    clip(crossing.subject.id, 18),
    clip(crossing.target, 26),
    ...edgeTexts(crossing, looked),
  ])
  const lines = table([['', 'objective', '', 'holds until', 'requests', 'between'], ...rows], style.width, new Set([4]))
  const rest = sorted.length - shown.length
  return rest > 0 ? [...lines, `and ${rest} more that hold longer (--full shows them)`] : lines
}

function edgeTexts({ status, from, until }: Crossing, looked: number): readonly string[] {
  if (status === 'never') return ['never', '', '']
  if (status === 'unmeasured') return ['nothing measured', '', '']
  const start = from === null ? '' : `from ${loadText(from.load_ratio)}`
  if (until === null) return [start === '' ? `past ${loadText(looked)}` : start, '', '']
  const { load_ratio: load, low_ratio: low, high_ratio: high, arrival_rate_per_s: rate } = until
  const [a, b] = [low, high].map((end) => (end === null ? '?' : loadText(end)))
  const between = a === b ? '' : `(${a} .. ${b})`
  return [`${start}${start === '' ? '' : ' to '}${loadText(load)}`, rate === null ? '' : perSecond(rate), between]
}

const titled = (flow: string, lines: readonly string[]): readonly string[] =>
  lines.map((line, i) => (i === 0 ? `${line} of ${clip(flow, 40)}` : line))

const shown = ({ value }: Estimate, format: (x: number) => string): string => (value === null ? '–' : format(value))

/** The curve as a table, with what does not hold any more. */
function pointLines(knee: Knee, flow: string, isFull: boolean, style: Style): readonly string[] {
  const rows = (isFull ? knee.points : chosenPoints(knee)).map((point) => {
    const figures = point.flows[flow]
    if (figures === undefined) return []
    const { mean, p50, p99 } = figures.response_time_s
    const between = p99.low === null || p99.high === null || p99.low === p99.high ? '' : ends(p99.low, p99.high)
    return [
      loadText(point.load_ratio),
      shown(figures.arrival_rate_per_s, perSecond),
      shown(figures.goodput_per_s, perSecond),
      shown(figures.success_ratio, percent),
      ...[mean, p50, p99].map((time) => shown(time, seconds)),
      between,
      brokenAt(knee, flow, point.load_ratio),
    ]
  })
  const headline = ['load', 'offered', 'goodput', 'success', 'mean', 'p50', 'p99', 'between', 'misses']
  const wanted = style.width >= 90 ? headline : ['load', 'goodput', 'p50', 'p99', 'misses']
  const kept = headline.flatMap((name, i) => (wanted.includes(name) ? [i] : []))
  const narrowed = [headline, ...rows].map((row) => kept.map((i) => row[i] ?? ''))
  const right = new Set(kept.flatMap((column, i) => (column < 7 ? [i] : [])))
  return columns(narrowed, right).map((line) => clip(line, style.width))
}

const ends = (low: number, high: number): string => `(${seconds(low)} .. ${seconds(high)})`

/** Round loads, the one as written, and both ends. */
function chosenPoints({ points, from_ratio: from, to_ratio: to }: Knee): readonly KneePoint[] {
  const wanted = [1, from, to, ...linearScale({ low: from, high: to }, ROWS).ticks]
  const nearest = (load: number): KneePoint | undefined =>
    points.reduce<KneePoint | undefined>(
      (best, point) =>
        best === undefined || Math.abs(point.load_ratio - load) < Math.abs(best.load_ratio - load) ? point : best,
      undefined,
    )
  const chosen = new Set(wanted.map(nearest))
  return points.filter((point) => chosen.has(point))
}

function brokenAt({ crossings }: Knee, flow: string, load: number): string {
  return crossings
    .flatMap(({ subject, status, from, until }, i) => {
      if (subject.kind === 'flow' && subject.id !== flow) return []
      const isBroken =
        status === 'never' || (until !== null && load > until.load_ratio) || (from !== null && load < from.load_ratio)
      return isBroken ? [letterOf(i)] : []
    })
    .join(' ')
}

/** What the simulator says at some of the loads, beside what was computed. */
function playedLines({ played, points }: Knee, flow: string, style: Style): readonly string[] {
  return played.flatMap((point, i) => {
    const [simulated, solved] = [point, points.find(({ load_ratio: load }) => load === point.load_ratio)].map(
      (one) => one?.flows[flow]?.response_time_s.p99,
    )
    if (simulated === undefined || solved === undefined) return []
    const text = `at ${loadText(point.load_ratio)} p99 ${timeText(simulated)}, computed ${timeText(solved)}${isApart(simulated, solved) ? ': too far off' : ''}`
    return wrap(`${i === 0 ? 'simulated   ' : MARGIN}${text}`, style.width, MARGIN)
  })
}

/** Neither interval reaches the other. */
function isApart(a: Estimate, b: Estimate): boolean {
  if (a.low === null || a.high === null || b.low === null || b.high === null) return false
  return a.low > b.high || b.low > a.high
}

const timeText = (time: Estimate): string => `${shown(time, seconds)} ${interval('p99', time)}`.trimEnd()

function flowLines({ flows, from_ratio: from }: Knee, most: number, style: Style): readonly string[] {
  const known = Object.entries(flows).filter(([, { load_ratio: load }]) => load !== null)
  const lines = known.slice(0, most).flatMap(([id, { load_ratio: load, arrival_rate_per_s: rate, ...knee }], i) => {
    const at = `${loadText(load ?? from)}${rate === null ? '' : ` (${perSecond(rate)})`}`
    const time = knee.response_time_s === null ? '' : `, mean ${seconds(knee.response_time_s)}`
    const why = i === 0 ? '; goodput / response time is largest there' : ''
    return fit(`${i === 0 ? 'knee (k)    ' : MARGIN}${clip(id, 24)} at ${at}${time}${why}`, style.width, MARGIN)
  })
  return known.length > most ? [...lines, `${MARGIN}and ${known.length - most} more (--full)`] : lines
}

const ordinals = ['first', 'second', 'third']

function saturationLines({ saturations }: Knee, most: number, style: Style): readonly string[] {
  return saturations.slice(0, most).flatMap((saturation, i) => {
    const text = `${ordinals[i] ?? 'then'} ${nameOf(saturation)} ${fullAt(saturation)}: ${saturation.why}`
    return wrap(spelled(`${i === 0 ? 'full        ' : MARGIN}${text}`, style), style.width, `${MARGIN}  `)
  })
}

function leverLines(knee: Knee, style: Style): readonly string[] {
  const { levers, crossings } = knee
  if (levers.length === 0) return []
  const first = firstMissed(crossings)
  const about = first === null ? '' : `: up to which load \`${clip(first.subject.id, 24)}\` ${first.target} would hold`
  const before = first === null ? '' : first.status === 'never' ? 'never' : loadText(first.until?.load_ratio ?? 0)
  const rows = levers.map((lever) => [
    lever.sort,
    changeText(lever),
    first === null ? '' : isIdle(lever, first) ? before : `${before} → ${crossingText(lever.crossing)}`,
    lever.saturation === null ? '–' : `${clip(nameOf(lever.saturation), 20)} ${fullAt(lever.saturation)}`,
    costText(lever.cost_usd_per_month),
  ])
  const headline = ['what if', 'change', first === null ? '' : 'holds until', 'then full first', 'a month']
  const spelledRows = rows.map((row) => row.map((cell) => spelled(cell, style)))
  return [
    ...(first === null ? [] : wrap(`what would help${about}`, style.width, '  ')),
    ...table([headline, ...spelledRows], style.width, new Set([4])),
    ...(first === null ? [] : idleLines(knee, first, style)),
  ]
}

/** Less than this is what one load of the search may be off by. */
const MOVED = 0.02

const isAlike = (a: number, b: number): boolean => Math.abs(a - b) <= MOVED * Math.max(a, b)

/** Why levers do nothing: something else is full at the same load, or the time is not spent waiting there. */
function idleLines({ levers, saturations }: Knee, first: Crossing, style: Style): readonly string[] {
  const [full] = saturations
  const idle = levers.flatMap((lever) => (isIdle(lever, first) ? [{ lever, why: idleReason(lever, full, first) }] : []))
  return [...new Set(idle.map(({ why }) => why))].flatMap((why) => {
    const names = idle.filter((one) => one.why === why).map(({ lever }) => spelled(changeText(lever), style))
    return wrap(spelled(`no effect: ${names.join('; ')}: ${why}`, style), style.width, '  ')
  })
}

function isIdle({ crossing }: LeverEffect, first: Crossing): boolean {
  if (crossing === null || crossing.status === 'unmeasured') return false
  if (first.status === 'never' || crossing.status === 'never') return first.status === crossing.status
  const [before, after] = [first.until?.load_ratio, crossing.until?.load_ratio]
  return before !== undefined && after !== undefined && isAlike(before, after)
}

function idleReason({ saturation }: LeverEffect, full: Saturation | undefined, { until }: Crossing): string {
  const edge = until?.load_ratio ?? 0
  if (saturation === null || full === undefined) return 'nothing is full'
  const isSame = nameOf(saturation) === nameOf(full) && isAlike(saturation.load_ratio, full.load_ratio)
  if (isSame) return `${nameOf(full)} is full first all the same, ${fullAt(full)}`
  if (saturation.load_ratio < edge * (1 + MOVED)) return `${nameOf(saturation)} is full ${fullAt(saturation)} then`
  return 'the objective is missed for time that is not spent waiting there'
}

/** The last words of the paths: `api cpu 2 → 4, memory → 8 GiB`. */
function changeText({ component, sets, before }: LeverEffect): string {
  const words = sets.map(({ path, value }, i) => {
    const name = path.replace(`components.${component}.`, '').replace(/^size\.|\.(?:count|max)$/g, '')
    return i === 0 ? `${name} ${before[i] ?? ''} → ${value}` : `${name} → ${value}`
  })
  return clip(`${component} ${words.join(', ')}`, 32)
}

function crossingText(crossing: Crossing | null): string {
  if (crossing === null || crossing.status === 'unmeasured') return '?'
  if (crossing.status === 'never') return 'never'
  return crossing.until === null ? 'no end seen' : loadText(crossing.until.load_ratio)
}

const costText = (more: number): string => {
  if (Math.abs(more) < 0.5) return '$0'
  return more > 0 ? `+${dollars(more)}` : `−${dollars(-more)}`
}

function noteLines({ result, knee }: KneeReport, most: number, style: Style): readonly string[] {
  const all = [...beyond(knee), ...result.trust]
  const notes = all.length <= most ? all : all.slice(0, most - 1)
  const lines = notes.flatMap((note, i) => fit(`${i === 0 ? 'mind        ' : MARGIN}${note}`, style.width, MARGIN))
  const rest = all.length - notes.length
  return rest > 0 ? [...lines, `${MARGIN}and ${rest} more ${rest === 1 ? 'note' : 'notes'} (--full)`] : lines
}

/** What happens first is not in the picture. */
function beyond({ crossings, to_ratio: to }: Knee): readonly string[] {
  const load = firstMissed(crossings)?.until?.load_ratio ?? 0
  return load <= to ? [] : [`the first miss lies beyond this curve: --to ${Math.ceil(12 * load) * 10}% shows it`]
}

function footLines({ version, solved, wall, command, result }: KneeReport, style: Style): readonly string[] {
  const took = wall > 0 ? ` · ${seconds(wall)}` : ''
  const facts = `${result.method} · loadpath ${version} · ${solved} loads${took}`
  return [...fit(facts, style.width, '  '), `again: ${command}`]
}
