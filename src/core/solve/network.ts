import type { Ratio, Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Call, Pick, Step } from '../model/step.ts'
import type { Booking } from './bookings.ts'
import type { Environment } from './environment.ts'
import type { Law } from './law.ts'
import { nothing, type Outcome } from './outcome.ts'
import type { Popularity } from './popularity.ts'
import { sharesOf } from './shares.ts'
import { nestedOf } from './nested-steps.ts'
import { choiceOf, spotClasses } from './split-spots.ts'
import { type Stream, poisson } from './stream.ts'
import { wayOf } from './ways.ts'

/** Where requests are while they do something: at the instances of a group that the nearest call to it picked. */
export interface Spot {
  /** null: at whoever sends the requests. */
  readonly group: GroupIndex | null
  /** Share of the requests at each instance of the group. */
  readonly share: Float64Array
  /** How the instance was picked; null = nobody picked it. */
  readonly within: Pick['within'] | null
  /** Instances that get any. */
  readonly copies: number
  readonly parent: Spot | null
}

/** What a running flow knows, on average: see model/step.ts. */
export interface Registers {
  readonly items: number
  readonly found: number
  readonly missed: number
  readonly group: number
}

/** Somebody who holds a slot of a pool, and how: by a step, or around a call. */
export interface Holder {
  readonly pool: ResourceIndex
  readonly node: Node
}

/** A timeout, or a branch given up. */
export interface Limit {
  readonly after: Seconds
  /** So many of {@link Node.holders} are around it, and are held no longer. */
  readonly around: number
}

/** A step of a flow, with what is known of it while the answer is looked for. */
export interface Node {
  step: Step
  readonly flow: number
  readonly spot: Spot
  /** Steps in it, by branch. Hold: what is held for, starting; lookup: access, hit, miss; attempt: steps, otherwise. */
  readonly lists: readonly (readonly Node[])[]
  /** Pools whose slots are held while it runs, the outermost first. */
  readonly holders: readonly Holder[]
  /** After how long whoever waits for it goes on without it. */
  readonly limits: readonly Limit[]
  /** Of a call: the time of its network, and at whom it arrives. */
  readonly way: Way | null
  readonly target: Spot | null
  /** Times a second that it starts. */
  rate: number
  stream: Stream
  registers: Registers
  /** How often keys are asked for, by domain, where caches before it changed that. */
  popularity: ReadonlyMap<number, Popularity>
  outcome: Outcome
  /** What the outcome was made of: nothing is worked out again while that is the same. */
  inputs: readonly unknown[]
  /** Of a call: over all callers, and of those at each place of {@link Way.callers}. */
  attempts: Attempts
  attemptsFrom: readonly Attempts[]
}

/** Of one execution of a call, on average. */
export interface Attempts {
  readonly sent: number
  readonly retries: number
  readonly hedges: number
  /** Share of attempts that one would repeat. */
  readonly again: Ratio
  /** Share of the attempts sent that fail in a way that a breaker counts. */
  readonly failing: Ratio
  /** Mean time until the answer, or until it is given up: how long one attempt holds its connection. */
  readonly held: Seconds
}

export const once: Attempts = { sent: 1, retries: 0, hedges: 0, again: 0, failing: 0, held: 0 }

/** The network of a call: there and back, for one attempt. */
export interface Way {
  readonly time: Law
  /** Callers whom distance tells apart; one, at no place in particular, where it does not or nobody minds. */
  readonly callers: readonly Caller[]
  /** Bytes across each priced link, for one attempt. */
  readonly traffic: readonly { readonly link: number; readonly bytes: number }[]
  /** Share of attempts that find nobody, or an error made by a fault, at the instance they go to. */
  readonly refused: Ratio
  readonly erroneous: Ratio
  readonly denied: Ratio
}

/** Those who call from one place. They have guards of their own: what is far away fails for them alone. */
export interface Caller {
  /** Of Model.places; -1 = anywhere. */
  readonly place: number
  /** Of all who call. */
  readonly share: Ratio
  readonly time: Law
}

