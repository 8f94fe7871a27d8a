import type { Seconds } from '../base/units.ts'
import type { Station } from '../model/resource.ts'
import { insideOf } from './centers.ts'
import {
  type ClassAnswer,
  type ClassNetwork,
  type SharedCenter,
  solveClasses,
  type UserClass,
} from './closed-classes.ts'
import {
  apart,
  type Context,
  keepsProduct,
  lostTime,
  type Member,
  membersOf,
  noteWait,
  openAt,
  restOf,
  start,
  type Users,
} from './closed-users.ts'
import { workOf } from './evaluate.ts'
import { alikeCopies } from './find-stations.ts'
import { waitBehindOthers } from './flow-equivalent-wait.ts'
import { exponentialMixture, type Law, scaledLaw, zero } from './law.ts'
import { copiesAt, type Node } from './network.ts'
import type { Outcome } from './outcome.ts'

/** Copies of a station that are alike for all who use it. */
interface Place {
  readonly index: number
  readonly station: Station
  readonly copies: readonly number[]
  readonly slow: number
  readonly open: ReturnType<typeof openAt>
}

/** Closed users of several sources, or with work that is not exponential, and all who meet them at stations. */
export function findShared(all: readonly Users[], context: Context, outcomes: readonly Outcome[]): void {
  const { state } = context
  const fresh = all.filter((users) => !((state.sources[users.index] ?? 0) > 0))
  for (const users of fresh) start(users, context, outcomes)
  if (fresh.length > 0) return
  const members = all.map((users) => membersOf(users, context))
  const places = placesOf(members, all, context)
  const centers = places.map((place) => centerOf(place, context))
  const classes = all.map((users, i) => classOf(users, { members: members[i] ?? [], places, outcomes }, context))
  const answer = answered({ classes, centers }, context)
  for (const [i, users] of all.entries()) state.sources[users.index] = answer.throughput[i] ?? 0
  const solved = { places, classes, answer }
  for (const [i, own] of members.entries())
    for (const { node } of own) noteAt(node, (k) => ownAt(i, k, solved), solved, context)
  const consumed = new Set(context.network.model.consumers.map(({ flow }) => flow))
  for (const node of new Set(places.flatMap(({ open }) => open.map((one) => one.node)))) {
    // Those who read logs are a closed population of their own.
    if (consumed.has(node.flow) || all.some(({ flows }) => flows.has(node.flow))) continue
    const openAtPlace = (k: number): Met | null => {
      const at = answer.open[k]
      return at === undefined ? null : { ...at, work: centers[k]?.isProduct ? null : 1 }
    }
    noteAt(node, openAtPlace, solved, context)
  }
}

const known = new WeakMap<Context['state'], { readonly key: string; readonly answer: ClassAnswer }>()

/** Solved anew only where something moved. */
function answered(network: ClassNetwork, { state }: Context): ClassAnswer {
  const key = JSON.stringify(network, (_, x: unknown) => (typeof x === 'number' ? x.toPrecision(11) : x))
  const before = known.get(state)
  const answer = before?.key === key ? before.answer : solveClasses(network)
  known.set(state, { key, answer })
  return answer
}

/** Stations that closed users visit, their copies grouped by who comes there. */
function placesOf(members: readonly (readonly Member[])[], all: readonly Users[], context: Context): readonly Place[] {
  const { network } = context
  const nodes = members.flat().map(({ node }) => node)
  const stations = [...new Set(nodes.flatMap(({ step }) => (step.kind === 'serve' ? [step.station] : [])))]
  return stations.flatMap((index) => {
    const station = network.model.resources[index]
    if (station?.kind !== 'station') return []
    const shares = (network.users.get(index) ?? []).map(({ spot }) => copiesAt(spot, station.group))
    const slow = network.environment.slow[station.group] ?? []
    const open = openAt(index, all, context)
    const placed = { index, station, open }
    return alikeCopies(shares, slow).map((copies) => ({ ...placed, copies, slow: slow[copies[0] ?? 0] ?? 1 }))
  })
}

const shareAt = (node: Node, { station, copies }: Place): number =>
  copiesAt(node.spot, station.group)[copies[0] ?? 0] ?? 0

