import type { Result } from '../core/index.ts'
import type { RunSettings } from './run-options.ts'

/** Replications that give an interval worth the name. */
const REPLICATIONS = 10
/** Simulated time that keeps few requests. */
const SHORT = '10s'
/** Wall seconds that are enough for most designs. */
const BUDGET = 60

interface Limits extends Pick<RunSettings, 'replications' | 'duration' | 'budget' | 'precision'> {
  /** The run was ended because there was no more memory. */
  readonly isMemoryFull: boolean
}

/**
 * What to do where a run was too short to decide all objectives, or to be as precise as asked: the limit that stopped
 * it, and the command without that limit. Null: nothing is to be done.
 *
 * @param again  the same command with options changed; null takes one out
 */
export function adviceFor(
  results: readonly Result[],
  { replications, duration, budget, precision, isMemoryFull }: Limits,
  again: (changed: Readonly<Record<string, string | null>>) => string,
): string | null {
  if (results.some(({ status }) => status === 'partial')) return null
  if (isMemoryFull) {
    const what = 'the memory was full of requests that wait: bound the queues (`limits`), or measure for a shorter time'
    return `${what}: ${again({ duration: SHORT, budget: null })}`
  }
  const isSpent = results.some(({ status }) => status === 'budget-spent')
  if (isSpent && budget !== null && results.every(({ replications: played }) => played === 0)) {
    const what = `nothing was played in ${Number(budget.toPrecision(6))} s, so nothing is known`
    return `${what}: ${again({ budget: `${BUDGET}s` })}`
  }
  const isOpen = results.some(({ objectives }) => objectives.some(({ verdict }) => verdict === 'undecided'))
  if (results.every(isIdle)) {
    return 'nothing was asked of the design: it takes an actor in `load` with a rate above 0, and the flow that it starts'
  }
  if (results.every(({ method }) => method === 'analysis')) {
    return isOpen ? `play what the analysis is not sure of: ${again({ fast: null })}` : null
  }
  if (!isOpen && !isSpent) return null
  if (replications !== null && replications < REPLICATIONS) {
    return `${replications} of the ${REPLICATIONS} replications or more that it takes: ${again({ replications: null })}`
  }
  if (duration !== null) return `the runs are short for it: ${again({ duration: null })}`
  const more = `${Math.max(BUDGET, Math.ceil((budget ?? 0) * 5))}s`
  const precise = precision === null ? '' : `, before all was known within ${Number((precision * 100).toPrecision(6))}%`
  const why = isSpent && budget !== null ? `the time was up${precise}` : `more events are needed${precise}`
  return `${why}: ${again({ budget: more })}`
}

const isIdle = ({ method, events, flows }: Result): boolean =>
  method === 'analysis' ? Object.values(flows).every((flow) => !flow.arrival_rate_per_s.value) : events === 0
