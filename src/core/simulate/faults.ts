import type { FaultAction } from '../model/model.ts'
import { clearOut, crash, isLanded } from './crash.ts'
import { timeOut } from './calls.ts'
import type { CacheStore } from './cache-store.ts'
import { rebalance } from './consumers.ts'
import { cutOf } from './cuts.ts'
import { comeBack, die, missSoon, openCopies, positionOf, promote, promoteLater, rowOf, welcome } from './die.ts'
import { CALL_SITE, INTS, KIND, LIFE, MODE, PARENT, PC, WAKE } from './field.ts'
import type { Kernel } from './kernel.ts'
import { instancesOf, strideOf } from './layout.ts'
import { addInt } from './numbers.ts'
import * as op from './op.ts'
import { setBurst } from './sources.ts'
import { eventOf } from './stations.ts'
import type { CallSite } from './sites.ts'
import { applyPace, startCold } from './warm-ups.ts'

/** Schedules what goes wrong, and when it is over. */
export function startFaults({ model, events }: Kernel): void {
  model.faults.forEach(({ start, end }, index) => {
    events.push(start, eventOf(op.FAULT_START, index), 0)
    if (end < Infinity) events.push(Math.max(start, end), eventOf(op.FAULT_END, index), 0)
  })
}

/** A new set of processes stood ready beside the old one, which finishes what it has. */
const isInstant = ({ model }: Kernel, index: number): boolean => model.faults[index]?.start === model.faults[index]?.end

/** Which faults are on at the moment. */
const isOn = (kernel: Kernel, index: number): boolean => kernel.faultsOn[index] === 1

