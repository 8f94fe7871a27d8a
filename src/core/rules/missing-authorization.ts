import type { Rule } from './define.ts'
import { breachesOf, isStore, securedLinks, sensitiveOf } from './secured.ts'
import { names } from './wording.ts'

export const missingAuthorization: Rule = {
  code: 'missing-authorization',
  step: 7,
  severity: 'warning',
  meaning:
    'Whoever is known may see and change everything: one stolen account, or one changed number in a request, opens the data of all. Found by `authorization` in `security.links` on links that carry sensitive classes: `none` is a warning; nothing stated is a note on links to stores and from outside. False alarm: the callee serves one caller only, which decides for it.',
  remedy:
    'Decide for each record at the service that owns it, with the least rights that do; write how as `authorization`.',
  references: { stride: ['elevation-of-privilege', 'information-disclosure'], cwe: [862], asvs: ['4.1.1', '4.1.3'] },
  check: ({ design }) =>
    breachesOf({
      links: securedLinks(design).filter(
        ({ classes, controls, to, isFromActor }) =>
          sensitiveOf(design, classes).length > 0 &&
          (controls.authorization === 'no' || isFromActor || isStore(design.components.get(to))),
      ),
      control: 'authorization',
      hint: 'write what decides as `authorization` under `security.links`',
      said: ({ classes }) => `lets every caller have all of ${names(sensitiveOf(design, classes))}`,
      unsaid: 'sensitive data is asked for, and what decides who may have it is not stated',
    }),
}
