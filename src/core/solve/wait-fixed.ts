import { exp, log } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'
import type { Stream } from './wait-erlang.ts'

/** Most multiplications spent on one law. */
const MOST_WORK = 3e6

/**
 * P(W > t) of M/D/c, first come first served: exact. Only {@link isWithinReach}.
 * The queue every `work` seconds is the maximum of a random walk with steps Poisson(a) - c; Spitzer's identity gives
 * its law as a sum of positive terms, and Franx' formula the wait.
 * @source Crommelin (1932); Spitzer (1956); Franx, A simple solution for the M/D/c waiting time distribution (2001)
 */
export function tailOfMDc(stream: Stream): (t: Seconds) => Ratio {
  const { servers, rate, work } = stream
  const upTo = queueUpTo(stream)
  const decay = decayOfMDc(stream)
  const last = Math.floor((upTo.length - 1) / servers) * work
  const exactTail = (t: Seconds): Ratio => {
    const k = Math.floor(t / work) + 1
    const y = rate * (k * work - t)
    let sum = 0
    // P(Poisson = j) upwards from an exponential that cannot underflow: y <= a, and servers are few hundred at most.
    let term = exp(-y)
    for (let j = 0; j < k * servers; j++) {
      const at = k * servers - 1 - j
      sum += term * (1 - (upTo[Math.min(at, upTo.length - 1)] as number))
      term *= y / (j + 1)
      if (term < 1e-18 && j > y) return Math.max(0, sum)
    }
    // Fewer than none waiting: certain not to be met.
    return Math.max(0, Math.min(1, sum + poissonBeyond(k * servers, y)))
  }
  const atLast = exactTail(last * (1 - 1e-12))
  return (t) => (t < last ? exactTail(Math.max(0, t)) : atLast * exp(-decay * (t - last)))
}

/** P(Poisson(y) >= n). */
function poissonBeyond(n: number, y: number): Ratio {
  let term = exp(-y)
  for (let j = 1; j <= n; j++) term *= y / j
  let sum = 0
  for (let j = n; term > 1e-18 || j < y; j++) {
    sum += term
    term *= y / (j + 1)
  }
  return sum
}

/** The law of the wait can be had in some milliseconds: not too close to saturation. */
export function isWithinReach(stream: Stream): boolean {
  const { walks, size } = extentOf(stream)
  return stream.servers <= 300 && walks * size <= MOST_WORK
}

function extentOf(stream: Stream): { readonly walks: number; readonly size: number } {
  const { servers, rate, work } = stream
  const load = (rate * work) / servers
  // Terms of walks of n steps fall like (load e^(1-load))^(c n).
  const walks = Math.ceil(38 / (servers * (load - 1 - log(load)))) + 1
  const size = Math.ceil(30 / log(1 + decayOfMDc(stream) / rate)) + 4 * servers
  return { walks, size }
}

/** P(queue <= j) for j = 0 .. until hardly anything is beyond. */
function queueUpTo(stream: Stream): Float64Array {
  const { servers, rate, work } = stream
  const offered = rate * work
  const { walks, size } = extentOf(stream)
  const ladder = ladderHeights(servers, offered, { walks, size })
  const queue = new Float64Array(size)
  queue[0] = 1
  let all = 1
  for (let k = 1; k < size; k++) {
    let sum = 0
    for (let j = 1; j <= k; j++) sum += (ladder[j] as number) * (queue[k - j] as number)
    queue[k] = sum / k
    all += sum / k
  }
  let sum = 0
  for (let k = 0; k < size; k++) {
    sum += (queue[k] as number) / all
    queue[k] = Math.min(1, sum)
  }
  return queue
}

/** k Σ_n P(S_n = k)/n for the walk with steps Poisson(a) - c. */
function ladderHeights(
  servers: number,
  offered: number,
  { walks, size }: { readonly walks: number; readonly size: number },
): Float64Array {
  const ladder = new Float64Array(size)
  // log of the factorials up to n c, carried along.
  let logFactorial = 0
  for (let n = 1; n <= walks; n++) {
    for (let i = (n - 1) * servers + 1; i <= n * servers; i++) logFactorial += log(i)
    const mean = n * offered
    let term = exp(n * servers * log(mean) - mean - logFactorial) / n
    for (let k = 1; k < size; k++) {
      term *= mean / (n * servers + k)
      if (term < 1e-19) break
      ladder[k] = (ladder[k] as number) + k * term
    }
  }
  return ladder
}

/** η of P(W > t) ~ e^(-ηt): the root z > 1 of z^c = e^(a(z-1)), then η = λ(z-1). */
export function decayOfMDc({ servers, rate, work }: Stream): PerSecond {
  const load = (rate * work) / servers
  // log z = load (z - 1): bisection in x = z - 1, concave minus linear.
  let low = 0
  let high = 1
  const isBelow = (x: number): boolean => log(1 + x) > load * x
  while (isBelow(high)) {
    low = high
    high *= 2
  }
  if (low === 0) low = 1e-12
  for (let i = 0; i < 100 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2
    if (isBelow(middle)) low = middle
    else high = middle
  }
  return rate * low
}
