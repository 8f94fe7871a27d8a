import type { PerSecond, Seconds } from '../base/units.ts'

/** One station, and callers that give up and ask again. */
export interface Standstill {
  readonly rate: PerSecond
  /** Visits a second that the station can do. */
  readonly capacity: PerSecond
  readonly serviceTime: Seconds
  readonly timeout: Seconds
  readonly retries: number
  readonly backoff: Seconds
}

const STEPS_A_TIMEOUT = 40

/**
 * The shortest standstill after which retries keep the queue long, by a fluid: what comes is queue, what is older than
 * its timeout is done for nothing and asked for again. null = it comes back after the longest that was tried.
 */
export function shortestTrigger(load: Standstill): Seconds | null {
  let high = load.timeout
  while (comesBack(load, high)) {
    high *= 2
    if (high > 2000 * load.timeout) return null
  }
  let low = 0
  for (let i = 0; i < 16; i++) {
    const middle = (low + high) / 2
    if (comesBack(load, middle)) low = middle
    else high = middle
  }
  return high
}

/** True when the queue is gone again at some time after a standstill. */
function comesBack({ rate, capacity, serviceTime, timeout, retries, backoff }: Standstill, still: Seconds): boolean {
  const dt = timeout / STEPS_A_TIMEOUT
  const steps = Math.ceil((still + 60 * (timeout + backoff) + (4 * still * rate) / capacity) / dt)
  const pause = STEPS_A_TIMEOUT + Math.max(1, Math.round(backoff / dt))
  const again = Array.from({ length: retries + 1 }, () => new Float64Array(steps + pause + 1))
  let queue = 0
  for (let i = 0; i < steps; i++) {
    const t = i * dt
    const wait = queue / capacity + Math.max(0, still - t)
    const isLate = wait + serviceTime > timeout
    let arriving = rate * dt
    for (let k = 0; k <= retries; k++) {
      const own = k === 0 ? rate * dt : (again[k]?.[i] ?? 0)
      if (k > 0) arriving += own
      const next = again[k + 1]
      if (isLate && next !== undefined) next[i + pause] = (next[i + pause] ?? 0) + own
    }
    queue = Math.max(0, queue + arriving - (t < still ? 0 : capacity * dt))
    if (t > still && queue === 0) return true
  }
  return false
}
