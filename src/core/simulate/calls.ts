import { callSiteOf, giveUp, settle } from './abort.ts'
import { goBack, goThere } from './crossing.ts'
import * as field from './field.ts'
import { REFUSES } from './guards.ts'
import { type Kernel, retire } from './kernel.ts'
import * as op from './op.ts'
import { copyAt } from './records.ts'
import { answerRoot } from './roots.ts'
import { type CallSite, ON_FAIL_ERROR, ON_FAIL_MISS, registerOf } from './sites.ts'
import { eventOf } from './stations.ts'
import { fail } from './unwind.ts'

/** All functions here return the record to go on with, or -1 when it waits. */
export function beginCall(kernel: Kernel, record: number, index: number): number {
  const { records, events, now } = kernel
  const site = kernel.program.calls[index] as CallSite
  records.floats[(record << field.FLOATS) | field.CALL_START] = now
  records.ints[(record << field.INTS) | field.TRIES] = 0
  records.ints[(record << field.INTS) | field.MODE] = op.WAITING
  site.calls += 1
  // A deadline that ends later than the one it already has never comes first.
  if (
    site.deadlineRing >= 0 &&
    now + site.deadline < (records.floats[(record << field.FLOATS) | field.DEADLINE] as number)
  ) {
    events.pushRing(
      site.deadlineRing,
      now,
      eventOf(op.DEADLINE, record),
      records.ints[(record << field.INTS) | field.SERIAL] as number,
    )
  }
  if (site.budget >= 0) kernel.budgets.earn(copyAt(records, record, site.budget, site.budgetDepth))
  return startAttempt(kernel, record, index, site)
}

function startAttempt(kernel: Kernel, record: number, index: number, site: CallSite): number {
  const { records } = kernel
  records.ints[(record << field.INTS) | field.TRIES] =
    (records.ints[(record << field.INTS) | field.TRIES] as number) + 1
  const child = send(kernel, record, index, site)
  if (child < 0) return attemptFailed(kernel, record, index, op.BREAKER_OPEN)
  if (site.hedgeAtMost > 0) scheduleHedge(kernel, record, site)
  return site.isBare ? depart(kernel, child, site) : child
}

/** One attempt as a record of its own; -1 when the breaker refuses it. */
function send(kernel: Kernel, record: number, index: number, site: CallSite): number {
  const { records, keys, measures, now } = kernel
  let guard = 0
  if (site.breaker >= 0) {
    guard = kernel.breakers.ask(copyAt(records, record, site.breaker, site.breakerDepth), now)
    if (guard === REFUSES) return -1
  }
  const child = records.take(op.ATTEMPT, site.flow)
  records.inherit(child, record)
  keys.share(records.ints[(child << field.INTS) | field.KEYS] as number)
  const deadline = (records.floats[(record << field.FLOATS) | field.CALL_START] as number) + site.deadline
  if (deadline < (records.floats[(child << field.FLOATS) | field.DEADLINE] as number))
    records.floats[(child << field.FLOATS) | field.DEADLINE] = deadline
  records.adopt(record, child)
  records.ints[(child << field.INTS) | field.GUARD] = guard
  records.ints[(child << field.INTS) | field.CALL_SITE] = index
  records.floats[(child << field.FLOATS) | field.START] = now
  records.ints[(child << field.INTS) | field.PC] = site.entry
  records.floats[(child << field.FLOATS) | field.LIMIT] = Infinity
  if (site.isArmedAtStart) arm(kernel, child, site)
  measures.attempt(site.flow)
  return child
}

/** From now on the caller's patience with this attempt runs out. */
export function arm({ records, events, now }: Kernel, attempt: number, site: CallSite): void {
  if ((records.ints[(attempt << field.INTS) | field.PARENT] as number) < 0) return
  records.floats[(attempt << field.FLOATS) | field.LIMIT] = now + site.timeout
  events.due = now
  events.pushRingNext(
    site.timeoutRing,
    eventOf(op.TIMEOUT, attempt),
    records.ints[(attempt << field.INTS) | field.LIFE] as number,
  )
}

