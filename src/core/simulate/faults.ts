import type { FaultAction } from '../model/model.ts'
import { crash, isLanded } from './crash.ts'
import { timeOut } from './calls.ts'
import type { CacheStore } from './cache-store.ts'
import { rebalance } from './consumers.ts'
import { CALL_SITE, INTS, KIND, LIFE, MODE, PARENT, PC, WAKE } from './field.ts'
import type { Kernel } from './kernel.ts'
import { instancesOf, strideOf } from './layout.ts'
import { addInt } from './numbers.ts'
import * as op from './op.ts'
import { setBurst } from './sources.ts'
import { eventOf, setSlow } from './stations.ts'
import type { CallSite } from './sites.ts'

/** Schedules what goes wrong, and when it is over. */
export function startFaults({ model, events }: Kernel): void {
  model.faults.forEach(({ start, end }, index) => {
    events.push(start, eventOf(op.FAULT_START, index), 0)
    if (end < Infinity) events.push(Math.max(start, end), eventOf(op.FAULT_END, index), 0)
  })
}

/** Which faults are on at the moment. */
const isOn = (kernel: Kernel, index: number): boolean => kernel.faultsOn[index] === 1

export function beginFault(kernel: Kernel, index: number): void {
  const action = kernel.model.faults[index]?.action
  if (!action) return
  kernel.faultsOn[index] = 1
  switch (action.kind) {
    case 'kill':
      for (const instance of numbersOf(kernel, action)) die(kernel, action.group, instance)
      return
    case 'disconnect':
      return disconnect(kernel, action, index)
    case 'flush':
      for (const cache of action.caches) flush(kernel, cache)
      return
    default:
      apply(kernel, action)
  }
}

export function endFault(kernel: Kernel, index: number): void {
  const action = kernel.model.faults[index]?.action
  if (!action) return
  kernel.faultsOn[index] = 0
  if (action.kind === 'kill') for (const instance of numbersOf(kernel, action)) comeBack(kernel, action.group, instance)
  else if (action.kind !== 'disconnect' && action.kind !== 'flush') apply(kernel, action)
}

/** As the kernel counts them: a group that may grow has room between its shards. */
function numbersOf(
  { model }: Kernel,
  { group, instances }: FaultAction & { group: number; instances: readonly number[] },
) {
  const found = model.groups[group]
  if (!found) return []
  const known = instances.map((n) => Math.floor(n / found.perShard) * strideOf(found) + (n % found.perShard))
  return found.shards > 1 ? known : instances.filter((n) => n < instancesOf(found))
}

function die(kernel: Kernel, group: number, instance: number): void {
  const { fleet, events, now } = kernel
  const at = (fleet.base[group] as number) + instance
  addInt(fleet.deaths, at, 1)
  if (fleet.deaths[at] !== 1) return
  addInt(fleet.turn, at, 1)
  crash(kernel, group, instance)
  openCopies(kernel, group, instance)
  const turn = fleet.turn[at] as number
  if (fleet.detect[group] === 0) fleet.isNoticed[at] = 1
  else events.push(now + (fleet.detect[group] as number), eventOf(op.DETECT, at), turn)
  fleet.relist(group, now)
  if (fleet.detect[group] === 0) rebalance(kernel, group)
  const row = rowOf(kernel, group, instance)
  if (fleet.leader[row] !== positionOf(kernel, group, instance)) return
  const promote = fleet.promote[group] as number
  if (promote < Infinity) events.push(now + promote, eventOf(op.PROMOTE, row), group)
}

const rowOf = ({ fleet }: Kernel, group: number, instance: number): number =>
  (fleet.shardBase[group] as number) + Math.floor(instance / (fleet.stride[group] as number))

const positionOf = ({ fleet }: Kernel, group: number, instance: number): number =>
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

/** The leader of a shard is still dead: the next copy that is up takes over. */
export function promote(kernel: Kernel, row: number, group: number): void {
  const { fleet } = kernel
  const stride = fleet.stride[group] as number
  const first = (fleet.base[group] as number) + (row - (fleet.shardBase[group] as number)) * stride
  const leader = fleet.leader[row] as number
  for (let i = 0; i < stride; i++) {
    const position = (leader + i) % stride
    if (!fleet.isUp(first + position) || fleet.isMember[first + position] === 0) continue
    fleet.leader[row] = position
    return
  }
}

