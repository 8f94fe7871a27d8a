import type { Ratio } from '../base/units.ts'
import type { Consumer, Model } from '../model/model.ts'
import type { Consumed, Solution } from '../result/solution.ts'
import { copyingIn } from './copying.ts'
import { doubtsOf } from './doubts.ts'
import { type Environment, plainEnvironment } from './environment.ts'
import { flowAnswers } from './flow-answer.ts'
import { quantile } from './law.ts'
import { metastableRange } from './metastable.ts'
import { scaledOut } from './scalers.ts'
import { atPeakOf } from './peak.ts'
import { statisticsOf } from './statistics.ts'
import type { Steady } from './steady.ts'
import type { Memory } from './warm.ts'

export interface SolveOptions {
  /** Times the rate of every source, and times the number of closed users; left out = 1. */
  readonly load?: Ratio
  /** What holds instead of everything as written; rates of the environment count as they are. */
  readonly environment?: Environment
  /** Where the search for a steady state begins; left out = where all is well. */
  readonly from?: 'healthy' | 'overloaded'
  /**
   * Figures only: not what the slow requests spent their time on, on which rests how far off high percentiles may be,
   * and no look for a second steady state.
   */
  readonly isBrief?: boolean
  /** No look for a second steady state. */
  readonly isOneState?: boolean
  /** Goes on from what was solved with it before, and keeps what is found now; begin with {@link solverMemory}. */
  readonly memory?: Memory
}

/**
 * The steady state of a model by queueing theory: traffic equations and queues as one fixed point, autoscalers at rest,
 * rates at the highest point of their shapes. Every figure says how far off it may be.
 */
export function solve(model: Model, options: SolveOptions = {}): Solution {
  const { load = 1, from = 'healthy', isBrief = false, isOneState = isBrief } = options
  const environment = options.environment ?? atPeakOf(model, plainEnvironment(model, load))
  const steady = scaledOut(model, environment, from, options.memory)
  return solutionOf(model, steady, {
    isBrief: isBrief || from === 'overloaded',
    isOneState: isOneState || from === 'overloaded',
  })
}

/** What one call of {@link solve} hands to the next, of the same design with other numbers: little moves then. */
export const solverMemory = (): Memory => ({ steady: null })

function solutionOf(
  model: Model,
  steady: Steady,
  { isBrief, isOneState }: Required<Pick<SolveOptions, 'isBrief' | 'isOneState'>>,
): Solution {
  const answers = flowAnswers(steady, isBrief)
  const { flows, resources, doubts, steps } = doubtsOf(steady, answers)
  return {
    statistics: statisticsOf(steady, answers),
    flows,
    laws: answers.map(({ law }) => (law === null ? null : { mean: law.mean, quantile: (q) => quantile(law, q) })),
    resources,
    doubts,
    steps,
    promises: promisesOf(steady),
    metastable: isOneState ? null : metastableRange(model, steady),
    copying: copyingIn(steady),
    overloaded: overloadedIn(steady),
    consumed: model.consumers.map((consumer, index) => consumedIn(steady, consumer, index)),
    notes: notesOf(steady),
    rounds: steady.rounds,
    isConverged: steady.isConverged,
  }
}

function overloadedIn({ state }: Steady): Solution['overloaded'] {
  const stations = [...state.stations].flatMap(([resource, { alike }]) => {
    const load = Math.max(0, ...alike.map(({ answer }) => (answer.isOverloaded ? answer.offered : 0)))
    return load > 0 ? [{ resource, load }] : []
  })
  const pools = [...state.pools].flatMap(([resource, { alike }]) => {
    const load = Math.max(
      0,
      ...alike.map(({ answer }) =>
        answer.answer.waitMean === Infinity ? answer.rate / (answer.throughput.at(-1) ?? 1) : 0,
      ),
    )
    return load > 0 ? [{ resource, load }] : []
  })
  return [...stations, ...pools].sort((a, b) => b.load - a.load)
}

function promisesOf({ network, state }: Steady): Solution['promises'] {
  return network.nodes.flatMap(({ step, flow, rate }) => {
    const starts = state.rates[flow] ?? 0
    if (step.kind !== 'fail' || step.promisedBy === undefined || !(rate > 0) || !(starts > 0)) return []
    return [{ flow, by: step.promisedBy, share: (rate / starts) * step.probability }]
  })
}

function consumedIn({ network, state }: Steady, { group, atOnce, log }: Consumer, index: number): Consumed {
  const { utilization = 0, isOverloaded = false } = state.consumers.get(index)?.answer ?? {}
  const resource = network.model.resources[log]
  const members = network.environment.serving[group]?.reduce((sum, up) => sum + up, 0) ?? 1
  const most = resource?.kind === 'log' && !resource.isShared ? resource.partitions : Infinity
  return { utilization, isOverloaded, loops: Math.min(most, members * atOnce) }
}

function notesOf({ network, state }: Steady): readonly string[] {
  const notes: string[] = []
  if (network.model.sources.some(({ shape }) => shape.length > 1))
    notes.push('rates are those of the highest point of their shapes')
  for (const [index, { answer }] of state.consumers) {
    const flow = network.model.flows[network.model.consumers[index]?.flow ?? -1]
    if (answer.isOverloaded)
      notes.push(`${flow?.id ?? ''} takes less than is published: what waits for it grows without end`)
  }
  if ((network.model.breakdowns ?? []).length > 0) notes.push('failures by chance are left out')
  return notes
}
