import {
  acceptanceOf,
  type DataSafety,
  dataSafety,
  type Finding,
  type Prepared,
  type Result,
  survivals,
  type SurvivalResult,
  worstOfSurvival,
} from '../core/index.ts'
import type { Io } from './io.ts'

/**
 * The results with what the requirements say of failures held against the design (`survive`, `recovery`), as findings
 * of the first of them. Each class of failures is solved for itself, and in between others get their turn: Ctrl-C ends
 * it.
 */
export async function withFailures(
  prepared: Prepared,
  results: readonly Result[],
  io: Pick<Io, 'interrupted'>,
): Promise<readonly Result[]> {
  const { design, models } = prepared
  const [first, ...others] = results
  const [model] = models
  if (first === undefined || model === undefined || design === null || first.scenario !== 'baseline') return results
  const findings: Finding[] = []
  for (const { text } of design.requirements.survive) {
    await new Promise((resolve) => setImmediate(resolve))
    if (io.interrupted.aborted) return results
    const found = survivals(model, [text]).flatMap(survivalFinding)
    findings.push(...found.map((one) => acceptedFinding(prepared, one, text)))
  }
  for (const safety of dataSafety(design, model))
    findings.push(...goalFindings(safety).map((one) => acceptedFinding(prepared, one, safety.component)))
  return [{ ...first, findings: [...first.findings, ...findings] }, ...others]
}

function survivalFinding({ failure, verdict, worst }: SurvivalResult): readonly Finding[] {
  if (verdict === 'met' || worst === null) return []
  const about = { code: 'not-survived', step: 6 } as const
  const message = `${failure}: ${worstOfSurvival(worst)}`
  if (verdict === 'missed') return [{ ...about, severity: worst.is_usual ? 'warning' : 'error', message }]
  return [{ ...about, severity: 'note', message: `${failure} is undecided: ${worstOfSurvival(worst)}` }]
}

/** When every copy is gone at once what is left is a backup: `loadpath availability` shows it, and it is no finding. */
const goalFindings = ({ component, losses, goals }: DataSafety): readonly Finding[] =>
  goals.flatMap(({ data, missed_for: missed }) => {
    const lost = losses.find((loss) => missed.includes(loss.lost) && loss.lost !== 'every copy')
    if (lost === undefined) return []
    const what = lost.lost === 'leader' ? `the leader of \`${component}\`` : `${lost.lost} in \`${component}\``
    const message = `the recovery goal of \`${data}\` does not hold when ${what} is lost: ${lost.why}`
    return [{ code: 'goal-missed', severity: 'warning', step: 6, message }]
  })

/** What was found in the figures may have been accepted beforehand, for what it is about. */
export function acceptedFinding({ design }: Prepared, found: Finding, name: string): Finding {
  const acceptance = acceptanceOf({ code: found.code, name }, design?.accepted ?? [], today())
  if (acceptance === undefined) return found
  const { reason, owner, until } = acceptance
  return { ...found, severity: 'note', accepted: { severity: found.severity, reason, owner, until } }
}

/** Whether an accepted finding still is, is a matter of the day: UTC, so that it is the same one everywhere. */
export const today = (): string => new Date().toISOString().slice(0, 10)
