import type { Kind } from '../../src/core/kinds/define.ts'
import type { Schema } from '../../src/core/text/field.ts'
import type { Effect } from '../../src/core/text/param.ts'

/** One key that may be written in a component of a kind, maps of others too. */
export interface Setting {
  /** As in the reference, with `*` for a name: `tables.*.rows`. */
  readonly path: string
  readonly form: string
  readonly schema: Schema
  readonly help: string
  readonly default: string | null
  readonly range: string
  readonly effect: Effect | undefined
  /** Whether it is a map of other settings, whatever else it may be. */
  readonly isMap: boolean
  /** What has to stand beside it. */
  readonly needs: readonly { readonly path: string; readonly form: string; readonly schema: Schema }[]
}

interface Described {
  readonly field: Inside & { readonly form: string; readonly schema: Schema; readonly each?: Inside }
  readonly help: string
  readonly default: string | null
  readonly range: string
  readonly isRequired: boolean
  readonly effect?: Effect
}

/** What is inside a value that may be a map. */
interface Inside {
  readonly params?: Readonly<Record<string, Described>>
  readonly longForm?: { readonly params: Readonly<Record<string, Described>> }
}

type Level = Readonly<Record<string, Described>>

/** Every setting of a kind, from the outside in. */
export const settingsOf = (kind: Kind): readonly Setting[] =>
  settingsIn(kind.params, [], []).map((one) => ({
    ...one,
    needs: one.needs.filter(({ path }) => !Object.hasOwn(kind.presets, path)),
  }))

function settingsIn(level: Level, before: readonly string[], outer: Setting['needs']): readonly Setting[] {
  const needed = Object.entries(level).filter(([, { isRequired }]) => isRequired)
  const own = needed.map(([key, { field }]) => ({ ...field, path: [...before, key].join('.') }))
  return Object.entries(level).flatMap(([key, { field, help, default: usual, range, effect }]) => {
    const keys = [...before, key]
    const path = keys.join('.')
    const { form, schema } = field
    const needs = [...outer, ...own.filter((one) => one.path !== path)]
    const isMap = mapIn(field) !== undefined || field.each !== undefined
    const inside = settingsIn(mapIn(field) ?? {}, keys, needs)
    const each = settingsIn(mapIn(field.each ?? {}) ?? {}, [...keys, '*'], needs)
    return [{ path, form, schema, help, default: usual, range, effect, isMap, needs }, ...inside, ...each]
  })
}

const mapIn = ({ params, longForm }: Inside): Level | undefined => params ?? longForm?.params
