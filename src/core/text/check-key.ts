import type { Collector } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'

// Objects of JavaScript give these names a meaning of their own.
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

/** Rules every key keeps, wherever it stands. False: the entry is left out. */
export function checkKey(key: string, at: Span, out: Collector): boolean {
  if (key.trim() === '') {
    out.error('empty-key', at, 'the key is empty', 'write a name before the colon')
    return false
  }
  if (RESERVED.has(key)) {
    out.error(
      'reserved-key',
      at,
      `\`${key}\` cannot be a key: the name is reserved`,
      `write \`my-${key.replaceAll('_', '')}\``,
    )
    return false
  }
  if (/^(?:on|off|yes|no|true|false|null|~)$/i.test(key)) {
    const message = `\`${key}\` cannot be a key: some YAML readers take it for ${meaningOf(key)}`
    out.error('ambiguous-key', at, message, 'use another word')
    return false
  }
  return true
}

const meaningOf = (key: string): string => (/^(?:null|~)$/i.test(key) ? 'nothing' : 'true or false')
