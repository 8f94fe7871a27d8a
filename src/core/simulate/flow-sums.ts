import { Histogram } from '../base/histogram.ts'
import { BatchMeans } from '../base/statistics.ts'
import { failures } from '../model/error.ts'

/** Completions that make an estimate of where the slow band begins. */
const SLOW_AFTER = 200
const CODES = failures.length + 1

/** What is counted of one flow. An object, because flows are few and a field costs less than a place in an array. */
export class FlowSums {
  offered = 0
  good = 0
  failed = 0
  /** By failure code. */
  readonly failures = new Float64Array(CODES)
  present = 0
  presentAtStart = 0
  attempts = 0
  /** Attempts that are retries or hedges. */
  retries = 0
  /** Messages that were worked on once more, and those that nobody will ever work on. */
  repeated = 0
  lost = 0
  readonly histogram = new Histogram()
  readonly batches = new BatchMeans()
  /** From which response time on a request is slow, and after how many completions that is looked at again. */
  slowFrom = Infinity
  slowCheck = SLOW_AFTER
  slowTotal = 0
  slowCount = 0
  /** Of a flow that consumes: the point of its log's resource, where the messages' wait is booked; -1: none. */
  readonly logPoint: number
  /** Of the current slice; what only grows is known by what it was when the slice began. */
  sliceSum = 0
  sliceMax = 0
  private offeredBefore = 0
  private goodBefore = 0
  private failedBefore = 0
  private attemptsBefore = 0
  private retriesBefore = 0

  constructor(logPoint: number) {
    this.logPoint = logPoint
  }

  /** What was counted since the slice began. */
  get slice() {
    return {
      offered: this.offered - this.offeredBefore,
      good: this.good - this.goodBefore,
      failed: this.failed - this.failedBefore,
      attempts: this.attempts - this.attemptsBefore,
      retries: this.retries - this.retriesBefore,
    }
  }

  beginSlice(): void {
    this.offeredBefore = this.offered
    this.goodBefore = this.good
    this.failedBefore = this.failed
    this.attemptsBefore = this.attempts
    this.retriesBefore = this.retries
    this.sliceSum = 0
    this.sliceMax = 0
  }

  /** Forgets what was counted, not who is present, nor from where on requests are slow. */
  clear(): void {
    this.offered = 0
    this.good = 0
    this.failed = 0
    this.failures.fill(0)
    this.attempts = 0
    this.retries = 0
    this.repeated = 0
    this.lost = 0
    this.slowTotal = 0
    this.slowCount = 0
    this.slowCheck = SLOW_AFTER
    this.presentAtStart = this.present
    this.histogram.clear()
    this.batches.clear()
    this.beginSlice()
  }

  fail(failure: number, count: number): void {
    this.failures[failure] = (this.failures[failure] as number) + count
    this.failed += count
    this.present -= count
  }
}

/** Where time went, at one point, over all good requests and over the slow ones. */
export class PointSums {
  visits = 0
  wait = 0
  serve = 0
  slowWait = 0
  slowServe = 0

  clear(): void {
    this.visits = 0
    this.wait = 0
    this.serve = 0
    this.slowWait = 0
    this.slowServe = 0
  }
}
