import type { Span } from '../base/span.ts'

/** `a`, `b` and `c`, each in backticks; of a long list the first few and how many more. */
export function names(list: readonly string[], most = 4): string {
  const quoted = list.map((name) => `\`${name}\``)
  const isLong = quoted.length > most
  const last = isLong ? `${quoted.length - most + 1} more` : (quoted.at(-1) ?? '')
  const first = isLong ? quoted.slice(0, most - 1) : quoted.slice(0, -1)
  return first.length > 0 ? `${first.join(', ')} and ${last}` : last
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
