import type { Rule } from './define.ts'
import { classesOf } from '../design/security-links.ts'
import { noteOf, saysSecurity } from './secured.ts'

export const unstatedSecurity: Rule = {
  code: 'unstated-security',
  step: 7,
  severity: 'note',
  meaning:
    'Components say which classes of data they see or keep, but there is no section `security`: where trust ends and what protects the data is not stated, and no rule about it can be checked. False alarm: none; a design that names no classes is not asked.',
  remedy: 'Add `security` with `data`, `boundaries` and `exposed`; the rules say what else they need.',
  references: { stride: ['information-disclosure'], cwe: [1059], asvs: ['1.1.4'] },
  check: ({ design }) => {
    if (saysSecurity(design)) return []
    const some = [...design.components.values()].filter((component) => classesOf(component).length > 0)
    return noteOf(
      some.slice(0, 1).map(({ id, span }) => ({ name: id, at: span })),
      'classes of data are named, and there is no section `security`: which controls protect them is not stated',
      'security: { data: { orders: { confidentiality: restricted } }, exposed: [api] }',
    )
  },
}
