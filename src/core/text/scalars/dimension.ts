import type { Distribution } from '../../model/distribution.ts'

/**
 * What a number measures; values are in SI units (seconds, bytes, per second, dollars; money-rate: dollars per second).
 */
export type Dimension =
  | 'count'
  | 'ratio'
  | 'time'
  | 'rate'
  | 'bytes'
  | 'bandwidth'
  | 'money'
  | 'money-rate'
  /** Exponent of a Zipf law over keys. */
  | 'popularity'

/** A number, or a law for one, with what it measures. */
export interface Quantity {
  readonly value: number | Distribution
  readonly dimension: Dimension
}

/** How to write each dimension; ends hints. */
export const acceptedForms: Readonly<Record<Dimension, string>> = {
  count: 'write a number like `400`, `1.5`, `10 k`, `2 M` or `1 G`',
  ratio: 'write a percentage like `55%` or `99.95%`',
  time: 'write a time like `250 ms`, `1.5 s`, `2 h` or `1 h 30 min` (us ms s min h d y)',
  rate: 'write a rate like `400/s`, `40 k/s`, `1200/min`, `17 M/d` or `8 per day`',
  bytes: 'write a size like `180 B`, `4 KB` (1000), `64 KiB` (1024), `16 GiB` or `2 TiB`',
  bandwidth: 'write a bandwidth like `80 MB/s` or `1 Gbit/s`',
  money: 'write an amount like `0.05 USD` or `12 k USD`',
  'money-rate': 'write a cost like `12 k USD/month` or `0.2 USD/h`',
  popularity: 'write a popularity like `zipf(0.9)`',
}

const nouns: Readonly<Record<Dimension, string>> = {
  count: 'a count',
  ratio: 'a ratio',
  time: 'a time',
  rate: 'a rate',
  bytes: 'a size in bytes',
  bandwidth: 'a bandwidth',
  money: 'an amount of money',
  'money-rate': 'a cost per time',
  popularity: 'a popularity',
}

/** "a time", "a rate": for sentences. */
export const dimensionNoun = (dimension: Dimension): string => nouns[dimension]

/** Powers of second, byte, dollar. Popularity does not multiply. */
const powers: readonly (readonly [Dimension, number, number, number])[] = [
  ['count', 0, 0, 0],
  ['time', 1, 0, 0],
  ['rate', -1, 0, 0],
  ['bytes', 0, 1, 0],
  ['bandwidth', -1, 1, 0],
  ['money', 0, 0, 1],
  ['money-rate', -1, 0, 1],
]

const powersOf = (dimension: Dimension): readonly [number, number, number] | null => {
  const found = powers.find(([name]) => name === (dimension === 'ratio' ? 'count' : dimension))
  return found ? [found[1], found[2], found[3]] : null
}

/** Dimension of a product (`sign` 1) or a quotient (-1); null = has no meaning here. */
export function combine(a: Dimension, b: Dimension, sign: 1 | -1): Dimension | null {
  if (a === 'ratio' && b === 'ratio') return sign === 1 ? 'ratio' : 'count'
  if (a === 'ratio' && b === 'count' && sign === -1) return 'ratio'
  const left = powersOf(a)
  const right = powersOf(b)
  if (!left || !right) return null
  const [time, bytes, money] = [0, 1, 2].map((i) => (left[i] ?? 0) + sign * (right[i] ?? 0))
  return powers.find(([, t, by, m]) => t === time && by === bytes && m === money)?.[0] ?? null
}
