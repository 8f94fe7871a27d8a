import type { BackOfEnvelope } from '../estimate/estimate.ts'
import type { Line, Unit } from '../estimate/line.ts'
import { bytes, percent, perSecond, quantity, seconds } from '../result/format.ts'
import { type Style, toAscii } from './layout.ts'

/** ASCII before it is measured: some signs become longer. */
export function spelled(whole: BackOfEnvelope, { isAscii }: Pick<Style, 'isAscii'>): BackOfEnvelope {
  if (!isAscii) return whole
  const lines = whole.lines.map((line) => ({
    ...line,
    subject: toAscii(line.subject),
    name: toAscii(line.name),
    formula: toAscii(line.formula),
    inputs: line.inputs.map((input) => ({ ...input, name: toAscii(input.name) })),
  }))
  return { ...whole, lines }
}

/** A value in the unit of its line, for people. */
export function valueText(value: number, unit: Unit): string {
  switch (unit) {
    case 'per-second':
      // What comes a few times a day is no rate a second.
      return value > 0 && value < 0.01 ? `${quantity(value * 86_400)}/d` : perSecond(value)
    case 'bytes':
      return bytes(value)
    case 'bytes-per-second':
      return `${bytes(value)}/s`
    case 'seconds':
      return seconds(value)
    case 'ratio':
      return percent(value)
    case 'count':
      return quantity(value)
  }
}

/** `4.2 TB`, or `4.2 TB (3.1 TB .. 6 TB)` where something that is not known moves it. */
export function lineText({ value, unit, range }: Pick<Line, 'value' | 'unit' | 'range'>): string {
  const text = valueText(value, unit)
  if (range === null) return text
  const [low, high] = [valueText(range.low, unit), valueText(range.high, unit)]
  return low === high ? text : `${text} (${low} .. ${high})`
}
