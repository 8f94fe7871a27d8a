import type { Rule } from './define.ts'
import { breachesOf, isCritical, securedLinks } from './secured.ts'
import { names } from './wording.ts'

export const unattributedWrite: Rule = {
  code: 'unattributed-write',
  step: 7,
  severity: 'warning',
  meaning:
    'Data of critical integrity is changed over a link that does not ask who calls: afterwards nobody can say who did it, and anybody can deny it. Found by writes of critical classes on links with `auth: none`; with nothing stated it is a note. False alarm: what is written carries the name of its author, signed.',
  remedy: '`auth` on the link, and a record of who changed what that the writer cannot change.',
  references: { stride: ['repudiation', 'tampering'], cwe: [778], asvs: ['7.1.3'] },
  check: ({ design }) =>
    breachesOf({
      links: securedLinks(design).filter(
        ({ verbs, classes }) => verbs.includes('write') && classes.some((name) => isCritical(design, name)),
      ),
      control: 'authentication',
      hint: 'let the store know who writes, and write how as `auth` under `security.links`',
      said: ({ classes }) =>
        `changes ${names(classes.filter((name) => isCritical(design, name)))}, and nobody can say who did`,
      unsaid: 'data of critical integrity is changed, and how the writer proves who it is is not stated',
    }),
}
