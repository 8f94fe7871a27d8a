/**
 * Closed forms and small exact chains, written from the textbooks and not from the simulator. Rates are per second, times
 * in seconds; `servers` is c, `mean` the mean service time.
 */

/** Erlang B: the share that finds `servers` all busy and goes away. */
export function erlangB(servers: number, offered: number): number {
  let blocked = 1
  for (let n = 1; n <= servers; n++) blocked = (offered * blocked) / (n + offered * blocked)
  return blocked
}

/** Erlang C: the share that has to wait. */
export function erlangC(servers: number, offered: number): number {
  const blocked = erlangB(servers, offered)
  return blocked / (1 - (offered / servers) * (1 - blocked))
}

interface Queue {
  readonly rate: number
  readonly mean: number
  readonly servers: number
}

/** M/M/c: mean wait, and the quantiles of the response time. */
export function mmc({ rate, mean, servers }: Queue) {
  const mu = 1 / mean
  const spare = servers * mu - rate
  const waits = erlangC(servers, rate * mean)
  const wait = waits / spare
  // P(T > t): those who wait have an exponential wait and then a service.
  const tail = (t: number): number => {
    const served = Math.exp(-mu * t)
    if (Math.abs(mu - spare) < 1e-9 * mu) return served * (1 + waits * mu * t)
    return served + (waits * mu * (Math.exp(-spare * t) - served)) / (mu - spare)
  }
  return { wait, response: wait + mean, quantile: (p: number) => quantileOf(tail, p) }
}

