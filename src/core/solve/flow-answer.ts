import type { PerSecond, Ratio } from '../base/units.ts'
import type { Failure } from '../model/error.ts'
import { bookingsOf, type Booking } from './bookings.ts'
import { type Law, sum } from './law.ts'
import { partsOf } from './parts.ts'
import { failing, type Outcome } from './outcome.ts'
import { triedUntilDone } from './redelivery.ts'
import type { Steady } from './steady.ts'

/** What becomes of the requests of one flow; of one that consumes, of its messages. */
export interface FlowAnswer {
  readonly rate: PerSecond
  /** Share of good answers, sooner or later. */
  readonly good: Ratio
  readonly failures: ReadonlyMap<Failure, Ratio>
  /** Response time of good answers; null = they take for ever, or there are none. */
  readonly law: Law | null
  readonly bookings: readonly Booking[]
  readonly repeated: Ratio
  readonly lost: Ratio
}

/** Of one flow whose version did not move in between: of its figures, whatever else they are made of. */
export const isSameAnswer = (a: FlowAnswer, b: FlowAnswer): boolean =>
  a.law === b.law &&
  a.bookings === b.bookings &&
  a.rate === b.rate &&
  a.good === b.good &&
  a.repeated === b.repeated &&
  a.lost === b.lost

/** The answers of all flows. */
export function flowAnswers(steady: Steady, isBrief: boolean): readonly FlowAnswer[] {
  return steady.outcomes.map((_, flow) => answerOf(steady, flow, isBrief))
}

function answerOf(steady: Steady, flow: number, isBrief: boolean): FlowAnswer {
  const { network, state, outcomes } = steady
  const { model } = network
  const outcome = outcomes[flow]
  if (outcome === undefined) return { ...silent, rate: 0 }
  const index = model.consumers.findIndex((consumer) => consumer.flow === flow)
  const consumed = state.consumers.get(index)
  const consumer = model.consumers[index]
  const shares = new Map<Failure, Ratio>()
  for (const { failure, share } of outcome.failures) shares.set(failure, (shares.get(failure) ?? 0) + share)
  const isKnown = outcome.ok > 0 && outcome.time.mean < Infinity
  if (consumed === undefined || consumer === undefined) {
    const law = isKnown ? outcome.time : null
    const bookings = law === null ? [] : bookedAt(steady, { flow, outcome, isBrief })
    return {
      rate: state.rates[flow] ?? 0,
      good: outcome.through,
      failures: shares,
      law,
      bookings,
      repeated: 0,
      lost: 0,
    }
  }
  const parts = partsOf(network.flows[flow] ?? [], steady)
  const isBehind = !(consumed.waiting < Infinity)
  const point = model.points.findIndex((one) => one.resource === consumer.log && one.flow === model.flows[flow]?.id)
  const tried = triedUntilDone(outcome, consumer.failed)
  // Until the attempt that ends well a message is not done, and counts as waiting.
  const queued = {
    kind: 'leaf' as const,
    law: isBehind ? consumed.wait : sum(consumed.wait, tried.before),
    point,
    isWait: true,
    node: network.flows[flow]?.[0],
    method: consumed.answer.method,
  }
  const law = isKnown && !isBehind ? sum(consumed.wait, tried.time) : null
  const all = queued.node === undefined ? parts : [{ ...queued, node: queued.node }, ...parts]
  const served = isBehind
    ? ((state.rates[flow] ?? 0) * (state.items[flow] ?? 1)) / Math.max(1e-12, consumed.messages)
    : 1
  const failed = failing(outcome)
  const kept = tried.lost
  const good = Math.min(1, served) * (outcome.stuck > 0 ? outcome.through : 1 - kept)
  return {
    rate: consumed.messages,
    good,
    failures: new Map([...shares].map(([failure, share]) => [failure, failed > 0 ? (share / failed) * kept : 0])),
    law,
    // Who is behind without end is so for what each message takes.
    bookings: law !== null ? bookingsOf(all, law, isBrief) : isKnown ? bookingsOf(parts, outcome.time, isBrief) : [],
    repeated: tried.attempts - 1,
    lost: kept,
  }
}

/** Where time goes, worked out again only where something else became of the flow. */
function bookedAt(
  steady: Steady,
  { flow, outcome, isBrief }: { readonly flow: number; readonly outcome: Outcome; readonly isBrief: boolean },
): readonly Booking[] {
  const { booked, flows } = steady.network
  const known = booked.get(flow)
  if (known !== undefined && known.outcome === outcome && known.isBrief === isBrief) return known.bookings
  const bookings = bookingsOf(partsOf(flows[flow] ?? [], steady), outcome.time, isBrief)
  booked.set(flow, { outcome, isBrief, bookings })
  return bookings
}

const silent: FlowAnswer = {
  rate: 0,
  good: 1,
  failures: new Map(),
  law: null,
  bookings: [],
  repeated: 0,
  lost: 0,
}
