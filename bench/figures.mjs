/**
 * One measured figure and what is expected of it. `value` null: could not be measured, `note` says why.
 *
 * @param budget  `{ most }` or `{ least }`; null = shown only
 */
export function figure(id, name, value, { unit, budget = null, note = '' }) {
  return { id, name, value, unit, budget, note, verdict: verdictOf(value, budget) }
}

/** A figure that the machine does not allow to measure: named, and not held against the product. */
export function skipped(id, name, why) {
  return { id, name, value: null, unit: '', budget: null, note: why, verdict: 'skipped' }
}

/** A figure whose measurement ended with an error, which is held against the product. */
export function failed(id, name, why) {
  return { id, name, value: null, unit: '', budget: null, note: why, verdict: 'failed' }
}

function verdictOf(value, budget) {
  if (budget === null) return 'shown'
  const isMet = budget.most === undefined ? value >= budget.least : value <= budget.most
  return isMet ? 'met' : 'missed'
}

export const isBad = ({ verdict }) => verdict === 'missed' || verdict === 'failed'

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
}

/** A list of figures for people: verdict, name, value against its budget, and what there is to say. */
export function figureLines(figures) {
  const words = { met: 'ok', missed: 'MISSED', failed: 'FAILED', skipped: 'skipped', shown: '' }
  return figures.map(({ verdict, name, value, unit, budget, note }) => {
    if (value === null) return `${words[verdict].padEnd(8)}${name}: ${note}`
    const remark = note === '' ? '' : ` (${note})`
    return `${words[verdict].padEnd(8)}${name}: ${amount(value, unit)}${budgetText(budget, unit)}${remark}`
  })
}

function amount(value, unit) {
  const number = value >= 1000 ? Math.round(value) : Number(value.toPrecision(3))
  return `${number}${['×', '%', ''].includes(unit) ? '' : ' '}${unit}`
}

function budgetText(budget, unit) {
  if (budget === null) return ''
  return budget.most === undefined
    ? `, at least ${amount(budget.least, unit)}`
    : `, at most ${amount(budget.most, unit)}`
}
