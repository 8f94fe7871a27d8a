import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { Result } from '../result/result.ts'
import { simulate } from '../simulate/simulate.ts'

function played(text: string): Result {
  const options = { file: 't', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const
  const { models, diagnostics } = prepare(text, options)
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([])
  return simulate(models[0]!, { seed: 1, duration: 30, replications: 2, eventsMax: 3e6 })
}

describe('heartbeats', () => {
  const busy = (heartbeat: string): number =>
    played(`
loadpath: 1
name: beating
network: ideal
load: { clients: { population: 20 k, think: 10 min, mix: { connect: 100% } } }
components:
  sockets: { kind: realtime-gateway, instances: 2, size: { cpu: 1 }, connections: { ${heartbeat} } }
flows: { connect: { from: clients, steps: [{ call: sockets, do: [{ work: 10 us }] }] } }
`).components['sockets']!.utilization.value!
  it('of all connected clients are load: population / interval × time of a frame / processors', () => {
    expect(busy('')).toBeLessThan(0.001)
    // 20 000 / 5 s × 15 us on two processors: 3 %.
    expect(busy('heartbeat: 5 s')).toBeCloseTo(0.03, 2)
  })
})

describe('a network card', () => {
  const design = (network: string): string => `
loadpath: 1
name: card
load: { users: { rate: 50/s, mix: { get: 100% } } }
components:
  files: { kind: service, size: { cpu: 4 ${network} } }
flows: { get: { from: users, steps: [{ call: files, do: [{ work: 1 ms }, { reply: 1 MB }] }] } }
`
  it('becomes full: bytes over bandwidth, shared by all that pass', () => {
    const free = played(design(''))
    const narrow = played(design(', network: 100 MB/s'))
    expect(narrow.components['files']!.resources['network card']!.utilization.value).toBeCloseTo(0.5, 1)
    // Processor sharing at 50 %: 10 ms of transfer take 20.
    const [fast, slow] = [free, narrow].map(({ flows }) => flows['get']!.response_time_s.mean.value!)
    expect(slow! - fast!).toBeGreaterThan(0.017)
    expect(slow! - fast!).toBeLessThan(0.023)
  })
})

describe('a scan of a store by key', () => {
  const read = (kind: string, path: string): number =>
    played(`
loadpath: 1
name: scanned
network: ideal
load: { users: { rate: 1/s, mix: { read: 100% } } }
components:
  s: { kind: ${kind}, tables: { t: { rows: 20 k, row: 500 B, access: { all: { by: scan } } } } }
flows: { read: { from: users, steps: [{ read: s.t${path} }] } }
`).flows['read']!.response_time_s.mean.value!
  it('looks at every row, page after page', () => {
    // 10 MB in pages of 1 MB, and 1220 units at 3000/s.
    expect(read('dynamodb, partitions: 1', '.all')).toBeGreaterThan(0.4)
    expect(read('dynamodb, partitions: 1', '')).toBeLessThan(0.01)
    expect(read('dynamodb, partitions: 8', '.all')).toBeLessThan(0.2)
    expect(read('cassandra, instances: 3', '.all')).toBeGreaterThan(10 * read('cassandra, instances: 3', ''))
  })
})
