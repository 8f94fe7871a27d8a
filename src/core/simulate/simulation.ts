import type { Seconds } from '../base/units.ts'
import type { Model } from '../model/model.ts'
import type { RunStatistics, SeriesSlice } from '../result/statistics.ts'
import { hedge, passDeadline, retry, timeOut } from './calls.ts'
import { agree, bringBack, feedIsDue, giveAgain, retryBatch, startConsumers, touchBacklog } from './consumers.ts'
import { breakDown, startBreakdowns } from './breakdowns.ts'
import { notice, promote, restored } from './die.ts'
import { beginFault, endFault, startFaults } from './faults.ts'
import { readmit } from './ejections.ts'
import { AT, INTS, LIFE, MODE, PARENT, PC, SERIAL, WAKE } from './field.ts'
import { resume, run } from './interpreter.ts'
import { presentWaits, violationsOf } from './invariants.ts'
import { giveUpBranch } from './joins.ts'
import { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { startOutages, turn } from './outages.ts'
import { shipOff } from './publish.ts'
import { rebaseScalers, scale, started, startScalers } from './scalers.ts'
import { endShared } from './sharing.ts'
import { Slices } from './slices.ts'
import { arriveFrom, ask, startSources } from './sources.ts'
import { evict } from './stations.ts'
import { growWarm } from './warm-ups.ts'
import { groupStatistics, logStatistics, resourceStatistics } from './statistics.ts'

export interface SimulationOptions {
  readonly seed: number
  readonly replication: number
  /** Length of the pieces of `RunStatistics.series`. */
  readonly sliceLength: Seconds
}

/** One replication of a model, played as far as it is told to. The same model and options give the same numbers. */
export interface Simulation {
  /** Simulated time. */
  readonly now: Seconds
  /** Events played so far. */
  readonly events: number
  /** Records in use: requests, attempts and branches under way, those that nobody waits for included. */
  readonly live: number
  /**
   * Plays what happens up to and at `until`, but at most so many events; when nothing is left before, it is `until`
   * then.
   */
  run(until: Seconds, eventsMost: number): void
  /** Forgets all sums and keeps the state: what is measured begins now. */
  beginMeasuring(): void
  /**
   * What happened since {@link beginMeasuring}, up to now. Ends the current slice; to be asked once for each stretch.
   */
  statistics(): RunStatistics
}

export function createSimulation(model: Model, options: SimulationOptions): Simulation {
  return new Player(model, options)
}

class Player implements Simulation {
  events = 0
  private readonly kernel: Kernel
  private readonly slices: Slices
  private readonly options: SimulationOptions
  private measuredFrom = 0
  /** Waits in progress when measuring began: that much of the queues' area lies before it. */
  private waitsBefore: Float64Array

  constructor(model: Model, options: SimulationOptions) {
    this.options = options
    this.kernel = new Kernel(model, options)
    this.slices = new Slices(this.kernel, options.sliceLength)
    startFaults(this.kernel)
    startBreakdowns(this.kernel)
    startOutages(this.kernel)
    startScalers(this.kernel)
    startConsumers(this.kernel)
    startSources(this.kernel)
    this.waitsBefore = presentWaits(this.kernel)
  }

  get now(): number {
    return this.kernel.now
  }

  get live(): number {
    return this.kernel.records.live
  }

  run(until: number, eventsMost: number): void {
    const { kernel, slices } = this
    let left = eventsMost
    while (left > 0 || kernel.now === until) {
      const stop = Math.min(until, slices.end)
      const played = playUntil(kernel, { stop, until }, left)
      left -= played
      this.events += played
      if (left <= 0 && kernel.now < until) return
      if (stop > kernel.now) kernel.now = stop
      if (slices.end <= until) slices.close(slices.end)
      else return
    }
  }

  beginMeasuring(): void {
    const { kernel } = this
    rebaseScalers(kernel)
    for (const copy of kernel.copies.all) copy.clear()
    kernel.fleet.clear(kernel.now)
    kernel.measures.clear()
    for (const guard of [kernel.limiters, kernel.breakers, kernel.budgets]) guard.clear()
    kernel.caches.lookups.fill(0)
    kernel.caches.hits.fill(0)
    kernel.logs.published.fill(0)
    kernel.traffic?.fill(0)
    kernel.losses.clear()
    for (const subscription of kernel.logs.subscriptions) {
      touchBacklog(subscription, kernel.now)
      subscription.area = 0
      subscription.backlogMax = subscription.backlog
      for (const sum of ['consumed', 'parked', 'dropped'] as const) subscription[sum] = 0
    }
    for (const history of kernel.scalers.history) history.length = 0
    this.measuredFrom = kernel.now
    this.waitsBefore = presentWaits(kernel)
    this.slices.begin()
  }

  statistics(): RunStatistics {
    const { kernel, options, measuredFrom } = this
    const { now } = kernel
    for (let copy = 0; copy < kernel.copies.all.length; copy++) kernel.copies.of(copy).touchCapacity()
    const series: readonly SeriesSlice[] = this.slices.take(now)
    return {
      seed: options.seed,
      replication: options.replication,
      warmup: measuredFrom,
      measured: now - measuredFrom,
      events: this.events,
      flows: kernel.measures.statistics(),
      resources: resourceStatistics(kernel),
      groups: groupStatistics(kernel, now - measuredFrom),
      logs: logStatistics(kernel, now - measuredFrom),
      traffic: [...(kernel.traffic ?? [])],
      series,
      violations: violationsOf(kernel, this.waitsBefore),
    }
  }
}

/**
 * Plays events up to `stop`, at most `most`; but those at `until` all of them, since whoever looks at the clock takes
 * it that they were played. @returns how many
 */
function playUntil(kernel: Kernel, { stop, until }: { stop: number; until: number }, most: number): number {
  const { events, ready, records } = kernel
  let played = 0
  while ((played < most || kernel.now === until) && events.pop(stop)) {
    kernel.now = events.time
    const kind = events.what >> op.KIND_SHIFT
    if (kind === op.WAKE) wake(kernel, events.what, events.tag)
    else play(kernel, kind, events.what & op.INDEX_MASK, events.tag)
    while (ready.size > 0 && ready.pop())
      if (records.ints[(ready.record << INTS) | WAKE] === ready.tag) resume(kernel, ready.record)
    played += 1
  }
  return played
}

function wake(kernel: Kernel, record: number, tag: number): void {
  const { records } = kernel
  if (records.ints[(record << INTS) | WAKE] !== tag) return
  if (records.ints[(record << INTS) | MODE] === op.TIMED) records.ints[(record << INTS) | MODE] = op.RUNNING
  run(kernel, record)
}

function play(kernel: Kernel, kind: number, index: number, tag: number): void {
  const { records } = kernel
  switch (kind) {
    case op.PATIENCE:
      return losePatience(kernel, index, tag)
    case op.HEDGE:
      return records.ints[(index << INTS) | WAKE] === tag ? run(kernel, hedge(kernel, index)) : undefined
    case op.RETRY:
      return records.ints[(index << INTS) | WAKE] === tag ? run(kernel, retry(kernel, index)) : undefined
    case op.TIMEOUT:
      return isAwaited(kernel, index, tag) ? run(kernel, timeOut(kernel, index, op.TIMED_OUT)) : undefined
    case op.GIVE_UP:
      return isAwaited(kernel, index, tag) ? run(kernel, giveUpBranch(kernel, index)) : undefined
    case op.DEADLINE:
      return records.ints[(index << INTS) | SERIAL] === tag ? run(kernel, passDeadline(kernel, index)) : undefined
    case op.ARRIVAL:
      return run(kernel, arriveFrom(kernel, index, tag))
    case op.THOUGHT:
      return run(kernel, ask(kernel, index))
    case op.SHARE:
      return endShared(kernel, kernel.copies.of(index), tag)
    default:
      playRare(kernel, kind, index, tag)
  }
}

const isAwaited = ({ records }: Kernel, record: number, tag: number): boolean =>
  records.ints[(record << INTS) | LIFE] === tag && (records.ints[(record << INTS) | PARENT] as number) >= 0

function playRare(kernel: Kernel, kind: number, index: number, tag: number): void {
  switch (kind) {
    case op.OUTAGE:
      return turn(kernel, index, tag)
    case op.FAULT_START:
      return beginFault(kernel, index)
    case op.FAULT_END:
      return endFault(kernel, index)
    case op.DETECT:
      return notice(kernel, index, tag)
    case op.PROMOTE:
      return promote(kernel, index, tag)
    case op.SCALE:
      return scale(kernel, index)
    case op.STARTED:
      return started(kernel, index)
    case op.FEED:
      return feedIsDue(kernel, index, tag)
    case op.BREAKDOWN:
      return breakDown(kernel, index, tag)
    case op.RESTORED:
      return restored(kernel, index)
    case op.READMIT:
      return readmit(kernel, index)
    case op.WARMER:
      return growWarm(kernel, index, tag)
    case op.UNSEEN:
      return giveAgain(kernel, index, tag)
    case op.AGREED:
      return agree(kernel, index, tag)
    case op.RETURNED:
      return bringBack(kernel, index)
    case op.BATCH_RETRY:
      return retryBatch(kernel, index, tag)
    default:
      shipOff(kernel, index)
  }
}

/** Waited long enough: leaves the queue of a station (`abandoned`) or a pool (`rejected`). */
function losePatience(kernel: Kernel, record: number, tag: number): void {
  const { records, copies, program } = kernel
  if (records.ints[(record << INTS) | WAKE] !== tag || records.ints[(record << INTS) | MODE] !== op.QUEUED) return
  const copy = records.ints[(record << INTS) | AT] as number
  const site = program.code[(records.ints[(record << INTS) | PC] as number) * op.WORDS + op.SITE] as number
  const isPool = copies.of(copy).isPool
  const level = (isPool ? program.holds[site]?.level : program.serves[site]?.level) ?? 0
  copies.of(copy).touch()
  copies.unlink(copies.of(copy), record, level)
  if (isPool) copies.of(copy).rejected += 1
  evict(kernel, record, isPool ? op.REJECTED : op.ABANDONED)
}
