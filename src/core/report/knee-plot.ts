import { perSecond, seconds } from '../result/format.ts'
import type { Knee } from '../result/knee.ts'
import { type Curve, curvesOf, letterOf, type Scale, valueAt } from './knee-scale.ts'
import type { Style } from './layout.ts'

/** Columns of the numbers left of a plot, and of the names right of it. */
const LEFT = 9
const RIGHT = 9
const TIME_ROWS = 12
const RATE_ROWS = 5

/** Columns below which nothing could be seen. */
const NARROWEST = 48

/**
 * Response time (logarithmic) and goodput of a flow against load, one below the other. p99 and goodput are drawn solid,
 * p50 and what is offered dotted, limits as lines; below stands where each objective stops to hold, by its letter, and
 * the knee as `k`.
 */
export function kneePlot(knee: Knee, flow: string, style: Style): readonly string[] {
  if (style.width < NARROWEST) return []
  const { isAscii } = style
  const cols = Math.min(style.width, 100) - LEFT - RIGHT - 2
  const curves = curvesOf(knee, flow)
  const time = canvasOf(curves.loads, curves.times, { cols, rows: TIME_ROWS, isAscii })
  drawColumn(time, 1)
  for (const { crossing, letter } of curves.limits) drawLevel(time, crossing.target_value, `limit ${letter}`)
  drawTrace(time, curves.p99, { isDotted: false, name: 'p99', mark: '*' })
  drawTrace(time, curves.p50, { isDotted: true, name: 'p50', mark: 'o' })
  for (const { crossing } of curves.limits) {
    if (crossing.until !== null) drawCross(time, crossing.until.load_ratio, crossing.target_value)
  }
  const rate = canvasOf(curves.loads, curves.rates, { cols, rows: RATE_ROWS, isAscii })
  drawColumn(rate, 1)
  drawTrace(rate, curves.offered, { isDotted: true, name: 'offered', mark: '.' })
  drawTrace(rate, curves.goodput, { isDotted: false, name: 'goodput', mark: '*' })
  return [
    'response time',
    ...canvasLines(time, seconds, style),
    'requests a second',
    ...canvasLines(rate, perSecond, style),
    ...axisLines(time),
    ...signLine(marksOf(knee, flow), time),
  ]
}

interface Mark {
  readonly load: number
  readonly sign: string
}

/** Where objectives of the flow stop to hold, and its knee. */
function marksOf({ crossings, flows }: Knee, flow: string): readonly Mark[] {
  const knee = flows[flow]?.load_ratio ?? null
  const ends = crossings.flatMap(({ until, subject }, i) =>
    until === null || (subject.kind === 'flow' && subject.id !== flow)
      ? []
      : [{ load: until.load_ratio, sign: letterOf(i) }],
  )
  return knee === null ? ends : [...ends, { load: knee, sign: 'k' }]
}

/** A field of signs, each of 2 × 4 dots; plain signs lie below dots, marks above. */
interface Canvas {
  readonly loads: Scale
  readonly values: Scale
  readonly cols: number
  readonly rows: number
  readonly isAscii: boolean
  readonly below: string[][]
  /** By row and column. */
  readonly above: Map<number, string>
  readonly dots: Uint8Array[]
  /** Right of a row. */
  readonly names: Map<number, string>
}

function canvasOf(loads: Scale, values: Scale, size: Pick<Canvas, 'cols' | 'rows' | 'isAscii'>): Canvas {
  const { rows, cols } = size
  const below = Array.from({ length: rows }, () => Array.from({ length: cols }, () => ' '))
  const dots = Array.from({ length: rows }, () => new Uint8Array(cols))
  return { ...size, loads, values, below, above: new Map(), dots, names: new Map() }
}

const colOf = ({ loads, cols }: Canvas, load: number): number => Math.round(loads.at(load) * (cols - 1))
const rowOf = ({ values, rows }: Canvas, value: number): number => Math.round((1 - values.at(value)) * (rows - 1))

function drawColumn(canvas: Canvas, load: number): void {
  const col = colOf(canvas, load)
  if (col < 0 || col >= canvas.cols) return
  for (const row of canvas.below) row[col] = canvas.isAscii ? ':' : '┊'
}

function drawLevel(canvas: Canvas, value: number, text: string): void {
  const row = rowOf(canvas, value)
  canvas.below[row]?.fill(canvas.isAscii ? '-' : '─')
  addName(canvas, row, text)
}

function drawCross(canvas: Canvas, load: number, value: number): void {
  const [row, col] = [rowOf(canvas, value), colOf(canvas, load)]
  if (row < 0 || row >= canvas.rows || col < 0 || col >= canvas.cols) return
  canvas.above.set(row * canvas.cols + col, canvas.isAscii ? 'X' : '◆')
}

interface Trace {
  readonly isDotted: boolean
  readonly name: string
  /** In ASCII. */
  readonly mark: string
}

