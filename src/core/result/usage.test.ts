import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import { simulate } from '../simulate/simulate.ts'

/** 100 requests a second that call a function for 1 s and publish a message of 1 KB. */
const design = (broker: string, size: string): string => `
loadpath: 1
name: used
network: ideal
load: { users: { rate: 100/s, mix: { ask: 100% } } }
components:
  f: { kind: function, memory: 1 GB, cold: { start: 0 s } }
  jobs: { ${broker} }
  w: { kind: worker, price: 0 USD/month }
flows:
  ask: { from: users, steps: [{ call: f, do: [{ wait: 1 s }] }, { publish: jobs, size: ${size} }] }
  do: { consume: jobs, by: w, steps: [{ work: 1 us }] }
`
function costs(broker: string, size = '1 KB'): Readonly<Record<string, number>> {
  const options = { file: 't', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
  const { models, diagnostics } = prepare(design(broker, size), options)
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  const { items } = simulate(models[0]!, { seed: 1, duration: 100, replications: 4 }).cost_usd_per_month
  return Object.fromEntries(items.map(({ component, label, usd_per_month: usd }) => [`${component} ${label}`, usd]))
}
/** Requests of a month of 730 hours. */
const requests = 100 * 730 * 3600
const share = (measured: number | undefined, expected: number): number => (measured ?? Number.NaN) / expected

describe('what is paid by use', () => {
  it('is counted for a month: requests and memory of a function, messages of a managed queue', () => {
    const found = costs('kind: sqs')
    expect(share(found['f requests'], requests * 0.2e-6)).toBeCloseTo(1, 1)
    expect(share(found['f memory in use'], requests * 16.6667e-6)).toBeCloseTo(1, 1)
    expect(share(found['jobs messages'], requests * 1.2e-6)).toBeCloseTo(1, 1)
  })
  it('is space for what a stream keeps, unless its disks have a price', () => {
    const found = costs('kind: kafka, topics: { t: { keep: 73 h, copies: 2, min-in-sync: 1 } }')
    // A tenth of a month, twice 1 KB each.
    expect(share(found['jobs space of kept messages'], requests * 0.1 * 2e-6 * 0.08)).toBeCloseTo(1, 1)
    // As the publisher says, not as the topic does.
    const small = costs('kind: kafka, topics: { t: { keep: 73 h, copies: 2, min-in-sync: 1 } }', '250 B')
    expect(share(small['jobs space of kept messages'], requests * 0.1 * 5e-7 * 0.08)).toBeCloseTo(1, 1)
    const written = costs('kind: kafka, topics: { t: {} }, size: { disk: { space: 1 TB } }')
    expect(written['jobs space of kept messages']).toBeUndefined()
  })
})
