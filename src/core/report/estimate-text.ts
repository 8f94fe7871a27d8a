import type { BackOfEnvelope } from '../estimate/estimate.ts'
import { type Line, type Section, sections } from '../estimate/line.ts'
import type { Shortage } from '../estimate/machines.ts'
import { digits, perSecond } from '../result/format.ts'
import { lineText, spelled, valueText } from './estimate-figures.ts'
import { columns, plainStyle, type Style, toAscii, wrap } from './layout.ts'
import { widthOf } from './text-width.ts'

export interface EstimateReport {
  readonly file: string
  readonly version: string
  readonly whole: BackOfEnvelope
  /** What to type to get the same numbers again. */
  readonly command: string
}

/** Rows of one table, unless all are asked for. */
const ROWS = 10
const MOST_GAPS = 6

/** What `loadpath estimate` prints: the numbers on the back of an envelope, and what is not known. */
export function estimateText(
  written: EstimateReport,
  { isFull = false, style = plainStyle }: { readonly isFull?: boolean; readonly style?: Style } = {},
): string {
  const report = { ...written, whole: spelled(written.whole, style) }
  const { whole } = report
  const shown = sections.map((section) => sectionLines(whole, section, { isFull, style }))
  const parts = [headLines(report, style), ...shown, gapLines(whole, isFull, style), footLines(report, style)]
  const lines = parts.filter((part) => part.length > 0).flatMap((part) => ['', ...part])
  const text = lines.slice(1).map((line) => `${line.trimEnd()}\n`)
  return style.isAscii ? toAscii(text.join('')) : text.join('')
}

interface Showing {
  readonly isFull: boolean
  readonly style: Style
}

function headLines({ whole, file }: EstimateReport, style: Style): readonly string[] {
  const name = whole.design === '' ? file : whole.design
  const value = (id: string): Line | undefined => whole.lines.find((line) => line.id === id)
  const asked = whole.lines.filter(({ id }) => /^load\.[^.]+\.peak$/.test(id))
  const own = asked.filter(({ name: what }) => what.startsWith('requests'))
  const peak = own.reduce((sum, line) => sum + line.value, 0)
  const last = whole.lines.findLast(({ id }) => /^storage\.all\.stored\.\d+y$/.test(id))
  const out = value('bandwidth.all.out')
  const facts = [
    own.length === 0 ? 'no load is said yet' : `${perSecond(peak)} at the peak`,
    ...(out === undefined || out.value === 0 ? [] : [`${valueText(out.value, out.unit)} out`]),
    ...(last === undefined || last.value === 0 ? [] : [`${valueText(last.value, last.unit)} ${last.name}`]),
    shortageText(whole.shortages),
  ]
  return wrap(`${name}: ${facts.join('; ')}`, style.width, '  ').map((line) => style.paint('bold', line))
}

const dimensionWords = {
  cpu: 'processors',
  memory: 'memory',
  disk: 'disk space',
  iops: 'IOPS',
  throughput: 'disk bytes a second',
  network: 'network',
} as const

function shortageText([first]: readonly Shortage[]): string {
  if (first === undefined) return 'one machine has room for all that is known'
  const when = first.dimension === 'disk' ? ' (after the first year)' : ''
  const times = `${digits(first.times)} times what it has`
  return `one machine lacks ${dimensionWords[first.dimension]} first${when}: ${times}`
}

interface Column {
  readonly headline: string
  /** Which line of a row stands here: the end of its id, the first of these that there is. */
  readonly ends: readonly string[]
}

interface Shape {
  readonly title: string
  readonly columns: readonly Column[]
}

const column = (headline: string, ...ends: readonly string[]): Column => ({ headline, ends })

const peakAndMean = [column('at the peak', 'peak'), column('on average', 'mean')]

