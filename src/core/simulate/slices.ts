import type { SeriesSlice } from '../result/statistics.ts'
import type { Kernel } from './kernel.ts'

/** Cuts the measured time into equal slices. Nothing is cut before measuring begins. */
export class Slices {
  /** When the current slice ends. */
  end = Infinity
  private start = 0
  private readonly kernel: Kernel
  private readonly length: number
  private readonly done: SeriesSlice[] = []
  private readonly busy: Float64Array
  private readonly queued: Float64Array
  private readonly capacity: Float64Array

  constructor(kernel: Kernel, length: number) {
    this.kernel = kernel
    this.length = length
    this.busy = new Float64Array(kernel.copies.count)
    this.queued = new Float64Array(kernel.copies.count)
    this.capacity = new Float64Array(kernel.copies.count)
    this.begin()
  }

  begin(): void {
    this.done.length = 0
    this.kernel.measures.clearSlice()
    for (const sum of [this.busy, this.queued, this.capacity]) sum.fill(0)
    this.open(this.kernel.now)
  }

  /** What was cut so far, the slice that is open included. */
  take(now: number): readonly SeriesSlice[] {
    if (now > this.start) this.close(now)
    return this.done.splice(0)
  }

  close(at: number): void {
    const { measures, copies, model } = this.kernel
    for (let copy = 0; copy < copies.count; copy++) copies.touchCapacity(copy)
    const amplified = model.flows.map((_, flow) => {
      const attempts = measures.sliceAttempts[flow] as number
      const firsts = attempts - (measures.sliceRetries[flow] as number)
      return attempts === 0 ? 1 : attempts / Math.max(1, firsts)
    })
    this.done.push({
      start: this.start,
      length: at - this.start,
      offered: [...measures.sliceOffered],
      good: [...measures.sliceGood],
      failed: [...measures.sliceFailed],
      responseTimeSum: [...measures.sliceSum],
      responseTimeMax: [...measures.sliceMax],
      attempts: amplified,
      ...this.levels(at - this.start),
    })
    measures.clearSlice()
    this.open(at)
  }

  private open(at: number): void {
    this.start = at
    this.end = this.length > 0 ? at + this.length : Infinity
  }

  /** Utilization and queue of each resource since the slice began, over all its copies. */
  private levels(passed: number): Pick<SeriesSlice, 'utilization' | 'queueLength'> {
    const { copies, model } = this.kernel
    const busy = new Float64Array(model.resources.length)
    const queued = new Float64Array(model.resources.length)
    const capacity = new Float64Array(model.resources.length)
    const add = (sum: Float64Array, copy: number, now: number, before: Float64Array): void => {
      const resource = copies.resource[copy] as number
      sum[resource] = (sum[resource] as number) + now - (before[copy] as number)
      before[copy] = now
    }
    for (let copy = 0; copy < copies.count; copy++) {
      add(busy, copy, copies.busyArea[copy] as number, this.busy)
      add(queued, copy, copies.queueArea[copy] as number, this.queued)
      add(capacity, copy, finite(copies.capacityArea[copy] as number), this.capacity)
    }
    const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0)
    return {
      utilization: Array.from(busy, (sum, i) => share(sum, capacity[i] as number)),
      queueLength: Array.from(queued, (sum) => share(sum, passed)),
    }
  }
}

/** An infinite server is never busy to a share of itself. */
const finite = (area: number): number => (area === Infinity ? 0 : area)
