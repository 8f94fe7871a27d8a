import { describe, expect, it } from 'vitest'
import { confidenceInterval, type Interval } from '../base/statistics.ts'
import { type Distribution, exponential, fixed, hyperexponential, momentOf } from '../model/distribution.ts'
import type { Station } from '../model/resource.ts'
import type { RunStatistics } from '../result/statistics.ts'
import { Lab, playFor } from './simulation.test-support.ts'

/** 10 replications of 20 000 requests after 2 000; what they say about each, with 99.9 % confidence. */
function replicate(made: () => Lab, rate: number, of: (statistics: RunStatistics) => number): Interval {
  const samples = Array.from({ length: 10 }, (_, seed) => {
    const statistics = playFor(made().model(), 22_000 / rate, { seed: seed + 1, warmup: 2000 / rate })
    expect(statistics.violations).toEqual([])
    return of(statistics)
  })
  return confidenceInterval(samples, { level: 0.999 })
}

/** The interval holds the truth and is no wider than this share of it each way. */
function expectCover({ low, high, value }: Interval, truth: number, width: number): void {
  expect([truth, low, high].map((x) => x / truth)).toSatisfy(() => low <= truth && truth <= high)
  expect((high - value) / truth).toBeLessThan(width)
}

function queue(changes: Partial<Station>, rate: number, work: Distribution): () => Lab {
  return () => {
    const lab = new Lab()
    const station = lab.station(lab.group('s'), changes)
    lab.source(lab.flow('a', [lab.serve(station, work)]), { arrivals: { kind: 'poisson', rate } })
    return lab
  }
}

const responseTime = (flow: number) => (statistics: RunStatistics) => {
  const { sum, count } = statistics.flows[flow]!.responseTime
  return sum / count
}

describe('a queue against its closed form', () => {
  it('M/M/1 (Kleinrock 1, section 3.2): mean S/(1 - ρ)', () => {
    expectCover(replicate(queue({}, 70, exponential(0.01)), 70, responseTime(0)), 0.01 / 0.3, 0.1)
  })

  it('M/M/1: the 99th percentile is ln 100 times the mean', () => {
    const p99 = replicate(queue({}, 50, exponential(0.01)), 50, ({ flows }) => flows[0]!.responseTime.max)
    expect(p99.low).toBeGreaterThan(0.02 * Math.log(100))
  })

  it('M/M/4 (Erlang C): wait C/(cμ - λ)', () => {
    // Erlang C for 4 servers and 3 erlangs: 0.50943.
    const wait = replicate(queue({ servers: 4 }, 300, exponential(0.01)), 300, responseTime(0))
    expectCover(wait, 0.01 + 0.509434 / (400 - 300), 0.1)
  })

  it('M/G/1 (Pollaczek and Khinchine): wait λE[S²]/2(1 - ρ)', () => {
    for (const law of [fixed(0.01), hyperexponential(0.01, 1.5)]) {
      const wait = (60 * momentOf(law, 2)) / 2 / (1 - 0.6)
      expectCover(replicate(queue({}, 60, law), 60, responseTime(0)), 0.01 + wait, 0.15)
    }
  })

  it('M/G/1 under processor sharing: S/(1 - ρ) whatever the law', () => {
    for (const law of [fixed(0.01), hyperexponential(0.01, 2)]) {
      expectCover(replicate(queue({ discipline: 'ps' }, 60, law), 60, responseTime(0)), 0.01 / 0.4, 0.15)
    }
  })

  it('M/M/1 under lifo has the mean of fifo', () => {
    expectCover(replicate(queue({ discipline: 'lifo' }, 60, exponential(0.01)), 60, responseTime(0)), 0.01 / 0.4, 0.15)
  })

  it('M/M/1/K loses (1 - ρ)ρ^K/(1 - ρ^(K+1))', () => {
    const lost = replicate(queue({ waitingRoom: 3 }, 80, exponential(0.01)), 80, ({ flows }) => {
      return (flows[0]!.failed.rejected ?? 0) / flows[0]!.offered
    })
    expectCover(lost, (0.2 * 0.8 ** 4) / (1 - 0.8 ** 5), 0.1)
  })

  it('two classes by priority (Cobham): W₁ = R/(1 - ρ₁), W₂ = R/(1 - ρ₁)(1 - ρ)', () => {
    const made = (discipline: Station['discipline']) => () => {
      const lab = new Lab()
      const station = lab.station(lab.group('s'), { discipline })
      for (const priority of [1, 2]) {
        const flow = lab.flow(`class ${priority}`, [lab.serve(station, exponential(0.01), { priority })])
        lab.source(flow, { arrivals: { kind: 'poisson', rate: 35 } })
      }
      return lab
    }
    const residual = 0.7 * 0.01
    expectCover(replicate(made('priority'), 70, responseTime(0)), 0.01 + residual / 0.65, 0.1)
    expectCover(replicate(made('priority'), 70, responseTime(1)), 0.01 + residual / (0.65 * 0.3), 0.25)
    // Preemptive resume: the first class sees itself alone.
    expectCover(replicate(made('preemptive'), 70, responseTime(0)), 0.01 / 0.65, 0.1)
    expectCover(replicate(made('preemptive'), 70, responseTime(1)), 0.01 / 0.65 + residual / (0.65 * 0.3), 0.25)
  })

  it('M/M/1 with users in a circle (machine repair): throughput by the birth and death equations', () => {
    const made = () => {
      const lab = new Lab()
      const station = lab.station(lab.group('s'))
      const flow = lab.flow('a', [lab.serve(station, exponential(0.1))])
      lab.source(flow, { arrivals: { kind: 'closed', population: 5, thinkTime: exponential(1) } })
      return lab
    }
    // Weights of n at the station: 5!/(5 - n)! × 0.1^n.
    const weights = [1, 0.5, 0.2, 0.06, 0.012, 0.0012]
    const all = weights.reduce((a, b) => a + b)
    const throughput = replicate(made, 5, (statistics) => statistics.flows[0]!.good / statistics.measured)
    expectCover(throughput, 10 * (1 - 1 / all), 0.02)
  })

  it('Erlang A: of M/M/1 with impatience the balance equations', () => {
    const law = exponential(0.02)
    const made = queue({ patience: law }, 100, exponential(0.01))
    // Death rates 100 + 50 (n - 1).
    let [weight, total, lost] = [1, 1, 0]
    for (let n = 1; n < 200; n++) {
      weight *= 100 / (100 + 50 * (n - 1))
      total += weight
      lost += weight * 50 * (n - 1)
    }
    const share = replicate(made, 100, ({ flows }) => (flows[0]!.failed.abandoned ?? 0) / flows[0]!.offered)
    expectCover(share, lost / total / 100, 0.1)
  })
})
