import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { FlowResult, Result } from '../result/result.ts'
import { simulate } from './simulate.ts'

/** What users send on a network without time. @param mix  of flows, as under `load` */
function played(mix: string, rate: string, components: string, flows: string): Result {
  const text = `
loadpath: 1
name: technologies
network: ideal
load: { users: { rate: ${rate}, mix: { ${mix} } } }
components: { ${components} }
flows: { ${flows} }
`
  const options = { file: 't', variant: null, scenarios: ['baseline'], sets: [], limits: {} }
  const { models, diagnostics } = prepare(text, options)
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([])
  return simulate(models[0]!, { seed: 1, replications: 2, eventsMax: 2e6, duration: 300 })
}

const mean = (flow: FlowResult | undefined): number => flow?.response_time_s.mean.value ?? Number.NaN

describe('a script in a cache', () => {
  const withScripts = (kind: string): Result =>
    played(
      'look: 90%, sum: 10%',
      '100/s',
      `c: { kind: ${kind}, memory: 1 GiB, keyspaces: { k: { keys: 100, hit: 100% } } }`,
      'look: { from: users, steps: [{ get: c.k }] }, sum: { from: users, steps: [{ call: c, do: [{ work: fixed(20 ms) }] }] }',
    )

  it('keeps everybody waiting where one thread executes commands: λE[S²]/2(1-ρ) = 2.5 ms', () => {
    const { look } = withScripts('redis').flows
    expect(mean(look)).toBeGreaterThan(2.3e-3)
    expect(mean(look)).toBeLessThan(2.8e-3)
  })

  it('keeps hardly anybody waiting where four do', () => {
    expect(mean(withScripts('memcached').flows['look'])).toBeLessThan(0.05e-3)
  })
})

describe('inserts into columns', () => {
  const inserting = (parts: string): number =>
    played(
      'add: 100%',
      '20/s',
      `s: { kind: clickhouse, ${parts} tables: { t: { rows: 1 M, row: 40 B, key: id } } }`,
      'add: { from: users, steps: [{ write: s.t, rows: 100 }] }',
    ).flows['add']!.success_ratio.value!

  it('are refused when parts come faster than they are merged: 5 of 20 are taken', () => {
    expect(inserting('parts: { merged: 5/s, most: 50 },')).toBeCloseTo(0.25, 1)
    expect(inserting('')).toBe(1)
  })
})

describe('an index that is searched', () => {
  const writing = (settings: string): number =>
    mean(
      played(
        'add: 100%',
        '20/s',
        `s: { kind: elasticsearch, ${settings} tables: { t: { rows: 1 M, row: 1 KB, key: id } } }`,
        'add: { from: users, steps: [{ write: s.t }] }',
      ).flows['add'],
    )

  it('answers half an interval later when a write waits until searches find it', () => {
    const base = writing('')
    expect(writing('answers: searchable,') - base).toBeCloseTo(0.5, 1)
    expect(writing('answers: searchable, refresh: 4 s,') - base).toBeCloseTo(2, 0)
    expect(writing('refresh: 4 s,')).toBe(base)
  })
})
