import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { Model } from '../model/model.ts'
import type { Result } from '../result/result.ts'
import { simulate } from '../simulate/simulate.ts'
import { playFor } from '../simulate/simulation.test-support.ts'

function modelOf(design: string): Model {
  const { models, diagnostics } = prepare(`loadpath: 1\nname: edge\n${design}`, {
    file: 'edge.yaml',
    variant: null,
    scenarios: design.includes('scenarios:') ? ['hit'] : 'baseline',
    sets: [],
    limits: {},
  })
  const wrong = diagnostics.filter(({ severity }) => severity === 'error')
  expect(wrong.map(({ message }) => message)).toEqual([])
  return models.at(-1)!
}

const play = (design: string, duration = 60): Result =>
  simulate(modelOf(design), { seed: 7, duration, replications: 1, eventsMax: 4e6 })

/** From the very start, with what goes wrong on the way. */
function playThrough(design: string, until: number): { readonly failed: number; readonly mean: number } {
  const flow = playFor(modelOf(design), until, { seed: 7 }).flows[0]!
  const { sum, count } = flow.responseTime
  return { failed: 1 - flow.good / (flow.offered - flow.presentAtEnd), mean: sum / count }
}

const ratio = (result: Result): number => result.flows['ask']!.success_ratio.value!
const mean = (result: Result): number => result.flows['ask']!.response_time_s.mean.value!
const p99 = (result: Result): number => result.flows['ask']!.response_time_s.p99.value!

describe('a failing instance', () => {
  const design = (api: string, via = '', extra = ''): string => `
load: { users: { rate: 200/s, mix: { ask: 100% } } }
components:
  api: { kind: service, instances: 4, ${api} }
${extra}
flows: { ask: { from: users, steps: [{ call: api, ${via} do: [{ work: 1 ms }] }] } }
scenarios: { hit: { faults: [{ at: 0 s, errors: '100% of api[1]' }] } }
`

  it('fails its quarter, until its callers leave it out', () => {
    expect(playThrough(design(''), 60).failed).toBeCloseTo(0.25, 2)
    expect(playThrough(design('health: { eject: { after: 3, for: 30 s, most: 50% } }'), 60).failed).toBeLessThan(0.002)
  })

  it('is left out by nginx, which counts failures, not by HAProxy, whose checks it answers', () => {
    const behind = (kind: string): number => playThrough(design('', 'via: [lb],', `  lb: { kind: ${kind} }`), 60).failed
    expect(behind('nginx')).toBeLessThan(0.002)
    expect(behind('haproxy')).toBeCloseTo(0.25, 2)
  })
})

describe('a dead instance behind a balancer', () => {
  const behind = (kind: string): number =>
    playThrough(
      `
load: { users: { rate: 100/s, mix: { ask: 100% } } }
components:
  lb: { kind: ${kind} }
  api: { kind: service, instances: 4 }
flows: { ask: { from: users, steps: [{ call: api, via: [lb], do: [{ work: 1 ms }] }] } }
scenarios: { hit: { faults: [{ at: 10 s, kill: 'api[1]' }] } }
`,
      120,
    ).failed

  it('gets requests as long as the checks of the balancer take', () => {
    // A quarter of the requests, for 6 s, 60 s, and the 30 s of the service itself, of 120 s.
    expect(behind('haproxy')).toBeCloseTo(6 / 4 / 120, 2)
    expect(behind('alb')).toBeCloseTo(60 / 4 / 120, 2)
    expect(behind('load-balancer')).toBeCloseTo(30 / 4 / 120, 2)
  })
})

