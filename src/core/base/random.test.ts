import { describe, expect, it } from 'vitest'
import { incompleteGamma, normalCdf } from './math.ts'
import { createStream, hashText, mix, RandomStream } from './random.ts'

/** xoshiro128** as its authors wrote it, in whole numbers of any size. */
function* published(state: bigint[]): Generator<number> {
  const word = 0xffffffffn
  const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & word
  let [a = 0n, b = 0n, c = 0n, d = 0n] = state
  for (;;) {
    yield Number((rotate((b * 5n) & word, 7n) * 9n) & word)
    const t = (b << 9n) & word
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11n)
  }
}

/** Kolmogorov and Smirnov's distance times sqrt(n); below 1.95 with probability 0.999. */
function distance(samples: number[], cdf: (x: number) => number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  let most = 0
  sorted.forEach((x, i) => {
    const p = cdf(x)
    most = Math.max(most, p - i / sorted.length, (i + 1) / sorted.length - p)
  })
  return most * Math.sqrt(sorted.length)
}

const drawn = (count: number, f: () => number): number[] => Array.from({ length: count }, f)

describe('the generator', () => {
  it('is xoshiro128** over more than one block', () => {
    const stream = new RandomStream(1, 2, 3, 4)
    const reference = published([1n, 2n, 3n, 4n])
    const first = drawn(3, () => stream.uint32())
    // The vector that the authors' code gives for the state 1, 2, 3, 4.
    expect(first).toEqual([11520, 0, 5927040])
    for (let i = 0; i < 3; i++) reference.next()
    for (let i = 3; i < 2000; i++) expect(stream.uint32()).toBe(reference.next().value)
  })
  it('does not stand still from a state of zeros', () => {
    const stream = new RandomStream(0, 0, 0, 0)
    expect(new Set(drawn(100, () => stream.uint32())).size).toBeGreaterThan(90)
  })
  it('stays inside its intervals', () => {
    const stream = createStream(1, 'bounds')
    const uniform = drawn(100_000, () => stream.uniform())
    expect(uniform.every((u) => u >= 0 && u < 1)).toBe(true)
    const open = drawn(100_000, () => stream.uniformOpen())
    expect(open.every((u) => u > 0 && u < 1)).toBe(true)
  })
})

describe('streams', () => {
  it('give the same draws for the same seed and name, and others for another', () => {
    const of = (seed: number | string, name: string): number[] => {
      const stream = createStream(seed, name)
      return drawn(50, () => stream.uint32())
    }
    expect(of(1, 'api cpu')).toEqual(of(1, 'api cpu'))
    expect(of('1', 'api cpu')).toEqual(of(1, 'api cpu'))
    for (const other of [of(2, 'api cpu'), of(1, 'api cpv'), of(1, 'api cp'), of(1, '')])
      expect(other.filter((word) => of(1, 'api cpu').includes(word))).toEqual([])
  })
  it('are not correlated, not even when name or seed differ by one', () => {
    const names = Array.from({ length: 40 }, (_, i) => [createStream(1, `s${i}`), createStream(i, 's')]).flat()
    const n = 20_000
    const series = names.map((stream) => drawn(n, () => stream.uniform() - 0.5))
    let most = 0
    for (let i = 0; i < series.length; i++) {
      for (let j = 0; j < i; j++) {
        const sum = (series[i] ?? []).reduce((total, x, k) => total + x * (series[j]?.[k] ?? 0), 0)
        most = Math.max(most, Math.abs((sum / n) * 12 * Math.sqrt(n)))
      }
    }
    // 3 160 pairs: the largest of so many normal numbers is below 5 with probability 0.998.
    expect(most).toBeLessThan(5)
  })
  it('are hashed with full avalanche', () => {
    for (let bit = 0; bit < 32; bit++) {
      let changed = 0
      for (let i = 0; i < 2000; i++) {
        const difference = (mix(i * 7919) ^ mix((i * 7919) ^ (1 << bit))) >>> 0
        changed += difference.toString(2).replaceAll('0', '').length
      }
      expect(Math.abs(changed / 2000 - 16)).toBeLessThan(0.5)
    }
    expect(hashText('ab')).not.toBe(hashText('ba'))
  })
})

describe('draws', () => {
  const count = 200_000
  const stream = createStream(1, 'draws')
  it('are uniform', () => {
    expect(
      distance(
        drawn(count, () => stream.uniform()),
        (x) => x,
      ),
    ).toBeLessThan(1.95)
    expect(
      distance(
        drawn(count, () => stream.uniformOpen()),
        (x) => x,
      ),
    ).toBeLessThan(1.95)
  })
  it('are exponential, also in the tail beyond the base layer', () => {
    const samples = drawn(2_000_000, () => stream.exponential())
    expect(distance(samples.slice(0, count), (x) => 1 - Math.exp(-x))).toBeLessThan(1.95)
    const tail = samples.filter((x) => x > 7.69711747013105)
    const expected = samples.length * Math.exp(-7.69711747013105)
    expect(Math.abs(tail.length - expected)).toBeLessThan(3.3 * Math.sqrt(expected))
    expect(distance(tail, (x) => 1 - Math.exp(7.69711747013105 - x))).toBeLessThan(1.95)
    const second = samples.reduce((sum, x) => sum + x * x, 0) / samples.length
    // The square has variance 20.
    expect(Math.abs(second - 2)).toBeLessThan(3.3 * Math.sqrt(20 / samples.length))
  })
  it('are normal, also in the tails', () => {
    const samples = drawn(2_000_000, () => stream.normal())
    expect(distance(samples.slice(0, count), normalCdf)).toBeLessThan(1.95)
    const moment = (k: number): number => samples.reduce((sum, x) => sum + x ** k, 0) / samples.length
    const within = (variance: number): number => 3.3 * Math.sqrt(variance / samples.length)
    expect(Math.abs(moment(1))).toBeLessThan(within(1))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(within(2))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(within(96))
    const tail = samples.filter((x) => Math.abs(x) > 3.6541528853610088).map(Math.abs)
    const mass = 2 * normalCdf(-3.6541528853610088)
    expect(Math.abs(tail.length - mass * samples.length)).toBeLessThan(3.3 * Math.sqrt(mass * samples.length))
    expect(distance(tail, (x) => 1 - (2 * normalCdf(-x)) / mass)).toBeLessThan(1.95)
  })
  it('are normal beyond the base layer', () => {
    const tail = drawn(100_000, () => (stream as unknown as { normalTail(): number }).normalTail())
    const r = 3.6541528853610088
    expect(distance(tail, (x) => 1 - normalCdf(-x) / normalCdf(-r))).toBeLessThan(1.95)
  })
  it.each([0.3, 0.9, 1, 2.5, 40])('are gamma with shape %d', (shape) => {
    expect(
      distance(
        drawn(50_000, () => stream.gamma(shape)),
        (x) => incompleteGamma(shape, x).p,
      ),
    ).toBeLessThan(1.95)
  })
  it('are whole numbers below n, each as often', () => {
    const counts = Array.from({ length: 7 }, () => 0)
    for (let i = 0; i < 70_000; i++) {
      const at = stream.below(7)
      counts[at] = (counts[at] ?? 0) + 1
    }
    // 99.9 % of chi-square with 6 degrees of freedom
    expect(counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.46)
    const large = drawn(50_000, () => stream.below(1e12))
    expect(distance(large, (x) => x / 1e12)).toBeLessThan(1.95)
    expect(large.filter((x) => x % 2 === 0).length).toBeGreaterThan(24_500)
  })
})
