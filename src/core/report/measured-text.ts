import { figure, interval, seconds } from '../result/format.ts'
import type { ObjectiveResult } from '../result/result.ts'
import { bandText } from './analysis-lines.ts'

/** The figure that was found for an objective, in words where there is none. */
export function measuredText(
  { indicator, measured, verdict, target_value: target }: ObjectiveResult,
  isSolved: boolean,
): string {
  const { value } = measured
  if (value === null && isSolved) return verdict === 'missed' ? 'without end' : 'not known'
  if (value === null) return verdict === 'missed' ? 'no good answer' : 'nothing measured'
  if (indicator === 'recovered-within' && measured.high === null) {
    if (value <= 0) return 'nothing measured'
    return value >= target ? 'not recovered' : `not within the ${seconds(value)} watched`
  }
  return figure(indicator, value)
}

/** How sure it is: the interval of what was played, the error of what was solved. */
export const intervalText = (objective: ObjectiveResult, isSolved: boolean): string =>
  isSolved ? bandText(objective) : interval(objective.indicator, objective.measured)
