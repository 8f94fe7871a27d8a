import { describe, expect, it } from 'vitest'
import { lognormal } from '../model/distribution.ts'
import {
  constant,
  eachMass,
  expectation,
  exponentialMixture,
  fromTail,
  hedged,
  kthOf,
  latest,
  lawOf,
  mixture,
  quantile,
  scaledLaw,
  shifted,
  slowShares,
  sum,
  sumOf,
  upTo,
  zero,
  type Law,
} from './law.ts'

const exponential = (mean: number): Law => exponentialMixture(0, [{ share: 1, rate: 1 / mean }])
const erlang = (shape: number, mean: number): Law => lawOf({ law: 'erlang', shape, mean })
/** The same law with its closed form hidden, so that sums of it need the grid. */
const onGrid = (law: Law): Law => fromTail(law.tail, { mean: law.mean, variance: law.variance, isExact: true })
const times = (n: number, law: Law): readonly Law[] => Array.from({ length: n }, () => law)
const near = (value: number, exact: number, relative = 1e-6): void =>
  expect(Math.abs(value / exact - 1), `${value} against ${exact}`).toBeLessThan(relative)

/** Milliseconds at p50, p90, p95, p99, p99.9. */
function nearAll(law: Law, exact: Readonly<Record<string, number>>, relative = 1e-6): void {
  for (const [name, value] of Object.entries(exact)) {
    near(1000 * quantile(law, Number(name.slice(1).replace('_', '.')) / 100), value, relative)
  }
}

describe('closed forms', () => {
  it('three M/M/1 stages: percentiles of the hypoexponential law (Burke 1956, Reich 1957)', () => {
    const law = sumOf([20, 70, 140].map((rate) => exponential(1 / rate)))
    expect(law.isExact).toBe(true)
    near(law.mean, 0.071428571, 1e-8)
    nearAll(law, { p50: 57.814705, p90: 139.63766, p95: 174.31374, p99: 254.78958, p99_9: 369.91891 })
  })

  it('two of three exponential replies (David and Nagaraja 2003)', () => {
    const replies = times(3, exponential(0.01))
    near(kthOf(replies, 1).mean, 0.0033333333333)
    near(kthOf(replies, 2).mean, 0.0083333333333)
    near(kthOf(replies, 2).variance, 1e-4 * (1 / 9 + 1 / 4))
    near(latest(replies).mean, 0.018333333333)
    nearAll(kthOf(replies, 1), { p50: 2.3104906, p99: 15.350567, p99_9: 23.025851 })
    nearAll(kthOf(replies, 2), { p50: 6.9314718, p90: 16.30661, p95: 19.998886, p99: 28.31861, p99_9: 39.970226 })
    nearAll(kthOf(replies, 3), { p50: 15.784264, p99: 57.004361, p99_9: 80.060341 })
  })

  it('a quorum of laws that are equal but not the same object is the same', () => {
    const apart = kthOf([exponential(0.01), exponential(0.01), exponential(0.01)], 2)
    nearAll(apart, { p50: 6.9314718, p99: 28.31861, p99_9: 39.970226 })
  })

  it('fan-out to 100 leaves, all of them or 95', () => {
    const leaves = times(100, exponential(0.01))
    near(latest(leaves).mean, 0.051873775)
    near(kthOf(leaves, 95).mean, 0.029040442)
    nearAll(latest(leaves), { p50: 49.751468, p99: 92.053697, p99_9: 115.1243 })
    nearAll(kthOf(leaves, 95), { p50: 28.733019, p90: 34.477486, p99: 40.092251, p99_9: 44.835996 })
  })

  it('hedged requests after p95 (Dean and Barroso 2013)', () => {
    const parts = [
      { share: 0.98, rate: 200 },
      { share: 0.02, rate: 10 },
    ]
    const leaf = exponentialMixture(0, parts)
    const after = quantile(leaf, 0.95)
    near(after, 0.016937653)
    const law = hedged(leaf, leaf, after)
    nearAll(law, { p50: 3.5615483, p90: 12.38411, p99: 22.184828, p99_9: 32.307552 })
    near(1000 * quantile(latest(times(100, law)), 0.99), 77.560347)
    near(1000 * quantile(latest(times(100, leaf)), 0.99), 529.33467)
  })

  it('an exponential given that it is below a limit', () => {
    const { share, law } = upTo(exponential(0.01), 0.02)
    near(share, 1 - Math.exp(-2), 1e-12)
    near(law.mean, 0.01 - (0.02 * Math.exp(-2)) / (1 - Math.exp(-2)), 1e-8)
    near(quantile(law, 0.5), -0.01 * Math.log(1 - 0.5 * share), 1e-9)
    expect(law.tail(0.02)).toBe(0)
  })

  it('equal stages become an Erlang law', () => {
    const law = sumOf(times(30, exponential(0.01)))
    expect(law.isExact).toBe(true)
    nearAll(law, Object.fromEntries([50, 99].map((p) => [`p${p}`, 1000 * quantile(erlang(30, 0.3), p / 100)])), 1e-9)
  })

  it('waits with an atom, and a fixed time', () => {
    // M/M/1 at 80 %: wait + service is exponential with rate mu - lambda.
    const wait = exponentialMixture(0.2, [{ share: 0.8, rate: 20 }])
    const law = shifted(sum(wait, exponential(0.01)), 0.005)
    expect(law.isExact).toBe(true)
    for (const t of [0.006, 0.05, 0.4]) near(law.tail(t), Math.exp(-20 * (t - 0.005)), 1e-9)
    expect(law.tail(0.004)).toBe(1)
  })

  it('a few fixed times keep their places in sums', () => {
    const either = mixture([
      { share: 9, law: constant(0.001) },
      { share: 1, law: constant(0.02) },
    ])
    const law = sumOf(times(3, either))
    near(law.tail(0.0219), 1 - 0.9 ** 3, 1e-12)
    near(law.tail(0.0221), 3 * 0.01 * 0.9 + 0.001, 1e-12)
    near(sum(either, exponential(0.001)).tail(0.021), 0.9 * Math.exp(-20) + 0.1 * Math.exp(-1), 1e-9)
  })

  it('infinite moments stay infinite, and the earliest of three is finite again', () => {
    const heavy = lawOf({ law: 'pareto', low: 0.001, high: Infinity, shape: 0.9 })
    expect(heavy.mean).toBe(Infinity)
    near(kthOf(times(3, heavy), 1).mean, (0.001 * 2.7) / 1.7)
    near(quantile(heavy, 0.999), 0.001 * 1000 ** (1 / 0.9))
  })

  it('nothing, and all', () => {
    expect(quantile(sumOf([]), 0.99)).toBe(0)
    expect(sum(zero, constant(0.01)).mean).toBe(0.01)
    expect(upTo(exponential(0.01), 0).share).toBe(0)
    expect(upTo(exponential(0.01), Infinity).share).toBe(1)
    expect(scaledLaw(exponential(0.01), 0)).toBe(zero)
    expect(quantile(latest([constant(0.02), constant(0.01)]), 0.5)).toBe(0.02)
  })
})

