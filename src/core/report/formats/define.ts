import type { CodeText } from '../codes.ts'
import type { Acceptance, Diagnostic, Severity } from '../../base/diagnostic.ts'
import type { ReviewStep } from '../../base/review-step.ts'
import type { Span } from '../../base/span.ts'
import type { ObjectiveResult, Result } from '../../result/result.ts'

/** All that a check found out, for other programs and for people who were not there. */
export interface CheckFacts {
  readonly version: string
  /** Of the design. */
  readonly name: string
  /** The design's file, from the root of the repository. */
  readonly file: string
  /** The command that gives the same numbers. */
  readonly command: string
  /** Baseline first, then scenarios; empty when the design has mistakes. Findings of the figures alone. */
  readonly results: readonly Result[]
  readonly diagnostics: readonly Diagnostic[]
  /** Scenarios that were not played, and why. */
  readonly skipped: readonly { readonly scenario: string; readonly why: string }[]
  /** What each code means. */
  readonly codes: Readonly<Record<string, CodeText>>
  /** Whether something of this severity makes the command fail. */
  readonly isFailing: (what: 'finding' | 'objective', severity: Severity) => boolean
  /** Where an objective is written, and where a component is. */
  readonly spanOf: (of: ObjectiveResult | { readonly component: string }) => Span | null
  /** The name of a file from the root of the repository. */
  readonly pathOf: (file: string) => string
  readonly source: (file: string) => string | undefined
  /** The path of what stands at a place: `components.db.instances`. It stays when lines move. */
  readonly keysAt: (span: Span) => string
}

/** One way to write down a check. */
export interface Format {
  readonly name: string
  readonly about: string
  readonly write: (facts: CheckFacts) => string
}

/** Where something is, on one line; without `line` the whole file is meant. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly endColumn?: number
}

/** An objective that is not met, or anything else that was found. */
export interface Issue {
  readonly what: 'finding' | 'objective'
  readonly code: string
  readonly severity: Severity
  readonly step: ReviewStep
  readonly place: Place
  /** Stands alone. */
  readonly message: string
  readonly hint: string | null
  readonly accepted: Acceptance | null
  readonly isFailing: boolean
  /** The same for the same thing in another version of the file. */
  readonly key: string
}
