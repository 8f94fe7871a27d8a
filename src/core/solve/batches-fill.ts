import { incompleteGamma } from '../base/math.ts'
import type { PerSecond, Seconds } from '../base/units.ts'

/** How a batch fills: means until it is sent. */
export interface Filling {
  /** Messages in it when it goes. */
  readonly size: number
  readonly time: Seconds
  /** Message-seconds waited meanwhile. */
  readonly waited: number
}

/**
 * A batch holds `present` messages and goes when `most` are there, or after `longest`; more come as a Poisson stream.
 * Exact: with M = most - present the number N that come is min(M, Poisson(λ longest)), and the martingales N - λt and
 * N² - 2λ∫N - λt give mean time and wait. @source renewal-reward and optional stopping
 */
export function filling(
  rate: PerSecond,
  { present, most, longest }: { readonly present: number; readonly most: number; readonly longest: Seconds },
): Filling {
  const missing = most - present
  if (missing <= 0 || longest <= 0) return { size: Math.min(present, most), time: 0, waited: 0 }
  const x = rate * longest
  const margin = 8 * Math.sqrt(Math.max(x, missing)) + 10
  if (missing - x > margin) return { size: present + x, time: longest, waited: longest * (present + x / 2) }
  if (x - missing > margin) {
    const time = missing / rate
    return { size: most, time, waited: present * time + (missing * (missing - 1)) / (2 * rate) }
  }
  // P(Poisson(x) <= k)
  const atMost = (k: number): number => (k < 0 ? 0 : incompleteGamma(k + 1, x).q)
  const whole = Math.floor(missing)
  const part = missing - whole
  const exactly = (m: number): { readonly count: number; readonly square: number } => {
    if (m === 0) return { count: 0, square: 0 }
    const full = 1 - atMost(m - 1)
    const count = x * atMost(m - 2) + m * full
    return { count, square: x * x * atMost(m - 3) + x * atMost(m - 2) + m * m * full }
  }
  const low = exactly(whole)
  const high = part > 0 ? exactly(whole + 1) : low
  const count = (1 - part) * low.count + part * high.count
  const square = (1 - part) * low.square + part * high.square
  const time = count / rate
  return { size: present + count, time, waited: present * time + (square - count) / (2 * rate) }
}
