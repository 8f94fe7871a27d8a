import { Histogram } from '../base/histogram.ts'
import type { RandomStream } from '../base/random.ts'
import { failures } from '../model/error.ts'
import type { Call, CallPolicy, Pick, Probe, Retry, Step } from '../model/step.ts'
import { eachStep, instancesOf } from './layout.ts'
import * as op from './op.ts'
import { withinCode } from './pick.ts'
import { isSurePassage } from './plain.ts'
import type { Compiler, Frame } from './program.ts'
import {
  type CallSite,
  ON_FAIL_ERROR,
  ON_FAIL_IGNORE,
  ON_FAIL_MISS,
  registerCode,
  SHARD_SAME,
  SHARD_UNIFORM,
  TIMES_ONE,
} from './sites.ts'

/**
 * A call, and after it what one attempt of it does: pass the bulkhead, take a connection, depart, land, the steps at
 * the callee, the way back, give both back, answer.
 */
export function emitCall(compiler: Compiler, step: Call, frame: Frame): void {
  const index = compiler.calls.length
  const site = callSite(compiler, step, frame)
  compiler.calls.push(site)
  if (site.only >= 0 && site.isInstant && isSurePassage(compiler.model, step, frame.chain)) {
    compiler.isPassage = true
    return compiler.steps(step.steps, frame)
  }
  if (isPlain(compiler, step, frame)) return emitInline(compiler, step, frame, site, index)
  const call = compiler.emit(op.CALL, index, frame.scope)
  const { policy, connectionPoint: point } = step
  const priority = compiler.model.flows[frame.flow]?.priority ?? 0
  const root = compiler.scope(op.SCOPE_ROOT, -1)
  let outer: Frame = { ...frame, scope: root, slot: 0 }
  const frames = [outer]
  site.entry = compiler.here
  if (policy.bulkhead !== null) {
    outer = compiler.acquire(op.SCOPE_CALLER, { pool: policy.bulkhead, point, priority }, outer)
    frames.push(outer)
    if (policy.timeout !== null) compiler.emit(op.ARM, index, outer.scope)
  }
  if (policy.connection !== null) {
    outer = compiler.acquire(op.SCOPE_CALLER, { pool: policy.connection, point, priority }, outer)
    frames.push(outer)
  }
  const scope = compiler.scope(op.SCOPE_FRAME, outer.scope)
  compiler.emit(op.DEPART, index, scope)
  site.land = compiler.emit(op.LAND, index, scope)
  compiler.steps(step.steps, { ...outer, chain: [...frame.chain, step.to], scope })
  site.backAt = compiler.emit(op.BACK, index, outer.scope)
  compiler.landing(outer)
  compiler.aimScope(scope, site.backAt)
  for (let i = frames.length - 1; i > 0; i--) {
    const [inner, around] = [frames[i], frames[i - 1]]
    if (inner && around) compiler.release(inner, around, op.GIVE_BACK)
  }
  site.answer = compiler.emit(op.ANSWER, index, -1)
  compiler.aimScope(root, site.answer)
  compiler.aim(call)
}

/**
 * A call that its caller can never give up on runs in the caller's record: nothing is lost by it, since only a crash or
 * a cut connection could tell the two apart.
 */
function emitInline(compiler: Compiler, step: Call, frame: Frame, site: CallSite, index: number): void {
  compiler.emit(op.ENTER, index, frame.scope)
  const scope = compiler.scope(op.SCOPE_INLINE, frame.scope, index)
  site.land = compiler.emit(op.LAND, index, scope)
  compiler.steps(step.steps, { ...frame, chain: [...frame.chain, step.to], scope })
  compiler.aimScope(scope)
  site.backAt = compiler.emit(op.RETURN, index, scope)
  site.answer = compiler.emit(op.EXIT, index, scope)
}

function isPlain({ model }: Compiler, { policy, steps, to }: Call, { chain }: Frame): boolean {
  const { timeout, deadline, retry, hedge, breaker, bulkhead, connection } = policy
  if ([timeout, deadline, retry, hedge, breaker, bulkhead, connection].some((part) => part !== null)) return false
  if (model.groups[to]?.eject !== undefined) return false
  const around = [...chain, to]
  const isCut = canBeLost(model, around)
  let hasReply = false
  eachStep(steps, (step) => {
    if (step.kind === 'reply') hasReply = true
  })
  return !isCut && !hasReply
}

/** Kills, cuts and restarts take requests from their callers, which only attempts of their own survive. */
function canBeLost({ faults, breakdowns = [] }: Compiler['model'], groups: readonly number[]): boolean {
  const isHit = breakdowns.some(({ victims }) => victims.some(({ group }) => groups.includes(group)))
  return (
    isHit ||
    faults.some(({ action }) => {
      if (action.kind === 'partition') return true
      const takes = ['kill', 'disconnect', 'failover', 'replace'].includes(action.kind)
      return takes && 'group' in action && groups.includes(action.group)
    })
  )
}

