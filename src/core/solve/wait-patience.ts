import { exp, expm1, incompleteGamma, log, logGamma } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { cdfOf, meanOf, type Distribution } from '../model/distribution.ts'
import { exact } from '../result/solution.ts'
import { fromTail, type Law } from './law.ts'
import { approximately, once, type Outcome, type Traffic } from './station-load.ts'
import { erlangB } from './wait-erlang.ts'
import { inOrder } from './wait-fifo.ts'

/**
 * Those who wait leave after their patience, each its own. With Poisson arrivals and exponential work, k waiting and a
 * wait of x ahead are dense with λ π (λ E min(X, x))^k/k! e^(-cμx), X the patience: exact for any patience, any room.
 * Other laws: rates and room are divided by the mean of both scv.
 * @source Barrer, Queuing with impatient customers and ordered service (1957); Baccelli and Hebuterne, On queues with
 * impatient customers (1981); Brandt and Brandt, On the M(n)/M(n)/s queue with impatient calls (1999)
 */
export function withPatience(traffic: Traffic, patience: Distribution, places: number): Outcome {
  const { servers, rate, work, scv } = traffic
  const isMarkov = traffic.isPoisson && traffic.isExponential
  if (
    !isMarkov &&
    traffic.isPoisson &&
    patience.law === 'fixed' &&
    places === Infinity &&
    rate * work < 0.98 * servers
  ) {
    return withDeadline(traffic, patience.value)
  }
  const unit = isMarkov ? 1 : Math.max(0.05, (scv.arrivals + scv.work) / 2)
  const room = places === Infinity ? Infinity : Math.max(1, Math.round(places / unit))
  const stays = stayingOf(patience)
  const [come, go] = [rate / unit, servers / work / unit]
  const { edges, top } = panelsOf((x) => firstOf(come * stays.upTo(x), room).log - go * x, {
    drift: (x) => come * stays.tail(x) * firstOf(come * stays.upTo(x), room).ratio - go,
    scale: work / servers,
    breaks: stays.breaks,
  })
  // Of all states, and of those that let an arrival in.
  const dense = (x: Seconds): readonly [all: number, open: number] => {
    const { log: size, ratio } = firstOf(come * stays.upTo(x), room)
    const all = exp(size - go * x - top) * come
    return [all, all * ratio]
  }
  const free = exp(-top) / erlangB({ servers: servers - 1, offered: rate * work })
  const [all, open, served, waited, stayed] = integrals(edges, (x) => {
    const [d, o] = dense(x)
    const kept = o * stays.tail(x)
    return [d, o, kept, kept * x, o * stays.upTo(x)]
  })
  const whole = free + all
  const rejected = Math.max(0, (all - open) / whole)
  const abandoned = Math.max(0, (open - served) / whole)
  const queueLength = (rate * stayed) / whole
  const waiting = waited / (free + served)
  const abandonedAfter = abandoned > 1e-15 ? Math.max(0, (stayed - waited) / whole / abandoned) : 0
  const wait = once(() => lawOfServed(edges, (x) => (dense(x)[1] * stays.tail(x)) / (free + served), waiting))
  const base = { rejected, abandoned, abandonedAfter, waiting, queueLength, wait }
  if (isMarkov) return { ...base, method: exact }
  const source = 'Baccelli and Hebuterne 1981; Brandt and Brandt 1999'
  return { ...base, method: approximately('patience', source, { mean: scv.work > 1 ? 0.1 : 0.03, tail: 0.1 }) }
}

/**
 * Logarithm of the first terms of e^y, Σ y^k/k! for k = 0..`last`, and the same without the last of them as a share of
 * it: at most so many came in while one waited.
 */
function firstOf(y: number, last: number): { readonly log: number; readonly ratio: Ratio } {
  if (last === Infinity) return { log: y, ratio: 1 }
  if (!(y > 0)) return { log: 0, ratio: 1 }
  const top = last * log(y) - logGamma(last + 1)
  if (y < last) {
    const size = y + log(incompleteGamma(last + 1, y).q)
    return { log: size, ratio: 1 - exp(top - size) }
  }
  let [term, sum] = [1, 1]
  for (let k = last; k > 0 && term > sum * 1e-17; k--) {
    term *= k / y
    sum += term
  }
  return { log: top + log(sum), ratio: 1 - 1 / sum }
}

