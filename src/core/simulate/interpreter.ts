import { insert, isDue, probe } from './caches.ts'
import { answer, arm, beginCall, depart, goHome, reply } from './calls.ts'
import { land } from './crossing.ts'
import { COLD, NONE } from './environments.ts'
import { FOUND, GROUP, INTS, MISSED, MODE, OUTCOME, PARENT, PC, WAKE } from './field.ts'
import { board, endFlight } from './flights.ts'
import { arriveFifo, leaveFifo } from './fifo.ts'
import { enter, exit, goHomeInline } from './inline-calls.ts'
import { countOf, endBranch, fork, spread } from './joins.ts'
import type { Kernel } from './kernel.ts'
import { forgetKey } from './keys.ts'
import { addInt } from './numbers.ts'
import * as op from './op.ts'
import { acquire, environmentOf, held, release } from './pools.ts'
import { publish } from './publish.ts'
import { copyAt } from './records.ts'
import { finishRoot } from './roots.ts'
import type {
  AdmitSite,
  CacheSite,
  CallSite,
  ChooseSite,
  DelaySite,
  FailSite,
  ForkSite,
  HoldSite,
  LookupSite,
  PublishSite,
  RepeatSite,
  ServeSite,
} from './sites.ts'
import { arrive, BLOCKED, leave, PASSED } from './stations.ts'
import { arriveUnshared, leaveUnshared } from './unshared.ts'
import { fail } from './unwind.ts'

/** Runs a record, and whoever it hands over to, until all of them wait for something. */
export function run(kernel: Kernel, first: number): void {
  const { records, program } = kernel
  const { code } = program
  let record = first
  while (record >= 0) {
    const at = (records.ints[(record << INTS) | PC] as number) << op.SHIFT
    const site = code[at | op.SITE] as number
    switch (code[at]) {
      case op.SERVE_FIFO:
        record = arriveFifo(kernel, record, program.serves[site] as ServeSite)
        break
      case op.LEAVE_FIFO:
        leaveFifo(kernel, record, (program.serves[site] as ServeSite).point)
        break
      case op.SERVE_UNSHARED:
        record = arriveUnshared(kernel, record, program.serves[site] as ServeSite)
        break
      case op.LEAVE_UNSHARED:
        leaveUnshared(kernel, record, program.serves[site] as ServeSite)
        break
      case op.CALL:
        record = beginCall(kernel, record, site)
        break
      case op.DEPART:
        record = depart(kernel, record, program.calls[site] as CallSite)
        break
      case op.BACK:
        record = goHome(kernel, record, program.calls[site] as CallSite)
        break
      case op.ANSWER:
        record = answer(kernel, record)
        break
      case op.HOLD:
        record = hold(kernel, record, program.holds[site] as HoldSite)
        break
      case op.RELEASE:
        release(kernel, record, site)
        records.ints[(record << INTS) | PC] = (records.ints[(record << INTS) | PC] as number) + 1
        break
      case op.CHOOSE:
        choose(kernel, record, program.chooses[site] as ChooseSite)
        break
      case op.END:
        finishRoot(kernel, record, op.GOOD)
        return
      default:
        record = rareStep(kernel, record, code[at] as number, site)
    }
  }
}

/** A wait is over: the record goes on, or fails if the wait was in vain. */
export function resume(kernel: Kernel, record: number): void {
  const { records } = kernel
  const outcome = records.ints[(record << INTS) | OUTCOME] as number
  if (outcome === op.GOOD) return run(kernel, record)
  records.ints[(record << INTS) | OUTCOME] = op.GOOD
  run(kernel, fail(kernel, record, outcome))
}

function rareStep(kernel: Kernel, record: number, code: number, site: number): number {
  const { program, records } = kernel
  switch (code) {
    case op.JUMP:
      return jump(kernel, record)
    case op.HELD:
      held(kernel, record, (program.holds[site] as HoldSite).slot)
      return next(kernel, record)
    case op.EXIT:
      return exit(kernel, record, program.calls[site] as CallSite)
    case op.SERVE:
      return serve(kernel, record, program.serves[site] as ServeSite)
    case op.LEAVE:
      leave(kernel, record, program.serves[site] as ServeSite)
      return record
    case op.LAND:
      return land(kernel, record, program.calls[site] as CallSite)
    case op.ENTER:
      return enter(kernel, record, program.calls[site] as CallSite)
    case op.RETURN:
      return goHomeInline(kernel, record, program.calls[site] as CallSite)
    case op.DELAY:
      return delay(kernel, record, program.delays[site] as DelaySite)
    case op.LOOKUP:
      records.ints[(record << INTS) | FOUND] = 0
      records.ints[(record << INTS) | MISSED] = 1
      return next(kernel, record)
    case op.DECIDE:
      return decide(kernel, record, program.lookups[site] as LookupSite)
    case op.REFRESH:
      return isDue(kernel, record, program.lookups[site] as LookupSite) ? next(kernel, record) : jump(kernel, record)
    case op.LANDED:
      endFlight(kernel, record, (program.lookups[site] as LookupSite).slot, op.GOOD)
      return next(kernel, record)
    case op.PROBE:
      probe(kernel, record, program.caches[site] as CacheSite)
      return next(kernel, record)
    case op.INSERT:
      insert(kernel, record, program.caches[site] as CacheSite)
      return next(kernel, record)
    case op.FORK:
      return fork(kernel, record, program.forks[site] as ForkSite)
    case op.BRANCH_END:
      return endBranch(kernel, record)
    case op.REPEAT:
    case op.LOOP:
    case op.SPREAD:
      return repeat(kernel, record, code, program.repeats[site] as RepeatSite)
    case op.GIVE_BACK:
      if ((records.ints[(record << INTS) | PARENT] as number) >= 0) release(kernel, record, site)
      return next(kernel, record)
    default:
      return rarerStep(kernel, record, code, site)
  }
}

