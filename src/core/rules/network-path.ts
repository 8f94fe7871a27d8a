import type { Ratio, Seconds } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import type { GroupIndex, PlaceIndex } from '../model/resource.ts'
import type { Call, Step } from '../model/step.ts'
import { roundTripBetween, standing } from './round-trip.ts'

/** Some of the requests of a flow: where they are by now, and how long they spent between places. */
export interface Travel {
  readonly share: Ratio
  readonly place: PlaceIndex | null
  /** Sum of mean round trips, one after the other. */
  readonly time: Seconds
  readonly hops: readonly Hop[]
}

export interface Hop {
  readonly from: PlaceIndex
  readonly to: PlaceIndex
  readonly time: Seconds
}

/**
 * Time on the network along the sequential path of a flow, by where requests come from and go to: mean round trips.
 * What depends (a cache, a branch that may be given up) counts with its shorter way, so the real time is longer.
 */
export function networkTravels(model: Model, flow: number): readonly Travel[] {
  const sources = model.sources.filter(({ mix }) => mix.some((part) => part.flow === flow && part.share > 0))
  const origins = sources.flatMap(({ from }) => from).filter(({ share }) => share > 0)
  const total = origins.reduce((sum, { share }) => sum + share, 0)
  const starts = origins.map(({ place, share }) => ({ share: share / total, place, time: 0, hops: [] }))
  return travel(model, model.flows[flow]?.steps ?? [], starts)
}

/** Beyond so many different ways, the rarest are left out. */
const waysMost = 64

function travel(model: Model, steps: readonly Step[], starts: readonly Travel[]): readonly Travel[] {
  let travels = starts
  for (const step of steps) {
    if (step.kind === 'reply') return travels
    travels = merged(travels.flatMap((one) => through(model, step, one)))
  }
  return travels
}

function through(model: Model, step: Step, start: Travel): readonly Travel[] {
  const along = (steps: readonly Step[]): readonly Travel[] => travel(model, steps, [start])
  switch (step.kind) {
    case 'call':
      return throughCall(model, step, start)
    case 'hold':
    case 'attempt':
      return along(step.steps)
    case 'lookup':
      return travel(model, step.access, [start]).flatMap((asked) =>
        extreme(
          [step.hit, step.miss].map((steps) => travel(model, steps, [asked])),
          'shortest',
        ),
      )
    case 'choose':
      return step.branches.flatMap(({ probability, steps }) =>
        probability === 0 ? [] : travel(model, steps, [{ ...start, share: start.share * probability }]),
      )
    case 'parallel': {
      const waited = step.branches.filter(({ giveUp }) => giveUp === null)
      const isAll = step.need >= step.branches.length && waited.length > 0
      return isAll
        ? extreme(
            waited.map(({ steps }) => along(steps)),
            'longest',
          )
        : [start]
    }
    case 'repeat': {
      const { count, times, groupsOf, atOnce } = step
      if (count.law !== 'fixed' || times !== null) return [start]
      const rounds = Math.ceil(Math.ceil(count.value / groupsOf) / Math.max(1, atOnce))
      if (rounds === 0) return [start]
      return along(step.steps).map((end) => ({ ...end, time: start.time + (end.time - start.time) * rounds }))
    }
    default:
      return [start]
  }
}

/** There, what is done there as far as the answer, and back; no longer than the caller waits. */
function throughCall(model: Model, call: Call, start: Travel): readonly Travel[] {
  const targets = targetsOf(model, call, start.place)
  if (targets.length === 0) {
    return travel(model, call.steps, [{ ...start, place: null }]).map((end) => ({ ...end, place: start.place }))
  }
  const { timeout } = call.policy
  return targets.flatMap((to) => {
    const time = start.place === null ? 0 : roundTripMean(model, start.place, to)
    const hops = start.place === null ? start.hops : [...start.hops, { from: start.place, to, time }]
    const there = { share: start.share / targets.length, place: to, time: start.time + time, hops }
    return travel(model, call.steps, [there]).map((end) => ({
      ...end,
      place: start.place,
      time: Math.min(end.time, start.time + (timeout ?? Infinity)),
    }))
  })
}

/** Places of the instances that may be picked, each as often as it is. */
function targetsOf(model: Model, { to, pick }: Call, from: PlaceIndex | null): readonly PlaceIndex[] {
  const places = placesPicked(model, to, pick.within === 'leader')
  if (pick.within !== 'nearest' || from === null || places.length === 0) return places
  const nearest = places.toSorted((a, b) => roundTripMean(model, from, a) - roundTripMean(model, from, b))[0]
  return nearest === undefined ? [] : [nearest]
}

function placesPicked(model: Model, index: GroupIndex, isLeader: boolean): readonly PlaceIndex[] {
  const group = model.groups[index]
  if (group === undefined) return []
  const copies = standing(group)
  return isLeader ? copies.flatMap((shard) => shard.slice(0, 1)) : copies.flat()
}

function roundTripMean(model: Model, from: PlaceIndex, to: PlaceIndex): Seconds {
  const law = roundTripBetween(model, from, to)
  return law === null ? 0 : meanOf(law)
}

function extreme(ways: readonly (readonly Travel[])[], which: 'shortest' | 'longest'): readonly Travel[] {
  const sign = which === 'shortest' ? 1 : -1
  const meanTime = (travels: readonly Travel[]): number =>
    travels.reduce((sum, { share, time }) => sum + share * time, 0)
  return ways.toSorted((a, b) => sign * (meanTime(a) - meanTime(b)))[0] ?? []
}

/** The same place at the same time, to a tenth of a millisecond, is one way. */
function merged(travels: readonly Travel[]): readonly Travel[] {
  const ways = new Map<string, Travel>()
  for (const one of travels) {
    const key = `${one.place} ${Math.round(one.time * 1e4)}`
    const before = ways.get(key)
    ways.set(key, before === undefined ? one : { ...before, share: before.share + one.share })
  }
  return [...ways.values()].toSorted((a, b) => b.share - a.share).slice(0, waysMost)
}
