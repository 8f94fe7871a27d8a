import type { Rule } from './define.ts'
import { isOutside, securityLinks } from '../design/security-links.ts'
import { saysSecurity } from './secured.ts'

export const exposedAdministration: Rule = {
  code: 'exposed-administration',
  step: 7,
  severity: 'warning',
  meaning:
    'What administers the system is reached from outside: guessed or stolen rights there are rights over everything. Found by names: a component in `security.exposed`, or the callee of a call from outside, whose name or flow has the word admin, backoffice or console in it. False alarm: the name means something else, or a second factor stands before it.',
  remedy: 'A network or an identity-aware proxy of its own for it, and a second factor.',
  references: { stride: ['elevation-of-privilege', 'spoofing'], cwe: [419], asvs: ['4.3.1'] },
  check: ({ design }) => {
    if (!saysSecurity(design)) return []
    const open = design.security.exposed.flatMap((id) => {
      const at = design.components.get(id)?.span
      return at !== undefined && ADMINISTRATION.test(id) ? [{ id, at, by: 'is in `exposed`' }] : []
    })
    const called = securityLinks(design)
      .filter(({ from, isFromActor }) => isFromActor && isOutside(design, from))
      .filter(({ to, flows }) => [to, ...flows].some((name) => ADMINISTRATION.test(name)))
      .map(({ to, from, at }) => ({ id: to, at, by: `is called by \`${from}\` from outside` }))
    const found = [...open, ...called.filter(({ id }) => !open.some((one) => one.id === id))]
    const hint = 'put it behind a boundary of its own, with a second factor'
    return found.map(({ id, at, by }) => ({ at, message: `\`${id}\` administers and ${by}`, hint }))
  },
}

const ADMINISTRATION = /(?:^|[-_.])(?:admin|administration|backoffice|console)(?:$|[-_.])/
