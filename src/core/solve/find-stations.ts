import { exp, expm1, log } from '../base/math.ts'
import type { Ratio } from '../base/units.ts'
import type { Station } from '../model/resource.ts'

import { workOf } from './evaluate.ts'
import { balanced } from './balanced.ts'
import { lawOf } from './law.ts'
import { copiesAt, keptOf, type Lasting, type Network, type Node, put } from './network.ts'
import { type Alike, isSame, type State, type StationState } from './state.ts'
import { solveStation, type StationAnswer, type StationLoad } from './station.ts'
import { everyNth, isPoisson, type Stream, superposed, thinned } from './stream.ts'

/** Solves every station for what comes to it at the moment. */
export function findStations(network: Network, state: State): void {
  const kept = keptOf(visitors, network)
  for (const [index, station] of network.model.resources.entries()) {
    if (station.kind !== 'station') continue
    const visits = kept.get(index) ?? visitorsOf(network, index, station)
    kept.set(index, visits)
    put(network, state.stations, index, found(network, station, visits, state.stations.get(index)))
  }
}

/** Who comes to a station, and which of its copies are alike: this does not change with how many they are. */
interface Visitors {
  readonly users: readonly Node[]
  readonly shares: readonly Float64Array[]
  readonly kinds: readonly (readonly number[])[]
}

const visitors: Lasting<Visitors> = new WeakMap()

function visitorsOf(network: Network, index: number, station: Station): Visitors {
  const users = (network.users.get(index) ?? []).filter(({ step }) => step.kind === 'serve')
  const shares = users.map(({ spot }) => copiesAt(spot, station.group))
  return { users, shares, kinds: alikeCopies(shares, network.environment.slow[station.group] ?? []) }
}

function found(
  network: Network,
  station: Station,
  { users, shares, kinds }: Visitors,
  before: StationState | undefined,
): StationState {
  const slow = network.environment.slow[station.group] ?? []
  const alike = kinds.map((copies, i): Alike<StationAnswer> => {
    const copy = copies[0] ?? 0
    const load = loadOf(users, { shares, copy, slow: slow[copy] ?? 1 })
    const known = before?.alike[i]
    if (known !== undefined && isSame(known.load, load) && known.copies.length === copies.length) return known
    return { copies, load, answer: solved(station, users, { shares, copy, slow: slow[copy] ?? 1 }) }
  })
  if (before !== undefined && alike.length === before.alike.length && alike.every((one, i) => one === before.alike[i]))
    return before
  const of = new Int16Array(Math.max(1, slow.length)).fill(-1)
  for (const [i, copies] of kinds.entries()) for (const copy of copies) of[copy] = i
  return { users, alike, of }
}

/** Copies by what comes to them: those with the same shares of all users and the same speed are alike. */
export function alikeCopies(shares: readonly Float64Array[], slow: ArrayLike<number>): readonly (readonly number[])[] {
  const distinct = [...new Set(shares)]
  const kinds = new Map<string, number[]>()
  const count = Math.max(1, slow.length)
  for (let copy = 0; copy < count; copy++) {
    if (!distinct.some((share) => (share[copy] ?? 0) > 0)) continue
    const key = `${slow[copy] ?? 1} ${distinct.map((share) => (share[copy] ?? 0).toPrecision(9)).join(' ')}`
    const list = kinds.get(key)
    if (list === undefined) kinds.set(key, [copy])
    else list.push(copy)
  }
  return [...kinds.values()]
}

interface Copy {
  readonly shares: readonly Float64Array[]
  readonly copy: number
  readonly slow: number
}

function loadOf(users: readonly Node[], { shares, copy, slow }: Copy): readonly number[] {
  const load = [slow]
  for (const [i, node] of users.entries()) {
    const { step } = node
    load.push(node.rate * (shares[i]?.[copy] ?? 0), node.stream.scv)
    if (step.kind === 'serve' && step.each > 0) load.push(node.registers[step.times])
  }
  return load
}

function solved(station: Station, users: readonly Node[], { shares, copy, slow }: Copy): StationAnswer {
  const classes = users.map((node, i) => ({
    rate: node.rate * (shares[i]?.[copy] ?? 0),
    work: node.step.kind === 'serve' ? workOf(node.step, node, slow) : lawOf({ law: 'fixed', value: 0 }),
    distribution: null,
    priority: node.step.kind === 'serve' ? node.step.priority : 1,
  }))
  const offered = classes.reduce((sum, { rate, work }) => sum + rate * work.mean, 0) / station.servers
  const stream = arriving(users, classes, { shares, copy, offered })
  const rate = classes.reduce((sum, one) => sum + one.rate, 0)
  const load: StationLoad = {
    station,
    classes,
    arrivalScv: stream.scv,
    transform: transformOf(stream, rate),
    batch: Math.max(1, Math.round(stream.batch)),
  }
  return balanced(solveStation(load), load, pickedBy(users, classes))
}

/** How the copy was picked that most requests are at; and among how many. */
function pickedBy(users: readonly Node[], classes: readonly { readonly rate: number }[]) {
  const most = classes.reduce((best, { rate }, i) => (rate > (classes[best]?.rate ?? 0) ? i : best), 0)
  const spot = users[most]?.spot
  return { within: spot?.within ?? null, copies: spot?.copies ?? 1 }
}

function arriving(
  users: readonly Node[],
  classes: readonly { readonly rate: number }[],
  { shares, copy, offered }: Pick<Copy, 'shares' | 'copy'> & { readonly offered: Ratio },
): Stream {
  const parts = users.map((node, i) => {
    const share = shares[i]?.[copy] ?? 0
    const inTurn = node.spot.within === 'round-robin' && node.spot.copies > 1
    const stream = inTurn ? everyNth(node.stream, node.spot.copies) : thinned(node.stream, share)
    return { rate: classes[i]?.rate ?? 0, stream }
  })
  return superposed(parts, offered)
}

/** Laplace transform of the times between arrivals, where their law is known; null: Poisson, or only its scv is. */
export function transformOf(stream: Stream, rate: number): ((s: number) => number) | null {
  const { law } = stream
  if (isPoisson(stream) || law === null || law.kind === 'poisson' || stream.batch > 1) return null
  if (law.kind === 'erlang') {
    const { phases } = law
    return (s) => exp(-phases * log(1 + s / (phases * rate)))
  }
  const times = lawOf(law.between)
  const scale = 1 / rate / times.mean
  return (s) => transformed(times, s * scale)
}

/** E e^(-sT), by the tail: 1 - s ∫ e^(-st) P(T > t) dt. */
function transformed(law: ReturnType<typeof lawOf>, s: number): number {
  if (law.phases !== undefined) {
    const { atom, terms } = law.phases
    const sum = terms.reduce(
      (total, { weight, rate, order }) => total + weight * exp(order * log(rate / (rate + s))),
      atom,
    )
    return sum * exp(-s * law.shift)
  }
  if (law.variance === 0) return exp(-s * law.mean)
  const steps = 400
  const end = Math.min(40 / s, law.mean + 30 * Math.sqrt(law.variance))
  let sum = 0
  for (let i = 0; i < steps; i++) {
    const [a, b] = [(i / steps) * (i / steps) * end, ((i + 1) / steps) * ((i + 1) / steps) * end]
    sum += law.tail((a + b) / 2) * exp(-s * a) * -expm1(-s * (b - a))
  }
  return 1 - sum
}
