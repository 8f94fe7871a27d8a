import type { Ratio, Seconds } from '../base/units.ts'
import { meanOf, varianceOf, type Distribution } from '../model/distribution.ts'
import { exponentialMixture, mixture, scaledLaw, sum, type Law } from './law.ts'
import { approximately, onceEach, type Outcome, type Traffic } from './station-load.ts'

export interface Outages {
  readonly up: Distribution
  readonly down: Distribution
}

/** What outages of a whole station come to. */
export interface Standstill {
  /** Share of time that it works (A). */
  readonly available: Ratio
  /**
   * Time that standstills add to the work found, A² (1 - A) D (1 + scv of D) / 2 for exponential times up; in general
   * half of the variance that the time down gathers per second.
   */
  readonly residual: Seconds
  /** Mean rest of a standstill for one who comes into it. */
  readonly left: Seconds
  readonly isMarkov: boolean
}

export function standstillOf({ up, down }: Outages): Standstill {
  const [u, d] = [meanOf(up), meanOf(down)]
  const available = u + d > 0 ? u / (u + d) : 1
  const variance = (1 - available) * (1 - available) * varianceOf(up) + available * available * varianceOf(down)
  return {
    available,
    residual: u + d > 0 ? variance / (2 * (u + d)) : 0,
    left: d > 0 ? (varianceOf(down) + d * d) / (2 * d) : 0,
    isMarkov: up.law === 'exponential' && down.law === 'exponential',
  }
}

/**
 * Adds the standstills to what the station would be with its speed times A all the time. Mean response
 * S/A + wait of that + residual/(A(A-ρ)): exact for M/M/1 with exponential times up and down. In law: those who come
 * into a standstill, or into what is left of its backlog, wait longer by an exponential time.
 *
 * @param steady  the station with all work divided by A
 * @source White and Christie, Queuing with preemptive priorities or with breakdown (1958); Avi-Itzhak and Naor (1963)
 */
export function withStandstills(
  traffic: Traffic,
  steady: Outcome,
  { available, residual, left, isMarkov }: Standstill,
): Outcome {
  const load = (traffic.rate * traffic.work) / traffic.servers
  const spare = Number.isFinite(traffic.servers) ? available - load : available
  const stable = spare > 0 && steady.rejected + steady.abandoned === 0
  // Those who leave or are turned away bound what gathers: no more than a standstill's rest for those who come into it.
  const added = stable && Number.isFinite(traffic.servers) ? residual / (available * spare) : (1 - available) * left
  const stretch = 1 / available - 1
  const waiting = steady.waiting + added + traffic.work * stretch
  const met = Math.min(1, Math.max((1 - available) / Math.max(1 - load, 1 - available), added / (50 * left || 1)))
  const more = exponentialMixture(1 - met, added > 0 ? [{ share: met, rate: met / added }] : [])
  const wait = onceEach((i): Law => {
    const work = traffic.classes[i]?.work
    const plain = added > 0 ? sum(steady.wait(i), more) : steady.wait(i)
    return work ? withStretch(plain, work.mean * stretch, left) : plain
  })
  const isSure = isMarkov && traffic.servers === 1 && traffic.isPoisson && traffic.isExponential && stable
  const source = 'White and Christie 1958; Avi-Itzhak and Naor 1963'
  const method = approximately('outages of a station', source, { mean: isSure ? 0 : 0.2, tail: 0.3 })
  const served = 1 - steady.rejected - steady.abandoned
  const queueLength = steady.queueLength + traffic.rate * served * (added + traffic.work * stretch)
  const { rejected, abandoned, abandonedAfter } = steady
  return { rejected, abandoned, abandonedAfter, waiting, queueLength, wait, method }
}

/** Standstills while in service: rare and long. */
function withStretch(wait: Law, mean: Seconds, left: Seconds): Law {
  const share = left > 0 ? Math.min(1, mean / left) : 0
  if (!(share > 0)) return wait
  return sum(wait, exponentialMixture(1 - share, [{ share, rate: share / mean }]))
}

/** Classes with work that takes as long as it does on average between standstills. */
export function slowed(traffic: Traffic, available: Ratio): Traffic {
  const classes = traffic.classes.map((one) => ({
    ...one,
    work: scaledLaw(one.work, 1 / available),
    distribution: null,
  }))
  const parts = classes.map(({ rate, work }) => ({ share: rate, law: work }))
  return { ...traffic, classes, work: traffic.work / available, law: mixture(parts) }
}
