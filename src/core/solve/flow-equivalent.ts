/** A pool of slots as a birth-death queue: it serves as fast as its closed network does with as many customers. */
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import { exp, expm1, incompleteGamma, log, logGamma } from '../base/math.ts'
import { erlangMixture, truncatedExponential, truncatedMoments } from './flow-equivalent-wait.ts'
import { constant, exponentialMixture, scaledLaw, upTo, zero, type Law } from './law.ts'

/** What a pool is offered. */
export interface PoolLoad {
  /** Requests per second that want a slot. */
  readonly rate: PerSecond
  /** Requests per second that give a slot back while n = 0..slots are held; never falls. */
  readonly throughput: Float64Array
  readonly slots: number
  /** How many may wait; Infinity = everybody. */
  readonly waitingRoom: number
  /** Fixed; Infinity = for ever. */
  readonly patience: Seconds
  /** Squared coefficient of variation of the times between arrivals; other than 1: approximate. */
  readonly arrivalScv: number
}

export interface PoolAnswer {
  /** More is asked for than all slots do; with room and patience without end, no steady state exists then. */
  readonly isOverloaded: boolean
  /** Share that finds the room full. */
  readonly rejected: Ratio
  /** Share that waits for longer than its patience. */
  readonly abandoned: Ratio
  /** P(k slots are held), k = 0..slots, over time. */
  readonly held: Float64Array
  readonly heldMean: number
  /** Mean number that waits. */
  readonly queueLength: number
  /** Wait of those who get a slot. */
  readonly wait: Law
  readonly waitMean: Seconds
  /** P(k slots are held just after one who gets a slot has it), k = 0..slots, 0 at k = 0. */
  readonly entered: Float64Array
}

/**
 * Solves a pool. Exact for the birth-death queue with Poisson arrivals; other arrivals stretch the queue by
 * (1 + scv)/2.
 * @source Chandy, Herzog and Woo 1975; Avi-Itzhak and Heyman 1973 (pool as one server); Barrer 1957, Movaghar 1998
 *   (fixed patience, finite room); Allen and Cunneen (arrivals other than Poisson)
 */
export function solvePool(load: PoolLoad): PoolAnswer {
  const { rate, throughput, slots } = load
  const most = throughput[slots] ?? 0
  const stretch = (1 + load.arrivalScv) / 2
  const patience = load.patience / Math.max(1e-9, stretch)
  const room = isFinite(load.waitingRoom) ? Math.round(load.waitingRoom / Math.max(1e-9, stretch)) : Infinity
  const isEndless = room === Infinity && patience === Infinity
  if (!(rate > 0) || most === Infinity) return unused(slots)
  if (!(most > 0) || (isEndless && rate >= most)) return stuck(load, most)
  const queue = queueOf({ rate, most, room, patience })
  const weights = weightsOfSlots(rate, throughput, slots)
  const fade = exp(-queue.scale)
  for (let n = 0; n < slots; n++) weights[n] = (weights[n] as number) * fade
  const atFull = weights[slots] as number
  const atOnce = weights.subarray(0, slots).reduce((total, weight) => total + weight, 0)
  weights[slots] = atFull * (queue.served + queue.late + queue.full)
  const whole = atOnce + (weights[slots] ?? 0)
  const held = weights.map((weight) => weight / whole)
  const got = atOnce + atFull * queue.served
  const atom = got > 0 ? atOnce / got : 0
  const served = (atFull * queue.served) / whole
  const abandoned = (atFull * queue.late) / whole
  return {
    isOverloaded: rate > most,
    rejected: (atFull * queue.full) / whole,
    abandoned,
    held,
    heldMean: held.reduce((total, share, k) => total + k * share, 0),
    queueLength: rate * (served * queue.mean * stretch + (abandoned > 0 ? abandoned * load.patience : 0)),
    wait: scaledLaw(queue.law(atom), stretch),
    waitMean: (1 - atom) * queue.mean * stretch,
    entered: enteredOf(held, throughput),
  }
}

/** Those who get the k-th slot are as many as give it back: ∝ P(k) X(k). */
function enteredOf(held: Float64Array, throughput: Float64Array): Float64Array {
  const entered = held.map((share, k) => (share > 0 ? share * (throughput[k] ?? 0) : 0))
  const whole = entered.reduce((total, share) => total + share, 0)
  if (whole > 0 && isFinite(whole)) return entered.map((share) => share / whole)
  return entered.map((_, k) => (k === 1 ? 1 : 0))
}

/** P(k held) for k = 0..slots where nobody waits, up to one factor: from the most likely one both ways. */
function weightsOfSlots(rate: PerSecond, throughput: Float64Array, slots: number): Float64Array {
  const weights = new Float64Array(slots + 1)
  let mode = 0
  while (mode < slots && (throughput[mode + 1] as number) <= rate) mode++
  weights[mode] = 1
  for (let k = mode; k > 0; k--) weights[k - 1] = ((weights[k] as number) * (throughput[k] as number)) / rate
  for (let k = mode + 1; k <= slots; k++) weights[k] = ((weights[k - 1] as number) * rate) / (throughput[k] as number)
  return weights
}

