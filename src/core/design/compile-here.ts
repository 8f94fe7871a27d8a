import { assert } from '../base/assert.ts'
import type { Ask } from '../kinds/define.ts'
import type { GroupIndex, KeyDomainIndex } from '../model/resource.ts'
import type { Repeat, Step } from '../model/step.ts'
import { addPoint, type Assembly, type Built } from './compile-bench.ts'
import { createWriter } from './compile-writer.ts'
import type { Step as WrittenStep } from './design.ts'

/** Where steps run, and what is known there. */
export interface Here {
  readonly flow: string
  /** Component whose instance the steps run at, or the actor. */
  readonly component: string
  readonly group: GroupIndex
  readonly isActor: boolean
  /** Of a flow that an attacker asks for. */
  readonly isHostile: boolean
  /** Clients of the actor that asks for the flow; null = nobody says, or nobody asks. */
  readonly clients: number | null
  readonly priority: number
  /** Steps run once for a batch of messages, not once for each. */
  readonly isBatch: boolean
  /** Under the `hit` of a cache: register `found` says how many. */
  readonly hasFound: boolean
  /** Inside `each` in groups: keys and rows are asked for by the group. */
  readonly isGrouped: boolean
  /** Domain of the key that a cache missed: what is read now is meant by it. */
  readonly keyDomain: KeyDomainIndex | null
  readonly transaction: { readonly component: string; readonly onWrite: () => void } | null
  /** Bytes that the caller sent, for work per kilobyte. */
  readonly received: number
}

/** Steps nested in a call run at the callee. */
export function at(here: Here, to: Built, changes: Partial<Here> = {}): Here {
  return {
    ...here,
    component: to.component.id,
    group: to.behaviour.group,
    isActor: false,
    received: 0,
    ...changes,
  }
}

/** What one step asks of a component, before the verb adds to it. */
export const askFor = (assembly: Assembly, step: WrittenStep, here: Here, to: Built): Ask => ({
  write: createWriter(assembly, here, { component: to.component.id, span: step.span }),
  part: 'target' in step ? step.target.part : null,
  count: { fixed: 1, times: here.isGrouped ? 'group' : null },
  size: null,
  keyDomain: here.keyDomain,
})

/** The component that a step names; it was found to exist before. */
export function target(assembly: Assembly, id: string): Built {
  const built = assembly.built.get(id)
  assert(built !== undefined, `component ${id} is built before the flows`)
  return built
}

export function pointOf(
  assembly: Assembly,
  step: WrittenStep,
  here: Here,
  name: string,
  category: 'delay' | 'join' | 'coalesce',
): number {
  const place = { flow: here.flow, component: here.component, span: step.span }
  return addPoint(assembly, place, `${here.component} ${name}`, category, null)
}

/** So many times one after the other: `pages`. */
export function repeated(
  assembly: Assembly,
  step: WrittenStep,
  here: Here,
  { count, steps }: { readonly count: Repeat['count']; readonly steps: readonly Step[] },
): readonly Step[] {
  if (count.law === 'fixed' && count.value <= 1) return steps
  const point = pointOf(assembly, step, here, 'pages', 'join')
  return [{ kind: 'repeat', count, times: null, groupsOf: 1, atOnce: 1, hasNewKeys: false, steps, point }]
}
