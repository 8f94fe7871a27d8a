import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { Result } from '../result/result.ts'
import { simulate } from './simulate.ts'

function played(text: string, scenario = 'baseline', duration: number | null = null): Result {
  const options = { file: 't', variant: null, scenarios: [scenario], sets: [], limits: {} }
  const { models, diagnostics } = prepare(text, options)
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([])
  return simulate(models[0]!, { seed: 1, replications: 2, eventsMax: 2e6, duration })
}

const hot = (onMiss: string): string => `
loadpath: 1
name: hot-key
network: ideal
load: { users: { rate: 500/s, mix: { view: 100% } } }
components:
  c: { kind: redis, keyspaces: { k: { keys: 20, ttl: 10 s, warm: false, on-miss: ${onMiss} } } }
  store: { kind: station, servers: infinite }
flows:
  view: { from: users, steps: [{ get: c.k, miss: [{ call: store, do: [{ work: fixed(200 ms) }] }] }] }
`

describe('early-refresh', () => {
  it('fetches a popular key before it is gone: nobody waits for it but the first time', () => {
    const late = played(hot('single-flight'), 'baseline', 200)
    const early = played(hot('early-refresh'), 'baseline', 200)
    // 20 keys of 25/s: 4 of 250 requests wait in each 10 s without it.
    expect(late.flows['view']!.response_time_s.p99.value).toBeGreaterThan(0.01)
    expect(early.flows['view']!.response_time_s.p99.value).toBeLessThan(0.001)
    expect(early.components['c']!.hit_ratio!.value).toBeGreaterThan(0.999)
  })
  it('asks the origin once for each key and time to live, like a miss does', () => {
    const rate = (onMiss: string): number =>
      played(hot(onMiss), 'baseline', 200).components['store']!.throughput_per_s.value!
    // 20 keys each 10 s, or each 8 s and a little.
    expect(rate('single-flight')).toBeCloseTo(2, 0)
    expect(rate('early-refresh')).toBeGreaterThan(2.2)
    expect(rate('early-refresh')).toBeLessThan(2.7)
  })
})

const counting = (keyspace: string, faults: string): string => `
loadpath: 1
name: counting
network: ideal
load: { users: { rate: 400/s, mix: { count: 100% } } }
components:
  c: { kind: redis, keyspaces: { k: { keys: 1 k, ${keyspace} } } }
  db: { kind: postgres, size: { cpu: 8, disk: { iops: 20 k } }, tables: { t: { rows: 1 k } } }
flows:
  count: { from: users, steps: [{ put: c.k }] }
scenarios:
  crash: { faults: ${faults} }
`

describe('write behind', () => {
  it('answers at once, and writes to the store in batches', () => {
    const result = played(counting('write: behind, store: db.t, flush: 100 ms', '[]'), 'baseline', 60)
    expect(result.flows['count']!.response_time_s.p99.value).toBeLessThan(0.001)
    const behind = result.flows['c.k behind']!
    expect(behind.goodput_per_s.value).toBeCloseTo(400, -2)
    expect(behind.response_time_s.p50.value).toBeGreaterThan(0.03)
    expect(behind.response_time_s.p50.value).toBeLessThan(0.2)
  })
  it('loses what was not written yet when the cache dies', () => {
    const faults = '[{ at: 20 s, kill: c, for: 5 s }, { at: 60 s, slow: db, by: 1 us, for: 1 s }]'
    const text = counting('write: behind, store: db.t, flush: 5 s', faults).replace('rate: 400/s', 'rate: 10/s')
    const { delivery, arrival_rate_per_s: rate } = played(text, 'crash').flows['c.k behind']!
    // Up to 5 s of 10/s.
    const lost = delivery!.lost_ratio * rate.value! * 41
    expect(lost).toBeGreaterThan(0)
    expect(lost).toBeLessThanOrEqual(75)
  })
  it('has to know where to', () => {
    const { diagnostics } = prepare(counting('write: behind', '[]'), {
      file: 't',
      variant: null,
      scenarios: 'baseline',
      sets: [],
      limits: {},
    })
    expect(diagnostics.map(({ code }) => code)).toContain('write-behind')
  })
})
