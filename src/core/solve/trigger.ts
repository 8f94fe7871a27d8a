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
/** A search that takes more steps than this is given up. */
const STEPS_MOST = 1e6

/**
 * The shortest standstill after which retries keep the queue long, by a fluid: what comes is queue, what is older than
 * its timeout is done for nothing and asked for again. null = it comes back after the longest that was tried, or that
 * could be.
 */
export function shortestTrigger(load: Standstill): Seconds | null {
  let high = load.timeout
  if (!(load.rate > 0) || !(load.capacity > 0) || !(high > 0)) return null
  while (comesBack(load, high)) {
    high *= 2
    if (high > 2000 * load.timeout) return null
  }
  if (!(stepsOf(load, high) <= STEPS_MOST)) return null
  let low = 0
  for (let i = 0; i < 16; i++) {
    const middle = (low + high) / 2
    if (comesBack(load, middle)) low = middle
    else high = middle
  }
  return high
}

const stepsOf = ({ rate, capacity, timeout, backoff }: Standstill, still: Seconds): number =>
  Math.ceil(
    ((still + 60 * (timeout + backoff) + (4 * still * rate) / Math.max(0, capacity - rate)) / timeout) *
      STEPS_A_TIMEOUT,
  )

/** True when the queue is gone again at some time after a standstill. */
function comesBack(load: Standstill, still: Seconds): boolean {
  const { rate, capacity, serviceTime, timeout, retries, backoff } = load
  const dt = timeout / STEPS_A_TIMEOUT
  const steps = stepsOf(load, still)
  if (!(steps <= STEPS_MOST)) return false
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
