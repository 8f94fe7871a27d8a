import type { Model } from '../model/model.ts'
import type { PlaceIndex } from '../model/resource.ts'
import { cdfOf, meanOf } from '../model/distribution.ts'
import { seconds } from '../result/format.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { placesOf, roundTripBetween } from './round-trip.ts'
import { type CallSite, callSites } from './walk.ts'
import { grouped, names, otherSpans } from './wording.ts'

/** A timeout that ends before an answer can be back. */
export const timeoutBelowRoundTrip: Rule = {
  code: 'timeout-below-round-trip',
  step: 6,
  severity: 'warning',
  meaning: 'The way to the callee and back takes longer than the timeout: every call from that place times out.',
  remedy: 'A longer timeout, or a copy of the callee in a place that is nearer.',
  check: (subject) => {
    const late = callSites(subject).flatMap((site) => lateFrom(subject, site))
    const alike = grouped(
      late,
      ({ site, from }) => `${site.caller} ${site.callee} ${site.call.policy.timeout} ${from.join(' ')}`,
    )
    return [...alike.values()].flatMap(breachOf)
  },
}

interface Late {
  readonly site: CallSite
  /** Places of callers that no answer reaches in time. */
  readonly from: readonly string[]
  /** Shortest of their mean round trips. */
  readonly roundTrip: number
  readonly isEverywhere: boolean
}

/** Of a hundred calls at most one is in time. */
const hardlyEver = 0.01

function lateFrom({ model }: Subject, site: CallSite): readonly Late[] {
  const { timeout } = site.call.policy
  const targets = placesOf(model, site.call.to)
  const origins = originsOf(model, site)
  if (timeout === null || targets.length === 0) return []
  const late = origins.flatMap((origin) => {
    const laws = targets.flatMap((target) => roundTripBetween(model, origin, target) ?? [])
    const isLate = laws.length > 0 && laws.every((law) => cdfOf(law, timeout) <= hardlyEver)
    return isLate ? [{ place: origin, mean: Math.min(...laws.map(meanOf)) }] : []
  })
  if (late.length === 0) return []
  return [
    {
      site,
      from: late.map(({ place }) => model.places[place]?.id ?? ''),
      roundTrip: Math.min(...late.map(({ mean }) => mean)),
      isEverywhere: late.length === origins.length,
    },
  ]
}

/** Where the caller's instances stand; for an actor, where its requests come from. */
function originsOf(model: Model, { callerGroup, caller }: CallSite): readonly PlaceIndex[] {
  const standing = callerGroup === null ? [] : placesOf(model, callerGroup)
  if (standing.length > 0) return standing
  const from = model.sources.filter(({ id }) => id === caller).flatMap((source) => source.from)
  return [...new Set(from.filter(({ share }) => share > 0).map(({ place }) => place))]
}

function breachOf(late: readonly Late[]): readonly Breach[] {
  const [first] = late
  if (first === undefined) return []
  const { site, from, roundTrip, isEverywhere } = first
  const also = otherSpans(late.map((one) => one.site.span))
  const whence = isEverywhere ? '' : ` from ${names(from)}`
  return [
    {
      at: site.span,
      message: `\`${site.caller}\` waits ${seconds(site.call.policy.timeout ?? 0)} for \`${site.callee}\`, but the round trip${whence} takes ${seconds(roundTrip)}: every such call times out`,
      hint: 'give it a longer timeout, or bring the callee nearer',
      ...(also.length > 0 ? { also } : {}),
    },
  ]
}
