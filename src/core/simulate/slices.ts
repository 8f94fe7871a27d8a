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
    this.busy = new Float64Array(kernel.copies.all.length)
    this.queued = new Float64Array(kernel.copies.all.length)
    this.capacity = new Float64Array(kernel.copies.all.length)
    this.begin()
  }

  begin(): void {
    this.done.length = 0
    for (const sums of this.kernel.measures.flows) sums.beginSlice()
    for (const sum of [this.busy, this.queued, this.capacity]) sum.fill(0)
    this.open(this.kernel.now)
  }

  /** What was cut so far, the slice that is open included. */
  take(now: number): readonly SeriesSlice[] {
    if (now > this.start) this.close(now)
    return this.done.splice(0)
  }

  close(at: number): void {
    const { measures, copies } = this.kernel
    for (let copy = 0; copy < copies.all.length; copy++) copies.of(copy).touchCapacity()
    const { flows } = measures
    const slices = flows.map(({ slice }) => slice)
    this.done.push({
      start: this.start,
      length: at - this.start,
      offered: slices.map(({ offered }) => offered),
      good: slices.map(({ good }) => good),
      failed: slices.map(({ failed }) => failed),
      responseTimeSum: flows.map(({ sliceSum }) => sliceSum),
      responseTimeMax: flows.map(({ sliceMax }) => sliceMax),
      attempts: slices.map(({ attempts, retries }) =>
        attempts === 0 ? 1 : attempts / Math.max(1, attempts - retries),
      ),
      ...this.levels(at - this.start),
    })
    for (const sums of flows) sums.beginSlice()
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
      const resource = copies.of(copy).resource
      sum[resource] = (sum[resource] as number) + now - (before[copy] as number)
      before[copy] = now
    }
    for (let copy = 0; copy < copies.all.length; copy++) {
      add(busy, copy, copies.of(copy).busyArea, this.busy)
      add(queued, copy, copies.of(copy).queueArea, this.queued)
      add(capacity, copy, finite(copies.of(copy).capacityArea), this.capacity)
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
