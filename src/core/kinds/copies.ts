import type { Seconds } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Discipline, GroupIndex, Keeps, KeyDomainIndex, Placement, ResourceIndex } from '../model/resource.ts'
import type { Pick } from '../model/step.ts'
import type { Workbench } from './define.ts'
import type { Tables } from './tables.ts'

interface Copies {
  readonly shards?: number
  readonly perShard: number
  readonly detect: Seconds
  /** Infinity (the default): nobody takes over. */
  readonly promote?: Seconds
  /** Data that is missed when it is lost. */
  readonly keeps?: Keeps
  readonly placement?: Placement
}

/** The instances of a component that does not scale, where the component stands. */
export const addCopies = (
  bench: Workbench,
  { shards = 1, perShard, detect, promote = Infinity, keeps, placement }: Copies,
): GroupIndex =>
  bench.addGroup({
    id: bench.component,
    shards,
    perShard,
    perShardMax: perShard,
    places: bench.places,
    detect,
    promote,
    ...(keeps === undefined ? {} : { keeps }),
    ...(placement === undefined ? {} : { placement }),
  })

interface Servers {
  /** After the component's id; '' = the id alone. */
  readonly name: string
  readonly servers: number
  readonly discipline: Discipline
  /** What its wait is called. */
  readonly label: string
  /** Infinity by default. */
  readonly waitingRoom?: number
  readonly pauses?: Pauses | null
}

/** Time between two pauses, and how long each is. */
export interface Pauses {
  readonly every: Distribution
  readonly for: Distribution
}

/** A station of each instance that rejects when its waiting room is full. */
export const addServers = (bench: Workbench, group: GroupIndex, of: Servers): ResourceIndex =>
  bench.addResource({
    kind: 'station',
    id: of.name === '' ? bench.component : `${bench.component} ${of.name}`,
    group,
    servers: of.servers,
    discipline: of.discipline,
    waitingRoom: of.waitingRoom ?? Infinity,
    whenFull: 'reject',
    patience: null,
    outages: of.pauses ? { up: of.pauses.every, down: of.pauses.for } : null,
    label: of.label,
  })

/** A rate of units as a server that requests share: a unit takes 1/rate seconds of it. */
export const addUnits = (bench: Workbench, group: GroupIndex, name: string, waitingRoom: number): ResourceIndex =>
  addServers(bench, group, { name, servers: 1, discipline: 'ps', label: name, waitingRoom })

/** For {@link addServers}: nobody ever waits. */
export const unlimited = { servers: Infinity, discipline: 'fifo' } as const

/** One for all tables, so that what one request asks of several of them lies on one shard. */
export function tablesDomain(bench: Workbench, tables: Tables, exponent: number | null = null): KeyDomainIndex {
  const all = [...tables.values()].map(({ value }) => value)
  const keys = Math.max(1, ...all.map(({ rows }) => Math.ceil(rows)))
  return bench.keyDomain(keys, exponent ?? Math.max(0, ...all.map(({ popularity }) => popularity)))
}

/** The acting leader of a shard. */
export const leaderOf = (shardBy: Pick['shardBy']): Pick => ({ shardBy, within: 'leader', position: 0, weights: [] })

/** Any copy of a shard that is up. */
export const anyOf = (shardBy: Pick['shardBy']): Pick => ({ shardBy, within: 'random', position: 0, weights: [] })

/** The copy of this shard that stands so many places after its leader. */
export const copyAt = (position: number): Pick => ({ shardBy: 'same', within: 'copy', position, weights: [] })

/** The copy that stands so many places after the one that asks, whether it is there or not. */
export const nextAfter = (position: number): Pick => ({ shardBy: 'same', within: 'next', position, weights: [] })

/** Any instance, in turn. */
export const inTurn: Pick = { shardBy: 'uniform', within: 'round-robin', position: 0, weights: [] }

/** The instance with the shortest way. */
export const nearest: Pick = { shardBy: 'uniform', within: 'nearest', position: 0, weights: [] }

/** Callers keep no connections, and no limit of them is known. */
export const noConnections = { connections: null, connectionsMost: null } as const
