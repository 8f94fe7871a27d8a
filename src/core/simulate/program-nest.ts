import type { Lookup, Parallel, Repeat } from '../model/step.ts'
import * as op from './op.ts'
import type { Compiler, Frame } from './program.ts'
import { registerCode } from './sites.ts'

/**
 * Ask, decide, then hit or miss. Those that waited for another's miss path go on at the pad, and then as if they had
 * hit.
 */
export function emitLookup(compiler: Compiler, step: Lookup, frame: Frame): void {
  const cache = compiler.model.resources[step.cache]
  const isSingleFlight = cache?.kind === 'cache' && cache.onMiss === 'single-flight'
  const domain = cache?.kind === 'cache' ? cache.keyDomain : 0
  const isRefreshed = cache?.kind === 'cache' && cache.refreshFrom !== undefined
  if (isSingleFlight || isRefreshed) compiler.usesKey(frame, domain)
  compiler.reserve(frame, 1)
  const index = compiler.lookups.length
  const site = {
    isSingleFlight,
    cache: step.cache,
    depth: compiler.depthOf(step.cache, frame),
    domain,
    waitPoint: step.waitPoint,
    slot: frame.slot,
    pad: -1,
    missAt: -1,
  }
  compiler.lookups.push(site)
  compiler.emit(op.LOOKUP, index, frame.scope)
  compiler.steps(step.access, frame)
  const decide = compiler.emit(op.DECIDE, index, frame.scope)
  site.missAt = compiler.here
  if (isSingleFlight) {
    const scope = compiler.scope(op.SCOPE_FLIGHT, frame.scope, frame.slot)
    compiler.steps(step.miss, { ...frame, scope, slot: frame.slot + 1 })
    compiler.emit(op.LANDED, index, frame.scope)
  } else compiler.steps(step.miss, frame)
  const jump = compiler.emit(op.JUMP, -1, frame.scope)
  site.pad = compiler.emit(op.JUMP, index, frame.scope)
  compiler.aim(decide)
  if (cache?.kind === 'cache' && cache.refreshFrom !== undefined) emitRefresh(compiler, step, frame, index)
  compiler.aim(site.pad)
  compiler.steps(step.hit, frame)
  compiler.aim(jump)
}

/** Beside the hit, and nobody waits for it: the miss path once more. */
function emitRefresh(compiler: Compiler, { miss, waitPoint }: Lookup, frame: Frame, index: number): void {
  const refresh = compiler.emit(op.REFRESH, index, frame.scope)
  emitParallel(
    compiler,
    { kind: 'parallel', branches: [{ steps: miss, giveUp: null }], need: 0, point: waitPoint },
    frame,
  )
  compiler.aim(refresh)
}

/** One record for each branch; the steps of a branch use locals of their own. */
export function emitParallel(compiler: Compiler, { branches, need, point }: Parallel, frame: Frame): void {
  const entries = new Int32Array(branches.length)
  const giveUpRings = Int32Array.from(branches, ({ giveUp }) =>
    giveUp === null ? -1 : compiler.layout.events.ring(giveUp),
  )
  compiler.forks.push({ entries, giveUpRings, need, point })
  const fork = compiler.emit(op.FORK, compiler.forks.length - 1, frame.scope)
  branches.forEach(({ steps }, i) => {
    entries[i] = emitBranch(compiler, steps, frame)
  })
  compiler.aim(fork)
}

/** In a loop of this record when one at a time goes with the request's own keys, else as branches. */
export function emitRepeat(compiler: Compiler, step: Repeat, frame: Frame): void {
  const { count, times, hasNewKeys, steps } = step
  const groupsOf = Math.max(1, Math.round(step.groupsOf))
  const atOnce = Math.max(1, step.atOnce)
  const index = compiler.repeats.length
  const site = {
    count: compiler.streams.sampler(count, `${compiler.flowId(frame)}/repeat`),
    times: registerCode(times),
    slot: frame.slot,
    groupsOf,
    atOnce,
    hasNewKeys,
    entry: -1,
  }
  compiler.repeats.push(site)
  if (atOnce > 1 || hasNewKeys) {
    const spread = compiler.emit(op.SPREAD, index, frame.scope)
    site.entry = emitBranch(compiler, steps, frame)
    compiler.aim(spread)
    return
  }
  compiler.reserve(frame, 2)
  compiler.emit(op.REPEAT, index, frame.scope)
  const loop = compiler.emit(op.LOOP, index, frame.scope)
  const scope = compiler.scope(op.SCOPE_LOOP, frame.scope, frame.slot)
  compiler.steps(steps, { ...frame, scope, slot: frame.slot + 2 })
  compiler.emit(op.JUMP, -1, frame.scope, loop)
  compiler.aim(loop)
}

function emitBranch(compiler: Compiler, steps: Parallel['branches'][number]['steps'], frame: Frame): number {
  const entry = compiler.here
  const scope = compiler.scope(op.SCOPE_ROOT, -1)
  compiler.steps(steps, { ...frame, scope, slot: 0 })
  compiler.aimScope(scope)
  compiler.emit(op.BRANCH_END, -1, -1)
  return entry
}