function scheduleHedge({ records, events, now }: Kernel, record: number, site: CallSite): void {
  const what = eventOf(op.HEDGE, record)
  const tag = records.ints[(record << field.INTS) | field.WAKE] as number
  if (site.hedgeRing >= 0) events.pushRing(site.hedgeRing, now, what, tag)
  else if (site.hedgeTime < Infinity) events.push(now + site.hedgeTime, what, tag)
}

/** An attempt goes out. */
export function depart(kernel: Kernel, attempt: number, site: CallSite): number {
  const { records } = kernel
  const next = goThere(kernel, attempt, site)
  records.ints[(attempt << field.INTS) | field.COUNTED] =
    site.base + (records.instances[attempt * records.depths + site.depth] as number)
  return next
}

/** The answer goes back; when nobody waits for it, that was all. */
export function goHome(kernel: Kernel, attempt: number, site: CallSite): number {
  if ((kernel.records.ints[(attempt << field.INTS) | field.PARENT] as number) < 0) {
    retire(kernel, attempt)
    return -1
  }
  const next = goBack(kernel, attempt, site)
  return next >= 0 && site.isBare ? answer(kernel, attempt) : next
}

/** The attempt is over, well or not. */
export function answer(kernel: Kernel, attempt: number): number {
  const { records, now } = kernel
  const parent = records.ints[(attempt << field.INTS) | field.PARENT] as number
  const failure = records.ints[(attempt << field.INTS) | field.VERDICT] as number
  if (parent < 0) {
    retire(kernel, attempt)
    return -1
  }
  settle(kernel, attempt, failure)
  records.detach(attempt)
  const index = records.ints[(attempt << field.INTS) | field.CALL_SITE] as number
  if (failure !== op.GOOD) {
    retire(kernel, attempt)
    return attemptFailed(kernel, parent, index, failure)
  }
  const site = callSiteOf(kernel, attempt)
  const start = records.floats[(attempt << field.FLOATS) | field.START] as number
  const lost = start - (records.floats[(parent << field.FLOATS) | field.CALL_START] as number)
  if (lost > 0) records.book(parent, site.retryPoint, 0, lost)
  records.append(parent, attempt)
  records.ints[(parent << field.INTS) | field.FOUND] = records.ints[(attempt << field.INTS) | field.FOUND] as number
  records.ints[(parent << field.INTS) | field.MISSED] = records.ints[(attempt << field.INTS) | field.MISSED] as number
  // The other copy may have been the first to go: what counts is how long the caller waited.
  if (site.times && records.ints[(parent << field.INTS) | field.TRIES] === 1)
    learn(site, now - (records.floats[(parent << field.FLOATS) | field.CALL_START] as number))
  retire(kernel, attempt)
  endCall(kernel, parent)
  records.ints[(parent << field.INTS) | field.PC] = targetOf(kernel, parent)
  return parent
}

const targetOf = ({ program, records }: Kernel, record: number): number =>
  program.code[(records.ints[(record << field.INTS) | field.PC] as number) * op.WORDS + op.TARGET] as number

/** How long calls take that need no retry decides when a hedge goes out. */
function learn(site: CallSite, time: number): void {
  const times = site.times
  if (!times) return
  times.record(time)
  if (times.count === 100 || (times.count > 100 && times.count % 256 === 0))
    site.hedgeTime = times.quantile(site.hedgePercentile)
}

/** Gives up what is still out, and turns off the timers of the call. */
function endCall(kernel: Kernel, record: number): void {
  const { records } = kernel
  for (
    let child = records.ints[(record << field.INTS) | field.FIRST_CHILD] as number;
    child >= 0;
    child = records.ints[(record << field.INTS) | field.FIRST_CHILD] as number
  )
    giveUp(kernel, child, -1)
  records.ints[(record << field.INTS) | field.MODE] = op.RUNNING
  records.forgetWake(record)
  records.ints[(record << field.INTS) | field.SERIAL] =
    ((records.ints[(record << field.INTS) | field.SERIAL] as number) + 1) | 0
}

