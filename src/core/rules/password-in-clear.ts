import type { Rule } from './define.ts'
import { breachesOf, securedLinks } from './secured.ts'

export const passwordInClear: Rule = {
  code: 'password-in-clear',
  step: 7,
  severity: 'warning',
  meaning:
    'A password goes over a link without TLS: who sees one request has the rights of the caller from then on. Found by `auth: password` in `security.links`: with `tls: false` a warning, with nothing stated a note. False alarm: the protocol proves the password without sending it (SCRAM), which still shows the data.',
  remedy: '`tls: true`; better, keys that nobody types: mutual TLS, tokens that end soon.',
  references: { stride: ['spoofing', 'information-disclosure'], cwe: [523], asvs: ['9.1.1'] },
  check: ({ design }) =>
    breachesOf({
      links: securedLinks(design).filter(({ id }) => design.security.links.get(id)?.auth === 'password'),
      control: 'tls',
      hint: 'encrypt it, and write `tls: true` under `security.links`',
      said: () => 'sends its password without TLS',
      unsaid: 'a password is sent, and whether the link is encrypted is not stated',
    }),
}
