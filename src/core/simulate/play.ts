import type { Job, Outcome } from '../result/outcome.ts'
import type { RunStatistics, SeriesSlice } from '../result/statistics.ts'
import { createSimulation, type Simulation } from './simulation.ts'

/** How far a replication is, between two chunks. */
export interface Advance {
  readonly events: number
  readonly now: number
}

/** Events between two looks at the outside world: some milliseconds. */
const CHUNK = 16_384

/**
 * Plays one {@link Job} in chunks: whoever drives it may draw progress between them, or feed `true` to stop here with
 * what was measured so far.
 */
export function* play(job: Job): Generator<Advance, Outcome, boolean | undefined> {
  const { model, seed, replication, sliceLength } = job
  const simulation = createSimulation(model, { seed, replication, sliceLength })
  const series: SeriesSlice[] = []
  let judged: RunStatistics | null = null
  let isCut = yield* until(simulation, job.warmup, job)
  for (const [from, to] of stretches(job)) {
    if (isCut && judged !== null) break
    simulation.beginMeasuring()
    isCut = (yield* until(simulation, to, job)) || isCut
    const statistics = simulation.statistics()
    series.push(...statistics.series)
    if (judged === null && from >= job.judgedFrom) judged = statistics
  }
  return { statistics: judged ?? simulation.statistics(), series, events: simulation.events, isCut }
}

/** Before, judged, after; those that last any time. */
function stretches({ warmup, judgedFrom, judgedTo, end }: Job): readonly (readonly [number, number])[] {
  const all = [
    [warmup, judgedFrom],
    [judgedFrom, judgedTo],
    [judgedTo, end],
  ] as const
  return all.filter(([from, to]) => to > from)
}

function* until(simulation: Simulation, to: number, job: Job): Generator<Advance, boolean, boolean | undefined> {
  while (simulation.now < to) {
    if (simulation.events >= job.eventsMax) return true
    simulation.run(to, Math.min(CHUNK, job.eventsMax - simulation.events))
    const isStopped = yield { events: simulation.events, now: simulation.now }
    if (isStopped === true) return true
  }
  return false
}
