import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { FlowResult } from '../result/result.ts'
import { Codel } from './codel.ts'
import { simulate } from './simulate.ts'

describe('controlled delay (RFC 8289)', () => {
  const law = (): Codel => new Codel({ target: 0.005, interval: 0.1 })
  it('drops the first one when waits were long for an interval, then after interval / √n', () => {
    const codel = law()
    const drops = Array.from({ length: 1000 }, (_, i) => (i + 1) / 1000).filter((t) => codel.drops(t, 0.02, 5))
    expect(drops[0]).toBe(0.101)
    const gaps = [1, 2, 3, 4].map((n) => 0.1 / Math.sqrt(n))
    gaps.forEach((_, n) => {
      const expected = 0.101 + gaps.slice(0, n + 1).reduce((sum, gap) => sum + gap, 0)
      expect(drops[n + 1]).toBeGreaterThanOrEqual(expected - 1e-9)
      expect(drops[n + 1]).toBeLessThan(expected + 0.0011)
    })
  })
  it('drops nobody whose wait is short, and nobody when nobody waits behind', () => {
    const codel = law()
    const times = Array.from({ length: 1000 }, (_, i) => i / 100)
    expect(times.some((t) => codel.drops(t, 0.0049, 5))).toBe(false)
    expect(times.some((t) => codel.drops(10 + t, 1, 0))).toBe(false)
  })
  it('stops with the first short wait, and soon after goes on at the pace it had', () => {
    const codel = law()
    const at = (from: number, wait: number) =>
      Array.from({ length: 500 }, (_, i) => from + i / 1000).filter((t) => codel.drops(t, wait, 5))
    expect(at(0, 0.02)).toHaveLength(7)
    expect(codel.drops(0.5, 0.001, 5)).toBe(false)
    // A fresh start would take 0.1 s to the second drop; this one goes on near 0.1 / √7.
    const [first = 0, second = 0] = at(0.501, 0.02)
    expect(second - first).toBeLessThan(0.045)
  })
})

describe('a service at 120 % of what it can do', () => {
  const design = (limits: string): string => `
loadpath: 1
name: full
network: ideal
load: { users: { rate: 1200/s, mix: { ask: 100% } } }
components: { s: { kind: service, size: { cpu: 10 }, limits: { concurrency: 10, ${limits} } } }
flows: { ask: { from: users, steps: [{ call: s, do: [{ work: exp(10 ms) }] }] } }
`
  const ask = (limits: string): FlowResult => {
    const options = { file: 't', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
    const { models, diagnostics } = prepare(design(limits), options)
    expect(diagnostics.map(({ code }) => code)).not.toContain('not-simulated')
    return simulate(models[0]!, { seed: 1, duration: 60, replications: 2, eventsMax: Infinity }).flows['ask']!
  }
  it('answers ever later without shedding, and at once with it, at nearly full goodput', () => {
    const plain = ask('order: fifo')
    const shedding = ask('shed: codel')
    expect(plain.response_time_s.p50.value).toBeGreaterThan(3)
    expect(shedding.response_time_s.p50.value).toBeLessThan(0.2)
    expect(shedding.goodput_per_s.value).toBeGreaterThan(970)
    expect(shedding.errors.rejected).toBeGreaterThan(0.14)
  })
  it('drops sooner with a lower target', () => {
    const slow = ask('shed: codel(target 100 ms interval 500 ms)')
    const fast = ask('shed: codel(target 2 ms interval 20 ms)')
    expect(fast.response_time_s.p50.value).toBeLessThan(slow.response_time_s.p50.value! / 2)
  })
  it('sheds the oldest under last come first served', () => {
    const plain = ask('order: lifo')
    const shedding = ask('order: lifo, shed: codel')
    // Those that came at a bad moment are never answered, and never told so.
    expect(plain.errors.rejected).toBeUndefined()
    expect(shedding.errors.rejected).toBeGreaterThan(0.14)
    expect(shedding.response_time_s.p50.value).toBeLessThan(0.02)
    expect(shedding.goodput_per_s.value).toBeGreaterThan(970)
  })
})
