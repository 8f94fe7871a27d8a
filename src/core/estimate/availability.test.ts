import { describe, expect, it } from 'vitest'
import type { Model } from '../model/model.ts'
import { prepare } from '../prepare.ts'
import { simulate } from '../simulate/simulate.ts'
import { availabilityOf } from './availability.ts'
import { failureStates } from './failures.ts'
import { survivals } from './survive.ts'

function modelOf(text: string): Model {
  const file = { file: 'a.yaml', variant: null, scenarios: 'baseline' as const, sets: [], limits: {} }
  const { models, diagnostics } = prepare(text, file)
  const [model] = models
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

const stateOf = (unavailabilities: readonly number[]) =>
  failureStates(unavailabilities.map((unavailability) => ({ unavailability })))

describe('failureStates', () => {
  it('lists every state of a few causes, with all of the probability', () => {
    const { states, rest } = stateOf([0.01, 0.2, 0.5])
    expect(states).toHaveLength(8)
    expect(rest).toBe(0)
    expect(states.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 14)
    const both = states.find(({ down }) => down.length === 2 && down.includes(0) && down.includes(1))
    expect(both?.probability).toBeCloseTo(0.01 * 0.2 * 0.5, 14)
  })
  it('says how much it leaves out of many', () => {
    const { states, rest } = failureStates(
      Array.from({ length: 300 }, () => ({ unavailability: 1e-4 })),
      1000,
    )
    const kept = states.reduce((sum, { probability }) => sum + probability, 0)
    expect(kept + rest).toBeCloseTo(1, 12)
    // None down, or one of 300: two at once are left out.
    expect(states).toHaveLength(301)
    expect(rest).toBeGreaterThan(4e-4 - 2e-5)
    expect(rest).toBeLessThan(5e-4)
  })
})

/** A balancer, two of three applications, one of two databases: no time is lost until a failure is noticed. */
const blocks = (rate = 100) => `
loadpath: 1
name: blocks
network: ideal
load: { users: { rate: ${rate}/s, mix: { ask: 100% } } }
places:
  front: { region: r1, failures: { node: { mtbf: 9999 h, mttr: 1 h } } }
  middle: { region: r2, failures: { node: { mtbf: 99 h, mttr: 1 h } } }
  back: { region: r3, failures: { node: { mtbf: 999 h, mttr: 1 h } } }
components:
  lb: { kind: service, at: front, size: { cpu: 4 }, ${quick} }
  app: { kind: service, at: middle, instances: 3, size: { cpu: 1 }, ${quick} }
  db: { kind: service, at: back, instances: 2, size: { cpu: 8 }, ${quick} }
flows:
  ask:
    from: users
    steps:
      - call: lb
        do: [{ work: 1 us }, { call: app, do: [{ work: 15 ms }, { call: db, do: [{ work: 1 ms }] }] }]
requirements: { objectives: { ask: [success > 99.9%, p99 < 10 s] } }
`
const quick = 'health: { interval: 0 s }'

describe('availabilityOf', () => {
  // F-blocks: 0.9999 x (2 of 3 at 0.99) x (1 of 2 at 0.999).
  const found = availabilityOf(modelOf(blocks()))
  it('is series, parallel and k of n, where k is what the load needs', () => {
    expect(found.components['app']).toMatchObject({ needed: 2, of: 3 })
    expect(found.components['app']?.availability).toBeCloseTo(0.999702, 9)
    expect(found.components['db']?.availability).toBeCloseTo(0.999999, 9)
    expect(found.flows['ask']?.held?.value).toBeCloseTo(0.999601030198, 9)
    const { low = 0, high = 1 } = found.flows['ask']?.held ?? {}
    expect(high - low).toBeLessThan(1e-9)
  })
  it('counts an answer that comes back, though not in time', () => {
    // With one application left two thirds of the load are answered, far too late.
    const { answered } = found.system
    expect(answered.value).toBeGreaterThan(0.999601030198)
    expect(answered.value).toBeLessThan(0.9999)
  })
  it('needs fewer of them for less load', () => {
    const one = availabilityOf(modelOf(blocks(40)))
    expect(one.components['app']?.needed).toBe(1)
    expect(one.flows['ask']?.held?.value).toBeCloseTo(0.9999 * (1 - 1e-6) * (1 - 1e-6), 9)
  })
  it('names what takes the answers away, and what must not fail at all', () => {
    expect(found.single_points.map(({ cause }) => cause)).toEqual(['node of lb'])
    expect(found.system.causes[0]).toMatchObject({ cause: 'node of lb', count: 1 })
    expect(found.system.causes[0]?.down_min_per_month).toBeCloseTo(1e-4 * 43_200, 3)
    expect(found.system.causes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
  })
  it('spends the budget of an objective', () => {
    const { budget } = found.flows['ask'] ?? {}
    expect(budget?.min_per_month).toBeCloseTo(43.2, 9)
    expect(budget?.spent_ratio).toBeCloseTo((1 - found.system.answered.value) / 0.001, 9)
  })
})

const promising = (steps: string) => `
loadpath: 1
name: promising
network: ideal
load: { users: { rate: 10/s, mix: { ask: 100% } } }
components:
  web: { kind: external, latency: 1 ms, sla: 99.95% }
  sql: { kind: external, latency: 1 ms, sla: 99.99% }
  spare: { kind: external, latency: 1 ms, sla: 99.9% }
flows: { ask: { from: users, steps: [${steps}] } }
`

describe('what providers promise', () => {
  // F-composite-sla: 99.95 % x 99.99 %, and with a queue of 99.9 % that is written to when the database fails.
  it('multiplies along a flow, and is what takes answers away', () => {
    const { system, components } = availabilityOf(modelOf(promising('{ call: web }, { call: sql }, { call: spare }')))
    expect(system.answered.value).toBeCloseTo(0.9995 * 0.9999 * 0.999, 9)
    expect(system.causes.map(({ cause }) => cause)).toContain('what spare does not promise')
    expect(components['sql']?.availability).toBeCloseTo(0.9999, 9)
  })
  it('is borne by who has another way', () => {
    const other = promising('{ call: web }, { try: [{ call: sql }], catch: [{ call: spare }] }')
    expect(availabilityOf(modelOf(other)).system.answered.value).toBeCloseTo(0.9994999, 7)
  })
})

/** One zone fails every ten minutes for one, machines every half hour for half a minute. */
const shaky = `
loadpath: 1
name: shaky
network: ideal
load: { users: { rate: 4/s, mix: { ask: 100% } } }
places:
  eu:
    region: eu-west-1
    zones: [a, b]
    failures: { node: { mtbf: 30 min, mttr: 30 s }, zone: { mtbf: 10 min, mttr: 1 min } }
components: { app: { kind: service, at: eu, instances: 2, size: { cpu: 1 }, health: { interval: 2 s } } }
flows: { ask: { from: users, steps: [{ call: app, do: [{ work: 5 ms }] }] } }
`

describe('a long run with failures by chance', () => {
  it('has the availability that is worked out', () => {
    const model = modelOf(shaky)
    const { answered } = availabilityOf(model).system
    // 200 hours in 20 runs: 1100 failures of each zone.
    const result = simulate(model, { duration: 36_000, replications: 20, eventsMax: 1e9 })
    const { low, high } = result.flows['ask']!.success_ratio
    expect(high! - low!).toBeLessThan(0.005)
    expect(answered.value).toBeGreaterThan(low!)
    expect(answered.value).toBeLessThan(high!)
  })
})

const zones = (instances: number) => `
loadpath: 1
name: zones
load: { users: { rate: 100/s, mix: { ask: 100% } } }
places: { eu: { region: eu-west-1, zones: [a, b, c] } }
components: { app: { kind: service, at: eu, instances: ${instances}, size: { cpu: 1 } } }
flows: { ask: { from: users, steps: [{ call: app, do: [{ work: 15 ms }] }] } }
requirements: { objectives: { ask: [p99 < 500 ms, success > 99%] } }
`

describe('survivals', () => {
  const verdictOf = (instances: number, failure: string) => survivals(modelOf(zones(instances)), [failure])[0]
  it('asks that what is left bears the load, in time', () => {
    // Busy for one and a half of them: two of three are left with 75 % each, one of two with more than it can do.
    expect(verdictOf(3, 'any zone')).toMatchObject({ verdict: 'met', worst: null })
    expect(verdictOf(2, 'any zone')).toMatchObject({ verdict: 'missed', worst: { is_usual: false } })
    expect(verdictOf(2, 'any zone')?.worst?.failure).toMatch(/^zone eu\.[ab] down$/)
  })
  it('takes what does the same to the system for one case', () => {
    expect(verdictOf(6, 'any node')?.cases).toBeLessThan(6)
    expect(verdictOf(6, 'region eu-west-1')).toMatchObject({ verdict: 'missed', cases: 1 })
    expect(verdictOf(6, 'component app')).toMatchObject({ verdict: 'missed', cases: 1 })
  })
})
