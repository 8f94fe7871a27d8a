import { seconds } from '../result/format.ts'
import type { Rule } from './define.ts'
import { callSites } from './walk.ts'
import { grouped, otherSpans } from './wording.ts'

/** Several retries with neither chance in their timing nor a budget. */
export const unbrakedRetry: Rule = {
  code: 'unbraked-retry',
  severity: 'warning',
  meaning:
    'More than one retry without jitter and without a budget: after a short trouble all callers come back together and as often as they may. That alone can keep a component down.',
  remedy: 'Add `budget: 10%` (retries as a share of requests), and `jitter: full` with a backoff.',
  check: (subject) => {
    const unbraked = callSites(subject).filter(({ call }) => {
      const { retry } = call.policy
      return (
        retry !== null && retry.times > 1 && retry.budget === null && (retry.jitter === 'none' || retry.backoff === 0)
      )
    })
    return [...grouped(unbraked, ({ caller, callee }) => `${caller} -> ${callee}`).values()].flatMap((sites) => {
      const retry = sites[0]?.call.policy.retry
      if (sites[0] === undefined || retry === null || retry === undefined) return []
      const { caller, callee, span } = sites[0]
      const when = retry.backoff === 0 ? 'at once' : `after ${seconds(retry.backoff)} exactly`
      const also = otherSpans(sites.map((site) => site.span))
      return [
        {
          at: span,
          message: `\`${caller}\` tries \`${callee}\` up to ${retry.times} times more, ${when} and without a budget: in trouble it multiplies the load by ${retry.times + 1}`,
          hint: 'add `budget: 10%`, and `jitter: full` with a backoff',
          ...(also.length > 0 ? { also } : {}),
        },
      ]
    })
  },
}
