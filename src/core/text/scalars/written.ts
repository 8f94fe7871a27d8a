import type { Dimension } from './dimension.ts'

const suffixes: Readonly<Record<Dimension, string>> = {
  count: '',
  ratio: '%',
  time: ' s',
  rate: '/s',
  bytes: ' B',
  bandwidth: ' B/s',
  money: ' USD',
  'money-rate': ' USD/s',
  popularity: '',
}

/** A number in SI units in the language's own words: `0.25` of a ratio is `25%`. */
export function written(value: number, dimension: Dimension): string {
  if (dimension === 'popularity') return `zipf(${plain(value)})`
  return `${plain(dimension === 'ratio' ? value * 100 : value)}${suffixes[dimension]}`
}

/** Ten digits, and no exponent: amounts have none. */
function plain(value: number): string {
  const text = String(Number(value.toPrecision(10)))
  return text.includes('e') ? value.toFixed(15) : text
}
