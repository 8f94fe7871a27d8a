import { exp, expm1, log } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { exact } from '../result/solution.ts'
import { eachMass, fromTail, scaledLaw, zero, type Law } from './law.ts'
import { approximately, once, type Outcome, type Traffic } from './station-load.ts'
import { erlangB } from './wait-erlang.ts'
import { tailOfParts, type Part } from './wait-gammas.ts'
import { lawOfStages } from './wait-stages.ts'

/** Room for `places` that wait. */
interface Room {
  readonly places: number
  readonly dropsOldest: boolean
}

/**
 * Those who find all servers busy and the room full are turned away (or the one that waited longest is). Exact for
 * M/M/c/K, and without room for any law of work; else the room is counted in units of the variability:
 * 2 places / (scv of arrivals + scv of work) of them, as the diffusion that both tend to has it.
 * @source Erlang (1917); Gross, Shortle, Thompson and Harris (2008), section 2.5; Gelenbe, On approximate computer
 * system models (1975) for the diffusion
 */
export function inRoom(traffic: Traffic, room: Room): Outcome {
  const isPlain = traffic.isExponential || room.places === 0 || room.places > MOST_FOLLOWED
  if (traffic.isPoisson && !isPlain) return inRoomOfAny(traffic, room)
  const { servers, rate, work, scv } = traffic
  const isMarkov = traffic.isPoisson && traffic.isExponential
  // Two fixed laws would leave nothing of it.
  const unit = isMarkov ? 1 : Math.min(50, Math.max(0.1, (scv.arrivals + scv.work) / 2))
  const places = room.places / unit
  const { full, queue } = numbersIn(
    { servers, load: (rate * work) / servers, busy: erlangB({ servers, offered: rate * work }) },
    places,
  )
  const queueLength = queue * unit
  const accepted = rate * (1 - full)
  const waiting =
    room.dropsOldest && room.places > 0
      ? waitOfSurvivors(traffic, { places: room.places, full, queueLength })
      : accepted > 0
        ? queueLength / accepted
        : 0
  const law = once((): Law => {
    if (!(waiting > 0)) return zero
    const plain = lawOfStages(stagesIn(traffic, Math.max(1, Math.round(places))), servers / work)
    return isMarkov && !room.dropsOldest ? plain : scaledLaw(plain, waiting / plain.mean)
  })
  const base = { rejected: full, abandoned: 0, abandonedAfter: 0, waiting, queueLength, wait: law }
  const isSure = isMarkov || (traffic.isPoisson && room.places === 0)
  if (isSure && !(room.dropsOldest && room.places > 0)) return { ...base, method: exact }
  const source = 'Gelenbe 1975; Gross and Harris 2008'
  return { ...base, method: approximately('finite waiting room', source, { mean: isSure ? 0.02 : 0.2, tail: 0.3 }) }
}

/**
 * Share of time that the room is full, and mean number that wait. Numbers from c upwards are geometric with the load.
 *
 * @param busy  Erlang B: 1/B = all states up to c, as a multiple of state c
 */
function numbersIn(
  { load, busy }: { readonly servers: number; readonly load: Ratio; readonly busy: Ratio },
  places: number,
): { readonly full: Ratio; readonly queue: number } {
  if (!(busy > 0)) return { full: 0, queue: 0 }
  const octaves = log(load) * places
  if (Math.abs(load - 1) * places < 1e-4) {
    const all = 1 / busy + places
    return { full: (1 + octaves) / (all + (octaves * (places + 1)) / 2), queue: (places * (places + 1)) / 2 / all }
  }
  if (load < 1) {
    const last = exp(octaves)
    const sum = (-load * expm1(octaves)) / (1 - load)
    const first = (load * (1 - (places + 1) * last + places * load * last)) / ((1 - load) * (1 - load))
    const all = 1 / busy + sum
    return { full: last / all, queue: first / all }
  }
  // Seen from the full room downwards.
  const down = 1 / load
  const end = exp(-octaves)
  const sum = -expm1(-octaves) / (1 - down)
  const free = (down * (1 - places * end * load + (places - 1) * end)) / ((1 - down) * (1 - down))
  const all = end / busy + sum
  return { full: 1 / all, queue: (places * sum - free) / all }
}

