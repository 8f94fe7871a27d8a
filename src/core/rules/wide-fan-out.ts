import { meanOf } from '../model/distribution.ts'
import { digits, percent } from '../result/format.ts'
import type { Rule, Subject } from './define.ts'
import { visitFlow } from './walk.ts'

/** Branches at once, beyond which the slowest decides. */
const WIDE = 32

/** So many are asked at once that one of them is always slow. */
export const wideFanOut: Rule = {
  code: 'wide-fan-out',
  step: 5,
  severity: 'warning',
  meaning:
    'A request asks more than 32 at once and waits for all: what happens to one in a hundred of them happens to most requests. With n at once a share of 1 - 0.99^n meets a p99. (Dean and Barroso 2013, The Tail at Scale.)',
  remedy:
    'Fewer at once, answers without the slowest (`join: 30 of 32`, `give-up`), hedges, or data that lies together.',
  check: (subject) => subject.model.flows.flatMap((flow) => widest(subject, flow)),
}

function widest(subject: Subject, flow: Subject['model']['flows'][number]) {
  const wide = new Map<number, { width: number; point: number }>()
  visitFlow(subject, flow, (step) => {
    if (step.kind === 'repeat' && step.times === null) {
      const width = Math.min(step.atOnce, meanOf(step.count) / step.groupsOf)
      const known = wide.get(step.point)
      if (width > WIDE && width > (known?.width ?? 0)) wide.set(step.point, { width, point: step.point })
    }
  })
  return [...wide.values()].map(({ width, point }) => ({
    at: subject.model.points[point]?.span ?? flow.span,
    message: `\`${flow.id}\` asks ${digits(Math.round(width))} at once: ${percent(1 - 0.99 ** width)} of its requests meet one that is slower than its own p99`,
    hint: 'do without the slowest (`give-up`), or ask fewer at once',
  }))
}
