import { pow } from '../base/math.ts'
import { meanOf } from '../model/distribution.ts'
import type { Flow, Model } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Call, Lookup, Register, Repeat, Step } from '../model/step.ts'
import type { Subject } from './define.ts'
import { leastAttemptTime, leastTime, type TimeContext } from './hold-time.ts'
import { type Frame, nestedLists, starterOf } from './walk.ts'

/** What one start of a flow asks for on average. */
export interface Demand {
  /** Server-seconds of stations, slot-seconds of pools, visits of limiters. */
  readonly work: ReadonlyMap<ResourceIndex, number>
  /** Of it, at leaders only. */
  readonly leaderWork: ReadonlyMap<ResourceIndex, number>
  readonly messages: ReadonlyMap<ResourceIndex, number>
  /** Attempts. */
  readonly calls: ReadonlyMap<Call, number>
}

/** @param passShare  share of requests that get through a limiter */
export function demandOf(
  subject: Subject,
  flow: Flow,
  mode: 'least' | 'most',
  passShare: (limiter: ResourceIndex) => number,
): Demand {
  const { model } = subject
  const sums: Sums = { work: new Map(), leaderWork: new Map(), messages: new Map(), calls: new Map() }
  const { group } = starterOf(subject, flow)
  const consumer = model.consumers.find((one) => model.flows[one.flow] === flow)
  // Full batches are the least work for a message; batches of one the most.
  const items = mode === 'least' ? (consumer?.batchMax ?? 1) : 1
  const where: Where = {
    visits: 1,
    registers: { items, found: mode === 'least' ? 0 : 1, missed: mode === 'least' ? 0 : 1, group: 1 },
    frames: group === null ? [] : [{ group, within: null }],
  }
  sumSteps({ model, sums, mode, passShare }, flow.steps, where)
  return sums
}

interface Sums {
  readonly work: Map<ResourceIndex, number>
  readonly leaderWork: Map<ResourceIndex, number>
  readonly messages: Map<ResourceIndex, number>
  readonly calls: Map<Call, number>
}

interface Summing {
  readonly model: Model
  readonly sums: Sums
  readonly mode: 'least' | 'most'
  readonly passShare: (limiter: ResourceIndex) => number
}

interface Where {
  /** How often a start of the flow comes here, on average. */
  readonly visits: number
  /** What registers hold at each visit. */
  readonly registers: Readonly<Record<Register, number>>
  readonly frames: readonly Frame[]
}

const put = <K>(sums: Map<K, number>, key: K, amount: number): void => {
  if (amount > 0) sums.set(key, (sums.get(key) ?? 0) + amount)
}

/** Returns the share that gets to the end. */
function sumSteps(summing: Summing, steps: readonly Step[], where: Where): number {
  let passed = 1
  for (const step of steps) passed *= sumStep(summing, step, { ...where, visits: where.visits * passed })
  return passed
}

function sumStep(summing: Summing, step: Step, where: Where): number {
  const { sums, mode } = summing
  const { visits, registers } = where
  switch (step.kind) {
    case 'serve':
      putWork(summing, step.station, visits * (meanOf(step.work) + step.each * registers[step.times]), where)
      return 1
    case 'hold':
      putWork(summing, step.pool, visits * leastTime(step.steps, timeContext(summing, where), 'end').mean, where)
      return sumSteps(summing, step.steps, where)
    case 'call':
      return sumCall(summing, step, where)
    case 'lookup':
      return sumLookup(summing, step, where)
    case 'repeat':
      return sumRepeat(summing, step, where)
    case 'admit':
      put(sums.work, step.limiter, visits)
      return summing.passShare(step.limiter)
    case 'publish':
      put(sums.messages, step.log, visits * meanOf(step.count) * (step.times === null ? 1 : registers[step.times]))
      return 1
    case 'choose':
      return step.branches.reduce(
        (sum, { probability, steps }) =>
          sum + probability * sumSteps(summing, steps, { ...where, visits: visits * probability }),
        0,
      )
    case 'parallel':
      // Branches that are not waited for are run all the same.
      return step.branches.reduce((least, { steps }) => Math.min(least, sumSteps(summing, steps, where)), 1)
    case 'attempt': {
      const passed = sumSteps(summing, step.steps, where)
      const failed = mode === 'most' ? 1 : 1 - passed
      const rescued = sumSteps(summing, step.otherwise, { ...where, visits: visits * failed })
      return passed + (1 - passed) * rescued
    }
    case 'fail':
      return mode === 'least' ? 1 - step.probability : 1
    default:
      return 1
  }
}

