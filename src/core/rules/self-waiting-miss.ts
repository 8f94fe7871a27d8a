import type { Span } from '../base/span.ts'
import type { Flow } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { nestedLists } from './walk.ts'

/** A request that waits for the answer that it is fetching itself. */
export const selfWaitingMiss: Rule = {
  code: 'self-waiting-miss',
  step: 5,
  severity: 'error',
  meaning:
    'A miss path asks the same keyspace for the same key again, and of those who miss a key at once only one goes on (`on-miss: single-flight`): it waits for itself, for ever.',
  remedy: 'Take out the second `get`, ask another keyspace, or let all who miss go on (`on-miss: herd`).',
  check: (subject) => subject.model.flows.flatMap((flow) => [...askedAgain(subject, flow)]),
}

/** The keyspaces that a flow asks for a key while it fetches that key for all. */
function askedAgain(subject: Subject, flow: Flow): readonly Breach[] {
  const { model } = subject
  const found = new Map<ResourceIndex, Breach>()
  visit(flow.steps, new Set())
  return [...found.values()]

  function visit(steps: readonly Step[], fetching: ReadonlySet<ResourceIndex>): void {
    for (const step of steps) {
      // Each round of such a step is about a key of its own.
      const open = step.kind === 'repeat' && step.hasNewKeys ? new Set<ResourceIndex>() : fetching
      if (step.kind !== 'lookup') {
        for (const inner of nestedLists(step)) visit(inner, open)
        continue
      }
      const cache = model.resources[step.cache]
      if (open.has(step.cache))
        found.set(step.cache, breachOf(step.cache, model.points[step.waitPoint]?.span ?? flow.span))
      visit(step.hit, open)
      const isAlone = cache?.kind === 'cache' && cache.onMiss === 'single-flight' && cache.forcedHitRatio === null
      visit(step.miss, isAlone ? new Set([...open, step.cache]) : open)
    }
  }

  function breachOf(cache: ResourceIndex, at: Span): Breach {
    const name = model.resources[cache]?.id ?? ''
    return {
      at,
      message: `a miss of \`${name}\` asks \`${name}\` for the same key again, and waits for itself: its answer is the one that is fetched`,
      hint: 'take out the second `get`, or write `on-miss: herd`',
    }
  }
}
