import type { Ratio, Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { GroupIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { type Accuracy, type Doubt, exact, type Method, type Solution, type StepMethod } from '../result/solution.ts'
import { worse as lessSure } from './balanced.ts'
import type { Solved } from './course.ts'
import { nestedOf } from './nested-steps.ts'

/** How many relaxation times a change is felt. */
const FELT = 3
/** A stretch of which more is felt says nothing of a steady state. */
const FELT_MOST: Ratio = 0.25
/** Backlogs as fluids are this good where the excess is clear, and worse by half of what chance adds to it. */
const FLUID: Ratio = 0.03

/**
 * How far off the figures of a course are: as far as those of its steady states, and what the way from one to the next
 * adds: the share of its time in which the change is still felt, times the size of the change.
 */
export function accuracyOver(
  model: Model,
  judged: readonly Solved[],
  all: readonly Solved[],
): Pick<Solution, 'flows' | 'resources'> {
  const whole = judged.reduce((sum, { stretch }) => sum + stretch.to - stretch.from, 0)
  const isChanging = all.length > 1
  const flows = model.flows.map((_, flow) => {
    if (isChanging && isClosed(model, flow)) return unsure
    const parts = judged.map((solved) => partOf(model, { solved, before: all[all.indexOf(solved) - 1], whole }, flow))
    return parts.reduce(worse, { mean: 0, tail: 0, share: 0 })
  })
  const isUnsure = judged.some((solved) => isGuess(solved))
  const fluid = judged.reduce<Ratio | null>((most, { backlog }) => largest(most, fluidError(backlog)), 0)
  const resources = model.resources.map((_, index) => {
    const own = judged
      .map(({ solution }) => solution.resources[index] ?? unsure)
      .reduce(worse, { mean: 0, tail: 0, share: 0 })
    if (isUnsure) return unsure
    return { mean: plus(own.mean, fluid), tail: plus(own.tail, fluid), share: plus(own.share, fluid) }
  })
  return { flows, resources }
}

/** Whose users ask again only when they have an answer. */
const isClosed = ({ sources }: Model, flow: number): boolean =>
  sources.some(({ arrivals, mix }) => arrivals.kind === 'closed' && mix.some((one) => one.flow === flow))

const unsure: Accuracy = { mean: null, tail: null, share: null }

const largest = (a: Ratio | null, b: Ratio | null): Ratio | null => (a === null || b === null ? null : Math.max(a, b))
const plus = (a: Ratio | null, b: Ratio | null): Ratio | null => (a === null || b === null ? null : a + b)
const worse = (a: Accuracy, b: Accuracy): Accuracy => ({
  mean: largest(a.mean, b.mean),
  tail: largest(a.tail, b.tail),
  share: largest(a.share, b.share),
})

/** Nobody knows how far off. */
export const isGuess = ({ isTorn, others, isScaling, backlog, stretch }: Solved): boolean =>
  isTorn ||
  others > 0 ||
  isScaling ||
  backlog?.isGuarded === true ||
  stretch.gaps.length > 0 ||
  fluidError(backlog) === null

/**
 * How far off a backlog is: the spread of what comes and is done, against the length that it gets to; null = chance can
 * hide it.
 */
function fluidError(backlog: Solved['backlog']): Ratio | null {
  const slices = backlog?.slices ?? []
  const longest = Math.max(0, ...slices.flatMap(({ copies }) => copies.map(({ waiting }) => waiting)))
  if (longest === 0) return 0
  const turnover = slices.reduce(
    (sum, { from, to, copies }) => sum + (to - from) * Math.max(0, ...copies.map((one) => one.arrivalRate)),
    0,
  )
  const spread = Math.sqrt(2 * turnover) / longest
  return spread > 0.5 ? null : FLUID + 0.5 * spread
}

interface Part {
  readonly solved: Solved
  readonly before: Solved | undefined
  /** Time that is judged. */
  readonly whole: Seconds
}

function partOf(model: Model, { solved, before, whole }: Part, flow: number): Accuracy {
  const { solution, backlog, stretch } = solved
  if (isGuess(solved) || solved.behind.has(flow)) return unsure
  const own = solution.flows[flow] ?? unsure
  // Those who are there at a change end as those before it, or as those after it; when something dies, they fail.
  const lasting = before === undefined ? 0 : Math.max(responseTime(before, flow), responseTime(solved, flow))
  const isDying = before !== undefined && aliveIn(solved) < aliveIn(before)
  const differs = before === undefined ? 0 : Math.abs(goodOf(before, flow) - goodOf(solved, flow))
  const died = (Math.max(isDying ? 1 : 0, differs) * lasting) / whole
  const offered = solution.statistics.flows.reduce((sum, one) => sum + one.offered, 0) / solution.statistics.measured
  const dying = died + (offered > 0 ? (backlog?.lost ?? 0) / (offered * whole) : 0)
  if (backlog !== null && backlog.slices.some(({ copies }) => copies.some(({ waiting }) => waiting > 0))) {
    // What a steady state says of an overloaded station is not asked.
    const error = fluidError(backlog)
    const share = solution.overloaded.length > 0 ? error : plus(own.share, error)
    return { mean: error, tail: error, share: plus(share, dying) }
  }
  const length = stretch.to - stretch.from
  const felt = feltShare(solved)
  const astray = (felt * differs + astrayOf(model, solved, { flow, differs })) * (length / whole)
  const share = plus(own.share, astray + dying)
  if (felt > FELT_MOST && changeOf(before, solved, flow) > 0.02) return { ...unsure, share }
  const added = (felt * changeOf(before, solved, flow) + unseen(solved)) * (length / whole)
  return { mean: plus(own.mean, added), tail: plus(own.tail, 2 * added), share }
}

/** Share of a stretch in which what was before is still felt. */
export function feltShare({ stretch, solution }: Solved): Ratio {
  return Math.min(1, (FELT * relaxationOf(solution)) / Math.max(1e-12, stretch.to - stretch.from))
}

/**
 * The longest time that a queue takes to forget: 1 / (c mu (1 - sqrt(rho))^2), of the busiest station.
 * @source Cohen, The Single Server Queue, 1982, section II.2
 */
export function relaxationOf({ statistics }: Solution): Seconds {
  const { measured, resources } = statistics
  let most = 0
  for (const { instances } of resources) {
    for (const { busyArea, capacityArea, served, queueArea } of instances) {
      if (!(served > 0) || !(capacityArea < Infinity) || !(queueArea > 0)) continue
      const rho = busyArea / capacityArea
      const work = busyArea / served
      const gap = 1 - Math.sqrt(Math.min(1, rho))
      const servers = Math.max(1, capacityArea / measured)
      if (gap > 0) most = Math.max(most, work + work / (servers * gap * gap))
    }
  }
  return most
}

/**
 * Share of a group that is dead without anybody having noticed. What it fails the others do not get, and how evenly
 * they get the rest is not followed.
 */
const unseen = (solved: Solved): Ratio =>
  Math.max(0, ...solved.stretch.environment.serving.map((_, group) => unseenIn(solved, group)))

function unseenIn({ stretch: { environment } }: Solved, group: GroupIndex): Ratio {
  const serving = environment.serving[group] ?? new Uint8Array(0)
  const all = serving.reduce((sum, one) => sum + one, 0)
  const dead = serving.reduce((sum, one, i) => sum + (one === 1 && environment.alive[group]?.[i] === 0 ? 1 : 0), 0)
  return all > 0 ? dead / all : 0
}

/** How far off the share of requests may be that an unnoticed dead instance fails. */
const ASTRAY: Ratio = 0.1

/**
 * Turns and chance give the dead their part, which is known; but who has nothing to do is picked by all who look for
 * that, and who asks again may meet the dead less or more often than by chance.
 */
function astrayOf(
  model: Model,
  solved: Solved,
  { flow, differs }: { readonly flow: number; readonly differs: Ratio },
): Ratio {
  const of = (steps: readonly Step[]): Ratio =>
    steps.reduce((most, step) => {
      const inside = nestedOf(step).reduce((worst, list) => Math.max(worst, of(list)), most)
      const dead = step.kind === 'call' ? unseenIn(solved, step.to) : 0
      if (step.kind !== 'call' || dead === 0) return inside
      const { pick, policy } = step
      const isAgain = policy.retry !== null || policy.hedge !== null || policy.breaker !== null
      const isDrawn = pick.within === 'least-requests' || pick.within === 'random-two'
      const isBlind = isDrawn || (isAgain && pick.within === 'hash')
      return Math.max(inside, isBlind ? dead : isAgain ? Math.min(dead, differs) : ASTRAY * differs)
    }, 0)
  return of(model.flows[flow]?.steps ?? [])
}

const responseTime = ({ solution }: Solved, flow: number): Seconds => {
  const mean = solution.laws[flow]?.mean ?? 0
  return mean < Infinity ? mean : 0
}

/** How much the mean response time differs from that of the stretch before. */
function changeOf(before: Solved | undefined, now: Solved, flow: number): Ratio {
  if (before === undefined) return 0
  const [a, b] = [responseTime(before, flow), responseTime(now, flow)]
  return b > 0 ? Math.abs(b - a) / Math.min(a > 0 ? a : b, b) : 0
}

const goodOf = ({ solution }: Solved, flow: number): Ratio => {
  const { good = 0, offered = 0 } = solution.statistics.flows[flow] ?? {}
  return offered > 0 ? good / offered : 1
}

const aliveIn = ({ stretch }: Solved): number =>
  stretch.environment.alive.reduce((sum, group) => sum + group.reduce((count, up) => count + up, 0), 0)

/** Where the course is not exact, in words. */
export function doubtsOver(model: Model, judged: readonly Solved[], all: readonly Solved[]): readonly Doubt[] {
  const flows = model.flows.map((_, index) => index)
  const found = new Map<string, Doubt>()
  const note = (doubt: Doubt): void => {
    const key = JSON.stringify([doubt.at, doubt.component, doubt.method])
    const before = found.get(key)
    found.set(key, before === undefined ? doubt : { ...doubt, flows: [...new Set([...before.flows, ...doubt.flows])] })
  }
  const closed = flows.filter((flow) => all.length > 1 && isClosed(model, flow))
  const late = flows.filter((flow) => judged.some(({ behind }) => behind.has(flow)))
  for (const [some, reason] of [
    [closed, 'closed users are not followed while things change'],
    [late, 'messages that are published faster than they are taken are not followed'],
  ] as const) {
    if (some.length === 0) continue
    note({ method: { kind: 'unsupported', reason }, at: model.scenario, component: '', flows: some })
  }
  for (const solved of judged) {
    for (const doubt of solved.solution.doubts) note(doubt)
    for (const { reason, group, isSmall } of solved.stretch.gaps) {
      const { id = '', component = '' } = model.groups[group] ?? {}
      const method: Doubt['method'] = isSmall
        ? { kind: 'approximate', name: reason, source: 'pointwise stationary', mean: null, tail: null }
        : { kind: 'unsupported', reason }
      note({ method, at: id, component, flows })
    }
    for (const method of methodsOf(solved, all)) note({ ...placeOf(model, solved), method, flows })
  }
  return [...found.values()]
}

function placeOf(model: Model, { backlog }: Solved): Pick<Doubt, 'at' | 'component'> {
  const resource = model.resources[backlog?.resource ?? -1]
  const component = model.groups[resource?.group ?? -1]?.component ?? ''
  return { at: resource?.id ?? model.scenario, component }
}

type Unsure = Exclude<Method, { kind: 'exact' }>

/** How each step was solved in the stretch where that is least sure. */
export function stepsOver(judged: readonly Solved[]): readonly StepMethod[] {
  const found = new Map<string, StepMethod>()
  for (const step of judged.flatMap(({ solution }) => solution.steps)) {
    const key = `${step.component} ${step.at}`
    found.set(key, { ...step, method: lessSure(found.get(key)?.method ?? exact, step.method) })
  }
  return [...found.values()]
}

function methodsOf(solved: Solved, all: readonly Solved[]): readonly Unsure[] {
  const { backlog, isTorn, others, isScaling } = solved
  const approximate = (name: string, source: string, error: Ratio | null): Unsure => ({
    kind: 'approximate',
    name,
    source,
    mean: error,
    tail: error,
  })
  const methods: Unsure[] = []
  const before = all[all.indexOf(solved) - 1]
  const isChanging = solved.solution.laws.some((_, flow) => changeOf(before, solved, flow) > 0.02)
  if (isTorn)
    methods.push({ kind: 'unsupported', reason: 'two steady states exist after an overload, and either may hold' })
  if (others > 0) methods.push({ kind: 'unsupported', reason: 'several things are overloaded at once' })
  if (isScaling) methods.push(approximate('autoscalers act once, after their delays', 'pointwise stationary', null))
  if (backlog?.isGuarded === true)
    methods.push({
      kind: 'unsupported',
      reason: 'callers of a backlog ask again, and how it grows then is not followed',
    })
  else if (backlog !== null) methods.push(approximate('backlog as a fluid', 'Newell 1982', fluidError(backlog)))
  if (backlog === null && isChanging && feltShare(solved) > FELT_MOST)
    methods.push(approximate('a steady state that is not reached in its stretch', 'Green and Kolesar 1991', null))
  return methods
}
