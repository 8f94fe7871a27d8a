import type { Step } from '../model/step.ts'
import type { Rule, Subject } from './define.ts'
import { type CallSite, callSites, nestedLists } from './walk.ts'
import { grouped, names, otherSpans } from './wording.ts'

/** A publish that is tried again although the first try may have worked. */
export const repeatedPublish: Rule = {
  code: 'repeated-publish',
  step: 6,
  severity: 'note',
  meaning:
    'A publish is tried again after a failure that leaves open whether the message was taken. Consumers may see it twice.',
  remedy: 'Make the consumers idempotent (a key they remember, an upsert), or try again after `connect-error` only.',
  check: (subject) => {
    const repeated = callSites(subject).filter(
      (site) => publishes(site) && unsureOf(site).length > 0 && !isBorne(site, subject),
    )
    return [...grouped(repeated, ({ caller, callee }) => `${caller} -> ${callee}`).values()].flatMap((sites) => {
      const [site] = sites
      if (site === undefined) return []
      const also = otherSpans(sites.map(({ span }) => span))
      return [
        {
          at: site.span,
          message: `\`${site.caller}\` publishes to \`${site.callee}\` again after ${names(unsureOf(site))}: a message that was taken all the same comes twice`,
          hint: 'consumers have to bear that, or retry after `connect-error` only',
          ...(also.length > 0 ? { also } : {}),
        },
      ]
    })
  },
}

const unsureOf = ({ call }: CallSite): readonly string[] => {
  const { retry } = call.policy
  return retry === null || retry.times === 0 ? [] : retry.after.filter((failure) => ambiguous.includes(failure))
}

/** Whoever consumes it takes a second one for the first. */
function isBorne({ call }: CallSite, { model }: Subject): boolean {
  const logs = call.steps.flatMap((step) => (step.kind === 'publish' ? [step.log] : []))
  const consumers = model.consumers.filter(({ log }) => logs.includes(log))
  return consumers.length > 0 && consumers.every(({ delivery }) => delivery === 'effectively-once')
}

/** The callee may have done it before the answer was lost. */
const ambiguous: readonly string[] = ['timeout', 'error', 'deadline']

/** The message is appended in the call itself, not in another call that it makes. */
function publishes({ call }: CallSite): boolean {
  const isPublish = (step: Step): boolean =>
    step.kind === 'publish' || (step.kind !== 'call' && nestedLists(step).flat().some(isPublish))
  return call.steps.some(isPublish)
}
