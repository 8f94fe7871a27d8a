import type { Seconds } from '../base/units.ts'
import type { Shedding } from '../model/resource.ts'

/** A drop within so many intervals of the last time of dropping goes on where that ended (RFC 8289, section 5.5). */
const RECENT = 16

/**
 * Controlled delay: who waited longer than `target` is dropped at the head of the queue, once waits were that long for
 * a whole `interval`; then one more after interval / √1, √2, √3 …, until a wait is short again.
 *
 * Source: Nichols, Jacobson, McGregor, Iyengar: RFC 8289, 2018, section 5.
 */
export class Codel {
  private readonly target: Seconds
  private readonly interval: Seconds
  /** From when waits count as long for an interval; 0 = the last one was short. */
  private firstAbove = 0
  private isDropping = false
  private dropNext = 0
  private count = 0
  private lastCount = 0

  constructor({ target, interval }: Shedding) {
    this.target = target
    this.interval = interval
  }

  /** Is the one that leaves the queue now, after this wait, dropped? @param waiting  those behind it */
  drops(now: Seconds, wait: Seconds, waiting: number): boolean {
    const isLong = this.isLong(now, wait, waiting)
    if (this.isDropping) {
      if (!isLong) this.isDropping = false
      if (!this.isDropping || now < this.dropNext) return false
      this.count += 1
      this.dropNext = this.after(this.dropNext)
      return true
    }
    if (!isLong) return false
    this.isDropping = true
    const since = this.count - this.lastCount
    this.count = since > 1 && now - this.dropNext < RECENT * this.interval ? since : 1
    this.lastCount = this.count
    this.dropNext = this.after(now)
    return true
  }

  private isLong(now: Seconds, wait: Seconds, waiting: number): boolean {
    if (wait < this.target || waiting === 0) {
      this.firstAbove = 0
      return false
    }
    if (this.firstAbove === 0) this.firstAbove = now + this.interval
    return now >= this.firstAbove
  }

  private after(moment: Seconds): Seconds {
    return moment + this.interval / Math.sqrt(this.count)
  }
}
