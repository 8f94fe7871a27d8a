// @data
import type { Dimension } from './dimension.ts'

export const SECONDS_PER_DAY = 86_400
/** 365 days. */
export const SECONDS_PER_YEAR = 365 * SECONDS_PER_DAY
/** A twelfth of a year: 730 hours, as clouds bill. */
export const SECONDS_PER_MONTH = SECONDS_PER_YEAR / 12

/** Units of time as written after a number. Both code points of micro. */
export const timeUnits: ReadonlyMap<string, number> = new Map([
  ['us', 1e-6],
  ['\u00B5s', 1e-6],
  ['\u03BCs', 1e-6],
  ['ms', 1e-3],
  ['s', 1],
  ['min', 60],
  ['h', 3600],
  ['d', SECONDS_PER_DAY],
  ['y', SECONDS_PER_YEAR],
])

/** After `/` or `per`. */
export const perTimeUnits: ReadonlyMap<string, number> = new Map([
  ...timeUnits,
  ['second', 1],
  ['minute', 60],
  ['hour', 3600],
  ['day', SECONDS_PER_DAY],
  ['week', 7 * SECONDS_PER_DAY],
  ['month', SECONDS_PER_MONTH],
  ['year', SECONDS_PER_YEAR],
])

interface Unit {
  readonly factor: number
  readonly dimension: Dimension
}

const byteUnits: readonly (readonly [string, number])[] = ['K', 'M', 'G', 'T', 'P'].flatMap((prefix, i) => {
  const decimal = 1000 ** (i + 1)
  const binary = 1024 ** (i + 1)
  const bits = `${prefix === 'K' ? 'k' : prefix}bit`
  return [[`${prefix}B`, decimal] as const, [`${prefix}iB`, binary] as const, [bits, decimal / 8] as const]
})

const unitTable: readonly (readonly [string, Unit])[] = [
  ...[...timeUnits].map(([name, factor]): [string, Unit] => [name, { factor, dimension: 'time' }]),
  ['B', { factor: 1, dimension: 'bytes' }],
  ['bit', { factor: 1 / 8, dimension: 'bytes' }],
  ...byteUnits.map(([name, factor]): [string, Unit] => [name, { factor, dimension: 'bytes' }]),
  ['USD', { factor: 1, dimension: 'money' }],
]

/** Every unit a number can carry itself, with what it measures. */
export const units: ReadonlyMap<string, Unit> = new Map(unitTable)

export const multipliers: ReadonlyMap<string, number> = new Map([
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
])

/** Common ways to write a unit that are not in the language, and what to write instead. */
export const otherSpellings: ReadonlyMap<string, string> = new Map([
  ['sec', 's'],
  ['secs', 's'],
  ['second', 's'],
  ['seconds', 's'],
  ['S', 's'],
  ['msec', 'ms'],
  ['msecs', 'ms'],
  ['millis', 'ms'],
  ['milliseconds', 'ms'],
  ['usec', 'us'],
  ['micros', 'us'],
  ['mins', 'min'],
  ['minute', 'min'],
  ['minutes', 'min'],
  ['hr', 'h'],
  ['hrs', 'h'],
  ['hour', 'h'],
  ['hours', 'h'],
  ['H', 'h'],
  ['day', 'd'],
  ['days', 'd'],
  ['D', 'd'],
  ['year', 'y'],
  ['years', 'y'],
  ['yr', 'y'],
  ['Ms', 'ms'],
  ['MS', 'ms'],
  ['kB', 'KB'],
  ['Kb', 'KB'],
  ['b', 'B'],
  ['byte', 'B'],
  ['bytes', 'B'],
  ['KIB', 'KiB'],
  ['kib', 'KiB'],
  ['kiB', 'KiB'],
  ['mib', 'MiB'],
  ['gib', 'GiB'],
  ['tib', 'TiB'],
  ['Ki', 'KiB'],
  ['ki', 'k'],
  ['Mi', 'MiB'],
  ['Gi', 'GiB'],
  ['Ti', 'TiB'],
  ['Kbit', 'kbit'],
  ['mbit', 'Mbit'],
  ['gbit', 'Gbit'],
  ['bps', 'bit/s'],
  ['kbps', 'kbit/s'],
  ['Mbps', 'Mbit/s'],
  ['Gbps', 'Gbit/s'],
  ['rps', '/s'],
  ['qps', '/s'],
  ['tps', '/s'],
  ['K', 'k'],
  ['mil', 'M'],
  ['million', 'M'],
  ['millions', 'M'],
  ['billion', 'G'],
  ['bn', 'G'],
  ['thousand', 'k'],
  ['g', 'G'],
  ['t', 'T'],
  ['percent', '%'],
  ['pct', '%'],
  ['usd', 'USD'],
  ['dollars', 'USD'],
  ['times', 'x'],
  ['week', 'd'],
  ['weeks', 'd'],
  ['month', 'd'],
  ['months', 'd'],
  ['EUR', 'USD'],
  ['GBP', 'USD'],
])

/** Units that mean two things, and what to write for each. */
export const ambiguousUnits: ReadonlyMap<string, readonly [string, string, string]> = new Map([
  ['m', ['minutes, or thousandths', 'min', 'ms']],
  ['kb', ['kilobytes or kilobits', 'KB', 'kbit']],
  ['mb', ['megabytes or megabits', 'MB', 'Mbit']],
  ['Mb', ['megabytes or megabits', 'MB', 'Mbit']],
  ['gb', ['gigabytes or gigabits', 'GB', 'Gbit']],
  ['Gb', ['gigabytes or gigabits', 'GB', 'Gbit']],
  ['tb', ['terabytes or terabits', 'TB', 'Tbit']],
  ['Tb', ['terabytes or terabits', 'TB', 'Tbit']],
])
