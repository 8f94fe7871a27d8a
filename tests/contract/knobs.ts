import { kinds } from '../../src/core/kinds/index.ts'
import type { Effect, Param } from '../../src/core/text/param.ts'
import { type Bench, benches, type Happening } from './benches.ts'
import type { Figures } from './figures.ts'
import { figuresIn } from './play.ts'

/** One setting of one general kind, with what it says it does. */
export interface Knob {
  readonly kind: string
  /** As in the reference: `tables.*.rows`. */
  readonly path: string
  readonly effect: Effect | undefined
}

interface Described extends Pick<Param<unknown>, 'effect'> {
  readonly field: Inside & { readonly each?: Inside }
}

/** What is inside a value that may be a map. */
interface Inside {
  readonly params?: Readonly<Record<string, Described>>
  readonly longForm?: { readonly params: Readonly<Record<string, Described>> }
}

/** Names of the parts in the benches. */
const parts: Readonly<Record<string, string>> = {
  tables: 't',
  keyspaces: 'k',
  topics: 't',
  objects: 'o',
  files: 'o',
  locks: 'a',
  access: 'page',
  indexes: 'second',
}

/** Every setting that is no map of others. */
export function knobsOf(kind: string): readonly Knob[] {
  const found = kinds.find(({ id }) => id === kind)
  const all = found === undefined ? [] : knobsIn(found.params, [])
  return all
    .filter(({ path }) => {
      const idle = Object.keys(found?.withoutEffect ?? {})
      return !idle.some((one) => path === one || path.startsWith(`${one}.`))
    })
    .map(({ path, effect }) => ({ kind, path, effect }))
}

function knobsIn(
  params: Readonly<Record<string, Described>>,
  before: readonly string[],
): readonly Omit<Knob, 'kind'>[] {
  return Object.entries(params).flatMap(([key, { field, effect }]) => {
    const path = [...before, key]
    const inner = innerOf(field)
    if (inner === null) return [{ path: path.join('.'), effect }]
    return knobsIn(inner.params, inner.isNamed ? [...path, '*'] : path)
  })
}

interface Inner {
  readonly params: Readonly<Record<string, Described>>
  readonly isNamed: boolean
}

/** The settings inside a map, or inside each of several named ones. */
function innerOf(field: Described['field']): Inner | null {
  const own = field.params ?? field.longForm?.params
  if (own !== undefined) return { params: own, isNamed: false }
  const each = field.each?.params ?? field.each?.longForm?.params
  return each === undefined ? null : { params: each, isNamed: true }
}

/** The path with the names that the benches use. */
export const concrete = (path: string): string =>
  path
    .split('.')
    .map((part, i, all) => (part === '*' ? (parts[all[i - 1] ?? ''] ?? 'x') : part))
    .join('.')

/** How a figure moves: in each of some pairs of replications on the same requests. */
export interface Moved {
  /** As declared: `crash: success down`. */
  readonly move: string
  readonly figure: string
  readonly from: number
  readonly to: number
}

const PAIRS = 2
/** Of the larger of the two: less is chance. */
const LEAST = 0.004

const calm = new Map<string, Figures>()

/** The first of the declared moves that is seen, or null. */
export function seenMove({ kind, path, effect }: Knob): Moved | null {
  const bench = benches[kind]
  if (effect === undefined || bench === undefined) return null
  const beside = (effect.with ?? []).map(setting)
  const changed = [...beside, { path: concrete(path), value: effect.at }]
  for (const move of effect.moves) {
    const [, when = 'calm', name = '', way = ''] = /^(?:(\w+): )?(.+) (up|down)$/.exec(move) ?? []
    const pairs = Array.from({ length: PAIRS }, (_, replication) => {
      const situation = { kind, bench, happening: when as Happening }
      return {
        before: usual({ ...situation, sets: beside }, replication),
        after: figuresIn({ ...situation, sets: changed }, replication),
      }
    })
    for (const figure of pairs[0]?.before.keys() ?? []) {
      if (figure !== name && !figure.startsWith(`${name} of `)) continue
      const steps = pairs.map(({ before, after }) => [before.get(figure) ?? 0, after.get(figure) ?? 0] as const)
      const isSeen = steps.every(
        ([a, b]) => (way === 'up' ? b - a : a - b) > LEAST * Math.max(Math.abs(a), Math.abs(b)),
      )
      const [from, to] = steps[0] ?? [0, 0]
      if (isSeen) return { move, figure, from, to }
    }
  }
  return null
}

/** `path=value`. */
export function setting(text: string): { readonly path: string; readonly value: string } {
  const at = text.indexOf('=')
  return { path: text.slice(0, at), value: text.slice(at + 1) }
}

interface Usual {
  readonly kind: string
  readonly bench: Bench
  readonly happening: Happening
  readonly sets: readonly { readonly path: string; readonly value: string }[]
}

/** Played once, however many settings are compared with it. */
function usual(situation: Usual, replication: number): Figures {
  const name = JSON.stringify([situation.kind, situation.happening, situation.sets, replication])
  const known = calm.get(name) ?? figuresIn(situation, replication)
  calm.set(name, known)
  return known
}
