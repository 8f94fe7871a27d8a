import { perSecond, seconds } from '../result/format.ts'
import type { Knee } from '../result/knee.ts'
import { type Curve, type Curves, curvesOf, type KneeReport, type Limit, loadText, type Scale } from './knee-scale.ts'
import { clip } from './layout.ts'

const WIDTH = 850
const HEIGHT = 560
const LEFT = 76
const RIGHT = 690

interface Panel {
  readonly top: number
  readonly bottom: number
}

const TIMES: Panel = { top: 84, bottom: 330 }
const RATES: Panel = { top: 380, bottom: 506 }

/**
 * The curve of one flow as a picture that stands alone: no script, no font, nothing to load. Lines differ by form, not
 * by color alone (colors: Okabe and Ito 2008, apart for those too who see colors otherwise); it is light or dark as its
 * reader is.
 */
export function kneeSvg({ result, knee, flow }: KneeReport): string {
  if (flow === null) return frame('nothing to draw', 'The design has no flow.', [])
  const curves = curvesOf(knee, flow)
  const x = xOf(curves.loads)
  const names = endNames(curves)
  const title = `${result.design.name}: ${flow} against load`
  return frame(title, descriptionOf(knee, flow), [
    ...gridLines(TIMES, curves.times, seconds),
    ...gridLines(RATES, curves.rates, perSecond),
    ...loadLines(curves, knee),
    label(LEFT, TIMES.top - 12, 'response time', { bold: true }),
    label(LEFT, RATES.top - 12, 'requests a second', { bold: true }),
    bandPath(curves, x),
    ...limitLines(curves.limits, curves),
    linePath(curves.p50, { panel: TIMES, scale: curves.times, x, className: 'p50' }),
    linePath(curves.p99, { panel: TIMES, scale: curves.times, x, className: 'p99' }),
    linePath(curves.offered, { panel: RATES, scale: curves.rates, x, className: 'offered' }),
    linePath(curves.goodput, { panel: RATES, scale: curves.rates, x, className: 'goodput' }),
    ...names.map(nameLabel),
    ...crossingMarks(curves, names),
    ...kneeMark(knee, flow, curves),
  ])
}

