import { strip } from './abort.ts'
import { losePushed, loseVolatile, returnBatches } from './consumers.ts'
import { losePublished } from './publish.ts'
import type { CacheStore } from './cache-store.ts'
import type { Copy } from './copy.ts'
import * as field from './field.ts'
import { type Kernel, retire } from './kernel.ts'
import { instancesOf } from './layout.ts'
import * as op from './op.ts'
import { withdrawFromPool } from './pools.ts'
import { clearShared } from './sharing.ts'
import type { CallSite, HoldSite } from './sites.ts'
import { withdraw } from './stations.ts'

/**
 * Everything on an instance is gone: requests there fail at their callers, queues and slots are empty, caches are cold.
 */
export function crash(kernel: Kernel, group: number, instance: number): void {
  const { records } = kernel
  for (let record = 0; record < records.capacity; record++) {
    if (!isThere(kernel, record, group, instance)) continue
    const copying = replicationOf(kernel, record, group)
    if (copying) leaveBehind(kernel, { record, publish: copying.publish }, group, instance)
    lose(kernel, record)
  }
  returnBatches(kernel, group, instance)
  loseVolatile(kernel, group)
  losePushed(kernel, group, instance)
  kernel.model.resources.forEach((resource, index) => {
    if (resource.group !== group || instance >= instancesOf(kernel.model.groups[group])) return
    const copy = kernel.layout.base(index) + instance
    if (resource.kind === 'station' || resource.kind === 'pool') empty(kernel, kernel.copies.of(copy))
  })
  clearOut(kernel, group, instance)
}

/** What a new process does not have: entries of caches, tokens, the memory of breakers. */
export function clearOut(kernel: Kernel, group: number, instance: number): void {
  const { model, layout, now } = kernel
  model.resources.forEach((resource, index) => {
    if (resource.group !== group || instance >= instancesOf(model.groups[group])) return
    const copy = layout.base(index) + instance
    if (resource.kind === 'pool') kernel.copies.of(copy).environments?.clear()
    if (resource.kind === 'cache') (kernel.caches.stores[copy] as CacheStore).clear()
    if (resource.kind === 'limiter') kernel.limiters.reset(copy, now)
    if (resource.kind === 'breaker') kernel.breakers.reset(copy)
    if (resource.kind === 'budget') kernel.budgets.reset(copy)
  })
}

/** Does this strand run on the instance now? One on its way there, or back, does not. */
function isThere({ records, program, logs }: Kernel, record: number, group: number, instance: number): boolean {
  if (records.ints[(record << field.INTS) | field.MODE] === op.FREE) return false
  const index = records.ints[(record << field.INTS) | field.CALL_SITE] as number
  if (index < 0) return isConsumerThere({ records, logs }, record, group, instance)
  const site = program.calls[index] as CallSite
  if (site.group !== group || records.instances[record * records.depths + site.depth] !== instance) return false
  if (records.ints[(record << field.INTS) | field.KIND] === op.BRANCH) return true
  return isLanded(records.ints[(record << field.INTS) | field.PC] as number, site)
}

/** It was answered, and its copies do not have it yet. */
function replicationOf({ records, program }: Kernel, record: number, group: number) {
  const pc = records.ints[(record << field.INTS) | field.PC] as number
  return program.replications.find(({ from, to, group: of }) => of === group && pc >= from && pc < to)
}

/** All that this instance answered and did not bring to its copies yet. */
export function leaveAllBehind(kernel: Kernel, group: number, instance: number): void {
  for (let record = 0; record < kernel.records.capacity; record++) {
    const isWrite = kernel.records.ints[(record << field.INTS) | field.KIND] === op.ATTEMPT
    if (!isWrite || !isThere(kernel, record, group, instance)) continue
    if (replicationOf(kernel, record, group)?.publish === -1) {
      leaveBehind(kernel, { record, publish: -1 }, group, instance)
    }
  }
}

