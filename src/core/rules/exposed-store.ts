import type { Rule } from './define.ts'
import { classesOf, isOutside, securityLinks } from '../design/security-links.ts'
import { isStore, saysSecurity } from './secured.ts'

export const exposedStore: Rule = {
  code: 'exposed-store',
  step: 7,
  severity: 'warning',
  meaning:
    'The outside reaches a store itself: every mistake in its rights or its software is open to everybody, and nothing limits what is asked. Found by `security.exposed`, and by flows in which an actor from outside asks a store. False alarm: an object store that serves public files.',
  remedy: 'A service before it, and no way to it from outside.',
  references: { stride: ['information-disclosure', 'tampering', 'denial-of-service'], cwe: [668], asvs: ['1.14.1'] },
  check: ({ design }) => {
    if (!saysSecurity(design)) return []
    const links = securityLinks(design).filter(({ from, isFromActor }) => isFromActor && isOutside(design, from))
    return [...design.components.values()].flatMap((component) => {
      const { id, span } = component
      const isPublic = classesOf(component).every(
        (name) => design.security.classes.get(name)?.confidentiality === 'public',
      )
      if (!isStore(component) || (component.kind === 'object-store' && isPublic)) return []
      const link = links.find(({ to }) => to === id)
      const isSaid = design.security.exposed.includes(id)
      if (link === undefined && !isSaid) return []
      const by = link === undefined ? 'is in `exposed`' : `is asked by \`${link.from}\` from outside`
      const hint = 'let a service stand before it'
      return [{ at: isSaid ? span : (link?.at ?? span), message: `\`${id}\` is a store and ${by}`, hint }]
    })
  },
}
