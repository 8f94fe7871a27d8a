import { createScalar, type Document, type Entry, type MapNode, type Node } from '../text/document.ts'
import { readRange } from '../text/scalars/range.ts'
import { written } from '../text/scalars/written.ts'
import type { Change } from './overlay-path.ts'

/** One combination of the values of a sweep or a search. */
export interface Point {
  /** `instances=3, cpu=4`: the end of each path that tells it from the others. */
  readonly label: string
  readonly changes: readonly Change[]
}

/** Combinations that are played side by side. */
const POINTS_MOST = 16
/** Values of a range, its ends among them. */
const VALUES_MOST = 5

/** All combinations of the values of `sweep`, in the order of the text; `left` of them were left out, evenly. */
export function sweepPoints(document: Document, scenario: string): { readonly points: readonly Point[]; left: number } {
  const sweep = scenarioOf(document, scenario)?.get('sweep')
  const entries = sweep?.kind === 'map' ? sweep.entries : []
  const all = combinations(entries, namesOf(entries))
  const count = Math.min(all.length, POINTS_MOST)
  const points = Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]).flatMap(
    (point) => point ?? [],
  )
  return { points, left: all.length - count }
}

function scenarioOf({ root }: Document, name: string): MapNode | undefined {
  const scenarios = root.get('scenarios')
  const found = scenarios?.kind === 'map' ? scenarios.get(name) : undefined
  return found?.kind === 'map' ? found : undefined
}

function combinations([first, ...rest]: readonly Entry[], names: ReadonlyMap<string, string>): readonly Point[] {
  if (first === undefined) return [{ label: '', changes: [] }]
  const after = combinations(rest, names)
  return valuesOf(first.value).flatMap((value) =>
    after.map(({ label, changes }) => ({
      label: [`${names.get(first.key) ?? first.key}=${textOf(value)}`, label].filter(Boolean).join(', '),
      changes: [{ act: 'set', path: first.key, at: first.keySpan, value }, ...changes],
    })),
  )
}

const textOf = (node: Node): string => (node.kind === 'scalar' ? node.text : '…')

/** The values of a list; of a range some, evenly. */
export function valuesOf(node: Node): readonly Node[] {
  if (node.kind === 'list') return node.items
  const read = readRange(node)
  if (!read.isValid) return []
  const { low, high, dimension } = read.value
  const isWhole = dimension === 'count' && Number.isInteger(low) && Number.isInteger(high)
  const count = isWhole ? Math.min(VALUES_MOST, high - low + 1) : VALUES_MOST
  const steps = Array.from({ length: count }, (_, i) => low + (i * (high - low)) / Math.max(1, count - 1))
  return steps.map((value) => createScalar(written(isWhole ? Math.round(value) : value, dimension), node.span))
}

/** The last part of each path, and as many before it as two of them need to differ. */
function namesOf(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const paths = entries.map(({ key }) => key.split('.'))
  const end = (path: readonly string[], parts: number): string => path.slice(-parts).join('.')
  return new Map(
    paths.map((path) => {
      const parts = path.findIndex(
        (_, i) => paths.filter((other) => end(other, i + 1) === end(path, i + 1)).length === 1,
      )
      return [path.join('.'), end(path, parts < 0 ? path.length : parts + 1)]
    }),
  )
}
