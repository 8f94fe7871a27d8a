import { createCollector, type Diagnostic } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { Kind } from '../kinds/define.ts'
import { createMap, type Document, type Entry, type MapNode, type Node } from '../text/document.ts'
import { rangeNodes } from '../text/scalars/range.ts'
import { mergeNodes } from './merge-nodes.ts'
import { applyChanges, changesOf } from './overlay.ts'
import type { Change } from './overlay-path.ts'
import { sectionOf } from './parts.ts'
import { sectionParams } from './sections.ts'
import { validate, type ValidateOptions } from './validate.ts'

/** Designs tried at most, and characters of text in all: what is beyond is told when it is chosen. */
const TRIALS_MOST = 60
const TEXT_MOST = 3_000_000

export interface TryOptions extends ValidateOptions {
  /** Whether the design itself has no mistake. */
  readonly isRight: boolean
}

/**
 * Mistakes that a design gets from one of its variants or environments, or from a value of its sweeps and searches:
 * each of them is laid over the design alone and validated. Beside a design with mistakes of its own only what the
 * change itself says is looked at.
 */
export function tryChanges(
  document: Document,
  kinds: readonly Kind[],
  { isRight, ...options }: TryOptions,
): readonly Diagnostic[] {
  const most = Math.min(TRIALS_MOST, Math.floor(TEXT_MOST / Math.max(1, document.text.length)))
  return trialsOf(document.root)
    .slice(0, most)
    .flatMap(({ name, places, lay }) => {
      const root = lay(document.root)
      if (root === null) return []
      const { diagnostics } = validate({ ...document, root }, kinds, { ...options, original: document.root })
      const errors = diagnostics.filter(({ severity }) => severity === 'error')
      return name === null || !isRight ? errors.filter(({ at }) => isIn(at, places)) : named(errors, places, name)
    })
}

const isIn = (at: Span, places: readonly Span[]): boolean =>
  places.some((place) => place.file === at.file && place.offset <= at.offset && at.offset < place.endOffset)

/** Mistakes of a design with changes: those that show elsewhere say which changes they come from. */
export const inSituation = (
  list: readonly Diagnostic[],
  changes: readonly Change[],
  name: string,
): readonly Diagnostic[] => named(list, changes.flatMap(placesOf), name)

function named(list: readonly Diagnostic[], places: readonly Span[], name: string): readonly Diagnostic[] {
  const [first] = places
  return list.map((diagnostic) =>
    first === undefined || isIn(diagnostic.at, places)
      ? diagnostic
      : { ...diagnostic, message: `with the ${name}: ${diagnostic.message}`, also: [first] },
  )
}

const placesOf = ({ at, value }: Change): readonly Span[] => (value === null ? [at] : [at, value.span])

interface Trial {
  /** `` variant `no-cache` ``; null: a search may try what does not fit together, but not what is no value at all. */
  readonly name: string | null
  readonly places: readonly Span[]
  readonly lay: (root: MapNode) => MapNode | null
}

function trialsOf(root: MapNode): readonly Trial[] {
  const variants = mapsIn(sectionOf(root, 'variants')).map(([name, map]) =>
    trialOf(`variant \`${name}\``, changesOf(map)),
  )
  const environments = mapsIn(sectionOf(root, 'environments')).map(([name, map]) => environmentTrial(name, map))
  const varied = mapsIn(sectionOf(root, 'scenarios')).flatMap(([, map]) => {
    const search = map.get('search')
    const maps = [map.get('sweep'), search?.kind === 'map' ? search.get('vary') : undefined]
    return maps.flatMap((paths) => (paths?.kind === 'map' ? paths.entries.flatMap(changesOfPath) : []))
  })
  return [...variants, ...environments, ...varied].filter(({ places }) => places.length > 0)
}

const trialOf = (name: string | null, changes: readonly Change[]): Trial => ({
  name,
  places: changes.flatMap(placesOf),
  lay: (root) => applyChanges(root, changes, createCollector()),
})

/** Sections that no environment has are told by whoever reads the environments. */
function environmentTrial(name: string, written: MapNode): Trial {
  const entries = written.entries.filter(({ key }) => Object.hasOwn(sectionParams, key))
  return {
    name: `environment \`${name}\``,
    places: entries.map(({ value }) => value.span),
    lay: (root) => {
      const merged = mergeNodes(root, createMap(entries, written.span))
      return merged.kind === 'map' ? merged : null
    },
  }
}

const mapsIn = (section: MapNode | undefined): readonly (readonly [string, MapNode])[] =>
  (section?.entries ?? []).flatMap(({ key, value }) => (value.kind === 'map' ? [[key, value] as const] : []))
/** One trial for each value of a list, and for both ends of a range. */
function changesOfPath({ key, keySpan, value }: Entry): readonly Trial[] {
  const values: readonly Node[] = value.kind === 'list' ? value.items : value.kind === 'scalar' ? rangeNodes(value) : []
  return values.map((each) => trialOf(null, [{ act: 'set', path: key, at: keySpan, value: each }]))
}
