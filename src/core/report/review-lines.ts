import type { Acceptance, Severity } from '../base/diagnostic.ts'
import { allReviewSteps, type ReviewStep, reviewStepTitle } from '../base/review-step.ts'
import type { Result, Verdict } from '../result/result.ts'
import { acceptedText } from './diagnostic-text.ts'
import { clip, columns, fit, plainStyle, type Style, wrap } from './layout.ts'

export interface Found {
  readonly code: string
  readonly severity: Severity
  /** Absent: it is about the components. */
  readonly step?: ReviewStep
  readonly accepted?: Acceptance
}

const MARGIN = ' '.repeat(12)

/** One line for each of the eight steps of a review: how its objectives stand, and what was found. */
export function reviewLines(
  { results, found = [] }: { readonly results: readonly Result[]; readonly found?: readonly Found[] },
  style: Style,
): readonly string[] {
  const objectives = results.flatMap((result) => result.objectives)
  const rows = allReviewSteps.map((step) => {
    const mine = objectives.filter((one) => one.step === step)
    const said = found.filter((one) => (one.step ?? 2) === step)
    return [reviewStepTitle(step), verdictsText(mine), foundText(said)]
  })
  return columns(rows).flatMap((line, i) => fit(`${i === 0 ? 'steps       ' : MARGIN}${line}`, style.width, MARGIN))
}

/** Why they do not count, each with its code; `most` of them. */
export function acceptedLines(found: readonly Found[], most: number, style: Style): readonly string[] {
  const all = found.flatMap(({ code, accepted }) =>
    accepted === undefined ? [] : [{ text: `${MARGIN}${acceptedText(accepted)}`, code }],
  )
  return all.slice(0, most).flatMap(({ text, code }) => {
    if (style.width < plainStyle.width) return wrap(`${text} [${code}]`, style.width, MARGIN)
    return [`${clip(text, style.width - code.length - 4)} [${code}]`]
  })
}

function verdictsText(objectives: readonly { readonly verdict: Verdict }[]): string {
  if (objectives.length === 0) return 'no objective'
  const parts = (['missed', 'undecided', 'met'] as const).flatMap((verdict) => {
    const n = objectives.filter((one) => one.verdict === verdict).length
    return n === 0 ? [] : [`${n} ${verdict}`]
  })
  return parts.join(', ')
}

function foundText(found: readonly Found[]): string {
  const accepted = found.filter((one) => one.accepted !== undefined).length
  const open = found.filter((one) => one.accepted === undefined)
  const parts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const n = open.filter((one) => one.severity === severity).length
    return n === 0 ? [] : [`${n} ${severity}${n === 1 ? '' : 's'}`]
  })
  return [...parts, ...(accepted > 0 ? [`${accepted} accepted`] : [])].join(', ') || 'nothing found'
}