const shapes: Readonly<Record<Section, Shape>> = {
  load: {
    title: 'load: how often each flow starts',
    columns: [...peakAndMean, column('a day', 'day'), column('batches at the peak', 'batches.peak')],
  },
  requests: { title: 'requests: what comes to each component', columns: peakAndMean },
  messages: { title: 'messages', columns: [...peakAndMean, column('bytes at the peak', 'bytes.peak')] },
  bandwidth: {
    title: 'bandwidth: payload as it is written, at the peak',
    columns: [column('in', 'in'), column('out', 'out'), column('between', '')],
  },
  time: { title: 'time: with nobody waiting', columns: [column('time', '')] },
  connections: { title: 'connections', columns: [column('at the peak', '')] },
  storage: {
    title: 'storage: as it grows, and with all copies',
    columns: [column('now, or kept', 'now', 'kept'), column('a day', 'day')],
  },
  memory: {
    title: 'memory: the keys that carry most of the reads',
    columns: [
      column('hits', 'hit'),
      column('keys for 80 %', '80.keys'),
      column('bytes', '80'),
      column('keys for 95 %', '95.keys'),
      column('bytes', '95'),
      column('all', 'all'),
    ],
  },
  iops: {
    title: 'I/Os at the peak: one for each statement, nothing in memory; and as the engines play the design',
    columns: [column('reads', 'reads'), column('writes', 'writes'), column('all', ''), column('played', 'played')],
  },
  machines: {
    title: 'machines',
    columns: [
      column('processors', 'cpu'),
      column('memory', 'memory'),
      column('disk', 'disk'),
      column('IOPS', 'iops'),
      column('disk bytes', 'throughput'),
      column('network', 'network'),
      column('machines', ''),
      column('all in memory', 'all-in-memory'),
    ],
  },
}

function sectionLines(whole: BackOfEnvelope, section: Section, { isFull, style }: Showing): readonly string[] {
  const own = whole.lines.filter((line) => line.section === section && !isTotal(line))
  const [first] = own
  if (first === undefined) return []
  const shape = withYears(shapes[section], own)
  const rows = rowsOf(own, section)
  const title = section === 'machines' ? `${shape.title} ${machineText(whole)}` : shape.title
  const all = [...rows]
    .map(([key, lines]) => [rowName(key, lines), ...cellsOf(shape, section, key, lines)])
    .filter(([, ...cells]) => cells.some((cell) => cell !== ''))
  const used = shape.columns.flatMap((_, i) => (all.some((row) => (row[i + 1] ?? '') !== '') ? [i + 1] : []))
  const kept = (row: readonly string[]): readonly string[] => [row[0] ?? '', ...used.map((i) => row[i] ?? '')]
  if (all.length === 0) return []
  const headline = kept(['', ...shape.columns.map((one) => one.headline)])
  const shown = isFull ? all : all.slice(0, ROWS)
  const lines = tableOrList([headline, ...shown.map(kept)], style.width)
  const more = all.length > shown.length ? [`${all.length - shown.length} more with --full`] : []
  const totals = whole.lines.filter((line) => line.section === section && isTotal(line))
  return [
    ...wrap(title, style.width, '  ').map((line) => style.paint('bold', line)),
    ...lines,
    ...more,
    ...totalLines(totals, style),
  ]
}

/** What the whole design needs, in parts of one machine. */
const isTotal = ({ id }: Line): boolean => id === 'machines.all' || id.startsWith('machines.all.')

function totalLines(lines: readonly Line[], style: Style): readonly string[] {
  const [first] = lines
  if (first === undefined) return []
  const facts = lines.map((line) => `${lineText(line)} ${line.name}`)
  return wrap(`${first.subject}: ${facts.join(', ')}`, style.width, '  ')
}

/** Several things may be asked of one component. */
function rowName(key: string, [first]: readonly Line[]): string {
  if (first?.section !== 'requests') return first?.subject ?? key
  return `${first.subject} ${first.name.replace(/ a second.*$/, '')}`
}

/** Where a terminal is too narrow for all columns, each row says what it has. */
function tableOrList(rows: readonly [readonly string[], ...(readonly string[])[]], width: number): readonly string[] {
  const [headline, ...others] = rows
  const lines = columns(rows, new Set(headline.map((_, i) => i).slice(1)))
  if (lines.every((line) => widthOf(line) <= width)) return lines
  return others.flatMap(([first = '', ...cells]) => {
    const named = cells.flatMap((cell, i) => (cell === '' ? [] : [`${headline[i + 1] ?? ''} ${cell}`]))
    return wrap(`${first}: ${named.join('; ')}`, width, '  ')
  })
}

