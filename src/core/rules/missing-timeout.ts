import type { Rule, Subject } from './define.ts'
import { type CallSite, callSites, limitAround } from './walk.ts'
import { grouped, names, otherSpans } from './wording.ts'

/** A caller waits for as long as it takes. */
export const missingTimeout: Rule = {
  code: 'missing-timeout',
  step: 6,
  severity: 'warning',
  meaning:
    'A call has neither a timeout nor a deadline, and none of the calls around it has one: when the callee is slow, its callers wait with it, with the threads, connections and memory that they hold, until they are full themselves. Nothing is said where a design sets no timeout anywhere, nor of users and of consumers that wait for messages. (Nygard 2018, Release It!, chapter 5.)',
  remedy: '`policies: { default: { timeout: 1 s } }`, or a `deadline` for the whole request.',
  check: (subject) => {
    const sites = callSites(subject)
    if (!sites.some(isLimited)) return []
    const open = sites.filter((site) => !isLimited(site) && waits(site, subject))
    return [...grouped(open, ({ caller }) => caller).values()].flatMap((sites) => {
      const [site] = sites
      if (site === undefined) return []
      const callees = names([...new Set(sites.map(({ callee }) => callee))])
      const also = otherSpans(sites.map(({ span }) => span))
      return [
        {
          at: site.span,
          message: `\`${site.caller}\` waits for ${callees} for as long as it takes`,
          hint: 'add a `timeout` to the policy of the call, or to `policies.default`',
          ...(also.length > 0 ? { also } : {}),
        },
      ]
    })
  },
}

const isLimited = (site: CallSite): boolean =>
  site.call.policy.timeout !== null ||
  site.call.policy.deadline !== null ||
  limitAround(site, 'timeout') !== null ||
  limitAround(site, 'deadline') !== null

/** A component that waits for another one's work: not for messages, nor for a copy of itself. */
function waits({ caller, callee }: CallSite, { design }: Subject): boolean {
  const to = design.components.get(callee)
  return caller !== callee && design.components.has(caller) && to !== undefined && !BROKERS.has(to.kind)
}

const BROKERS: ReadonlySet<string> = new Set(['stream', 'queue', 'pub-sub'])