/**
 * One patience for all, below saturation: P(leaves) = (1-ρ) P(W > x)/(1 - ρ P(W > x)), W the wait if nobody left; those
 * served wait as W given that W <= x. Exact for one server, as far as W is.
 * @source Cohen, Single server queues with restricted accessibility (1969); Tijms, A First Course in Stochastic Models
 * (2003), section 9.8, for several
 */
function withDeadline(traffic: Traffic, deadline: Seconds): Outcome {
  const { servers, rate, work } = traffic
  const free = inOrder(traffic)
  const law = free.wait(0)
  const load = (rate * work) / servers
  const beyond = law.tail(deadline)
  const abandoned = ((1 - load) * beyond) / (1 - load * beyond)
  const above = (t: Seconds): Ratio => (t >= deadline ? 0 : Math.max(0, (law.tail(t) - beyond) / (1 - beyond)))
  const edges = Array.from({ length: PANELS * 2 + 1 }, (_, i) => (deadline * i * i) / (4 * PANELS * PANELS))
  const [waiting, half] = integrals(edges, (t) => {
    const p = above(t)
    return [p, p * t, 0, 0, 0]
  })
  const queueLength = rate * ((1 - abandoned) * waiting + abandoned * deadline)
  const moments = { mean: waiting, variance: Math.max(0, 2 * half - waiting * waiting), isExact: false }
  const wait = once(() => fromTail(above, moments))
  const error = { mean: servers === 1 ? 0.05 : 0.1, tail: 0.1 }
  const method = approximately('a longest wait', 'Cohen 1969; Tijms 2003', error)
  return { rejected: 0, abandoned, abandonedAfter: deadline, waiting, queueLength, wait, method }
}

export interface Staying {
  /** P(X > x) */
  readonly tail: (x: Seconds) => Ratio
  /** E min(X, x) */
  readonly upTo: (x: Seconds) => Seconds
  /** Where the tail jumps. */
  readonly breaks: readonly Seconds[]
}

/** How many stay, of those with this patience. */
export function stayingOf(patience: Distribution): Staying {
  switch (patience.law) {
    case 'fixed': {
      const { value } = patience
      return { tail: (x) => (x < value ? 1 : 0), upTo: (x) => Math.min(x, value), breaks: [value] }
    }
    case 'exponential': {
      const { mean } = patience
      return { tail: (x) => exp(-x / mean), upTo: (x) => -mean * expm1(-x / mean), breaks: [] }
    }
    case 'shifted': {
      const of = stayingOf(patience.of)
      const { by } = patience
      return {
        tail: (x) => (x < by ? 1 : of.tail(x - by)),
        upTo: (x) => (x < by ? x : by + of.upTo(x - by)),
        breaks: [by, ...of.breaks.map((at) => at + by)],
      }
    }
    case 'mixture': {
      const parts = patience.parts.map(({ share, of }) => ({ share, of: stayingOf(of) }))
      return {
        tail: (x) => parts.reduce((sum, { share, of }) => sum + share * of.tail(x), 0),
        upTo: (x) => parts.reduce((sum, { share, of }) => sum + share * of.upTo(x), 0),
        breaks: parts.flatMap(({ of }) => of.breaks).sort((a, b) => a - b),
      }
    }
    default:
      return tabled(patience)
  }
}

/** E min(X, x) from a table with steps that grow, up to where hardly anybody stays. */
function tabled(patience: Distribution): Staying {
  const tail = (x: Seconds): Ratio => 1 - cdfOf(patience, x)
  const step = meanOf(patience) / 64
  const knots = [0]
  const sums = [0]
  for (let k = 0, width = step; k < 400 && tail(knots[k] as number) > 1e-12; k++, width *= k > 128 ? 1.05 : 1) {
    const x = knots[k] as number
    knots.push(x + width)
    sums.push((sums[k] as number) + (width / 6) * (tail(x) + 4 * tail(x + width / 2) + tail(x + width)))
  }
  const upTo = (x: Seconds): Seconds => {
    let low = 0
    let high = knots.length - 1
    if (x >= (knots[high] as number)) return sums[high] as number
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((knots[middle] as number) <= x) low = middle
      else high = middle
    }
    const from = knots[low] as number
    return (sums[low] as number) + ((x - from) / 6) * (tail(from) + 4 * tail((from + x) / 2) + tail(x))
  }
  return { tail, upTo, breaks: [] }
}