describe('names', () => {
  const design = (names: string): string => `
load: { users: { rate: 100/s, from: { eu: 100% }, mix: { ask: 100% } } }
places: { eu: { region: eu-west-1 }, us: { region: us-east-1 } }
components:
  names: { kind: dns, at: eu, ${names} }
  api: { kind: service, instances: 2, at: [eu, us], health: { interval: 1 s, unhealthy-after: 1 } }
flows: { ask: { from: users, steps: [{ call: api, via: [names], do: [{ work: 1 ms }] }] } }
`
  const failover = 'scenarios: { hit: { faults: [{ at: 10 s, kill: "api[0]" }] } }\n'

  it('lead to a dead region until the answers that clients keep are too old', () => {
    const failed = (ttl: string): number => {
      const names = `ttl: ${ttl}, routing: nearest, checks: { interval: 1 s, unhealthy-after: 1 }`
      return playThrough(design(names) + failover, 120).failed
    }
    // One second to notice, then answers of 60 s on average half as long: (1 + 30) of 120 s.
    expect(failed('60 s')).toBeCloseTo(31 / 120, 1.5)
    expect(failed('5 s')).toBeCloseTo(3.5 / 120, 1.5)
  })

  it('are kept near the clients: the longer, the more often they are found there', () => {
    const hit = (text: string): number => play(design(text)).components['names']!.hit_ratio!.value!
    // One question a second in each of 100 caches: 1 - 1 / (1 + ttl).
    expect(hit('resolvers: 1, networks: 100, ttl: 10 s')).toBeCloseTo(10 / 11, 1.5)
    expect(hit('resolvers: 1, networks: 100, ttl: 1 s')).toBeCloseTo(1 / 2, 1)
  })

  it('are asked for by the client, who then goes to the address itself', () => {
    const far = (names: string): number => mean(play(design(`routing: nearest, cached: 100%, hit: 1 us, ${names}`)))
    const near = far('resolvers: 1')
    // One way to the resolver and one to the service near by, both inside one place.
    expect(near).toBeLessThan(0.05)
  })
})

describe('a firewall', () => {
  const design = (waf: string, via: string): string => `
load:
  users: { rate: 50/s, mix: { ask: 100% } }
  bots: { rate: 2000/s, mix: { ask: 100% }, hostile: true }
components:
  wall: { kind: waf, work: { request: 0.1 ms }, ${waf} }
  api: { kind: service, size: { cpu: 1 }, limits: { concurrency: 20, queue: 20 } }
flows: { ask: { from: users, steps: [{ call: api, ${via} do: [{ work: 1 ms }] }] } }
`

  it('keeps an attack from the good requests; what it refuses is counted with the attack', () => {
    const open = play(design('', ''), 20)
    const behind = play(design('detects: 95%', 'via: [wall],'), 20)
    expect(ratio(open)).toBeLessThan(0.7)
    expect(ratio(behind)).toBeGreaterThan(0.999)
    expect(behind.flows['ask by bots']!.errors['denied']).toBeCloseTo(0.95, 2)
    expect(behind.flows['ask']!.errors['denied'] ?? 0).toBe(0)
  })

  it('that finds less of it lets the service drown', () => {
    expect(ratio(play(design('detects: 30%', 'via: [wall],'), 20))).toBeLessThan(0.9)
  })

  it('turns good requests away by its false alarms, or has them wait for a puzzle', () => {
    const refusing = play(design('detects: 99%, false-alarms: 5%', 'via: [wall],'))
    const asking = play(design('detects: 99%, false-alarms: 5%, challenge: fixed(4 s)', 'via: [wall],'))
    expect(ratio(refusing)).toBeCloseTo(0.95, 1.6)
    expect(ratio(asking)).toBe(1)
    expect(p99(asking)).toBeGreaterThan(4)
    expect(p99(refusing)).toBeLessThan(1)
  })
})

describe('a limit for each client', () => {
  const design = (limit: string, bots: number): string => `
load:
  users: { rate: 50/s, clients: 100, mix: { ask: 100% } }
  bots: { rate: 1000/s, clients: ${bots}, mix: { ask: 100% }, hostile: true }
components:
  lb: { kind: load-balancer, instances: 1, ${limit} }
  api: { kind: service, size: { cpu: 4 } }
flows: { ask: { from: users, steps: [{ call: api, via: [lb], do: [{ work: 1 ms }] }] } }
`

  it('refuses what few clients send too much of, and leaves those alone who send little', () => {
    const few = play(design('per-client: { per: 5/s, burst: 10 }', 20), 30)
    // Twenty bots of 50/s each: 5/s of each come through.
    expect(few.flows['ask by bots']!.errors['rate-limited']).toBeCloseTo(0.9, 2)
    expect(ratio(few)).toBe(1)
  })

  it('does nothing against an attack from many, where a limit for all would refuse everybody alike', () => {
    const many = play(design('per-client: { per: 5/s, burst: 10 }', 10_000), 30)
    expect(many.flows['ask by bots']!.errors['rate-limited'] ?? 0).toBe(0)
    const all = play(design('limits: { rate: { per: 500/s, burst: 10 } }', 20), 30)
    expect(ratio(all)).toBeLessThan(0.6)
  })

  it('of as much as each sends lets most of it through', () => {
    const once = play(design('per-client: { per: 60/s, burst: 60 }', 20), 30)
    expect(once.flows['ask by bots']!.errors['rate-limited'] ?? 0).toBeLessThan(0.03)
  })
})