function rarerStep(kernel: Kernel, record: number, code: number, site: number): number {
  const { program, records, limiters, now } = kernel
  switch (code) {
    case op.ADMIT: {
      const { base, depth, clients } = program.admits[site] as AdmitSite
      const copy = copyAt(records, record, base, depth)
      const isAdmitted =
        clients === null
          ? limiters.admit(copy, now)
          : limiters.admitClient(copy, clients.stream.below(clients.count), now)
      return isAdmitted ? next(kernel, record) : fail(kernel, record, op.RATE_LIMITED)
    }
    case op.PUBLISH: {
      const isThere = publish(kernel, record, program.publishes[site] as PublishSite)
      return isThere ? next(kernel, record) : fail(kernel, record, op.REJECTED)
    }
    case op.FAIL: {
      const { probability, failure, stream, fullDepth, group } = program.fails[site] as FailSite
      if (fullDepth >= 0 && !isDiskFull(kernel, record, fullDepth, group)) return next(kernel, record)
      const isHit = probability >= 1 || stream.uniform() < probability
      return isHit ? fail(kernel, record, failure) : next(kernel, record)
    }
    case op.START: {
      const environment = environmentOf(kernel, record, site)
      if (environment === NONE) return fail(kernel, record, op.RATE_LIMITED)
      return environment === COLD ? next(kernel, record) : jump(kernel, record)
    }
    case op.ARM:
      arm(kernel, record, program.calls[site] as CallSite)
      return next(kernel, record)
    case op.REPLY: {
      // The answer may end the record's caller, not the record: it goes on either way.
      const same = reply(kernel, record)
      return next(kernel, same)
    }
    default:
      forgetKey(kernel, record, site)
      return next(kernel, record)
  }
}

function isDiskFull({ records, fleet }: Kernel, record: number, depth: number, group: number): boolean {
  const instance = records.instances[record * records.depths + depth] as number
  return fleet.isFull[(fleet.base[group] as number) + Math.max(0, instance)] === 1
}

function next({ records }: Kernel, record: number): number {
  addInt(records.ints, (record << INTS) | PC, 1)
  return record
}

function jump({ records, program }: Kernel, record: number): number {
  records.ints[(record << INTS) | PC] = program.code[
    (records.ints[(record << INTS) | PC] as number) * op.WORDS + op.TARGET
  ] as number
  return record
}

function serve(kernel: Kernel, record: number, site: ServeSite): number {
  next(kernel, record)
  const result = arrive(kernel, record, site)
  if (result === BLOCKED) return -1
  return result === PASSED ? record : fail(kernel, record, op.REJECTED)
}

function hold(kernel: Kernel, record: number, site: HoldSite): number {
  next(kernel, record)
  const result = acquire(kernel, record, site)
  if (result === BLOCKED) return -1
  if (result !== PASSED) return fail(kernel, record, op.REJECTED)
  held(kernel, record, site.slot)
  return next(kernel, record)
}

function delay(kernel: Kernel, record: number, site: DelaySite): number {
  const { records, events, now } = kernel
  next(kernel, record)
  const time = site.time.draw()
  if (time <= 0) return record
  records.book(record, site.point, 0, time)
  records.ints[(record << INTS) | MODE] = op.TIMED
  if (site.ring >= 0) events.pushRing(site.ring, now, record, records.ints[(record << INTS) | WAKE] as number)
  else events.push(now + time, record, records.ints[(record << INTS) | WAKE] as number)
  return -1
}

function choose({ records }: Kernel, record: number, { upTo, targets, stream }: ChooseSite): void {
  const u = targets.length > 1 ? stream.uniform() : 0
  let i = 0
  while (u >= (upTo[i] as number)) i += 1
  records.ints[(record << INTS) | PC] = targets[i] as number
}

function decide(kernel: Kernel, record: number, site: LookupSite): number {
  const { records } = kernel
  if ((records.ints[(record << INTS) | MISSED] as number) <= 0) return jump(kernel, record)
  if (!site.isSingleFlight || board(kernel, record, site)) return next(kernel, record)
  records.ints[(record << INTS) | PC] = site.pad
  return -1
}

function repeat(kernel: Kernel, record: number, code: number, site: RepeatSite): number {
  const { records } = kernel
  if (code === op.SPREAD) return spread(kernel, record, site)
  const { locals } = records
  const local = record * records.slots + site.slot
  if (code === op.REPEAT) {
    locals[local] = countOf(kernel, record, site)
    locals[local + 1] = records.ints[(record << INTS) | GROUP] as number
    return next(kernel, record)
  }
  const left = locals[local] as number
  if (left === 0) {
    records.ints[(record << INTS) | GROUP] = locals[local + 1] as number
    return jump(kernel, record)
  }
  const round = Math.min(site.groupsOf, left)
  records.ints[(record << INTS) | GROUP] = round
  locals[local] = left - round
  return next(kernel, record)
}
