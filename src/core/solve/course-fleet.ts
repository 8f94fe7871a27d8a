import type { Seconds } from '../base/units.ts'
import type { Fault, FaultAction, Model } from '../model/model.ts'
import type { Group, GroupIndex } from '../model/resource.ts'
import type { Outage } from '../result/statistics.ts'
import { type Cut, cutOf } from './course-cut.ts'
import { placesFor } from './environment.ts'

/** One group while a scenario is gone through. */
export interface GroupState {
  /** Faults that keep each instance dead. */
  readonly deaths: Int32Array
  readonly isAside: Uint8Array
  readonly isNoticed: Uint8Array
  readonly hasData: Uint8Array
  /** Counts deaths and returns, so that a late notice is known to be late. */
  readonly turn: Int32Array
  /** When its process was last a new one; -Infinity: it never was. */
  readonly newSince: Float64Array
  readonly leader: Uint8Array
  /** Since when each shard has no leader; NaN: it has one. */
  readonly leaderless: Float64Array
  readonly outages: Outage[]
  /** Leaders that were replaced: what only they had is lost. */
  readonly replaced: Replaced[]
  /** How far back all of a shard's data was lost. */
  lostAge: Seconds
}

export interface Replaced {
  readonly instance: number
  /** When it died. */
  readonly since: Seconds
  /** It was cut off, and went on answering. */
  readonly isCutOff: boolean
}

/** Who is there at a moment of a scenario, and when that changed before. */
export interface FleetState {
  readonly groups: readonly GroupState[]
  readonly cuts: readonly Cut[]
  /** Moments up to now at which anything changed, in order. */
  readonly moments: readonly Seconds[]
}

interface Happening {
  readonly at: Seconds
  readonly run: () => void
}

interface Play {
  readonly model: Model
  readonly members: Members
  readonly groups: readonly GroupState[]
  readonly cuts: Cut[]
  readonly pending: Happening[]
  now: Seconds
}

/** Instances of each shard of a group that are part of it. */
export type Members = (group: GroupIndex) => number

/**
 * What deaths, health checks, promotions and returns make of the instances up to a moment, that moment included: as the
 * simulator goes through them.
 *
 * @param until  seconds of the scenario; Infinity = to the last change
 */
export function fleetAt(model: Model, until: Seconds, members: Members = membersOf(model)): FleetState {
  const groups = model.groups.map((group, index) => stateOf(group, placesFor(model, index)))
  const play: Play = { model, members, groups, cuts: [], pending: [], now: 0 }
  for (const fault of model.faults) {
    push(play, fault.start, () => begin(play, fault))
    if (fault.end < Infinity) push(play, Math.max(fault.start, fault.end), () => finish(play, fault))
  }
  const moments = new Set<Seconds>()
  for (;;) {
    const next = earliest(play.pending)
    if (next === undefined || next.at > until) break
    play.pending.splice(play.pending.indexOf(next), 1)
    play.now = next.at
    moments.add(next.at)
    next.run()
  }
  closeOutages(play, until)
  return { groups, cuts: play.cuts, moments: [...moments] }
}

export const membersOf =
  ({ groups }: Model): Members =>
  (group) =>
    groups[group]?.perShard ?? 1

const stateOf = ({ shards }: Group, size: number): GroupState => ({
  deaths: new Int32Array(size),
  isAside: new Uint8Array(size),
  isNoticed: new Uint8Array(size),
  hasData: new Uint8Array(size).fill(1),
  turn: new Int32Array(size),
  newSince: new Float64Array(size).fill(-Infinity),
  leader: new Uint8Array(shards),
  leaderless: new Float64Array(shards).fill(Number.NaN),
  outages: [],
  replaced: [],
  lostAge: 0,
})

const push = ({ pending }: Play, at: Seconds, run: () => void): number => pending.push({ at, run })

/** Of those at one time the first that was known of. */
const earliest = (pending: readonly Happening[]): Happening | undefined =>
  pending.reduce<Happening | undefined>(
    (first, one) => (first === undefined || one.at < first.at ? one : first),
    undefined,
  )

/** Instance numbers of a fault as positions in the arrays: a group that may grow has room between its shards. */
export function numbersOf(model: Model, group: GroupIndex, instances: readonly number[]): readonly number[] {
  const { perShard = 1, perShardMax = 1 } = model.groups[group] ?? {}
  const { shards = 1 } = model.groups[group] ?? {}
  if (shards === 1) return instances.filter((n) => n < placesFor(model, group))
  return instances.map((n) => Math.floor(n / perShard) * perShardMax + (n % perShard))
}

/** A new set of processes stood ready beside the old one. */
const isInstant = ({ start, end }: Fault): boolean => start === end

