import type { Seconds } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import type { PlaceIndex } from '../model/resource.ts'
import type { Call, Step } from '../model/step.ts'
import { nestedSteps } from './waits-for.ts'

/** A call that is given up before an answer can have crossed the network. */
export interface Hopeless {
  readonly call: Call
  /** Where the caller stands. */
  readonly place: string
  readonly roundTrip: Seconds
  readonly timeout: Seconds
}

/** Calls in these steps whose timeout is below the mean round trip from a place of their caller; the worst first. */
export function hopelessCalls(model: Model, steps: readonly Step[]): readonly Hopeless[] {
  const origins = [...new Set(model.sources.flatMap((source) => source.from.map(({ place }) => place)))]
  return hopelessFrom(model, steps, origins).toSorted((a, b) => b.roundTrip / b.timeout - a.roundTrip / a.timeout)
}

function hopelessFrom(model: Model, steps: readonly Step[], places: readonly PlaceIndex[]): readonly Hopeless[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'call') return nestedSteps(step).flatMap((inner) => hopelessFrom(model, inner, places))
    const there = [...new Set(model.groups[step.to]?.places ?? [])]
    const { timeout } = step.policy
    const missed = timeout === null ? [] : places.flatMap((place) => missedFrom(model, step, { place, there, timeout }))
    return [...missed, ...hopelessFrom(model, step.steps, there)]
  })
}

interface Way {
  readonly place: PlaceIndex
  readonly there: readonly PlaceIndex[]
  readonly timeout: Seconds
}

function missedFrom(model: Model, call: Call, { place, there, timeout }: Way): readonly Hopeless[] {
  const trips = there.map((to) =>
    meanOf(model.links[place * model.places.length + to]?.roundTrip ?? { law: 'fixed', value: 0 }),
  )
  const roundTrip = trips.length === 0 ? 0 : Math.min(...trips)
  return roundTrip > timeout ? [{ call, place: model.places[place]?.id ?? '', roundTrip, timeout }] : []
}
