import { describe, expect, it } from 'vitest'
import { type PoolChainAnswer, type PoolChainLoad, solvePoolChain } from './pool-chain.ts'

/** A load; `servers` at the center with so long a service each. */
const pool = (rate: number, slots: number, delay: number, servers: number, serviceTime: number): PoolChainLoad => ({
  rate,
  slots,
  waitingRoom: Infinity,
  delay,
  leave: Float64Array.from({ length: slots + 1 }, (_, n) => Math.min(n, servers) / serviceTime),
})

function solved(load: PoolChainLoad): PoolChainAnswer {
  const answer = solvePoolChain(load)
  if (answer === null) throw new Error('no answer')
  return answer
}

const near = (actual: number, expected: number, relative = 1e-6): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected) + 1e-13)

/** The chain up to `levels` requests, state by state, by elimination within its band. */
function bruteForce({ rate, slots, delay, leave }: PoolChainLoad, levels: number) {
  const width = slots + 1
  const band = width + 1
  const states = (levels + 1) * width
  const rows = new Float64Array(states * (2 * band + 1))
  const at = (i: number, j: number): number => i * (2 * band + 1) + j - i + band
  for (let n = 0; n <= levels; n++) {
    const holders = Math.min(n, slots)
    for (let j = 0; j <= holders; j++) {
      const state = n * width + j
      if (n < levels) rows[at(state, state + width)] = rate
      if (j < holders) rows[at(state, state + 1)] = (holders - j) / delay
      if (j > 0) rows[at(state, state - width - 1)] = leave[j] ?? 0
    }
  }
  for (let k = states - 1; k > 0; k--) {
    const low = Math.max(0, k - band)
    let out = 0
    for (let j = low; j < k; j++) out += rows[at(k, j)] ?? 0
    for (let i = low; i < k; i++) {
      const share = out > 0 ? (rows[at(i, k)] ?? 0) / out : 0
      rows[at(i, k)] = share
      for (let j = low; j < k; j++) rows[at(i, j)] = (rows[at(i, j)] ?? 0) + share * (rows[at(k, j)] ?? 0)
    }
  }
  const masses = new Float64Array(states)
  masses[0] = 1
  for (let k = 1; k < states; k++)
    for (let i = Math.max(0, k - band); i < k; i++)
      masses[k] = (masses[k] ?? 0) + (masses[i] ?? 0) * (rows[at(i, k)] ?? 0)
  const whole = masses.reduce((sum, mass) => sum + mass, 0)
  const held = new Float64Array(width)
  const seen = new Float64Array(slots)
  let [heldMean, queueLength] = [0, 0]
  for (const [state, mass] of masses.entries()) {
    const n = Math.floor(state / width)
    const j = state % width
    const k = Math.min(n, slots)
    held[k] = (held[k] ?? 0) + mass / whole
    heldMean += (k * mass) / whole
    queueLength += ((n - k) * mass) / whole
    if (j < k) seen[j] = (seen[j] ?? 0) + mass * (k - j)
  }
  const arrivals = seen.reduce((sum, flow) => sum + flow, 0)
  return { held, heldMean, queueLength, seen: seen.map((flow) => flow / arrivals) }
}

function agrees(load: PoolChainLoad, levels: number): void {
  const exact = bruteForce(load, levels)
  const answer = solved(load)
  near(answer.heldMean, exact.heldMean, 1e-9)
  near(answer.queueLength, exact.queueLength, 1e-8)
  near(answer.waitMean, exact.queueLength / load.rate, 1e-8)
  for (const [k, share] of exact.held.entries()) near(answer.held[k] ?? 0, share, 1e-7)
  for (const [j, share] of exact.seen.entries()) near(answer.seen[j] ?? 0, share, 1e-7)
  near(
    answer.entered.reduce((sum, share) => sum + share, 0),
    1,
    1e-12,
  )
}

const five = pool(60, 5, 0.04, 1, 0.01)

