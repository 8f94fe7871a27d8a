import type { Rule } from './define.ts'
import { breachesOf, crossed, securedLinks, sensitiveOf } from './secured.ts'
import { names } from './wording.ts'

export const unauthenticatedLink: Rule = {
  code: 'unauthenticated-link',
  step: 7,
  severity: 'warning',
  meaning:
    'Whoever reaches the callee may ask it in the name of anybody. Found by `auth` in `security.links` and by what gateways check: `none` is a warning on a link that carries other than public data or crosses a boundary, nothing stated a note where sensitive data crosses one. False alarm: what is asked for is public by design, or the login itself.',
  remedy: 'Tokens, mutual TLS or passwords between the two, checked by the callee; write it as `auth`.',
  references: { stride: ['spoofing'], cwe: [306], asvs: ['1.2.2'] },
  check: ({ design }) => {
    const isPublic = (name: string): boolean => design.security.classes.get(name)?.confidentiality === 'public'
    return breachesOf({
      links: securedLinks(design).filter(({ classes, crossing, controls }) =>
        controls.authentication === 'no'
          ? classes.some((name) => !isPublic(name)) || (classes.length === 0 && crossing !== null)
          : crossing !== null && sensitiveOf(design, classes).length > 0,
      ),
      control: 'authentication',
      hint: 'let the callee check who calls, and write how as `auth` under `security.links`',
      said: (link) => {
        const load = link.classes.length === 0 ? '' : `gives ${names(link.classes)} to anybody who reaches it: it `
        return `${load}does not ask who calls${crossed(link)}`
      },
      unsaid: 'sensitive data crosses a boundary, and how the caller proves who it is is not stated',
    })
  },
}
