import { Histogram } from '../base/histogram.ts'
import { BatchMeans } from '../base/statistics.ts'
import { failures } from '../model/error.ts'
import type { Model } from '../model/model.ts'
import type { FlowStatistics } from '../result/statistics.ts'
import { addFloat } from './numbers.ts'
import type { Records } from './records.ts'

/** Share of requests below the slow band, and how many completions make an estimate of its limit. */
const SLOW_FROM = 0.985
const SLOW_AFTER = 200
const CODES = failures.length + 1

/** What is counted of flows while the simulation runs. */
export class Measures {
  readonly offered: Float64Array
  readonly good: Float64Array
  readonly failed: Float64Array
  readonly present: Float64Array
  readonly presentAtStart: Float64Array
  readonly attempts: Float64Array
  readonly retries: Float64Array
  readonly histograms: readonly Histogram[]
  private readonly batches: readonly BatchMeans[]
  /** By flow: from which response time on a request is slow, and after how many completions that is looked at again. */
  private readonly slowFrom: Float64Array
  private readonly slowCheck: Float64Array
  private readonly slowTotal: Float64Array
  private readonly slowCount: Float64Array
  /** By point. */
  private readonly wait: Float64Array
  private readonly serve: Float64Array
  private readonly slowWait: Float64Array
  private readonly slowServe: Float64Array
  private readonly visits: Float64Array
  /** By flow that consumes: the point of its log's resource, where the messages' wait is booked; -1: none. */
  private readonly logPoint: Int32Array
  private readonly model: Model
  private readonly records: Records
  private readonly clock: { readonly now: number }
  /** Of what is complete: when it began, and how much of the time since then passed before its record was there. */
  private began = 0
  private before = 0
  /** The largest distance between a response time and what was booked for it, beyond rounding. */
  unbooked = 0

  /** Of the current slice, by flow. */
  readonly sliceOffered: Float64Array
  readonly sliceGood: Float64Array
  readonly sliceFailed: Float64Array
  readonly sliceSum: Float64Array
  readonly sliceMax: Float64Array
  readonly sliceAttempts: Float64Array
  readonly sliceRetries: Float64Array

  constructor(model: Model, records: Records, clock: { readonly now: number }) {
    this.model = model
    this.clock = clock
    this.records = records
    this.logPoint = Int32Array.from(model.flows, (_, flow) => logPointOf(model, flow))
    const flows = (): Float64Array => new Float64Array(model.flows.length)
    const points = (): Float64Array => new Float64Array(model.points.length)
    this.offered = flows()
    this.good = flows()
    this.failed = new Float64Array(model.flows.length * CODES)
    this.present = flows()
    this.presentAtStart = flows()
    this.attempts = flows()
    this.retries = flows()
    this.histograms = model.flows.map(() => new Histogram())
    this.batches = model.flows.map(() => new BatchMeans())
    this.slowFrom = flows().fill(Infinity)
    this.slowCheck = flows().fill(SLOW_AFTER)
    this.slowTotal = flows()
    this.slowCount = flows()
    this.wait = points()
    this.serve = points()
    this.slowWait = points()
    this.slowServe = points()
    this.visits = points()
    this.sliceOffered = flows()
    this.sliceGood = flows()
    this.sliceFailed = flows()
    this.sliceSum = flows()
    this.sliceMax = flows()
    this.sliceAttempts = flows()
    this.sliceRetries = flows()
  }

  offer(flow: number, count: number): void {
    addFloat(this.offered, flow, count)
    addFloat(this.sliceOffered, flow, count)
    addFloat(this.present, flow, count)
  }

  attempt(flow: number): void {
    addFloat(this.attempts, flow, 1)
    addFloat(this.sliceAttempts, flow, 1)
  }

  /** An attempt that is a retry or a hedge; it is counted by {@link attempt} too. */
  again(flow: number): void {
    addFloat(this.retries, flow, 1)
    addFloat(this.sliceRetries, flow, 1)
  }

  fail(flow: number, failure: number, count: number): void {
    addFloat(this.failed, flow * CODES + failure, count)
    addFloat(this.sliceFailed, flow, count)
    addFloat(this.present, flow, -count)
  }

  /** A good answer now to a request; the record's list says where the time went. */
  succeed(record: number): void {
    this.began = this.records.start[record] as number
    this.before = 0
    this.complete(record)
  }

  /**
   * A message published at `time` is done by a batch, which began when the record did; before that it was in the log.
   */
  consume(record: number, time: number): void {
    this.began = time
    this.before = (this.records.start[record] as number) - time
    this.complete(record)
  }

