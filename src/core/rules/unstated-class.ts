import type { Rule } from './define.ts'
import { noteOf } from './secured.ts'

export const unstatedClass: Rule = {
  code: 'unstated-class',
  step: 7,
  severity: 'note',
  meaning:
    'A class of data does not say how confidential it is, and not whether it is about people: rules about sensitive data pass it over. Found under `security.data`. False alarm: none; an answer makes it quiet.',
  remedy: 'Write `confidentiality`, and `personal` for what is about people.',
  references: { stride: ['information-disclosure'], cwe: [200], asvs: ['1.8.1'] },
  check: ({ design }) => {
    const open = [...design.security.classes].filter(
      ([, { confidentiality, isPersonal }]) => confidentiality === null && isPersonal === null,
    )
    return noteOf(
      open.map(([name, { span }]) => ({ name, at: span })),
      'neither how confidential it is nor whether it is about people is stated',
      'write `confidentiality: internal` or whatever it is',
    )
  },
}
