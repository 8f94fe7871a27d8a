import type { BackOfEnvelope } from '../estimate/estimate.ts'
import type { Input, Line } from '../estimate/line.ts'
import { lineText, spelled, valueText } from './estimate-figures.ts'
import { plainStyle, type Style, toAscii, wrap } from './layout.ts'

/** What the assumptions of a design say of themselves, by name. */
export type Assumed = ReadonlyMap<string, { readonly why: string }>

interface WhyOptions {
  readonly style?: Style
  readonly assumed?: Assumed
  /** The text has lines that somebody wrote: one that a program made has none. */
  readonly hasLines?: boolean
}

/** Where a number comes from, down to what is written: what `loadpath estimate --why` prints. */
export function estimateWhy(
  whole: BackOfEnvelope,
  id: string,
  { style = plainStyle, assumed = new Map(), hasLines = true }: WhyOptions = {},
): string {
  const lines = new Map(spelled(whole, style).lines.map((line) => [line.id, line]))
  const first = lines.get(id)
  if (first === undefined) return ''
  const told = new Set<string>()
  const text = chain({ lines, told, style, assumed, hasLines }, first, 0)
  const rows = text.map((row) => `${row}\n`).join('')
  return style.isAscii ? toAscii(rows) : rows
}

interface Telling {
  readonly lines: ReadonlyMap<string, Line>
  readonly told: Set<string>
  readonly style: Style
  readonly assumed: Assumed
  readonly hasLines: boolean
}

/** Deeper than this nobody reads an indent. */
const INDENT_MOST = 12

function chain(telling: Telling, line: Line, depth: number): readonly string[] {
  const { told, style, lines } = telling
  const indent = '  '.repeat(Math.min(depth, INDENT_MOST))
  const say = (text: string, more = '    '): readonly string[] =>
    wrap(`${indent}${text}`, style.width, `${indent}${more}`)
  const [headline = '', ...rest] = say(`${line.name} of ${line.subject}: ${lineText(line)} [${line.id}]`)
  if (told.has(line.id)) return say(`${line.name} of ${line.subject}: ${lineText(line)}, as above [${line.id}]`)
  told.add(line.id)
  const isPlain = line.inputs.length === 1 && line.inputs[0]?.name === line.formula
  const numbers = inNumbers(line)
  return [
    depth === 0 ? style.paint('bold', headline) : headline,
    ...rest,
    ...(isPlain ? [] : say(`  = ${line.formula}`, '      ')),
    ...(isPlain || numbers === line.formula ? [] : say(`  = ${numbers}${roundingText(line)}`, '      ')),
    ...movedText(line).flatMap((text) => say(`  ${text}`)),
    ...line.inputs.flatMap((input) => {
      const from = input.from.kind === 'line' ? lines.get(input.from.id) : undefined
      if (from !== undefined) return chain(telling, from, depth + 1)
      return wrap(`${indent}  ${inputText(input, telling)}`, style.width, `${indent}      `)
    }),
  ]
}

const roundingText = ({ rounding }: Line): string => (rounding === 'none' ? '' : ', rounded up to a whole number')

const movedText = ({ range }: Line): readonly string[] =>
  range === null ? [] : [`range: 90 %, from what is not known of ${range.movedBy.join(', ')}`]

/** The formula with the values in the places of the names. */
function inNumbers({ formula, inputs }: Line): string {
  const byLength = inputs.toSorted((a, b) => b.name.length - a.name.length)
  // A value that was put in is not looked into again.
  const marked = byLength.reduce((text, { name }, i) => text.replaceAll(name, `\u0000${i}\u0000`), formula)
  return marked.replace(/\u0000(\d+)\u0000/g, (_, i: string) => {
    const input = byLength[Number(i)]
    return input === undefined ? '' : valueText(input.value, input.unit)
  })
}

function inputText({ name, value, unit, from }: Input, { assumed, hasLines }: Telling): string {
  const said = `${name}: ${valueText(value, unit)}`
  switch (from.kind) {
    case 'line':
      return said
    case 'written': {
      const text = from.text === '' ? '' : ` \`${from.text}\``
      const reasons = from.assumes.map((one) => {
        const why = assumed.get(one)?.why ?? ''
        return why === '' ? one : `${one} (${why})`
      })
      const by = reasons.length === 0 ? '' : `; assumed: ${reasons.join(', ')}`
      const place = hasLines ? `, ${from.at.file}:${from.at.line}` : ''
      return `${said}, written:${text} at ${from.path}${place}${by}`
    }
    case 'default': {
      const range = from.range === '' ? '' : `, usually ${from.range}`
      return `${said}, not written: default of ${from.path} (${from.source}${range})`
    }
    case 'taken':
      return `${said} (${from.source})`
    case 'solved':
      return `${said}, by the analytic engine: ${from.how}`
  }
}
