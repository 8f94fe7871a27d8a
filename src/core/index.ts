// The public interface, and the only place where the lists (kinds, rules) meet the machinery.

export type { Diagnostic, Severity } from './base/diagnostic.ts'
export { nearestNames } from './base/nearest.ts'
export type { Design } from './design/design.ts'
export type { Document } from './text/document.ts'
export type { Limits } from './text/limits.ts'
export { parse } from './text/parse.ts'
export type { Failure } from './model/error.ts'
export type { Model } from './model/model.ts'
export { type Prepared, type PrepareOptions, prepare } from './prepare.ts'
export { type CodeText, codeTexts } from './report/codes.ts'
export { renderDiagnostics } from './report/diagnostic-text.ts'
export { type Envelope, envelope, toJson } from './report/envelope.ts'
export { plainStyle, type Style } from './report/layout.ts'
export { policyLines } from './report/policy-text.ts'
export { resultSchema } from './report/result-schema.ts'
export { type Report, summaryText } from './report/summary.ts'
export type { Job, Outcome } from './result/outcome.ts'
export { type Feed, type Played, type PlanOptions, planRuns } from './result/plan.ts'
export type { Cause, Estimate, Finding, ObjectiveResult, Result, Verdict } from './result/result.ts'
export { type RunFacts, summarize } from './result/summarize.ts'
export { type Advance, play } from './simulate/play.ts'
export { simulate, type SimulateOptions } from './simulate/simulate.ts'

/**
 * A design written in TypeScript: the same keys as the YAML form, for designs that are generated or parameterized.
 * Returns what it is given.
 *
 * @example export default defineDesign({ loadpath: 1, name: 'shop', components: { api: { kind: 'service' } } })
 */
export const defineDesign = <const T extends { readonly loadpath: 1 }>(design: T): T => design
