import type { Component } from '../design/design.ts'

/** A setting by the keys that lead to it, through records and maps of names; undefined where there is none. */
export function settingAt({ settings }: Pick<Component, 'settings'>, path: readonly string[]): unknown {
  return path.reduce<unknown>(valueAt, settings)
}

function valueAt(from: unknown, key: string): unknown {
  if (from instanceof Map) {
    const named: unknown = from.get(key)
    return isRecord(named) && 'value' in named ? named['value'] : named
  }
  return isRecord(from) ? from[key] : undefined
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Names in a map of the author's. */
export const namesIn = (value: unknown): readonly string[] =>
  value instanceof Map
    ? [...value.keys()].filter((key) => typeof key === 'string')
    : isRecord(value)
      ? Object.keys(value)
      : []

export const numberAt = (component: Pick<Component, 'settings'>, path: readonly string[]): number | null => {
  const value = settingAt(component, path)
  return typeof value === 'number' ? value : null
}

/** A word, or the `kind` of a choice: `async` and `sync(1)` alike. */
export function wordAt(component: Pick<Component, 'settings'>, path: readonly string[]): string | null {
  const value = settingAt(component, path)
  const word = isRecord(value) ? value['kind'] : value
  return typeof word === 'string' ? word : null
}
