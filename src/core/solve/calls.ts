import type { Ratio, Seconds } from '../base/units.ts'
import type { Failure } from '../model/error.ts'
import type { Call, CallPolicy, Retry } from '../model/step.ts'
import { constant, hedged, type Law, lawOf, quantile, scaledLaw, shifted, sum, sumOf, upTo, zero } from './law.ts'
import { type Attempts, type Caller, type Network, type Node, once } from './network.ts'
import { failing, fails, inSequence, mixed, nothing, oneOf, type Outcome } from './outcome.ts'
import { afterPool } from './pools.ts'
import type { State } from './state.ts'

interface Context {
  readonly network: Network
  readonly state: State
}

/**
 * What callers get: attempts across the network, with everything that their policy puts around them. Attempts are taken
 * to be independent of one another. Notes in the node how many there are, from each place.
 */
export function callOutcome(node: Node, call: Call, inner: Outcome, context: Context): Outcome {
  const callers = node.way?.callers ?? []
  const parts = callers.map((caller) => ({ share: caller.share, ...callFrom({ node, call, caller }, inner, context) }))
  node.attemptsFrom = parts.map(({ attempts }) => attempts)
  node.attempts = parts.length === 1 ? (parts[0]?.attempts ?? once) : attemptsOver(parts)
  return oneOf(parts)
}

interface Calling {
  readonly node: Node
  readonly call: Call
  readonly caller: Caller
}

function callFrom(
  { node, call: { policy, onFail }, caller }: Calling,
  inner: Outcome,
  context: Context,
): { readonly outcome: Outcome; readonly attempts: Attempts } {
  const { state } = context
  const answer: Outcome = { ...across(node, caller.time, inner), isReplied: false }
  const connected = through(node, policy.connection, answer, context)
  const timed = cut(connected, policy.timeout, 'timeout', state)
  const held = meanTime(timed)
  const limited = through(node, policy.bulkhead, timed, context)
  const open = policy.breaker === null ? 0 : (state.breakers.get(policy.breaker)?.get(caller.place) ?? 0)
  const guarded = open > 0 ? inSequence([fails('breaker-open', open), limited]) : limited
  const { outcome: copied, hedges } = withHedge(guarded, policy)
  const budget = policy.retry?.budget ?? null
  const granted = budget === null ? 1 : (state.budgets.get(budget)?.get(caller.place) ?? 1)
  const { outcome: tried, retries, again } = withRetries(copied, policy.retry, granted)
  const sent = (1 + retries) * (1 + hedges) * (1 - open)
  const attempts = { sent, retries, hedges: (1 + retries) * hedges, again, failing: failing(limited), held }
  const ended = cut(tried, policy.deadline, 'deadline', state)
  const total: Outcome = { ...ended, occupied: meanTime(ended), whole: ended.time }
  return { outcome: onFail === 'error' ? total : forgiven(total, onFail), attempts }
}

/** Of all callers together: shares of what is sent count by how much of it there is. */
function attemptsOver(parts: readonly { readonly share: Ratio; readonly attempts: Attempts }[]): Attempts {
  const over = (of: (one: Attempts) => number, weight: (one: Attempts) => number): number => {
    const all = parts.reduce((sum_, { share, attempts }) => sum_ + share * weight(attempts), 0)
    return all > 0 ? parts.reduce((sum_, { share, attempts: one }) => sum_ + share * weight(one) * of(one), 0) / all : 0
  }
  const all = (): number => 1
  const tried = ({ retries }: Attempts): number => 1 + retries
  return {
    sent: over(({ sent }) => sent, all),
    retries: over(({ retries }) => retries, all),
    hedges: over(({ hedges }) => hedges, all),
    again: over(({ again }) => again, tried),
    failing: over(({ failing: share }) => share, tried),
    held: over(
      ({ held }) => held,
      ({ sent }) => sent,
    ),
  }
}

/** The network there and back, and who is not there or does not let anybody in. */
function across({ way }: Node, time: Law, inner: Outcome): Outcome {
  if (way === null) return inner
  const { refused, erroneous, denied } = way
  const there: Outcome = {
    ...inner,
    time: sum(time, inner.time),
    failedTime: sum(time, inner.failedTime),
    missedTime: sum(time, inner.missedTime),
  }
  if (refused + erroneous + denied === 0) return there
  const half = scaledLaw(time, 0.5)
  const left = 1 - refused
  const failures: Outcome['failures'] = [
    { failure: 'connect-error' as const, share: refused },
    { failure: 'rejected' as const, share: left * denied },
    { failure: 'error' as const, share: left * erroneous },
  ].filter(({ share }) => share > 0)
  const share = failing({ ...nothing, failures })
  const failedTime = mixed([
    { share: refused, law: half },
    { share: share - refused, law: time },
  ])
  const unmet: Outcome = {
    ...nothing,
    ok: 0,
    through: 0,
    failures: failures.map((one) => ({ ...one, share: one.share / share })),
    failedTime,
  }
  return oneOf([
    { share, outcome: unmet },
    { share: 1 - share, outcome: there },
  ])
}

const through = (node: Node, pool: number | null, inside: Outcome, context: Context): Outcome =>
  pool === null ? inside : afterPool(node, pool, inside, context)

/** Mean time until the caller has its answer, or gives up; Infinity when it may wait for ever. */
function meanTime(outcome: Outcome): Seconds {
  if (outcome.stuck > 0) return Infinity
  const part = (share: Ratio, law: Law): Seconds => (share > 0 ? share * law.mean : 0)
  return (
    part(outcome.ok, outcome.time) +
    part(failing(outcome), outcome.failedTime) +
    part(outcome.missed, outcome.missedTime)
  )
}