function frame(title: string, description: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="knee-title knee-desc">`,
    `<title id="knee-title">${escaped(title)}</title>`,
    `<desc id="knee-desc">${escaped(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>`,
    label(LEFT, 34, clip(title, 64), { className: 'title' }),
    ...parts.filter((part) => part !== ''),
    '</svg>',
    '',
  ].join('\n')
}

const STYLE = [
  'text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:18px;font-weight:600}.bold{font-weight:600}',
  '.small{font-size:12px;fill:#57606a}.ground{fill:#fff}.halo{paint-order:stroke;stroke:#fff;stroke-width:4px}',
  'path,line{fill:none;stroke:#8c959f}.grid{stroke:#e4e7eb}.now{stroke-dasharray:2 4}',
  '.p99{stroke:#0072b2;stroke-width:2.5}.p50{stroke:#0072b2;stroke-width:2;stroke-dasharray:2 4}',
  '.band{fill:#0072b2;fill-opacity:.16;stroke:none}.limit{stroke:#b34700;stroke-width:1.5;stroke-dasharray:9 4}',
  '.edge{stroke:#b34700;stroke-width:7;stroke-opacity:.45}.mark{fill:#b34700;stroke:#fff;stroke-width:1.5}',
  '.goodput{stroke:#00694f;stroke-width:2.5}.offered{stroke:#57606a;stroke-width:1.5;stroke-dasharray:2 4}',
  '.knee{fill:#fff;stroke:#1f2328;stroke-width:1.5}',
  '@media (prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9ba6b2}.ground{fill:#0d1117}',
  '.halo{stroke:#0d1117}.grid{stroke:#272e37}.p99,.p50{stroke:#56b4e9}.band{fill:#56b4e9;fill-opacity:.2}',
  '.limit,.edge{stroke:#e69f00}.mark{fill:#e69f00;stroke:#0d1117}.goodput{stroke:#2fc79a}.offered{stroke:#9ba6b2}',
  '.knee{fill:#0d1117;stroke:#e6edf3}}',
].join('')

function descriptionOf({ crossings, flows, from_ratio: from, to_ratio: to }: Knee, flow: string): string {
  const ends = crossings.flatMap(({ subject, target, status, until }) => {
    if (subject.kind === 'flow' && subject.id !== flow) return []
    if (status === 'never') return [`${subject.id} ${target} never holds`]
    return until === null
      ? [`${subject.id} ${target} holds at all loads`]
      : [`${subject.id} ${target} holds up to ${loadText(until.load_ratio)}`]
  })
  const bend = flows[flow]?.load_ratio ?? null
  const range = `Response time (50th and 99th percentile) and goodput of ${flow} from ${loadText(from)} to ${loadText(to)} of the load.`
  return [range, ...ends.map((end) => `${end}.`), bend === null ? '' : `Its knee is at ${loadText(bend)}.`]
    .join(' ')
    .trim()
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign)

/** A tenth of a unit is finer than anybody sees. */
const n = (value: number): string => value.toFixed(1).replace(/\.0$/, '').replace(/^-0$/, '0')

const xOf =
  (scale: Scale) =>
  (ratio: number): number =>
    LEFT + scale.at(ratio) * (RIGHT - LEFT)

/** Not clipped: beyond the panel where the value is. */
const yOf = ({ top, bottom }: Panel, scale: Scale, value: number): number => bottom - scale.at(value) * (bottom - top)

interface Look {
  readonly className?: string
  readonly bold?: boolean
  readonly anchor?: 'start' | 'middle' | 'end'
}

function label(
  x: number,
  y: number,
  text: string,
  { className = '', bold = false, anchor = 'start' }: Look = {},
): string {
  const names = [className, bold ? 'bold' : ''].filter((name) => name !== '').join(' ')
  const attributes = `${names === '' ? '' : ` class="${names}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}`
  return `<text x="${n(x)}" y="${n(y)}"${attributes}>${escaped(text)}</text>`
}

const line = (className: string, [x1, y1, x2, y2]: readonly [number, number, number, number]): string =>
  `<line class="${className}" x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}"/>`

function gridLines(panel: Panel, scale: Scale, format: (value: number) => string): readonly string[] {
  return scale.ticks.flatMap((tick) => {
    const y = yOf(panel, scale, tick)
    return [
      line('grid', [LEFT, y, RIGHT, y]),
      label(LEFT - 8, y + 4, format(tick), { className: 'small', anchor: 'end' }),
    ]
  })
}

function loadLines({ loads }: Curves, { from_ratio: from, to_ratio: to }: Knee): readonly string[] {
  const x = xOf(loads)
  const ticks = loads.ticks.map((tick) =>
    label(x(tick), RATES.bottom + 20, loadText(tick), { className: 'small', anchor: 'middle' }),
  )
  const now = from <= 1 && to >= 1 ? [line('now', [x(1), TIMES.top, x(1), RATES.bottom])] : []
  const name = label((LEFT + RIGHT) / 2, RATES.bottom + 42, 'load, as a share of the load as written', {
    className: 'small',
    anchor: 'middle',
  })
  return [line('axis', [LEFT, RATES.bottom, RIGHT, RATES.bottom]), ...now, ...ticks, name]
}

interface Drawn {
  readonly panel: Panel
  readonly scale: Scale
  readonly x: (ratio: number) => number
  readonly className: string
}

interface Spot {
  readonly x: number
  readonly y: number
}

/** Up to where the curve leaves its panel. */
function spotsOf({ loads, values }: Curve, { panel, scale, x }: Omit<Drawn, 'className'>): readonly Spot[] {
  const spots: Spot[] = []
  for (const [i, value] of values.entries()) {
    if (value === null || (value <= 0 && scale.at(value) !== 0)) continue
    const spot = { x: x(loads[i] ?? 0), y: yOf(panel, scale, value) }
    const last = spots.at(-1)
    if (spot.y >= panel.top) spots.push(spot)
    else {
      const part = last === undefined ? 0 : (last.y - panel.top) / (last.y - spot.y)
      if (last !== undefined) spots.push({ x: last.x + part * (spot.x - last.x), y: panel.top })
      break
    }
  }
  return spots
}

const pathOf = (spots: readonly Spot[]): string =>
  spots.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${n(x)} ${n(y)}`).join('')

function linePath(curve: Curve, drawn: Drawn): string {
  const spots = spotsOf(curve, drawn)
  return spots.length < 2 ? '' : `<path class="${drawn.className}" d="${pathOf(spots)}"/>`
}

/** Between the low and the high end of the p99. */
function bandPath({ p99Low, p99High, times }: Curves, x: Drawn['x']): string {
  const [low, high] = [p99Low, p99High].map((curve) => spotsOf(curve, { panel: TIMES, scale: times, x }))
  if (low === undefined || high === undefined || low.length < 2 || high.length < 2) return ''
  return `<path class="band" d="${pathOf([...low, ...[...high].reverse()])}Z"/>`
}

function limitLines(limits: readonly Limit[], { times }: Curves): readonly string[] {
  return limits.map(({ crossing }) => {
    const y = yOf(TIMES, times, crossing.target_value)
    return line('limit', [LEFT, y, RIGHT, y])
  })
}

/** Each line's name where it ends, and limits in the margin, moved apart where they would lie on each other. */
function endNames(curves: Curves): readonly Name[] {
  const x = xOf(curves.loads)
  const named = (curve: Curve, text: string, panel: Panel, scale: Scale): readonly Name[] => {
    const last = spotsOf(curve, { panel, scale, x }).at(-1)
    return last === undefined ? [] : [{ ...last, text }]
  }
  const limits = curves.limits.map(({ crossing }) => ({
    x: RIGHT,
    y: yOf(TIMES, curves.times, crossing.target_value),
    text: clip(crossing.target, 17),
  }))
  return [
    ...apart(limits),
    ...apart([
      ...named(curves.p99, 'p99 (solid)', TIMES, curves.times),
      ...named(curves.p50, 'p50 (dotted)', TIMES, curves.times),
    ]),
    ...apart([
      ...named(curves.goodput, 'goodput (solid)', RATES, curves.rates),
      ...named(curves.offered, 'offered (dotted)', RATES, curves.rates),
    ]),
  ]
}

/** From one line of words to the next. */
const LINE = 18

/** Width of a sign, at most, of bold words of that size. */
const SIGN = 8.5

interface Name extends Spot {
  readonly text: string
}

const nameLabel = ({ x, y, text }: Name): string => label(x, y, text, { className: 'halo' })

function apart(names: readonly Name[]): readonly Name[] {
  let last = -Infinity
  return [...names]
    .sort((a, b) => a.y - b.y)
    .map(({ x, y, text }) => {
      last = Math.max(y + 4, last + LINE)
      return { x: x + 8, y: last, text }
    })
}

/** The nearest place, up or down, where the words lie on no others; `x` is where they start. */
function freePlace({ x, y, text }: Name, taken: readonly Name[]): number {
  const isFree = (at: number): boolean =>
    at > TIMES.top &&
    at < TIMES.bottom &&
    taken.every(
      (one) => Math.abs(one.y - at) >= LINE || one.x + SIGN * one.text.length < x || x + SIGN * text.length < one.x,
    )
  const moves = Array.from({ length: 12 }, (_, i) => [y - i * LINE, y + 2 * LINE + i * LINE]).flat()
  return moves.find(isFree) ?? y
}

/** A diamond where a limit is reached, its interval as a bar, and the load beside it. */
function crossingMarks({ limits, loads, times }: Curves, names: readonly Name[]): readonly string[] {
  const taken = [...names]
  const x = xOf(loads)
  const inside = (ratio: number): number => Math.min(RIGHT, Math.max(LEFT, x(ratio)))
  return limits.flatMap(({ crossing: { until, target_value: target } }) => {
    if (until === null || x(until.load_ratio) > RIGHT || x(until.load_ratio) < LEFT) return []
    const [cx, y] = [x(until.load_ratio), yOf(TIMES, times, target)]
    const { low_ratio: low, high_ratio: high } = until
    const bar = low === null || high === null || low === high ? '' : line('edge', [inside(low), y, inside(high), y])
    const rate = until.arrival_rate_per_s === null ? '' : ` (${perSecond(until.arrival_rate_per_s)})`
    const isRight = cx > (LEFT + RIGHT) / 2
    const text = `${loadText(until.load_ratio)}${rate}`
    const start = isRight ? cx - 12 - SIGN * text.length : cx + 12
    const place = freePlace({ x: start, y: y - 10, text }, taken)
    taken.push({ x: start, y: place, text })
    return [
      bar,
      `<path class="mark" d="M${n(cx)} ${n(y - 7)}l7 7-7 7-7-7z"/>`,
      label(cx + (isRight ? -12 : 12), place, text, {
        className: 'halo',
        bold: true,
        anchor: isRight ? 'end' : 'start',
      }),
    ]
  })
}

function kneeMark({ flows }: Knee, flow: string, { loads, rates, goodput }: Curves): readonly string[] {
  const at = flows[flow]?.load_ratio ?? null
  const x = xOf(loads)
  if (at === null || x(at) > RIGHT || x(at) < LEFT) return []
  const near = goodput.loads.findIndex((each) => each >= at)
  const y = yOf(RATES, rates, goodput.values[near] ?? 0)
  return [
    `<circle class="knee" cx="${n(x(at))}" cy="${n(y)}" r="5"/>`,
    label(x(at) - 10, y - 10, `knee ${loadText(at)}`, { className: 'halo', anchor: 'end' }),
  ]
}
