import { exp, log } from '../base/math.ts'
import type { PerSecond, Seconds } from '../base/units.ts'
import {
  ageBelow,
  characteristicTime,
  type KeyChance,
  type KeyFlow,
  residenceTime,
  rootOf,
  type Warmth,
} from './cache-warmth.ts'

/** What the laws below need to know of a cache. `start` is when it was filled. */
export interface WarmCache {
  readonly flow: KeyFlow
  readonly chance: KeyChance
  /** Room of one copy. */
  readonly entries: number
  readonly timeToLive: Seconds
  readonly copies: number
  readonly start: Seconds
}

/**
 * Entries whose age since they came in does not depend on the key: FIFO, random eviction, no eviction, and any rule
 * where only the time to live counts. A key is there with probability λA/(1 + λA), A = mean time an entry stays.
 */
export class InsertionWarmth implements Warmth {
  count: number
  readonly leastUses = 1
  since = 0
  readonly uses = 1
  private readonly cache: WarmCache
  private readonly rule: 'fifo' | 'random' | 'none'
  /** Mean time an entry stays; null: whoever asked within `filled` came in first and stays. */
  private readonly stay: Seconds | null
  private readonly filled: Seconds
  /** Random eviction: mean time to it. */
  private readonly evicted: Seconds
  /** Only entries younger than this at the start are left. */
  private youngerThan: Seconds
  /** Share that random eviction spared. */
  private spared = 1

  constructor(cache: WarmCache, rule: 'fifo' | 'random' | 'none') {
    const { flow, entries, timeToLive } = cache
    this.cache = cache
    this.rule = rule
    const bound = residenceTime(flow, entries)
    this.stay = timeToLive < Infinity || (bound < Infinity && rule !== 'none') ? Math.min(bound, timeToLive) : null
    this.filled = this.stay === null ? characteristicTime(flow, entries) : 0
    this.evicted = rule === 'random' && bound < timeToLive ? evictionTime(bound, timeToLive) : Infinity
    this.youngerThan = rule === 'fifo' && this.stay !== null ? this.stay : timeToLive
    this.count = Math.min(
      entries,
      flow.sum((rate) => this.presence(rate)),
    )
  }

  get isOver(): boolean {
    return this.youngerThan <= 0 || this.spared <= 0
  }

  advance(now: Seconds): void {
    const left = this.cache.timeToLive - (now - this.cache.start)
    if (left >= this.youngerThan) return
    this.count *= left > 0 ? this.ageMass(left) / this.ageMass(this.youngerThan) : 0
    this.youngerThan = left
  }

  holds(key: number): boolean {
    const { flow, chance, start } = this.cache
    chance.of(key)
    const presence = this.presence(flow.rateOf(key))
    if (chance.first >= presence) return false
    const age = this.stay === null ? 0 : this.ageAt(chance.first / presence)
    this.since = start - age
    return age < this.youngerThan && (this.spared === 1 || chance.second < this.spared)
  }

  take(): void {
    this.count = Math.max(0, this.count - 1)
  }

  enter(): void {}

  evict(): void {
    const left = this.count > 1 ? 1 - 1 / this.count : 0
    if (this.rule === 'fifo' && this.stay !== null) this.youngerThan *= left
    else this.spared *= left
    this.count *= left
  }

  private presence(rate: PerSecond): number {
    if (this.stay === null) return this.filled === Infinity ? 1 : 1 - exp(-rate * this.filled)
    return (rate * this.stay) / (1 + rate * this.stay)
  }

  /** Proportional to the number of entries younger than this. */
  private ageMass(age: Seconds): number {
    return this.evicted === Infinity ? age : 1 - exp(-age / this.evicted)
  }

  private ageAt(part: number): Seconds {
    const { timeToLive } = this.cache
    if (this.rule === 'fifo') return part * (this.stay ?? 0)
    if (this.evicted === Infinity) return part * timeToLive
    const mass = timeToLive === Infinity ? 1 : this.ageMass(timeToLive)
    return -this.evicted * log(1 - part * mass)
  }
}

/** The T with T(1 - e^(-D/T)) = `stay`, for a time to live D above it. */
function evictionTime(stay: Seconds, timeToLive: Seconds): Seconds {
  if (timeToLive === Infinity) return stay
  return rootOf((time) => time * (1 - exp(-timeToLive / time)) - stay, { low: stay, high: stay * 1e9 })
}

/**
 * LRU: entries used within the last T seconds, T being Che's characteristic time; the oldest go first, so what is
 * left is what was used within a shrinking horizon before the start. With a time to live D the stay of an entry is
 * the lesser of D and the time to the first pause longer than T, taken as T plus an exponential of the right mean.
 */