/** One attempt failed: wait for the other one, try again, or give the call up. */
function attemptFailed(kernel: Kernel, record: number, index: number, failure: number): number {
  const { records } = kernel
  if ((records.ints[(record << field.INTS) | field.FIRST_CHILD] as number) >= 0) return -1
  records.forgetWake(record)
  const site = kernel.program.calls[index] as CallSite
  if (!mayRetry(kernel, record, site, failure)) return callFailed(kernel, record, site, failure)
  records.ints[(record << field.INTS) | field.REST] = failure
  const pause = backoff(site, records.ints[(record << field.INTS) | field.TRIES] as number)
  if (pause <= 0) return retry(kernel, record)
  kernel.events.push(
    kernel.now + pause,
    eventOf(op.RETRY, record),
    records.ints[(record << field.INTS) | field.WAKE] as number,
  )
  return -1
}

function mayRetry(kernel: Kernel, record: number, site: CallSite, failure: number): boolean {
  const { records, budgets } = kernel
  if (
    (records.ints[(record << field.INTS) | field.TRIES] as number) > site.retryTimes ||
    ((site.retryAfter >> failure) & 1) === 0
  )
    return false
  if (site.budget < 0) return true
  return budgets.spend(copyAt(records, record, site.budget, site.budgetDepth))
}

function backoff(site: CallSite, tries: number): number {
  let pause = site.backoff
  for (let i = 1; i < tries; i++) pause *= site.multiplier
  if (site.jitter === 0 || pause === 0) return pause
  const u = site.retryStream.uniform()
  if (site.jitter === 1) return pause * u
  return pause * (site.jitter === 2 ? 0.5 + u / 2 : 0.5 + u)
}

/** The pause is over. What is past its deadline is not tried again. */
export function retry(kernel: Kernel, record: number): number {
  const { records, measures, now } = kernel
  const index = siteAt(kernel, record)
  const site = kernel.program.calls[index] as CallSite
  const deadline = Math.min(
    records.floats[(record << field.FLOATS) | field.DEADLINE] as number,
    (records.floats[(record << field.FLOATS) | field.CALL_START] as number) + site.deadline,
  )
  if (now >= deadline)
    return callFailed(kernel, record, site, records.ints[(record << field.INTS) | field.REST] as number)
  const sums = measures.of(site.flow)
  const tried = sums.attempts
  const next = startAttempt(kernel, record, index, site)
  if (sums.attempts > tried) sums.retries += 1
  return next
}

const siteAt = ({ program, records }: Kernel, record: number): number =>
  program.code[(records.ints[(record << field.INTS) | field.PC] as number) * op.WORDS + op.SITE] as number

function callFailed(kernel: Kernel, record: number, site: CallSite, failure: number): number {
  const { records, now } = kernel
  endCall(kernel, record)
  records.book(
    record,
    site.retryPoint,
    0,
    now - (records.floats[(record << field.FLOATS) | field.CALL_START] as number),
  )
  if (site.onFail === ON_FAIL_ERROR) return fail(kernel, record, failure)
  if (site.onFail === ON_FAIL_MISS) {
    records.ints[(record << field.INTS) | field.FOUND] = 0
    records.ints[(record << field.INTS) | field.MISSED] = site.missKeys * registerOf(records, record, site.missTimes)
  }
  records.ints[(record << field.INTS) | field.PC] = targetOf(kernel, record)
  return record
}

/** The caller's patience with an attempt is over. */
export function timeOut(kernel: Kernel, attempt: number, failure: number): number {
  const parent = kernel.records.ints[(attempt << field.INTS) | field.PARENT] as number
  const index = kernel.records.ints[(attempt << field.INTS) | field.CALL_SITE] as number
  giveUp(kernel, attempt, failure)
  return attemptFailed(kernel, parent, index, failure)
}

