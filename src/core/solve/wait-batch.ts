import type { PerSecond, Seconds } from '../base/units.ts'
import type { Stream } from './wait-erlang.ts'

/** Most states of the chain. */
const MOST_STATES = 400_000

/**
 * Wait in M^[b]/M/c, first come first served, below saturation: P(K > m), K the completions (each after 1/(cμ) on
 * average) that a request waits for. Exact, by the flow over each cut between numbers in system. A `batch` that is no
 * whole number is one of the two next to it.
 * @source Gross, Shortle, Thompson and Harris, Fundamentals of Queueing Theory (2008), section 3.1, bulk arrivals
 */
export function stagesOfBatch({ servers, rate, work }: Stream, batch: number): Float64Array {
  const low = Math.floor(batch)
  const more = batch - low
  const arrivals: PerSecond = rate / batch
  const states: number[] = [1]
  let all = 1
  // Sum of the last `low` states.
  let window = 1
  for (let n = 1; n < MOST_STATES; n++) {
    const p = (arrivals * work * (window + more * (states[n - 1 - low] ?? 0))) / Math.min(n, servers)
    states.push(p)
    all += p
    window += p - (states[n - low] ?? 0)
    if (p < all * 1e-16 && n > servers + low) break
    if (all > 1e250) {
      states.forEach((weight, i) => (states[i] = weight * 1e-250))
      all *= 1e-250
      window *= 1e-250
    }
  }
  return stagesSeen(states, { servers, low, more, all, batch })
}

function stagesSeen(
  states: readonly number[],
  { servers, low, more, all, batch }: { servers: number; low: number; more: number; all: number; batch: number },
): Float64Array {
  const last = states.length + low + 1 - servers
  const beyond = new Float64Array(Math.max(1, last))
  // Position i = 1..low with probability 1/batch, low + 1 with more/batch: K = N + i - c.
  let window = 0
  for (let seen = 1; seen < states.length + low + 1; seen++) {
    window += states[seen - 1] ?? 0
    if (seen > low) window -= states[seen - 1 - low] ?? 0
    const k = seen - servers
    if (k > 0) beyond[k - 1] = (Math.max(0, window) + more * (states[seen - 1 - low] ?? 0)) / (all * batch)
  }
  for (let m = beyond.length - 2; m >= 0; m--) beyond[m] = (beyond[m] as number) + (beyond[m + 1] as number)
  return beyond
}

/**
 * Mean wait in M^[b]/G/1, first come first served: that of the first of the batch, as if a batch were one request, and
 * the work of those before it in the batch. Exact.
 * @source Burke, Delays in single-server queues with batch input (1975)
 */
export function waitOfBatch(
  { rate, work }: Stream,
  { batch, scv }: { readonly batch: number; readonly scv: number },
): Seconds {
  const low = Math.floor(batch)
  const square = low * low + (batch - low) * (2 * low + 1)
  const whole = batch * scv * work * work + square * work * work
  return ((rate / batch) * whole) / (2 * (1 - rate * work)) + ((square / batch - 1) / 2) * work
}
