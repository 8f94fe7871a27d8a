import type { Collector } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { MapNode, Node } from '../text/document.ts'

/** One note for all uncertain values: a simulation takes each at its `is`. */
export function noteRanges(root: MapNode, out: Collector): void {
  const [first, ...rest] = rangesIn(root)
  if (first === undefined) return
  const message = 'ranges are kept, but not drawn from yet: each uncertain value is played at its `is`'
  const also = rest.length === 0 ? {} : { also: rest }
  out.add({ code: 'not-simulated', severity: 'note', at: first, message, ...also })
}

/** Places of `range` beside `is`, in the order of the text. */
function rangesIn(node: Node): readonly Span[] {
  if (node.kind === 'scalar') return []
  if (node.kind === 'list') return node.items.flatMap(rangesIn)
  const own = node.entry('is') === undefined ? undefined : node.entry('range')?.keySpan
  return [...(own === undefined ? [] : [own]), ...node.entries.flatMap(({ value }) => rangesIn(value))]
}

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
