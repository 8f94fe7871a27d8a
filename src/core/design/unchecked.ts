import type { Collector } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { MapNode, Node } from '../text/document.ts'
import { readUncertain } from '../text/scalars/assumption.ts'
import { readRange } from '../text/scalars/range.ts'

/** Ranges that cannot be drawn from: around a law, or not understood where nobody else reads them. */
export function checkRanges(root: MapNode, out: Collector): void {
  for (const map of rangesIn(root)) {
    const [is, range] = [map.get('is'), map.get('range')]
    if (is === undefined || range === undefined) continue
    const around = readRange(range)
    const read = readUncertain(map)
    const wrong = [around, read].find((each) => !each.isValid && each.diagnostic.at === range.span)
    if (wrong !== undefined && !wrong.isValid) out.add(wrong.diagnostic)
    if (read.isValid && typeof read.value.is.value !== 'number') {
      const message = 'a range goes around a number; around a law nothing is drawn'
      const hint = 'scale the law by an uncertain number: `factor: { is: 1, range: 0.8..1.5 }`, `= law * factor`'
      out.warning('range-of-law', range.span, message, hint)
    }
  }
}

/** Maps with `is` and `range`, in the order of the text. */
function rangesIn(node: Node): readonly MapNode[] {
  if (node.kind === 'scalar') return []
  if (node.kind === 'list') return node.items.flatMap(rangesIn)
  const isOne = node.entry('is') !== undefined && node.entry('range') !== undefined
  return [...(isOne ? [node] : []), ...node.entries.flatMap(({ value }) => rangesIn(value))]
}

/** One note for all that is understood and kept, but not held against the system by this version. */
export function noteUnchecked(
  root: MapNode,
  parts: readonly { readonly name: string; readonly at: Span }[],
  out: Collector,
): void {
  const sections = ['views'].flatMap((name) => {
    const entry = root.entry(name)
    return entry === undefined ? [] : [{ name, at: entry.keySpan }]
  })
  const [first, ...rest] = [...parts, ...sections]
  if (first === undefined) return
  const names = [first, ...rest].map(({ name }) => `\`${name}\``).join(', ')
  const message = `understood and kept, but not checked by this version: ${names}`
  out.add({ code: 'not-checked-yet', severity: 'note', at: first.at, message, also: rest.map(({ at }) => at) })
}
