import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { exact, type Method } from '../result/solution.ts'
import { type Cycle, cycleOf, type Loop, type Start } from './batches-chain.ts'
import { constant, exponentialMixture, fromTail, type Law, zero } from './law.ts'
import { erlangC } from './wait-erlang.ts'
import { waitOfGGc } from './wait-renewal.ts'

/** Messages that one owner of loops takes in batches. */
export interface BatchLoad {
  /** Messages per second, a Poisson stream. */
  readonly rate: PerSecond
  /** Batches that are worked on at once. */
  readonly servers: number
  /** Messages of a batch at most. */
  readonly most: number
  /** Longest a batch waits to fill after its first message. */
  readonly longest: Seconds
  /** Looks for messages only at multiples of this, one batch a look; 0 = is told at once. */
  readonly poll: Seconds
  /** Of a batch of so many messages (may be a fraction). */
  readonly time: (size: number) => { readonly mean: Seconds; readonly variance: number }
}

/** What becomes of them. */
export interface BatchAnswer {
  /** Mean number of messages of a batch. */
  readonly size: number
  readonly batches: PerSecond
  /** Mean time from a message's publication to the start of its batch; Infinity when overloaded. */
  readonly waiting: Seconds
  /** Its law; always Infinity when overloaded. */
  readonly wait: Law
  /** Busy share of the loops. */
  readonly utilization: Ratio
  readonly isOverloaded: boolean
  readonly method: Method
}

/**
 * Steady state of consumers that take batches. Overloaded: full batches as fast as they are done. One loop: see
 * {@link cycleOf}; several at once: between loops that are always free and one that is as many times as fast, by the
 * chance that all are busy (Erlang C).
 */
export function solveBatches(load: BatchLoad): BatchAnswer {
  const { rate, servers, poll, longest } = load
  const most = Math.max(1, load.most)
  if (!(rate > 0)) return nothing
  const full = lookedTime(load)(most).mean
  const utilization = (rate * full) / most / servers
  if (utilization >= 1) return overloaded(load, { most, full })
  if (most === 1 && poll === 0) return singles(load, utilization)
  if (poll > 0) return polled(load, most)
  const loop = { rate, most, longest, poll: 0 }
  const isFree = load.time(1).mean === 0 && full === 0
  const alone = cycleOf({ ...loop, time: isFree ? instant : load.time })
  if (servers === 1 || isFree) return answerOf(load, alone, isFree ? exact : bulkService)
  return between(load, cycleOf({ ...loop, time: instant }), cycleOf({ ...loop, time: faster(load.time, servers) }))
}

const instant: Loop['time'] = () => ({ mean: 0, variance: 0 })

const faster =
  (time: Loop['time'], times: number): Loop['time'] =>
  (size) => {
    const { mean, variance } = time(size)
    return { mean: mean / times, variance: variance / times / times }
  }

/** Until the next look after a batch. */
function lookedTime({ poll, time }: Pick<BatchLoad, 'poll' | 'time'>): Loop['time'] {
  if (!(poll > 0)) return time
  return (size) => {
    const { mean, variance } = time(size)
    const deviation = Math.sqrt(variance)
    // A time that varies by more than the pause between looks ends anywhere between two of them.
    const spread = Math.min(1, (2 * deviation) / poll)
    const looks = (1 - spread) * Math.ceil(mean / poll - 1e-9) + spread * (mean / poll + 0.5)
    return { mean: poll * Math.max(1, looks), variance }
  }
}

const nothing: BatchAnswer = {
  size: 1,
  batches: 0,
  waiting: 0,
  wait: zero,
  utilization: 0,
  isOverloaded: false,
  method: exact,
}

function overloaded(
  { servers, time }: BatchLoad,
  { most, full }: { readonly most: number; readonly full: Seconds },
): BatchAnswer {
  const batches = servers / full
  const utilization = Math.min(1, (batches * time(most).mean) / servers)
  const wait = constant(Infinity)
  return { size: most, batches, waiting: Infinity, wait, utilization, isOverloaded: true, method: exact }
}

