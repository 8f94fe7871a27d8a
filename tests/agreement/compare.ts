import type { Estimate, Result } from '../../src/core/index.ts'
import { table } from '../../scripts/reference/markdown.ts'
import { kinds, type Point, utilizations, variabilities } from './grid.ts'
import type { Simulated } from './simulated.ts'

/** How far the solver may lie from the simulator without saying so, as a share. */
const limits = { mean: 0.05, p99: 0.1 } as const
/** Share of good answers: absolute. */
const successLimit = 0.005

type Figure = keyof typeof limits

/** Solver and simulator at one point. */
export interface Agreement {
  readonly point: Point
  readonly figures: Readonly<Record<Figure, Judged>>
  readonly success: { readonly solved: number | null; readonly simulated: number; readonly isFar: boolean }
}

export interface Judged {
  readonly solved: Estimate
  readonly simulated: number
  /** Of the solver, as a share of what the simulator has. */
  readonly error: number
  /** Beyond the limit, even by the end of the simulator's own interval that is nearer. */
  readonly isFar: boolean
  /** The result says so itself: its interval holds what the simulator has, or its notes name the flow. */
  readonly isAdmitted: boolean
}

export function compare(point: Point, simulated: Simulated, result: Result): Agreement {
  const flow = result.flows[point.flow]
  if (flow === undefined) throw new Error(`${point.id}: the solver has no flow ${point.flow}`)
  const isNamed = result.trust.some((note) => new RegExp(`\\b${point.flow}\\b`).test(note))
  const judged = (figure: Figure): Judged => {
    const [value, halfWidth] = simulated[figure]
    const own = flow.response_time_s[figure]
    const off = Math.abs((own.value ?? Infinity) - value)
    const holds = (own.low ?? -Infinity) <= value + halfWidth && (own.high ?? Infinity) >= value - halfWidth
    return {
      solved: own,
      simulated: value,
      error: own.value === null ? Infinity : own.value / value - 1,
      isFar: !(off <= limits[figure] * value + halfWidth),
      isAdmitted: isNamed || (own.low !== null && own.high !== null && own.high > own.low && holds),
    }
  }
  const [share, shareHalf] = simulated.success
  const good = flow.success_ratio.value
  return {
    point,
    figures: { mean: judged('mean'), p99: judged('p99') },
    success: { solved: good, simulated: share, isFar: !(Math.abs((good ?? -1) - share) <= successLimit + shareHalf) },
  }
}

/** In words, what is further off than it may be without a word of the solver about it. */
export const complaints = ({ point, figures, success }: Agreement): readonly string[] => [
  ...Object.entries(figures).flatMap(([name, { solved, simulated, error, isFar, isAdmitted }]) =>
    isFar && !isAdmitted
      ? [
          `${point.id}: ${name} ${solved.value} (${solved.low} to ${solved.high}), simulated ${simulated}: ${percent(error)} %`,
        ]
      : [],
  ),
  ...(success.isFar ? [`${point.id}: success ${success.solved}, simulated ${success.simulated}`] : []),
]

const percent = (share: number): string => {
  if (!Number.isFinite(share)) return '∞'
  const text = (100 * share).toFixed(1)
  return text === '-0.0' ? '0.0' : text
}

/** "Solver against simulator", for people: errors of mean and p99, by kind, variability and utilization. */
export function sectionText(agreements: readonly Agreement[]): string {
  const rows = kinds.flatMap((kind) =>
    variabilities.map((variability, i) => [
      i === 0 ? kind : '',
      String(variability),
      ...utilizations.map((utilization) =>
        cellOf(agreements.find(({ point }) => isAt(point, { kind, utilization, variability }))),
      ),
    ]),
  )
  const far = agreements.flatMap(({ figures }) => Object.values(figures)).filter(({ isFar }) => isFar).length
  return [
    '## Solver against simulator',
    `Errors of the analytic answer in percent of what the simulator has: *mean / p99* of the response time, by the utilization of ` +
      'what limits the design and the squared coefficient of variation of its work (log-normal). Within 5 % of the mean and 10 % of ' +
      'the p99 nothing is said; where it is further off (`*`), the result has to say so itself: its interval holds what the simulator ' +
      `has, or its notes name the flow. Here that is so for ${far} of ${2 * agreements.length} figures.`,
    table(['kind', 'variability', ...utilizations.map((utilization) => `${Math.round(100 * utilization)} %`)], rows),
  ].join('\n\n')
}

const isAt = (point: Point, where: Pick<Point, 'kind' | 'utilization' | 'variability'>): boolean =>
  point.kind === where.kind && point.utilization === where.utilization && point.variability === where.variability

const cellOf = (agreement: Agreement | undefined): string =>
  agreement === undefined
    ? ''
    : Object.values(agreement.figures)
        .map(({ error, isFar }) => `${percent(error)}${isFar ? '*' : ''}`)
        .join(' / ')
