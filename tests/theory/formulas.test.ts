import { describe, expect, it } from 'vitest'
import * as exact from './formulas.ts'

/** What others have published or computed, to the digits given. */
describe('the formulas agree with published figures', () => {
  const mixture = (t: number): number => 0.98 * Math.exp(-t / 0.005) + 0.02 * Math.exp(-t / 0.1)
  const skewed = exact.mixture([
    { share: 0.4, rate: 20 },
    { share: 0.6, rate: 60 },
  ])
  it.each([
    ['Erlang B, 25 servers, 20 erlang', exact.erlangB(25, 20), 0.050221778],
    ['Erlang C, 4 servers, 3.4 erlang', exact.erlangC(4, 3.4), 0.68931622],
    ['p99 of M/M/4', exact.mmc({ rate: 340, mean: 0.01, servers: 4 }).quantile(0.99), 0.085593882],
    ['rejected by M/M/2/10', exact.mmck({ rate: 190, mean: 0.01, servers: 2, places: 10 }).rejected, 0.073699788],
    ['10 users on 2 machines', exact.finiteSource({ users: 10, think: 5, mean: 1, servers: 2 }).throughput, 1.5192557],
    ['Erlang A', exact.erlangA({ rate: 48, mean: 1, servers: 50, patience: 2 }).abandoned, 0.030912249],
    ['p99 of M/D/1', exact.md1Quantile(80, 0.01, 0.99), 0.11355887],
    ['E4/M/1', exact.gim1Response(1, exact.erlangTransform(4, 0.85)), 4.3042031],
    ['a longest wait', exact.longestWait(90, 0.01, 0.05).wait, 0.017877032],
    ['breakdowns', exact.breakdowns(50, 0.01, { up: 60, down: 5 }), 0.8627972],
    ['20 users of a processor and two disks', exact.meanValues([0.605, 2.1, 1.35], 15, 20).response, 27.148181],
    ['95 of 100 leaves', exact.orderStatistic(100, 95, 0.01).quantile(0.99), 0.040092251],
    ['two choices at 90 %', exact.shortestOf(0.9, 1, 2), 2.6140574],
    ['three choices at 70 %', exact.shortestOf(0.7, 1, 3), 1.3568422],
    ['p99 with a second copy', exact.hedged(mixture, 0.016937653, 0.99), 0.022184828],
    ['a token bucket of 20', exact.tokenBucket(120, 100, 20), 0.83323733],
    ['batches of up to 20', exact.batches(1000, 20, 0.01).wait, 0.0054458655],
    [
      'share that waits for E4/M/3',
      exact.gimc({ mean: 1, servers: 3 }, exact.erlangTransform(4, 2.4)).waits,
      0.52461153,
    ],
    ['wait for E4/M/3', exact.gimc({ mean: 1, servers: 3 }, exact.erlangTransform(4, 2.4)).wait, 0.57136904],
    ['wait for M/M/4 as GI/M/4', exact.gimc({ mean: 1, servers: 4 }, exact.erlangTransform(1, 3.4)).wait, 1.1488604],
    ['p99.9 of three stages', exact.hypoexponential([20, 70, 140])(0.999), 0.36991891],
    ['p99.9 of skewed shards', skewed(0.999), 0.2995737],
    ['LRU, exact', exact.lruHitsExact(exact.zipf(100, 1.2), 20), 0.69848492],
    ['LRU', exact.lruHits(exact.zipf(1000, 0.8), 100), 0.37779022],
    ['FIFO', exact.fifoHits(exact.zipf(100, 1.2), 20), 0.63547328],
    ['time to live', exact.ttlHits(exact.zipf(10_000, 0.9), 500, 60), 0.82567854],
  ])('%s', (_, computed, published) => {
    expect(Math.abs(computed / published - 1)).toBeLessThan(1e-5)
  })
})