  private complete(record: number): void {
    const { now } = this.clock
    const flow = this.records.flow[record] as number
    const time = now - this.began
    addFloat(this.good, flow, 1)
    addFloat(this.present, flow, -1)
    addFloat(this.sliceGood, flow, 1)
    addFloat(this.sliceSum, flow, time)
    if (time > (this.sliceMax[flow] as number)) this.sliceMax[flow] = time
    const histogram = this.histograms[flow] as Histogram
    const batch = this.batches[flow] as BatchMeans
    histogram.record(time)
    batch.add(time)
    const isSlow = time > (this.slowFrom[flow] as number)
    const booked = this.attribute(record, isSlow)
    if (isSlow) {
      addFloat(this.slowTotal, flow, time)
      addFloat(this.slowCount, flow, 1)
    }
    // Times are differences of the clock, so what is lost to rounding grows with the clock.
    const unbooked = Math.abs(time - booked)
    if (unbooked > 1e-9 * (time + 1e-4 * now)) this.unbooked = Math.max(this.unbooked, unbooked)
    if (histogram.count >= (this.slowCheck[flow] as number)) this.findSlow(flow, histogram)
  }

  /** @returns the sum of what was booked */
  private attribute(record: number, isSlow: boolean): number {
    const { ledger, head } = this.records
    const { before } = this
    let booked = before
    for (let at = head[record] as number; at >= 0; at = ledger.next[at] as number) {
      const wait = ledger.wait[at] as number
      const serve = ledger.serve[at] as number
      booked += wait + serve
      this.attributeTo(ledger.point[at] as number, wait, serve, isSlow)
    }
    if (before <= 0) return booked
    const point = this.logPoint[this.records.flow[record] as number] as number
    if (point >= 0) this.attributeTo(point, before, 0, isSlow)
    return booked
  }

  private attributeTo(point: number, wait: number, serve: number, isSlow: boolean): void {
    addFloat(this.visits, point, 1)
    if (wait !== 0) addFloat(this.wait, point, wait)
    if (serve !== 0) addFloat(this.serve, point, serve)
    if (!isSlow) return
    addFloat(this.slowWait, point, wait)
    addFloat(this.slowServe, point, serve)
  }

  private findSlow(flow: number, histogram: Histogram): void {
    this.slowFrom[flow] = histogram.quantile(SLOW_FROM)
    this.slowCheck[flow] = histogram.count + Math.max(256, Math.floor(histogram.count / 8))
  }

  /** Forgets what was counted, not who is present. */
  clear(): void {
    const sums = [this.offered, this.good, this.failed, this.attempts, this.retries, this.slowTotal, this.slowCount]
    for (const sum of [...sums, this.wait, this.serve, this.slowWait, this.slowServe, this.visits]) sum.fill(0)
    this.presentAtStart.set(this.present)
    for (const histogram of this.histograms) histogram.clear()
    for (const batch of this.batches) batch.clear()
    this.slowCheck.fill(SLOW_AFTER)
    this.unbooked = 0
    this.clearSlice()
  }

  clearSlice(): void {
    const sums = [this.sliceOffered, this.sliceGood, this.sliceFailed, this.sliceSum, this.sliceMax]
    for (const sum of [...sums, this.sliceAttempts, this.sliceRetries]) sum.fill(0)
  }

  statistics(): readonly FlowStatistics[] {
    return this.model.flows.map((_, flow) => ({
      flow,
      offered: this.offered[flow] as number,
      good: this.good[flow] as number,
      failed: this.failedOf(flow),
      presentAtStart: this.presentAtStart[flow] as number,
      presentAtEnd: this.present[flow] as number,
      responseTime: (this.histograms[flow] as Histogram).snapshot(),
      batchMeans: [...(this.batches[flow] as BatchMeans).means()],
      points: this.pointsOf(flow),
      slowTotal: this.slowTotal[flow] as number,
      slowCount: this.slowCount[flow] as number,
      attempts: this.attempts[flow] as number,
      retries: this.retries[flow] as number,
    }))
  }

  private failedOf(flow: number): FlowStatistics['failed'] {
    const entries = failures.map((failure, i) => [failure, this.failed[flow * CODES + i + 1] as number] as const)
    return Object.fromEntries(entries.filter(([, count]) => count > 0))
  }

  private pointsOf(flow: number): FlowStatistics['points'] {
    const id = this.model.flows[flow]?.id
    return this.model.points.flatMap((point, index) => {
      const count = this.visits[index] as number
      if (point.flow !== id || count === 0) return []
      const [wait, serve] = [this.wait[index] as number, this.serve[index] as number]
      const [slowWait, slowServe] = [this.slowWait[index] as number, this.slowServe[index] as number]
      return [{ point: index, wait, serve, slowWait, slowServe, count }]
    })
  }
}

function logPointOf(model: Model, flow: number): number {
  const logs = model.consumers.filter((consumer) => consumer.flow === flow).map(({ log }) => log)
  const id = model.flows[flow]?.id
  return model.points.findIndex(({ resource, flow }) => flow === id && resource !== null && logs.includes(resource))
}
