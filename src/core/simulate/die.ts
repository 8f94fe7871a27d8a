import { rebalance } from './consumers.ts'
import { crash, leaveAllBehind } from './crash.ts'
import type { Kernel } from './kernel.ts'
import { addInt } from './numbers.ts'
import * as op from './op.ts'
import { eventOf } from './stations.ts'
import { startCold } from './warm-ups.ts'

/** An instance is dead: what is on it fails, those who pick notice, and somebody else leads if it did. */
export function die(kernel: Kernel, group: number, instance: number): void {
  const { fleet, losses, now } = kernel
  const at = (fleet.base[group] as number) + instance
  addInt(fleet.deaths, at, 1)
  if (fleet.deaths[at] !== 1) return
  addInt(fleet.turn, at, 1)
  const row = rowOf(kernel, group, instance)
  const isLeader = fleet.leader[row] === positionOf(kernel, group, instance)
  if (isLeader) losses.loseLeader(row, now)
  if (kernel.model.groups[group]?.keeps?.on === 'memory') losses.hasData[at] = 0
  crash(kernel, group, instance)
  openCopies(kernel, group, instance)
  missSoon(kernel, group, at)
  if (isLeader) promoteLater(kernel, row, group)
}

/** Those who pick notice after a while that it does not answer. */
export function missSoon(kernel: Kernel, group: number, at: number): void {
  const { fleet, events, now } = kernel
  const delay = fleet.detect[group] as number
  if (delay === 0) fleet.isNoticed[at] = 1
  else events.push(now + delay, eventOf(op.DETECT, at), fleet.turn[at] as number)
  fleet.relist(group, now)
  if (delay === 0) rebalance(kernel, group)
}

export function promoteLater({ fleet, events, now }: Kernel, row: number, group: number): void {
  const promote = fleet.promote[group] as number
  if (promote < Infinity) events.push(now + promote, eventOf(op.PROMOTE, row), group)
}

export const rowOf = ({ fleet }: Kernel, group: number, instance: number): number =>
  (fleet.shardBase[group] as number) + Math.floor(instance / (fleet.stride[group] as number))

export const positionOf = ({ fleet }: Kernel, group: number, instance: number): number =>
  instance % (fleet.stride[group] as number)

/** Those who pick know now that it is dead. */
export function notice(kernel: Kernel, at: number, turn: number): void {
  const { fleet, now } = kernel
  if (fleet.turn[at] !== turn) return
  fleet.isNoticed[at] = 1
  const group = fleet.group[at] as number
  fleet.relist(group, now)
  rebalance(kernel, group)
}

/** The leader of a shard is still dead, or cut off: the next copy that is there takes over. */
export function promote(kernel: Kernel, row: number, group: number): void {
  const { fleet, losses, cuts, now } = kernel
  const stride = fleet.stride[group] as number
  const first = (fleet.base[group] as number) + (row - (fleet.shardBase[group] as number)) * stride
  const leader = fleet.leader[row] as number
  for (let i = 0; i < stride; i++) {
    const position = (leader + i) % stride
    const at = first + position
    if (!fleet.isUp(at) || fleet.isMember[at] === 0 || fleet.isAside[at] === 1 || cuts.isMinority(at)) continue
    if (position !== leader) {
      // Cut off, not dead: what it went on answering on its side is discarded.
      const isCutOff = losses.isLeaderless(row) && fleet.isUp(first + leader)
      if (isCutOff) leaveAllBehind(kernel, group, first + leader - (fleet.base[group] as number))
      losses.replaceLeader(row, group, { now, lostAt: isCutOff ? now : null })
    }
    fleet.leader[row] = position
    return
  }
}

/**
 * Back, as soon as it has its data: from another copy, from its disk, or from a backup, which is in already if it
 * `isRestored`. The last backup is as old as it can be: a failure does not wait for the next one.
 */
export function comeBack(kernel: Kernel, group: number, instance: number, isRestored = false): void {
  const { fleet, model, losses, events, now } = kernel
  const at = (fleet.base[group] as number) + instance
  const keeps = model.groups[group]?.keeps
  if (fleet.deaths[at] === 1 && keeps && losses.hasData[at] === 0 && !hasCopy(kernel, group, instance)) {
    const { backup } = keeps
    losses.loseData(group, backup === null ? ALL_DATA : backup.every)
    if (backup !== null && !isRestored) return events.push(now + backup.restore, eventOf(op.RESTORED, at), 0)
  }
  losses.hasData[at] = 1
  addInt(fleet.deaths, at, -1)
  if (fleet.deaths[at] !== 0) return
  startCold(kernel, at)
  welcome(kernel, group, instance, keeps?.on !== 'memory')
}

/** The age of data that nobody has any more: a hundred years. */
const ALL_DATA = 100 * 365 * 86_400

/** The backup is in. */
export function restored(kernel: Kernel, at: number): void {
  const { fleet, losses } = kernel
  const group = fleet.group[at] as number
  losses.hasData[at] = 1
  comeBack(kernel, group, at - (fleet.base[group] as number))
}

/** Another copy of the shard is up and has the data. */
function hasCopy(kernel: Kernel, group: number, instance: number): boolean {
  const { fleet, losses } = kernel
  const stride = fleet.stride[group] as number
  const first = (fleet.base[group] as number) + Math.floor(instance / stride) * stride
  for (let i = first; i < first + stride; i++) {
    if (fleet.isUp(i) && fleet.isMember[i] === 1 && losses.hasData[i] === 1) return true
  }
  return false
}

/** It is one of the group again; the first of a shard leads it again. */
export function welcome(kernel: Kernel, group: number, instance: number, isOnDisk: boolean): void {
  const { fleet, losses, now } = kernel
  const at = (fleet.base[group] as number) + instance
  const row = rowOf(kernel, group, instance)
  addInt(fleet.turn, at, 1)
  fleet.isNoticed[at] = 0
  const position = positionOf(kernel, group, instance)
  if (fleet.leader[row] === position) losses.returnLeader(row, group, now, isOnDisk)
  else if (position === 0 && losses.isLeaderless(row)) losses.replaceLeader(row, group, { now })
  if (position === 0) fleet.leader[row] = 0
  openCopies(kernel, group, instance)
  fleet.relist(group, now)
  rebalance(kernel, group)
}

/** Copies count as capacity while their instance is up and belongs to the group. */
export function openCopies(kernel: Kernel, group: number, instance: number): void {
  const { copies, fleet, model, layout } = kernel
  const at = (fleet.base[group] as number) + instance
  const isOpen = fleet.isUp(at) && fleet.isMember[at] === 1
  model.resources.forEach((resource, index) => {
    if (resource.group !== group || (resource.kind !== 'station' && resource.kind !== 'pool')) return
    copies.of(layout.base(index) + instance).setOpen(isOpen)
  })
}
