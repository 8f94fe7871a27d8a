import { exp } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Quiet } from './popularity.ts'

/** Of one key: how often it is there, and how often somebody who asks finds it. */
export interface Filtered {
  readonly present: Ratio
  readonly hit: Ratio
}

/**
 * A key behind another cache: after a miss that one has the key for at least `quiet.time`, and nothing of it comes from
 * there. Times between its misses are taken as that and an exponential rest (exact where it keeps a key for a fixed
 * time); caches beside each other are independent. Here it stays for `stay` since it was asked for last (LRU), or since
 * it came.
 */
export function filtered(rate: PerSecond, { time, sources }: Quiet, stay: Seconds, isTouched: boolean): Filtered {
  if (!(rate > 0) || stay === Infinity) return { present: rate > 0 ? 1 : 0, hit: rate > 0 ? 1 : 0 }
  const between = sources / rate
  const quiet = Math.min(time, between * (1 - 1e-9))
  const rest = between - quiet
  if (isTouched) {
    // Nobody from one source for so long: after a miss of it, and at any time.
    const own = stay <= quiet ? 1 : exp(-(stay - quiet) / rest)
    const other = stay <= quiet ? 1 - stay / between : (rest * own) / between
    return { present: 1 - other ** sources, hit: 1 - own * other ** (sources - 1) }
  }
  const more = renewals(stay, quiet, rest) + ((sources - 1) * stay) / between
  return { present: Math.min(1, (stay * rate) / (1 + more)), hit: more / (1 + more) }
}

/** Mean number of renewals within `span` after one: the times between them are `quiet` and an exponential rest. */
function renewals(span: Seconds, quiet: Seconds, rest: Seconds): number {
  const between = quiet + rest
  if (span > MANY * between) return span / between + ((rest / between) ** 2 - 1) / 2
  let total = 0
  for (let n = 1; n * quiet < span; n++) {
    const chance = atMost(n, (span - n * quiet) / rest)
    total += chance
    if (chance < 1e-9) break
  }
  return total
}

const MANY = 12

/** Probability that n exponential times of mean 1 are at most x together. */
function atMost(n: number, x: number): Ratio {
  let term = exp(-x)
  let less = term
  for (let j = 1; j < n; j++) {
    term *= x / j
    less += term
  }
  return Math.max(0, 1 - less)
}
