import type { Collector } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { Kind } from '../kinds/define.ts'
import type { MapNode, Node } from '../text/document.ts'

/** A setting that was written, but does not move a simulation yet. */
export interface Unplayed {
  readonly kind: string
  /** Path of the param: `deploy`, `limits.shed`. */
  readonly param: string
  readonly why: string
  readonly at: Span
}

/** Settings of a component that its kind understands, but does not play. */
export function unplayedOf(kind: Kind, settings: MapNode): readonly Unplayed[] {
  return Object.entries(kind.notSimulated).flatMap(([param, why]) => {
    const at = keyAt(settings, param.split('.'))
    return at === undefined ? [] : [{ kind: kind.is ?? kind.id, param, why, at }]
  })
}

function keyAt(map: MapNode, [first = '', ...rest]: readonly string[]): Span | undefined {
  const entry = map.entry(first)
  if (entry === undefined) return undefined
  if (rest.length === 0) return entry.keySpan
  const inner: Node = entry.value
  return inner.kind === 'map' ? keyAt(inner, rest) : undefined
}

/** One note for each setting of a kind, whatever the number of components that have it. */
export function noteUnplayed(all: readonly Unplayed[], out: Collector): void {
  const byParam = new Map<string, Unplayed[]>()
  for (const one of all) {
    const key = `${one.kind} ${one.param}`
    const same = byParam.get(key)
    if (same === undefined) byParam.set(key, [one])
    else same.push(one)
  }
  for (const [first, ...rest] of byParam.values()) {
    if (first === undefined) continue
    const message = `\`${first.param}\` of a \`${first.kind}\` is not simulated yet: ${first.why}`
    const also = rest
      .map(({ at }) => at)
      .filter(({ offset, file }) => offset !== first.at.offset || file !== first.at.file)
    out.add({ code: 'not-simulated', severity: 'note', at: first.at, message, ...(also.length === 0 ? {} : { also }) })
  }
}