function begin(play: Play, fault: Fault): void {
  const { action } = fault
  if (action.kind === 'kill') {
    for (const instance of numbersOf(play.model, action.group, action.instances)) {
      const state = play.groups[action.group]
      if (action.disks !== undefined && state !== undefined) state.hasData[instance] = 0
      die(play, action.group, instance)
    }
  } else if (action.kind === 'failover') {
    for (const instance of leadersOf(play, action.group)) die(play, action.group, instance)
  } else if (action.kind === 'replace') replaceAll(play, fault, action)
  else if (action.kind === 'partition') cutOff(play, fault, action)
}

function finish(play: Play, fault: Fault): void {
  const { action } = fault
  if (action.kind === 'kill') {
    for (const instance of numbersOf(play.model, action.group, action.instances))
      comeBack(play, action.group, instance, action.disks === 'restored')
  } else if (action.kind === 'failover') endFailover(play, action.group)
  else if (action.kind === 'replace' && !isInstant(fault)) {
    for (const instance of numbersOf(play.model, action.group, action.instances)) renew(play, action.group, instance)
  } else if (action.kind === 'partition') reconnect(play, fault)
}

function replaceAll(play: Play, fault: Fault, action: FaultAction & { readonly kind: 'replace' }): void {
  const state = play.groups[action.group]
  if (state === undefined) return
  for (const instance of numbersOf(play.model, action.group, action.instances)) {
    if (isInstant(fault)) state.newSince[instance] = play.now
    else {
      state.isAside[instance] = 1
      state.isNoticed[instance] = 1
      state.turn[instance] = (state.turn[instance] ?? 0) + 1
      if (isLeader(play, action.group, instance)) promote(play, action.group, shardOf(play, action.group, instance))
    }
  }
}

const strideOf = ({ model }: Play, group: GroupIndex): number => model.groups[group]?.perShardMax ?? 1
const shardOf = (play: Play, group: GroupIndex, instance: number): number =>
  Math.floor(instance / strideOf(play, group))
const isLeader = (play: Play, group: GroupIndex, instance: number): boolean =>
  play.groups[group]?.leader[shardOf(play, group, instance)] === instance % strideOf(play, group)

const leadersOf = (play: Play, group: GroupIndex): readonly number[] =>
  [...(play.groups[group]?.leader ?? [])].map((position, shard) => shard * strideOf(play, group) + position)

function die(play: Play, group: GroupIndex, instance: number): void {
  const state = play.groups[group]
  if (state === undefined) return
  state.deaths[instance] = (state.deaths[instance] ?? 0) + 1
  if (state.deaths[instance] !== 1) return
  state.turn[instance] = (state.turn[instance] ?? 0) + 1
  if (play.model.groups[group]?.keeps?.on === 'memory') state.hasData[instance] = 0
  missSoon(play, group, instance)
  if (isLeader(play, group, instance)) loseLeader(play, group, shardOf(play, group, instance))
}

function missSoon(play: Play, group: GroupIndex, instance: number): void {
  const state = play.groups[group]
  const delay = play.model.groups[group]?.detect ?? 0
  if (state === undefined) return
  const turn = state.turn[instance]
  const notice = (): void => {
    if (state.turn[instance] === turn) state.isNoticed[instance] = 1
  }
  if (delay === 0) notice()
  else push(play, play.now + delay, notice)
}

function loseLeader(play: Play, group: GroupIndex, shard: number): void {
  const leaderless = play.groups[group]?.leaderless
  if (leaderless !== undefined && Number.isNaN(leaderless[shard])) leaderless[shard] = play.now
  const delay = play.model.groups[group]?.promote ?? Infinity
  if (delay < Infinity) push(play, play.now + delay, () => promote(play, group, shard))
}

/** The next copy that is there leads. */
function promote(play: Play, group: GroupIndex, shard: number): void {
  const state = play.groups[group]
  if (state === undefined) return
  const stride = strideOf(play, group)
  const leader = state.leader[shard] ?? 0
  for (let i = 0; i < stride; i++) {
    const position = (leader + i) % stride
    const at = shard * stride + position
    const isThere = state.deaths[at] === 0 && position < play.members(group) && state.isAside[at] === 0
    if (!isThere || isMinority(play, group, at)) continue
    if (position !== leader) {
      replaceLeader(play, group, shard * stride + leader)
      lead(play, group, shard)
    }
    state.leader[shard] = position
    return
  }
}

const isMinority = ({ cuts }: Play, group: GroupIndex, at: number): boolean =>
  cuts.some(({ minority }) => minority[group]?.[at] === 1)

function replaceLeader(play: Play, group: GroupIndex, instance: number): void {
  const state = play.groups[group]
  const since = state?.leaderless[shardOf(play, group, instance)] ?? Number.NaN
  if (state === undefined || Number.isNaN(since)) return
  state.replaced.push({ instance, since, isCutOff: state.deaths[instance] === 0 })
}

/** A shard has a leader again. */
function lead(play: Play, group: GroupIndex, shard: number): void {
  const state = play.groups[group]
  const since = state?.leaderless[shard] ?? Number.NaN
  if (state === undefined || Number.isNaN(since)) return
  state.outages.push({ since, time: play.now - since, isOver: true })
  state.leaderless[shard] = Number.NaN
}

