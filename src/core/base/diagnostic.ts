import type { ReviewStep } from './review-step.ts'
import type { Span } from './span.ts'

export type Severity = 'error' | 'warning' | 'note'

/** A mistake of the user's, as a value: collected, sorted, never thrown. */
export interface Diagnostic {
  /** Stable word, explained by `loadpath explain <code>`. */
  readonly code: string
  readonly severity: Severity
  readonly at: Span
  /** What was found and what is allowed; stands alone. */
  readonly message: string
  readonly hint?: string
  /** The question of a review that it belongs to; absent: where it stands in the file decides. */
  readonly step?: ReviewStep
  /** Further places of the same mistake. */
  readonly also?: readonly Span[]
  /** Of a finding that somebody accepted: it is a note now. */
  readonly accepted?: Acceptance
}

/** Why a finding does not count. */
export interface Acceptance {
  /** What it was before. */
  readonly severity: Severity
  readonly reason: string
  readonly owner: string | null
  /** The last day; null: for good. */
  readonly until: string | null
}

export interface Collector {
  error(code: string, at: Span, message: string, hint?: string): void
  warning(code: string, at: Span, message: string, hint?: string): void
  note(code: string, at: Span, message: string, hint?: string): void
  add(diagnostic: Diagnostic): void
  readonly list: readonly Diagnostic[]
  hasErrors(): boolean
  /** How many of this severity. */
  count(severity: Severity): number
}

export function createCollector(): Collector {
  const list: Diagnostic[] = []
  const counts = { error: 0, warning: 0, note: 0 }
  const say =
    (severity: Severity) =>
    (code: string, at: Span, message: string, hint?: string): void => {
      counts[severity]++
      list.push({ code, severity, at, message, ...(hint === undefined ? {} : { hint }) })
    }
  return {
    error: say('error'),
    warning: say('warning'),
    note: say('note'),
    add: (diagnostic) => {
      counts[diagnostic.severity]++
      list.push(diagnostic)
    },
    list,
    hasErrors: () => counts.error > 0,
    count: (severity) => counts[severity],
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** By file, line, column, code; the same mistake at the same place once. */
export function sortDiagnostics(list: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = [...list].sort(
    (a, b) =>
      compareText(a.at.file, b.at.file) ||
      a.at.line - b.at.line ||
      a.at.column - b.at.column ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  )
  return sorted.filter((d, i) => {
    const before = sorted[i - 1]
    return !before || before.message !== d.message || before.at.offset !== d.at.offset || before.at.file !== d.at.file
  })
}
