import type { Rule } from './define.ts'
import { boundaryOf } from '../design/security-links.ts'
import { isStore, saysSecurity, sensitiveOf } from './secured.ts'
import { names } from './wording.ts'

export const sharedBoundary: Rule = {
  code: 'shared-boundary',
  step: 7,
  severity: 'warning',
  meaning:
    'What the outside reaches stands in one boundary with a store of sensitive data: who breaks into the first is at the second, and no border is left between them. Found by `security.exposed` and the innermost boundary of both. False alarm: a firewall inside the boundary that is not written as one.',
  remedy: 'A boundary of its own for the stores: `within` the one around, with what may reach them on its border.',
  references: { stride: ['elevation-of-privilege'], cwe: [653], asvs: ['1.14.1'] },
  check: ({ design }) => {
    if (!saysSecurity(design)) return []
    return [...design.security.boundaries].flatMap(([name, { holds, span }]) => {
      const open = design.security.exposed.filter((id) => boundaryOf(design, id) === name)
      const kept = holds.filter((id) => {
        const component = design.components.get(id)
        return isStore(component) && sensitiveOf(design, component?.stores ?? []).length > 0
      })
      if (open.length === 0 || kept.length === 0) return []
      const message = `\`${name}\` holds ${names(open)}, which the outside reaches, and ${names(kept)} with sensitive data: no border is between them`
      return [{ at: span, message, hint: 'nest a boundary for what keeps data in it: `within`' }]
    })
  },
}
