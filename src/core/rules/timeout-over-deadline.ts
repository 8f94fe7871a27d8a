import type { Design } from '../design/design.ts'
import { seconds } from '../result/format.ts'
import type { Breach, Rule } from './define.ts'
import { type CallSite, callSites, limitAround } from './walk.ts'
import { grouped, names, otherSpans } from './wording.ts'

/** A call that may wait for longer than those who wait for it. */
export const timeoutOverDeadline: Rule = {
  code: 'timeout-over-deadline',
  step: 6,
  severity: 'warning',
  meaning:
    'A call may wait for longer than its caller is waited for: the timeout never ends it, or its answer comes when nobody wants it any more.',
  remedy: 'Make the timeout of the inner call shorter than the timeout and the deadline of the calls around it.',
  check: (subject) => {
    const found = callSites(subject).flatMap((site) => conflictOf(site, subject.design))
    const alike = grouped(found, ({ site, rest }) => `${site.caller} ${site.call.policy.timeout} ${rest}`)
    return [...alike.values()].flatMap(breachOf)
  },
}

interface Conflict {
  readonly site: CallSite
  /** What follows from it, the same for all calls of one message. */
  readonly rest: string
}

function conflictOf(site: CallSite, { policies }: Design): readonly Conflict[] {
  const { timeout, deadline: own } = site.call.policy
  if (timeout === null) return []
  const around = limitAround(site, 'deadline')
  const deadline = Math.min(own ?? Infinity, around?.limit ?? Infinity)
  // A default for whoever says nothing is cut by any deadline: that is what deadlines are for.
  const isCatchAll = timeout === policies.byDefault.timeout && deadline < Infinity
  if (isCatchAll) return []
  if (timeout > deadline) {
    const whose = own === deadline ? 'of the same call' : `that \`${around?.site.caller ?? ''}\` sets`
    return [{ site, rest: `but the deadline ${whose} is ${seconds(deadline)}: the timeout never ends an attempt` }]
  }
  const outer = limitAround(site, 'timeout')
  if (outer === null || timeout <= outer.limit) return []
  const gone = `but \`${outer.site.caller}\` gives up on \`${outer.site.callee}\` after ${seconds(outer.limit)}`
  return [{ site, rest: `${gone}: it goes on waiting for nobody` }]
}

function breachOf(conflicts: readonly Conflict[]): readonly Breach[] {
  const [first] = conflicts
  if (first === undefined) return []
  const { site, rest } = first
  const callees = [...new Set(conflicts.map((one) => one.site.callee))]
  const also = otherSpans(conflicts.map((one) => one.site.span))
  return [
    {
      at: site.span,
      message: `\`${site.caller}\` waits up to ${seconds(site.call.policy.timeout ?? 0)} for ${names(callees)}, ${rest}`,
      hint: 'give the inner call the shorter timeout',
      ...(also.length > 0 ? { also } : {}),
    },
  ]
}