/** Mean and second moment of a tail, by Simpson's rule up to `end`. */
function integrals(tail: (t: number) => number, end: number): { readonly mean: number; readonly square: number } {
  const cells = 4000
  let [mean, square] = [0, 0]
  for (let i = 0; i <= cells; i++) {
    const t = (end * i) / cells
    const weight = ((i === 0 || i === cells ? 1 : i % 2 === 1 ? 4 : 2) * end) / cells / 3
    mean += weight * tail(t)
    square += weight * 2 * t * tail(t)
  }
  return { mean, square }
}

describe('a pool held over a delay and a center', () => {
  it('is answered as the fidelity case A-thread-pool-5', () => {
    const answer = solved(five)
    near(answer.waitMean + answer.heldMean / 60, 0.075992016)
    near(answer.waitMean, 0.016760241)
    near(answer.heldMean, 3.5539065)
  })

  it('is the chain solved state by state', () => {
    agrees(five, 250)
    agrees(pool(755, 8, 0.002, 4, 0.005), 1200)
    agrees(pool(12, 1, 0.03, 1, 0.02), 120)
    agrees(pool(300, 20, 0.02, 8, 0.02), 200)
    agrees(
      { ...pool(200, 12, 0.01, 1, 1), leave: Float64Array.from({ length: 13 }, (_, n) => (50 * n) / (1 + n / 9)) },
      400,
    )
  })

  it('has waits of one slot as the queue M/G/1', () => {
    const [first, second] = [0.05, 2 * (0.03 ** 2 + 0.02 ** 2 + 0.03 * 0.02)]
    const answer = solved(pool(12, 1, 0.03, 1, 0.02))
    near(answer.waitMean, (12 * second) / (2 * (1 - 12 * first)), 1e-10)
    const third = 6 * (0.03 ** 3 + 0.03 ** 2 * 0.02 + 0.03 * 0.02 ** 2 + 0.02 ** 3)
    near(answer.wait.variance, answer.waitMean ** 2 + (12 * third) / (3 * (1 - 12 * first)), 1e-9)
  })

  it('has a law of the wait that belongs to its moments', () => {
    for (const load of [five, pool(72, 5, 0.04, 1, 0.01), pool(170, 16, 0.03, 2, 0.01)]) {
      const { wait, held } = solved(load)
      const { mean, square } = integrals((t) => wait.tail(t), 4)
      near(mean, wait.mean, 1e-6)
      near(square - mean * mean, wait.variance, 1e-5)
      near(wait.tail(0), held[load.slots] ?? 0, 1e-10)
      expect(wait.isExact).toBe(true)
    }
  })

  it('is M/M/c after a delay where slots abound', () => {
    const answer = solved(pool(90, 30, 0.02, 3, 0.02))
    // Erlang C of 1.8 at 3 servers.
    const waits = 1.8 ** 3 / 6 / 0.4 / (1 + 1.8 + 1.8 ** 2 / 2 + 1.8 ** 3 / 6 / 0.4)
    near(answer.heldMean / 90, 0.04 + waits / 60, 1e-6)
    near(
      answer.seen.slice(3).reduce((sum, share) => sum + share, 0),
      waits,
      1e-6,
    )
  })

  it('has no wait where slots are hardly ever held', () => {
    for (const rate of [1e-3, 0.01, 1]) {
      const answer = solved(pool(rate, 20, 0.04, 1, 0.01))
      near(answer.heldMean, rate * (0.04 + 0.01 / (1 - rate * 0.01)), 1e-9)
      expect(answer.wait.tail(0)).toBe(0)
    }
  })

  it('is left to others where the queue has no end, or its room is ever full', () => {
    expect(solvePoolChain({ ...five, rate: 80.1 })).toBe(null)
    expect(solvePoolChain({ ...five, rate: 80.09 })).not.toBe(null)
    expect(solvePoolChain({ ...five, waitingRoom: 20 })).toBe(null)
    near(solvePoolChain({ ...five, waitingRoom: 200 })?.waitMean ?? 0, 0.016760241)
  })
})
