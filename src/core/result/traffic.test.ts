import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import { simulate } from '../simulate/simulate.ts'
import type { CostResult } from './result.ts'

const design = (rule: string): string => `
loadpath: 1
name: two-regions
load: { users: { rate: 100/s, arrivals: periodic, from: { eu: 100% }, mix: { ask: 100% } } }
places:
  eu: { region: eu-west-1, zones: [a] }
  us: { region: us-east-1, zones: [a] }
  ${rule}
components:
  near: { kind: station, at: eu, servers: infinite }
  far: { kind: station, at: us, servers: infinite }
flows:
  ask:
    from: users
    steps:
      - call: near
        do: [{ call: far, send: 1 KB, do: [{ work: 1 us }, { reply: 9 KB }] }]
`

function costOf(rule: string): CostResult {
  const { models, diagnostics } = prepare(design(rule), {
    file: 't',
    variant: null,
    scenarios: 'baseline',
    sets: [],
    limits: {},
  })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return simulate(models[0]!, { seed: 1, duration: 100, replications: 2 }).cost_usd_per_month
}

describe('traffic with a price', () => {
  it('costs what crosses, there and back, for a month of 730 hours', () => {
    // 100/s x 10 KB = 1 MB/s: 2628 GB a month at 0.02 USD.
    const { items } = costOf('eu -> us: { price: 0.02 USD }')
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ component: 'eu -> us', label: 'traffic' })
    expect(items[0]!.usd_per_month).toBeCloseTo(52.56, 0)
  })
  it('costs nothing without a price, and where nothing crosses', () => {
    expect(costOf('eu -> us: { latency: 80 ms }').items).toEqual([])
    expect(costOf('eu.a -> eu: { price: 5 USD }').items.map(({ usd_per_month }) => usd_per_month)).toEqual([0])
  })
})
