import { type Kernel, retire } from './kernel.ts'
import { addInt } from './numbers.ts'
import * as op from './op.ts'
import { type ForkSite, type RepeatSite, registerOf } from './sites.ts'
import { eventOf } from './stations.ts'
import { fail } from './unwind.ts'

/**
 * Branches at once. While a record waits for them, `tries` counts those that ended well and `rest` those that failed.
 */
export function fork(kernel: Kernel, record: number, site: ForkSite): number {
  const { records, events, ready, now } = kernel
  const isAwaited = site.need > 0
  if (isAwaited) {
    records.callStart[record] = now
    records.tries[record] = 0
    records.rest[record] = 0
    records.mode[record] = op.WAITING
  }
  for (let i = 0; i < site.entries.length; i++) {
    const branch = spawn(kernel, record, site.entries[i] as number)
    const ring = site.giveUpRings[i] as number
    if (!isAwaited) records.detach(branch)
    else if (ring >= 0) events.pushRing(ring, now, eventOf(op.GIVE_UP, branch), records.life[branch] as number)
    ready.push(branch, records.wake[branch] as number)
  }
  if (isAwaited && site.need <= site.entries.length) return -1
  if (isAwaited) return failJoin(kernel, record, op.MISSING)
  return goOn(kernel, record)
}

/** A strand of its own inside the same frame. */
function spawn(kernel: Kernel, record: number, entry: number): number {
  const { records, keys } = kernel
  const branch = records.take(op.BRANCH, records.flow[record] as number)
  records.inherit(branch, record)
  keys.share(records.keys[branch] as number)
  records.site[branch] = records.site[record] as number
  records.start[branch] = kernel.now
  records.pc[branch] = entry
  records.adopt(record, branch)
  return branch
}

/** Rounds as branches, some of them at a time. `tries`: rounds that are out, `rest`: things that no round has yet. */
export function spread(kernel: Kernel, record: number, site: RepeatSite): number {
  const { records, ready } = kernel
  const count = countOf(kernel, record, site)
  if (count === 0) return goOn(kernel, record)
  const first = Math.min(Math.ceil(count / site.groupsOf), site.atOnce)
  records.callStart[record] = kernel.now
  records.tries[record] = first
  records.rest[record] = count
  records.mode[record] = op.WAITING
  for (let i = 0; i < first; i++) {
    const branch = startRound(kernel, record, site)
    ready.push(branch, records.wake[branch] as number)
  }
  return -1
}

/** Things that a repeat is for, drawn; a whole number. */
export function countOf({ records }: Kernel, record: number, site: RepeatSite): number {
  const count = site.count.draw() * registerOf(records, record, site.times)
  return Math.max(0, Math.ceil(count - 1e-9))
}

function startRound(kernel: Kernel, record: number, site: RepeatSite): number {
  const { records, keys } = kernel
  const branch = spawn(kernel, record, site.entry)
  const round = Math.min(site.groupsOf, records.rest[record] as number)
  addInt(records.rest, record, -round)
  records.group[branch] = round
  const set = records.keys[branch] as number
  if (!site.hasNewKeys || set < 0) return branch
  keys.drop(set)
  records.keys[branch] = keys.take()
  return branch
}

/** A branch is over. */
export function endBranch(kernel: Kernel, branch: number): number {
  const { records, program } = kernel
  const parent = records.parent[branch] as number
  const failure = records.verdict[branch] as number
  if (parent < 0) {
    retire(kernel, branch)
    return -1
  }
  const at = (records.pc[parent] as number) * op.WORDS
  const site = program.code[at + op.SITE] as number
  if (program.code[at] === op.FORK) return joinFork(kernel, branch, program.forks[site] as ForkSite)
  records.detach(branch)
  if (failure === op.GOOD && (records.rest[parent] as number) > 0) {
    const next = startRound(kernel, parent, program.repeats[site] as RepeatSite)
    // It could start because this one ended, so the way to it leads through this one.
    records.append(next, branch)
    retire(kernel, branch)
    return next
  }
  addInt(records.tries, parent, -1)
  if (failure === op.GOOD && (records.tries[parent] as number) > 0) {
    retire(kernel, branch)
    return -1
  }
  records.append(parent, branch)
  retire(kernel, branch)
  return failure === op.GOOD ? goOn(kernel, parent) : failJoin(kernel, parent, failure)
}

function joinFork(kernel: Kernel, branch: number, site: ForkSite): number {
  const { records } = kernel
  const parent = records.parent[branch] as number
  const failure = records.verdict[branch] as number
  records.detach(branch)
  const isDecided = decide(kernel, parent, site, failure)
  if (isDecided) records.append(parent, branch)
  retire(kernel, branch)
  if (!isDecided) return -1
  return failure === op.GOOD ? goOn(kernel, parent) : failJoin(kernel, parent, failure)
}

/** Counts a branch that ended. @returns whether that settles the whole */
function decide({ records }: Kernel, parent: number, site: ForkSite, failure: number): boolean {
  if (failure === op.GOOD) {
    addInt(records.tries, parent, 1)
    return records.tries[parent] === site.need
  }
  addInt(records.rest, parent, 1)
  return site.entries.length - (records.rest[parent] as number) < site.need
}

/** A branch took too long: it counts as failed, and runs on with nobody waiting. */
export function giveUpBranch(kernel: Kernel, branch: number): number {
  const { records, program, now } = kernel
  const parent = records.parent[branch] as number
  const site = program.forks[program.code[(records.pc[parent] as number) * op.WORDS + op.SITE] as number] as ForkSite
  records.detach(branch)
  if (!decide(kernel, parent, site, op.TIMED_OUT)) return -1
  records.book(parent, site.point, now - (records.callStart[parent] as number), 0)
  return failJoin(kernel, parent, op.TIMED_OUT)
}

/** Branches that are still out run on beside it. */
function letGo({ records }: Kernel, record: number): void {
  for (let child = records.firstChild[record] as number; child >= 0; child = records.firstChild[record] as number)
    records.detach(child)
}

function goOn(kernel: Kernel, record: number): number {
  const { records, program } = kernel
  letGo(kernel, record)
  records.mode[record] = op.RUNNING
  records.pc[record] = program.code[(records.pc[record] as number) * op.WORDS + op.TARGET] as number
  return record
}

function failJoin(kernel: Kernel, record: number, failure: number): number {
  letGo(kernel, record)
  kernel.records.mode[record] = op.RUNNING
  return fail(kernel, record, failure)
}
