import type { Starting } from '../model/resource.ts'
import { Messages } from './log-state.ts'

/** What whoever got a slot has: one that was used before, a new one, or none, because no more may be started now. */
export const WARM = 0
export const COLD = 1
export const NONE = 2

/**
 * Slots that have to be started before their first use. One that is given back is there for the next request until it
 * was idle for too long; who was idle last is used first, so that those that are not needed grow old.
 */
export class Environments {
  /** Slots that were taken, and those of them that were there already. */
  takes = 0
  warm = 0
  private readonly law: Starting
  /** When each of those that are idle was given back, the last one at the end. */
  private idle = new Messages()
  private tokens: number
  private refilled = 0
  private isRefused = false

  constructor(law: Starting) {
    this.law = law
    this.tokens = law.burst
  }

  /** @param others  slots that are in use beside this one */
  take(now: number, others: number): number {
    this.takes += 1
    if (this.isThere(now, others)) {
      this.warm += 1
      return WARM
    }
    this.tokens = Math.min(this.law.burst, this.tokens + (now - this.refilled) * this.law.rate)
    this.refilled = now
    this.isRefused = this.tokens < 1
    if (this.isRefused) return NONE
    this.tokens -= 1
    return COLD
  }

  private isThere(now: number, others: number): boolean {
    if (others < this.law.kept) return true
    const { idle } = this
    if (idle.size === 0 || now - idle.last() >= this.law.idle) return false
    idle.pop()
    return true
  }

  /** A slot is given back. @param others  slots that are still in use */
  giveBack(now: number, others: number): void {
    const wasThere = !this.isRefused
    this.isRefused = false
    if (!wasThere || others < this.law.kept) return
    while (this.idle.size > 0 && now - this.idle.first() >= this.law.idle) this.idle.shift()
    this.idle.push(now)
  }

  /** All of them are gone: a crash, or another version. */
  clear(): void {
    this.idle = new Messages()
  }

  forget(): void {
    this.takes = 0
    this.warm = 0
  }
}
