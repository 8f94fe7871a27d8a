import { exp, expm1, log } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { exact } from '../result/solution.ts'
import { scaledLaw, zero, type Law } from './law.ts'
import { approximately, once, type Outcome, type Traffic } from './station-load.ts'
import { erlangB } from './wait-erlang.ts'
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