export interface Network {
  readonly model: Model
  readonly environment: Environment
  /** Steps of each flow. */
  readonly flows: readonly (readonly Node[])[]
  /** All nodes, those of an outer step before those inside it. */
  readonly nodes: readonly Node[]
  /** Nodes by the resource that they use: stations, limiters, caches (lookups, probes and inserts), logs. */
  readonly users: ReadonlyMap<ResourceIndex, readonly Node[]>
  /** Who holds slots of each pool. */
  readonly holders: ReadonlyMap<ResourceIndex, readonly Holder[]>
  /** Of each flow a number that grows whenever something changes that outcomes of its steps are made of. */
  readonly versions: Float64Array
  /** Flows that use each resource. */
  readonly flowsOf: ReadonlyMap<ResourceIndex, readonly number[]>
  /** What became of lists of steps when they were looked at last. */
  readonly sequences: Map<readonly Node[], Sequence>
  /** Where the time of each flow went when that was looked at last. */
  readonly booked: Map<number, Booked>
}

export interface Booked {
  readonly outcome: Outcome
  readonly isBrief: boolean
  readonly bookings: readonly Booking[]
}

export interface Sequence {
  readonly version: number
  readonly outcomes: readonly Outcome[]
  readonly outcome: Outcome
}

const plain: Registers = { items: 1, found: 0, missed: 0, group: 1 }

interface Frame {
  readonly flow: number
  readonly spot: Spot
  readonly holders: readonly Holder[]
  readonly limits: readonly Limit[]
}

/** The steps of all flows as nodes, with who is where under the environment. Nothing is solved yet. */
export function networkOf(model: Model, environment: Environment): Network {
  const nodes: Node[] = []
  const users = new Map<ResourceIndex, Node[]>()
  const holders = new Map<ResourceIndex, Holder[]>()
  const context: Building = { model, environment, nodes, users, holders, places: placesOfSenders(model) }
  const flows = model.flows.map(({ steps }, flow) => {
    const consumer = model.consumers.find((one) => one.flow === flow)
    const group = consumer?.group ?? null
    const share = group === null ? new Float64Array(1).fill(1) : everywhere(environment, group)
    const spot = spotOf({ group, share, within: null, parent: null })
    return listOf(steps, { flow, spot, holders: [], limits: [] }, context)
  })
  const versions = new Float64Array(flows.length)
  const memories = { versions, flowsOf: flowsBy(users, holders), sequences: new Map(), booked: new Map() }
  return { model, environment, flows, nodes, users, holders, ...memories }
}

function flowsBy(users: Network['users'], holders: Network['holders']): ReadonlyMap<ResourceIndex, readonly number[]> {
  const all = new Map<ResourceIndex, Set<number>>()
  const add = (resource: ResourceIndex, { flow }: Node): void => {
    const flows = all.get(resource)
    if (flows === undefined) all.set(resource, new Set([flow]))
    else flows.add(flow)
  }
  for (const [resource, nodes] of users) for (const node of nodes) add(resource, node)
  for (const [resource, list] of holders) for (const { node } of list) add(resource, node)
  return new Map([...all].map(([resource, flows]) => [resource, [...flows]]))
}

/** Outcomes of the flows that use a resource are to be looked at again; of all flows without one. */
export function touch({ versions, flowsOf }: Network, resource: ResourceIndex | null = null): void {
  const flows = resource === null ? versions.keys() : (flowsOf.get(resource) ?? [])
  for (const flow of flows) versions[flow] = (versions[flow] ?? 0) + 1
}

/** The same of the flow of one step. */
export function touchFlow({ versions }: Network, { flow }: Node): void {
  versions[flow] = (versions[flow] ?? 0) + 1
}

/** Notes what was found for a resource, and whom that concerns. */
export function put<T>(network: Network, into: Map<ResourceIndex, T>, index: ResourceIndex, found: T): void {
  if (into.get(index) === found) return
  into.set(index, found)
  touch(network, index)
}