export function beginFault(kernel: Kernel, index: number): void {
  const action = kernel.model.faults[index]?.action
  if (!action) return
  kernel.faultsOn[index] = 1
  switch (action.kind) {
    case 'kill':
      for (const instance of numbersOf(kernel, action)) {
        if (action.disks !== undefined)
          kernel.losses.hasData[(kernel.fleet.base[action.group] as number) + instance] = 0
        die(kernel, action.group, instance)
      }
      return
    case 'failover':
      for (const instance of leadersOf(kernel, action.group)) die(kernel, action.group, instance)
      return
    case 'replace':
      for (const instance of numbersOf(kernel, action)) {
        if (isInstant(kernel, index)) {
          clearOut(kernel, action.group, instance)
          startCold(kernel, (kernel.fleet.base[action.group] as number) + instance)
        } else setAside(kernel, action.group, instance)
      }
      return
    case 'partition':
      return beginPartition(kernel, action, index)
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
  switch (action.kind) {
    case 'kill':
      for (const instance of numbersOf(kernel, action)) {
        comeBack(kernel, action.group, instance, action.disks === 'restored')
      }
      return
    case 'failover':
      return endFailover(kernel, action.group)
    case 'replace':
      if (isInstant(kernel, index)) return
      for (const instance of numbersOf(kernel, action)) renew(kernel, action.group, instance)
      return
    case 'partition':
      return endPartition(kernel, index)
    case 'disconnect':
    case 'flush':
      return
    default:
      apply(kernel, action)
  }
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

/** The acting leader of each shard. */
function leadersOf({ fleet }: Kernel, group: number): readonly number[] {
  const stride = fleet.stride[group] as number
  const first = fleet.shardBase[group] as number
  return Array.from(
    { length: fleet.shards[group] as number },
    (_, shard) => shard * stride + (fleet.leader[first + shard] as number),
  )
}

/** Planned: the next copies lead, with all that the old leaders had, who follow them now. */
function endFailover(kernel: Kernel, group: number): void {
  const { fleet, losses, now } = kernel
  for (const instance of leadersOf(kernel, group)) {
    const row = rowOf(kernel, group, instance)
    const at = (fleet.base[group] as number) + instance
    if (fleet.isUp(at)) continue
    losses.returnLeader(row, group, now, true)
    promote(kernel, row, group)
    addInt(fleet.deaths, at, -1)
    addInt(fleet.turn, at, 1)
    fleet.isNoticed[at] = 0
    openCopies(kernel, group, instance)
  }
  fleet.relist(group, now)
  rebalance(kernel, group)
}

/** Gets nothing new from now on; if it leads, another copy does at once. */
function setAside(kernel: Kernel, group: number, instance: number): void {
  const { fleet, now } = kernel
  const at = (fleet.base[group] as number) + instance
  const row = rowOf(kernel, group, instance)
  fleet.isAside[at] = 1
  fleet.isNoticed[at] = 1
  addInt(fleet.turn, at, 1)
  if (fleet.leader[row] === positionOf(kernel, group, instance)) promote(kernel, row, group)
  fleet.relist(group, now)
  rebalance(kernel, group)
}

/** A new process in its place: what is still there fails, and it starts with nothing. */
function renew(kernel: Kernel, group: number, instance: number): void {
  const { fleet } = kernel
  const at = (fleet.base[group] as number) + instance
  if (!fleet.isUp(at)) return
  crash(kernel, group, instance)
  fleet.isAside[at] = 0
  startCold(kernel, at)
  welcome(kernel, group, instance, true)
}

/** Those who pick notice by themselves whom they cannot reach; who takes messages or leads is decided by the others. */
function beginPartition(kernel: Kernel, action: FaultAction & { kind: 'partition' }, index: number): void {
  const { cuts, fleet, losses, logs, now } = kernel
  const cut = cutOf(kernel, action, index)
  cuts.add(cut)
  const consuming = new Set(logs.readers.map(({ consumer }) => consumer.group))
  for (const at of cut.minority) {
    const group = fleet.group[at] as number
    const instance = at - (fleet.base[group] as number)
    const row = rowOf(kernel, group, instance)
    if (consuming.has(group)) {
      addInt(fleet.turn, at, 1)
      missSoon(kernel, group, at)
    }
    if (fleet.leader[row] !== positionOf(kernel, group, instance)) continue
    losses.loseLeader(row, now)
    promoteLater(kernel, row, group)
  }
}

function endPartition(kernel: Kernel, index: number): void {
  const { cuts, fleet } = kernel
  for (const at of cuts.remove(index)) {
    const group = fleet.group[at] as number
    if (fleet.isUp(at)) welcome(kernel, group, at - (fleet.base[group] as number), true)
  }
}

/** Slowness, errors and bursts are recomputed from the faults that are on, so that what ends leaves no trace. */
function apply(kernel: Kernel, action: FaultAction): void {
  if (action.kind === 'burst') return applyBurst(kernel, action.source)
  if (action.kind === 'throttle') return applyThrottle(kernel, action)
  if (!('instances' in action)) return
  for (const instance of numbersOf(kernel, action)) applyTo(kernel, action.group, instance)
}

function applyTo(kernel: Kernel, group: number, instance: number): void {
  const { fleet, model } = kernel
  const at = (fleet.base[group] as number) + instance
  let [times, by, healthy, allowed, full] = [1, 0, 1, 1, 0]
  model.faults.forEach(({ action }, index) => {
    if (!isOn(kernel, index) || !('instances' in action) || action.group !== group) return
    if (!numbersOf(kernel, action).includes(instance)) return
    if (action.kind === 'errors') healthy *= 1 - action.share
    else if (action.kind === 'deny') allowed *= 1 - action.share
    else if (action.kind === 'fill') full = 1
    else if (action.kind === 'slow') {
      times *= action.times
      by += action.by
    }
  })
  fleet.slow[at] = times
  fleet.delay[at] = by
  fleet.denyShare[at] = 1 - allowed
  fleet.errorShare[at] = 1 - healthy * allowed
  fleet.isFull[at] = full
  applyPace(kernel, at)
}

function applyThrottle(kernel: Kernel, action: FaultAction & { kind: 'throttle' }): void {
  const { model, layout, limiters, now } = kernel
  const count = instancesOf(model.groups[action.group])
  for (const limiter of action.limiters) {
    const times = model.faults.reduce((product, { action: other }, index) => {
      const isThis = isOn(kernel, index) && other.kind === 'throttle' && other.limiters.includes(limiter)
      return isThis ? product * other.times : product
    }, 1)
    const base = layout.base(limiter)
    for (let copy = base; copy < base + count; copy++) limiters.throttle(copy, times, now)
  }
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
