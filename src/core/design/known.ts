import type { Span } from '../base/span.ts'
import type { Kind, Part } from '../kinds/define.ts'
import type { MapNode, Node } from '../text/document.ts'
import type { Reading } from '../text/field.ts'
import type { PolicyPart } from './design.ts'
import type { MissingNames } from './missing-names.ts'

/** A component as far as references to it need to know. */
export interface KnownComponent {
  readonly id: string
  /** null: its kind was not understood; nothing that asks it for something is checked further. */
  readonly kind: Kind | null
  readonly writtenKind: string
  /** null: its settings were not understood. */
  readonly settings: Readonly<Record<string, unknown>> | null
  readonly written: MapNode
  /** Tables, keyspaces, topics, locks; null = not known. */
  readonly parts: ReadonlyMap<string, Part> | null
  readonly operations: ReadonlyMap<string, Node>
  readonly keySpan: Span
}

/** Steps that flows share. */
export interface Fragment {
  readonly name: string
  /** Arguments and their defaults; null = has to be given. */
  readonly defaults: MapNode | null
  readonly steps: Node
  readonly keySpan: Span
  /** What its steps may name, when it comes from another file. */
  readonly home: Known | null
}

/** What the steps of a design may name, and what they did name. */
export interface Known {
  readonly components: ReadonlyMap<string, KnownComponent>
  readonly policies: ReadonlyMap<string, PolicyPart>
  readonly fragments: ReadonlyMap<string, Fragment>
  readonly flows: ReadonlySet<string>
  readonly missing: MissingNames
  readonly reading: Reading
  readonly usage: Usage
}

/** Filled while steps are read; tells afterwards what nobody uses. */
export interface Usage {
  readonly policies: Set<string>
  readonly fragments: Set<string>
  /** Components that a flow reaches, and the operations it calls (`api.resolve`). */
  readonly components: Set<string>
  readonly operations: Set<string>
  /** `caller -> callee`, for every request of one to the other. */
  readonly edges: Set<string>
  /** Steps made so far: fragments in fragments multiply. */
  steps: number
}

export const createUsage = (): Usage => ({
  policies: new Set(),
  fragments: new Set(),
  components: new Set(),
  operations: new Set(),
  edges: new Set(),
  steps: 0,
})