function leaveBehind(
  kernel: Kernel,
  { record, publish }: { readonly record: number; readonly publish: number },
  group: number,
  instance: number,
): void {
  const { records, fleet, losses, program } = kernel
  const site = program.publishes[publish]
  if (site) {
    // Its branches stand in the same instructions: the message is lost once.
    const isBranch = records.ints[(record << field.INTS) | field.KIND] === op.BRANCH
    return isBranch ? undefined : losePublished(kernel, record, site)
  }
  const shard = Math.floor(instance / (fleet.stride[group] as number))
  losses.leaveBehind(
    (fleet.shardBase[group] as number) + shard,
    records.floats[(record << field.FLOATS) | field.START] as number,
  )
}

export const isLanded = (pc: number, site: CallSite): boolean => pc > site.land && pc < site.backAt

function isConsumerThere(
  { records, logs }: Pick<Kernel, 'records' | 'logs'>,
  record: number,
  group: number,
  instance: number,
): boolean {
  if (records.instances[record * records.depths] !== instance) return false
  let root = record
  while (
    records.ints[(root << field.INTS) | field.KIND] === op.BRANCH &&
    (records.ints[(root << field.INTS) | field.PARENT] as number) >= 0
  )
    root = records.ints[(root << field.INTS) | field.PARENT] as number
  const origin = records.ints[(root << field.INTS) | field.ORIGIN] as number
  const loop = records.ints[(root << field.INTS) | field.KIND] === op.ROOT ? logs.loops[-1 - origin] : undefined
  return origin < 0 && loop !== undefined && logs.readers[loop.reader]?.consumer.group === group
}

function lose(kernel: Kernel, record: number): void {
  const { records, ready, program } = kernel
  strip(kernel, record)
  const isAwaited = (records.ints[(record << field.INTS) | field.PARENT] as number) >= 0
  if (!isAwaited || records.ints[(record << field.INTS) | field.KIND] === op.BRANCH) {
    records.detach(record)
    retire(kernel, record)
    return
  }
  records.ints[(record << field.INTS) | field.VERDICT] = op.CONNECT_ERROR
  records.ints[(record << field.INTS) | field.PC] = (
    program.calls[records.ints[(record << field.INTS) | field.CALL_SITE] as number] as CallSite
  ).backAt
  ready.push(record, records.ints[(record << field.INTS) | field.WAKE] as number)
}

/** Whoever still waits or works there belongs to others; it fails where it is. Slots of the old life count no more. */
function empty(kernel: Kernel, copy: Copy): void {
  const { records } = kernel
  copy.touch()
  for (let record = 0; record < records.capacity; record++) {
    const mode = records.ints[(record << field.INTS) | field.MODE] as number
    const isQueued = mode === op.QUEUED || mode === op.IN_SERVICE || mode === op.SHARING || mode === op.SUSPENDED
    if (records.ints[(record << field.INTS) | field.AT] !== copy.number) continue
    if (isQueued) evictFrom(kernel, record)
    else if (mode === op.RUNNING && opAt(kernel, record) === op.HELD)
      records.ints[(record << field.INTS) | field.OUTCOME] = op.CONNECT_ERROR
  }
  clearShared(copy)
  copy.environments?.clear()
  copy.busy = 0
  copy.epoch += 1
}

const opAt = ({ records, program }: Kernel, record: number): number =>
  program.code[(records.ints[(record << field.INTS) | field.PC] as number) * op.WORDS] as number

function evictFrom(kernel: Kernel, record: number): void {
  const { records, program, ready, now } = kernel
  const since = records.floats[(record << field.FLOATS) | field.SINCE] as number
  if (opAt(kernel, record) === op.HELD) {
    const at = (records.ints[(record << field.INTS) | field.PC] as number) * op.WORDS
    withdrawFromPool(kernel, record, (program.holds[program.code[at + op.SITE] as number] as HoldSite).level)
  } else withdraw(kernel, record)
  records.book(record, records.ints[(record << field.INTS) | field.POINT] as number, now - since, 0)
  records.ints[(record << field.INTS) | field.OUTCOME] = op.CONNECT_ERROR
  records.forgetWake(record)
  ready.push(record, records.ints[(record << field.INTS) | field.WAKE] as number)
}