interface Building {
  readonly model: Model
  readonly environment: Environment
  readonly nodes: Node[]
  readonly users: Map<ResourceIndex, Node[]>
  readonly holders: Map<ResourceIndex, Holder[]>
  /** Of each flow: share of its senders at each place. */
  readonly places: readonly Float64Array[]
}

const spotOf = (spot: Omit<Spot, 'copies'>): Spot => ({
  ...spot,
  copies: spot.share.reduce((count, share) => count + (share > 0 ? 1 : 0), 0),
})

/** Where those who start a flow stand, weighted by how often they do. */
function placesOfSenders(model: Model): readonly Float64Array[] {
  return model.flows.map((_, flow) => {
    const shares = new Float64Array(model.places.length)
    let all = 0
    for (const { mix, from, arrivals } of model.sources) {
      const often = 'rate' in arrivals ? arrivals.rate : arrivals.population
      const weight = often * mix.reduce((sum, part) => sum + (part.flow === flow ? part.share : 0), 0)
      all += weight
      for (const { place, share } of from) shares[place] = (shares[place] ?? 0) + share * weight
    }
    return all > 0 ? shares.map((share) => share / all) : shares
  })
}

function everywhere({ serving }: Environment, group: GroupIndex): Float64Array {
  const up = serving[group] ?? new Uint8Array(1).fill(1)
  const count = up.reduce((sum, one) => sum + one, 0)
  return Float64Array.from(up, (one) => (count > 0 ? one / count : 1 / up.length))
}

function listOf(steps: readonly Step[], frame: Frame, context: Building): readonly Node[] {
  let inside = frame
  return steps.map((step) => {
    const node = nodeOf(step, inside, context)
    // Whoever waited has the answer: only what is held inside of the call is held any longer.
    if (step.kind === 'reply') inside = { ...inside, holders: frame.holders.filter((one) => isInside(one, frame)) }
    return node
  })
}

/** Held since the nearest call, not around it. */
const isInside = ({ node }: Holder, { spot }: Frame): boolean => node.spot === spot && node.step.kind === 'hold'

function nodeOf(written: Step, frame: Frame, context: Building): Node {
  const { spot, flow } = frame
  const classes = spotClasses(written, spot, context)
  const step: Step = classes === null ? written : choiceOf(written, classes)
  const lists: (readonly Node[])[] = []
  const way = step.kind === 'call' ? arrivalOf(step, frame, context) : null
  const node: Node = {
    step,
    flow,
    spot,
    lists,
    holders: frame.holders,
    limits: frame.limits,
    way: way?.way ?? null,
    target: way?.target ?? null,
    rate: 0,
    stream: poisson,
    registers: plain,
    popularity: noChange,
    outcome: nothing,
    inputs: [],
    attempts: once,
    attemptsFrom: [],
  }
  context.nodes.push(node)
  enlist(node, context)
  const within = classes?.map((one) => ({ ...frame, spot: one.spot })) ?? framesOf(node, frame, context)
  for (const [i, list] of nestedOf(step).entries()) lists.push(listOf(list, within[i] ?? within[0] ?? frame, context))
  return node
}

const noChange: ReadonlyMap<number, Popularity> = new Map()

function framesOf(node: Node, frame: Frame, { holders }: Building): readonly Frame[] {
  const { step } = node
  const held: Holder[] = []
  if (step.kind === 'hold') held.push({ pool: step.pool, node })
  if (step.kind === 'call') {
    const { bulkhead, connection } = step.policy
    for (const pool of [bulkhead, connection]) if (pool !== null) held.push({ pool, node })
  }
  for (const holder of held) holders.set(holder.pool, [...(holders.get(holder.pool) ?? []), holder])
  const inside = { ...frame, spot: node.target ?? frame.spot, holders: [...frame.holders, ...held] }
  const within = (after: Seconds | null): Frame =>
    after === null ? inside : { ...inside, limits: [...inside.limits, { after, around: inside.holders.length }] }
  if (step.kind === 'parallel') return step.branches.map(({ giveUp }) => within(giveUp))
  return [within(step.kind === 'call' ? step.policy.timeout : null)]
}

