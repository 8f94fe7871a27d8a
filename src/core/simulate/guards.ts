import type { Model } from '../model/model.ts'
import { instancesOf, type Layout } from './layout.ts'
import { addFloat } from './numbers.ts'

/** Rate limits: token buckets that start full and are filled up when somebody asks. */
export class Limiters {
  readonly rate: Float64Array
  readonly burst: Float64Array
  readonly tokens: Float64Array
  /** So many times less comes through than its rate says. */
  readonly throttled: Float64Array
  readonly filled: Float64Array
  readonly asked: Float64Array
  readonly refused: Float64Array
  /** Of copies that have a bucket for each client: what is in it, and since when. */
  private readonly buckets = new Map<number, { readonly tokens: Float64Array; readonly filled: Float64Array }>()

  constructor(model: Model, layout: Layout) {
    const count = layout.total('limiter')
    this.rate = new Float64Array(count)
    this.burst = new Float64Array(count)
    this.tokens = new Float64Array(count)
    this.throttled = new Float64Array(count).fill(1)
    this.filled = new Float64Array(count)
    this.asked = new Float64Array(count)
    this.refused = new Float64Array(count)
    model.resources.forEach((resource, index) => {
      if (resource.kind !== 'limiter') return
      const from = layout.base(index)
      const to = from + instancesOf(model.groups[resource.group])
      this.rate.fill(resource.rate, from, to)
      this.burst.fill(resource.burst, from, to)
      this.tokens.fill(resource.burst, from, to)
      const { clients, burst } = resource
      if (clients === undefined) return
      for (let copy = from; copy < to; copy++) {
        const tokens = new Float64Array(clients).fill(burst)
        this.buckets.set(copy, { tokens, filled: new Float64Array(clients) })
      }
    })
  }

  /** By the bucket of one client. */
  admitClient(copy: number, client: number, now: number): boolean {
    const bucket = this.buckets.get(copy)
    if (bucket === undefined) return this.admit(copy, now)
    this.tokens[copy] = bucket.tokens[client] as number
    this.filled[copy] = bucket.filled[client] as number
    const isAdmitted = this.admit(copy, now)
    bucket.tokens[client] = this.tokens[copy]
    bucket.filled[client] = now
    return isAdmitted
  }

  admit(copy: number, now: number): boolean {
    addFloat(this.asked, copy, 1)
    const since = now - (this.filled[copy] as number)
    const filled =
      (this.tokens[copy] as number) + (since * (this.rate[copy] as number)) / (this.throttled[copy] as number)
    const tokens = Math.min(this.burst[copy] as number, filled)
    this.filled[copy] = now
    // A bucket that is refilled at the rate at which it is emptied must not refuse for a rounding error.
    const isAdmitted = tokens >= 1 - 1e-9
    this.tokens[copy] = isAdmitted ? Math.max(0, tokens - 1) : tokens
    if (!isAdmitted) addFloat(this.refused, copy, 1)
    return isAdmitted
  }

  /** From now on one in `times` of the rate comes through. What was saved up until now stays. */
  throttle(copy: number, times: number, now: number): void {
    const since = now - (this.filled[copy] as number)
    const filled =
      (this.tokens[copy] as number) + (since * (this.rate[copy] as number)) / (this.throttled[copy] as number)
    this.tokens[copy] = Math.min(this.burst[copy] as number, filled)
    this.filled[copy] = now
    this.throttled[copy] = times
  }

  reset(copy: number, now: number): void {
    this.tokens[copy] = this.burst[copy] as number
    this.filled[copy] = now
    this.buckets.get(copy)?.tokens.fill(this.burst[copy] as number)
  }

  clear(): void {
    this.asked.fill(0)
    this.refused.fill(0)
  }
}

/** Retry budgets: start full; every first attempt earns, every retry spends one. */
export class Budgets {
  readonly ratio: Float64Array
  readonly burst: Float64Array
  readonly tokens: Float64Array
  readonly asked: Float64Array
  readonly refused: Float64Array

  constructor(model: Model, layout: Layout) {
    const count = layout.total('budget')
    this.ratio = new Float64Array(count)
    this.burst = new Float64Array(count)
    this.tokens = new Float64Array(count)
    this.asked = new Float64Array(count)
    this.refused = new Float64Array(count)
    model.resources.forEach((resource, index) => {
      if (resource.kind !== 'budget') return
      const from = layout.base(index)
      const to = from + instancesOf(model.groups[resource.group])
      this.ratio.fill(resource.ratio, from, to)
      this.burst.fill(resource.burst, from, to)
      this.tokens.fill(resource.burst, from, to)
    })
  }