describe('TLS', () => {
  const design = (tls: string): string => `
load: { users: { rate: 500/s, from: { eu: 100% }, mix: { ask: 100% } } }
places: { eu: { region: eu-west-1 }, us: { region: us-east-1 }, eu -> us: { latency: 100 ms } }
components:
  lb: { kind: load-balancer, at: us, instances: 1, size: { cpu: 1 }, ${tls} }
  api: { kind: service, at: us }
flows: { ask: { from: users, steps: [{ call: api, via: [lb], do: [{ work: 1 ms }] }] } }
`

  it('costs round trips and processor time for each new connection', () => {
    const kept = play(design(''), 20)
    const fresh = play(design('tls: { new: 100%, resumed: 0% }'), 20)
    const old = play(design('tls: { new: 100%, resumed: 0%, version: "1.2" }'), 20)
    expect(mean(fresh) - mean(kept)).toBeCloseTo(0.2, 2)
    expect(mean(old) - mean(fresh)).toBeCloseTo(0.1, 2)
    const busy = (result: Result): number => result.components['lb']!.utilization.value!
    // 500/s x 0.2 ms, and 0.7 ms more for each RSA signature.
    expect(busy(fresh) - busy(kept)).toBeCloseTo(0.1, 2)
    const rsa = play(design('tls: { new: 100%, resumed: 0%, certificate: rsa }'), 20)
    expect(busy(rsa) - busy(fresh)).toBeCloseTo(0.35, 1.6)
    const resumed = play(design('tls: { new: 100%, resumed: 100%, certificate: rsa }'), 20)
    expect(busy(resumed) - busy(kept)).toBeCloseTo(0.035, 2)
  })
})

describe('an authorizer', () => {
  const design = (authorizer: string): string => `
load: { users: { rate: 100/s, mix: { ask: 100% } } }
components:
  door: { kind: api-gateway, instances: 1, overhead: 0 s, authorizer: { time: fixed(50 ms), ${authorizer} } }
  api: { kind: service }
flows: { ask: { from: users, steps: [{ call: api, via: [door], do: [{ work: 1 ms }] }] } }
`

  it('is asked when no answer is kept: the longer they are, and the fewer callers, the less often', () => {
    expect(mean(play(design('cache: 0 s')))).toBeGreaterThan(0.05)
    const hit = (text: string): number => play(design(text)).components['door']!.hit_ratio!.value!
    expect(hit('cache: 10 s, callers: 100')).toBeCloseTo(10 / 11, 1.5)
    expect(hit('cache: 10 s, callers: 1 k')).toBeCloseTo(1 / 2, 1)
  })

  it('denies its part', () => {
    expect(play(design('denies: 10%')).flows['ask']!.errors['denied']).toBeCloseTo(0.1, 1.6)
  })
})

describe('an instance that starts again', () => {
  const design = (warmUp: string): string => `
load: { users: { rate: 100/s, mix: { ask: 100% } } }
components: { api: { kind: service, size: { cpu: 1 }, ${warmUp} } }
flows: { ask: { from: users, steps: [{ call: api, do: [{ work: 2 ms }] }] } }
scenarios: { hit: { faults: [{ at: 5 s, kill: api, for: 1 s }] } }
`

  it('is slow at first, by as much and for as long as it says', () => {
    const warm = playThrough(design(''), 60).mean
    const cold = playThrough(design('warm-up: { for: 60 s, from: 25% }'), 60).mean
    const shorter = playThrough(design('warm-up: { for: 10 s, from: 25% }'), 60).mean
    const milder = playThrough(design('warm-up: { for: 60 s, from: 60% }'), 60).mean
    expect(cold).toBeGreaterThan(1.5 * warm)
    expect(shorter).toBeLessThan(0.8 * cold)
    expect(milder).toBeLessThan(0.8 * cold)
    expect(shorter).toBeGreaterThan(1.05 * warm)
  })
})
