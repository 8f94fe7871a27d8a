import type { Objective } from '../model/model.ts'
import type { Estimate } from './result.ts'

/** From here on the number itself says nothing: the largest that a design may hold. */
const LARGEST = 1e15

/** Three significant digits, never in exponent form, no trailing zeros after a point. */
export function digits(x: number): string {
  if (x === 0) return '0'
  const size = Math.abs(x)
  if (size >= LARGEST) return x > 0 ? 'more than 10^15' : 'less than -10^15'
  if (size >= 99.95) return String(Math.round(x))
  const text = size >= 9.995 ? x.toFixed(1) : size >= 0.9995 ? x.toFixed(2) : x.toPrecision(3)
  return text.includes('e') ? '0' : text.replace(/\.?0+$/, '')
}

/** `248 ms`, `1.5 s`, `12 min`. */
export function seconds(x: number): string {
  const size = Math.abs(x)
  if (size === 0) return '0 s'
  if (size < 0.9995e-3) return `${digits(x * 1e6)} us`
  if (size < 0.9995) return `${digits(x * 1e3)} ms`
  if (size < 600) return `${digits(x)} s`
  if (size < 7200) return `${digits(x / 60)} min`
  return size < 172_800 ? `${digits(x / 3600)} h` : `${digits(x / 86_400)} d`
}

/** `40 k`, `1.2 M`. */
export function quantity(x: number): string {
  const size = Math.abs(x)
  if (size >= LARGEST) return digits(x)
  if (size >= 999.5e6) return `${digits(x / 1e9)} G`
  if (size >= 999.5e3) return `${digits(x / 1e6)} M`
  if (size >= 9999.5) return `${digits(x / 1e3)} k`
  return size >= 999.5 ? String(Math.round(x)) : digits(x)
}

const byteUnits = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const

/** `250 B`, `4.2 TB`: of a thousand each. */
export function bytes(x: number): string {
  let size = x
  for (const unit of byteUnits.slice(0, -1)) {
    if (Math.abs(size) < 999.5) return `${digits(size)} ${unit}`
    size /= 1000
  }
  return `${digits(size)} ${byteUnits.at(-1)}`
}

export const perSecond = (x: number): string => `${quantity(x)}/s`

/** `55%`, `99.95%`: the nearer to all or nothing, the more digits. */
export function percent(x: number): string {
  if (x >= LARGEST) return `${digits(x)}%`
  const gap = Math.min(x, 1 - x)
  if (gap <= 0) return `${Math.round(100 * x)}%`
  const places = gap >= 0.0995 ? 0 : gap >= 0.00995 ? 1 : gap >= 0.000995 ? 2 : gap >= 0.0000995 ? 3 : 4
  return `${(100 * x)
    .toFixed(places)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')}%`
}

/** A share of time, of which nobody needs the digits. */
export const roughly = (share: number): string => (share > 0.995 ? 'nearly all' : `${Math.round(100 * share)}%`)

export const dollars = (x: number): string => `$${x >= 10_000 ? quantity(x) : String(Math.round(x))}`

/** The age of what nobody has any more when no copy and no backup is left: a hundred years. */
const ALL_DATA = 100 * 365 * 86_400

/** How far back data is gone. */
export function dataAge(x: number): string {
  if (x === 0) return 'nothing'
  return x >= ALL_DATA ? 'all data' : `the last ${seconds(x)}`
}

/** A figure in the unit of what it is about. */
export function figure(indicator: Objective['indicator'], x: number): string {
  switch (indicator) {
    case 'success':
    case 'utilization':
    case 'hit':
      return percent(x)
    case 'throughput':
    case 'goodput':
      return perSecond(x)
    case 'queue-length':
      return quantity(x)
    case 'cost':
      return `${dollars(x)}/month`
    case 'rpo':
      return dataAge(x)
    case 'no-metastable':
      return x === 0 ? 'comes back' : `stays down in ${percent(x)} of runs`
    default:
      return seconds(x)
  }
}

/** `(231 .. 248 ms)`: the 95 % interval; empty when it is as good as a point. */
export function interval(indicator: Objective['indicator'], { value, low, high }: Estimate): string {
  if (value === null || indicator === 'max' || indicator === 'cost' || indicator === 'no-metastable') return ''
  if (low === null || high === null) return low === null && high === null ? '(no interval yet)' : ''
  const ends = [figure(indicator, low), figure(indicator, high)]
  return ends[0] === ends[1] ? '' : `(${ends.join(' .. ')})`
}
