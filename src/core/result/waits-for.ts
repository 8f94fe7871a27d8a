import { unreachable } from '../base/assert.ts'
import type { Model } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Call, Step } from '../model/step.ts'

/**
 * For each pool, the resources that its holders use or wait for while they hold a slot: the edges that lead from a
 * victim to the root. Read from the steps: a slot is held around nested steps, a connection around the call.
 */
export function waitsFor(model: Model): ReadonlyMap<ResourceIndex, ReadonlySet<ResourceIndex>> {
  const edges = new Map<ResourceIndex, Set<ResourceIndex>>()
  const use = (held: readonly ResourceIndex[], used: ResourceIndex): void => {
    for (const pool of held) {
      const set = edges.get(pool) ?? new Set()
      if (pool !== used) set.add(used)
      edges.set(pool, set)
    }
  }
  const walk = (steps: readonly Step[], held: readonly ResourceIndex[]): void => {
    for (const step of steps) visit(step, held, { use, walk })
  }
  for (const flow of model.flows) walk(flow.steps, [])
  return edges
}

interface Visitor {
  readonly use: (held: readonly ResourceIndex[], used: ResourceIndex) => void
  readonly walk: (steps: readonly Step[], held: readonly ResourceIndex[]) => void
}

function visit(step: Step, held: readonly ResourceIndex[], { use, walk }: Visitor): void {
  switch (step.kind) {
    case 'serve':
      return use(held, step.station)
    case 'hold':
      use(held, step.pool)
      walk(step.start ?? [], [...held, step.pool])
      return walk(step.steps, [...held, step.pool])
    case 'admit':
      return use(held, step.limiter)
    case 'call': {
      const pools = poolsOf(step)
      for (const pool of pools) use(held, pool)
      return walk(step.steps, [...held, ...pools])
    }
    case 'lookup':
      walk(step.access, held)
      walk(step.hit, held)
      return walk(step.miss, held)
    case 'choose':
    case 'parallel':
      for (const branch of step.branches) walk(branch.steps, held)
      return
    case 'repeat':
      return walk(step.steps, held)
    case 'attempt':
      walk(step.steps, held)
      return walk(step.otherwise, held)
    case 'probe':
    case 'insert':
    case 'delay':
    case 'publish':
    case 'reply':
    case 'fail':
    case 'new-key':
      return
    default:
      return unreachable(step)
  }
}

const poolsOf = (call: Call): readonly ResourceIndex[] =>
  [call.policy.bulkhead, call.policy.connection].filter((pool) => pool !== null)

/** Resources that requests of a flow come by, in any branch. */
export function resourcesOfFlow(steps: readonly Step[]): ReadonlySet<ResourceIndex> {
  const used = new Set<ResourceIndex>()
  const walk = (inner: readonly Step[]): void => {
    for (const step of inner) {
      if (step.kind === 'lookup' || step.kind === 'probe' || step.kind === 'insert') used.add(step.cache)
      if (step.kind === 'publish') used.add(step.log)
      visit(step, [-1], { use: (_, index) => used.add(index), walk: (nested) => walk(nested) })
    }
  }
  walk(steps)
  return used
}

/** The lists of steps inside a step. */
export function nestedSteps(step: Step): readonly (readonly Step[])[] {
  const lists: (readonly Step[])[] = []
  visit(step, [], { use: () => undefined, walk: (steps) => void lists.push(steps) })
  return lists
}