/** Quantiles of the sum of n laws on a fine lattice of `cells` steps up to `top`. */
function latticeQuantiles(law: Law, n: number, { cells, top }: { cells: number; top: number }) {
  const step = top / cells
  const masses = Array.from(
    { length: cells },
    (_, i) => law.tail(Math.max(0, i - 0.5) * step) - law.tail((i + 0.5) * step),
  )
  let all = masses
  for (let m = 1; m < n; m++) {
    const next = Array.from({ length: cells }, () => 0)
    for (let i = 0; i < cells; i++) for (let j = 0; i + j < cells; j++) next[i + j]! += all[i]! * masses[j]!
    all = next
  }
  return (q: number): number => {
    let below = 0
    let i = 0
    while (below + all[i]! < q) below += all[i++]!
    return (i - 0.5 + (q - below) / all[i]!) * step
  }
}

describe('sums on the grid', () => {
  it('ten exponentials make an Erlang law within 0.05 %', () => {
    const law = sumOf(times(10, onGrid(exponential(0.01))))
    expect(law.isExact).toBe(false)
    for (const q of [0.01, 0.5, 0.9, 0.99, 0.999]) near(quantile(law, q), quantile(erlang(10, 0.1), q), 5e-4)
  })

  it('thirty and a hundred sums do not broaden', () => {
    for (const n of [30, 100]) {
      const law = sumOf(times(n, onGrid(exponential(0.01))))
      const mean = expectation(law, (t) => t)
      near(mean, n * 0.01, 1e-5)
      near(
        expectation(law, (t) => (t - mean) ** 2),
        n * 1e-4,
        1e-4,
      )
      near(law.variance, n * 1e-4, 1e-9)
      for (const q of [0.5, 0.99, 0.999]) near(quantile(law, q), quantile(erlang(n, n * 0.01), q), 3e-3)
    }
  })

  it.each([
    [1, 2, 12],
    [0.3, 4, 3],
    [0.1, 3, 2],
  ])('log-normal laws of variation %d, %d of them, against a fine lattice', (cv, n, width) => {
    const one = lawOf(lognormal(0.01, cv))
    const exact = latticeQuantiles(one, n, { cells: 3000, top: n * 0.01 * width })
    const law = sumOf(times(n, one))
    for (const q of [0.5, 0.9, 0.99, 0.999]) near(quantile(law, q), exact(q), 2e-3)
  })

  it('reads a hundred unequal stages within 0.3 %, and says that this is no closed form', () => {
    const unequal = Array.from({ length: 100 }, (_, i) => onGrid(erlang(1 + (i % 3), 0.01 * (1 + (i % 3)))))
    const law = sumOf(unequal)
    // 34 of one stage, 33 of two, 33 of three: 199 stages of 10 ms.
    for (const q of [0.01, 0.5, 0.99, 0.999]) near(quantile(law, q), quantile(erlang(199, 1.99), q), 3e-3)
    expect(law.isExact).toBe(false)
  })

  it('scale, shift and mixture keep mean and variance', () => {
    const law = sum(lawOf(lognormal(0.01, 1)), exponential(0.02))
    const moved = shifted(scaledLaw(law, 3), 0.01)
    const mixed = mixture([
      { share: 0.25, law: moved },
      { share: 0.75, law: constant(0.001) },
    ])
    near(mixed.mean, 0.25 * 0.1 + 0.00075, 1e-12)
    const mean = expectation(mixed, (t) => t)
    near(mean, mixed.mean, 1e-5)
    near(
      expectation(mixed, (t) => (t - mean) ** 2),
      mixed.variance,
      1e-5,
    )
  })

  it('puts masses with the right quantiles', () => {
    for (const law of [sum(lawOf(lognormal(0.01, 1)), exponential(0.02)), kthOf(times(3, exponential(0.01)), 2)]) {
      const points: [number, number][] = []
      eachMass(law, (t, mass) => points.push([t, mass]))
      near(
        points.reduce((total, [, mass]) => total + mass, 0),
        1,
        1e-9,
      )
      for (const q of [0.1, 0.5, 0.99, 0.999]) {
        let below = 0
        const place = points.find(([, mass]) => (below += mass) >= q)
        near(place?.[0] ?? 0, quantile(law, q), 2e-3)
      }
    }
  })
})

