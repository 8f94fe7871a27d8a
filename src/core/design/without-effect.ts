import type { Collector } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { Kind } from '../kinds/define.ts'
import type { MapNode, Node } from '../text/document.ts'

/** A setting that was written, but means nothing for a component of this kind. */
export interface IdleSetting {
  readonly kind: string
  /** Path of the param: `deploy`, `limits.shed`. */
  readonly param: string
  readonly why: string
  readonly at: Span
}

/** Settings of a component that its kind understands, but has no use for. */
export function idleSettingsOf(kind: Kind, settings: MapNode): readonly IdleSetting[] {
  return Object.entries(kind.withoutEffect).flatMap(([param, why]) => {
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
export function noteIdle(all: readonly IdleSetting[], out: Collector): void {
  const byParam = new Map<string, IdleSetting[]>()
  for (const one of all) {
    const key = `${one.kind} ${one.param}`
    const same = byParam.get(key)
    if (same === undefined) byParam.set(key, [one])
    else same.push(one)
  }
  for (const [first, ...rest] of byParam.values()) {
    if (first === undefined) continue
    const message = `\`${first.param}\` has no effect in a \`${first.kind}\`: ${first.why}`
    const also = rest
      .map(({ at }) => at)
      .filter(({ offset, file }) => offset !== first.at.offset || file !== first.at.file)
    out.add({ code: 'no-effect', severity: 'note', at: first.at, message, ...(also.length === 0 ? {} : { also }) })
  }
}