function drawTrace(canvas: Canvas, curve: Curve, { isDotted, name, mark }: Trace): void {
  const { cols, rows, isAscii, loads, values } = canvas
  const [width, height] = isAscii ? [cols, rows] : [cols * 2, rows * 4]
  const gap = isAscii ? 2 : 3
  const [first = 0, end = 0] = [curve.loads[0], curve.loads.at(-1)]
  let last: number | null = null
  for (let x = 0; x < width; x++) {
    const load = first + ((end - first) * (x / (width - 1) - loads.at(first))) / (loads.at(end) - loads.at(first))
    const value = valueAt(curve, load)
    if (value === null || value <= 0) continue
    const y = Math.min(height, Math.max(-1, Math.round((1 - values.at(value)) * (height - 1))))
    const start: number = last === null || last === y ? y : last + Math.sign(y - last)
    for (let at = start; ; at += Math.sign(y - start)) {
      if (!isDotted || (x + at) % gap === 0) setDot(canvas, { x, y: at }, mark)
      if (at === y) break
    }
    last = y
  }
  if (last !== null) addName(canvas, Math.floor(last / (isAscii ? 1 : 4)), name)
}

/** Bits of the eight dots of a Braille sign, by row and column. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
]

function setDot({ dots, above, cols, rows, isAscii }: Canvas, { x, y }: { x: number; y: number }, mark: string): void {
  if (y < 0 || y >= rows * (isAscii ? 1 : 4)) return
  if (isAscii) {
    above.set(y * cols + x, mark)
    return
  }
  const [row, col] = [dots[Math.floor(y / 4)], Math.floor(x / 2)]
  if (row !== undefined) row[col] = (row[col] ?? 0) | (DOTS[y % 4]?.[x % 2] ?? 0)
}

/** In the nearest row that is free. */
function addName({ names, rows }: Canvas, row: number, text: string): void {
  const near = Array.from({ length: rows }, (_, i) => i).sort((a, b) => Math.abs(a - row) - Math.abs(b - row))
  const free = near.find((each) => !names.has(each))
  if (free !== undefined) names.set(free, text)
}

function canvasLines(canvas: Canvas, format: (value: number) => string, { paint }: Style): readonly string[] {
  const { below, above, dots, names, cols, isAscii } = canvas
  const labels = labelsOf(canvas, format)
  return below.map((cells, row) => {
    const drawn = cells.map((sign, col) => {
      const bits = dots[row]?.[col] ?? 0
      return above.get(row * cols + col) ?? (bits > 0 ? String.fromCodePoint(0x2800 + bits) : sign)
    })
    const name = names.get(row)
    const line = `${(labels.get(row) ?? '').padStart(LEFT)}${isAscii ? '|' : '│'}${drawn.join('')}`
    return name === undefined ? line.trimEnd() : `${line} ${paint('dim', name)}`
  })
}

/** Ticks beside the rows in which they fall, with a row between two of them. */
function labelsOf(canvas: Canvas, format: (value: number) => string): ReadonlyMap<number, string> {
  const labels = new Map<number, string>()
  for (const tick of canvas.values.ticks) {
    const row = rowOf(canvas, tick)
    const isFree = [row - 1, row, row + 1].every((each) => !labels.has(each))
    if (row >= 0 && row < canvas.rows && isFree) labels.set(row, `${format(tick)} `)
  }
  return labels
}

function axisLines({ loads: { at, ticks }, cols, isAscii }: Canvas): readonly string[] {
  const marks = ticks.map((tick) => ({ at: Math.round(at(tick) * (cols - 1)), text: `${Math.round(100 * tick)}%` }))
  const line: string[] = Array.from({ length: cols }, () => (isAscii ? '-' : '─'))
  for (const mark of marks) line[mark.at] = isAscii ? '+' : '┴'
  let texts = ''
  for (const { at: col, text } of marks) {
    const start = Math.min(cols - text.length, Math.max(0, col - Math.floor(text.length / 2)))
    if (start >= texts.length + (texts === '' ? 0 : 1)) texts = texts.padEnd(start) + text
  }
  const margin = ' '.repeat(LEFT)
  return [`${margin}${isAscii ? '+' : '└'}${line.join('')} load`, `${margin} ${texts}`]
}

function signLine(marks: readonly Mark[], canvas: Canvas): readonly string[] {
  const { cols } = canvas
  const signs = Array.from({ length: cols }, () => ' ')
  for (const { load, sign } of marks) {
    let free = colOf(canvas, load)
    if (free < 0 || free >= cols) continue
    while (free < cols - 1 && signs[free] !== ' ') free++
    signs[free] = sign
  }
  const line = signs.join('').trimEnd()
  return line === '' ? [] : [`${' '.repeat(LEFT + 1)}${line}`]
}