function comeBack(kernel: Kernel, group: number, instance: number): void {
  const { fleet, now } = kernel
  const at = (fleet.base[group] as number) + instance
  addInt(fleet.deaths, at, -1)
  if (fleet.deaths[at] !== 0) return
  addInt(fleet.turn, at, 1)
  fleet.isNoticed[at] = 0
  if (positionOf(kernel, group, instance) === 0) fleet.leader[rowOf(kernel, group, instance)] = 0
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

/** Slowness, errors and bursts are recomputed from the faults that are on, so that what ends leaves no trace. */
function apply(kernel: Kernel, action: FaultAction): void {
  if (action.kind === 'burst') return applyBurst(kernel, action.source)
  if (action.kind !== 'slow' && action.kind !== 'errors') return
  for (const instance of numbersOf(kernel, action)) applyTo(kernel, action.group, instance)
}

function applyTo(kernel: Kernel, group: number, instance: number): void {
  const { fleet, model, layout } = kernel
  const at = (fleet.base[group] as number) + instance
  let [times, by, healthy] = [1, 0, 1]
  model.faults.forEach(({ action }, index) => {
    if (!isOn(kernel, index) || (action.kind !== 'slow' && action.kind !== 'errors') || action.group !== group) return
    if (!numbersOf(kernel, action).includes(instance)) return
    if (action.kind === 'errors') healthy *= 1 - action.share
    else {
      times *= action.times
      by += action.by
    }
  })
  fleet.slow[at] = times
  fleet.delay[at] = by
  fleet.errorShare[at] = 1 - healthy
  model.resources.forEach((resource, index) => {
    if (resource.group === group && resource.kind === 'station') {
      setSlow(kernel, kernel.copies.of(layout.base(index) + instance), times)
    }
  })
}

function applyBurst(kernel: Kernel, source: number): void {
  const mix = kernel.model.sources[source]?.mix ?? []
  const times = mix.map(() => 1)
  kernel.model.faults.forEach(({ action }, index) => {
    if (action.kind !== 'burst' || action.source !== source || !isOn(kernel, index)) return
    mix.forEach(({ flow }, i) => {
      if (action.flow === null || action.flow === flow) times[i] = (times[i] ?? 1) * action.times
    })
  })
  setBurst(kernel, source, times)
}

/**
 * A share of the requests that are at the instances fail at their callers; what they do there goes on by each call's
 * rule.
 */
/** Those that are there now are found first: one that fails may be tried again at once, and be there again. */
function disconnect(kernel: Kernel, action: FaultAction & { kind: 'disconnect' }, index: number): void {
  const { records, ready, streams } = kernel
  const stream = streams.named(`fault/${kernel.model.faults[index]?.text ?? ''}`)
  const instances = new Set(numbersOf(kernel, action))
  const cut: { readonly record: number; readonly life: number }[] = []
  for (let record = 0; record < records.capacity; record++) {
    if (!isAttemptAt(kernel, record, action.group, instances) || stream.uniform() >= action.share) continue
    cut.push({ record, life: records.ints[(record << INTS) | LIFE] as number })
  }
  for (const { record, life } of cut) {
    if (records.ints[(record << INTS) | LIFE] !== life || (records.ints[(record << INTS) | PARENT] as number) < 0)
      continue
    const next = timeOut(kernel, record, op.CONNECT_ERROR)
    if (next >= 0) ready.push(next, records.ints[(next << INTS) | WAKE] as number)
  }
}

/** An attempt that somebody waits for, and that is at one of these instances. */
function isAttemptAt(
  { records, program }: Kernel,
  record: number,
  group: number,
  instances: ReadonlySet<number>,
): boolean {
  const { ints } = records
  const r = record << INTS
  if (ints[r | MODE] === op.FREE || ints[r | KIND] !== op.ATTEMPT || (ints[r | PARENT] as number) < 0) return false
  const site = program.calls[ints[r | CALL_SITE] as number] as CallSite
  const instance = records.instances[record * records.depths + site.depth] as number
  return site.group === group && instances.has(instance) && isLanded(ints[r | PC] as number, site)
}

function flush({ caches, layout, model }: Kernel, cache: number): void {
  const base = layout.base(cache)
  const count = instancesOf(model.groups[model.resources[cache]?.group ?? -1])
  for (let copy = base; copy < base + count; copy++) (caches.stores[copy] as CacheStore).clear()
}
