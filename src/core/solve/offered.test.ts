import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import { offered } from './offered.ts'

function offeredTo(text: string) {
  const settings = { file: 'a.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
  const { models, diagnostics } = prepare(text, settings)
  const [model] = models
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return { model, ...offered(model) }
}

const desk = (load: string, policy = ''): string => `loadpath: 1
network: ideal
load: { people: { ${load}, mix: { ask: 100% } } }
components: { desk: { kind: station, servers: 1 } }
flows: { ask: { from: people, steps: [{ call: desk, ${policy}do: [{ work: exp(10 ms) }] }] } }
`

describe('what is offered', () => {
  it('is what is asked for, though one server could do half of it', () => {
    const { busy, flows } = offeredTo(desk('rate: 200/s'))
    expect(busy.get(0)).toBeCloseTo(2, 9)
    expect(flows[0]).toMatchObject({ rate: 200, items: 1 })
    expect(flows[0]?.time).toBeCloseTo(0.01, 9)
  })

  it('has no retries of what would time out', () => {
    const policy = 'policy: { timeout: 1 ms, retry: 3 }, '
    expect(offeredTo(desk('rate: 200/s', policy)).busy.get(0)).toBeCloseTo(2, 9)
  })

  it('of closed users is one request for each think time and answer', () => {
    const { flows } = offeredTo(desk('population: 100, think: 90 ms'))
    expect(flows[0]?.rate).toBeCloseTo(100 / (0.09 + 0.01), 6)
  })

  it('has batches that fill as consumers take them, with as many of those as are needed', () => {
    const { flows, model } = offeredTo(`loadpath: 1
network: ideal
load: { people: { rate: 1000/s, mix: { tell: 100% } } }
components: { news: { kind: kafka, topics: { t: { size: 1 KB } } }, reader: { kind: worker, instances: 1 } }
flows:
  tell: { from: people, steps: [{ publish: news.t }] }
  read: { consume: news.t, by: reader, batch: { up-to: 10, wait: 1 s }, steps: [{ work: 100 ms }] }
`)
    const read = flows[model.flows.findIndex(({ id }) => id === 'read')]
    expect(read?.items).toBeGreaterThan(9.9)
    expect(read?.rate).toBeCloseTo(1000, 3)
  })

  it('has the hit ratios of caches as they are written', () => {
    const { caches } = offeredTo(`loadpath: 1
network: ideal
load: { people: { rate: 1000/s, mix: { look: 100% } } }
components: { api: { kind: service }, hot: { kind: redis, keyspaces: { k: { keys: 1 M, value: 1 KB, hit: 75% } } } }
flows:
  look: { from: people, steps: [{ call: api, send: 100 B, do: [{ get: hot.k }, { reply: 2 KB }] }] }
`)
    const [cache] = caches.values()
    expect(cache?.lookups).toBeCloseTo(1000, 6)
    expect(cache?.hitRatio).toBeCloseTo(0.75, 9)
  })
})
