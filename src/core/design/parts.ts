import type { Collector } from '../base/diagnostic.ts'
import type { Kind } from '../kinds/define.ts'
import type { Document, MapNode } from '../text/document.ts'
import type { Reading } from '../text/field.ts'
import { measuredTimes } from '../text/scalars/measured.ts'
import { type Assumptions, readAssumptions } from './assumptions.ts'
import { type ReadComponent, readComponents } from './components.ts'
import type { PlaceGroup, PolicyPart } from './design.ts'
import { readFragments } from './fragments.ts'
import type { ImportTree } from './imports.ts'
import type { Fragment, Known, Usage } from './known.ts'
import type { MissingNames } from './missing-names.ts'
import { type KindTable, readKinds } from './own-kinds.ts'
import { type Places, readPlaces } from './places.ts'
import { type ReadPolicies, readPolicies } from './policies.ts'

/** What one file declares, by the names that are used in it; with what it imports. */
export interface Parts {
  readonly root: MapNode
  /** Before the names of an imported file: `payments.`; '' for the design itself. */
  readonly prefix: string
  readonly assumed: Assumptions
  readonly places: Places
  readonly table: KindTable
  readonly own: ReadonlyMap<string, ReadComponent>
  /** Own components, and those of imported files as `payments.db`. */
  readonly components: ReadonlyMap<string, ReadComponent>
  readonly policies: ReadPolicies
  readonly known: Known
  readonly imported: readonly Parts[]
}

export interface PartsContext {
  readonly kinds: readonly Kind[]
  readonly out: Collector
  readonly missing: MissingNames
  readonly usage: Usage
  /** Places of the importing file: the same name means the same place. */
  readonly places: ReadonlyMap<string, PlaceGroup>
  /** Text of a file with measured values. */
  readonly textOf: (name: string) => string | undefined
}

/** Everything that steps may name: assumptions, places, kinds, components, policies, fragments. */
export function readParts(document: Document, imports: ImportTree, prefix: string, context: PartsContext): Parts {
  const { kinds, out, missing, usage, textOf } = context
  const { root } = document
  const files = { textOf, file: (name: string) => measuredTimes(textOf(name) ?? '') }
  const assumed = readAssumptions(sectionOf(root, 'assume'), { out, ...files })
  const reading: Reading = { out, scope: assumed.scope, ...files }
  const ownPlaces = readPlaces(sectionOf(root, 'places'), reading, missing)
  const places = { ...ownPlaces, groups: new Map([...ownPlaces.groups, ...context.places]) }
  const imported = [...imports].map(([name, { document: inner, imports: further }]) => ({
    name,
    parts: readParts(inner, further, `${prefix}${name}.`, { ...context, places: places.groups }),
  }))
  const tables = new Map(imported.map(({ name, parts }) => [name, parts.table]))
  const table = readKinds(sectionOf(root, 'kinds'), kinds, reading, missing, tables)
  const standing = { places: places.groups, missing, prefix }
  const own = readComponents(sectionOf(root, 'components'), { reading, table, kinds, ...standing })
  const policies = readPolicies(sectionOf(root, 'policies'), reading)
  const join = <T>(mine: ReadonlyMap<string, T>, theirs: (parts: Parts) => Iterable<readonly [string, T]>) =>
    new Map([...imported.flatMap(({ name, parts }) => prefixed(name, theirs(parts))), ...mine])
  const components = join(own, (parts) => parts.components)
  const known: Known = {
    components,
    policies: join<PolicyPart>(policies.named, (parts) => parts.known.policies),
    fragments: join<Fragment>(readFragments(sectionOf(root, 'fragments'), reading), fragmentsOf),
    flows: new Set(sectionOf(root, 'flows')?.entries.map(({ key }) => key)),
    missing,
    reading,
    usage,
  }
  const inner = imported.map(({ parts }) => parts)
  return { root, prefix, assumed, places, table, own, components, policies, known, imported: inner }
}

const prefixed = <T>(name: string, entries: Iterable<readonly [string, T]>): readonly (readonly [string, T])[] =>
  [...entries].map(([key, value]) => [`${name}.${key}`, value] as const)

/** Fragments of another file name things of that file. */
const fragmentsOf = ({ known }: Parts): Iterable<readonly [string, Fragment]> =>
  [...known.fragments].map(([name, fragment]) => [name, { ...fragment, home: fragment.home ?? known }] as const)

/** A section that is no map was refused with the others. */
export function sectionOf(root: MapNode, name: string): MapNode | undefined {
  const node = root.get(name)
  return node?.kind === 'map' ? node : undefined
}

/** The parts and those they import, the design itself first. */
export const allParts = (parts: Parts): readonly Parts[] => [parts, ...parts.imported.flatMap(allParts)]
