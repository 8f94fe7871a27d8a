import type { Collector } from '../base/diagnostic.ts'
import { subSpan } from '../base/span.ts'
import type { Entry } from '../text/document.ts'
import type { Placed } from '../text/field.ts'

/** The two ends of a key `a -> b`. */
export interface Arrow {
  readonly from: Placed<string>
  readonly to: Placed<string>
}

/** A key that says from where to where. */
export const isArrow = (key: string): boolean => key.includes('->')

/** Pattern of such keys for JSON Schema. */
export const ARROW_PATTERN = '^[^ >]+ *-> *[^ >]+$'

/** Reads `a -> b`; undefined when a mistake was said. */
export function readArrow({ key, keySpan }: Entry, out: Collector): Arrow | undefined {
  const [left = '', right = '', extra] = key.split('->')
  const from = left.trim()
  const to = right.trim()
  if (extra !== undefined || from === '' || to === '' || /\s/.test(`${from}${to}`)) {
    out.error('arrow', keySpan, `\`${key}\` is not a pair of names`, 'write `api -> db`: from the caller to the callee')
    return undefined
  }
  const at = (name: string, start: number): Placed<string> => ({
    value: name,
    span: subSpan(keySpan, start, name.length),
  })
  return { from: at(from, key.indexOf(from)), to: at(to, key.indexOf(to, key.indexOf('->'))) }
}
