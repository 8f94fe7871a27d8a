import { describe, expect, it } from 'vitest'
import { birthDeath, priorities, preemptive } from '../../../tests/theory/formulas.ts'
import { exponential, fixed, lognormal, type Distribution } from '../model/distribution.ts'
import { lawOf } from './law.ts'
import { solveStation, type StationLoad } from './station.ts'

type Visit = readonly [rate: number, work: Distribution, priority?: number]

const plain: StationLoad['station'] = {
  servers: 1,
  discipline: 'fifo',
  waitingRoom: Infinity,
  whenFull: 'reject',
  patience: null,
  outages: null,
}

function solved(
  visits: readonly Visit[],
  station: Partial<StationLoad['station']> = {},
  arrivals: Partial<Omit<StationLoad, 'station' | 'classes'>> = {},
) {
  const classes = visits.map(([rate, work, priority = 1]) => {
    return { rate, work: lawOf(work), distribution: work, priority }
  })
  return solveStation({
    station: { ...plain, ...station },
    classes,
    arrivalScv: 1,
    transform: null,
    batch: 1,
    ...arrivals,
  })
}

function near(actual: number, expected: number, error = 1e-6): void {
  expect(Math.abs(actual - expected), `${actual} for ${expected}`).toBeLessThan(error * Math.abs(expected) + 1e-12)
}

/** Stationary law of a chain by elimination (Grassmann, Taksar, Heyman 1985), or by rounds where it is large. */
function stationary(
  size: number,
  moves: (state: number) => readonly (readonly [to: number, rate: number])[],
): number[] {
  if (size > 700) return byRounds(size, moves)
  const q = Array.from({ length: size }, () => new Float64Array(size))
  for (let s = 0; s < size; s++) for (const [to, rate] of moves(s)) (q[s] as Float64Array)[to] = rate
  for (let n = size - 1; n > 0; n--) {
    const row = q[n] as Float64Array
    let out = 0
    for (let j = 0; j < n; j++) out += row[j] ?? 0
    for (let i = 0; i < n; i++) {
      const from = q[i] as Float64Array
      const share = (from[n] ?? 0) / out
      from[n] = share
      if (share > 0) for (let j = 0; j < n; j++) from[j] = (from[j] ?? 0) + share * (row[j] ?? 0)
    }
  }
  const p = [1]
  for (let n = 1; n < size; n++) p.push(p.reduce((sum, x, i) => sum + x * (q[i]?.[n] ?? 0), 0))
  const all = p.reduce((sum, x) => sum + x, 0)
  return p.map((x) => x / all)
}

function byRounds(size: number, moves: (state: number) => readonly (readonly [to: number, rate: number])[]): number[] {
  const into: [number, number][][] = Array.from({ length: size }, () => [])
  const out = Array.from({ length: size }, () => 0)
  for (let s = 0; s < size; s++) {
    for (const [to, rate] of moves(s)) {
      into[to]?.push([s, rate])
      out[s] = (out[s] ?? 0) + rate
    }
  }
  const p = Array.from({ length: size }, () => 1 / size)
  for (let round = 0, moved = 1; round < 20_000 && moved > 1e-13; round++) {
    moved = 0
    for (let s = 0; s < size; s++) {
      const next = (into[s] ?? []).reduce((sum, [from, rate]) => sum + (p[from] ?? 0) * rate, 0) / (out[s] ?? 1)
      moved = Math.max(moved, Math.abs(next - (p[s] ?? 0)))
      p[s] = next
    }
    const all = p.reduce((sum, x) => sum + x, 0)
    for (let s = 0; s < size; s++) p[s] = (p[s] ?? 0) / all
  }
  return p
}

const meanOver = (p: readonly number[], f: (state: number) => number): number =>
  p.reduce((sum, x, state) => sum + x * f(state), 0)

