import type { Rule } from './define.ts'
import { classesOf } from '../design/security-links.ts'
import { saysSecurity } from './secured.ts'
import { names } from './wording.ts'

export const cachedSecret: Rule = {
  code: 'cached-secret',
  step: 7,
  severity: 'warning',
  meaning:
    'A class of data that is secret lies in a cache: copies without the rights of the original, for as long as they live, and a wrong key shows one person what belongs to another. Found by classes of confidentiality `secret` that components of kind `cache` or `cdn` list. False alarm: what is kept is encrypted by who puts it there.',
  remedy: 'Keep it out of caches, or encrypt it before it gets there, with a short time to live.',
  references: { stride: ['information-disclosure'], cwe: [524], asvs: ['8.1.1'] },
  check: ({ design }) => {
    if (!saysSecurity(design)) return []
    return [...design.components.values()].flatMap((component) => {
      if (component.kind !== 'cache' && component.kind !== 'cdn') return []
      const secret = classesOf(component).filter(
        (name) => design.security.classes.get(name)?.confidentiality === 'secret',
      )
      if (secret.length === 0) return []
      const message = `\`${component.id}\` is a cache and has ${names(secret)}, which is secret`
      return [{ at: component.span, message, hint: 'keep it out of there, or encrypt it first' }]
    })
  },
}
