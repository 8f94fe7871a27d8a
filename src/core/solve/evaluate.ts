import type { Ratio } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Lookup, Parallel, Repeat, Serve } from '../model/step.ts'
import { callOutcome } from './calls.ts'
import { roundsOf } from './counts.ts'
import { constant, kthOf, type Law, lawOf, mixture, scaledLaw, shifted, sum, sumOf, upTo, zero } from './law.ts'
import { lookedUp } from './lookups.ts'
import { copiesAt, type Network, type Node } from './network.ts'
import { after, failing, fails, inSequence, mixed, nothing, oneOf, type Outcome, stuckAt } from './outcome.ts'
import { afterPool } from './pools.ts'
import type { StationAnswer } from './station.ts'
import { overCopies, type State } from './state.ts'
import { atLeast, joinedAtQueues, timeUntil } from './joins.ts'

export interface Context {
  readonly network: Network
  readonly state: State
}

/** What becomes of those who start a list of steps. Only what changed is worked out again. */
export function outcomeOf(list: readonly Node[], context: Context): Outcome {
  const [first] = list
  if (first === undefined) return nothing
  const { sequences, versions } = context.network
  const version = versions[first.flow] ?? 0
  const last = sequences.get(list)
  if (last !== undefined && last.version === version) return last.outcome
  const outcomes = list.map((node) => evaluate(node, context))
  const outcome = last !== undefined && isAlike(last.outcomes, outcomes) ? last.outcome : inSequence(outcomes)
  sequences.set(list, { version, outcomes, outcome })
  return outcome
}

const isAlike = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i])

function evaluate(node: Node, context: Context): Outcome {
  const inputs = inputsOf(node, context)
  if (node.inputs.length > 0 && isAlike(node.inputs, inputs)) return node.outcome
  node.inputs = inputs
  node.outcome = made(node, inputs, context)
  return node.outcome
}

/** All that the outcome of a node depends on, nested outcomes first. */
function inputsOf(node: Node, context: Context): readonly unknown[] {
  const { state } = context
  const { step, lists } = node
  const nested = lists.map((list) => outcomeOf(list, context))
  switch (step.kind) {
    case 'serve':
      return [
        state.stations.get(step.station),
        heldWait(node, context),
        state.closed.get(node),
        step.each > 0 ? node.registers[step.times] : 0,
      ]
    case 'hold':
      return [...nested, state.pools.get(step.pool), state.closed.get(node)]
    case 'call': {
      const { bulkhead, connection, breaker, retry } = step.policy
      const pools = [bulkhead, connection].map((pool) => (pool === null ? null : state.pools.get(pool)))
      const budget = retry?.budget ?? null
      const guards = [
        breaker === null ? 0 : state.breakers.get(breaker),
        budget === null ? 1 : state.budgets.get(budget),
      ]
      return [...nested, ...pools, ...guards, state.isPessimistic]
    }
    case 'lookup':
      return [...nested, state.caches.get(step.cache), nested.length]
    case 'admit':
      return [state.limiters.get(step.limiter), true]
    case 'repeat':
      return [...nested, step.times === null ? 1 : node.registers[step.times]]
    default:
      return [...nested, true]
  }
}

function made(node: Node, inputs: readonly unknown[], context: Context): Outcome {
  const { step, lists } = node
  const nested = lists.map((_, i) => inputs[i] as Outcome)
  const [first = nothing, second = nothing] = nested
  switch (step.kind) {
    case 'serve':
      return served(node, step, context)
    case 'delay':
      return after(lawFor(step.time))
    case 'hold':
      return held(node, step.pool, [first, second], context)
    case 'call':
      return callOutcome(node, step, first, context)
    case 'lookup':
      return looked(node, step, nested, context)
    case 'choose':
      return oneOf(step.branches.map(({ probability }, i) => ({ share: probability, outcome: nested[i] ?? nothing })))
    case 'parallel':
      return joined(node, step, nested, context)
    case 'repeat':
      return repeated(node, step, first)
    case 'attempt':
      return tried(first, second)
    case 'admit':
      return fails('rate-limited', 1 - (context.state.limiters.get(step.limiter)?.passed ?? 1))
    case 'fail':
      return fails(step.failure, step.while === 'full' ? fullShare(node, context) : step.probability)
    case 'reply':
      return replied
    default:
      return nothing
  }
}

