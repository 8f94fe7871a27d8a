import type { Step } from './design.ts'
import type { ReadComponent } from './components.ts'
import { createUsage, type Known, type Usage } from './known.ts'
import { nodesOf } from './step-lists.ts'
import { readSteps } from './steps.ts'

export interface ReadOperations {
  readonly steps: ReadonlyMap<string, readonly Step[]>
  /** What each operation (`api.resolve`) uses, when somebody calls it. */
  readonly usages: ReadonlyMap<string, Usage>
}

/** The named steps of one component, in the scope of `assume`. */
export function readOperations({ id, operations }: ReadComponent, known: Known): ReadOperations {
  const steps = new Map<string, readonly Step[]>()
  const usages = new Map<string, Usage>()
  for (const [name, node] of operations) {
    const usage = createUsage()
    usages.set(`${id}.${name}`, usage)
    if (node.kind !== 'list') {
      known.reading.out.error('wrong-shape', node.span, `the operation \`${id}.${name}\` is not a list of steps`)
      continue
    }
    const context = { current: id, asker: null, callers: [id], who: `\`${id}.${name}\``, fragments: [] }
    steps.set(name, readSteps(nodesOf(node), { known: { ...known, usage }, reading: known.reading, ...context }))
  }
  return { steps, usages }
}

/**
 * Adds what the operations use that flows call, directly or through each other. Policies and fragments count in any
 * case.
 */
export function addOperations(usage: Usage, operations: ReadonlyMap<string, Usage>): void {
  for (const { policies, fragments } of operations.values()) {
    for (const name of policies) usage.policies.add(name)
    for (const name of fragments) usage.fragments.add(name)
  }
  const open = [...usage.operations]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const inner = operations.get(name)
    for (const component of inner?.components ?? []) usage.components.add(component)
    for (const edge of inner?.edges ?? []) usage.edges.add(edge)
    for (const next of inner?.operations ?? []) {
      if (usage.operations.has(next)) continue
      usage.operations.add(next)
      open.push(next)
    }
  }
}

/** Operations that call each other in a ring would never end. */
export function reportRings(
  components: ReadonlyMap<string, ReadComponent>,
  usages: ReadonlyMap<string, Usage>,
  { reading }: Known,
): void {
  const done = new Set<string>()
  const visit = (name: string, path: readonly string[]): void => {
    const start = path.indexOf(name)
    if (start >= 0) {
      const ring = [...path.slice(start), name].map((each) => `\`${each}\``).join(' -> ')
      const dot = name.lastIndexOf('.')
      const operation = components.get(name.slice(0, dot))?.operations.get(name.slice(dot + 1))
      const message = `\`${name}\` calls itself without end: ${ring}`
      if (operation !== undefined) reading.out.error('call-cycle', operation.span, message, 'break the ring')
    } else if (!done.has(name)) {
      for (const next of usages.get(name)?.operations ?? []) visit(next, [...path, name])
      done.add(name)
    }
  }
  for (const name of usages.keys()) visit(name, [])
}
