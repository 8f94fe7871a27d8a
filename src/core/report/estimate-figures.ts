import type { Line, Unit } from '../estimate/line.ts'
import { bytes, percent, perSecond, quantity, seconds } from '../result/format.ts'

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