/** P(K > m) of those accepted: n - c + 1 completions for one who finds n >= c in system. */
function stagesIn({ servers, rate, work }: Traffic, places: number): Float64Array {
  const load = (rate * work) / servers
  const busy = erlangB({ servers, offered: rate * work })
  const beyond = new Float64Array(Math.min(places, 1_000_000))
  // Scaled by the greatest of them.
  const top = load > 1 ? log(load) * (places - 1) : 0
  let sum = 0
  for (let m = beyond.length - 1; m >= 0; m--) {
    sum += exp(m * log(load) - top)
    beyond[m] = sum
  }
  const all = sum + (1 / busy - 1) * exp(-top)
  for (let m = 0; m < beyond.length; m++) beyond[m] = (beyond[m] as number) / all
  return beyond
}

/** Most places for which the states of a room are followed one by one. */
const MOST_FOLLOWED = 400

/**
 * Poisson arrivals, any law of work: exact shares and means for one server; several as one that is as fast, as soon as
 * all are busy. Nobody's law of the wait is known exactly: services ahead, and what is left of one.
 * @source Tijms, van Hoorn and Federgruen, Approximations for the steady-state probabilities in the M/G/c queue (1981)
 */
function inRoomOfAny(traffic: Traffic, { places, dropsOldest }: Room): Outcome {
  const { servers, rate, work, scv } = traffic
  const load = (rate * work) / servers
  const more = arrivalsDuring(traffic, places + 1)
  // states[k] = P(c + k in system), as a multiple of P(c - 1).
  const states = new Float64Array(places + 1)
  let [busy, queue] = [0, 0]
  for (let k = 0; k < places; k++) {
    let sum = more[k] as number
    for (let j = 0; j < k; j++) sum += (states[j] as number) * (more[k - j] as number)
    const p = sum / Math.max(1e-300, 1 - (more[0] as number))
    states[k] = p
    busy += p
    queue += k * p
  }
  const last = Math.max(0, load - (1 - load) * busy)
  const all = 1 / erlangB({ servers: servers - 1, offered: rate * work }) + busy + last
  const full = last / all
  const queueLength = (queue + places * last) / all
  const accepted = rate * (1 - full)
  const waiting = dropsOldest ? queueLength / rate : queueLength / accepted
  const wait = once(() => lawInRoom(states, { accepted: all - last, step: work / servers, scv: scv.work, waiting }))
  const error = { mean: servers === 1 && !dropsOldest ? 0 : 0.1, tail: 0.3 }
  const method = approximately('finite waiting room', 'Tijms, van Hoorn and Federgruen 1981', error)
  return { rejected: full, abandoned: 0, abandonedAfter: 0, waiting, queueLength, wait, method }
}

/** P(more than n arrivals during the work of one, all servers on it), n = 0 .. size - 1. */
function arrivalsDuring({ servers, rate, law }: Traffic, size: number): Float64Array {
  const one = scaledLaw(law, 1 / servers)
  const chance = new Float64Array(size)
  const put = (t: Seconds, mass: Ratio): void => {
    const mean = rate * t
    if (mean > 700) return
    let term = mass * exp(-mean)
    for (let n = 0; n < size; n++) {
      chance[n] = (chance[n] as number) + term
      term *= mean / (n + 1)
      if (n > mean && term < 1e-18) break
    }
  }
  const terms = one.shift === 0 ? one.phases?.terms : undefined
  if (!terms) eachMass(one, put)
  for (const { weight, rate: stage, order } of terms ?? []) {
    // Arrivals during one stage are geometric, during all of them negative binomial.
    let term = weight * exp(order * log(stage / (stage + rate)))
    for (let n = 0; n < size; n++) {
      chance[n] = (chance[n] as number) + term
      term *= ((order + n) / (n + 1)) * (rate / (stage + rate))
    }
  }
  if (terms) chance[0] = (chance[0] as number) + (one.phases?.atom ?? 0)
  let left = 1
  return chance.map((p) => (left = Math.max(0, left - p)))
}

