import { exp, incompleteGamma, log } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'

/** With probability `share`: `from`, and a time above 0 with this mean and squared coefficient of variation. */
export interface Part {
  readonly share: Ratio
  readonly from: Seconds
  readonly mean: Seconds
  readonly scv: number
}

const KNOTS = 56

/**
 * Σ share P(from + X > t) with X gamma (two exponentials with balanced means from scv 1 upwards), from a table: within
 * about 1e-3 of itself.
 *
 * @param mean  where the table is centred: it goes from 1/1000 to 1000 times that
 */
export function tailOfParts(parts: readonly Part[], mean: Seconds): (t: Seconds) => Ratio {
  const tails = parts.filter(({ share }) => share > 1e-15).map(tailOf)
  const at = (t: Seconds): Ratio => tails.reduce((sum, tail) => sum + tail(t), 0)
  const low = mean * 1e-3
  const step = log(1e6) / (KNOTS - 1)
  const table: number[] = []
  for (let k = 0; k < KNOTS && (table.at(-1) ?? 0) > -33; k++) {
    table.push(log(Math.max(1e-300, at(low * exp(k * step)))))
  }
  const [first, next] = [at(0), exp(table[0] as number)]
  return (t) => {
    if (t <= low) return t <= 0 ? first : first + (t / low) * (next - first)
    const y = log(t / low) / step
    const k = Math.floor(y)
    return k >= table.length - 1 ? 0 : exp(cubic(table, k, y - k))
  }
}

/** Through four neighbours (Catmull and Rom), between the nearest two. */
function cubic(table: readonly number[], k: number, x: number): number {
  const b = table[k] as number
  const c = table[k + 1] as number
  const a = table[k - 1] ?? b
  const d = table[k + 2] ?? c
  const y = b + (x / 2) * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)))
  return Math.min(b, Math.max(c, y))
}

function tailOf({ share, from, mean, scv }: Part): (t: Seconds) => Ratio {
  if (scv > 1) {
    const p = (1 + Math.sqrt((scv - 1) / (scv + 1))) / 2
    return (t) => {
      const y = (t - from) / mean
      return y <= 0 ? share : share * (p * exp(-2 * p * y) + (1 - p) * exp(-2 * (1 - p) * y))
    }
  }
  const width = Math.max(scv, 1e-4)
  return (t) => {
    if (t <= from) return share
    const y = (t - from) / (mean * width)
    // Far out nothing is left that counts.
    return y > 60 + 4 / width ? 0 : share * incompleteGamma(1 / width, y).q
  }
}
