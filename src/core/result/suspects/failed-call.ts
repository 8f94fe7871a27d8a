import { guarded } from '../failing.ts'
import { percent, roughly, seconds } from '../format.ts'
import type { Evidence } from '../evidence.ts'
import { isPureDelay } from '../profile.ts'
import { isAboutFailures, nobody, type Suspect, type Trail } from './define.ts'

/** Failures that no full resource explains: a callee that answers with errors, too late, or is not asked at all. */
export function failedCall({ objective, evidence, root }: Trail): Suspect | null {
  if (!isAboutFailures(objective, evidence)) return null
  const top = evidence.failures[0]
  switch (top?.failure) {
    case 'error':
    case 'missing':
    case 'denied':
      return erring(evidence, top.share)
    case 'breaker-open':
      return (root.load === null ? null : { ...root, note: '' }) ?? refusing(evidence, top.share)
    case 'timeout':
    case 'deadline':
      return root.load === null ? late(evidence, top.share) : null
    default:
      return null
  }
}

/** The step that fails most requests of the flow. */
function erring({ visits, flows, model }: Evidence, share: number): Suspect | null {
  const failing = visits.filter(({ flow, kind, work }) => kind === 'fail' && flows.includes(flow) && work > 0)
  const [most] = failing.sort((a, b) => b.work - a.work)
  if (!most) return null
  const component = model.groups[most.group ?? -1]?.component ?? ''
  const isCallee = most.calls.length > 0
  const note = `answers ${percent(Math.min(1, most.work))} of its calls with an error`
  return {
    ...nobody,
    component,
    reason: isCallee ? 'dependency' : 'service',
    share,
    agree: share >= 0.65 ? 2 : 1,
    note,
  }
}

/** The breaker that refuses most, and whose callee would mostly answer. */
function refusing(evidence: Evidence, share: number): Suspect | null {
  const { loads, model } = evidence
  const breakers = [...loads.values()].filter(({ resource }) => resource.kind === 'breaker')
  const [most] = breakers.sort((a, b) => b.rejected - a.rejected)
  const call = guarded(evidence)
    .flatMap(({ calls }) => calls)
    .find(({ policy }) => policy.breaker === most?.index)
  if (!most || most.resource.kind !== 'breaker' || !call) return null
  const component = model.groups[call.to]?.component ?? ''
  const { openAt, window } = most.resource
  const rule = `the breaker of \`${most.component}\` opens when ${percent(openAt)} of ${window} attempts failed`
  const note = `${rule}, and ${roughly(share)} of the failures are its refusals`
  return { ...nobody, component, reason: 'dependency', share, agree: share >= 0.65 ? 2 : 1, note }
}

/** A callee whose own time is near the timeout of its caller. */
function late(evidence: Evidence, share: number): Suspect | null {
  const { model, loads } = evidence
  const [longest] = guarded(evidence)
    .filter(({ visits, work }) => visits > 0 && work > 0)
    .sort((a, b) => b.work / b.visits - a.work / a.visits)
  if (!longest) return null
  const limits = longest.calls.flatMap(({ policy }) => policy.timeout ?? policy.deadline ?? [])
  const time = longest.work / longest.visits
  const component = model.groups[longest.group ?? -1]?.component ?? ''
  const reason = isPureDelay(longest, loads) ? 'dependency' : 'service'
  const note = `takes ${seconds(time)} on average, and its caller waits ${seconds(Math.min(...limits))}`
  return { ...nobody, component, reason, share, agree: 1 + (time > 0.3 * Math.min(...limits) ? 1 : 0), note }
}
