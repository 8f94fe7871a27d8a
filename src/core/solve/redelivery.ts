import type { Ratio, Seconds } from '../base/units.ts'
import type { Consumer } from '../model/model.ts'
import { constant, type Law, sum, zero } from './law.ts'
import { failing, mixed, type Outcome } from './outcome.ts'

/** What becomes of messages, when what failed is tried again in the same slot, and nothing else is taken meanwhile. */
export interface Tried {
  /** Times that a batch is worked on. */
  readonly attempts: number
  /** Share of messages that are set aside in the end. */
  readonly lost: Ratio
  /** Of those that end well: from the first start to the end. */
  readonly time: Law
  /** Of those: failed attempts, and the pauses after them. */
  readonly before: Law
  /** How long the slot is held. */
  readonly whole: Law
  readonly occupied: Seconds
}

/** Attempts at one batch, each as likely to fail as the others. */
export function triedUntilDone(outcome: Outcome, { retry, backoff, then }: Consumer['failed']): Tried {
  const q = failing(outcome)
  const { time, whole, occupied, ok } = outcome
  const lost = then === 'block' && ok > 0 ? 0 : q ** (retry + 1)
  if (!(q > SELDOM) || outcome.stuck > 0) return { attempts: 1, lost, time, before: zero, whole, occupied }
  const times = then === 'block' ? Infinity : retry
  const before: { readonly share: Ratio; readonly law: Law }[] = []
  let [share, law, pauses, attempts] = [1, zero, 0, 0]
  for (let k = 0; k <= times && share > SELDOM && k < MOST; k++) {
    before.push({ share, law })
    attempts += share
    const pause = k < retry ? backoff : Math.max(backoff, BLOCKED_PAUSE)
    if (k < times) {
      law = sum(law, sum(outcome.failedTime, constant(pause)))
      pauses += share * q * pause
    }
    share *= q
  }
  const last = before.at(-1)?.law ?? zero
  return {
    attempts,
    lost,
    time: mixed(before.map((one) => ({ share: one.share * ok, law: sum(one.law, time) }))),
    before: mixed(before.map((one) => ({ share: one.share * ok, law: one.law }))),
    whole: mixed([
      ...before.map((one) => ({ share: one.share * ok, law: sum(one.law, whole) })),
      { share, law: sum(last, outcome.failedTime) },
    ]),
    occupied: attempts * occupied + pauses,
  }
}

const SELDOM: Ratio = 1e-7
/** Of what is tried until it ends well. */
const MOST = 60

/** Between attempts that go on until one ends well, at least. */
const BLOCKED_PAUSE: Seconds = 1e-3
