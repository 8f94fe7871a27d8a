import { createCollector, type Diagnostic } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { Kind } from '../kinds/define.ts'
import type { Document, Entry, MapNode, Node } from '../text/document.ts'
import { rangeNodes } from '../text/scalars/range.ts'
import { applyChanges, changesOf } from './overlay.ts'
import type { Change } from './overlay-path.ts'
import { sectionOf } from './parts.ts'
import { validate, type ValidateOptions } from './validate.ts'

/** Designs tried at most, and characters of text in all: what is beyond is told when it is chosen. */
const TRIALS_MOST = 60
const TEXT_MOST = 3_000_000

/**
 * Mistakes that a right design gets from one of its variants, or from a value of its sweeps and searches: each of them
 * is laid over the design alone and validated.
 */
export function tryChanges(
  document: Document,
  kinds: readonly Kind[],
  options: ValidateOptions,
): readonly Diagnostic[] {
  const most = Math.min(TRIALS_MOST, Math.floor(TEXT_MOST / Math.max(1, document.text.length)))
  return trialsOf(document.root)
    .slice(0, most)
    .flatMap(({ changes, isWhole }) => {
      const root = applyChanges(document.root, changes, createCollector())
      if (root === null) return []
      const { diagnostics } = validate({ ...document, root }, kinds, { ...options, original: document.root })
      return diagnostics.filter(({ severity, at }) => severity === 'error' && (isWhole || isAt(at, changes)))
    })
}

/** A search may try what does not fit together; what is not a value at all is a mistake. */
const isAt = (at: Span, changes: readonly Change[]): boolean =>
  changes.some(({ at: key, value }) =>
    [key, value?.span].some((span) => span?.file === at.file && span.offset <= at.offset && at.offset < span.endOffset),
  )

interface Trial {
  readonly changes: readonly Change[]
  /** Every mistake counts, wherever it shows. */
  readonly isWhole: boolean
}

function trialsOf(root: MapNode): readonly Trial[] {
  const variants = mapsIn(sectionOf(root, 'variants')).map((map) => ({ changes: changesOf(map), isWhole: true }))
  const varied = mapsIn(sectionOf(root, 'scenarios')).flatMap((map) => {
    const search = map.get('search')
    const maps = [map.get('sweep'), search?.kind === 'map' ? search.get('vary') : undefined]
    return maps.flatMap((paths) => (paths?.kind === 'map' ? paths.entries.flatMap(changesOfPath) : []))
  })
  return [...variants, ...varied].filter(({ changes }) => changes.length > 0)
}

const mapsIn = (section: MapNode | undefined): readonly MapNode[] =>
  (section?.entries ?? []).flatMap(({ value }) => (value.kind === 'map' ? [value] : []))

/** One trial for each value of a list, and for both ends of a range. */
function changesOfPath({ key, keySpan, value }: Entry): readonly Trial[] {
  const values: readonly Node[] = value.kind === 'list' ? value.items : value.kind === 'scalar' ? rangeNodes(value) : []
  return values.map((each) => ({ changes: [{ act: 'set', path: key, at: keySpan, value: each }], isWhole: false }))
}
