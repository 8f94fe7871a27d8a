import type { Acceptance, Diagnostic } from '../base/diagnostic.ts'
import type { ReviewStep } from '../base/review-step.ts'
import type { AvailabilityReport } from '../result/availability.ts'
import type { Knee } from '../result/knee.ts'
import type { EstimateJson } from './estimate-json.ts'
import type { Result } from '../result/result.ts'

/** Where the schema of {@link Envelope} stands in the package. */
export const RESULT_SCHEMA = 'https://loadpath.dev/schema/result-1.schema.json'

/** What every command prints under `--json`. */
export interface Envelope {
  readonly $schema: string
  readonly loadpath: string
  readonly diagnostics: readonly DiagnosticJson[]
  readonly result:
    | (Result & { readonly scenarios?: Readonly<Record<string, Result>>; readonly knee?: Knee } & Beside)
    | null
}

/** What single commands say beside the result. */
export type Beside = Partial<Pick<AvailabilityReport, 'availability' | 'survive' | 'data_safety'>>

export interface DiagnosticJson {
  readonly code: string
  readonly severity: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
  /** Of the eight steps of a review; absent: it is about the command line. */
  readonly step?: ReviewStep
  readonly hint?: string
  readonly accepted?: Acceptance
}

/** What `loadpath estimate --json` prints: numbers of a design of which nothing was played or solved. */
export interface EstimateEnvelope extends Omit<Envelope, 'result'> {
  readonly result: {
    readonly design: { readonly name: string; readonly hash: string }
    readonly scenario: string
    readonly variant: string | null
    readonly estimate: EstimateJson
  }
}

export const estimateEnvelope = (
  { version, diagnostics }: { readonly version: string; readonly diagnostics: readonly Diagnostic[] },
  result: EstimateEnvelope['result'],
): EstimateEnvelope => ({
  $schema: RESULT_SCHEMA,
  loadpath: version,
  diagnostics: diagnostics.map(diagnosticJson),
  result,
})

/** The baseline's result with one more for each scenario, or null when nothing could be played. */
export function envelope({
  version,
  diagnostics,
  results,
  knee,
  beside = {},
}: {
  readonly version: string
  readonly diagnostics: readonly Diagnostic[]
  readonly results: readonly Result[]
  /** Of the first of them. */
  readonly knee?: Knee
  readonly beside?: Beside
}): Envelope {
  const [first, ...others] = results
  const scenarios = Object.fromEntries(others.map((result) => [result.scenario, result]))
  return {
    $schema: RESULT_SCHEMA,
    loadpath: version,
    diagnostics: diagnostics.map(diagnosticJson),
    result: first
      ? { ...first, ...(others.length > 0 ? { scenarios } : {}), ...(knee ? { knee } : {}), ...beside }
      : null,
  }
}

/** What `--json` prints when a command failed before there was a design: the failure in the place of a diagnostic. */
export const failureEnvelope = (
  version: string,
  code: 'usage' | 'environment',
  { message, hint }: { readonly message: string; readonly hint?: string | undefined },
): Envelope => ({
  $schema: RESULT_SCHEMA,
  loadpath: version,
  diagnostics: [
    { code, severity: 'error', file: '', line: 1, column: 1, message, ...(hint === undefined ? {} : { hint }) },
  ],
  result: null,
})

export const diagnosticJson = ({ code, severity, at, message, step, hint, accepted }: Diagnostic): DiagnosticJson => ({
  code,
  severity,
  file: at.file,
  line: at.line,
  column: at.column,
  message,
  ...(step === undefined ? {} : { step }),
  ...(hint === undefined ? {} : { hint }),
  ...(accepted === undefined ? {} : { accepted }),
})

export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