function enlist(node: Node, { users }: Building): void {
  const resource = resourceOf(node.step)
  if (resource === null) return
  const list = users.get(resource)
  if (list === undefined) users.set(resource, [node])
  else list.push(node)
}

function resourceOf(step: Step): ResourceIndex | null {
  if (step.kind === 'serve') return step.station
  if (step.kind === 'admit') return step.limiter
  if (step.kind === 'publish') return step.log
  if (step.kind === 'lookup' || step.kind === 'probe' || step.kind === 'insert') return step.cache
  return null
}

function arrivalOf(step: Call, { spot, flow }: Frame, { model, environment, places }: Building) {
  const from = placesOf(model, spot, places[flow])
  const share = sharesOf(step, spot, { model, environment, from })
  const target = spotOf({
    group: step.to,
    share: answering(step, share, environment),
    within: step.pick.within,
    parent: spot,
  })
  return { target, way: wayOf(step, share, { model, environment, from }) }
}

/** Of those who arrive where somebody works and lets them in: at which instance they are. */
function answering({ to }: Call, share: Float64Array, { alive, errors, denied }: Environment): Float64Array {
  const works = (i: number): Ratio =>
    (alive[to]?.[i] ?? 1) * Math.max(0, 1 - (errors[to]?.[i] ?? 0) - (denied[to]?.[i] ?? 0))
  const kept = share.map((part, i) => part * works(i))
  const all = kept.reduce((sum, part) => sum + part, 0)
  return all > 0 && all < 1 - 1e-12 ? kept.map((part) => part / all) : share
}

/** Share of requests at each place: of the instances they are at, or of those who sent them. */
function placesOf(model: Model, spot: Spot, senders: Float64Array | undefined): Float64Array {
  const own = spot.group === null ? undefined : model.groups[spot.group]
  if (own === undefined || spot.group === null) return senders ?? new Float64Array(model.places.length)
  const shares = new Float64Array(model.places.length)
  spot.share.forEach((share, instance) => {
    const place = placeOf(model, spot.group as number, instance)
    if (place >= 0) shares[place] = (shares[place] ?? 0) + share
  })
  return shares
}

/** Place of an instance; -1 = nowhere in particular. */
export function placeOf(model: Model, group: GroupIndex, instance: number): number {
  const { places = [], perShardMax = 1 } = model.groups[group] ?? {}
  if (places.length === 0) return -1
  const [shard, position] = [Math.floor(instance / perShardMax), instance % perShardMax]
  return places[(shard + position) % places.length] ?? -1
}

/** Things by number that stay as they are as long as a network does, in all that is solved on it. */
export type Lasting<T> = WeakMap<readonly Node[], Map<number, T>>

/** What is kept of one network. */
export function keptOf<T>(lasting: Lasting<T>, { nodes }: Network): Map<number, T> {
  const known = lasting.get(nodes)
  if (known !== undefined) return known
  const kept = new Map<number, T>()
  lasting.set(nodes, kept)
  return kept
}

/** Nodes of each flow, in their order. */
export function nodesByFlow({ nodes }: Network): ReadonlyMap<number, readonly Node[]> {
  const known = byFlow.get(nodes)
  if (known !== undefined) return known
  const flows = new Map<number, Node[]>()
  for (const node of nodes) {
    const list = flows.get(node.flow)
    if (list === undefined) flows.set(node.flow, [node])
    else list.push(node)
  }
  byFlow.set(nodes, flows)
  return flows
}

const byFlow = new WeakMap<readonly Node[], ReadonlyMap<number, readonly Node[]>>()

const alone = new Float64Array(1).fill(1)

/** Share of the requests at a spot that use each copy of a resource of `group`. */
export function copiesAt(spot: Spot, group: GroupIndex): Float64Array {
  for (let at: Spot | null = spot; at !== null; at = at.parent) if (at.group === group) return at.share
  return alone
}
