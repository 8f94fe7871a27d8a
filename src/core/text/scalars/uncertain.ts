import { nearestNames } from '../../base/nearest.ts'
import { describeNode, type MapNode, shorten } from '../document.ts'
import { type Read, wrong } from './read.ts'

const KEYS = ['is', 'range', 'why', 'growth']
/** For hints. */
export const UNCERTAIN = 'write `{ is: 50 M, range: 30 M..80 M, why: ... }`'

/** A key that an uncertain value does not have, or a reason that is no sentence; null = neither. */
export function uncertainSlip(map: MapNode): Read<never> | null {
  const unknown = map.entries.find(({ key }) => !KEYS.includes(key))
  if (unknown) {
    const near = nearestNames(unknown.key, KEYS, 1)[0]
    const hint = near === undefined ? UNCERTAIN : `did you mean \`${near}\`?`
    return wrong('unknown-key', unknown.keySpan, `an uncertain value has no \`${shorten(unknown.key)}\``, hint)
  }
  const why = map.get('why')
  if (why === undefined || why.kind === 'scalar') return null
  return wrong('scalar-syntax', why.span, `\`why\` is a sentence, got ${describeNode(why)}`)
}
