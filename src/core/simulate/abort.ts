import { learnOf } from './ejections.ts'
import { AT, CALL_SITE, COUNTED, FIRST_CHILD, GUARD, INTS, KIND, MODE, OUTCOME, PC } from './field.ts'
import { leaveFlight, passFlight } from './flights.ts'
import { type Kernel, retire } from './kernel.ts'
import * as op from './op.ts'
import { freeSlot, release, withdrawFromPool } from './pools.ts'
import type { CallSite, HoldSite } from './sites.ts'
import { withdraw } from './stations.ts'
import { copyAt } from './records.ts'

export const callSiteOf = ({ program, records }: Kernel, attempt: number): CallSite =>
  program.calls[records.ints[(attempt << INTS) | CALL_SITE] as number] as CallSite

/**
 * An attempt has a result for its caller: nobody counts on its answer any more.
 *
 * @param failure  a failure code, 0 for a good answer, -1 for none (it is not needed any more)
 */
export function settle(kernel: Kernel, attempt: number, failure: number): void {
  const { records, fleet, breakers, now } = kernel
  const counted = records.ints[(attempt << INTS) | COUNTED] as number
  if (counted >= 0) {
    fleet.count(counted, -1)
    if (failure >= 0 && kernel.ejections !== null) learnOf(kernel, kernel.ejections, counted, failure)
  }
  records.ints[(attempt << INTS) | COUNTED] = -1
  const guard = records.ints[(attempt << INTS) | GUARD] as number
  if (guard === 0) return
  records.ints[(attempt << INTS) | GUARD] = 0
  const site = callSiteOf(kernel, attempt)
  const copy = copyAt(records, attempt, site.breaker, site.breakerDepth)
  if (failure < 0) breakers.untell(copy, guard)
  else breakers.tell(copy, { guard, isFailure: failure !== op.GOOD, now })
}

/**
 * The caller stops waiting for an attempt. What it holds at the caller is given back; what it does at the callee goes
 * on, or stops, by the caller's policy. An attempt that was not sent yet is forgotten.
 */
export function giveUp(kernel: Kernel, attempt: number, failure: number): void {
  const { records } = kernel
  settle(kernel, attempt, failure)
  const site = callSiteOf(kernel, attempt)
  const isSent = (records.ints[(attempt << INTS) | PC] as number) >= site.land
  releaseScopes(kernel, attempt, op.SCOPE_CALLER)
  if (!isSent) dropWait(kernel, attempt)
  records.detach(attempt)
  if (isSent && !site.isStopped) return
  if (isSent) abort(kernel, attempt)
  else retire(kernel, attempt)
}

/** Takes a record away wherever it is, with all that runs for it: its branches and its attempts at others. */
export function abort(kernel: Kernel, record: number): void {
  const { records } = kernel
  dropChildren(kernel, record, true)
  dropWait(kernel, record)
  releaseScopes(kernel, record, op.SCOPE_HOLD)
  records.detach(record)
  retire(kernel, record)
}

/** Like {@link abort}, but what it sent to others goes on there by the rule of each call: nobody can tell them. */
export function strip(kernel: Kernel, record: number): void {
  dropChildren(kernel, record, false)
  dropWait(kernel, record)
  releaseScopes(kernel, record, op.SCOPE_HOLD)
}

function dropChildren(kernel: Kernel, record: number, isStopped: boolean): void {
  const { records } = kernel
  for (
    let child = records.ints[(record << INTS) | FIRST_CHILD] as number;
    child >= 0;
    child = records.ints[(record << INTS) | FIRST_CHILD] as number
  ) {
    if (records.ints[(child << INTS) | KIND] === op.BRANCH) {
      if (isStopped) abort(kernel, child)
      else {
        strip(kernel, child)
        records.detach(child)
        retire(kernel, child)
      }
    } else if (isStopped) {
      settle(kernel, child, -1)
      releaseScopes(kernel, child, op.SCOPE_CALLER)
      abort(kernel, child)
    } else giveUp(kernel, child, -1)
  }
}

/** Out of the queue, the server or the flight it waits for; a slot it was just given goes on to the next. */
function dropWait(kernel: Kernel, record: number): void {
  const { records, copies, program } = kernel
  const mode = records.ints[(record << INTS) | MODE] as number
  const at = (records.ints[(record << INTS) | PC] as number) * op.WORDS
  const isHolding = program.code[at] === op.HELD
  const site = program.code[at + op.SITE] as number
  if (mode === op.IN_FLIGHT) leaveFlight(kernel, record)
  else if (mode === op.RUNNING && isHolding && records.ints[(record << INTS) | OUTCOME] === 0) {
    const pool = copies.of(records.ints[(record << INTS) | AT] as number)
    if (pool.busy > 0) freeSlot(kernel, pool)
  } else if (mode === op.QUEUED && isHolding) {
    withdrawFromPool(kernel, record, (program.holds[site] as HoldSite).level)
  } else if (mode === op.QUEUED || mode === op.IN_SERVICE || mode === op.SHARING || mode === op.SUSPENDED) {
    withdraw(kernel, record)
  }
  records.ints[(record << INTS) | MODE] = op.RUNNING
  records.ints[(record << INTS) | OUTCOME] = 0
  records.forgetWake(record)
}

/** Gives back what the scopes of one kind around a record hold; a flight it leads is passed on with its holds. */
function releaseScopes(kernel: Kernel, record: number, kind: number): void {
  const { records, program } = kernel
  const { scopes } = program
  let scope = program.code[(records.ints[(record << INTS) | PC] as number) * op.WORDS + op.SCOPE] as number
  while (scope >= 0) {
    const at = scope * op.WORDS
    if (scopes[at] === kind) release(kernel, record, scopes[at + 2] as number)
    if (kind === op.SCOPE_HOLD && scopes[at] === op.SCOPE_INLINE) uncount(kernel, record, scopes[at + 2] as number)
    if (kind === op.SCOPE_HOLD && scopes[at] === op.SCOPE_FLIGHT) passFlight(kernel, record, scopes[at + 2] as number)
    scope = scopes[at + 1] as number
  }
}

/** A call that ran in this record waits for no answer any more. */
export function uncount({ records, fleet, program }: Kernel, record: number, index: number): void {
  const site = program.calls[index] as CallSite
  const local = records.instances[record * records.depths + site.depth] as number
  fleet.count((fleet.base[site.group] as number) + local, -1)
}
