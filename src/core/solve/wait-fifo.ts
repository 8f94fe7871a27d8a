import type { Ratio, Seconds } from '../base/units.ts'
import { exact, type Method } from '../result/solution.ts'
import { exponentialMixture, exponentialPhases, fromTail, laterMixture, scaledLaw, zero, type Law } from './law.ts'
import { lawOfPhases } from './law-base.ts'
import type { Phases } from './law-phases.ts'
import { approximately, nothingLost, noWait, once, patient, type Outcome, type Traffic } from './station-load.ts'
import { stagesOfBatch, waitOfBatch } from './wait-batch.ts'
import { erlangC, hasRoots, waitOfMGc, waitOfMMc } from './wait-erlang.ts'
import { isWithinReach, tailOfMDc } from './wait-fixed.ts'
import { waitOfMG1, type Decay } from './wait-poisson.ts'
import { waitOfGGc, waitOfGIMc, type MeanWait } from './wait-renewal.ts'
import { lawOfStages } from './wait-stages.ts'

/** First come first served, unbounded room, below saturation. */
export function inOrder(traffic: Traffic): Outcome {
  if (!(traffic.rate > 0 && traffic.work > 0)) return noWait
  if (traffic.batch > 1) return inBatches(traffic)
  if (traffic.isPoisson) {
    if (traffic.isExponential) return ofMMc(traffic)
    if (traffic.isFixed && hasRoots(traffic)) return ofMDc(traffic)
    if (traffic.servers === 1) return ofMG1(traffic)
  }
  const { transform, isExponential } = traffic
  if (transform && isExponential) {
    const waits = waitOfGIMc(traffic, transform)
    if (waits) return exponentialWait(traffic, waits.share, waits.share / waits.rate, exact)
  }
  return ofGGc(traffic)
}

function exponentialWait(traffic: Traffic, share: Ratio, waiting: Seconds, method: Method): Outcome {
  const law = (): Law => (waiting > 0 ? exponentialMixture(1 - share, [{ share, rate: share / waiting }]) : zero)
  return patient(waiting, traffic, law, method)
}

function ofMMc(traffic: Traffic): Outcome {
  const { servers, rate, work } = traffic
  const share = erlangC({ servers, offered: rate * work })
  return exponentialWait(traffic, share, share / (servers / work - rate), exact)
}

function ofMDc(traffic: Traffic): Outcome {
  const waiting = waitOfMGc(traffic, traffic.scv.work)
  if (!isWithinReach(traffic)) return { ...ofGGc(traffic), method: nearSaturation }
  const law = (): Law => {
    const tail = tailOfMDc(traffic)
    const moments = { mean: waiting, variance: 0, isExact: true }
    return fromTail(tail, { ...moments, variance: Math.max(0, secondMoment(tail, waiting) - waiting * waiting) })
  }
  return patient(waiting, traffic, law, exact)
}

const nearSaturation = approximately('M/D/c near saturation', 'Crommelin 1932; Kimura 1986', { mean: 0.01, tail: 0.03 })

/** ∫ 2t P(W > t) dt, by Simpson's rule on stretches that grow. */
function secondMoment(tail: (t: Seconds) => Ratio, mean: Seconds): number {
  let sum = 0
  const step = mean / 8
  for (let k = 0; k < 800; k++) {
    const t = k * step
    const part = (t * tail(t) + 4 * (t + step / 2) * tail(t + step / 2) + (t + step) * tail(t + step)) * (step / 3)
    sum += part
    if (k > 8 && part < sum * 1e-9) break
  }
  return sum
}

function ofMG1(traffic: Traffic): Outcome {
  const { rate, law, work } = traffic
  const waiting = waitOfMGc(traffic, traffic.scv.work)
  const parts = once(() => waitOfMG1(rate, law))
  // Means are asked for in every round, the rest of the law seldom.
  return patient(waiting, traffic, () => later(waiting, () => phasesOf(parts().parts)), methodOfMG1(law, work))
}

/** Where the mean has no end that of the fit is taken. */
const later = (waiting: Seconds, make: () => Phases): Law =>
  waiting < Infinity ? laterMixture(waiting, make) : lawOfPhases(make())

const phasesOf = (parts: readonly Decay[]) =>
  exponentialPhases(1 - parts.reduce((sum, { share }) => sum + share, 0), parts)

const PK = 'Pollaczek 1930 and Khinchine 1932'

function methodOfMG1(law: Law, work: Seconds): Method {
  const terms = law.phases?.terms
  if (law.shift === 0 && terms?.every(({ order, weight }) => order === 1 && weight >= 0)) return exact
  if (law.variance === Infinity) return approximately('M/G/1 with unbounded variance', PK, { mean: null, tail: null })
  if (law.variance > work * work) {
    return approximately('M/G/1 with a long tail', `${PK}; Feldmann and Whitt 1998`, {
      mean: 0,
      tail: law.variance > 4.01 * work * work ? 0.12 : 0.03,
    })
  }
  return approximately('M/G/1 with a light tail', `${PK}; Cramér and Lundberg`, { mean: 0, tail: 0.12 })
}

