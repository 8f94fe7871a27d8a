import { seconds } from '../result/format.ts'
import type { Breach, Rule } from './define.ts'
import { type CallSite, callSites } from './walk.ts'
import { grouped, names, otherSpans } from './wording.ts'

/** Several retries with neither chance in their timing nor a budget. */
export const unbrakedRetry: Rule = {
  code: 'unbraked-retry',
  step: 6,
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
    return [...grouped(unbraked, sameRetry).values()].flatMap(breachOf)
  },
}

/** One policy that many calls share is one mistake. */
const sameRetry = ({ call }: CallSite): string => `${call.policy.retry?.times} ${call.policy.retry?.backoff}`

function breachOf(sites: readonly CallSite[]): readonly Breach[] {
  const [site] = sites
  const retry = site?.call.policy.retry
  if (site === undefined || retry === null || retry === undefined) return []
  const pairs = [...new Set(sites.map(({ caller, callee }) => `${caller} -> ${callee}`))]
  const when = retry.backoff === 0 ? 'at once' : `after ${seconds(retry.backoff)} exactly`
  const also = otherSpans(sites.map(({ span }) => span))
  const isOne = pairs.length === 1
  return [
    {
      at: site.span,
      message: `${names(pairs)} ${isOne ? 'is' : 'are'} tried up to ${retry.times} times more, ${when} and without a budget: in trouble that multiplies the load by ${retry.times + 1}`,
      hint: 'add `budget: 10%`, and `jitter: full` with a backoff',
      ...(also.length > 0 ? { also } : {}),
    },
  ]
}
