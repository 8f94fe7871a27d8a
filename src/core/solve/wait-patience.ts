import { exp, expm1 } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { cdfOf, meanOf, type Distribution } from '../model/distribution.ts'
import { exact } from '../result/solution.ts'
import { fromTail, scaledLaw, type Law } from './law.ts'
import { approximately, once, type Outcome, type Traffic } from './station-load.ts'
import { erlangB } from './wait-erlang.ts'

/**
 * Those who wait leave after their patience, each its own. With Poisson arrivals and exponential work the wait that an
 * arrival would have, were it patient, is dense with λ π exp(λ E min(X, x) - cμ x), X the patience: exact for any
 * patience. Other laws: the exponent and its front are divided by the mean of both scv.
 * @source Barrer, Queuing with impatient customers and ordered service (1957); Baccelli and Hebuterne, On queues with
 * impatient customers (1981); Zeltyn and Mandelbaum, Call centers with impatient customers (2005)
 */
export function withPatience(traffic: Traffic, patience: Distribution): Outcome {
  const { servers, rate, work, scv } = traffic
  const isMarkov = traffic.isPoisson && traffic.isExponential
  const unit = isMarkov ? 1 : Math.max(0.05, (scv.arrivals + scv.work) / 2)
  const stays = stayingOf(patience)
  const exponent = (x: Seconds): number => (rate * stays.upTo(x) - (servers / work) * x) / unit
  const panels = panelsOf(exponent, {
    drift: (x) => rate * stays.tail(x) - servers / work,
    scale: work / servers,
    breaks: stays.breaks,
  })
  const top = panels.top
  const dense = (x: Seconds): number => exp(exponent(x) - top) * (rate / unit)
  const free = exp(-top) / erlangB({ servers: servers - 1, offered: rate * work })
  const [all, served, waited, stayed] = integrals(panels.edges, (x) => {
    const d = dense(x)
    const kept = d * stays.tail(x)
    return [d, kept, kept * x, d * stays.upTo(x)]
  })
  const whole = free + all
  const share = (free + served) / whole
  const abandoned = Math.max(0, 1 - share)
  const queueLength = (rate * stayed) / whole
  const waiting = waited / (free + served)
  const abandonedAfter = abandoned > 1e-15 ? Math.max(0, (stayed - waited) / whole / abandoned) : 0
  const wait = once(() => lawOfServed(panels.edges, (x) => (dense(x) * stays.tail(x)) / (free + served), waiting))
  const base = { rejected: 0, abandoned, abandonedAfter, waiting, queueLength, wait }
  if (isMarkov) return { ...base, method: exact }
  const source = 'Baccelli and Hebuterne 1981; Zeltyn and Mandelbaum 2005'
  return { ...base, method: approximately('patience', source, { mean: 0.15, tail: 0.2 }) }
}

interface Staying {
  /** P(X > x) */
  readonly tail: (x: Seconds) => Ratio
  /** E min(X, x) */
  readonly upTo: (x: Seconds) => Seconds
  /** Where the tail jumps. */
  readonly breaks: readonly Seconds[]
}

function stayingOf(patience: Distribution): Staying {
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

type Four = readonly [number, number, number, number]

function integrals(edges: readonly Seconds[], f: (x: Seconds) => Four): Four {
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let k = 1; k < edges.length; k++) {
    const half = ((edges[k] as number) - (edges[k - 1] as number)) / 2
    const middle = (edges[k - 1] as number) + half
    for (let i = 0; i < 5; i++) {
      const weight = (WEIGHTS[i] as number) * half
      const [p, q, r, s] = f(middle + half * (AT[i] as number))
      a += weight * p
      b += weight * q
      c += weight * r
      d += weight * s
    }
  }
  return [a, b, c, d]
}

/** The law with this density above 0; the rest of its mass is at 0. */
function lawOfServed(edges: readonly Seconds[], density: (x: Seconds) => number, mean: Seconds): Law {
  const beyond = new Float64Array(edges.length)
  let second = 0
  for (let k = edges.length - 1; k > 0; k--) {
    const [mass, square] = integrals([edges[k - 1] as number, edges[k] as number], (x) => {
      const d = density(x)
      return [d, d * x * x, 0, 0]
    })
    beyond[k - 1] = (beyond[k] as number) + mass
    second += square
  }
  const tail = (t: Seconds): Ratio => {
    if (t <= (edges[0] as number)) return beyond[0] as number
    const k = firstAbove(edges, t)
    if (k >= edges.length) return 0
    const [mass] = integrals([t, edges[k] as number], (x) => [density(x), 0, 0, 0])
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

/** Exponential patience (its mean alone counts) and a room: the birth-death chain, exact for the Markov case. */
export function withPatienceInRoom(traffic: Traffic, patience: Distribution, places: number): Outcome {
  const { servers, rate, work } = traffic
  const [service, leave]: [PerSecond, PerSecond] = [servers / work, 1 / meanOf(patience)]
  let weight = 1
  let all = 1 / erlangB({ servers, offered: rate * work })
  // What one who finds k waiting does: served with r_0/r_(k+1), after Σ 1/r_i, i = 1..k+1.
  let [queue, waited, stages] = [0, 0, 0]
  for (let k = 0; k < places; k++) {
    const next = service + (k + 1) * leave
    stages += 1 / next
    waited += weight * (service / next) * stages
    weight *= rate / next
    all += weight
    queue += (k + 1) * weight
    if (weight < all * 1e-17 && rate < next) {
      weight = 0
      break
    }
  }
  const rejected = weight / all
  const queueLength = queue / all
  const abandoned = Math.min(1 - rejected, (leave * queueLength) / rate)
  const served = 1 - rejected - abandoned
  const waiting = served > 0 ? waited / all / served : 0
  const abandonedAfter = abandoned > 1e-15 ? Math.max(0, queueLength / rate - waited / all) / abandoned : 0
  const wait = once(() => {
    const plain = withPatience(traffic, patience).wait(0)
    return scaledLaw(plain, plain.mean > 0 ? waiting / plain.mean : 0)
  })
  const method = approximately('patience in a finite room', 'Garnett, Mandelbaum and Reiman 2002', {
    mean: 0.2,
    tail: 0.3,
  })
  return { rejected, abandoned, abandonedAfter, waiting, queueLength, wait, method }
}
