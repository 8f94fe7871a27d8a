import type { Distribution } from '../model/distribution.ts'
import { fixed, lognormalThrough } from '../model/distribution.ts'
import type { Link, Place } from '../model/model.ts'
import type { PlaceIndex } from '../model/resource.ts'
import type { Actor, Design, PlaceGroup } from './design.ts'
import {
  type Area,
  areaNames,
  areaRoundTrips,
  bandwidths,
  crossZoneRoundTrip,
  lastMileRoundTrip,
  sameAreaRoundTrip,
  sameZoneRoundTrip,
} from './world.ts'

/** Where things stand, and what lies between. */
export interface Atlas {
  readonly places: readonly Place[]
  /** `links[from * places.length + to]`. */
  readonly links: readonly Link[]
  /** Positions of a place by name: `eu` (all its zones), `eu.b`, `pops` (one entry for each edge location). */
  readonly find: (name: string) => readonly PlaceIndex[]
  /** Where the requests of an actor come from. Empty: from nowhere in particular, without any distance. */
  readonly origins: (actor: Actor) => readonly { readonly place: PlaceIndex; readonly share: number }[]
}

interface Site extends Place {
  readonly group: PlaceGroup | null
  readonly area: Area | null
}

/**
 * Places of the design, edge locations spread over the parts of the world that its clients are in, and a client network
 * for each origin. Round trips: what the design says, else the world's usual ones.
 */
export function compilePlaces(design: Design): Atlas {
  const origins = originNames(design)
  const sites = [...design.places.values()].flatMap((group) => sitesOf(group, origins))
  const declared = new Set(sites.map(({ id }) => id))
  const clients = origins
    .filter(({ name }) => !declared.has(name) && !declared.has(`${name}.clients`))
    .map(({ name }): Site => ({ id: name, region: name, kind: 'clients', group: null, area: areaOf(name) }))
  const all = [...sites, ...clients]
  const indexes = indexByName(design, all)
  return {
    places: all.map(({ id, region, kind }) => ({ id, region, kind })),
    links: all.flatMap((from) => all.map((to) => linkBetween(design, from, to))),
    find: (name) => indexes.get(name) ?? [],
    origins: (actor) => originsOf(actor, design, all),
  }
}

interface Origin {
  readonly name: string
  readonly share: number
}

/** Everyone's place when the design has client networks or edges, but an actor does not say where it is. */
const EVERYWHERE = 'clients'

function originNames(design: Design): readonly Origin[] {
  const shares = new Map<string, number>()
  const actors = [...design.actors.values(), ...[...design.scenarios.values()].flatMap((s) => [...s.actors.values()])]
  for (const actor of actors) {
    for (const { name, share } of namesOf(actor, design)) shares.set(name, (shares.get(name) ?? 0) + share)
  }
  const total = [...shares.values()].reduce((sum, share) => sum + share, 0)
  return [...shares].map(([name, share]) => ({ name, share: share / total }))
}

function namesOf(actor: Actor, design: Design): readonly Origin[] {
  if (actor.from.length > 0) return actor.from.map(({ place, share }) => ({ name: place, share }))
  const groups = [...design.places.values()]
  const networks = groups.filter(({ kind }) => kind === 'clients')
  if (networks.length > 0) return networks.map(({ id }) => ({ name: id, share: 1 / networks.length }))
  return groups.some(({ kind }) => kind === 'edge') ? [{ name: EVERYWHERE, share: 1 }] : []
}

function sitesOf(group: PlaceGroup, origins: readonly Origin[]): readonly Site[] {
  const { id, region, kind, zones } = group
  const area = areaOf(region) ?? areaOf(id)
  if (kind === 'clients') return [{ id, region: id, kind, group, area }]
  if (kind === 'edge') {
    // One place for each part of the world; how many locations stand there is a matter of the component.
    return origins.map(({ name }) => ({ id: `${id}.${name}`, region: id, kind, group, area: areaOf(name) }))
  }
  const names = zones.length > 0 ? zones.map((zone) => `${id}.${zone}`) : [id]
  return names.map((name) => ({ id: name, region, kind: 'zone', group, area }))
}

/** The part of the world that a name of a region or a continent belongs to. */
export function areaOf(name: string): Area | null {
  const found = areaNames.filter(([start]) => name === start || name.startsWith(`${start}-`))
  return found.toSorted(([a], [b]) => b.length - a.length)[0]?.[1] ?? null
}

function indexByName(design: Design, sites: readonly Site[]): ReadonlyMap<string, readonly PlaceIndex[]> {
  const indexes = new Map<string, readonly PlaceIndex[]>(sites.map(({ id }, index) => [id, [index]]))
  const origins = originNames(design)
  for (const group of design.places.values()) {
    const own = sites.flatMap((site, index) => (site.group === group ? [index] : []))
    if (group.kind === 'edge') indexes.set(group.id, spreadEdges(group.edges, origins, own))
    else if (!indexes.has(group.id)) indexes.set(group.id, own)
    for (const other of [group.region]) {
      if (!indexes.has(other)) indexes.set(other, own)
    }
  }
  return indexes
}

