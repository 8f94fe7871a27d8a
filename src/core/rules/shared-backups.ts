import type { Rule } from './define.ts'
import { classesOf } from '../design/security-links.ts'
import { isCritical, isStore, noteOf, saysSecurity } from './secured.ts'
import { names } from './wording.ts'

export const sharedBackups: Rule = {
  code: 'shared-backups',
  step: 7,
  severity: 'warning',
  meaning:
    'Who may write to the store may delete its backups too: one stolen key, or one wrong command, takes both. Found by `security.at-rest`, for stores whose classes are of critical integrity: `backups: together` is a warning, nothing stated a note. False alarm: backups cannot be deleted before their time (object lock).',
  remedy:
    'Backups in an account of their own that only writes, or that cannot be deleted for a time; `backups: apart`.',
  references: { stride: ['tampering', 'denial-of-service'], cwe: [693], asvs: ['8.1.6'] },
  check: ({ design }) => {
    if (!saysSecurity(design)) return []
    const hint = 'keep backups where its writers have no rights, and write `backups: apart` under `security.at-rest`'
    const all = [...design.components.values()].flatMap((component) => {
      const said = design.security.atRest.get(component.id)
      const classes = classesOf(component).filter((name) => isCritical(design, name))
      const isMeant = isStore(component) && classes.length > 0
      const at = said?.span ?? component.span
      return isMeant ? [{ name: component.id, classes, at, backups: said?.backups ?? null }] : []
    })
    const shared = all.filter(({ backups }) => backups === 'together')
    return [
      ...shared.map(({ name, classes, at }) => ({
        at,
        message: `\`${name}\` keeps ${names(classes)}, and who may write there may delete the backups`,
        hint,
      })),
      ...noteOf(
        all.filter(({ backups }) => backups === null),
        'data of critical integrity is kept, and whether its backups are apart is not stated',
        hint,
      ),
    ]
  },
}
