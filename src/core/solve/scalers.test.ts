import { describe, expect, it } from 'vitest'
import { Lab } from '../simulate/simulation.test-support.ts'
import { plainEnvironment } from './environment.ts'
import { scaledOut } from './scalers.ts'

describe('an autoscaler', () => {
  it('lets the dead be dead: new instances come after all others', () => {
    const lab = new Lab()
    const api = lab.group('api', { perShard: 3, perShardMax: 8 })
    const cpu = lab.station(api)
    const flow = lab.flow('view', [lab.call(api, [lab.serve(cpu, 0.01)])])
    lab.source(flow, { arrivals: { kind: 'poisson', rate: 240 } })
    const scaler = { group: api, station: cpu, by: 'busy', target: 0.6, min: 1, max: 8 } as const
    const model = { ...lab.model(), scalers: [{ ...scaler, react: 10, startDelay: 10, coolDown: 60 }] }
    const plain = plainEnvironment(model)
    const without = (own: Uint8Array) => own.map((up, i) => (i === 1 ? 0 : up))
    const dead = { ...plain, alive: plain.alive.map(without), serving: plain.serving.map(without) }
    const { environment } = scaledOut(model, dead, 'healthy').network
    // Four of five that live bear 240/s x 10 ms at 60 %.
    expect([...(environment.alive[api] ?? [])].slice(0, 3)).toEqual([1, 0, 1])
    expect(environment.alive[api]?.reduce((sum, up) => sum + up, 0)).toBeGreaterThanOrEqual(4)
    expect(environment.members[api]).toBeGreaterThanOrEqual(5)
  })
})