function callSite(compiler: Compiler, step: Call, frame: Frame): CallSite {
  const { to, pick, policy, send, receive, overhead, networkPoint, retryPoint } = step
  const group = compiler.model.groups[to]?.id ?? ''
  const named = (purpose: string) => compiler.streams.named(`${compiler.flowId(frame)}/${group}/${purpose}`)
  const callerDepth = frame.chain.findLastIndex((enclosing) => enclosing >= 0)
  const probe = step.onFail === 'miss' ? probeIn(step.steps) : null
  return {
    flow: frame.flow,
    group: to,
    ...placeFields(compiler, step),
    depth: frame.chain.length,
    callerDepth,
    callerGroup: frame.chain[callerDepth] ?? -1,
    ...pickFields(compiler, pick, to, frame),
    shardStream: named('shard'),
    pickStream: named('pick'),
    networkStream: named('network'),
    errorStream: named('errors'),
    retryStream: named('retry'),
    connects: connectsOf(step, named),
    ...policyFields(compiler, policy, frame),
    ...retryFields(compiler, policy.retry, frame),
    send,
    receive,
    overhead,
    networkPoint,
    retryPoint,
    onFail: step.onFail === 'error' ? ON_FAIL_ERROR : step.onFail === 'ignore' ? ON_FAIL_IGNORE : ON_FAIL_MISS,
    missKeys: probe?.keys ?? 1,
    missTimes: probe ? registerCode(probe.times) : TIMES_ONE,
    entry: -1,
    land: -1,
    backAt: -1,
    answer: -1,
    calls: 0,
    hedges: 0,
    hedgeTime: Infinity,
  }
}

function placeFields({ model, layout }: Compiler, { to, overhead, pick }: Call) {
  const base = layout.firstInstance(to)
  const group = model.groups[to]
  const isFree = model.links.every(
    ({ roundTrip, bandwidth, price }) =>
      roundTrip.law === 'fixed' && roundTrip.value === 0 && bandwidth === Infinity && price === undefined,
  )
  return {
    base,
    only: instancesOf(group) === 1 ? base : -1,
    isInstant: overhead === 0 && (isFree || group?.places.length === 0),
    isNearest: pick.within === 'nearest',
  }
}

function pickFields(compiler: Compiler, pick: Pick, to: number, frame: Frame) {
  const isSharded = (compiler.model.groups[to]?.shards ?? 1) > 1
  const domain = typeof pick.shardBy === 'number' ? pick.shardBy : null
  if (domain !== null && (isSharded || pick.within === 'hash')) compiler.usesKey(frame, domain)
  return {
    shardBy: domain ?? (pick.shardBy === 'same' ? SHARD_SAME : SHARD_UNIFORM),
    sameDepth: frame.chain.lastIndexOf(to),
    within: withinCode(pick.within),
    position: pick.position,
    weights: Float64Array.from(pick.weights.length > 0 ? pick.weights : [1]),
    keptFor: pick.keptFor ?? 0,
  }
}

/** What opening a connection takes; a stream is there only for those who need it. */
function connectsOf({ connects = [] }: Call, named: (purpose: string) => RandomStream): CallSite['connects'] {
  if (connects.length === 0) return null
  const upTo = connects.map((_, i) => connects.slice(0, i + 1).reduce((sum, { share }) => sum + share, 0))
  const roundTrips = Float64Array.from(connects, (one) => one.roundTrips)
  return { upTo: Float64Array.from(upTo), roundTrips, stream: named('connect') }
}

function policyFields(compiler: Compiler, policy: CallPolicy, frame: Frame) {
  const { timeout, deadline, hedge, breaker, bulkhead, afterTimeout } = policy
  const ring = (delay: number | null): number => (delay === null ? -1 : compiler.layout.events.ring(delay))
  const percentile = hedge && typeof hedge.after === 'object' ? hedge.after.percentile : -1
  const after = hedge && typeof hedge.after === 'number' ? hedge.after : Infinity
  return {
    timeout: timeout ?? Infinity,
    timeoutRing: ring(timeout),
    isArmedAtStart: timeout !== null && bulkhead === null,
    deadline: deadline ?? Infinity,
    deadlineRing: ring(deadline),
    hedgeAfter: after,
    hedgeRing: after < Infinity ? ring(after) : -1,
    hedgePercentile: percentile,
    hedgeAtMost: hedge?.atMost ?? 0,
    times: percentile >= 0 ? new Histogram() : null,
    breaker: breaker === null ? -1 : compiler.layout.base(breaker),
    breakerDepth: breaker === null ? -1 : compiler.depthOf(breaker, frame),
    isStopped: afterTimeout === 'stop',
    isBare: bulkhead === null && policy.connection === null,
  }
}

const jitters: readonly Retry['jitter'][] = ['none', 'full', 'half', 'plus']

function retryFields(compiler: Compiler, retry: Retry | null, frame: Frame) {
  const budget = retry?.budget ?? null
  return {
    retryTimes: retry?.times ?? 0,
    retryAfter: (retry?.after ?? []).reduce((mask, failure) => mask | (1 << (failures.indexOf(failure) + 1)), 0),
    backoff: retry?.backoff ?? 0,
    multiplier: retry?.multiplier ?? 1,
    jitter: jitters.indexOf(retry?.jitter ?? 'none'),
    budget: budget === null ? -1 : compiler.layout.base(budget),
    budgetDepth: budget === null ? -1 : compiler.depthOf(budget, frame),
  }
}

/** The question that a failed call leaves without an answer. */
function probeIn(steps: readonly Step[]): Probe | null {
  for (const step of steps) {
    if (step.kind === 'probe') return step
    const found = 'steps' in step ? probeIn(step.steps) : null
    if (found) return found
  }
  return null
}