/** Two moments for the mean, the wait of those who wait as that of one server as fast as all of them. */
function ofGGc(traffic: Traffic): Outcome {
  const { servers, rate, law, scv, transform } = traffic
  const { mean: waiting, share } = waitOfGGc(traffic, scv, transform)
  const shape = (): Phases => {
    // One server as fast as all of them is one of this speed to whom fewer come, but for the clock.
    const parts = waitOfMG1(rate / servers, law).parts.map((part) => ({ ...part, rate: part.rate * servers }))
    const load = parts.reduce((sum, part) => sum + part.share, 0)
    const mean = parts.reduce((sum, part) => sum + part.share / part.rate, 0)
    const times = (waiting / share) * (load / mean)
    const atom = 1 - share
    return exponentialPhases(
      atom,
      parts.map((part) => ({ share: (part.share * share) / load, rate: part.rate / times })),
    )
  }
  const wait = (): Law => (waiting > 0 ? later(waiting, shape) : zero)
  return patient(waiting, traffic, wait, methodOfGGc(traffic))
}

/** Errors as simulated with 1 to 16 servers at 50 and 80 %, work and arrivals with scv 0 to 4. */
function methodOfGGc({ isPoisson, scv }: Traffic): Method {
  const isWild = scv.work > 4 || scv.arrivals > 4
  if (isPoisson) {
    const error = scv.work <= 1 ? { mean: 0.01, tail: 0.03 } : { mean: isWild ? 0.15 : 0.05, tail: isWild ? 0.3 : 0.2 }
    return approximately('M/G/c by two moments', 'Kimura 1986; Cosmetatos 1976', error)
  }
  const error = scv.work <= 1 ? { mean: 0.09, tail: 0.15 } : { mean: isWild ? 0.2 : 0.1, tail: isWild ? 0.5 : 0.4 }
  return approximately('GI/G/c by two moments', 'Kimura 1986; Takács 1962; Kingman 1962', error)
}

function inBatches(traffic: Traffic): Outcome {
  const { servers, work, batch, scv } = traffic
  const waiting = waitOfBatches(traffic)
  const isSure = traffic.isExponential && scv.arrivals === batch
  const law = (): Law => {
    const plain = lawOfStages(stagesOfBatch(traffic, batch), servers / work)
    return isSure ? plain : scaledLaw(plain, waiting / plain.mean)
  }
  const source = 'Burke 1975; Gross and Harris 2008'
  const method = isSure
    ? exact
    : approximately('batches', source, { mean: servers === 1 && scv.arrivals === batch ? 0 : 0.15, tail: 0.2 })
  return { ...nothingLost, waiting, queueLength: traffic.rate * waiting, wait: once(law), method }
}

function waitOfBatches(traffic: Traffic): Seconds {
  const { servers, work, batch, scv } = traffic
  const arrivals = scv.arrivals / batch
  // Batches that come more evenly, or less, than Poisson: as the long run has it.
  const times = (batch * arrivals + scv.work) / (batch + scv.work)
  if (servers === 1) return waitOfBatch(traffic, { batch, scv: scv.work }) * times
  const mean = stagesOfBatch(traffic, batch).reduce((sum, share) => sum + share, 0) * (work / servers)
  // What those of one batch wait for one another: as it comes with exponential work, or in rounds with fixed.
  const over = Math.max(0, batch - servers)
  const own = (((over * (over + 1)) / 2 / batch) * work) / servers
  const rounds = Math.floor(batch / servers)
  const inRounds = (((rounds - 1) * rounds) / 2) * servers + (batch - rounds * servers) * rounds
  const even = Math.max(own, (inRounds / batch) * work)
  const within = own + Math.max(0, 1 - scv.work) * (even - own)
  return within + ((mean - own) * (batch * arrivals + scv.work)) / (batch + 1)
}

/**
 * Mean wait and share that waits, whatever the order, below saturation. Of the numbers in system of sharing and last
 * come first served stations it is right as far as these do not depend on the law of work: `scv` of work 1.
 */
export function meanWait(traffic: Traffic, work = traffic.scv.work): MeanWait {
  const { servers, rate, transform } = traffic
  if (!(rate > 0 && traffic.work > 0)) return { mean: 0, share: 0 }
  if (traffic.batch > 1) {
    const share = erlangC({ servers, offered: rate * traffic.work })
    return { mean: waitOfBatches({ ...traffic, scv: { ...traffic.scv, work } }), share }
  }
  if (traffic.isPoisson && work === 1) {
    return { mean: waitOfMMc(traffic), share: erlangC({ servers, offered: rate * traffic.work }) }
  }
  return waitOfGGc(traffic, { arrivals: traffic.scv.arrivals, work }, transform)
}
