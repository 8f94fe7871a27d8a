import type { Span } from '../base/span.ts'

/** `a`, `b` and `c`, each in backticks. */
export function names(list: readonly string[]): string {
  const quoted = list.map((name) => `\`${name}\``)
  const last = quoted.at(-1) ?? ''
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} and ${last}` : last
}

/** Things by a key, in the order of their first. */
export function grouped<T>(list: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const group = groups.get(keyOf(one))
    if (group === undefined) groups.set(keyOf(one), [one])
    else group.push(one)
  }
  return groups
}

/** Places of a list, each once, without the first. */
export function otherSpans(spans: readonly Span[]): readonly Span[] {
  const [first, ...rest] = spans
  return rest.filter(
    (span, i) => span.offset !== first?.offset && rest.findIndex(({ offset }) => offset === span.offset) === i,
  )
}
