import type { Placed } from '../text/field.ts'
import type { ReadComponent } from './components.ts'
import type { Component } from './design.ts'
import type { Known, Usage } from './known.ts'
import { readOperations, reportRings } from './operations.ts'
import { allParts, type Parts } from './parts.ts'
import { readPolicyUse } from './policies.ts'

export interface BuiltComponents {
  readonly components: ReadonlyMap<string, Component>
  /** What each operation uses, by `api.resolve`. */
  readonly usages: ReadonlyMap<string, Usage>
}

/** Components with their policies and operations, those of imported files last. */
export function buildComponents(parts: Parts): BuiltComponents {
  const components = new Map<string, Component>()
  const usages = new Map<string, Usage>()
  for (const { own, known } of allParts(parts)) {
    for (const read of own.values()) {
      const component = build(read, known, usages)
      if (component !== null) components.set(component.id, component)
    }
  }
  const all = new Map(
    [...allParts(parts)].flatMap(({ own }) => [...own.values()].map((read) => [read.id, read] as const)),
  )
  reportRings(all, usages, parts.known)
  return { components, usages }
}

function build(read: ReadComponent, known: Known, usages: Map<string, Usage>): Component | null {
  const { id, kind, writtenKind, at, spread, settings, written, span } = read
  const { policies: named, missing, usage, reading } = known
  const uses = { named, missing, onUse: (name: string) => void usage.policies.add(name) }
  const policy = readPolicyUse(read.policy ?? undefined, uses, `\`${id}\``, reading)
  const operations = readOperations(read, known)
  for (const [name, own] of operations.usages) usages.set(name, own)
  if (kind === null || settings === null) return null
  const which = { kind: kind.is ?? kind.id, technology: kind.id, writtenKind }
  const classes = { handles: namesOf(read.handles), stores: namesOf(read.stores) }
  return { id, ...which, at, spread, settings, written, ...classes, operations: operations.steps, policy, span }
}

const namesOf = (list: readonly Placed<string>[]): readonly string[] => list.map(({ value }) => value)
