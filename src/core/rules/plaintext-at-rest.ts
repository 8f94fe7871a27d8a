import type { Rule } from './define.ts'
import { isStore, noteOf, saysSecurity, sensitiveOf } from './secured.ts'
import { names } from './wording.ts'

export const plaintextAtRest: Rule = {
  code: 'plaintext-at-rest',
  step: 7,
  severity: 'warning',
  meaning:
    'Sensitive data lies unencrypted on disks: a lost disk, a copied image or a backup gives it away. Found by `security.at-rest` of each store that keeps a sensitive class: `encrypted: false` is a warning, nothing stated a note. False alarm: fields are encrypted by who writes them.',
  remedy:
    'Encrypt disks or fields, with keys that do not lie beside them; write `encrypted: true` under `security.at-rest`.',
  references: { stride: ['information-disclosure'], cwe: [311, 312], asvs: ['6.1.1'] },
  check: ({ design }) => {
    if (!saysSecurity(design)) return []
    const hint = 'encrypt it, and write `encrypted: true` under `security.at-rest`'
    const all = [...design.components.values()].flatMap((component) => {
      const classes = sensitiveOf(design, component.stores)
      const said = design.security.atRest.get(component.id)
      const at = said?.span ?? component.span
      const isKept = classes.length > 0 && (isStore(component) || said !== undefined)
      return isKept ? [{ name: component.id, classes, at, encrypted: said?.encrypted ?? null }] : []
    })
    const plain = all.filter(({ encrypted }) => encrypted === false)
    return [
      ...plain.map(({ name, classes, at }) => ({
        at,
        message: `\`${name}\` keeps ${names(classes)} unencrypted`,
        hint,
      })),
      ...noteOf(
        all.filter(({ encrypted }) => encrypted === null),
        'sensitive data is kept, and whether it is encrypted at rest is not stated',
        hint,
      ),
    ]
  },
}
