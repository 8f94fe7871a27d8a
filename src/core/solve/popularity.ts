import { assert } from '../base/assert.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { harmonic, popularityBins } from '../base/zipf.ts'
import type { KeyDomain } from '../model/model.ts'

/** `ranks` keys (may be a fraction) that are asked for with probability `p` each. */
export interface PopularityBin {
  readonly ranks: number
  readonly p: Ratio
}

/** How often the keys of a domain are asked for, as some level of caches sees them. */
export interface Popularity {
  /** Of the domain itself, from the most to the least popular. */
  readonly bins: readonly PopularityBin[]
  /** Per bin: how often one of its keys is asked for here, relative to the first level. */
  readonly passed: Float64Array
  /** Of what one level of caches let through; left out = requests for a key are independent of one another. */
  readonly quiet?: Quiet
}

/** After a key has come through, nothing more of it comes for so long from the same one of so many caches. */
export interface Quiet {
  readonly time: Seconds
  readonly sources: number
}

const popularities = new WeakMap<KeyDomain, Popularity>()

/**
 * Popularity that the first level sees. A bin of several ranks is two points with the mean and the variance of its
 * probabilities, so sums of smooth functions over all keys are right to about 1e-7; 50 million keys take 500 points.
 */
export function popularityOf(domain: KeyDomain): Popularity {
  const known = popularities.get(domain)
  if (known) return known
  const bins = binsOf(domain)
  const popularity = { bins, passed: new Float64Array(bins.length).fill(1) }
  popularities.set(domain, popularity)
  return popularity
}

const GROWTH = 1.06

function binsOf({ keys, exponent }: KeyDomain): readonly PopularityBin[] {
  const bins = popularityBins(keys, exponent, GROWTH)
  if (exponent === 0) return bins
  // The same bins with the squares of the weights.
  const squares = popularityBins(keys, 2 * exponent, GROWTH)
  const total = harmonic(keys, exponent)
  const scale = harmonic(keys, 2 * exponent) / (total * total)
  return bins.flatMap(({ ranks, p }, i) => {
    if (ranks === 1) return [{ ranks, p }]
    const spread = Math.sqrt(Math.max(0, (squares[i]?.p ?? 0) * scale - p * p))
    return [
      { ranks: ranks / 2, p: p + spread },
      { ranks: ranks / 2, p: Math.max(0, p - spread) },
    ]
  })
}

/** Share of the first level's requests that are made here. */
export function passedShare({ bins, passed }: Popularity): Ratio {
  let total = 0
  for (let i = 0; i < bins.length; i++) {
    const { ranks, p } = bins[i] as PopularityBin
    total += ranks * p * (passed[i] as number)
  }
  return total
}

/**
 * Popularity that a cache sees which several streams of one domain meet at; `share` is the stream's part of the
 * requests there (they need not sum to 1). `passed` of the answer is relative to a first level of the same rate.
 */
export function merged(parts: readonly { readonly share: Ratio; readonly popularity: Popularity }[]): Popularity {
  const [first, ...others] = parts
  assert(first !== undefined, 'popularities to merge')
  if (others.length === 0) return first.popularity
  const { bins } = first.popularity
  const whole = parts.reduce((sum, { share }) => sum + share, 0)
  const passed = new Float64Array(bins.length)
  for (const { share, popularity } of parts) {
    assert(popularity.passed.length === bins.length, 'merged popularities are of one domain')
    const all = passedShare(popularity)
    if (!(all > 0) || !(whole > 0)) continue
    const weight = share / whole / all
    for (let i = 0; i < passed.length; i++)
      passed[i] = (passed[i] as number) + weight * (popularity.passed[i] as number)
  }
  const quiets = parts.flatMap(({ popularity: { quiet } }) => (quiet === undefined ? [] : [quiet]))
  if (quiets.length < parts.length) return { bins, passed }
  const sources = quiets.reduce((sum, quiet) => sum + quiet.sources, 0)
  return { bins, passed, quiet: { time: Math.min(...quiets.map(({ time }) => time)), sources } }
}
