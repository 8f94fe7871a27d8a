import type { Rule } from './define.ts'
import { isStore, noteOf, securedLinks } from './secured.ts'

export const unlimitedEntry: Rule = {
  code: 'unlimited-entry',
  step: 7,
  severity: 'note',
  meaning:
    'Requests from outside reach a store or a service of somebody else, and no rate limit is on the way: a flood, or a script, takes as much of it as it likes. Found by the settings `limits.rate`, `per-client` and `rate` of all that a request passes; how much it takes says `loadpath attack`. A note: the limit may stand where the design does not look. False alarm: something before the design limits.',
  remedy: '`per-client: 20/s` at a proxy, or `limits: { rate: ... }` at the service; a cache for what all ask alike.',
  references: { stride: ['denial-of-service'], cwe: [770], asvs: ['11.1.4'] },
  check: ({ design }) => {
    const links = securedLinks(design).filter(({ to, isFromOutside, controls }) => {
      const callee = design.components.get(to)
      return isFromOutside && controls.rateLimit !== 'yes' && (isStore(callee) || callee?.kind === 'external')
    })
    return noteOf(
      links.map(({ id, at }) => ({ name: id, at })),
      'requests from outside get there, and a rate limit on the way is not stated',
      'add `per-client` or `limits.rate` to what they pass first',
    )
  },
}