describe('stations, against chains solved by numbers', () => {
  it('M/M/2 with exponential patience and a room of 5', () => {
    const chain = birthDeath(
      7,
      () => 2.2,
      (n) => Math.min(n, 2) + Math.max(0, n - 2) / 2,
    )
    const queue = meanOver(chain, (n) => Math.max(0, n - 2))
    const { rejected, abandoned, queueLength, method } = solved([[2.2, exponential(1)]], {
      servers: 2,
      waitingRoom: 5,
      patience: exponential(2),
    })
    near(rejected, chain[7] ?? 0)
    near(queueLength, queue)
    near(abandoned, queue / 2 / 2.2)
    expect(method).toEqual({ kind: 'exact' })
  })

  it('M/H2/1 with a room of 6', () => {
    // State: 0 = empty; 1 + 2 (n - 1) + phase.
    const [p, fast, slow] = [0.9, 1.8, 0.2]
    const law: Distribution = {
      law: 'mixture',
      parts: [
        { share: p, of: exponential(1 / fast) },
        { share: 1 - p, of: exponential(1 / slow) },
      ],
    }
    const places = 6
    const at = (n: number, phase: number): number => (n === 0 ? 0 : 1 + 2 * (n - 1) + phase)
    const chain = stationary(1 + 2 * (places + 1), (s) => {
      if (s === 0)
        return [
          [at(1, 0), 0.9 * p],
          [at(1, 1), 0.9 * (1 - p)],
        ]
      const [n, phase] = [1 + Math.floor((s - 1) / 2), (s - 1) % 2]
      const rate = phase === 0 ? fast : slow
      const gone: [number, number][] =
        n === 1
          ? [[0, rate]]
          : [
              [at(n - 1, 0), rate * p],
              [at(n - 1, 1), rate * (1 - p)],
            ]
      return n > places ? gone : [...gone, [at(n + 1, phase), 0.9]]
    })
    const { rejected, queueLength } = solved([[0.9, law]], { waitingRoom: places })
    near(rejected, (chain[at(places + 1, 0)] ?? 0) + (chain[at(places + 1, 1)] ?? 0))
    near(
      queueLength,
      meanOver(chain, (s) => (s === 0 ? 0 : Math.floor((s - 1) / 2))),
    )
  })

  it('preemptive priorities of equal exponential work on 3 servers', () => {
    const cap = 60
    const chain = stationary(cap * cap, (s) => {
      const [a, b] = [Math.floor(s / cap), s % cap]
      const [inA, inB] = [Math.min(a, 3), Math.min(b, Math.max(0, 3 - a))]
      const moves: [number, number][] = []
      if (a + 1 < cap) moves.push([s + cap, 0.9])
      if (b + 1 < cap) moves.push([s + 1, 0.9])
      if (a > 0) moves.push([s - cap, inA])
      if (inB > 0) moves.push([s - 1, inB])
      return moves
    })
    const { response } = solved(
      [
        [0.9, exponential(1), 1],
        [0.9, exponential(1), 2],
      ],
      { servers: 3, discipline: 'preemptive' },
    )
    near(response(0).mean, meanOver(chain, (s) => Math.floor(s / cap)) / 0.9, 1e-5)
    near(response(1).mean, meanOver(chain, (s) => s % cap) / 0.9, 1e-5)
  })

  it('batches of 3 on 2 exponential servers', () => {
    const chain = stationary(400, (n) => {
      const moves: [number, number][] = []
      if (n + 3 < 400) moves.push([n + 3, 0.4])
      if (n > 0) moves.push([n - 1, Math.min(n, 2)])
      return moves
    })
    const { inSystem, method } = solved([[1.2, exponential(1)]], { servers: 2 }, { batch: 3 })
    near(
      inSystem,
      meanOver(chain, (n) => n),
    )
    expect(method).toEqual({ kind: 'exact' })
  })

  it('H2/M/2 by its transform', () => {
    // Phase of the next arrival beside the number in system.
    const [p, fast, slow] = [0.8, 2.4, 0.6]
    const cap = 300
    const chain = stationary(cap * 2, (s) => {
      const [n, phase] = [s >> 1, s & 1]
      const rate = phase === 0 ? fast : slow
      const moves: [number, number][] = []
      if (n + 1 < cap) moves.push([(n + 1) * 2, rate * p], [(n + 1) * 2 + 1, rate * (1 - p)])
      if (n > 0) moves.push([s - 2, Math.min(n, 2)])
      return moves
    })
    const transform = (x: number): number => (p * fast) / (fast + x) + ((1 - p) * slow) / (slow + x)
    const rate = 1 / (p / fast + (1 - p) / slow)
    const { inSystem } = solved([[rate, exponential(1)]], { servers: 2 }, { transform, arrivalScv: 2 })
    near(
      inSystem,
      meanOver(chain, (s) => s >> 1),
      1e-5,
    )
  })

  it('M/D/c: the mean, from roots, is the area under the tail, from a random walk', () => {
    for (const [servers, load] of [
      [1, 0.5],
      [2, 0.1],
      [4, 0.3],
      [8, 0.6],
      [16, 0.8],
    ] as const) {
      const { wait, method } = solved([[servers * load, fixed(1)]], { servers })
      const { tail, mean } = wait(0)
      // Gauss, three points, within each service time and its hundredths.
      let area = 0
      for (let i = 0; i < 4000; i++) {
        for (const [at, weight] of [
          [0.1127016653792583, 5],
          [0.5, 8],
          [0.8872983346207417, 5],
        ] as const) {
          area += (tail((i + at) / 100) * weight) / 1800
        }
      }
      near(mean, area, 1e-6)
      expect(method).toEqual({ kind: 'exact' })
    }
  })

  it('priorities on one server, any law', () => {
    const classes = [
      { rate: 0.3, mean: 1, scv: 0 },
      { rate: 0.2, mean: 2, scv: 1 },
    ]
    const visits: Visit[] = [
      [0.3, fixed(1), 1],
      [0.2, lognormal(2, 1), 2],
    ]
    const first = solved(visits, { discipline: 'priority' })
    priorities(classes).forEach((mean, i) => near(first.response(i).mean, mean))
    const resumed = solved(visits, { discipline: 'preemptive' })
    preemptive(classes).forEach((mean, i) => near(resumed.response(i).mean, mean))
  })

  it('the response of M/M/1 under processor sharing has E T² = 4/(μ²(1-ρ)²(2-ρ))', () => {
    for (const load of [0.3, 0.6, 0.9]) {
      const { mean, variance } = solved([[load, exponential(1)]], { discipline: 'ps' }).response(0)
      near(variance + mean * mean, 4 / ((1 - load) ** 2 * (2 - load)), 0.03)
    }
  })

  it('last come first served: the wait of those who wait is a busy period', () => {
    // P(busy period > t), by uniformization of a chain that stops at 0.
    const [rate, service, size] = [2.4, 4, 400]
    const step = 1 / 64
    let p = new Float64Array(size)
    p[1] = 1
    const beyond: number[] = []
    for (let n = 1; n <= 64 * 10; n++) {
      // One step by Taylor's series of the exponential.
      let term = p
      const next = Float64Array.from(p)
      for (let k = 1; k <= 12; k++) {
        const own = term
        const moved = new Float64Array(size)
        for (let i = 1; i < size; i++) {
          const flow = ((own[i] ?? 0) * step) / k
          moved[i] = (moved[i] ?? 0) - flow * (rate + service)
          moved[i - 1] = (moved[i - 1] ?? 0) + flow * service
          if (i + 1 < size) moved[i + 1] = (moved[i + 1] ?? 0) + flow * rate
        }
        for (let i = 0; i < size; i++) next[i] = (next[i] ?? 0) + (moved[i] ?? 0)
        term = moved
      }
      p = next
      if (n % 64 === 0) beyond.push(1 - (p[0] ?? 0))
    }
    const { wait } = solved([[rate, exponential(1)]], { servers: 4, discipline: 'lifo' })
    const waits = wait(0).tail(0)
    beyond.forEach((share, i) => near(wait(0).tail(i + 1), waits * share, 1e-4))
  })

  it('saturated: no steady state, unless somebody is lost', () => {
    const { isOverloaded, wait, utilization } = solved([[2, exponential(1)]])
    expect([isOverloaded, wait(0).mean, utilization]).toEqual([true, Infinity, 1])
    expect(solved([[2, exponential(1)]], { patience: fixed(1) }).isOverloaded).toBe(false)
    expect(solved([[2, exponential(1)]], { waitingRoom: 5 }).isOverloaded).toBe(false)
    // The urgent are served all the same.
    const ranked = solved(
      [
        [0.5, exponential(1), 1],
        [2, exponential(1), 2],
      ],
      { discipline: 'preemptive' },
    )
    near(ranked.response(0).mean, 2)
    expect([ranked.isOverloaded, ranked.response(1).mean]).toEqual([true, Infinity])
  })
})
