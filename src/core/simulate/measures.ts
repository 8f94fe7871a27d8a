import { failures } from '../model/error.ts'
import type { Model } from '../model/model.ts'
import type { FlowStatistics } from '../result/statistics.ts'
import { FLOW, FLOATS, HEAD, INTS, START } from './field.ts'
import { FlowSums, PointSums } from './flow-sums.ts'
import type { Records } from './records.ts'

/** Share of requests below the slow band. */
const SLOW_FROM = 0.985

/** What is counted of flows while the simulation runs. */
export class Measures {
  readonly flows: readonly FlowSums[]
  private readonly points: readonly PointSums[]
  private readonly model: Model
  private readonly records: Records
  private readonly clock: { readonly now: number }
  /** Of what is complete: when it began, and how much of the time since then passed before its record was there. */
  private began = 0
  private before = 0
  /** Of what is complete: the sum of what was booked. */
  private booked = 0
  /** The largest distance between a response time and what was booked for it, beyond rounding. */
  unbooked = 0

  constructor(model: Model, records: Records, clock: { readonly now: number }) {
    this.model = model
    this.clock = clock
    this.records = records
    this.flows = model.flows.map((_, flow) => new FlowSums(logPointOf(model, flow)))
    this.points = model.points.map(() => new PointSums())
  }

  of(flow: number): FlowSums {
    return this.flows[flow] as FlowSums
  }

  offer(flow: number, count: number): void {
    const sums = this.of(flow)
    sums.offered += count
    sums.present += count
  }

  attempt(flow: number): void {
    this.of(flow).attempts += 1
  }

  /** An attempt that is a retry or a hedge; it is counted by {@link attempt} too. */
  again(flow: number): void {
    this.of(flow).retries += 1
  }

  fail(flow: number, failure: number, count: number): void {
    this.of(flow).fail(failure, count)
  }

  /** A good answer now to a request; the record's list says where the time went. */
  succeed(record: number): void {
    this.began = this.records.floats[(record << FLOATS) | START] as number
    this.before = 0
    this.complete(record)
  }

  /**
   * A message published at `time` is done by a batch, which began when the record did; before that it was in the log.
   */
  consume(record: number, time: number): void {
    this.began = time
    this.before = (this.records.floats[(record << FLOATS) | START] as number) - time
    this.complete(record)
  }

  private complete(record: number): void {
    const { now } = this.clock
    const sums = this.of(this.records.ints[(record << INTS) | FLOW] as number)
    const time = now - this.began
    sums.good += 1
    sums.present -= 1
    sums.sliceSum += time
    if (time > sums.sliceMax) sums.sliceMax = time
    sums.histogram.record(time)
    sums.batches.add(time)
    const isSlow = time > sums.slowFrom
    this.attribute(record, sums, isSlow)
    if (isSlow) {
      sums.slowTotal += time
      sums.slowCount += 1
    }
    // Times are differences of the clock, so what is lost to rounding grows with the clock.
    const unbooked = Math.abs(time - this.booked)
    if (unbooked > 1e-9 * (time + 1e-4 * now)) this.unbooked = Math.max(this.unbooked, unbooked)
    if (sums.histogram.count >= sums.slowCheck) findSlow(sums)
  }

  /** Sums up in `booked` what was booked. */
  private attribute(record: number, { logPoint }: FlowSums, isSlow: boolean): void {
    const { ledger, ints } = this.records
    const { next, point, wait, serve } = ledger
    const { before } = this
    let booked = before
    for (let at = ints[(record << INTS) | HEAD] as number; at >= 0; at = next[at] as number) {
      const waited = wait[at] as number
      const served = serve[at] as number
      booked += waited + served
      const sums = this.points[point[at] as number] as PointSums
      sums.visits += 1
      sums.wait += waited
      sums.serve += served
      if (!isSlow) continue
      sums.slowWait += waited
      sums.slowServe += served
    }
    this.booked = booked
    if (before > 0 && logPoint >= 0) this.attributeToLog(logPoint, isSlow)
  }

  private attributeToLog(point: number, isSlow: boolean): void {
    const sums = this.points[point] as PointSums
    sums.visits += 1
    sums.wait += this.before
    if (isSlow) sums.slowWait += this.before
  }

  /** Forgets what was counted, not who is present. */
  clear(): void {
    for (const sums of [...this.flows, ...this.points]) sums.clear()
    this.unbooked = 0
  }

  statistics(): readonly FlowStatistics[] {
    return this.flows.map((sums, flow) => ({
      flow,
      offered: sums.offered,
      good: sums.good,
      failed: failedOf(sums),
      presentAtStart: sums.presentAtStart,
      presentAtEnd: sums.present,
      responseTime: sums.histogram.snapshot(),
      batchMeans: [...sums.batches.means()],
      points: this.pointsOf(flow),
      slowTotal: sums.slowTotal,
      slowCount: sums.slowCount,
      attempts: sums.attempts,
      retries: sums.retries,
      repeated: sums.repeated,
      lost: sums.lost,
    }))
  }

  private pointsOf(flow: number): FlowStatistics['points'] {
    const id = this.model.flows[flow]?.id
    return this.points.flatMap(({ visits, wait, serve, slowWait, slowServe }, point) => {
      if (this.model.points[point]?.flow !== id || visits === 0) return []
      return [{ point, wait, serve, slowWait, slowServe, count: visits }]
    })
  }
}

function findSlow(sums: FlowSums): void {
  const { histogram } = sums
  sums.slowFrom = histogram.quantile(SLOW_FROM)
  sums.slowCheck = histogram.count + Math.max(256, Math.floor(histogram.count / 8))
}

function failedOf(sums: FlowSums): FlowStatistics['failed'] {
  const entries = failures.map((failure, i) => [failure, sums.failures[i + 1] as number] as const)
  return Object.fromEntries(entries.filter(([, count]) => count > 0))
}

function logPointOf(model: Model, flow: number): number {
  const logs = model.consumers.filter((consumer) => consumer.flow === flow).map(({ log }) => log)
  const id = model.flows[flow]?.id
  return model.points.findIndex(({ resource, flow }) => flow === id && resource !== null && logs.includes(resource))
}
