// The public interface, and the only place where the lists (kinds, rules) meet the machinery.

import type { Design } from './design/design.ts'
import type { DesignInput } from './design/design-input.ts'
import { explainSettings, type SettingOrigin } from './design/explain-settings.ts'
import { designSchema as schemaOfDesigns } from './design/schema.ts'
import { type BackOfEnvelope, estimateOf, type EstimateOptions } from './estimate/estimate.ts'
import { withRanges } from './estimate/ranges.ts'
import { kinds } from './kinds/index.ts'
import type { Model } from './model/model.ts'
import type { Prepared } from './prepare.ts'
import { type CodeText, codeTexts as textsOfReader } from './report/codes.ts'
export { referencesText } from './report/codes.ts'
import { rules } from './rules/index.ts'
import type { Schema } from './text/field.ts'

export type { Diagnostic, Severity } from './base/diagnostic.ts'
export { nearestNames } from './base/nearest.ts'
export { type Accepted, acceptanceOf } from './design/accepted.ts'
export type { Design } from './design/design.ts'
export type { SettingOrigin } from './design/explain-settings.ts'
export type { ComponentInput, DesignInput } from './design/design-input.ts'
export type { BackOfEnvelope, EstimateOptions } from './estimate/estimate.ts'
export type { Gap, Input, Line, LineRange, Origin, Section, Unit } from './estimate/line.ts'
export { machineParams, readMachine, type StandardMachine } from './estimate/machine.ts'
export type { Dimension, Shortage } from './estimate/machines.ts'
export type { Document } from './text/document.ts'
export type { Limits } from './text/limits.ts'
export { parse } from './text/parse.ts'
export type { Failure } from './model/error.ts'
export type { Model } from './model/model.ts'
export type { Unknown, World, Worlds } from './model/world.ts'
export { type Prepared, type PrepareOptions, prepare } from './prepare.ts'
export type { CodeText } from './report/codes.ts'
export { renderDiagnostics } from './report/diagnostic-text.ts'
export type { CheckFacts, Format } from './report/formats/define.ts'
export { formats } from './report/formats/index.ts'
export { type Envelope, envelope, type EstimateEnvelope, estimateEnvelope } from './report/envelope.ts'
export { failureEnvelope, toJson } from './report/envelope.ts'
export { type EstimateJson, estimateJson, linesBehind } from './report/estimate-json.ts'
export { type EstimateReport, estimateText } from './report/estimate-text.ts'
export { estimateWhy } from './report/estimate-why.ts'
export { plainStyle, type Style } from './report/layout.ts'
export { pathsIn, shortPlace, withPaths } from './text/path-places.ts'
export { policyLines } from './report/policy-text.ts'
export { flowToShow, type KneeReport } from './report/knee-scale.ts'
export { availabilityText, isMissed as isGoalMissed, worstOfSurvival } from './report/availability-text.ts'
export { kneeSvg } from './report/knee-svg.ts'
export { kneeText } from './report/knee-text.ts'
export { resultSchema } from './report/result-schema.ts'
export { type Report, summaryText } from './report/summary.ts'
export { analysed, type AnalysisFacts } from './result/analysed.ts'
export { atLoad } from './result/at-load.ts'
export { type At, type Crossing, firstMissed } from './result/crossing.ts'
export { fillsOf, usersRatio } from './result/fills.ts'
export { type Knee, kneeOf, type KneeOptions, loadsToPlay, pointOf, remembered } from './result/knee.ts'
export { type LeverEffect, leverEffects, leversOf, partitionsOf, turnedFirst } from './result/levers.ts'
export type { Job, Outcome } from './result/outcome.ts'
export { type Feed, type Played, type PlanOptions, planRuns } from './result/plan.ts'
export type {
  Cause,
  Estimate,
  Finding,
  MetastableResult,
  MethodResult,
  ObjectiveResult,
  Result,
  Verdict,
} from './result/result.ts'
export type { Accuracy, Doubt, MetastableRange, Method, Solution } from './result/solution.ts'
export { type RunFacts, summarize } from './result/summarize.ts'
export { type Advance, play } from './simulate/play.ts'
export { simulate, type SimulateOptions } from './simulate/simulate.ts'
export { analyse, type AnalyseOptions } from './solve/analyse.ts'
export { solve, solverMemory, type SolveOptions } from './solve/solve.ts'

/**
 * JSON Schema (draft-07) of designs, for editors: keys, kinds and words with their meanings, from the definitions that
 * validate. Quantities, references and expressions are checked by {@link prepare} alone.
 */
export const designSchema = (): Schema => schemaOfDesigns(kinds)

/** Every setting of a component, written or default, with its source; empty when there is no such component. */
export function settingsOf(design: Design, component: string): readonly SettingOrigin[] {
  const found = design.components.get(component)
  return found === undefined ? [] : explainSettings(found, kinds)
}

/**
 * Numbers on the back of an envelope: what follows from the load of a design before anything in it is sized. Every line
 * has its formula, its inputs with units, and where each of them comes from; what the design does not say is among the
 * gaps. Uncertain values count as they are written: {@link estimateWithRanges} has the ranges.
 *
 * @param model  compiled from that design, for what only the whole of it gives: hit ratios, batches, processor time
 * @example estimate(design, model).lines.find(({ id }) => id === 'storage.db.links.3y')?.value // bytes
 */
export const estimate = (design: Design, model: Model, options?: EstimateOptions): BackOfEnvelope =>
  estimateOf({ design, model, kinds }, options)

/** The same of the first situation that was prepared, each line with its 90 % range; null when there are errors. */
export function estimateWithRanges(
  { design, models, worlds }: Prepared,
  options?: EstimateOptions,
): BackOfEnvelope | null {
  const [model] = models
  const [world = null] = worlds
  if (design === null || model === undefined) return null
  const whole = estimate(design, model, options)
  if (world === null) return whole
  return withRanges(whole, world.unknowns, (quantiles) => {
    const drawn = world.designAt(quantiles)
    return drawn && estimate(drawn.design, drawn.model, options)
  })
}

/** Meaning and remedy of every code that a diagnostic, a rule or a cause may have: what `loadpath explain` knows. */
export const codeTexts: Readonly<Record<string, CodeText>> = {
  ...textsOfReader,
  ...Object.fromEntries(
    rules.map(({ code, meaning, remedy, step, references }) => [
      code,
      { meaning, remedy, step, ...(references && { references }) },
    ]),
  ),
}

/**
 * A design written in TypeScript: the same keys as the YAML form, for designs that are generated or parameterized.
 * Returns what it is given.
 *
 * @example export default defineDesign({ loadpath: 1, name: 'shop', components: { api: { kind: 'service' } } })
 */
export const defineDesign = <const T extends DesignInput>(design: T): T => design
export { availabilityOf, type AvailabilityOptions } from './estimate/availability.ts'
export { dataSafety } from './estimate/lost-copies.ts'
export { survivals } from './estimate/survive.ts'
export type * from './result/availability.ts'