  earn(copy: number): void {
    const tokens = (this.tokens[copy] as number) + (this.ratio[copy] as number)
    this.tokens[copy] = Math.min(this.burst[copy] as number, tokens)
  }

  spend(copy: number): boolean {
    addFloat(this.asked, copy, 1)
    // Ten tenths make one token, whatever their binary sum is.
    const isAllowed = (this.tokens[copy] as number) >= 1 - 1e-9
    if (isAllowed) this.tokens[copy] = Math.max(0, (this.tokens[copy] as number) - 1)
    else addFloat(this.refused, copy, 1)
    return isAllowed
  }

  reset(copy: number): void {
    this.tokens[copy] = this.burst[copy] as number
  }

  clear(): void {
    this.asked.fill(0)
    this.refused.fill(0)
  }
}

const CLOSED = 0
const OPEN = 1
const PROBING = 2

/** What a breaker says to an attempt. */
export const REFUSES = 0
export const ADMITS = 1
export const ADMITS_PROBE = 2

/**
 * Circuit breakers: a ring of the last `window` results. Opens when they are that many and the share of failures among
 * them reaches the limit. After `halfOpen` seconds one probe passes: a good answer closes the breaker with an empty
 * window, any other opens it again. Results of attempts from before it opened no longer count.
 */
export class Breakers {
  private readonly openAt: Float64Array
  private readonly window: Int32Array
  private readonly halfOpen: Float64Array
  private readonly first: Int32Array
  private readonly results: Uint8Array
  private readonly seen: Int32Array
  private readonly failed: Int32Array
  private readonly state: Uint8Array
  private readonly opened: Float64Array
  readonly asked: Float64Array
  readonly refused: Float64Array

  constructor(model: Model, layout: Layout) {
    const count = layout.total('breaker')
    this.openAt = new Float64Array(count)
    this.window = new Int32Array(count)
    this.halfOpen = new Float64Array(count)
    this.first = new Int32Array(count)
    this.seen = new Int32Array(count)
    this.failed = new Int32Array(count)
    this.state = new Uint8Array(count)
    this.opened = new Float64Array(count)
    this.asked = new Float64Array(count)
    this.refused = new Float64Array(count)
    let total = 0
    model.resources.forEach((resource, index) => {
      if (resource.kind !== 'breaker') return
      for (let i = 0; i < instancesOf(model.groups[resource.group]); i++) {
        const copy = layout.base(index) + i
        const window = Math.max(1, Math.round(resource.window))
        this.openAt[copy] = resource.openAt
        this.window[copy] = window
        this.halfOpen[copy] = resource.halfOpen
        this.first[copy] = total
        total += window
      }
    })
    this.results = new Uint8Array(total)
  }

  ask(copy: number, now: number): number {
    addFloat(this.asked, copy, 1)
    if (this.state[copy] === CLOSED) return ADMITS
    const isOver = now >= (this.opened[copy] as number) + (this.halfOpen[copy] as number)
    if (this.state[copy] === OPEN && isOver) {
      this.state[copy] = PROBING
      return ADMITS_PROBE
    }
    addFloat(this.refused, copy, 1)
    return REFUSES
  }

  /** `guard`: what {@link ask} said to this attempt. */
  tell(copy: number, result: { readonly guard: number; readonly isFailure: boolean; readonly now: number }): void {
    if (result.guard === ADMITS_PROBE) {
      if (result.isFailure) this.open(copy, result.now)
      else this.reset(copy)
      return
    }
    if (this.state[copy] !== CLOSED) return
    const window = this.window[copy] as number
    const seen = this.seen[copy] as number
    const at = (this.first[copy] as number) + (seen % window)
    const old = seen >= window ? (this.results[at] as number) : 0
    const failed = (this.failed[copy] as number) - old + (result.isFailure ? 1 : 0)
    this.results[at] = result.isFailure ? 1 : 0
    this.failed[copy] = failed
    this.seen[copy] = seen + 1 >= 2 * window ? seen + 1 - window : seen + 1
    if (seen + 1 >= window && failed >= (this.openAt[copy] as number) * window) this.open(copy, result.now)
  }

  /** A probe that ended without a result: the next attempt is the probe. */
  untell(copy: number, guard: number): void {
    if (guard !== ADMITS_PROBE) return
    this.state[copy] = OPEN
    this.opened[copy] = -Infinity
  }

  reset(copy: number): void {
    this.state[copy] = CLOSED
    this.seen[copy] = 0
    this.failed[copy] = 0
  }

  clear(): void {
    this.asked.fill(0)
    this.refused.fill(0)
  }

  private open(copy: number, now: number): void {
    this.reset(copy)
    this.state[copy] = OPEN
    this.opened[copy] = now
  }
}