const replied: Outcome = { ...nothing, isReplied: true }

/** Share of the requests that are where a disk is full. */
function fullShare(node: Node, { network }: Context): Ratio {
  const { group, share } = node.spot
  const full = group === null ? undefined : network.environment.full[group]
  return full === undefined ? 0 : share.reduce((sum_, part, i) => sum_ + part * (full[i] ?? 0), 0)
}

/** Work of one visit, at an instance that is `slow` times as slow as usual. */
export function workOf(step: Serve, node: Pick<Node, 'registers'>, slow: number): Law {
  const each = step.each > 0 ? step.each * node.registers[step.times] : 0
  const known = works.get(step)
  if (known !== undefined && known.each === each && known.slow === slow) return known.law
  const law = scaledLaw(each > 0 ? shifted(onceOf(step), each) : onceOf(step), slow)
  works.set(step, { each, slow, law })
  return law
}

// A law keeps what it worked out, so the same work is one law.
const works = new WeakMap<Serve, { readonly each: number; readonly slow: number; readonly law: Law }>()
const onces = new WeakMap<Distribution, Law>()

/** The law of a distribution, made once. */
export function lawFor(distribution: Distribution): Law {
  const known = onces.get(distribution)
  if (known !== undefined) return known
  const law = lawOf(distribution)
  onces.set(distribution, law)
  return law
}

const onceOf = ({ work }: Serve): Law => lawFor(work)

/** The wait of somebody who holds a slot of a pool, where that is known; the innermost pool counts. */
export function heldWait(node: Node, { state, network }: Context): Law | undefined {
  for (let i = node.holders.length - 1; i >= 0; i--) {
    const holder = node.holders[i]
    const pool = holder === undefined ? undefined : state.pools.get(holder.pool)
    const resource = holder === undefined ? undefined : network.model.resources[holder.pool]
    if (pool === undefined || resource === undefined || holder === undefined) continue
    for (const { answer } of overCopies(pool, copiesAt(holder.node.spot, resource.group))) {
      const wait = answer.waits.get(node)
      if (wait !== undefined) return wait
    }
  }
  return undefined
}

function served(node: Node, step: Serve, context: Context): Outcome {
  const { state, network } = context
  const at = state.stations.get(step.station)
  const station = network.model.resources[step.station]
  if (at === undefined || station === undefined) return after(workOf(step, node, 1))
  const index = at.users.indexOf(node)
  const special = heldWait(node, context) ?? state.closed.get(node)
  const slow = network.environment.slow[station.group] ?? []
  const parts = overCopies(at, copiesAt(node.spot, station.group)).map(({ share, answer }) => {
    const { copies = [] } = at.alike.find((one) => one.answer === answer) ?? {}
    const work = workOf(step, node, slow[copies[0] ?? 0] ?? 1)
    if (special !== undefined)
      return {
        share,
        outcome: after(heldResponse(answer, index, work, special, state.closedBy.has(node))),
      }
    if (answer.isOverloaded) return { share, outcome: stuckAt(1 / answer.offered) }
    const lost = answer.rejected + answer.abandoned
    const time = lost < 1 ? answer.response(index) : zero
    const outcome: Outcome = {
      ...nothing,
      ok: 1 - lost,
      through: 1 - lost,
      time,
      failures: [
        { failure: 'rejected' as const, share: answer.rejected },
        { failure: 'abandoned' as const, share: answer.abandoned },
      ].filter((one) => one.share > 0),
      failedTime: constant(lost > 0 ? (answer.abandoned * answer.abandonedAfter) / lost : 0),
      occupied: (lost < 1 ? (1 - lost) * time.mean : 0) + answer.abandoned * answer.abandonedAfter,
      whole: time,
    }
    return { share, outcome }
  })
  return parts.length === 0 ? after(workOf(step, node, 1)) : oneOf(parts)
}