interface Accepted {
  /** All states but the full one. */
  readonly accepted: number
  readonly step: Seconds
  readonly scv: number
  readonly waiting: Seconds
}

/** k services ahead and a rest; those far back in tens, to keep them few. */
function lawInRoom(states: Float64Array, { accepted, step, scv, waiting }: Accepted): Law {
  const rest = (step * (1 + scv)) / 2
  const parts: Part[] = []
  let [share, mean, second] = [0, 0, 0]
  const group = Math.max(1, Math.ceil(states.length / 24))
  for (let k = 0; k < states.length - 1; k++) {
    const p = (states[k] as number) / accepted
    const own = rest + k * step
    share += p
    mean += p * own
    // The rest of a gamma law has E R² = step² (1 + scv)(1 + 2 scv)/3.
    second += p * (own * own + k * scv * step * step + step * step * (1 + scv) * ((1 + 2 * scv) / 3 - (1 + scv) / 4))
    if ((k + 1) % group !== 0 && k < states.length - 2) continue
    if (share > 0) parts.push({ share, from: 0, mean: mean / share, scv: (second * share) / (mean * mean) - 1 })
    share = mean = second = 0
  }
  const whole = parts.reduce((sum, part) => sum + part.share * part.mean, 0)
  const times = whole > 0 ? waiting / whole : 1
  const scaled = parts.map((part) => ({ ...part, mean: part.mean * times }))
  const square = scaled.reduce((sum, part) => sum + part.share * part.mean * part.mean * (1 + part.scv), 0)
  const moments = { mean: waiting, variance: Math.max(0, square - waiting * waiting), isExact: false }
  return fromTail(tailOfParts(scaled, waiting), moments)
}

/** Most places for which survivors are followed one by one. */
const MOST_PLACES = 200

/**
 * Mean wait of those served where the oldest is dropped for a newcomer, first come first served. Who waits has
 * `ahead` before it and `behind` after it; a departure moves it up, an arrival to the full room too, or drops it.
 */
function waitOfSurvivors(
  { servers, rate, work }: Traffic,
  { places, full, queueLength }: { readonly places: number; readonly full: Ratio; readonly queueLength: number },
): Seconds {
  if (places > MOST_PLACES) return queueLength / rate
  const [service, all] = [servers / work, servers / work + rate]
  const size = places + 1
  // Of one with so many ahead and behind: P(served), and E(rest of its wait; served).
  const chance = new Float64Array(size * size)
  const rest = new Float64Array(size * size)
  for (let ahead = 0; ahead < places; ahead++) {
    for (let behind = places - 1 - ahead; behind >= 0; behind--) {
      const isFull = ahead + 1 + behind === places
      const up = ahead > 0 ? (ahead - 1) * size + behind : -1
      const come = isFull ? (ahead > 0 ? (ahead - 1) * size + behind + 1 : -1) : ahead * size + behind + 1
      const p1 = up < 0 ? 1 : (chance[up] as number)
      const p2 = come < 0 ? 0 : (chance[come] as number)
      const w1 = up < 0 ? 0 : (rest[up] as number)
      const w2 = come < 0 ? 0 : (rest[come] as number)
      const at = ahead * size + behind
      chance[at] = (service * p1 + rate * p2) / all
      rest[at] = chance[at] / all + (service * w1 + rate * w2) / all
    }
  }
  const load = (rate * work) / servers
  let waited = 0
  // P(n = c + k) = full × load^(k - places); one that finds the room full stands last in it.
  for (let k = 0; k <= places; k++) {
    const p = full * exp((k - places) * log(load))
    waited += p * (rest[Math.min(k, places - 1) * size] as number)
  }
  return waited / (1 - full)
}