/** One column for each year that was asked for. */
function withYears(shape: Shape, lines: readonly Line[]): Shape {
  if (lines[0]?.section !== 'storage') return shape
  const years = [...new Set(lines.flatMap(({ id }) => /\.(\d+)y$/.exec(id)?.[1] ?? []))]
  const last = years.at(-1)
  const plain = years.map((count) => column(`${count} y`, `${count}y`))
  const headline = last === undefined ? 'copies' : `copies, ${last} y`
  const stored = column(headline, ...(last === undefined ? [] : [`stored.${last}y`]), 'stored.kept')
  return { ...shape, columns: [...shape.columns, ...plain, stored] }
}

/** Lines of one thing, by the part of their ids that names it. */
function rowsOf(lines: readonly Line[], section: Section): ReadonlyMap<string, readonly Line[]> {
  const rows = new Map<string, Line[]>()
  const ends =
    /\.(?:rows\.\d+y|stored\.\w+|copied\.\d+y|batches\.\w+|bytes\.\w+|out\.day|cpu\.busy|rows\.day|80\.keys|95\.keys)$/
  for (const line of lines) {
    const whole = line.id.slice(section.length + 1)
    const isLink = section === 'bandwidth' && /→|->/.test(line.subject)
    const isWhole = section === 'time' || section === 'connections' || isLink
    const end = isWhole ? '' : (ends.exec(whole)?.[0] ?? lastOf(section, whole, line.subject))
    const key = whole.slice(0, whole.length - end.length)
    rows.set(key, [...(rows.get(key) ?? []), line])
  }
  return rows
}

/** `machines.api` is the row itself, `machines.api.cpu` a cell of it. */
const lastOf = (section: Section, whole: string, subject: string): string => {
  const isRow = (section === 'machines' || section === 'iops') && whole === subject
  return isRow ? '' : `.${whole.split('.').at(-1) ?? ''}`
}

function cellsOf({ columns: all }: Shape, section: Section, key: string, lines: readonly Line[]): readonly string[] {
  return all.map(({ ends }) => {
    const ids = ends.map((end) => (end === '' ? `${section}.${key}` : `${section}.${key}.${end}`))
    const found = ids.flatMap((id) => lines.find((line) => line.id === id) ?? [])[0]
    if (found === undefined || (found.value === 0 && found.range === null)) return ''
    return lineText(found)
  })
}

function machineText({ machine }: BackOfEnvelope): string {
  const { cpu, memory, disk, iops, throughput, network } = machine
  const disks = `${valueText(disk, 'bytes')} of disk at ${digits(iops)} IOPS and ${valueText(throughput, 'bytes-per-second')}`
  const binary = memory / 2 ** 30
  const room = Number.isInteger(binary) ? `${binary} GiB` : valueText(memory, 'bytes')
  const text = `of ${digits(cpu)} processors, ${room} of memory, ${disks}, ${digits((network * 8) / 1e9)} Gbit/s`
  return `${text}, each used in full; what fits into memory is read from there (${machine.given.size > 0 ? 'as given' : 'AWS m7i.4xlarge'})`
}

function gapLines({ gaps }: BackOfEnvelope, isFull: boolean, style: Style): readonly string[] {
  if (gaps.length === 0) return []
  const shown = isFull ? gaps : gaps.slice(0, MOST_GAPS)
  const more = gaps.length > shown.length ? [`${gaps.length - shown.length} more with --full`] : []
  return [
    style.paint('bold', 'not known'),
    ...shown.flatMap(({ subject, missing, write, where }) =>
      wrap(`  ${subject}: ${missing}; \`${write}\` ${where} would say it`, style.width, '    '),
    ),
    ...more,
  ]
}

function footLines({ whole, version, command }: EstimateReport, style: Style): readonly string[] {
  const example = whole.lines.find(({ id }) => /^storage\.(?!.*rows).*\.\d+y$/.test(id)) ?? whole.lines[0]
  const why =
    example === undefined ? [] : wrap(`where a number comes from: ${command} --why ${example.id}`, style.width, '  ')
  return [...why, style.paint('dim', `loadpath ${version}`)]
}
