import type { Ratio } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { Call } from '../model/step.ts'
import type { Environment } from './environment.ts'
import { lawFor } from './evaluate.ts'
import { constant, type Law, lawOf, mixture, shifted, sum, zero } from './law.ts'
import { type Caller, placeOf, type Way } from './network.ts'

interface Surroundings {
  readonly model: Model
  readonly environment: Environment
  readonly from: Float64Array
}

/** The network of a call whose attempts go to the instances by `share`: one round trip, half of it each way. */
export function wayOf(call: Call, share: Float64Array, surroundings: Surroundings): Way {
  const { environment } = surroundings
  const links = linksOf(call, share, surroundings)
  const callers = callersOf(call, links, surroundings).map((one) => ({
    ...one,
    time: slowed(one.time, call, share, environment),
  }))
  const [only, ...others] = callers
  const over = (of: ArrayLike<number> | undefined): number =>
    share.reduce((total, part, instance) => total + part * (of?.[instance] ?? 0), 0)
  const alive = environment.alive[call.to]
  const refused = share.reduce((total, part, i) => total + (alive?.[i] === 0 ? part : 0), 0)
  return {
    time:
      others.length === 0 ? (only?.time ?? zero) : mixture(callers.map((one) => ({ share: one.share, law: one.time }))),
    callers,
    traffic: links.flatMap(({ link, back, p }) => [
      { link, bytes: p * call.send },
      { link: back, bytes: p * call.receive },
    ]),
    refused,
    erroneous: over(environment.errors[call.to]),
    denied: over(environment.denied[call.to]),
  }
}

/** Who calls from where, if it matters: a policy that waits only so long may give up on what is far away alone. */
function callersOf(call: Call, links: readonly Crossing[], surroundings: Surroundings): readonly Caller[] {
  const { timeout, deadline, hedge } = call.policy
  const patience = Math.min(
    timeout ?? Infinity,
    deadline ?? Infinity,
    typeof hedge?.after === 'number' ? hedge.after : Infinity,
  )
  const count = surroundings.model.places.length
  const byPlace = new Map<number, Crossing[]>()
  for (const crossing of links) {
    const place = crossing.link < 0 ? -1 : Math.floor(crossing.link / count)
    byPlace.set(place, [...(byPlace.get(place) ?? []), crossing])
  }
  const callers = [...byPlace].map(([place, own]) => {
    const share = own.reduce((total, { p }) => total + p, 0)
    const laws = own.map(({ link, p }) => ({ share: p / share, law: timeOver(call, link, surroundings) }))
    return { place, share, time: laws.length === 1 ? (laws[0]?.law ?? zero) : mixture(laws) }
  })
  const means = callers.map(({ time }) => time.mean)
  if (Math.max(...means) - Math.min(...means) > MINDED * patience) return callers
  const all = links.map(({ link, p }) => ({ share: p, law: timeOver(call, link, surroundings) }))
  return [{ place: -1, share: 1, time: all.length === 1 ? (all[0]?.law ?? zero) : mixture(all) }]
}

/** Distances that differ by less than this share of what the caller waits are one. */
const MINDED: Ratio = 0.01

/** What a fault adds to every call. */
function slowed(time: Law, { to }: Call, share: Float64Array, { delay }: Environment): Law {
  const added = delay[to]
  if (added === undefined || added.every((by) => by === 0)) return time
  const parts = [...share.entries()].filter(([, part]) => part > 0)
  return sum(time, mixture(parts.map(([i, part]) => ({ share: part, law: constant(added[i] ?? 0) }))))
}

interface Crossing {
  /** -1: there is no distance. */
  readonly link: number
  readonly back: number
  readonly p: number
}

function linksOf(call: Call, share: Float64Array, { model, from }: Surroundings): readonly Crossing[] {
  const placed = new Float64Array(model.places.length)
  share.forEach((part, instance) => {
    const place = part > 0 ? placeOf(model, call.to, instance) : -1
    if (place >= 0) placed[place] = (placed[place] ?? 0) + part
  })
  const crossings: Crossing[] = []
  const count = model.places.length
  const isNearest = call.pick.within === 'nearest'
  from.forEach((here, a) => {
    if (here === 0) return
    const goes = isNearest ? nearestOf(model, a, placed) : placed
    goes.forEach((there, b) => {
      if (there > 0) crossings.push({ link: a * count + b, back: b * count + a, p: here * there })
    })
  })
  const whole = crossings.reduce((sum_, { p }) => sum_ + p, 0)
  if (whole < 1 - 1e-9) crossings.push({ link: -1, back: -1, p: 1 - whole })
  return crossings
}

/** Each caller goes to what is nearest to it, not to any of those that are nearest to somebody. */
function nearestOf(model: Model, from: number, placed: Float64Array): Float64Array {
  const goes = new Float64Array(placed.length)
  const distances = [...placed].map((share, to) => {
    const link = model.links[from * model.places.length + to]
    return share > 0 && link !== undefined ? lawOf(link.roundTrip).mean : Infinity
  })
  const least = Math.min(...distances)
  const all = placed.reduce((sum_, share, to) => sum_ + (distances[to] === least ? share : 0), 0)
  if (all > 0) placed.forEach((share, to) => (goes[to] = distances[to] === least ? share / all : 0))
  return goes
}

function timeOver(call: Call, index: number, { model }: Surroundings): Law {
  const link = index < 0 ? undefined : model.links[index]
  const trip = link === undefined ? zero : lawFor(link.roundTrip)
  const bytes = link === undefined || !(link.bandwidth > 0) ? 0 : (call.send + call.receive) / link.bandwidth
  const once = shifted(trip, 2 * call.overhead + bytes)
  const connects = call.connects ?? []
  if (connects.length === 0) return once
  const opened = connects.map(({ share, roundTrips }) => {
    let law = once
    for (let i = 0; i < roundTrips; i++) law = sum(law, shifted(trip, 2 * call.overhead))
    return { share, law }
  })
  const rest = 1 - connects.reduce((sum_, { share }) => sum_ + share, 0)
  return mixture(rest > 1e-12 ? [{ share: rest, law: once }, ...opened] : opened)
}