/** Response of somebody who holds a slot: with others at a processor, long work has long company there too. */
function heldResponse(answer: StationAnswer, index: number, work: Law, wait: Law, isClosed: boolean): Law {
  const { shared } = answer
  // With a bounded number of others, company comes and goes while one is there: work is slowed down, not more.
  if (shared !== null && isClosed) return work.mean > 0 ? scaledLaw(work, 1 + wait.mean / work.mean) : work
  const others = shared === null || !(answer.queueLength > 0) ? 0 : answer.response(index).mean - work.mean
  return shared === null || !(others > 0) ? sum(work, wait) : shared(index, wait.mean / others)
}

function held(node: Node, pool: number, [steps, start]: readonly [Outcome, Outcome], context: Context): Outcome {
  const cold = context.state.pools.get(pool)?.cold ?? 0
  const starting =
    cold > 0
      ? [
          oneOf([
            { share: cold, outcome: start },
            { share: 1 - cold, outcome: nothing },
          ]),
        ]
      : []
  return afterPool(node, pool, inSequence([...starting, steps]), context)
}

function looked(node: Node, step: Lookup, nested: readonly Outcome[], context: Context): Outcome {
  const [access = nothing, hit = nothing, miss = nothing] = nested
  const found = lookedUp(node, step, context)
  const waited = waitOf(miss.time, found.waitShare)
  const paths = [
    { share: found.hit, outcome: hit },
    { share: found.waiting, outcome: inSequence([after(waited), hit]) },
    { share: found.fetches, outcome: miss },
  ]
  const all = paths.reduce((total, { share }) => total + share, 0)
  const answered = oneOf(paths.map(({ share, outcome }) => ({ outcome, share: share / all })))
  if (access.missed === 0) return inSequence([access, answered])
  // Nobody there counts as a miss.
  const reached = 1 - access.missed
  const ok = { ...access, missed: 0, missedTime: zero, ok: access.ok / reached, stuck: access.stuck / reached }
  const failures = access.failures.map((one) => ({ ...one, share: one.share / reached }))
  return oneOf([
    {
      share: reached,
      outcome: inSequence([{ ...ok, failures, through: Math.min(1, access.through / reached) }, answered]),
    },
    { share: access.missed, outcome: inSequence([after(access.missedTime), miss]) },
  ])
}

/**
 * What is left of somebody else's fetch when one comes in the middle of it: exact for fixed and for exponential times,
 * and with the right mean between them.
 */
function waitOf(fetch: Law, share: number): Law {
  if (!(fetch.mean > 0 && fetch.mean < Infinity)) return zero
  const mean = share * fetch.mean
  const wild = Math.min(1, Math.max(0, 2 * share - 1))
  return mixed([
    { share: wild, law: lawOf({ law: 'exponential', mean }) },
    { share: 1 - wild, law: lawOf({ law: 'uniform', low: 0, high: 2 * mean }) },
  ])
}

function joined(node: Node, step: Parallel, nested: readonly Outcome[], context: Context): Outcome {
  const branches = nested.map((outcome, i) => givenUp(outcome, step.branches[i]?.giveUp ?? null))
  const need = Math.min(step.need, branches.length)
  const ok = atLeast(
    branches.map((branch) => branch.ok),
    need,
  )
  const laws = branches.map(({ time }) => time)
  const independent = timeUntil(branches, need)
  const time = joinedAtQueues(node, independent, context) ?? independent
  const share = Math.max(0, 1 - ok)
  const worst = branches.find((branch) => branch.failures.length > 0)
  const stuck = need === laws.length ? Math.max(0, ...branches.map((branch) => branch.stuck)) : 0
  const lost = Math.max(0, share - stuck)
  const [first] = worst?.failures ?? []
  return {
    ...nothing,
    ok,
    time: ok > 0 ? time : zero,
    failures: lost > 1e-15 ? [{ failure: first?.failure ?? 'error', share: lost }] : [],
    failedTime: worst?.failedTime ?? zero,
    stuck,
    through: stuck > 0 ? Math.min(...branches.map((branch) => branch.through)) : ok,
    occupied: Math.max(ok > 0 ? ok * time.mean : 0, 0) + lost * (worst?.failedTime.mean ?? 0),
    whole: ok > 0 ? time : zero,
  }
}

