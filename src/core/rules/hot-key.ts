import type { Ratio } from '../base/units.ts'
import { harmonic } from '../base/zipf.ts'
import type { Model } from '../model/model.ts'
import { digits, percent } from '../result/format.ts'
import type { Rule } from './define.ts'
import { callSites } from './walk.ts'
import { grouped, otherSpans } from './wording.ts'

/** Times what an even share would be, beyond which a shard is hot for its hottest key alone. */
const HOT = 1.5

/** The most popular key alone is too much for one shard. */
export const hotKey: Rule = {
  code: 'hot-key',
  step: 4,
  severity: 'warning',
  meaning:
    'Requests are spread over shards by a key of which one is asked for so often that its shard has much more to do than the others, whatever the others are given. More shards do not help: a key cannot be split.',
  remedy:
    'A cache before the shards, copies of the hottest keys (reads), a finer key (`user + bucket`), or a partition key that is asked for evenly.',
  check: (subject) => {
    const { model } = subject
    const sites = callSites(subject).filter(({ call }) => typeof call.pick.shardBy === 'number')
    return [...grouped(sites, ({ call }) => `${call.to} ${call.pick.shardBy}`).values()].flatMap((own) => {
      const [site] = own
      const group = model.groups[site?.call.to ?? -1]
      const domain = typeof site?.call.pick.shardBy === 'number' ? site.call.pick.shardBy : -1
      if (site === undefined || group === undefined || group.shards < 2) return []
      const hottest = hottestOf(model, domain)
      const share = hottest + (1 - hottest) / group.shards
      if (share * group.shards < HOT) return []
      const also = otherSpans(own.map(({ span }) => span))
      return [
        {
          at: site.span,
          message: `the most popular key is ${percent(hottest)} of what \`${site.callee}\` is asked for: its shard has ${percent(share)} of the work, where one of ${digits(group.shards)} would have ${percent(1 / group.shards)}`,
          hint: 'cache it before the shards, or shard by something that is asked for evenly',
          ...(also.length > 0 ? { also } : {}),
        },
      ]
    })
  },
}

/** Share of the most popular key, as long as no cache takes it away. */
function hottestOf({ keyDomains }: Model, index: number): Ratio {
  const domain = keyDomains[index]
  return domain === undefined ? 0 : 1 / harmonic(domain.keys, domain.exponent)
}