export class RecencyWarmth implements Warmth {
  count: number
  readonly leastUses = 1
  since = 0
  readonly uses = 1
  private readonly cache: WarmCache
  /** How long a key stays that nobody asks for. */
  private readonly idle: Seconds
  /** Of each rate, with a time to live: mean of the stay, and of what is beyond `idle`. They are summed very often. */
  private readonly means: Float64Array
  private readonly tails: Float64Array
  private horizon: Seconds
  /** Only entries that came in later than this before the start are left; `counted`: when they were last counted. */
  private left: Seconds
  private counted: Seconds
  /** Time in which as many different keys would be asked for as came in since the start. */
  private elapsed = 0
  private entered = 0
  private changes = 0
  private readonly changesMost: number
  private perEviction = 0

  constructor(cache: WarmCache) {
    const { flow, entries, timeToLive } = cache
    this.cache = cache
    this.left = timeToLive
    this.counted = timeToLive
    const longest = Math.min(timeToLive, characteristicTime(flow, entries) * 1e3)
    const present = (idle: Seconds): number => flow.sum((rate) => presenceOf(rate, idle, timeToLive))
    this.idle =
      timeToLive === Infinity
        ? characteristicTime(flow, entries)
        : rootOf((idle) => present(idle) - entries, { low: longest * 1e-9, high: longest })
    const isTimed = timeToLive < Infinity
    this.means = isTimed ? flow.each((rate) => stayOf(rate, this.idle, timeToLive).mean) : new Float64Array(0)
    this.tails = isTimed ? flow.each((rate) => stayOf(rate, this.idle, timeToLive).tail) : new Float64Array(0)
    this.horizon = this.idle
    this.count = Math.min(entries, present(this.idle))
    this.changesMost = this.count / STEPS
    this.perEviction = this.horizonPerEntry()
  }

  get isOver(): boolean {
    return this.count <= 0 || this.left <= 0
  }

  advance(now: Seconds): void {
    const { timeToLive, start } = this.cache
    this.left = timeToLive - (now - start)
    if (this.left <= 0 || this.count < 1) {
      this.count = 0
      this.horizon = 0
      return
    }
    const isLate = timeToLive < Infinity && this.counted - this.left >= timeToLive / STEPS
    if (this.changes < this.changesMost && !isLate) return
    if (timeToLive < Infinity) {
      const before = this.untouched(this.horizon, this.counted)
      this.counted = this.left
      this.count *= before > 0 ? this.untouched(this.horizon) / before : 0
    }
    this.follow()
  }

  holds(key: number): boolean {
    const { flow, chance, timeToLive, start } = this.cache
    chance.of(key)
    const rate = flow.rateOf(key)
    if (timeToLive === Infinity) return chance.first < 1 - exp(-rate * this.horizon)
    const { mean, tail, mass } = stayOf(rate, this.idle, timeToLive)
    const place = (chance.first * (1 + rate * mean)) / rate
    if (place >= mean) return false
    const isYoung = place < Math.min(this.idle, timeToLive)
    const age = isYoung ? place : this.idle + ageBelow((place - this.idle) / (mass * tail), 1 / tail, 1)
    this.since = start - age
    if (age >= this.left) return false
    return Math.min(age, ageBelow(chance.second, rate, isYoung ? 1 : mass)) < this.horizon
  }

  take(): void {
    this.count = Math.max(0, this.count - 1)
    this.enter()
  }

  enter(): void {
    this.entered += 1
    this.changes += 1
  }

  evict(): void {
    this.count = Math.max(0, this.count - 1)
    // A straight line may come to 0 too early; a curve through 0 does not.
    this.horizon = Math.max(0.9 * this.horizon, this.horizon - this.perEviction)
    this.changes += 1
  }

  /** Horizon and elapsed time that fit the numbers of entries that came and are left. */
  private follow(): void {
    this.changes = 0
    const { flow } = this.cache
    const entered = Math.min(this.entered, flow.keys * 0.999)
    const different = (time: Seconds): number => flow.sum((rate) => 1 - exp(-rate * time)) - entered
    let high = Math.max(this.elapsed * 1.1, this.idle * 1e-3)
    while (different(high) < 0) high *= 2
    this.elapsed = rootOf(different, { low: this.elapsed, high })
    this.horizon = rootOf((horizon) => this.untouched(horizon) - this.count, { low: 0, high: this.horizon })
    this.perEviction = this.horizonPerEntry()
  }

