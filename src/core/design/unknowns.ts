import type { Ratio } from '../base/units.ts'
import { exp, log, normalQuantile } from '../base/math.ts'
import type { Unknown } from '../model/world.ts'
import { createList, createMap, createScalar, type Entry, type MapNode, type Node } from '../text/document.ts'
import { readQuantity } from '../text/scalars/assumption.ts'
import type { Dimension } from '../text/scalars/dimension.ts'
import { readRange } from '../text/scalars/range.ts'
import { written } from '../text/scalars/written.ts'
import type { ImportTree } from './imports.ts'

/** Sections whose values count only when they are laid over the design. */
const overlays = ['variants', 'scenarios', 'environments']

/**
 * The uncertain values of a text, `{ is: 50 M, range: 30 M..80 M }`, in its order. Of overlays only those in `chosen`.
 *
 * @param chosen  paths of the overlays that are laid over the design: `variants.no-cache`
 */
export function unknownsOf(root: MapNode, chosen: readonly string[] = []): readonly Unknown[] {
  return found(root, []).flatMap(({ path, map }): readonly Unknown[] => {
    const [section = '', name = ''] = path
    if (overlays.includes(section) && !chosen.includes(`${section}.${name}`)) return []
    const range = map.get('range')
    const belief = beliefOf(map)
    return belief === null || range?.kind !== 'scalar' ? [] : [{ name: nameOf(path), range: range.text }]
  })
}

/**
 * The same text with each uncertain value known: at the quantile that `at` gives for its name. Places are kept, so that
 * what is said about a drawn value is said where it is written.
 */
export function drawn(root: MapNode, at: (name: string) => Ratio): MapNode {
  const replace = (node: Node, path: readonly string[]): Node => {
    if (node.kind === 'scalar') return node
    if (node.kind === 'list')
      return createList(
        node.items.map((item, i) => replace(item, [...path, `${i}`])),
        node.span,
      )
    const belief = beliefOf(node)
    const entries = node.entries.map((entry): Entry => {
      if (belief === null || entry.key !== 'is') return { ...entry, value: replace(entry.value, [...path, entry.key]) }
      return {
        ...entry,
        value: createScalar(written(valueAt(belief, at(nameOf(path))), belief.dimension), entry.value.span),
      }
    })
    // The range lies around what is written, not around what was drawn.
    return createMap(belief === null ? entries : entries.filter(({ key }) => key !== 'range'), node.span)
  }
  const whole = replace(root, [])
  return whole.kind === 'map' ? whole : root
}

/** The same of imported files; what is in them is named after them: `payments.users`. */
export const unknownsIn = (imports: ImportTree, before = ''): readonly Unknown[] =>
  [...imports].flatMap(([key, { document, imports: inner }]) => [
    ...unknownsOf(document.root).map((unknown) => ({ ...unknown, name: `${before}${key}.${unknown.name}` })),
    ...unknownsIn(inner, `${before}${key}.`),
  ])

export const drawnImports = (imports: ImportTree, at: (name: string) => Ratio, before = ''): ImportTree =>
  new Map(
    [...imports].map(([key, { document, imports: inner }]) => {
      const root = drawn(document.root, (name) => at(`${before}${key}.${name}`))
      return [key, { document: { ...document, root }, imports: drawnImports(inner, at, `${before}${key}.`) }]
    }),
  )

interface Found {
  readonly path: readonly string[]
  readonly map: MapNode
}

/** Maps with `is` and `range`. */
function found(node: Node, path: readonly string[]): readonly Found[] {
  if (node.kind === 'scalar') return []
  if (node.kind === 'list') return node.items.flatMap((item, i) => found(item, [...path, `${i}`]))
  const own = node.entry('is') !== undefined && node.entry('range') !== undefined ? [{ path, map: node }] : []
  return [...own, ...node.entries.flatMap(({ key, value }) => found(value, [...path, key]))]
}

/** Assumptions go by their own name, as in expressions. */
const nameOf = (path: readonly string[]): string => (path[0] === 'assume' ? path.slice(1) : path).join('.')

/** What is believed of a number: 90 % sure that it lies between `low` and `high`. */
interface Belief {
  readonly low: number
  readonly median: number
  readonly high: number
  readonly dimension: Dimension
  readonly isWhole: boolean
}

/** Null for laws, and for what is no range; both are said by whoever reads the value. */
function beliefOf(map: MapNode): Belief | null {
  const [is, range] = [map.get('is'), map.get('range')]
  const read = range === undefined ? undefined : readRange(range)
  if (is === undefined || read?.isValid !== true) return null
  const { low, high, dimension } = read.value
  const quantity = readQuantity(is)
  if (quantity.isValid && typeof quantity.value.value !== 'number') return null
  const stated = quantity.isValid && typeof quantity.value.value === 'number' ? quantity.value.value : null
  // An expression gives its value only among the others: the middle of the range stands for it.
  const median = stated ?? (low > 0 ? Math.sqrt(low * high) : (low + high) / 2)
  const isWhole = dimension === 'count' && [low, median, high].every(Number.isInteger)
  return { low, median, high, dimension, isWhole }
}

/** Standard normal at 95 %. */
const Z95 = 1.6448536269514722
/** Further out than this nobody means: 1 in 160. */
const Z_MOST = 2.5

/**
 * The value at a quantile of the belief: log-normal on either side of the median where all is positive, else normal;
 * 5 % lie below `low` and 5 % above `high`.
 */
function valueAt({ low, median, high, dimension, isWhole }: Belief, quantile: Ratio): number {
  const z = Math.min(Z_MOST, Math.max(-Z_MOST, normalQuantile(quantile))) / Z95
  const end = z < 0 ? low : high
  const steps = Math.abs(z)
  const value = low > 0 ? median * exp(steps * log(end / median)) : median + steps * (end - median)
  if (isWhole) return Math.max(low < 1 ? 0 : 1, Math.round(value))
  const isShare = dimension === 'ratio' && low >= 0 && high <= 1
  return isShare ? Math.min(1, Math.max(0, value)) : value
}
