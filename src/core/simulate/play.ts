import { mergeStretches, type Weighted, withLosses } from '../result/merge.ts'
import type { Job, Outcome, Piece } from '../result/outcome.ts'
import type { GroupStatistics, SeriesSlice } from '../result/statistics.ts'
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
  const judged: Weighted[] = []
  const seen: (readonly GroupStatistics[])[] = []
  let isCut = yield* until(simulation, job.warmup, job)
  for (const { to, weight } of stretches(job)) {
    if (isCut && judged.length > 0) break
    simulation.beginMeasuring()
    isCut = (yield* until(simulation, to, job)) || isCut
    const statistics = simulation.statistics()
    series.push(...statistics.series)
    if (weight > 0) judged.push({ statistics, weight })
    if (judged.length > 0) seen.push(statistics.groups)
  }
  const whole = judged.length > 0 ? mergeStretches(judged) : simulation.statistics()
  // What a failure cost is known only when it is over, which may be long after what is judged.
  const statistics = seen.length > 0 ? { ...whole, groups: withLosses(whole.groups, seen) } : whole
  return { statistics, series, events: simulation.events, isCut }
}

const MOMENT = 1e-9

/** Before, judged, after; those that last any time. Weight 0: not judged. */
function stretches({ warmup, judged, end }: Job): readonly Piece[] {
  // What a fault does at its first moment belongs to what is judged.
  const first = Math.max(warmup, (judged[0]?.from ?? end) - MOMENT)
  const last = judged.at(-1)?.to ?? warmup
  const all = [{ from: warmup, to: first, weight: 0 }, ...judged, { from: last, to: end, weight: 0 }]
  return all.filter(({ from, to }) => to > from)
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
