import type { PerSecond, Ratio, Seconds } from '../base/units.ts'

/**
 * GI/M/c, first come first served, below saturation: share that waits and rate of the (exponential) wait of those who
 * do. Exact; undefined beyond 500 servers, where the sum runs out of digits.
 *
 * @param transform  E e^(-sA) of the times between arrivals
 * @source Takács, Introduction to the Theory of Queues (1962)
 */
export function waitOfGIMc(
  { servers, work }: { readonly servers: number; readonly work: Seconds },
  transform: (s: number) => number,
): { readonly share: Ratio; readonly rate: PerSecond } | undefined {
  if (servers > 500) return undefined
  const sigma = rootOf((x) => transform((servers * (1 - x)) / work))
  const rate = (servers / work) * (1 - sigma)
  if (servers === 1) return { share: sigma, rate }
  let total = 1 / (1 - sigma)
  let ways = 1
  for (let j = 1; j <= servers; j++) {
    const met = transform(j / work)
    ways *= (((servers - j + 1) / j) * (1 - met)) / met
    const below = servers * (1 - sigma) - j
    // Both sides of the fraction vanish together: a nudge gives their ratio.
    total += ((ways / (1 - met)) * (servers * (1 - met) - j + 1e-12)) / (below + 1e-12)
  }
  const share = 1 / (total * (1 - sigma))
  return Number.isFinite(share) && share >= 0 && share <= 1 ? { share, rate } : undefined
}

/** The smallest root of f(x) = x in 0..1, f convex and rising with f(1) = 1 and f'(1) > 1. */
function rootOf(f: (x: number) => number): number {
  let high = 0.5
  while (f(high) > high && 1 - high > 1e-13) high = (1 + high) / 2
  let low = 0
  for (let i = 0; i < 100 && high - low > 1e-16 * high; i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (f(middle) > middle) low = middle
    else high = middle
  }
  return (low + high) / 2
}