/** Where e^exponent counts, cut into panels; the exponent is concave, 0 at 0, with its top where `drift` is 0. */
function panelsOf(
  exponent: (x: Seconds) => number,
  { drift, scale, breaks }: { drift: (x: Seconds) => number; scale: Seconds; breaks: readonly Seconds[] },
): { readonly edges: readonly Seconds[]; readonly top: number } {
  let peak = 0
  if (drift(0) > 0) {
    let high = scale
    while (drift(high) > 0 && high < 1e15 * scale) high *= 2
    peak = whereTurns((x) => drift(x) > 0, 0, high)
  }
  const top = exponent(peak)
  const isFar = (x: Seconds): boolean => exponent(x) < top - 42
  let end = Math.max(peak, scale)
  while (!isFar(end) && end < 1e15 * scale) end = peak + (end - peak + scale) * 2
  const last = whereTurns((x) => !isFar(x), peak, end)
  const first = isFar(0) ? whereTurns(isFar, 0, peak) : 0
  const marks = [first, ...[peak, ...breaks].filter((at) => at > first && at < last).sort((a, b) => a - b), last]
  const edges = [first]
  for (let k = 1; k < marks.length; k++) {
    const from = marks[k - 1] as number
    const to = marks[k] as number
    for (let i = 1; i <= PANELS && to > from; i++) edges.push(i === PANELS ? to : from + ((to - from) * i) / PANELS)
  }
  return { edges, top }
}

const PANELS = 40

function whereTurns(isBefore: (x: Seconds) => boolean, low: Seconds, high: Seconds): Seconds {
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (isBefore(middle)) low = middle
    else high = middle
  }
  return (low + high) / 2
}

// Gauss and Legendre, five points on -1..1.
const AT = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664]
const WEIGHTS = [0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908]

type Values = readonly [number, number, number, number, number]

function integrals(edges: readonly Seconds[], f: (x: Seconds) => Values): Values {
  const sums: [number, number, number, number, number] = [0, 0, 0, 0, 0]
  for (let k = 1; k < edges.length; k++) {
    const half = ((edges[k] as number) - (edges[k - 1] as number)) / 2
    const middle = (edges[k - 1] as number) + half
    for (let i = 0; i < 5; i++) {
      const weight = (WEIGHTS[i] as number) * half
      const values = f(middle + half * (AT[i] as number))
      for (let n = 0; n < 5; n++) sums[n] = (sums[n] as number) + weight * (values[n] as number)
    }
  }
  return sums
}

/** The law with this density above 0; the rest of its mass is at 0. */
function lawOfServed(edges: readonly Seconds[], density: (x: Seconds) => number, mean: Seconds): Law {
  const beyond = new Float64Array(edges.length)
  let second = 0
  for (let k = edges.length - 1; k > 0; k--) {
    const [mass, square] = integrals([edges[k - 1] as number, edges[k] as number], (x) => {
      const d = density(x)
      return [d, d * x * x, 0, 0, 0]
    })
    beyond[k - 1] = (beyond[k] as number) + mass
    second += square
  }
  const tail = (t: Seconds): Ratio => {
    if (t <= (edges[0] as number)) return beyond[0] as number
    const k = firstAbove(edges, t)
    if (k >= edges.length) return 0
    const [mass] = integrals([t, edges[k] as number], (x) => [density(x), 0, 0, 0, 0])
    return (beyond[k] as number) + mass
  }
  return fromTail(tail, { mean, variance: Math.max(0, second - mean * mean), isExact: true })
}

function firstAbove(values: readonly number[], t: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] as number) > t) high = middle
    else low = middle + 1
  }
  return low
}