/** The deadline that a call set is over: whatever it is at, it has failed. */
export function passDeadline(kernel: Kernel, record: number): number {
  const { records, program } = kernel
  for (
    let child = records.ints[(record << field.INTS) | field.FIRST_CHILD] as number;
    child >= 0;
    child = records.ints[(record << field.INTS) | field.FIRST_CHILD] as number
  )
    giveUp(kernel, child, op.PAST_DEADLINE)
  return callFailed(kernel, record, program.calls[siteAt(kernel, record)] as CallSite, op.PAST_DEADLINE)
}

/** No answer for long enough: a second attempt goes out, if there were not too many of them. */
export function hedge(kernel: Kernel, record: number): number {
  const index = siteAt(kernel, record)
  const site = kernel.program.calls[index] as CallSite
  if (
    (kernel.records.ints[(record << field.INTS) | field.FIRST_CHILD] as number) < 0 ||
    site.hedges + 1 > site.hedgeAtMost * site.calls
  )
    return -1
  const child = send(kernel, record, index, site)
  if (child < 0) return -1
  site.hedges += 1
  kernel.measures.again(site.flow)
  return child
}

/** The answer goes out now; the record goes on with what is left, and nobody waits for it. */
export function reply(kernel: Kernel, record: number): number {
  const { records, ready } = kernel
  let owner = record
  while (records.ints[(owner << field.INTS) | field.KIND] === op.BRANCH) {
    const parent = records.ints[(owner << field.INTS) | field.PARENT] as number
    if (parent < 0) return record
    // What the frame booked before the branch led to the answer, and what the branch booked did too.
    records.append(parent, owner)
    owner = parent
  }
  if (records.ints[(owner << field.INTS) | field.KIND] === op.ROOT) {
    if (records.ints[(owner << field.INTS) | field.ANSWERED] === 0) answerRoot(kernel, owner, op.GOOD)
    records.forget(owner)
    return record
  }
  if ((records.ints[(owner << field.INTS) | field.PARENT] as number) < 0) return record
  const answering = splitAnswer(kernel, owner)
  ready.push(answering, records.ints[(answering << field.INTS) | field.WAKE] as number)
  return record
}

/** A record that takes the place of an attempt at its caller and carries the answer back. */
function splitAnswer(kernel: Kernel, attempt: number): number {
  const { records, events, keys } = kernel
  const parent = records.ints[(attempt << field.INTS) | field.PARENT] as number
  const site = callSiteOf(kernel, attempt)
  const answering = records.take(op.ATTEMPT, records.ints[(attempt << field.INTS) | field.FLOW] as number)
  records.inherit(answering, attempt)
  keys.share(records.ints[(answering << field.INTS) | field.KEYS] as number)
  records.ints[(answering << field.INTS) | field.CALL_SITE] = records.ints[
    (attempt << field.INTS) | field.CALL_SITE
  ] as number
  records.floats[(answering << field.FLOATS) | field.START] = records.floats[
    (attempt << field.FLOATS) | field.START
  ] as number
  for (let i = 0, d = records.depths; i < d; i++)
    records.back[answering * d + i] = records.back[attempt * d + i] as number
  records.floats[(answering << field.FLOATS) | field.LIMIT] = records.floats[
    (attempt << field.FLOATS) | field.LIMIT
  ] as number
  records.ints[(answering << field.INTS) | field.GUARD] = records.ints[(attempt << field.INTS) | field.GUARD] as number
  records.ints[(answering << field.INTS) | field.COUNTED] = records.ints[
    (attempt << field.INTS) | field.COUNTED
  ] as number
  records.ints[(attempt << field.INTS) | field.GUARD] = 0
  records.ints[(attempt << field.INTS) | field.COUNTED] = -1
  const { locals, slots } = records
  locals.copyWithin(answering * slots, attempt * slots, (attempt + 1) * slots)
  records.append(answering, attempt)
  records.detach(attempt)
  records.adopt(parent, answering)
  records.ints[(answering << field.INTS) | field.PC] = site.backAt
  const limit = records.floats[(answering << field.FLOATS) | field.LIMIT] ?? Infinity
  if (limit < Infinity)
    events.push(limit, eventOf(op.TIMEOUT, answering), records.ints[(answering << field.INTS) | field.LIFE] as number)
  return answering
}