/** The t with P(T > t) = 1 - p. */
export function quantileOf(tail: (t: number) => number, p: number): number {
  let high = 1e-6
  while (tail(high) > 1 - p) high *= 2
  let low = 0
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (tail(middle) > 1 - p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Probabilities of a birth-death chain with states 0..`last`. */
export function birthDeath(last: number, birth: (n: number) => number, death: (n: number) => number): number[] {
  const weights = [1]
  for (let n = 1; n <= last; n++) weights.push(((weights[n - 1] ?? 0) * birth(n - 1)) / death(n))
  const all = sum(weights)
  return weights.map((weight) => weight / all)
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const meanState = (chain: readonly number[]): number => sum(chain.map((p, n) => p * n))

/** M/M/c/K: `places` are servers and waiting room together. */
export function mmck({ rate, mean, servers, places }: Queue & { readonly places: number }) {
  const chain = birthDeath(
    places,
    () => rate,
    (n) => Math.min(n, servers) / mean,
  )
  const rejected = chain[places] ?? 0
  const accepted = rate * (1 - rejected)
  return { rejected, response: meanState(chain) / accepted, utilization: (accepted * mean) / servers }
}

/** M/M/c//N: `users` who think for `think` on average. */
export function finiteSource({ users, think, mean, servers }: Omit<Queue, 'rate'> & { users: number; think: number }) {
  const chain = birthDeath(
    users,
    (n) => (users - n) / think,
    (n) => Math.min(n, servers) / mean,
  )
  const throughput = sum(chain.map((p, n) => (p * Math.min(n, servers)) / mean))
  return { throughput, response: meanState(chain) / throughput }
}

/** Erlang A: those who wait give up after an exponential patience. */
export function erlangA({ rate, mean, servers, patience }: Queue & { readonly patience: number }) {
  const chain = birthDeath(
    servers * 20,
    () => rate,
    (n) => Math.min(n, servers) / mean + Math.max(0, n - servers) / patience,
  )
  const queue = sum(chain.map((p, n) => p * Math.max(0, n - servers)))
  const abandoned = queue / patience / rate
  return { abandoned, queue, utilization: (rate * (1 - abandoned) * mean) / servers }
}

/** Pollaczek and Khinchine: mean wait of M/G/1. */
export const mg1Wait = (rate: number, mean: number, scv: number): number =>
  (rate * mean * mean * (1 + scv)) / (2 * (1 - rate * mean))

/** Quantile of the response time of M/D/1 (Erlang 1909, Crommelin 1932). */
export function md1Quantile(rate: number, mean: number, p: number): number {
  const notLater = (t: number): number => {
    let total = 0
    for (let k = 0, term = 1; k * mean <= t; k++) {
      const x = rate * (k * mean - t)
      term = 1
      for (let i = 1; i <= k; i++) term *= x / i
      total += term * Math.exp(-x)
    }
    return (1 - rate * mean) * total
  }
  return mean + quantileOf((t) => 1 - notLater(t), p)
}

/** GI/M/1: mean response time, by the transform of the times between arrivals. */
export function gim1Response(mean: number, transform: (s: number) => number): number {
  let sigma = 0.5
  for (let i = 0; i < 10_000; i++) sigma = transform((1 - sigma) / mean)
  return mean / (1 - sigma)
}

/** Laplace transform of an Erlang law. */
export const erlangTransform =
  (shape: number, rate: number) =>
  (s: number): number =>
    ((shape * rate) / (shape * rate + s)) ** shape

/** Laplace transform of two exponentials with balanced means: a coefficient of variation above 1. */
export function burstyTransform(cv: number, rate: number): (s: number) => number {
  const p = (1 + Math.sqrt((cv * cv - 1) / (cv * cv + 1))) / 2
  return (s) => (p * 2 * p * rate) / (2 * p * rate + s) + ((1 - p) * 2 * (1 - p) * rate) / (2 * (1 - p) * rate + s)
}

/** GI/M/c (Takacs 1962): share that waits, mean wait and its quantiles, by the transform of the times between arrivals. */
export function gimc({ mean, servers }: Omit<Queue, 'rate'>, transform: (s: number) => number) {
  let sigma = 0.5
  for (let i = 0; i < 10_000; i++) sigma = transform((servers * (1 - sigma)) / mean)
  let total = 1 / (1 - sigma)
  for (let j = 1, ways = 1, product = 1; j <= servers; j++) {
    const met = transform(j / mean)
    ways *= (servers - j + 1) / j
    product *= met / (1 - met)
    total += ((ways / (product * (1 - met))) * (servers * (1 - met) - j)) / (servers * (1 - sigma) - j)
  }
  const waits = 1 / total / (1 - sigma)
  const spare = (servers / mean) * (1 - sigma)
  return { waits, wait: waits / spare, quantile: (p: number) => Math.log(waits / (1 - p)) / spare }
}

/** Quantiles of a sum of exponential times with different rates. */
export function hypoexponential(rates: readonly number[]): (p: number) => number {
  const weights = rates.map((rate, i) =>
    rates.reduce((product, other, j) => (i === j ? product : (product * other) / (other - rate)), 1),
  )
  return (p) => quantileOf((t) => sum(rates.map((rate, i) => (weights[i] ?? 0) * Math.exp(-rate * t))), p)
}

/** Quantiles of a mixture of exponential times. */
export const mixture =
  (parts: readonly { readonly share: number; readonly rate: number }[]) =>
  (p: number): number =>
    quantileOf((t) => sum(parts.map(({ share, rate }) => share * Math.exp(-rate * t))), p)

interface Class {
  readonly rate: number
  readonly mean: number
  readonly scv: number
}

/** Response times by class on one server, the most urgent first, work is not interrupted (Cobham 1954). */
export function priorities(classes: readonly Class[]): number[] {
  const residual = sum(classes.map(residualOf))
  return classes.map(({ mean }, k) => residual / ((1 - loadOf(classes, k)) * (1 - loadOf(classes, k + 1))) + mean)
}

/** The same, where work that is displaced goes on later. */
export function preemptive(classes: readonly Class[]): number[] {
  return classes.map(({ mean }, k) => {
    const before = 1 - loadOf(classes, k)
    return mean / before + sum(classes.slice(0, k + 1).map(residualOf)) / (before * (1 - loadOf(classes, k + 1)))
  })
}

const residualOf = ({ rate, mean, scv }: Class): number => (rate * mean * mean * (1 + scv)) / 2
const loadOf = (classes: readonly Class[], upTo: number): number =>
  sum(classes.slice(0, upTo).map(({ rate, mean }) => rate * mean))

/** M/M/1 with a longest wait of `patience` for all: share that leaves, mean wait of those served. */
export function longestWait(rate: number, mean: number, patience: number) {
  const spare = 1 / mean - rate
  const edge = Math.exp(-spare * patience)
  const idle = 1 / (1 + (rate / spare) * (1 - edge) + rate * mean * edge)
  const abandoned = idle * rate * mean * edge
  // The work found is dense with rate * idle * e^(-spare t) up to the patience.
  const found = (idle * rate * (1 - edge * (1 + spare * patience))) / spare ** 2
  return { abandoned, wait: found / (1 - abandoned) }
}

/** M/M/1 that breaks down, idle or not, and goes on where it was: mean response (White and Christie 1958). */
export function breakdowns(rate: number, mean: number, { up, down }: { up: number; down: number }): number {
  const both = 1 / up + 1 / down
  return (both ** 2 + 1 / mean / up) / (both * (1 / mean / down - rate * both))
}

/** Mean value analysis (Reiser and Lavenberg 1980) of one class of `users`. */
export function meanValues(demands: readonly number[], think: number, users: number) {
  let queues = demands.map(() => 0)
  let throughput = 0
  let response = 0
  for (let n = 1; n <= users; n++) {
    const times = demands.map((demand, i) => demand * (1 + (queues[i] ?? 0)))
    response = sum(times)
    throughput = n / (think + response)
    queues = times.map((time) => time * throughput)
  }
  return { throughput, response }
}

/** Time to the k-th of n independent exponential times (David and Nagaraja 2003). */
export function orderStatistic(n: number, k: number, mean: number) {
  const isLater = (t: number): number => {
    const done = -Math.expm1(-t / mean)
    let total = 0
    for (let i = 0, ways = 1; i < k; i++) {
      total += ways * done ** i * (1 - done) ** (n - i)
      ways *= (n - i) / (i + 1)
    }
    return total
  }
  const time = sum(Array.from({ length: k }, (_, i) => mean / (n - i)))
  return { mean: time, quantile: (p: number) => quantileOf(isLater, p) }
}

/** Join the shortest of `choices` queues out of very many: mean response (Mitzenmacher 1996). */
export const shortestOf = (load: number, mean: number, choices: number): number =>
  mean * sum(Array.from({ length: 12 }, (_, i) => load ** ((choices ** (i + 1) - choices) / (choices - 1))))

/** Quantile with a second copy after `delay`, the first answer wins. */
export const hedged = (tail: (t: number) => number, delay: number, p: number): number =>
  quantileOf((t) => (t < delay ? tail(t) : tail(t) * tail(t - delay)), p)

/** Accepted share of a token bucket under Poisson arrivals: M/D/1 that refuses when more is waiting than the depth. */
export function tokenBucket(rate: number, refill: number, depth: number): number {
  const full = (depth - 1) / refill
  let total = 0
  for (let i = 0; i < depth; i++) {
    const x = rate * (i / refill - full)
    let term = Math.exp(-x)
    for (let j = 1; j <= i; j++) term *= x / j
    total += term
  }
  return total / (1 + (rate / refill) * total)
}

/** Batches of up to `most` that are sent `longest` after their first message: size, and mean wait of a message. */
export function batches(rate: number, most: number, longest: number) {
  // The batch is open for the lesser of `longest` and the time to `most - 1` further messages.
  let open = 0
  let waited = 0
  const steps = 20_000
  const step = longest / steps
  for (let i = 0; i < steps; i++) {
    const x = rate * (i + 0.5) * step
    let still = 0
    let joined = 0
    for (let n = 0, p = Math.exp(-x); n <= most - 2; n++, p *= x / n) {
      still += p
      joined += p * (n + 1)
    }
    open += still * step
    waited += joined * step
  }
  const size = 1 + rate * open
  return { size, wait: waited / size }
}

/** P(key) of a Zipf law. */
export function zipf(keys: number, exponent: number): number[] {
  const weights = Array.from({ length: keys }, (_, i) => (i + 1) ** -exponent)
  const all = sum(weights)
  return weights.map((weight) => weight / all)
}

/** Hit ratio of LRU by the characteristic time (Che, Tung and Wang 2002). */
export function lruHits(shares: readonly number[], entries: number): number {
  const held = (time: number): number => sum(shares.map((p) => -Math.expm1(-p * time)))
  const time = quantileOf((t) => 1 - held(t) / shares.length, entries / shares.length)
  return sum(shares.map((p) => -p * Math.expm1(-p * time)))
}

/**
 * Hit ratio of LRU, exact: a key is there when fewer than `entries` others were asked for since it last was. Requests are
 * spread over a Poisson process, so that the others are independent; for some hundred keys at most.
 */
export function lruHitsExact(shares: readonly number[], entries: number): number {
  const steps = 500
  // Times from 1e-7 to 1e6 requests, evenly by their logarithm.
  const width = Math.log(1e13) / steps
  const at = (t: number): number =>
    sum(
      shares.map((p, i) => {
        const others = new Float64Array(entries)
        others[0] = 1
        shares.forEach((q, j) => {
          if (i === j) return
          const asked = -Math.expm1(-q * t)
          for (let k = entries - 1; k >= 0; k--) {
            others[k] = (others[k] ?? 0) * (1 - asked) + (k > 0 ? (others[k - 1] ?? 0) * asked : 0)
          }
        })
        return p * p * Math.exp(-p * t) * others.reduce((total, chance) => total + chance, 0)
      }),
    )
  return sum(Array.from({ length: steps }, (_, i) => 1e-7 * Math.exp((i + 0.5) * width)).map((t) => at(t) * t * width))
}

/** Hit ratio of FIFO and of random eviction, exact (King 1971, Gelenbe 1973). */
export function fifoHits(shares: readonly number[], entries: number): number {
  // Elementary symmetric polynomials of the weights, of all keys and of all but one.
  const weights = shares.map((p) => p * shares.length)
  const polynomial = (without: number): Float64Array => {
    const e = new Float64Array(entries + 1)
    e[0] = 1
    weights.forEach((w, i) => {
      if (i !== without) for (let k = entries; k > 0; k--) e[k] = (e[k] ?? 0) + w * (e[k - 1] ?? 0)
    })
    return e
  }
  const whole = polynomial(-1)[entries] ?? 0
  return sum(shares.map((p, i) => (p * (weights[i] ?? 0) * (polynomial(i)[entries - 1] ?? 0)) / whole))
}

/** Hit ratio with a time to live from the fill, room for all. */
export const ttlHits = (shares: readonly number[], rate: number, ttl: number): number =>
  sum(shares.map((p) => (p * rate * p * ttl) / (1 + rate * p * ttl)))
