import type { Ratio, Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import { mergeStretches } from '../result/merge.ts'
import type { Doubt, Solution } from '../result/solution.ts'
import type { RunStatistics } from '../result/statistics.ts'
import { atPeak, hasCourse, judgedWindow, moments, shapeEnd } from '../result/timeline.ts'
import { boundsOf, type CourseOptions, environmentIn, horizonOf, type Stretch } from './course-environment.ts'
import { fleetAt } from './course-fleet.ts'
import { type Backlog, fluidOver, passagesOf, type Slice } from './course-fluid.ts'
import { lossesOver } from './course-losses.ts'
import { runOver, runWithBacklog } from './course-run.ts'
import { accuracyOver, doubtsOver, stepsOver } from './course-trust.ts'
import type { Environment } from './environment.ts'

/** The engine of one steady state: {@link solve} of solve.ts. */
export type Solver = (
  model: Model,
  options: {
    readonly environment: Environment
    readonly isBrief?: boolean
    readonly from?: 'healthy' | 'overloaded'
  },
) => Solution

/** What the analytic engine says of a scenario in time. */
export interface Course {
  /** Of the judged window, as one replication would have it. */
  readonly statistics: RunStatistics
  /** The same with how sure it is; `statistics` is that of the course. */
  readonly solution: Solution
  readonly notes: readonly string[]
  readonly doubts: readonly Doubt[]
  /** What the figures are about; null = nothing happens, and they are about all of the time. */
  readonly window: { readonly from: Seconds; readonly to: Seconds } | null
}

/** A stretch, the steady state in it, and what waits beside that. */
export interface Solved {
  readonly stretch: Stretch
  readonly solution: Solution
  readonly backlog: {
    readonly resource: ResourceIndex
    readonly slices: readonly Slice[]
    /** Requests that a death took with it. */
    readonly lost: number
    /** Callers do more than give up: what they make of late answers is not followed. */
    readonly isGuarded: boolean
  } | null
  /** Other resources that are asked for too much at the same time. */
  readonly others: number
  /** Two steady states exist, and which one it is in is a guess. */
  readonly isTorn: boolean
  /** Flows that consume what was published faster than they took it, now or before. */
  readonly behind: ReadonlySet<number>
  /** An autoscaler is on its way. */
  readonly isScaling: boolean
  readonly run: RunStatistics
}

/**
 * A scenario in time as a chain of steady states: each stretch between two changes is solved for itself, which is right
 * where queues forget faster than things change; where a station is asked for more than it can do, its backlog is
 * followed as a fluid. Rates with a shape are held at their peak where anything else happens, as the simulator does.
 * @source Green and Kolesar 1991 (pointwise stationary); Newell 1982 (fluid)
 */
export function solveCourse(written: Model, solve: Solver): Course {
  const isCourse = hasCourse(written)
  const isHeld = isCourse && shapeEnd(written) > 0
  const model = isHeld ? atPeak(written) : written
  const end = horizonOf(model)
  const all = solvedStretches(model, end, solve)
  const window = isCourse ? judgedWindow(model, end) : null
  const [from, to] = window === null ? [0, end] : [window.from, window.to]
  const judged = all.filter(({ stretch }) => stretch.from >= from - 1e-9 && stretch.to <= to + 1e-9)
  const merged = mergeStretches(judged.map(({ run }) => ({ statistics: run, weight: 1 })))
  const series = all.flatMap(({ run }) => run.series)
  const losses = lossesOver(model, merged.groups, { all, end })
  const statistics = { ...merged, series, groups: losses.groups }
  const doubts = doubtsOver(model, judged, all)
  const notes = [
    ...new Set(all.flatMap(({ solution }) => solution.notes)),
    ...(isHeld ? ['load is held at the highest point of its shape'] : []),
  ]
  const [first] = all
  const last = all.at(-1)
  const isEndless = last !== undefined && judged.includes(last) && last.solution.overloaded.length > 0
  const solution: Solution = {
    statistics,
    ...accuracyOver(model, judged, all),
    laws: model.flows.map(() => null),
    doubts,
    steps: stepsOver(judged),
    promises: first?.solution.promises ?? [],
    metastable: first?.solution.metastable ?? null,
    copying: [],
    lostAges: losses.ages,
    overloaded: isEndless ? last.solution.overloaded : [],
    notes,
    rounds: Math.max(0, ...all.map(({ solution: one }) => one.rounds)),
    isConverged: all.every(({ solution: one }) => one.isConverged),
  }
  return { statistics, solution, notes, doubts, window }
}

/** Each stretch with its steady state, one after the other: autoscalers and backlogs go on from what was before. */
function solvedStretches(model: Model, end: Seconds, solve: Solver): readonly Solved[] {
  const engine = engineFor(model, solve)
  const start = environmentIn(model, { from: 0, to: 0 })
  const first = engine(start.environment, { isScaled: true })
  const members = new Map<number, number>()
  const options: CourseOptions = {
    members: (group) => members.get(group) ?? model.groups[group]?.perShard ?? 1,
    refill: (cache) => refillTime(model, first, cache),
  }
  rescale(model, first, start.environment, members)
  const delay = Math.max(0, ...model.scalers.map(({ react, startDelay }) => react + startDelay))
  const changes = [0, ...moments(model), ...fleetAt(model, end).moments].sort((a, b) => a - b)
  const acts = model.scalers.length > 0 ? changes.map((t) => t + delay).filter((t) => t < end) : []
  const bounds = [...new Set([...boundsOf(model, end, options), ...acts])].sort((a, b) => a - b)
  const cuts = [...moments(model), end]
  const cutAfter = (time: Seconds): Seconds => cuts.find((t) => t > time) ?? end
  const solved: Solved[] = []
  let memory: Memory = { backlog: null, reference: first, isBad: false }
  const behind = new Set<number>()
  for (const [i, to] of bounds.slice(1).entries()) {
    const from = bounds[i] ?? 0
    const since = changes.findLast((t) => t <= from) ?? 0
    const stretch = environmentIn(model, { from, to }, options)
    const isScaled = model.scalers.length > 0 && (since === 0 || from >= since + delay - 1e-9)
    const isScaling = model.scalers.length > 0 && since > 0
    const next = solvedIn(model, { stretch, engine, memory, isScaled, isScaling, cutAfter })
    if (isScaled) rescale(model, next.solved.solution, stretch.environment, members)
    for (const flow of behindIn(model, next.solved.solution)) behind.add(flow)
    solved.push({ ...next.solved, behind: new Set(behind) })
    memory = next.memory
  }
  return solved
}

/** What autoscalers made of their groups. */
function rescale(
  model: Model,
  { statistics }: Solution,
  { alive, members: before }: Environment,
  members: Map<number, number>,
): void {
  for (const { group } of model.scalers) {
    const { shards = 1 } = model.groups[group] ?? {}
    const dead = shards * (before[group] ?? 1) - (alive[group]?.reduce((sum, up) => sum + up, 0) ?? 0)
    const mean = (statistics.groups[group]?.instancesMean ?? 0) + dead
    if (mean > 0) members.set(group, Math.max(1, Math.round(mean / shards)))
  }
}

/**
 * How long a cache that lost everything hits nothing, were all its misses at once: every entry that it held has to be
 * asked for once more.
 */
function refillTime(model: Model, { statistics }: Solution, index: ResourceIndex): Seconds {
  const cache = model.resources[index]
  if (cache?.kind !== 'cache') return 0
  const [copy] = (statistics.resources[index]?.instances ?? []).filter(({ hits }) => hits > 0)
  if (copy === undefined) return 0
  const [lookups, hits] = [copy.lookups / statistics.measured, copy.hits / statistics.measured]
  const keys = model.keyDomains[cache.keyDomain]?.keys ?? 1
  const held = Math.min(cache.entries, keys, (lookups - hits) * cache.timeToLive || Infinity)
  return held / hits
}

type Engine = (
  environment: Environment,
  how?: { readonly isScaled?: boolean; readonly from?: 'healthy' | 'overloaded' },
) => Solution

/** Solves what it did not solve before; the first is looked at in full where a second steady state matters. */
function engineFor(model: Model, solve: Solver): Engine {
  const scaled: Model = { ...model, faults: [], sources: model.sources.map((source) => ({ ...source, shape: [] })) }
  const frozen: Model = { ...scaled, scalers: [] }
  const known = new Map<string, Solution>()
  return (environment, { isScaled: isAsked = false, from = 'healthy' } = {}) => {
    const isScaled = isAsked && model.scalers.length > 0
    const key = `${isScaled ? 1 : 0} ${from} ${keyOf(environment)}`
    const before = known.get(key)
    if (before !== undefined) return before
    const isBrief = known.size > 0 || !model.objectives.some(({ indicator }) => indicator === 'no-metastable')
    const solution = solve(isScaled ? scaled : frozen, { environment, isBrief, from })
    known.set(key, solution)
    return solution
  }
}

const keyOf = ({ throttled, cold, ...arrays }: Environment): string =>
  JSON.stringify([[...throttled], [...cold], arrays], (_, value: unknown) =>
    value instanceof Uint8Array || value instanceof Float64Array ? [...value] : value,
  )

/** What a stretch leaves to the next one. */
interface Memory {
  readonly backlog: Backlog | null
  /** The last steady state in which what matters got through. */
  readonly reference: Solution
  /** It was overloaded: where there is a second steady state, it is in that. */
  readonly isBad: boolean
}

interface Step {
  /** The next moment after another at which the figures are cut. */
  readonly cutAfter: (time: Seconds) => Seconds
  readonly stretch: Stretch
  readonly engine: Engine
  readonly memory: Memory
  readonly isScaled: boolean
  readonly isScaling: boolean
}

function solvedIn(model: Model, step: Step): { readonly solved: Solved; readonly memory: Memory } {
  const { stretch, engine, memory, isScaled, isScaling } = step
  const healthy = engine(stretch.environment, { isScaled })
  const other = memory.isBad ? engine(stretch.environment, { from: 'overloaded' }) : healthy
  const isTorn = Math.abs(goodShare(healthy) - goodShare(other)) > 0.02
  const solution = isTorn ? other : healthy
  const full = rootOf(solution)
  const backlog = memory.backlog ?? (full === null ? null : emptyAt(solution, full))
  // One backlog at a time: a new one takes over when the old one is gone.
  const isGone = backlog !== null && full !== null && full !== backlog.resource && backlog.waiting.every((n) => n < 1)
  const current = isGone && full !== null ? emptyAt(solution, full) : backlog
  const others = solution.overloaded.filter(({ resource }) => resource !== current?.resource).length
  const isBad = solution.overloaded.length > 0 || isTorn || goodShare(solution) < 0.5
  const reference = full === null ? solution : memory.reference
  if (current === null) {
    const run = tamed(runOver(solution, stretch), null)
    const solved = { stretch, solution, backlog: null, others, behind: nobody, isTorn, isScaling, run }
    return { solved, memory: { backlog: null, reference, isBad } }
  }
  const passages = passagesOf(model, reference, current.resource)
  const limit = Math.min(
    Infinity,
    ...passages.map((one) => (one.isStopped ? one.limit / Math.max(1, one.visits) : Infinity)),
  )
  const { slices, after, lost } = fluidOver(stretch, {
    model,
    solution,
    environment: stretch.environment,
    backlog: current,
    limit,
  })
  const flowing = { solution, reference, resource: current.resource, passages, until: step.cutAfter(stretch.from) }
  const runs = slices.map((slice) => {
    const isIdle = slice.copies.every(({ waiting }) => !(waiting > 0))
    return tamed(isIdle ? runOver(solution, slice) : runWithBacklog(model, slice, flowing), current.resource)
  })
  const run = mergeStretches(runs.map((statistics) => ({ statistics, weight: 1 })))
  const isGuarded = passages.some((one) => one.isGuarded)
  const isOver = full === null && after.waiting.every((n) => n < 1e-6)
  return {
    solved: {
      stretch,
      solution,
      backlog: { resource: current.resource, slices, lost, isGuarded },
      others,
      behind: nobody,
      isTorn,
      isScaling,
      run,
    },
    memory: { backlog: isOver ? null : after, reference, isBad: isBad || (!isOver && isGuarded) },
  }
}

const nobody: ReadonlySet<number> = new Set()

/** Flows whose messages wait without end in a steady state. */
function behindIn({ consumers }: Model, { statistics }: Solution): readonly number[] {
  const endless = new Set(statistics.logs.filter(({ lagMean }) => lagMean >= ENDLESS).map(({ log }) => log))
  return consumers.filter(({ log }) => endless.has(log)).map(({ flow }) => flow)
}

/** A queue as long as this is one without end. */
const ENDLESS = 1e11

/** Share of the requests that get a good answer. */
function goodShare({ statistics }: Solution): Ratio {
  const offered = statistics.flows.reduce((sum, one) => sum + one.offered, 0)
  return offered > 0 ? statistics.flows.reduce((sum, one) => sum + one.good, 0) / offered : 1
}

/** Where what cannot be done waits: the resource that is asked for most beyond what it can do. */
function rootOf({ overloaded }: Solution): ResourceIndex | null {
  const most = overloaded.reduce<Solution['overloaded'][number] | null>(
    (a, b) => (a === null || b.load > a.load ? b : a),
    null,
  )
  return most?.resource ?? null
}

const emptyAt = ({ statistics }: Solution, resource: ResourceIndex): Backlog => ({
  resource,
  waiting: new Float64Array(statistics.resources[resource]?.instances.length ?? 1),
})

/** Queues without end do not get that long in the time of a stretch; those that are not followed are left out. */
function tamed(run: RunStatistics, followed: ResourceIndex | null): RunStatistics {
  const isEndless = (area: number): boolean => area > ENDLESS * run.measured
  return {
    ...run,
    resources: run.resources.map((own) => ({
      ...own,
      instances: own.instances.map((copy) =>
        own.resource === followed || !isEndless(copy.queueArea) ? copy : { ...copy, queueArea: 0, waitTotal: 0 },
      ),
    })),
    logs: run.logs.map((log) => {
      const lag = Math.max(0, log.published - log.consumed)
      return log.lagMean < ENDLESS ? log : { ...log, lagMean: lag / 2, lagMax: lag, lagAtEnd: lag }
    }),
    series: run.series.map((slice) => ({
      ...slice,
      queueLength: slice.queueLength.map((n) => (n > ENDLESS ? 0 : n)),
    })),
  }
}
