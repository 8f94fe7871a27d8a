import * as field from './field.ts'
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
    records.floats[(record << field.FLOATS) | field.CALL_START] = now
    records.ints[(record << field.INTS) | field.TRIES] = 0
    records.ints[(record << field.INTS) | field.REST] = 0
    records.ints[(record << field.INTS) | field.MODE] = op.WAITING
  }
  for (let i = 0; i < site.entries.length; i++) {
    const branch = spawn(kernel, record, site.entries[i] as number)
    const ring = site.giveUpRings[i] as number
    if (!isAwaited) records.detach(branch)
    else if (ring >= 0)
      events.pushRing(
        ring,
        now,
        eventOf(op.GIVE_UP, branch),
        records.ints[(branch << field.INTS) | field.LIFE] as number,
      )
    ready.push(branch, records.ints[(branch << field.INTS) | field.WAKE] as number)
  }
  if (isAwaited && site.need <= site.entries.length) return -1
  if (isAwaited) return failJoin(kernel, record, op.MISSING)
  return goOn(kernel, record)
}

/** A strand of its own inside the same frame. */
function spawn(kernel: Kernel, record: number, entry: number): number {
  const { records, keys } = kernel
  const branch = records.take(op.BRANCH, records.ints[(record << field.INTS) | field.FLOW] as number)
  records.inherit(branch, record)
  keys.share(records.ints[(branch << field.INTS) | field.KEYS] as number)
  records.ints[(branch << field.INTS) | field.CALL_SITE] = records.ints[
    (record << field.INTS) | field.CALL_SITE
  ] as number
  records.floats[(branch << field.FLOATS) | field.START] = kernel.now
  records.ints[(branch << field.INTS) | field.PC] = entry
  records.adopt(record, branch)
  return branch
}

/** Rounds as branches, some of them at a time. `tries`: rounds that are out, `rest`: things that no round has yet. */
export function spread(kernel: Kernel, record: number, site: RepeatSite): number {
  const { records, ready } = kernel
  const count = countOf(kernel, record, site)
  if (count === 0) return goOn(kernel, record)
  const first = Math.min(Math.ceil(count / site.groupsOf), site.atOnce)
  records.floats[(record << field.FLOATS) | field.CALL_START] = kernel.now
  records.ints[(record << field.INTS) | field.TRIES] = first
  records.ints[(record << field.INTS) | field.REST] = count
  records.ints[(record << field.INTS) | field.MODE] = op.WAITING
  for (let i = 0; i < first; i++) {
    const branch = startRound(kernel, record, site)
    ready.push(branch, records.ints[(branch << field.INTS) | field.WAKE] as number)
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
  const round = Math.min(site.groupsOf, records.ints[(record << field.INTS) | field.REST] as number)
  addInt(records.ints, (record << field.INTS) | field.REST, -round)
  records.ints[(branch << field.INTS) | field.GROUP] = round
  const set = records.ints[(branch << field.INTS) | field.KEYS] as number
  if (!site.hasNewKeys || set < 0) return branch
  keys.drop(set)
  records.ints[(branch << field.INTS) | field.KEYS] = keys.take()
  return branch
}

/** A branch is over. */
export function endBranch(kernel: Kernel, branch: number): number {
  const { records, program } = kernel
  const parent = records.ints[(branch << field.INTS) | field.PARENT] as number
  const failure = records.ints[(branch << field.INTS) | field.VERDICT] as number
  if (parent < 0) {
    retire(kernel, branch)
    return -1
  }
  const at = (records.ints[(parent << field.INTS) | field.PC] as number) * op.WORDS
  const site = program.code[at + op.SITE] as number
  if (program.code[at] === op.FORK) return joinFork(kernel, branch, program.forks[site] as ForkSite)
  records.detach(branch)
  if (failure === op.GOOD && (records.ints[(parent << field.INTS) | field.REST] as number) > 0) {
    const next = startRound(kernel, parent, program.repeats[site] as RepeatSite)
    // It could start because this one ended, so the way to it leads through this one.
    records.append(next, branch)
    retire(kernel, branch)
    return next
  }
  addInt(records.ints, (parent << field.INTS) | field.TRIES, -1)
  if (failure === op.GOOD && (records.ints[(parent << field.INTS) | field.TRIES] as number) > 0) {
    retire(kernel, branch)
    return -1
  }
  records.append(parent, branch)
  retire(kernel, branch)
  return failure === op.GOOD ? goOn(kernel, parent) : failJoin(kernel, parent, failure)
}

function joinFork(kernel: Kernel, branch: number, site: ForkSite): number {
  const { records } = kernel
  const parent = records.ints[(branch << field.INTS) | field.PARENT] as number
  const failure = records.ints[(branch << field.INTS) | field.VERDICT] as number
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
    addInt(records.ints, (parent << field.INTS) | field.TRIES, 1)
    return records.ints[(parent << field.INTS) | field.TRIES] === site.need
  }
  addInt(records.ints, (parent << field.INTS) | field.REST, 1)
  return site.entries.length - (records.ints[(parent << field.INTS) | field.REST] as number) < site.need
}

/** A branch took too long: it counts as failed, and runs on with nobody waiting. */
export function giveUpBranch(kernel: Kernel, branch: number): number {
  const { records, program, now } = kernel
  const parent = records.ints[(branch << field.INTS) | field.PARENT] as number
  const site = program.forks[
    program.code[(records.ints[(parent << field.INTS) | field.PC] as number) * op.WORDS + op.SITE] as number
  ] as ForkSite
  records.detach(branch)
  if (!decide(kernel, parent, site, op.TIMED_OUT)) return -1
  records.book(parent, site.point, now - (records.floats[(parent << field.FLOATS) | field.CALL_START] as number), 0)
  return failJoin(kernel, parent, op.TIMED_OUT)
}

/** Branches that are still out run on beside it. */
function letGo({ records }: Kernel, record: number): void {
  for (
    let child = records.ints[(record << field.INTS) | field.FIRST_CHILD] as number;
    child >= 0;
    child = records.ints[(record << field.INTS) | field.FIRST_CHILD] as number
  )
    records.detach(child)
}

function goOn(kernel: Kernel, record: number): number {
  const { records, program } = kernel
  letGo(kernel, record)
  records.ints[(record << field.INTS) | field.MODE] = op.RUNNING
  records.ints[(record << field.INTS) | field.PC] = program.code[
    (records.ints[(record << field.INTS) | field.PC] as number) * op.WORDS + op.TARGET
  ] as number
  return record
}

function failJoin(kernel: Kernel, record: number, failure: number): number {
  letGo(kernel, record)
  kernel.records.ints[(record << field.INTS) | field.MODE] = op.RUNNING
  return fail(kernel, record, failure)
}
