// @data
import { asks, ideal, near, type Section, type TheoryCase, users, visit, within } from './case.ts'
import * as exact from './formulas.ts'

/** Calls nested `layers` deep, each tried so often; the last one fails. */
const layers = (attempts: number, depth: number): TheoryCase => {
  const nested = (layer: number): string =>
    layer === depth
      ? '{ call: bottom, do: [{ work: fixed(1 us) }, { fail: error }] }'
      : `{ call: s${layer}, ${layer === 0 ? 'policy: { retry: 0 }, ' : ''}do: [${nested(layer + 1)}] }`
  return {
    id: `${attempts} attempts at each of ${depth} layers`,
    source: 'm^k: Site Reliability Engineering, 2016, chapter 22; Brooker, Builders’ Library, 2019',
    requests: 300,
    design: ideal(
      users(10, 'arrivals: periodic'),
      [...Array.from({ length: depth }, (_, i) => `s${i}`), 'bottom']
        .map((name) => `${name}: { kind: station, servers: infinite }`)
        .join(', '),
      `policies: { default: { retry: ${attempts - 1} } }\n${asks(nested(0))}`,
    ),
    expected: { 'bottom.throughput': near(10 * attempts ** depth, 0.005), 'ask.error': within(1, 0.001) },
  }
}

const budget = (policy: string, growth: number): TheoryCase => ({
  id: `a backend that always fails: ${policy}`,
  source: 'Site Reliability Engineering, 2016, chapter 21',
  requests: 50_000,
  design: ideal(
    users(1000),
    's: { kind: station, servers: infinite }',
    asks(`{ call: s, policy: { retry: ${policy} }, do: [{ work: fixed(1 ms) }, { fail: error }] }`),
  ),
  expected: { 's.throughput': near(1000 * growth, 0.01), 'ask.attempts': near(growth, 0.005) },
})

const deadline = (
  rate: number,
  requests: number,
  policy: 'timeout' | 'deadline' = 'timeout',
  rel = 0.02,
): TheoryCase => ({
  id: `answers within a ${policy} of 200 ms at ${rate}/s; late work is done all the same`,
  source: 'M/M/1: lambda (1 - e^-(mu - lambda)t), Kleinrock 1975',
  requests,
  design: ideal(
    users(rate),
    's: { kind: station }',
    asks(`{ call: s, policy: { ${policy}: 200 ms }, do: [{ work: exp(10 ms) }] }`),
  ),
  expected: {
    'ask.goodput': near(rate * (1 - Math.exp(-(100 - rate) * 0.2)), rel),
    's.throughput': near(rate, 0.01),
  },
})

const bucket = (rate: number, refill: number, depth: number): TheoryCase => {
  const accepted = exact.tokenBucket(rate, refill, depth)
  return {
    id: `a token bucket of ${depth} at ${refill}/s, asked at ${rate}/s`,
    source: 'M/D/1 that refuses beyond a backlog; Berger 1991',
    requests: 250_000,
    design: ideal(
      users(rate),
      `s: { kind: service, size: { cpu: 64 }, limits: { rate: { per: ${refill}/s, burst: ${depth} } } }`,
      asks(visit('s', '1 us')),
    ),
    expected: { 'ask.success': near(accepted, 0.005), 'ask.goodput': near(rate * accepted, 0.01) },
  }
}

/** Whoever finds the one server busy comes again after an exponential time, for as long as it takes. */
const retrial = (rate: number, mean: number, pause: number): TheoryCase => {
  const load = rate * mean
  // Falin and Templeton: rho (rho + lambda / nu) / (1 - rho) requests are in orbit, with chances at rate 1 / pause each.
  const orbit = (load * (load + rate * pause)) / (1 - load)
  const tries = 60
  const round = (i: number): string =>
    `r${i}: { steps: [{ try: [${visit('s', `exp(${mean * 1000} ms)`)}], catch: [{ wait: exp(${pause * 1000} ms) }, { run: r${i + 1} }] }] }`
  return {
    id: `found busy, asked again after ${pause * 1000} ms on average, ${rate}/s`,
    source: 'M/M/1/1 with retrials: Falin and Templeton, Retrial Queues, 1997',
    requests: 500_000,
    design: ideal(
      users(rate),
      's: { kind: station, queue: 0 }',
      `fragments: { ${Array.from({ length: tries }, (_, i) => round(i)).join(', ')}, r${tries}: { steps: [${visit('s', `exp(${mean * 1000} ms)`)}] } }
${asks('{ run: r0 }')}`,
    ),
    expected: {
      'ask.mean': near(orbit / rate + mean, 0.02),
      's.utilization': near(load, 0.01),
      'ask.success': near(1, 0.0001),
    },
  }
}

const protectionCases: readonly TheoryCase[] = [
  retrial(70, 0.01, 0.02),
  retrial(50, 0.01, 0.02),
  layers(4, 3),
  layers(3, 5),
  layers(3, 3),
  budget('2', 3),
  budget('{ times: 2, budget: 10% }', 1.1),
  budget('{ times: 4, budget: 25% }', 1.25),
  {
    id: 'a backend that fails at times: attempts of a call',
    source: 'geometric: (1 - p^(n + 1))/(1 - p)',
    requests: 50_000,
    design: ideal(
      users(1000),
      's: { kind: station, servers: infinite }',
      asks('{ call: s, policy: { retry: 3 }, do: [{ work: fixed(1 ms) }, { fail: error, p: 30% }] }'),
    ),
    expected: {
      'ask.attempts': near((1 - 0.3 ** 4) / 0.7, 0.005),
      's.throughput': near((1000 * (1 - 0.3 ** 4)) / 0.7, 0.01),
      'ask.success': near(1 - 0.3 ** 4, 0.002),
    },
  },
  deadline(60, 100_000),
  deadline(80, 150_000),
  deadline(80, 150_000, 'deadline'),
  deadline(90, 800_000),
  deadline(95, 3_000_000, 'timeout', 0.04),
  bucket(120, 100, 20),
  bucket(90, 100, 5),
  bucket(50, 40, 1),
  {
    id: 'a limit of 25 at a time without a queue',
    source: 'Erlang 1917',
    requests: 400_000,
    design: ideal(
      users(200),
      's: { kind: service, size: { cpu: 64 }, limits: { concurrency: 25, queue: 0 } }',
      asks('{ call: s, do: [{ wait: fixed(100 ms) }] }'),
    ),
    expected: { 'ask.rejected': near(exact.erlangB(25, 20), 0.02) },
  },
]

export const protectionSection: Section = { title: 'Retries, deadlines and limits', cases: protectionCases }