/** Batches of one: M/G/c. */
function singles({ rate, servers, time }: BatchLoad, utilization: Ratio): BatchAnswer {
  const { mean: work, variance } = time(1)
  const stream = { servers, rate, work }
  const scv = { arrivals: 1, work: work > 0 ? variance / (work * work) : 0 }
  const { mean: waiting, share: delayed } = waitOfGGc(stream, scv)
  const wait = waiting > 0 ? exponentialMixture(1 - delayed, [{ share: delayed, rate: delayed / waiting }]) : zero
  const isExact = servers === 1 || scv.work === 1
  return { size: 1, batches: rate, waiting, wait, utilization, isOverloaded: false, method: isExact ? exact : single }
}

/** At each look every free loop takes a batch: together they take one that is as many times as large. */
function polled(load: BatchLoad, most: number): BatchAnswer {
  const { rate, servers, poll } = load
  const looked = lookedTime(load)
  const cycle = cycleOf({
    rate,
    most: most * servers,
    longest: 0,
    poll,
    time: (size) => looked(Math.min(size, most)),
  })
  const loops = cycle.starts.reduce((sum, { share, size }) => sum + share * Math.ceil(size / most - 1e-9), 0)
  const size = cycle.size / Math.max(1, loops)
  const waits = waitsOf(rate, cycle, most * servers)
  const waiting = cycle.waited / cycle.size
  return {
    size,
    batches: rate / size,
    waiting,
    wait: lawOfWaits(waits, waiting),
    utilization: busyShare(load, size),
    isOverloaded: false,
    method: bulkService,
  }
}

const busyShare = ({ rate, servers, time }: BatchLoad, size: number): Ratio =>
  Math.min(1, (rate * time(size).mean) / size / servers)

function answerOf(load: BatchLoad, cycle: Cycle, method: Method): BatchAnswer {
  const { rate, most, servers } = load
  const waiting = cycle.waited / cycle.size
  const busy = cycle.starts.reduce((sum, { share, time }) => sum + share * time.mean, 0)
  return {
    size: cycle.size,
    batches: rate / cycle.size,
    waiting,
    wait: lawOfWaits(waitsOf(rate, cycle, most), waiting),
    utilization: Math.min(1, busy / cycle.cycle / servers),
    isOverloaded: false,
    method,
  }
}

function between(load: BatchLoad, free: Cycle, fast: Cycle): BatchAnswer {
  const { rate, most, servers } = load
  const busy = answerOf({ ...load, servers: 1 }, fast, bulkService).utilization
  const blocked = Math.min(1, erlangC({ servers, offered: busy * servers }) / Math.max(busy, 1e-12))
  const mixed = (of: (cycle: Cycle) => number): number => (1 - blocked) * of(free) + blocked * of(fast)
  const size = mixed((cycle) => cycle.size)
  const waiting = mixed((cycle) => cycle.waited / cycle.size)
  const waits = [
    ...waitsOf(rate, free, most).map((part) => ({ ...part, share: part.share * (1 - blocked) })),
    ...waitsOf(rate, fast, most).map((part) => ({ ...part, share: part.share * blocked })),
  ]
  return {
    size,
    batches: rate / size,
    waiting,
    wait: lawOfWaits(waits, waiting),
    utilization: busyShare(load, size),
    isOverloaded: false,
    method: severalLoops,
  }
}

/** A share of the messages waits for a time evenly between two. */
interface Span {
  readonly share: Ratio
  readonly low: Seconds
  readonly high: Seconds
}

function waitsOf(rate: PerSecond, { starts, fresh, freshShare, size }: Cycle, most: number): readonly Span[] {
  const spans: Span[] = []
  if (freshShare > 0) {
    spans.push({ share: freshShare / size, low: fresh.time, high: fresh.time })
    const others = (freshShare * (fresh.size - 1)) / size
    if (others > 0) spans.push({ share: others, low: 0, high: fresh.time })
  }
  for (const start of starts) {
    if (start.share < 1e-7) continue
    const { mean, variance } = start.time
    if (!(mean > 0)) continue
    // Those that come while the next batch fills.
    if (start.fills > 0) spans.push({ share: (start.share * rate * start.fills) / size, low: 0, high: start.fills })
    for (const { chance, time } of timesOf(mean, variance)) {
      // Messages come in the longer ones more often.
      const come = (start.share * chance * rate * time) / size
      spans.push(...during(start, { rate, time, most, share: come }))
    }
  }
  return spans
}

