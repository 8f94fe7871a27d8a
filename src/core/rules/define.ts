import type { Diagnostic, Severity } from '../base/diagnostic.ts'
import type { ReviewStep } from '../base/review-step.ts'
import type { Span } from '../base/span.ts'
import type { Design } from '../design/design.ts'
import type { Model } from '../model/model.ts'

/** What a rule looks at: the design as written, and what is played of it (the baseline). */
export interface Subject {
  readonly design: Design
  readonly model: Model
}

/** One place where a rule is broken. */
export interface Breach {
  readonly at: Span
  /** What was found and what follows from it, with the numbers. */
  readonly message: string
  readonly hint?: string
  readonly also?: readonly Span[]
}

/** One check over a design that can be read and played, but will hardly do what its author expects. */
export interface Rule {
  /** Stable word; `loadpath explain <code>` prints `meaning` and `remedy`. */
  readonly code: string
  /** Which of the eight questions of a review it answers: reports group by it. */
  readonly step: ReviewStep
  readonly severity: Severity
  readonly meaning: string
  readonly remedy: string
  readonly check: (subject: Subject) => readonly Breach[]
}

/** All rules over one design, as diagnostics. */
export const checkRules = (rules: readonly Rule[], subject: Subject): readonly Diagnostic[] =>
  rules.flatMap(({ code, severity, step, check }) =>
    check(subject).map((breach) => ({ code, severity, step, ...breach })),
  )
