import type { Step } from '../model/step.ts'
import type { Rule } from './define.ts'
import { type CallSite, callSites, nestedLists } from './walk.ts'
import { names } from './wording.ts'

/** A publish that is tried again although the first try may have worked. */
export const repeatedPublish: Rule = {
  code: 'repeated-publish',
  severity: 'note',
  meaning:
    'A publish is tried again after a failure that leaves open whether the message was taken. Consumers may see it twice.',
  remedy: 'Make the consumers idempotent (a key they remember, an upsert), or try again after `connect-error` only.',
  check: (subject) =>
    callSites(subject).flatMap((site) => {
      const unsure = (site.call.policy.retry?.after ?? []).filter((failure) => ambiguous.includes(failure))
      if (!publishes(site) || unsure.length === 0 || site.call.policy.retry?.times === 0) return []
      return [
        {
          at: site.span,
          message: `\`${site.caller}\` publishes to \`${site.callee}\` again after ${names(unsure)}: a message that was taken all the same comes twice`,
          hint: 'consumers have to bear that, or retry after `connect-error` only',
        },
      ]
    }),
}

/** The callee may have done it before the answer was lost. */
const ambiguous: readonly string[] = ['timeout', 'error', 'deadline']

/** The message is appended in the call itself, not in another call that it makes. */
function publishes({ call }: CallSite): boolean {
  const isPublish = (step: Step): boolean =>
    step.kind === 'publish' || (step.kind !== 'call' && nestedLists(step).flat().some(isPublish))
  return call.steps.some(isPublish)
}
