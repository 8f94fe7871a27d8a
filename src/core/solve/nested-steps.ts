import type { Step } from '../model/step.ts'

/** The lists of steps in a step, in the order of the lists of a node. */
export function nestedOf(step: Step): readonly (readonly Step[])[] {
  switch (step.kind) {
    case 'hold':
      return [step.steps, step.start ?? []]
    case 'call':
    case 'repeat':
      return [step.steps]
    case 'lookup':
      return [step.access, step.hit, step.miss]
    case 'choose':
    case 'parallel':
      return step.branches.map(({ steps }) => steps)
    case 'attempt':
      return [step.steps, step.otherwise]
    default:
      return []
  }
}
