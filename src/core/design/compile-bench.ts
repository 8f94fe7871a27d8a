import type { Collector } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { Bytes, BytesPerSecond } from '../base/units.ts'
import type { Behaviour, Upkeep, Workbench } from '../kinds/define.ts'
import { fixed } from '../model/distribution.ts'
import type { Charge, Component as ModelComponent, KeyDomain, Model, Point, Scaler } from '../model/model.ts'
import type { Group, GroupIndex, KeyDomainIndex, PlaceIndex, Resource, ResourceIndex } from '../model/resource.ts'
import type { PointIndex, Step } from '../model/step.ts'
import type { Later } from './compile-later.ts'
import type { Atlas } from './compile-places.ts'
import type { Component, Design } from './design.ts'

/** A component as compilation knows it. */
export interface Built {
  readonly component: Component
  readonly behaviour: Behaviour
  readonly upkeep: Upkeep
}

/** The Model while it is made: lists that only grow. Indexes are positions in them. */
export interface Assembly {
  readonly design: Design
  readonly out: Collector
  readonly atlas: Atlas
  readonly groups: Group[]
  readonly resources: Resource[]
  readonly points: Point[]
  readonly keyDomains: KeyDomain[]
  readonly scalers: Scaler[]
  readonly costs: Map<string, ModelComponent['cost'][number][]>
  readonly charges: Map<string, (() => Charge)[]>
  readonly connections: Model['connections'][number][]
  /** Notes for the reader of the result; a set, since many steps may say the same. */
  readonly trust: Set<string>
  readonly built: Map<string, Built>
  /** Network cards by the group whose instances have them. */
  readonly cards: Map<GroupIndex, { readonly station: ResourceIndex; readonly bandwidth: BytesPerSecond }>
  /** Groups that are watched by what stands in front of them, and by which component. */
  readonly watched: Map<GroupIndex, string>
  /** Components whose disk becomes full in this scenario. */
  readonly filled: ReadonlySet<string>
  /** Flows of calls that failed and are made up for later. */
  readonly later: Later[]
  /** Things made once for a pair of caller and callee: breakers, budgets, connection pools. By name. */
  readonly shared: Map<string, ResourceIndex>
}

export function createAssembly(
  design: Design,
  atlas: Atlas,
  out: Collector,
  filled: ReadonlySet<string> = new Set(),
): Assembly {
  return {
    design,
    out,
    atlas,
    groups: [],
    resources: [],
    points: [],
    keyDomains: [],
    scalers: [],
    costs: new Map(),
    charges: new Map(),
    connections: [],
    trust: new Set(),
    built: new Map(),
    cards: new Map(),
    watched: new Map(),
    filled,
    later: [],
    shared: new Map(),
  }
}

/** Adds to a list; the position is the index that others use. */
export function add<T>(list: T[], one: T): number {
  list.push(one)
  return list.length - 1
}

/** What one kind sees of the Model. */
export function createBench(assembly: Assembly, component: Component): Workbench {
  const { id, span } = component
  const costs: ModelComponent['cost'][number][] = []
  assembly.costs.set(id, costs)
  return {
    component: id,
    span,
    isNetworkIdeal: assembly.design.isNetworkIdeal,
    places: placesOf(assembly, component),
    addGroup: (group) => add(assembly.groups, { ...group, component: id }),
    addResource: (resource) => add(assembly.resources, resource),
    addScaler: (scaler) => add(assembly.scalers, scaler),
    addCard: (group, bandwidth) => void assembly.cards.set(group, { station: addCard(assembly, id, group), bandwidth }),
    keyDomain: (keys, exponent) => keyDomain(assembly, keys, exponent),
    addCost: (label, dollarsPerMonth, { isPerInstance }) =>
      costs.push({ label, perInstance: isPerInstance, dollarsPerMonth }),
    addCharge: (charge) => void assembly.charges.set(id, [...(assembly.charges.get(id) ?? []), charge]),
    mind: (note) => assembly.trust.add(note),
  }
}

/** All that passes the card of an instance shares it. */
const addCard = ({ resources }: Assembly, component: string, group: GroupIndex): ResourceIndex =>
  add(resources, {
    kind: 'station',
    id: `${component} network card`,
    group,
    servers: 1,
    discipline: 'ps',
    waitingRoom: Infinity,
    whenFull: 'reject',
    patience: null,
    outages: null,
    label: 'network card',
  })

/** What passes the card of an instance before the rest is done there: nothing where it has none, or no bytes come. */
export function cardSteps(
  { cards, points }: Assembly,
  place: PointPlace,
  group: GroupIndex,
  bytes: Bytes,
): readonly Step[] {
  const card = cards.get(group)
  if (card === undefined || bytes === 0) return []
  const { station, bandwidth } = card
  const name = `${place.component} network card`
  const point = add(points, { ...place, name, resource: station, category: 'service' })
  const work = fixed(bytes / bandwidth)
  return [{ kind: 'serve', station, work, each: 0, times: 'items', point, priority: 1 }]
}

/** The zones that the component spreads over, cyclically. */
function placesOf({ atlas }: Assembly, { at, spread }: Component): readonly PlaceIndex[] {
  const all = at.flatMap((name) => atlas.find(name))
  return spread === null ? all : all.slice(0, spread)
}

/** Components that mean the same keys with the same popularity mean the same key when they ask for one. */
export function keyDomain({ keyDomains }: Assembly, keys: number, exponent: number): KeyDomainIndex {
  const found = keyDomains.findIndex((domain) => domain.keys === keys && domain.exponent === exponent)
  return found >= 0 ? found : add(keyDomains, { keys, exponent })
}

/** The client side of an actor: one instance, so that breakers and budgets of its calls have a place. */
export function actorGroup(assembly: Assembly, actor: string): GroupIndex {
  const id = `actor ${actor}`
  const found = assembly.groups.findIndex((group) => group.id === id)
  if (found >= 0) return found
  const group: Group = {
    id,
    component: actor,
    shards: 1,
    perShard: 1,
    perShardMax: 1,
    places: [],
    detect: 0,
    promote: Infinity,
  }
  return add(assembly.groups, group)
}

export interface PointPlace {
  readonly flow: string
  readonly component: string
  readonly span: Span | null
}

export function addPoint(
  assembly: Assembly,
  { flow, component, span }: PointPlace,
  name: string,
  category: Point['category'],
  resource: ResourceIndex | null,
): PointIndex {
  return add(assembly.points, { flow, name, component, resource, category, span })
}

/** Where an instance of a group stands; null = nowhere in particular. */
export function placeOf({ places, perShardMax }: Group, instance: number): PlaceIndex | null {
  const shard = Math.floor(instance / perShardMax)
  const position = instance % perShardMax
  return places[(shard + position) % places.length] ?? null
}
