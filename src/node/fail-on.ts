import type { Diagnostic, Result, Severity } from '../core/index.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'

/** From the least to the most that makes a command fail; `objective` is `error` by its older name. */
export const failLevels = ['never', 'error', 'objective', 'undecided', 'warning', 'note'] as const

export type FailLevel = (typeof failLevels)[number]

/**
 * What counts as failed. A missed objective is as bad as an error, an undecided one as a warning; one that is met is
 * nothing.
 */
export const isFailing =
  (level: FailLevel) =>
  (what: 'finding' | 'objective', severity: Severity): boolean => {
    if (level === 'never' || (what === 'objective' && severity === 'note')) return false
    if (severity === 'error' || level === 'note') return true
    return severity === 'warning' && (level === 'warning' || (level === 'undecided' && what === 'objective'))
  }

export interface Found {
  /** Findings of the figures alone. */
  readonly results: readonly Result[]
  readonly diagnostics: readonly Diagnostic[]
}

export function exitCodeOf({ results, diagnostics }: Found, level: FailLevel, isInterrupted: boolean): ExitCode {
  if (isInterrupted) return exitCodes.interrupted
  const judged = results.filter(({ sweep }) => sweep === undefined)
  const has = (verdict: string): boolean =>
    judged.some(({ objectives }) => objectives.some((objective) => objective.verdict === verdict))
  const fails = isFailing(level)
  const isFailed =
    (has('missed') && fails('objective', 'error')) ||
    (has('undecided') && fails('objective', 'warning')) ||
    failingFindings({ results, diagnostics }, level).length > 0
  if (isFailed) return exitCodes.missed
  if (level === 'never') return exitCodes.fine
  const isPoor = judged.some(({ status }) => status === 'budget-spent')
  return has('undecided') || isPoor ? exitCodes.unusable : exitCodes.fine
}

interface Failing {
  readonly code: string
  readonly message: string
  /** null: it is about a figure. */
  readonly at: Diagnostic['at'] | null
}

/** What somebody accepted does not count. */
export function failingFindings({ results, diagnostics }: Found, level: FailLevel): readonly Failing[] {
  const fails = isFailing(level)
  const written = diagnostics.filter(
    ({ severity, accepted }) => accepted === undefined && severity !== 'error' && fails('finding', severity),
  )
  const measured = results
    .filter(({ sweep }) => sweep === undefined)
    .flatMap(({ findings }) => findings)
    .filter(({ severity, accepted }) => accepted === undefined && fails('finding', severity))
  return [...written, ...measured.map((one) => ({ ...one, at: null }))].toSorted((a, b) => rank(a) - rank(b))
}

const rank = ({ severity }: { readonly severity: Severity }): number => (severity === 'note' ? 1 : 0)
