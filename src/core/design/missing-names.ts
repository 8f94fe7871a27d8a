import type { Diagnostic } from '../base/diagnostic.ts'
import { nearestNames } from '../base/nearest.ts'
import type { Span } from '../base/span.ts'

/** A reference to something that does not exist. */
export interface Missing {
  readonly code: string
  /** As written. */
  readonly name: string
  readonly at: Span
  /** Until the guess: `` `api` calls `paymnets`, which does not exist ``. */
  readonly message: string
  readonly candidates: Iterable<string>
  /** What there is, for the hint: `components`. */
  readonly noun: string
  /** Advice that is better than a guess, or a list of what there is. */
  readonly hint?: string
  /** Names that the list holds at most. */
  readonly listMost?: number
}

/** Collects references to nothing, so that one wrong name is one mistake, however often it is used. */
export interface MissingNames {
  readonly report: (missing: Missing) => void
  /** One diagnostic for each name, its further places in `also`. */
  readonly list: () => readonly Diagnostic[]
}

/** Names compared in all before guesses stop: a file with thousands of wrong names is diagnosed in linear time. */
const COMPARED_MOST = 50_000
/** Names that a hint lists. */
const LISTED_MOST = 12

/** Where the names of each code are declared. */
export const sectionOfCode: ReadonlyMap<string, string> = new Map([
  ['unknown-component', 'components'],
  ['unknown-flow', 'flows'],
  ['unknown-actor', 'load'],
  ['unknown-policy', 'policies'],
  ['unknown-fragment', 'fragments'],
  ['unknown-place', 'places'],
])

/** A component that is gone is missed by steps, policies, faults and objectives alike: one mistake. */
const THINGS: ReadonlySet<string> = new Set(['unknown-component', 'fault-target', 'unknown-subject'])

export function createMissingNames(): MissingNames {
  const found = new Map<string, { readonly diagnostic: Diagnostic; readonly also: Span[] }>()
  let compared = 0
  const near = (name: string, candidates: readonly string[]): readonly string[] => {
    compared += candidates.length
    return compared > COMPARED_MOST ? [] : nearestNames(name, candidates)
  }
  const report = (missing: Missing): void => {
    const isThing = THINGS.has(missing.code)
    const key = `${isThing ? 'thing' : `${missing.code} ${missing.noun}`} ${missing.name}`
    const known = found.get(key)
    if (known === undefined) found.set(key, { diagnostic: describe(missing, near), also: [] })
    else if (!isSame(known.diagnostic.at, missing.at) && !known.also.some((span) => isSame(span, missing.at))) {
      known.also.push(missing.at)
    }
  }
  const list = (): readonly Diagnostic[] =>
    [...found.values()].map(({ diagnostic, also }) => (also.length === 0 ? diagnostic : { ...diagnostic, also }))
  return { report, list }
}

const isSame = (a: Span, b: Span): boolean => a.offset === b.offset && a.file === b.file

function describe(
  { code, name, at, message, candidates, noun, hint, listMost = LISTED_MOST }: Missing,
  near: (name: string, candidates: readonly string[]) => readonly string[],
): Diagnostic {
  const all = [...candidates]
  const guesses = hint === undefined ? near(name, all) : []
  const guess = guesses[0] === undefined ? '' : `; did you mean \`${guesses[0]}\`?`
  const advice = hint ?? (guess === '' ? listOf(noun, all, listMost) : undefined)
  const base = { code, severity: 'error', at, message: `${message}${guess}` } as const
  return advice === undefined ? base : { ...base, hint: advice }
}

/** `components: api, db`. */
function listOf(noun: string, names: readonly string[], most: number): string {
  if (names.length === 0) return `there are no ${noun}`
  const more = names.length > most ? ` and ${names.length - most} more` : ''
  return `${noun}: ${names.slice(0, most).join(', ')}${more}`
}
