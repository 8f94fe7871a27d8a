import type { Collector } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { MapNode } from '../text/document.ts'

/** One note for all that is understood and kept, but not held against the system by this version. */
export function noteUnchecked(
  root: MapNode,
  parts: readonly { readonly name: string; readonly at: Span }[],
  out: Collector,
): void {
  const sections = ['security', 'views'].flatMap((name) => {
    const at = root.entry(name)?.keySpan
    return at === undefined ? [] : [{ name, at }]
  })
  const [first, ...rest] = [...parts, ...sections]
  if (first === undefined) return
  const names = [first, ...rest].map(({ name }) => `\`${name}\``).join(', ')
  const message = `understood and kept, but not checked by this version: ${names}`
  out.add({ code: 'not-checked-yet', severity: 'note', at: first.at, message, also: rest.map(({ at }) => at) })
}