function givenUp(outcome: Outcome, limit: number | null): Outcome {
  if (limit === null) return outcome
  const within = upTo(outcome.time, limit)
  const ok = outcome.ok * within.share
  const late = Math.max(0, 1 - ok - failing(outcome))
  const failures = [...outcome.failures, { failure: 'timeout' as const, share: late }]
  return { ...outcome, ok, through: ok, stuck: 0, time: within.law, failures }
}

function repeated(node: Node, step: Repeat, once: Outcome): Outcome {
  const rounds = roundsOf(step, node.registers)
  const isParallel = step.atOnce > 1
  const law = (n: number): Law => (isParallel ? inWaves(once.time, n, step.atOnce) : nTimes(once.time, n))
  const chance = (n: number): Ratio => once.ok ** n
  const shares = rounds.shares
  const ok = shares === null ? once.ok ** rounds.mean : shares.reduce((total, p, n) => total + p * chance(n), 0)
  const failed = failing(once)
  const lost = once.ok < 1 && failed > 0 ? Math.max(0, 1 - ok) * (failed / (1 - once.ok)) : 0
  const time =
    shares === null
      ? isParallel
        ? inWaves(once.time, Math.max(1, Math.round(rounds.mean)), step.atOnce)
        : fromMoments(once.time, rounds)
      : mixture(
          shares
            .flatMap((p, n) => (p > 1e-14 ? [{ share: p * chance(n), law: law(n) }] : []))
            .filter((x) => x.share > 0),
        )
  const tries = once.ok < 1 ? (1 - ok) / (1 - once.ok) : rounds.mean
  return {
    ...nothing,
    ok,
    time: ok > 0 ? time : zero,
    failures: once.failures.map(({ failure, share }) => ({
      failure,
      share: (share / Math.max(1e-300, failed)) * lost,
    })),
    failedTime: mixed([
      { share: 1, law: sum(nTimes(once.time, Math.max(0, Math.round(tries / 2 - 1))), once.failedTime) },
    ]),
    stuck: Math.max(0, 1 - ok - lost),
    through: once.stuck > 0 ? once.through : ok,
    occupied: isParallel ? ok * time.mean + lost * once.failedTime.mean : tries * once.occupied,
    whole: ok > 0 ? time : zero,
  }
}

function nTimes(law: Law, n: number): Law {
  if (n <= 0) return zero
  if (n === 1) return law
  const half = nTimes(law, Math.floor(n / 2))
  return n % 2 === 0 ? sum(half, half) : sumOf([half, half, law])
}

/** So many at a time; a wave takes as long as its slowest. */
function inWaves(law: Law, n: number, atOnce: number): Law {
  if (n <= 0) return zero
  const waves = Math.floor(n / atOnce)
  const rest = n - waves * atOnce
  const wave = (size: number): Law =>
    size === 0
      ? zero
      : kthOf(
          Array.from({ length: size }, () => law),
          size,
        )
  return sum(nTimes(waves > 0 ? wave(Math.min(n, atOnce)) : zero, waves), wave(rest))
}

/** A sum of very many: by its mean and variance. */
function fromMoments(law: Law, { mean, variance }: { readonly mean: number; readonly variance: number }): Law {
  const total = mean * law.mean
  const spread = mean * law.variance + variance * law.mean * law.mean
  if (!(spread > 0) || !(total > 0)) return constant(total)
  return lawOf({ law: 'gamma', shape: (total * total) / spread, mean: total })
}

function tried(steps: Outcome, otherwise: Outcome): Outcome {
  const failed = failing(steps)
  if (failed === 0) return steps
  const kept: Outcome = { ...steps, failures: [], failedTime: zero, ok: steps.ok / (1 - failed), through: 1, stuck: 0 }
  return oneOf([
    {
      share: 1 - failed,
      outcome: { ...kept, stuck: steps.stuck / (1 - failed), through: Math.min(1, steps.through / (1 - failed)) },
    },
    { share: failed, outcome: inSequence([after(steps.failedTime), otherwise]) },
  ])
}
