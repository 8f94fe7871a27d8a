import { createMap, type Entry, type Node } from '../text/document.ts'

/** `over` laid on `under`: maps merge key by key, everything else (lists too) is replaced. Keys keep their order. */
export function mergeNodes(under: Node | undefined, over: Node): Node {
  if (under === undefined || under.kind !== 'map' || over.kind !== 'map') return over
  const entries: Entry[] = under.entries.map((entry) => {
    const own = over.entry(entry.key)
    return own === undefined ? entry : { ...own, value: mergeNodes(entry.value, own.value) }
  })
  for (const entry of over.entries) if (under.entry(entry.key) === undefined) entries.push(entry)
  return createMap(entries, over.span)
}