/** Visits a second or a cycle, and the work they bring: how much, how much each, and what is left of one in service. */
function workAt(place: Place, visits: readonly { readonly node: Node; readonly rate: number }[]) {
  let [often, all, left] = [0, 0, 0]
  for (const { node, rate } of visits) {
    if (node.step.kind !== 'serve' || node.step.station !== place.index) continue
    const work = workOf(node.step, node, place.slow)
    const here = rate * shareAt(node, place)
    often += here
    all += here * work.mean
    left += here * work.mean * restOf(work)
  }
  return { all, each: often > 0 ? all / often : 0, rest: all > 0 ? left / all : 0 }
}

function centerOf(place: Place, { network }: Context): SharedCenter {
  const { station, copies, open, index } = place
  const { servers } = station
  const { all, rest } = workAt(place, open)
  const isProduct = keepsProduct(station, network.users.get(index) ?? [])
  return { servers, copies: copies.length, isDelay: servers === Infinity, isProduct, background: all, openRest: rest }
}

interface Own {
  readonly members: readonly Member[]
  readonly places: readonly Place[]
  readonly outcomes: readonly Outcome[]
}

function classOf(users: Users, { members, places, outcomes }: Own, context: Context): UserClass {
  const rate = context.state.sources[users.index] ?? 1
  const inside = insideOf(
    members.filter(({ node }) => node.step.kind !== 'serve'),
    rate,
    context,
  )
  const visits = members.map(({ node, part }) => ({ node, rate: (node.rate * part) / rate }))
  const works = places.map((place) => workAt(place, visits))
  return {
    customers: users.population,
    thinkTime: users.think + inside.delay + lostTime(users, outcomes),
    demands: works.map(({ all }) => all),
    works: works.map(({ each }) => each),
    rests: works.map(({ rest }) => rest),
  }
}

const methodOf = ({ method }: ClassAnswer) => (method.kind === 'exact' ? apart : method)

interface Solved {
  readonly places: readonly Place[]
  readonly classes: readonly UserClass[]
  readonly answer: ClassAnswer
}

/** The wait of a node over the copies where it goes; in proportion to its own work where that is shared. */
function noteAt(node: Node, found: (k: number) => Met | null, { places, answer }: Solved, context: Context): void {
  const { step } = node
  if (step.kind !== 'serve') return
  let [mean, all, servers] = [0, 0, 1]
  let seen: Float64Array | null = null
  for (const [k, place] of places.entries()) {
    const share = place.index === step.station ? shareAt(node, place) * place.copies.length : 0
    const met = share > 0 ? found(k) : null
    if (met === null) continue
    mean += share * met.wait * (met.work ?? workOf(step, node, place.slow).mean)
    seen = met.seen
    servers = place.station.servers
    all += share
  }
  if (all > 0) noteWait(context, node, lawOfWait(mean / all, seen, servers), methodOf(answer))
}

/** A wait, in multiples of this work; null: of the node's own. */
interface Met {
  readonly wait: number
  readonly work: Seconds | null
  readonly seen: Float64Array | null
}

/** What a class meets at a place: the same wait for all its visits, unless work is shared. */
function ownAt(c: number, k: number, { places, classes, answer }: Solved): Met | null {
  const { demands = [], works = [] } = classes[c] ?? {}
  const demand = (demands[k] ?? 0) * (places[k]?.copies.length ?? 1)
  const wait = Math.max(0, (answer.residence[c]?.[k] ?? 0) / demand - 1)
  const work = places[k]?.station.discipline === 'ps' ? null : (works[k] ?? 0)
  return demand > 0 ? { wait, work, seen: answer.seen?.[c]?.[k] ?? null } : null
}

/** A wait with this mean, by how many are found there: as many stages as are before one. */
function lawOfWait(mean: Seconds, seen: Float64Array | null, servers: number): Law {
  if (!(mean > 0 && mean < Infinity)) return zero
  if (seen === null || seen.length <= servers) return exponentialMixture(0, [{ share: 1, rate: 1 / mean }])
  const law = waitBehindOthers(seen, { servers, serviceTime: mean })
  return law.mean > 0 ? scaledLaw(law, mean / law.mean) : zero
}
