import { figure } from '../result/format.ts'
import type { ObjectiveResult, Result } from '../result/result.ts'
import { type Style, wrap } from './layout.ts'

const MARGIN = ' '.repeat(12)
const MOST_NAMES = 4

/** What the numbers that nobody knows do to the verdicts; nothing when all are known, or none was drawn. */
export function unknownLines(results: readonly Result[], most: number, style: Style): readonly string[] {
  const drawn = results.filter(({ draws }) => draws > 0)
  const [first] = drawn
  if (first === undefined) return []
  const ranged = first.assumptions.filter(({ range }) => range !== null)
  const named = ranged.slice(0, MOST_NAMES).map(({ name, range }) => `${name} ${range ?? ''}`)
  const more = ranged.length > named.length ? ` and ${ranged.length - named.length} more` : ''
  const open = drawn.flatMap((result) =>
    result.objectives.filter(isOpen).map((objective) => sentence(objective, result, results.length > 1)),
  )
  const shown = open.slice(0, most)
  const rest = open.length > shown.length ? [`and ${open.length - shown.length} more (--full)`] : []
  const said = open.length === 0 ? [`no verdict depends on them in ${first.draws} draws`] : [...shown, ...rest]
  return wrap(`not known   ${named.join(', ')}${more}; ${said.join('; ')}`, style.width, MARGIN)
}

/** Holds in some of the draws, and in others not. */
const isOpen = ({ met_share: share }: ObjectiveResult): boolean => share !== undefined && share > 0 && share < 1

function sentence(objective: ObjectiveResult, result: Result, isNamed: boolean): string {
  const { indicator, measured, met_share: share = 0, moved_by: mover = null, subject, target } = objective
  const { band } = measured
  const where = isNamed && result.scenario !== 'baseline' ? `${result.scenario}: ` : ''
  const between = band ? ` (${figure(indicator, band.low)} .. ${figure(indicator, band.high)})` : ''
  const moved = mover === null ? '' : `, moved most by ${mover}`
  return `${where}${subject.id} ${target} holds in ${Math.round(share * result.draws)} of ${result.draws} draws${between}${moved}`
}
