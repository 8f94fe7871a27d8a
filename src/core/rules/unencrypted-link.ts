import type { Rule } from './define.ts'
import { breachesOf, crossed, securedLinks, sensitiveOf } from './secured.ts'
import { names } from './wording.ts'

export const unencryptedLink: Rule = {
  code: 'unencrypted-link',
  step: 7,
  severity: 'warning',
  meaning:
    'Data that must not be seen or changed goes over a link without TLS: whoever is on the way reads it, or changes it. Found by `security.links`, the classes that the flows move over the link, and boundaries; a link without TLS is a warning when sensitive classes are on it or it crosses a boundary, one of which nothing is said is a note when both are so. False alarm: something below the link encrypts (a mesh, a private tunnel).',
  remedy: 'TLS on the link (what it costs: `loadpath attack`), and `tls: true` in `security.links`.',
  references: { stride: ['information-disclosure', 'tampering'], cwe: [319], asvs: ['9.1.1', '9.2.2'] },
  check: ({ design }) => {
    const all = securedLinks(design).map((link) => ({ link, classes: sensitiveOf(design, link.classes) }))
    const links = all.flatMap(({ link, classes }) => {
      const isPlain = link.controls.tls === 'no' && (classes.length > 0 || link.crossing !== null)
      return isPlain || (classes.length > 0 && link.crossing !== null) ? [link] : []
    })
    return breachesOf({
      links,
      control: 'tls',
      hint: 'encrypt it, and write `tls: true` under `security.links`',
      said: (link) => {
        const classes = sensitiveOf(design, link.classes)
        const load = classes.length === 0 ? 'goes' : `carries ${names(classes)}`
        return `${load} without TLS${crossed(link)}`
      },
      unsaid: 'sensitive data crosses a boundary, and whether it is encrypted is not stated',
    })
  },
}
