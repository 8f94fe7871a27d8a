import { seconds } from '../result/format.ts'
import type { Rule } from './define.ts'
import { type CallSite, callSites } from './walk.ts'
import { grouped } from './wording.ts'

/** Services one behind the other, beyond which a chain is long. */
const LONG = 4

/** Services that wait for services that wait for services. */
export const longChain: Rule = {
  code: 'long-chain',
  step: 8,
  severity: 'note',
  meaning:
    'A request waits for more than four services one behind the other. Their times add up, their failures multiply, each needs its own timeouts and retries, and a change may need all of their owners. (Nygard 2018, Release It!; the number is a rule of thumb.)',
  remedy: 'Services that always work together become one; what the answer does not need goes through a queue after it.',
  check: (subject) => {
    const sites = callSites(subject).filter(({ callee }) => isService(subject.design.components.get(callee)?.kind))
    return [...grouped(sites, ({ flow }) => flow.id).values()].flatMap((own) => {
      const chains = own.map((site) => servicesTo(site, (id) => isService(subject.design.components.get(id)?.kind)))
      const longest = chains.reduce((a, b) => (b.length > a.length ? b : a), [])
      const [site] = own.filter((_, i) => chains[i] === longest)
      if (site === undefined || longest.length <= LONG) return []
      const limits = site.around.flatMap(({ call }) => call.policy.timeout ?? [])
      const first = limits[0]
      const limited = first === undefined ? '' : `, all within ${seconds(first)}`
      return [
        {
          at: site.span,
          message: `\`${site.flow.id}\` waits for ${longest.length} services one behind the other${limited}: ${longest.join(' → ')}`,
          hint: 'let what the answer does not need follow through a queue',
        },
      ]
    })
  },
}

const isService = (kind: string | undefined): boolean => kind === 'service' || kind === 'function'

function servicesTo(site: CallSite, isMeant: (id: string) => boolean): readonly string[] {
  const all = [...site.around, site].map(({ callee }) => callee).filter(isMeant)
  return all.filter((id, i) => all[i - 1] !== id)
}
