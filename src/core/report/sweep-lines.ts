import { dollars, figure, seconds } from '../result/format.ts'
import type { ObjectiveResult, Result, Verdict } from '../result/result.ts'
import { type Style, table } from './layout.ts'

const COLUMNS_MOST = 5
const sign: Readonly<Record<Verdict, string>> = { met: '✔', missed: '✘', undecided: '?' }

/** A table for each sweep: its points as rows; the objectives, and what it costs, as columns. */
export function sweepLines(results: readonly Result[], style: Style): readonly string[] {
  const names = [...new Set(results.flatMap(({ sweep }) => sweep?.scenario ?? []))]
  return names.flatMap((name, i) => [
    ...(i > 0 ? [''] : []),
    ...sweepTable(
      name,
      results.filter(({ sweep }) => sweep?.scenario === name),
      style,
    ),
  ])
}

function sweepTable(name: string, points: readonly Result[], style: Style): readonly string[] {
  const costs = points.map((point) => point.cost_usd_per_month.total)
  const hasCost = new Set(costs).size > 1
  const rows = points.map((point, i) => [
    point.sweep?.point ?? '',
    ...cellsOf(point).slice(0, COLUMNS_MOST),
    ...(hasCost ? [dollars(costs[i] ?? 0)] : []),
  ])
  const [first] = points
  const heads = first === undefined ? [] : headsOf(first).slice(0, COLUMNS_MOST)
  const headline = [`sweep ${name}`, ...heads, ...(hasCost ? ['per month'] : [])]
  return table([headline, ...rows], style.width, new Set(headline.map((_, i) => i).slice(1)))
}

/** What is asked of the design; where nothing is, how long requests take. */
function headsOf({ objectives, flows }: Result): readonly string[] {
  if (objectives.length === 0) return Object.keys(flows).map((flow) => `${flow} p99`)
  return objectives.map(({ subject, target }) => `${subject.id} ${target}`)
}

function cellsOf({ objectives, flows }: Result): readonly string[] {
  if (objectives.length > 0) return objectives.map(cellOf)
  return Object.values(flows).map(({ response_time_s: { p99 } }) => (p99.value === null ? '–' : seconds(p99.value)))
}

const cellOf = ({ verdict, indicator, measured }: ObjectiveResult): string =>
  `${measured.value === null ? '–' : figure(indicator, measured.value)} ${sign[verdict]}`
