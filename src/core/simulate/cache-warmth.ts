import { exp, log, pow } from '../base/math.ts'
import { mix } from '../base/random.ts'
import type { RandomStream } from '../base/random.ts'
import type { PerSecond, Seconds } from '../base/units.ts'
import { harmonic, popularityBins } from '../base/zipf.ts'
import type { KeyDomain } from '../model/model.ts'

/**
 * What a long-running cache holds of the keys that nobody asked for since the start, without a list of them. Whether
 * a key is among them, and since when, follows from its popularity and from a number that is hashed from the key, so
 * the answer is the same each time; as time passes and entries are evicted, keys only leave.
 */
export interface Warmth {
  /** How many there are (an expectation). */
  readonly count: number
  /** Nothing is left, or what is left makes no difference any more. */
  readonly isOver: boolean
  /** Uses that the next victim among them has behind it; only LFU asks. */
  readonly leastUses: number
  /** Must be called with the time before anything else is asked. */
  advance(now: Seconds): void
  /** Is this key, not touched since the start, there? Sets `since` and `uses`. */
  holds(key: number): boolean
  /** When the key last asked for came in. */
  readonly since: Seconds
  readonly uses: number
  /** The key is an entry of its own from now on, or was taken out. */
  take(): void
  /** A key that was not there came in. */
  enter(): void
  /** The next victim is among them. */
  evict(): void
}

/** How often the keys of a domain are asked for at one of `copies` copies, that see a share of the keys each. */
export class KeyFlow {
  /** Keys of one copy. */
  readonly keys: number
  private readonly exponent: number
  private readonly scale: number
  private readonly ranks: Float64Array
  private readonly rates: Float64Array

  constructor(
    domain: KeyDomain,
    { copies, arrivalRate }: { readonly copies: number; readonly arrivalRate: PerSecond },
  ) {
    this.exponent = domain.exponent
    this.keys = domain.keys / copies
    const bins = popularityBins(domain.keys, domain.exponent, BIN_GROWTH)
    this.ranks = Float64Array.from(bins, ({ ranks }) => ranks / copies)
    this.rates = Float64Array.from(bins, ({ p }) => p * copies * arrivalRate)
    this.scale = (copies * arrivalRate) / harmonic(domain.keys, domain.exponent)
  }

  /** Requests per second for a key of this copy. */
  rateOf(key: number): PerSecond {
    return this.exponent === 0 ? this.scale : this.scale * pow(key, -this.exponent)
  }

  /** Sum over the keys of a function of their rate; `bin` is the number of the rate among all that there are. */
  sum(of: (rate: PerSecond, bin: number) => number): number {
    let total = 0
    for (let i = 0; i < this.ranks.length; i++) total += (this.ranks[i] as number) * of(this.rates[i] as number, i)
    return total
  }

  /** The function of each rate. */
  each(of: (rate: PerSecond) => number): Float64Array {
    return Float64Array.from(this.rates, of)
  }

  /** How many of the most popular keys (counted over all copies) a sum over them needs to reach `target`. */
  ranksFor(target: number, of: (rate: PerSecond) => number, copies: number): number {
    let total = 0
    let rank = 0
    for (let i = 0; i < this.ranks.length; i++) {
      const here = this.ranks[i] as number
      const each = of(this.rates[i] as number)
      if (total + here * each >= target) return rank + (copies * (target - total)) / each
      total += here * each
      rank += here * copies
    }
    return Math.round(rank)
  }
}

// Within a bin popularity differs by at most 3 %, and what is summed is smooth: sums are right to 1e-4.
const BIN_GROWTH = 1.03

/** Two numbers in (0, 1) for each key, the same whenever they are asked for. */
export class KeyChance {
  first = 0
  second = 0
  private readonly seeds: readonly [number, number]

  constructor(stream: RandomStream) {
    this.seeds = [stream.uint32(), stream.uint32()]
  }

  of(key: number): void {
    const word = mix(key ^ Math.imul(Math.floor(key / 4294967296), 0x9e3779b1) ^ this.seeds[0])
    const other = mix(word + this.seeds[1])
    this.first = (word + (other + 0.5) / 4294967296) / 4294967296
    this.second = (mix(other ^ 0x5bd1e995) + 0.5) / 4294967296
  }
}

/**
 * Where an increasing function passes 0 between `low` and `high`, to 1e-6 of it: bisection of the logarithm, then
 * Illinois.
 */
export function rootOf(
  f: (x: number) => number,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  let a = low
  let b = high
  let fa = f(a)
  let fb = f(b)
  if (fa >= 0) return a
  if (fb <= 0) return b
  let side = 0
  for (let i = 0; i < 100 && b - a > 1e-6 * b; i++) {
    const isWide = a > 0 && b > 4 * a
    const x = isWide ? Math.sqrt(a) * Math.sqrt(b) : a - (fa * (b - a)) / (fb - fa)
    const fx = f(x)
    if (Math.abs(fx) < 1e-9 * Math.abs(fb - fa)) return x
    if (fx < 0) {
      a = x
      fa = fx
      // The end that stays twice counts half, so that both ends move.
      if (side === -1) fb /= 2
      side = isWide ? 0 : -1
    } else {
      b = x
      fb = fx
      if (side === 1) fa /= 2
      side = isWide ? 0 : 1
    }
  }
  return fb - fa > 0 ? a - (fa * (b - a)) / (fb - fa) : b
}

/**
 * How long an LRU cache keeps a key that nobody asks for (Che, Tung and Wang 2002): the time in which `entries`
 * different keys are asked for. Infinity when there are not so many.
 */
export function characteristicTime(flow: KeyFlow, entries: number): Seconds {
  if (entries >= flow.keys) return Infinity
  return rootOf((time) => flow.sum((rate) => 1 - exp(-rate * time)) - entries, timesOf(flow))
}

/** The A with sum of λA/(1 + λA) = entries: how long FIFO keeps a key, random eviction keeps one on average. */
export function residenceTime(flow: KeyFlow, entries: number): Seconds {
  if (entries >= flow.keys) return Infinity
  return rootOf((time) => flow.sum((rate) => (rate * time) / (1 + rate * time)) - entries, timesOf(flow))
}

function timesOf(flow: KeyFlow): { low: number; high: number } {
  const rate = flow.sum((each) => each)
  return { low: 1e-3 / rate, high: 1e12 * (flow.keys / rate) }
}

/** Age of the last use, given that it is below a bound of which `mass` = 1 - e^(-rate × bound). */
export const ageBelow = (chance: number, rate: PerSecond, mass: number): Seconds => -log(1 - chance * mass) / rate
