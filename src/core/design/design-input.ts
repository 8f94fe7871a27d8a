import type { ComponentKey } from './component-params.ts'
import type { SectionName } from './sections.ts'

/** Anything that can be written as YAML. */
export type Written = string | number | boolean | readonly Written[] | { readonly [key: string]: Written }

/** A component in a TypeScript design: the keys of every component, and those of its kind. */
export type ComponentInput = { readonly kind: string } & { readonly [K in Exclude<ComponentKey, 'kind'>]?: Written } & {
  readonly [key: string]: Written
}

/** A design in TypeScript: the same sections as in YAML. What is in them is checked when the design is read. */
export type DesignInput = {
  readonly loadpath: 1
  readonly components: { readonly [name: string]: ComponentInput }
  readonly network?: 'ideal' | 'real'
} & { readonly [K in Exclude<SectionName, 'loadpath' | 'components' | 'network'>]?: Written }
