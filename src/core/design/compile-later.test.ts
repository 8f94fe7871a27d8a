import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { Result } from '../result/result.ts'
import { simulate } from '../simulate/simulate.ts'

const design = (policy: string): string => `
loadpath: 1
name: later
network: ideal
load: { users: { rate: 50/s, mix: { buy: 100% } } }
components:
  shop: { kind: service, size: { cpu: 4 } }
  mail: { kind: external, latency: fixed(20 ms) }
flows:
  buy: { from: users, steps: [{ call: shop, do: [{ work: 1 ms }, { call: mail }] }] }
policies: { edges: { shop -> mail: { timeout: 1 s, ${policy} } } }
scenarios:
  down: { faults: [{ at: 10 s, errors: 100% of mail, for: 20 s }] }
`
function played(policy: string, scenario: string): Result {
  const options = { file: 't', variant: null, scenarios: [scenario], sets: [], limits: {} }
  const { models, diagnostics } = prepare(design(policy), options)
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return simulate(models[0]!, { seed: 1, replications: 2, eventsMax: 1e6 })
}

describe('on-fail: queue', () => {
  it('lets the caller go on, and makes up for all of it when the callee is back', () => {
    const failing = played('on-fail: error', 'down').flows['buy']!
    expect(failing.success_ratio.value).toBeLessThan(0.05)
    const kept = played('on-fail: queue', 'down')
    expect(kept.flows['buy']!.success_ratio.value).toBe(1)
    const later = kept.flows['shop later to mail']!
    expect(later.arrival_rate_per_s.value).toBeCloseTo(50, -1)
    expect(later.delivery?.semantics).toBe('at-least-once')
  })
  it('does nothing while the callee answers', () => {
    const { flows } = played('on-fail: queue', 'baseline')
    expect(flows['shop later to mail']!.arrival_rate_per_s.value).toBe(0)
  })
  it('is not for an actor, which keeps nothing', () => {
    const direct = design('on-fail: queue')
      .replace('call: shop, do: [{ work: 1 ms }, { call: mail }] }', 'call: mail }')
      .replace('edges: { shop -> mail: { timeout: 1 s, on-fail: queue } }', 'default: { on-fail: queue }')
    const options = { file: 't', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
    expect(prepare(direct, options).diagnostics.map(({ code }) => code)).toContain('queue-nowhere')
  })
})