interface Waiting {
  readonly rate: PerSecond
  readonly most: PerSecond
  readonly room: number
  readonly patience: Seconds
}

/** What arrives while all slots are held, in terms of P(all held, nobody waits) e^scale. */
interface Queue {
  readonly scale: number
  /** Who get a slot in time, who do not, who find the room full. */
  readonly served: number
  readonly late: number
  readonly full: number
  /** Mean wait of those served. */
  readonly mean: Seconds
  /** Law of the wait of all who get a slot, `atom` of them at once. */
  readonly law: (atom: Ratio) => Law
}

/** More places than this are a patience. */
const MOST_ROOM = 20_000

function queueOf(waiting: Waiting): Queue {
  const { rate, most, room, patience } = waiting
  const load = rate / most
  if (load < 1 && room * -log(load) > 40) return patience === Infinity ? endless(waiting) : patient(waiting)
  const crowd = rate * patience
  if (room > crowd + 10 * Math.sqrt(crowd) + 20) return patient(waiting)
  if (room > MOST_ROOM) return { ...patient({ ...waiting, patience: Math.min(patience, room / most) }) }
  return narrow(waiting)
}

function endless({ rate, most }: Waiting): Queue {
  const spare = most - rate
  const law = (atom: Ratio): Law => exponentialMixture(atom, [{ share: 1 - atom, rate: spare }])
  return { scale: 0, served: most / spare, late: 0, full: 0, mean: 1 / spare, law }
}

/** The virtual wait has the density μ e^((λ-μ)x) up to the patience, then falls as e^(-μx). */
function patient({ rate, most, patience }: Waiting): Queue {
  const spare = most - rate
  const u = spare * patience
  const scale = Math.max(0, -u)
  const size = Math.abs(u)
  const served = most * patience * (size < 1e-9 ? 1 : -expm1(-size) / size)
  const { mean } = truncatedMoments(spare, patience)
  const law = (atom: Ratio): Law => (patience > 0 ? truncatedExponential(atom, spare, patience) : zero)
  return { scale, served, late: exp(-u - scale), full: 0, mean, law }
}

/** i waiting, a virtual wait of x: μ (λ min(x, patience))^i/i! e^(-μx). */
function narrow({ rate, most, room, patience }: Waiting): Queue {
  const logLoad = log(rate / most)
  const scale = Math.max(0, room * logLoad)
  const weights = new Float64Array(room)
  const span = most * patience
  let [served, late, full, time] = [0, 0, 0, 0]
  for (let i = 0; i <= room; i++) {
    const weight = exp(i * logLoad - scale)
    const soon = span === Infinity ? 1 : incompleteGamma(i + 1, span).p
    const after = span === Infinity ? 0 : poissonMass(i, span) * weight
    if (i === room) {
      full = weight * soon + after
      break
    }
    weights[i] = weight
    served += weight * soon
    late += after
    time += weight * (i + 1) * (span === Infinity ? 1 : incompleteGamma(i + 2, span).p)
  }
  const mean = served > 0 ? time / most / served : 0
  const all = weights.reduce((total, weight) => total + weight, 0)
  const law = (atom: Ratio): Law => {
    if (!(served > 0)) return zero
    // The atom among all, before those who are late are taken out.
    const atOnce = (atom / (1 - atom)) * served
    return atom >= 1
      ? zero
      : upTo(erlangMixture(atOnce / (atOnce + all), most, normalized(weights, atOnce + all)), patience).law
  }
  return { scale, served, late, full, mean, law }
}

const normalized = (weights: Float64Array, whole: number): Float64Array => weights.map((weight) => weight / whole)

const poissonMass = (i: number, mean: number): Ratio =>
  mean > 0 ? exp(i * log(mean) - mean - logGamma(i + 1)) : i === 0 ? 1 : 0

function unused(slots: number): PoolAnswer {
  const held = new Float64Array(slots + 1)
  held[0] = 1
  const entered = held.map((_, k) => (k === Math.min(1, slots) ? 1 : 0))
  const none = { isOverloaded: false, rejected: 0, abandoned: 0, heldMean: 0, queueLength: 0, waitMean: 0 }
  return { ...none, held, wait: zero, entered }
}

/** All slots are held, and the queue grows or nothing ever leaves. */
function stuck({ waitingRoom, patience, slots }: PoolLoad, most: PerSecond): PoolAnswer {
  const held = new Float64Array(slots + 1)
  held[slots] = 1
  const rejected = !(most > 0) && isFinite(waitingRoom) ? 1 : 0
  const abandoned = !(most > 0) && rejected === 0 && isFinite(patience) ? 1 : 0
  const queueLength = rejected === 1 ? waitingRoom : Infinity
  const figures = { isOverloaded: true, rejected, abandoned, heldMean: slots, queueLength, waitMean: Infinity }
  return { ...figures, held, wait: constant(Infinity), entered: held }
}
