import type { Kind, Preset } from './define.ts'

export interface TechnologySpec {
  /** As written after `kind:`: `redis`. */
  readonly id: string
  readonly aliases?: readonly string[]
  readonly about: string
  /** Defaults over those of the general kind. Laws are scalars here: maps would merge with what the author writes. */
  readonly presets: Readonly<Record<string, Preset>>
  /** Further lines of the card. */
  readonly models?: readonly string[]
  readonly doesNotModel?: readonly string[]
  /** What the general kind can be and this one cannot. */
  readonly check?: Kind['check']
}

/** A technology *is* its general kind with other defaults: same settings, same steps. */
export function technology(general: Kind, spec: TechnologySpec): Kind {
  return {
    ...general,
    id: spec.id,
    aliases: spec.aliases ?? [],
    is: general.id,
    about: spec.about,
    presets: spec.presets,
    check: (settings) => [...general.check(settings), ...(spec.check?.(settings) ?? [])],
    models: [...general.models, ...(spec.models ?? [])],
    doesNotModel: [...general.doesNotModel, ...(spec.doesNotModel ?? [])],
  }
}