/** Roots and weights of Gauss and Laguerre's rule for an exponential time of mean 1. */
const EXPONENTIAL = [
  { x: 0.26356031971814, weight: 0.521755610582809 },
  { x: 1.41340305910652, weight: 0.398666811083176 },
  { x: 3.59642577104072, weight: 0.0759424496817076 },
  { x: 7.08581000585884, weight: 0.00361175867992205 },
  { x: 12.6408008442758, weight: 0.0000233699723857762 },
]

/** A few times with this mean and variance: a fixed and an exponential part, or at times none at all. */
function timesOf(mean: Seconds, variance: number): readonly { readonly chance: Ratio; readonly time: Seconds }[] {
  const cv = Math.sqrt(variance) / mean
  if (cv < 1e-3) return [{ chance: 1, time: mean }]
  const chance = cv > 1 ? 2 / (1 + cv * cv) : 1
  const random = cv > 1 ? mean / chance : mean * cv
  const fixed = cv > 1 ? 0 : mean - random
  return EXPONENTIAL.map(({ x, weight }) => ({ chance: chance * weight, time: fixed + random * x }))
}

/** Messages that come while a batch takes `time`: for the next batch, the one after it, and so on. */
function during(
  { left, fills, none, time }: Start,
  load: { readonly rate: PerSecond; readonly time: Seconds; readonly most: number; readonly share: Ratio },
): readonly Span[] {
  const come = load.rate * load.time
  const spans: Span[] = []
  for (let ahead = Math.floor(left / load.most); ahead * load.most < left + come; ahead++) {
    const from = Math.max(0, (ahead * load.most - left) / come)
    const to = Math.min(1, ((ahead + 1) * load.most - left) / come)
    if (to <= from) continue
    const more =
      ahead * time.mean + (to === 1 && (ahead + 1) * load.most > left + come ? fills / Math.max(1e-9, 1 - none) : 0)
    spans.push({
      share: load.share * (to - from),
      low: (1 - to) * load.time + more,
      high: (1 - from) * load.time + more,
    })
  }
  return spans
}

/** The law of a mixture of even spans, stretched to the mean `waiting`. */
function lawOfWaits(spans: readonly Span[], waiting: Seconds): Law {
  let all = 0
  let first = 0
  let second = 0
  for (const { share, low, high } of spans) {
    all += share
    first += (share * (low + high)) / 2
    second += (share * (low * low + low * high + high * high)) / 3
  }
  if (!(waiting > 0) || !(first > 0)) return zero
  const stretch = waiting / (first / all)
  const parts = spans
    .filter(({ share }) => share > 0)
    .map(({ share, low, high }) => ({ share: share / all, low: low * stretch, high: high * stretch }))
  const tail = (t: Seconds): Ratio => {
    let above = 0
    for (const { share, low, high } of parts) {
      if (t < low) above += share
      else if (t < high) above += (share * (high - t)) / (high - low)
    }
    return Math.min(1, above)
  }
  const variance = Math.max(0, (second / all) * stretch * stretch - waiting * waiting)
  return fromTail(tail, { mean: waiting, variance, isExact: false })
}

const single: Method = {
  kind: 'approximate',
  name: 'M/G/c by two moments',
  source: 'Kimura 1986; Cosmetatos 1976',
  mean: 0.05,
  tail: 0.15,
}

const bulkService: Method = {
  kind: 'approximate',
  name: 'chain of batches',
  source: 'Bailey 1954',
  mean: 0.03,
  tail: 0.15,
}

const severalLoops: Method = {
  kind: 'approximate',
  name: 'several loops between free ones and a fast one',
  source: 'Bailey 1954; Erlang 1917',
  mean: 0.2,
  tail: 0.4,
}