function closeOutages({ groups, now }: Play, until: Seconds): void {
  const end = until < Infinity ? until : now
  for (const { leaderless, outages } of groups) {
    for (const since of leaderless) {
      if (!Number.isNaN(since)) outages.push({ since, time: end - since, isOver: false })
    }
  }
}

/** Back, as soon as it has its data: of another copy, of its disk, or of a backup. */
function comeBack(play: Play, group: GroupIndex, instance: number, isRestored: boolean): void {
  const state = play.groups[group]
  if (state === undefined) return
  const keeps = play.model.groups[group]?.keeps
  const isLost = keeps !== undefined && state.hasData[instance] === 0 && !hasCopy(play, group, instance)
  if (state.deaths[instance] === 1 && isLost) state.lostAge = Math.max(state.lostAge, keeps.backup?.every ?? ALL_DATA)
  if (state.deaths[instance] === 1 && isLost && keeps.backup !== null && !isRestored) {
    push(play, play.now + keeps.backup.restore, () => comeBack(play, group, instance, true))
    return
  }
  state.hasData[instance] = 1
  state.deaths[instance] = (state.deaths[instance] ?? 0) - 1
  if (state.deaths[instance] !== 0) return
  state.newSince[instance] = play.now
  welcome(play, group, instance, keeps?.on === 'memory')
}

/** The age of data that nobody has any more, as the simulator has it: a hundred years. */
const ALL_DATA: Seconds = 100 * 365 * 86_400

function hasCopy(play: Play, group: GroupIndex, instance: number): boolean {
  const stride = strideOf(play, group)
  const first = shardOf(play, group, instance) * stride
  const state = play.groups[group]
  for (let i = first; i < first + stride; i++) {
    if (state?.deaths[i] === 0 && i - first < play.members(group) && state.hasData[i] === 1) return true
  }
  return false
}

/** It is one of the group again; the first of a shard leads it again. */
function welcome(play: Play, group: GroupIndex, instance: number, isVolatile = false): void {
  const state = play.groups[group]
  if (state === undefined) return
  const shard = shardOf(play, group, instance)
  state.turn[instance] = (state.turn[instance] ?? 0) + 1
  state.isNoticed[instance] = 0
  const isFirst = instance % strideOf(play, group) === 0
  const isBack = isLeader(play, group, instance)
  // From its disk it has all that it had.
  if (isFirst && !isBack) replaceLeader(play, group, leadersOf(play, group)[shard] ?? 0)
  if (isBack && isVolatile) replaceLeader(play, group, instance)
  if (isFirst || isBack) lead(play, group, shard)
  if (isFirst) state.leader[shard] = 0
}

function renew(play: Play, group: GroupIndex, instance: number): void {
  const state = play.groups[group]
  if (state === undefined || state.deaths[instance] !== 0) return
  state.isAside[instance] = 0
  state.newSince[instance] = play.now
  welcome(play, group, instance)
}

/** Planned: the next copies lead, and the old leaders follow them. */
function endFailover(play: Play, group: GroupIndex): void {
  const state = play.groups[group]
  if (state === undefined) return
  for (const instance of leadersOf(play, group)) {
    if (state.deaths[instance] === 0) continue
    lead(play, group, shardOf(play, group, instance))
    promote(play, group, shardOf(play, group, instance))
    state.deaths[instance] = (state.deaths[instance] ?? 0) - 1
    state.turn[instance] = (state.turn[instance] ?? 0) + 1
    state.isNoticed[instance] = 0
  }
}

function cutOff(play: Play, fault: Fault, action: FaultAction & { readonly kind: 'partition' }): void {
  const cut = cutOf(play.model, fault, action, play.members)
  play.cuts.push(cut)
  const consuming = new Set(play.model.consumers.map(({ group }) => group))
  for (const [group, own] of cut.minority.entries()) {
    for (const [instance, isCut] of own.entries()) {
      if (isCut === 0) continue
      const { turn } = play.groups[group] ?? {}
      if (consuming.has(group) && turn !== undefined) {
        turn[instance] = (turn[instance] ?? 0) + 1
        missSoon(play, group, instance)
      }
      if (isLeader(play, group, instance)) loseLeader(play, group, shardOf(play, group, instance))
    }
  }
}

function reconnect(play: Play, fault: Fault): void {
  const at = play.cuts.findIndex((cut) => cut.fault === fault)
  const [over] = at >= 0 ? play.cuts.splice(at, 1) : []
  for (const [group, own] of (over?.minority ?? []).entries()) {
    for (const [instance, isCut] of own.entries()) {
      if (isCut === 1 && !isMinority(play, group, instance) && play.groups[group]?.deaths[instance] === 0)
        welcome(play, group, instance)
    }
  }
}
