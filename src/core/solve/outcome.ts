import type { Ratio, Seconds } from '../base/units.ts'
import type { Failure } from '../model/error.ts'
import { type Law, mixture, sumOf, zero } from './law.ts'

/** What becomes of those who start a step, or steps one after the other. Probabilities of a steady state. */
export interface Outcome {
  /** It ends well, with an answer after `time`. */
  readonly ok: Ratio
  readonly time: Law
  /** It fails, after `failedTime`. */
  readonly failures: readonly { readonly failure: Failure; readonly share: Ratio }[]
  readonly failedTime: Law
  /** A call of it failed in a way that counts as a miss of the cache that it asks, after `missedTime`. */
  readonly missed: Ratio
  readonly missedTime: Law
  /** It never ends, in a steady state: it queues where more is asked for than can be done. */
  readonly stuck: Ratio
  /** Those that go on with what comes next, sooner or later: `ok`, and of the stuck as many as can be served. */
  readonly through: Ratio
  /** The answer went back before its end. */
  readonly isReplied: boolean
  /** Mean time until the last of its steps has ended, whatever became of it. */
  readonly occupied: Seconds
  /** Law of the time until then, where it ends well. */
  readonly whole: Law
}

export const nothing: Outcome = {
  ok: 1,
  time: zero,
  failures: [],
  failedTime: zero,
  missed: 0,
  missedTime: zero,
  stuck: 0,
  through: 1,
  isReplied: false,
  occupied: 0,
  whole: zero,
}

/** It ends well after a time of this law. */
export const after = (time: Law): Outcome => ({ ...nothing, time, occupied: time.mean, whole: time })

/** Share that fails in any way. */
export const failing = ({ failures }: Outcome): Ratio => failures.reduce((sum, { share }) => sum + share, 0)

/** Fails at once with this probability. */
export const fails = (failure: Failure, share: Ratio): Outcome =>
  share > 0 ? { ...nothing, ok: 1 - share, through: 1 - share, failures: [{ failure, share }] } : nothing

/** Everything waits for ever but for a share that can be served. */
export const stuckAt = (served: Ratio): Outcome => ({
  ...nothing,
  ok: 0,
  stuck: 1,
  through: served,
  occupied: Infinity,
})

/** One after the other; a failure ends it, and after the reply nobody waits for the rest. */
export function inSequence(outcomes: readonly Outcome[]): Outcome {
  const [only, ...others] = outcomes
  if (only === undefined) return nothing
  if (others.length === 0) return only
  let reached = 1
  let through = 1
  let occupied = 0
  let isReplied = false
  let ok = 1
  let stuck = 0
  const times: Law[] = []
  const failures = new Map<Failure, Ratio>()
  const failedAt: { share: Ratio; law: Law }[] = []
  const missedAt: { share: Ratio; law: Law }[] = []
  for (const outcome of outcomes) {
    occupied += reached > 0 ? reached * outcome.occupied : 0
    if (!isReplied) {
      const share = failing(outcome)
      for (const one of outcome.failures) failures.set(one.failure, (failures.get(one.failure) ?? 0) + ok * one.share)
      if (ok * share > 0) failedAt.push({ share: ok * share, law: sumOf([...times, outcome.failedTime]) })
      if (ok * outcome.missed > 0)
        missedAt.push({ share: ok * outcome.missed, law: sumOf([...times, outcome.missedTime]) })
      stuck += ok * outcome.stuck
      ok *= outcome.ok
      times.push(outcome.time)
      isReplied = outcome.isReplied
    }
    reached *= outcome.ok
    through *= outcome.through
  }
  const time = ok > 0 ? sumOf(times) : zero
  const isWhole =
    ok > 0 && times.length === outcomes.length && outcomes.every((outcome, i) => outcome.whole === times[i])
  return {
    ok,
    time,
    failures: listOf(failures),
    failedTime: mixed(failedAt),
    missed: missedAt.reduce((sum, { share }) => sum + share, 0),
    missedTime: mixed(missedAt),
    stuck,
    through,
    isReplied,
    occupied,
    whole: through > 0 ? (isWhole ? time : sumOf(outcomes.map((outcome) => outcome.whole))) : zero,
  }
}

/** One of several, by chance. */
export function oneOf(parts: readonly { readonly share: Ratio; readonly outcome: Outcome }[]): Outcome {
  const used = parts.filter(({ share }) => share > 0)
  const [only, ...others] = used
  if (only !== undefined && others.length === 0 && only.share > 1 - 1e-12) return only.outcome
  const over = (of: (outcome: Outcome) => number): number =>
    used.reduce((sum, { share, outcome }) => sum + share * of(outcome), 0)
  const failures = new Map<Failure, Ratio>()
  for (const { share, outcome } of used)
    for (const one of outcome.failures) failures.set(one.failure, (failures.get(one.failure) ?? 0) + share * one.share)
  const lawOver = (weight: (outcome: Outcome) => Ratio, law: (outcome: Outcome) => Law): Law =>
    mixed(used.map(({ share, outcome }) => ({ share: share * weight(outcome), law: law(outcome) })))
  const time = lawOver(
    ({ ok }) => ok,
    (outcome) => outcome.time,
  )
  const isWhole = used.every((part) => part.outcome.whole === part.outcome.time)
  return {
    ok: over(({ ok }) => ok),
    time,
    failures: listOf(failures),
    failedTime: lawOver(failing, ({ failedTime }) => failedTime),
    missed: over(({ missed }) => missed),
    missedTime: lawOver(
      ({ missed }) => missed,
      ({ missedTime }) => missedTime,
    ),
    stuck: over(({ stuck }) => stuck),
    through: over(({ through }) => through),
    isReplied: used.length > 0 && used.every(({ outcome }) => outcome.isReplied),
    occupied: over(({ occupied }) => occupied),
    whole: isWhole
      ? time
      : lawOver(
          ({ ok }) => ok,
          ({ whole }) => whole,
        ),
  }
}

export const listOf = (failures: ReadonlyMap<Failure, Ratio>): Outcome['failures'] =>
  [...failures].filter(([, share]) => share > 0).map(([failure, share]) => ({ failure, share }))

/** A mixture of the laws whose share is not nothing. */
export function mixed(parts: readonly { readonly share: Ratio; readonly law: Law }[]): Law {
  const used = parts.filter(({ share, law }) => share > 1e-15 && law.mean < Infinity)
  const [only, ...others] = used
  if (only === undefined) return zero
  return others.length === 0 ? only.law : mixture(used)
}