  private horizonPerEntry(): Seconds {
    const step = this.horizon * 1e-3
    return step / (this.untouched(this.horizon) - this.untouched(this.horizon - step))
  }

  /** Entries not touched since the start, last used within `horizon` before it. */
  private untouched(horizon: Seconds, left = this.left): number {
    const { flow, timeToLive } = this.cache
    const { elapsed, idle, means, tails } = this
    if (timeToLive === Infinity) return flow.sum((rate) => exp(-rate * elapsed) * (1 - exp(-rate * horizon)))
    return flow.sum((rate, bin) => {
      const mean = means[bin] as number
      const tail = tails[bin] as number
      const later =
        Math.max(0, Math.min(left, idle) - horizon) + (left > idle ? tail * (1 - exp((idle - left) / tail)) : 0)
      const ages = Math.min(horizon, left) + (1 - exp(-rate * horizon)) * later
      return ((exp(-rate * elapsed) * rate) / (1 + rate * mean)) * ages
    })
  }
}

// Times that the horizon is computed anew from the start to its end; between them it moves in a straight line.
const STEPS = 64

/** Probability that a key is there. */
function presenceOf(rate: PerSecond, idle: Seconds, timeToLive: Seconds): number {
  if (timeToLive === Infinity) return 1 - exp(-rate * idle)
  const { mean } = stayOf(rate, idle, timeToLive)
  return (rate * mean) / (1 + rate * mean)
}

/**
 * Stay of an entry: its mean, the chance to stay longer than `idle`, and the mean of what is beyond (before the time
 * to live).
 */
function stayOf(rate: PerSecond, idle: Seconds, timeToLive: Seconds): { mean: number; tail: number; mass: number } {
  const x = rate * idle
  const mass = 1 - exp(-x)
  // The mean time to the first pause longer than `idle` is (e^x - 1)/rate.
  const excess = x < 1e-4 ? 0.5 + (5 / 12) * x : (exp(Math.min(x, 300)) - 1 - x) / (x * mass)
  const tail = idle * excess
  const mean = timeToLive <= idle ? timeToLive : idle + mass * tail * (1 - exp((idle - timeToLive) / tail))
  return { mean, tail, mass }
}

/**
 * LFU: the most popular keys, each counted for so long that chance is gone from the order of the counts. With a time to
 * live D a key is there with probability λD/(1 + λD), and more keys have their turn.
 */
export class FrequencyWarmth implements Warmth {
  count: number
  since = 0
  uses = 1
  private readonly cache: WarmCache
  /** The last rank that is kept. */
  private frontier: number
  private left: Seconds
  private readonly perUse: number

  constructor(cache: WarmCache) {
    const { flow, entries, timeToLive, copies } = cache
    this.cache = cache
    this.left = timeToLive
    const presence = (rate: PerSecond): number => this.presence(rate)
    this.count = Math.min(entries, flow.sum(presence))
    this.frontier = flow.ranksFor(this.count, presence, copies)
    this.perUse = LONG_USE / flow.rateOf(Math.max(1, this.frontier))
  }

  get isOver(): boolean {
    return this.count <= 0 || this.left <= 0
  }

  get leastUses(): number {
    return this.usesOf(this.frontier)
  }

  advance(now: Seconds): void {
    const { timeToLive, start } = this.cache
    if (timeToLive === Infinity) return
    const left = Math.max(0, timeToLive - (now - start))
    this.count *= left / this.left
    this.left = left
  }

  holds(key: number): boolean {
    const { flow, chance, timeToLive, start } = this.cache
    if (key > this.frontier) return false
    chance.of(key)
    const presence = this.presence(flow.rateOf(key))
    if (chance.first >= presence) return false
    const age = timeToLive === Infinity ? 0 : (chance.first / presence) * timeToLive
    this.since = start - age
    this.uses = this.usesOf(key)
    return age < this.left
  }

  take(): void {
    this.count = Math.max(0, this.count - 1)
  }

  enter(): void {}

  evict(): void {
    this.frontier = this.count > 1 ? this.frontier * (1 - 1 / this.count) : 0
    this.take()
  }

  private presence(rate: PerSecond): number {
    const { timeToLive } = this.cache
    return timeToLive === Infinity ? 1 : (rate * timeToLive) / (1 + rate * timeToLive)
  }

  /** Uses of a key before the start, whether it is there or not. */
  usesOf(key: number): number {
    return Math.floor(this.cache.flow.rateOf(Math.max(1, key)) * this.perUse)
  }
}

// Assumption: the least popular of the entries of a long-running LFU cache was used so often.
const LONG_USE = 10_000
