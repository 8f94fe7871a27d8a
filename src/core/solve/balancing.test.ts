import { describe, expect, it } from 'vitest'
import { shortestOf } from '../../../tests/theory/formulas.ts'
import { balance, type BalanceLoad } from './balancing.ts'
import { erlangC, waitOfMMc } from './wait-erlang.ts'

const near = (value: number, expected: number, relative: number): void =>
  expect(Math.abs(value / expected - 1), `${value} is not ${expected}`).toBeLessThan(relative)

type Case = Partial<BalanceLoad> & Pick<BalanceLoad, 'copies' | 'utilization'>

const answerOf = (load: Case) => balance({ policy: 'least-requests', servers: 1, workScv: 1, arrivalScv: 1, ...load })

/** In units of work. */
const waitOf = (load: Case): number => {
  const servers = load.servers ?? 1
  return answerOf(load).waitFactor * waitOfMMc({ servers, rate: load.utilization * servers, work: 1 })
}

/** Two copies of `servers`, the shorter one is joined: the chain of both numbers, by iteration. */
function twoShortest(utilization: number, servers: number, most: number) {
  const size = most + 1
  let now = new Float64Array(size * size)
  now[0] = 1
  const rate = 2 * servers * utilization
  const clock = rate + 2 * servers
  for (let round = 0; round < 20_000; round++) {
    const next = new Float64Array(size * size)
    const put = (a: number, b: number, p: number): void => {
      next[a * size + b] = (next[a * size + b] ?? 0) + p
    }
    for (let a = 0; a <= most; a++)
      for (let b = 0; b <= most; b++) {
        const p = now[a * size + b] ?? 0
        if (p < 1e-18) continue
        const up = (p * rate) / clock
        const first = a < b ? 1 : a > b ? 0 : 0.5
        put(Math.min(most, a + 1), b, up * first)
        put(a, Math.min(most, b + 1), up * (1 - first))
        const left = Math.min(a, servers)
        const right = Math.min(b, servers)
        if (left > 0) put(a - 1, b, (p * left) / clock)
        if (right > 0) put(a, b - 1, (p * right) / clock)
        put(a, b, (p * (2 * servers - left - right)) / clock)
      }
    let moved = 0
    for (let i = 0; i < next.length; i++) moved += Math.abs((next[i] ?? 0) - (now[i] ?? 0))
    now = next
    if (moved < 1e-11) break
  }
  let waiting = 0
  let delayed = 0
  for (let a = 0; a <= most; a++)
    for (let b = 0; b <= most; b++) {
      const p = now[a * size + b] ?? 0
      waiting += p * (Math.max(0, a - servers) + Math.max(0, b - servers))
      if (Math.min(a, b) >= servers) delayed += p
    }
  return { wait: waiting / rate, delayed }
}

describe('the shortest queue', () => {
  it('of four: A-dispatch-4', () => {
    near(1 + waitOf({ copies: 4, utilization: 0.85 }), 2.3868566, 0.005)
  })

  it.each([
    [0.3, 1],
    [0.6, 1],
    [0.8, 1],
    [0.5, 2],
    [0.8, 2],
    [0.6, 3],
  ])('of two is that of the chain: load %f, %i servers', (utilization, servers) => {
    const chain = twoShortest(utilization, servers, 40)
    near(waitOf({ copies: 2, utilization, servers }), chain.wait, 0.02)
    near(answerOf({ copies: 2, utilization, servers }).delayed ?? 0, chain.delayed, 0.05)
  })

  it('lies between one queue for all and random picking, and nobody waits for long among very many', () => {
    for (const copies of [2, 3, 5, 10, 40, 200])
      for (const servers of [1, 3, 8])
        for (const utilization of [0.05, 0.4, 0.75, 0.9, 0.98]) {
          const wait = waitOf({ copies, servers, utilization })
          const all = copies * servers
          expect(wait).toBeGreaterThanOrEqual(waitOfMMc({ servers: all, rate: utilization * all, work: 1 }))
          expect(answerOf({ copies, servers, utilization }).waitFactor).toBeLessThanOrEqual(1)
          const two = waitOf({ policy: 'random-two', copies, servers, utilization })
          if (utilization > 0.3) expect(two).toBeGreaterThan(0.99 * wait)
        }
    expect(waitOf({ copies: 1000, utilization: 0.9 })).toBeLessThan(0.01)
  })
})

describe('the better of two', () => {
  it('comes to the limit of many copies: A-power-of-d', () => {
    for (const utilization of [0.5, 0.7, 0.9])
      near(1 + waitOf({ policy: 'random-two', copies: 500, utilization }), shortestOf(utilization, 1, 2), 0.03)
  })

  it('is the shortest of two', () => {
    expect(waitOf({ policy: 'random-two', copies: 2, utilization: 0.7 })).toBe(waitOf({ copies: 2, utilization: 0.7 }))
  })

  it('falls with the number of copies', () => {
    const waits = [2, 3, 4, 6, 12, 32, 64].map((copies) => waitOf({ policy: 'random-two', copies, utilization: 0.85 }))
    expect(waits).toEqual([...waits].sort((a, b) => b - a))
    near(waits[2] ?? 0, 1.8285, 0.02)
  })
})

describe('policies that do not look', () => {
  it('change nothing, or the times between requests', () => {
    expect(answerOf({ policy: 'random', copies: 5, utilization: 0.9 })).toMatchObject({
      waitFactor: 1,
      arrivals: 'same',
    })
    expect(answerOf({ policy: 'round-robin', copies: 5, utilization: 0.9 })).toMatchObject({ arrivals: 'erlang' })
    expect(answerOf({ copies: 1, utilization: 0.9 }).method.kind).toBe('exact')
  })

  it('have the share of Erlang to compare with', () => {
    const { delayed, waitFactor, tailFactor } = answerOf({ copies: 3, servers: 2, utilization: 0.8 })
    near(((delayed ?? 0) / erlangC({ servers: 2, offered: 1.6 })) * tailFactor, waitFactor, 1e-9)
  })
})
