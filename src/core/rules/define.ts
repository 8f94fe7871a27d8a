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
  /** Left out: that of the rule. A control that is merely not stated is a note. */
  readonly severity?: Severity
}

/** Where others describe the threat and what to do about it. */
export interface References {
  /** Spoofing, tampering, repudiation, information disclosure, denial of service, elevation of privilege. */
  readonly stride: readonly Threat[]
  /** Numbers of the Common Weakness Enumeration. */
  readonly cwe: readonly number[]
  /** Requirements of the OWASP Application Security Verification Standard 4.0.3. */
  readonly asvs: readonly string[]
}

export type Threat =
  | 'spoofing'
  | 'tampering'
  | 'repudiation'
  | 'information-disclosure'
  | 'denial-of-service'
  | 'elevation-of-privilege'

/** One check over a design that can be read and played, but will hardly do what its author expects. */
export interface Rule {
  /** Stable word; `loadpath explain <code>` prints `meaning` and `remedy`. */
  readonly code: string
  /** Which of the eight questions of a review it answers: reports group by it. */
  readonly step: ReviewStep
  readonly severity: Severity
  readonly meaning: string
  readonly remedy: string
  readonly references?: References
  readonly check: (subject: Subject) => readonly Breach[]
}

/** All rules over one design, as diagnostics. */
export const checkRules = (rules: readonly Rule[], subject: Subject): readonly Diagnostic[] =>
  rules.flatMap(({ code, severity, step, check }) =>
    check(subject).map((breach) => ({ code, severity, step, ...breach })),
  )