function putWork({ model, sums }: Summing, resource: ResourceIndex, amount: number, { frames }: Where): void {
  put(sums.work, resource, amount)
  const group = model.resources[resource]?.group
  const frame = frames.findLast((one) => one.group === group)
  if (frame?.within === 'leader') put(sums.leaderWork, resource, amount)
}

const timeContext = ({ model }: Summing, { registers, frames }: Where): TimeContext => ({
  model,
  group: frames.at(-1)?.group ?? null,
  registers,
})

function sumCall(summing: Summing, call: Call, where: Where): number {
  const { sums, mode } = summing
  const { policy } = call
  const attempts = mode === 'most' ? attemptsMost(summing.model, call) : 1
  const visits = where.visits * attempts
  put(sums.calls, call, visits)
  for (const pool of [policy.connection, policy.bulkhead]) {
    if (pool !== null) putWork(summing, pool, visits * leastAttemptTime(call, timeContext(summing, where)).mean, where)
  }
  const frames = [...where.frames, { group: call.to, within: call.pick.within }]
  const passed = sumSteps(summing, call.steps, { ...where, visits, frames })
  return call.onFail === 'error' ? passed : 1
}

function attemptsMost(model: Model, { policy }: Call): number {
  const { retry, hedge } = policy
  const budget = retry === null || retry.budget === null ? undefined : model.resources[retry.budget]
  const retries = retry === null ? 0 : budget?.kind === 'budget' ? Math.min(retry.times, budget.ratio) : retry.times
  return (1 + retries) * (1 + (hedge?.atMost ?? 0))
}

/** A hit ratio that is an output may be anything; one that the author forced is known. */
function sumLookup(summing: Summing, step: Lookup, where: Where): number {
  const { model, mode } = summing
  const cache = model.resources[step.cache]
  const forced = cache?.kind === 'cache' ? cache.forcedHitRatio : null
  // Misses that wait for one another do not walk the miss path.
  const isHerd = cache?.kind === 'cache' && cache.onMiss === 'herd'
  const passed = sumSteps(summing, step.access, where)
  const visits = where.visits * passed
  const keys = keysAsked(step.access, where.registers)
  // Any key that is missing sends the request the way of a miss.
  const allHit = forced === null ? 1 : pow(forced, keys)
  const oneMisses = forced === null ? 1 : 1 - (mode === 'most' ? allHit : forced)
  const isCounted = mode === 'most' || forced !== null
  const shares = {
    hit: !isCounted ? 0 : mode === 'most' ? (forced ?? 1) : allHit,
    miss: mode === 'most' || (isCounted && isHerd) ? oneMisses : 0,
  }
  const registers = { ...where.registers, found: keys, missed: keys }
  const ends = [
    sumSteps(summing, step.hit, { ...where, registers, visits: visits * shares.hit }),
    sumSteps(summing, step.miss, { ...where, registers, visits: visits * shares.miss }),
  ]
  return passed * Math.min(...ends)
}

/** How many keys a lookup asks for; 1 when it does not say. */
function keysAsked(access: readonly Step[], registers: Where['registers']): number {
  for (const step of access) {
    if (step.kind === 'probe') return step.keys * (step.times === null ? 1 : registers[step.times])
    const inside = nestedLists(step).flat()
    if (inside.length > 0) return keysAsked(inside, registers)
  }
  return 1
}

/** Rounds, and in each of them the things of one group. */
function sumRepeat(summing: Summing, step: Repeat, where: Where): number {
  const { visits, registers } = where
  const things = meanOf(step.count) * (step.times === null ? 1 : registers[step.times])
  const { groupsOf, count } = step
  const isKnown = count.law === 'fixed' && Number.isInteger(things)
  const roundsLeast = isKnown ? Math.ceil(things / groupsOf) : things / groupsOf
  const rounds = summing.mode === 'least' || isKnown ? roundsLeast : roundsLeast + 1
  const group = groupsOf === 1 || rounds === 0 ? 1 : things / rounds
  sumSteps(summing, step.steps, {
    ...where,
    visits: visits * rounds,
    registers: { ...registers, group: Math.max(group, 0) },
  })
  return 1
}
