import type { Rule } from './define.ts'
import { classesOf } from '../design/security-links.ts'
import { noteOf, securedLinks, sensitiveOf } from './secured.ts'

export const undeclaredRecipient: Rule = {
  code: 'undeclared-recipient',
  step: 7,
  severity: 'note',
  meaning:
    'A service of somebody else is called by a component that has sensitive data, and what it gets is not stated: nobody can say who has the data of a person, or ask for its deletion. Found by `handles` of components of kind `external`. False alarm: nothing of the data is sent.',
  remedy: 'List the classes that it gets under its `handles`.',
  references: { stride: ['information-disclosure'], cwe: [359], asvs: ['8.3.4'] },
  check: ({ design }) => {
    const links = securedLinks(design).filter(({ from, to, isFromActor }) => {
      const [caller, callee] = [design.components.get(from), design.components.get(to)]
      const isSilent = callee?.kind === 'external' && classesOf(callee).length === 0
      return isSilent && !isFromActor && caller !== undefined && sensitiveOf(design, classesOf(caller)).length > 0
    })
    return noteOf(
      links.map(({ id, at }) => ({ name: id, at })),
      'the caller has sensitive data, and what of it leaves the system is not stated',
      'list the classes under `handles` of the callee',
    )
  },
}