describe('where the time of slow requests goes', () => {
  it('agrees with the integral for two exponentials', () => {
    const [a, b, from] = [100, 50, 0.1]
    const { total, parts } = slowShares([exponential(1 / a), exponential(1 / b)], from)
    near(total, (a * Math.exp(-b * from) - b * Math.exp(-a * from)) / (a - b), 1e-4)
    // E[A ; A + B > q] = integral of t a e^-at e^-b(q-t) up to q, and (q + 1/a) e^-aq beyond.
    const part = (own: number, other: number): number => {
      const gap = own - other
      const inner = (1 - (1 + gap * from) * Math.exp(-gap * from)) / (gap * gap)
      return own * Math.exp(-other * from) * inner + (from + 1 / own) * Math.exp(-own * from)
    }
    near(parts[0] ?? 0, part(a, b), 5e-4)
    near(parts[1] ?? 0, part(b, a), 5e-4)
  })

  it('gives a fixed time to every slow request, and adds up to the mean of the slow', () => {
    const random = [lawOf(lognormal(0.01, 1)), exponential(0.02), shifted(exponential(0.005), 0.001)]
    const { total, parts } = slowShares([...random, constant(0.004)], 0.1)
    near(parts[3] ?? 0, 0.004 * total, 1e-12)
    const whole = sumOf([...random, constant(0.004)])
    near(total, whole.tail(0.1), 1e-3)
    const slow = whole.mean - upTo(whole, 0.1).share * upTo(whole, 0.1).law.mean
    near(
      parts.reduce((all, x) => all + x, 0),
      slow,
      5e-3,
    )
  })
})
