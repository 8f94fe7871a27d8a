import type { Ratio, Seconds } from '../base/units.ts'
import { meanOf, varianceOf, type Distribution } from '../model/distribution.ts'
import { exponentialMixture, mixture, scaledLaw, sum, type Law } from './law.ts'
import { approximately, onceEach, type Outcome, type Traffic } from './station-load.ts'
import { stayingOf } from './wait-patience.ts'

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
  /** Of the time down: so late in a standstill that nobody who comes then is served. */
  readonly tooLate: Ratio
  /** Until then; Infinity = it does not come to that. */
  readonly bears: Seconds
  /** It is the room that is full then. */
  readonly isFull: boolean
}

/**
 * @param room  time in which arrivals fill the room
 * @param patience  mean of it; both Infinity = nobody is lost
 */
export function standstillOf(
  { up, down }: Outages,
  { room, patience }: { readonly room: Seconds; readonly patience: Seconds },
): Standstill {
  const bears = Math.min(room, patience)
  const [u, d] = [meanOf(up), meanOf(down)]
  const available = u + d > 0 ? u / (u + d) : 1
  const variance = (1 - available) * (1 - available) * varianceOf(up) + available * available * varianceOf(down)
  return {
    available,
    residual: u + d > 0 ? variance / (2 * (u + d)) : 0,
    left: d > 0 ? (varianceOf(down) + d * d) / (2 * d) : 0,
    isMarkov: up.law === 'exponential' && down.law === 'exponential',
    tooLate: bears < Infinity && d > 0 ? Math.max(0, 1 - stayingOf(down).upTo(bears) / d) : 0,
    bears,
    isFull: room <= patience,
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
export function withStandstills(traffic: Traffic, steady: Outcome, standstill: Standstill): Outcome {
  const { available, residual, left, isMarkov, tooLate, bears } = standstill
  const load = (traffic.rate * traffic.work) / traffic.servers
  const isLossy = bears < Infinity
  // Standstills too far apart to meet: the area under the backlog of one, each by itself.
  const alone = (1 - available) * left
  const together = residual / (available * (available - load))
  // Losses bound what gathers.
  const added = isLossy
    ? (1 - available) * (1 - tooLate) * (standstill.isFull ? left : Math.min(left, bears))
    : traffic.servers === Infinity
      ? alone
      : Math.max(together, alone / (1 - load))
  const stretch = 1 / speedOf(standstill) - 1
  const waiting = steady.waiting + added + traffic.work * stretch
  const met = Math.min(1, Math.max((1 - available) / Math.max(1 - load, 1 - available), added / (50 * left || 1)))
  const more = exponentialMixture(1 - met, added > 0 ? [{ share: met, rate: met / added }] : [])
  const wait = onceEach((i): Law => {
    const work = traffic.classes[i]?.work
    const plain = added > 0 ? sum(steady.wait(i), more) : steady.wait(i)
    return work ? withStretch(plain, work.mean * stretch, left) : plain
  })
  const isSure = isMarkov && traffic.servers === 1 && traffic.isPoisson && traffic.isExponential && !isLossy
  const source = 'White and Christie 1958; Avi-Itzhak and Naor 1963'
  const error = isSure ? { mean: 0, tail: 0.1 } : { mean: isLossy ? 0.25 : 0.1, tail: isLossy ? null : 0.2 }
  return {
    ...withLosses(steady, standstill),
    waiting,
    wait,
    ...queueOf(traffic, steady, { added, stretch, standstill }),
    method: approximately('outages of a station', source, error),
  }
}

/** Those who come too late in a standstill are lost, in the way the station loses anybody. */
function withLosses(steady: Outcome, { available, tooLate, bears, isFull }: Standstill) {
  const lost = (1 - available) * tooLate
  const rejected = steady.rejected * (1 - lost) + (isFull ? lost : 0)
  const abandoned = steady.abandoned * (1 - lost) + (isFull ? 0 : lost)
  const late = isFull ? 0 : lost * bears
  const abandonedAfter = abandoned > 0 ? (steady.abandoned * (1 - lost) * steady.abandonedAfter + late) / abandoned : 0
  return { rejected, abandoned, abandonedAfter }
}

function queueOf(
  traffic: Traffic,
  steady: Outcome,
  {
    added,
    stretch,
    standstill,
  }: { readonly added: Seconds; readonly stretch: number; readonly standstill: Standstill },
): { readonly queueLength: number } {
  const { rejected, abandoned } = withLosses(steady, standstill)
  const served = traffic.rate * (1 - rejected - abandoned)
  const late = standstill.isFull ? 0 : traffic.rate * (abandoned - steady.abandoned) * standstill.bears
  return { queueLength: steady.queueLength + served * (added + traffic.work * stretch) + Math.max(0, late) }
}

/** Share of full speed that those who are not lost see. */
export const speedOf = ({ available, tooLate }: Standstill): Ratio => 1 - (1 - available) * (1 - tooLate)

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