/** After `limit` nobody waits any more. */
function cut(outcome: Outcome, limit: Seconds | null, failure: Failure, state: State): Outcome {
  if (limit === null) return outcome
  const ok = outcome.ok > 0 ? upTo(outcome.time, limit) : none
  const isHopeless = state.isPessimistic
  const answered = isHopeless ? 0 : outcome.ok * ok.share
  const failed = failing(outcome)
  const soon = failed > 0 ? upTo(outcome.failedTime, limit) : none
  const missed = outcome.missed > 0 ? upTo(outcome.missedTime, limit) : none
  const late = Math.max(0, 1 - answered - failed * soon.share - outcome.missed * missed.share)
  const share = late < 1e-13 ? 0 : late
  if (share === 0 && outcome.stuck === 0) return outcome
  return {
    ...outcome,
    ok: answered,
    through: answered,
    time: ok.law,
    stuck: 0,
    missed: outcome.missed * missed.share,
    missedTime: missed.law,
    failures: [...outcome.failures.map((one) => ({ ...one, share: one.share * soon.share })), { failure, share }],
    failedTime: mixed([
      { share: failed * soon.share, law: soon.law },
      { share, law: constant(limit) },
    ]),
  }
}

const none = { share: 0, law: zero }

/** A second copy when the first takes long, as often as is allowed; the one that is back first counts. */
function withHedge(outcome: Outcome, { hedge }: CallPolicy): { readonly outcome: Outcome; readonly hedges: number } {
  if (hedge === null || !(outcome.ok > 0)) return { outcome, hedges: 0 }
  const wait = typeof hedge.after === 'number' ? hedge.after : quantile(outcome.time, hedge.after.percentile)
  const late = outcome.ok * outcome.time.tail(wait) + outcome.stuck
  if (!(late > 0)) return { outcome, hedges: 0 }
  const allowed = Math.min(1, hedge.atMost / late)
  const both = hedged(outcome.time, outcome.time, wait)
  const time = mixed([
    { share: allowed, law: both },
    { share: 1 - allowed, law: outcome.time },
  ])
  return { outcome: { ...outcome, time }, hedges: late * allowed }
}

interface Retried {
  readonly outcome: Outcome
  readonly retries: number
  /** Share of attempts that one would repeat. */
  readonly again: Ratio
}

/** Again after some failures, as long as the budget lets through. Seconds between attempts grow. */
function withRetries(outcome: Outcome, retry: Retry | null, granted: Ratio): Retried {
  if (retry === null || retry.times === 0) return { outcome, retries: 0, again: 0 }
  const again = (failure: Failure): boolean => retry.after.includes(failure)
  const q = outcome.failures.reduce((total, { failure, share }) => total + (again(failure) ? share : 0), 0)
  if (!(q > 0)) return { outcome, retries: 0, again: 0 }
  const go = q * granted
  const reach = Array.from({ length: retry.times + 1 }, (_, k) => go ** k).filter((p, k) => k === 0 || p > 1e-12)
  const attempts = reach.reduce((total, p) => total + p, 0)
  const last = retry.times < reach.length ? (reach[retry.times] ?? 0) : 0
  const before = lostTimes(outcome.failedTime, retry, reach.length)
  const timed = (share: Ratio, law: Law): Law =>
    mixed(reach.map((p, k) => ({ share: share * p, law: sumOf([...before.slice(0, k), law]) })))
  const failures = outcome.failures.map(({ failure, share }) => ({
    failure,
    // The last one allowed, and those that the budget refused, end it.
    share: again(failure) ? share * ((attempts - last) * (1 - granted) + last) : share * attempts,
  }))
  const ok = outcome.ok * attempts
  return {
    outcome: {
      ...outcome,
      ok,
      through: outcome.stuck > 0 ? outcome.through * attempts : ok,
      time: timed(outcome.ok, outcome.time),
      failures,
      failedTime: sumOf([...before.slice(0, reach.length - 1), outcome.failedTime]),
      missed: outcome.missed * attempts,
      missedTime: outcome.missed > 0 ? timed(outcome.missed, outcome.missedTime) : zero,
      stuck: outcome.stuck * attempts,
    },
    retries: attempts - 1,
    again: q,
  }
}

/** Of each failed attempt: its own time, and the pause after it. */
function lostTimes(failed: Law, { backoff, multiplier, jitter }: Retry, count: number): readonly Law[] {
  return Array.from({ length: Math.max(0, count - 1) }, (_, k) => sum(failed, pause(backoff * multiplier ** k, jitter)))
}

function pause(backoff: Seconds, jitter: Retry['jitter']): Law {
  const between = (low: number, high: number): Law =>
    lawOf({ law: 'uniform', low: low * backoff, high: high * backoff })
  if (backoff === 0) return zero
  if (jitter === 'none') return constant(backoff)
  if (jitter === 'full') return between(0, 1)
  return jitter === 'half' ? shifted(between(0, 0.5), backoff / 2) : shifted(between(0, 1), backoff / 2)
}

/** A failure that the caller does not mind, or takes for a miss. */
function forgiven(outcome: Outcome, as: 'ignore' | 'miss'): Outcome {
  const failed = failing(outcome)
  if (failed === 0) return outcome
  if (as === 'miss') {
    const missedTime = mixed([
      { share: failed, law: outcome.failedTime },
      { share: outcome.missed, law: outcome.missedTime },
    ])
    return { ...outcome, failures: [], failedTime: zero, missed: outcome.missed + failed, missedTime }
  }
  const time = mixed([
    { share: outcome.ok, law: outcome.time },
    { share: failed, law: outcome.failedTime },
  ])
  const ok = outcome.ok + failed
  return {
    ...outcome,
    ok,
    through: Math.min(1, outcome.through + failed),
    time,
    whole: time,
    failures: [],
    failedTime: zero,
  }
}
