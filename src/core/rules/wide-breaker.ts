import { digits, perSecond, seconds } from '../result/format.ts'
import type { Rule, Subject } from './define.ts'
import { type Traffic, trafficOf } from './traffic.ts'
import { type CallSite, callSites, copiesMost } from './walk.ts'
import { grouped } from './wording.ts'

/** A breaker that takes longer to see enough results than it stays open. */
export const wideBreaker: Rule = {
  code: 'wide-breaker',
  step: 6,
  severity: 'note',
  meaning:
    'A breaker decides on the last so many attempts of one calling instance. At the rate at which they come it needs longer to see that many than it stays open: it opens late, and on old results.',
  remedy: 'A smaller window (`open-at: 50% of 20`), or one breaker for more calls.',
  check: (subject) => {
    const guarded = callSites(subject).filter(({ call }) => call.policy.breaker !== null)
    if (guarded.length === 0) return []
    const traffic = trafficOf(subject, 'most')
    const byBreaker = grouped(guarded, ({ call }) => String(call.policy.breaker))
    return [...byBreaker.values()].flatMap((sites) => slowToFill(subject, traffic, sites))
  },
}

function slowToFill({ model }: Subject, traffic: Traffic, sites: readonly CallSite[]) {
  const [site] = sites
  const breaker = model.resources[site?.call.policy.breaker ?? -1]
  const group = breaker && model.groups[breaker.group]
  if (site === undefined || group === undefined || breaker?.kind !== 'breaker') return []
  const calls = new Set(sites.map(({ call }) => call))
  const total = [...calls].reduce((sum, call) => sum + traffic.callRate(call), 0)
  const copies = group.shards * group.perShard
  const rate = total / copies
  const seen = rate * breaker.halfOpen
  if (seen >= breaker.window || rate === 0) return []
  const each = copiesMost(group) > 1 ? 'each instance of ' : ''
  return [
    {
      at: site.span,
      message: `${each}\`${site.caller}\` calls \`${site.callee}\` at most ${perSecond(rate)}: its breaker needs ${seconds(breaker.window / rate)} to see ${digits(breaker.window)} results, and tries again after ${seconds(breaker.halfOpen)}`,
      hint: `a window of ${digits(Math.max(1, Math.floor(seen)))} fits`,
    },
  ]
}
