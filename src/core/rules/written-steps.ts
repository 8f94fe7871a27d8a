import type { Design, Flow, Step } from '../design/design.ts'

/** A step of the text as a flow comes to it: operations that it calls are walked too. */
export interface WrittenStep {
  readonly flow: Flow
  readonly step: Step
  /** Component or actor that does the step. */
  readonly by: string
  /** Caches whose miss leads here, outermost first. */
  readonly caches: readonly CacheStep[]
}

export type CacheStep = Extract<Step, { readonly verb: 'get' }>
/** A read or a write. */
export type RowStep = Extract<Step, { readonly consistency: unknown }>

/** Every step of every flow, in the order of the text. */
export function writtenSteps(design: Design): readonly WrittenStep[] {
  return [...design.flows.values()].flatMap((flow) => {
    const found: WrittenStep[] = []
    walk(design, flow.steps, { flow, by: starterOf(flow), caches: [] }, found)
    return found
  })
}

type Where = Omit<WrittenStep, 'step'>

function starterOf({ id, trigger }: Flow): string {
  if (trigger.kind === 'actor') return trigger.actor
  return trigger.by ?? `every ${id}`
}

function walk(design: Design, steps: readonly Step[], where: Where, found: WrittenStep[]): void {
  for (const step of steps) {
    found.push({ ...where, step })
    for (const inner of inside(design, step, where)) walk(design, inner.steps, { ...where, ...inner.changes }, found)
  }
}

interface Inside {
  readonly steps: readonly Step[]
  readonly changes: Partial<Where>
}

function inside({ components }: Design, step: Step, { caches, by }: Where): readonly Inside[] {
  const here = (steps: readonly Step[]): Inside => ({ steps, changes: {} })
  switch (step.verb) {
    case 'call': {
      const { component } = step.target
      const operation = step.operation === null ? [] : (components.get(component)?.operations.get(step.operation) ?? [])
      return [{ steps: [...operation, ...step.steps], changes: { by: component } }]
    }
    case 'get':
      return cacheWays(step, caches, components.has(by) ? by : step.target.component)
    case 'parallel':
    case 'choose':
      return step.branches.map(({ steps }) => here(steps))
    case 'tx':
    case 'each':
    case 'repeat':
    case 'hold':
      return [here(step.steps)]
    case 'try':
      return [here(step.steps), here(step.otherwise)]
    default:
      return []
  }
}

/** What an actor asks a cache for goes on at the cache: it stands before what it caches. */
const cacheWays = (step: CacheStep, caches: Where['caches'], by: string): readonly Inside[] => [
  { steps: step.hit, changes: { by } },
  { steps: step.miss, changes: { by, caches: [...caches, step] } },
]