/** One entry for each location, in proportion to the clients near it, at least one for each part of the world. */
function spreadEdges(count: number, origins: readonly Origin[], own: readonly PlaceIndex[]): readonly PlaceIndex[] {
  return own.flatMap((place, i) => {
    const share = origins[i]?.share ?? 1 / own.length
    return Array.from({ length: Math.max(1, Math.round(count * share)) }, () => place)
  })
}

function originsOf(actor: Actor, design: Design, sites: readonly Site[]) {
  return namesOf(actor, design).flatMap(({ name, share }) => {
    const place = sites.findIndex((site) => site.kind === 'clients' && site.id === name)
    const anywhere = place >= 0 ? place : sites.findIndex((site) => site.group?.id === name || site.id === name)
    return anywhere < 0 ? [] : [{ place: anywhere, share }]
  })
}

function linkBetween(design: Design, from: Site, to: Site): Link {
  if (design.isNetworkIdeal) return { roundTrip: fixed(0), bandwidth: Infinity }
  const written = writtenLink(design, from, to)
  const usual = usualLink(from, to)
  const price = written?.dollarsPerGigabyte ?? 0
  return {
    roundTrip: written?.latency ?? usual.roundTrip,
    bandwidth: written?.bandwidth ?? usual.bandwidth,
    ...(written && price > 0
      ? { price: { dollarsPerByte: price / GIGABYTE, rule: `${written.from} -> ${written.to}` } }
      : {}),
  }
}

const GIGABYTE = 1e9

/** The rule that names the two ends most exactly, in either direction. */
function writtenLink(design: Design, from: Site, to: Site) {
  const names = ({ id, region, group }: Site): readonly string[] => [id, group?.id ?? '', region]
  const rank = (rule: Design['placeLinks'][number], a: Site, b: Site): number => {
    const [x, y] = [names(a).indexOf(rule.from), names(b).indexOf(rule.to)]
    return x < 0 || y < 0 ? Infinity : x + y
  }
  const isSame = from === to
  const ranked = design.placeLinks
    .map((rule) => ({ rule, rank: Math.min(rank(rule, from, to), rank(rule, to, from) + 0.5) }))
    .filter(({ rule, rank: r }) => Number.isFinite(r) && (!isSame || rule.from === rule.to))
  return ranked.toSorted((a, b) => a.rank - b.rank)[0]?.rule
}

const through = ({ p50, p99 }: { readonly p50: number; readonly p99: number }): Distribution =>
  lognormalThrough(p50, p99)

function usualLink(from: Site, to: Site): Link {
  if (from.kind === 'clients') return fromClients(from, to)
  if (to.kind === 'clients') return fromClients(to, from)
  if (from === to) return { roundTrip: through(sameZoneRoundTrip), bandwidth: bandwidths.zone }
  if (from.kind === 'zone' && to.kind === 'zone' && from.region === to.region)
    return { roundTrip: through(crossZoneRoundTrip), bandwidth: bandwidths.region }
  return { roundTrip: fixed(worldRoundTrip(from.area, to.area)), bandwidth: bandwidths.world }
}

/**
 * To an edge nearby: the last mile, or what the design says of the edge or the network. Farther on: the world as well.
 */
function fromClients(clients: Site, to: Site): Link {
  const own = clients.group?.latency ?? null
  if (to.kind === 'edge') {
    const isNear = to.id === `${to.group?.id}.${clients.id}`
    const mile = own ?? to.group?.latency ?? through(lastMileRoundTrip)
    return {
      roundTrip: isNear ? mile : farther(mile, worldRoundTrip(clients.area, to.area)),
      bandwidth: bandwidths.lastMile,
    }
  }
  // A latency of the client network is the way to the system: it holds the world in between.
  if (own !== null) return { roundTrip: own, bandwidth: bandwidths.lastMile }
  const world = worldRoundTrip(clients.area, to.area, 0)
  return { roundTrip: farther(through(lastMileRoundTrip), world), bandwidth: bandwidths.lastMile }
}

const farther = (mile: Distribution, by: number): Distribution => (by === 0 ? mile : { law: 'shifted', by, of: mile })

/** @param near  round trip inside one area */
function worldRoundTrip(a: Area | null, b: Area | null, near = sameAreaRoundTrip): number {
  // A name that says nothing about where it is counts as near by.
  if (a === null || b === null || a === b) return near
  const found = areaRoundTrips.find(([x, y]) => (x === a && y === b) || (x === b && y === a))
  return found?.[2] ?? near
}
