import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../base/diagnostic.ts'
import { prepare } from '../prepare.ts'
import type { Result } from '../result/result.ts'
import { simulate } from './simulate.ts'

interface Play {
  readonly result: Result
  readonly said: readonly Diagnostic[]
}

function play(text: string, scenario = 'it', duration: number | null = null): Play {
  const options = { file: 't', variant: null, scenarios: [scenario], sets: [], limits: {} }
  const { models, diagnostics } = prepare(text, options)
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([])
  expect(diagnostics.map(({ code }) => code)).not.toContain('not-simulated')
  const result = simulate(models[0]!, { seed: 1, replications: 2, eventsMax: 1e6, duration })
  expect(result.trust.filter((note) => note.includes('invariant'))).toEqual([])
  return { result, said: diagnostics }
}

interface Said {
  readonly faults?: string
  readonly api?: string
  readonly db?: string
  readonly policy?: string
  readonly more?: string
  readonly failures?: string
  readonly bank?: string
}

/** Six instances in three zones before a database with two copies, and a bank. */
const design = ({
  faults = '[]',
  api = '',
  db = '',
  policy = 'timeout: 500 ms',
  more = '',
  failures = '',
  bank = '',
}: Said) => `
loadpath: 1
name: failing
load: { users: { rate: 200/s, from: { net: 100% }, mix: { read: 50%, write: 50% } } }
places:
  net: { clients: true, latency: 10 ms }
  eu: { region: eu-west-1, zones: [a, b, c] ${failures} }
components:
  api: { kind: service, at: eu, instances: 6, size: { cpu: 2 }, health: { interval: 1 s, unhealthy-after: 2 }, ${api} }
  db:
    kind: postgres
    at: eu
    replicas: { count: 2, failover: { detect: 2 s, promote: 3 s } }
    tables: { t: { rows: 1 M, row: 1 KB } }
    ${db}
  bank: { kind: external, latency: fixed(20 ms), rate: 500/s ${bank} }
flows:
  read: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { read: db.t }] }] }
  write: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { write: db.t }, { call: bank }] }] }
policies: { default: { ${policy} } }
scenarios:
  it: { faults: ${faults} }
${more}
`
const success = (said: Said, flow: string, duration: number | null = null): number =>
  play(design(said), 'it', duration).result.flows[flow]!.success_ratio.value!

/** Two regions with clients of their own, cut apart for a minute; the database leads in the smaller one. */
const cutApart = (): Result =>
  play(`
loadpath: 1
name: apart
load:
  europeans: { rate: 100/s, mix: { write: 50%, ask: 50% } }
  americans: { rate: 100/s, mix: { write-far: 50%, ask-far: 50% } }
places:
  eu: { region: eu-west-1 }
  us: { region: us-east-1, zones: [a, b] }
components:
  api: { kind: service, at: eu, instances: 2 }
  api-far: { kind: service, at: us.a, instances: 2 }
  prices: { kind: service, at: [eu, us.a], instances: 4, health: { interval: 1 s, unhealthy-after: 2 } }
  db:
    kind: postgres
    at: [eu, us]
    replicas: { count: 2, failover: { detect: 2 s, promote: 3 s } }
    tables: { t: { rows: 1 M, row: 1 KB } }
flows:
  write: { from: europeans, steps: [{ call: api, do: [{ write: db.t }] }] }
  ask: { from: europeans, steps: [{ call: api, do: [{ call: prices, do: [{ work: 1 ms }] }] }] }
  write-far: { from: americans, steps: [{ call: api-far, do: [{ write: db.t }] }] }
  ask-far: { from: americans, steps: [{ call: api-far, do: [{ call: prices, do: [{ work: 1 ms }] }] }] }
policies: { default: { timeout: 1 s } }
scenarios: { it: { faults: [{ at: 10 s, partition: eu -> us, for: 60 s }] } }
`).result

describe('a partition', () => {
  it('leaves each side to itself once it is noticed', () => {
    const { flows } = cutApart()
    // Half of the calls cross until that, which takes 2 of 60 s.
    for (const flow of ['ask', 'ask-far']) {
      expect(flows[flow]!.success_ratio.value).toBeGreaterThan(0.97)
      expect(flows[flow]!.success_ratio.value).toBeLessThan(0.995)
    }
    // The leader is on this side for the first 5 s, then on the other.
    expect(flows['write']!.success_ratio.value).toBeCloseTo(5 / 60, 1)
    expect(flows['write-far']!.success_ratio.value).toBeCloseTo(55 / 60, 1)
  })
  it('keeps requests from the instances on the other side until they are left out', () => {
    const cut = success({ faults: '[{ at: 10 s, partition: eu.b, for: 60 s }]' }, 'read')
    // A third of the instances for 2 s of 60 s, and the database's leader, if it stands there, for 5 s.
    expect(cut).toBeGreaterThan(0.9)
    expect(cut).toBeLessThan(0.999)
  })
  it('of a part that everybody needs fails all requests that give up, and delays those that do not', () => {
    const faults = '[{ at: 10 s, partition: db, for: 20 s }]'
    expect(success({ faults }, 'read')).toBeLessThan(0.03)
    const later = '[{ at: 10 s, partition: db, for: 20 s }, { at: 60 s, slow: bank, by: 1 us, for: 1 s }]'
    const patient = play(design({ faults: later, policy: 'retry: 0', db: 'pool: { max: 5000, wait: infinite }' }))
    const read = patient.result.flows['read']!
    expect(read.success_ratio.value).toBe(1)
    expect(read.response_time_s.max.value).toBeGreaterThan(15)
  })
  it('between two parts leaves the way around them', () => {
    const faults = '[{ at: 10 s, partition: api -> bank, for: 20 s }]'
    expect(success({ faults }, 'read')).toBe(1)
    expect(success({ faults }, 'write')).toBeLessThan(0.03)
  })
})

describe('a part that is limited from outside', () => {
  it('denied refuses its share of calls', () => {
    const { result } = play(design({ faults: '[{ at: 10 s, deny: 30% of bank, for: 30 s }]' }))
    expect(result.flows['write']!.errors.rejected).toBeCloseTo(0.3, 1)
    expect(result.flows['read']!.success_ratio.value).toBe(1)
  })
  it('throttled lets one in so many of its rate through', () => {
    const { result } = play(design({ faults: '[{ at: 10 s, throttle: bank, times: 10, for: 60 s }]' }))
    // 50/s of 100/s, after what was saved up.
    expect(result.flows['write']!.errors['rate-limited']).toBeGreaterThan(0.3)
    expect(result.flows['write']!.errors['rate-limited']).toBeLessThan(0.52)
  })
  it('with a full disk fails writes, and reads go on', () => {
    const { result } = play(design({ faults: '[{ at: 10 s, fill: db, for: 30 s }]' }))
    expect(result.flows['write']!.success_ratio.value).toBeLessThan(0.005)
    expect(result.flows['read']!.success_ratio.value).toBe(1)
  })
  it('keeps its promise: what is not promised fails, and a retry does not help', () => {
    const text = design({ bank: ', sla: 99%' }).replace(
      'policies: {',
      'policies: { edges: { api -> bank: { retry: { times: 3, backoff: 1 ms } } },',
    )
    const { result } = play(text, 'baseline', 100)
    expect(result.flows['write']!.success_ratio.value).toBeCloseTo(0.99, 2)
    expect(result.flows['read']!.success_ratio.value).toBe(1)
  })
})

describe('a promise', () => {
  const design = (it: string, steps: string): string => `
loadpath: 1
name: promised
load: { users: { rate: 200/s, mix: { ask: 100% } } }
components:
  it: { ${it}, sla: 90% }
  next: { kind: load-balancer, sla: 90% }
  api: { kind: service, instances: 2, size: { cpu: 4 } }
flows: { ask: { from: users, steps: [${steps}] } }
`
  const successOf = (it: string, steps: string): number =>
    play(design(it, steps), 'baseline', 100).result.flows['ask']!.success_ratio.value!

  for (const kind of ['load-balancer', 'waf', 'api-gateway', 'dns']) {
    it(`of a ${kind} counts for what passes it`, () => {
      expect(successOf(`kind: ${kind}`, '{ call: api, via: [it] }')).toBeCloseTo(0.9, 2)
    })
  }
  it('of each that is passed counts', () => {
    expect(successOf('kind: load-balancer', '{ call: api, via: [it, next] }')).toBeCloseTo(0.81, 2)
  })
  it('of what keeps locks counts for who takes one', () => {
    const hold = '{ call: api, do: [{ hold: it.a, do: [{ wait: 1 ms }] }] }'
    expect(successOf('kind: lock-service, locks: { a: {} }', hold)).toBeCloseTo(0.9, 2)
  })
})

describe('a leader', () => {
  const { result } = play(design({ faults: '[{ at: 10 s, kill: "db[0]", for: 60 s }]' }))
  const lost = result.components['db']!.recovery!
  it('that dies is replaced after detection and promotion: the measured recovery time', () => {
    expect(lost.outage_s).toBeCloseTo(5, 1)
  })
  it('that dies takes writes with it that its copies did not have yet: the measured recovery point', () => {
    // 100/s are 10 ms and a way behind.
    expect(lost.lost_writes).toBeGreaterThan(0)
    expect(lost.lost_writes).toBeLessThan(10)
    expect(lost.lost_age_s).toBeGreaterThan(0.001)
    expect(lost.lost_age_s).toBeLessThan(0.5)
  })
  it('with a synchronous copy loses none', () => {
    const db = 'replicas: { count: 2, mode: sync(1), failover: { detect: 2 s, promote: 3 s } }'
    const text = design({ faults: '[{ at: 10 s, kill: "db[0]", for: 60 s }]' })
    const sync = text.replace('replicas: { count: 2, failover: { detect: 2 s, promote: 3 s } }', db)
    expect(play(sync).result.components['db']!.recovery).toMatchObject({ lost_writes: 0, lost_age_s: 0 })
  })
  it('that is back before it is replaced has all it had on disk', () => {
    const back = play(design({ faults: '[{ at: 10 s, kill: "db[0]", for: 1 s }]' }))
    expect(back.result.components['db']!.recovery).toMatchObject({ lost_writes: 0 })
  })
  it('hands over on purpose without losing anything, in the time of a promotion', () => {
    const planned = play(design({ faults: '[{ at: 10 s, failover: db }]' })).result
    expect(planned.components['db']!.recovery!.outage_s).toBeCloseTo(3, 1)
    expect(planned.components['db']!.recovery!.lost_writes).toBe(0)
  })
})

describe('all copies of a store', () => {
  const goals = 'requirements: { recovery: { db: { rto: 30 s, rpo: 10 min } } }'
  const faults = '[{ at: 10 s, kill: db, disks: lost, for: 5 s }]'
  it('come back from a backup, in the time of a restore, as they were when it was made', () => {
    const db = 'backup: { every: 5 min, restore-rate: 50 MB/s }'
    const { result } = play(design({ faults, db, more: goals }))
    // 1 GB at 50 MB/s after 5 s.
    expect(result.components['db']!.recovery!.outage_s).toBeCloseTo(25, 0)
    // A failure does not wait for the next backup.
    expect(result.components['db']!.recovery!.lost_age_s).toBe(300)
    expect(result.objectives.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['db rto', 'met'],
      ['db rpo', 'met'],
    ])
  })
  it('are lost for good without one', () => {
    const { result } = play(design({ faults, more: goals }))
    expect(result.objectives.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['db rto', 'met'],
      ['db rpo', 'missed'],
    ])
  })
  it('come back from one that is left', () => {
    const some = '[{ at: 10 s, kill: "db[0]", disks: lost, for: 5 s }]'
    const { result } = play(design({ faults: some }))
    expect(result.components['db']!.recovery!.lost_age_s).toBeLessThan(1)
  })
})

describe('what a failure cost', () => {
  it('of a store whose restore takes hours is played to its end, in written time', () => {
    const db = 'backup: { every: 5 min, restore-rate: 100 KB/s }'
    const faults = '[{ at: 10 s, kill: db, disks: lost, for: 5 s }]'
    const more = 'requirements: { recovery: { db: { rto: 1 h, rpo: 4 min } } }'
    const { result } = play(design({ faults, db, more }))
    // 1 GB at 100 KB/s.
    const { outage_s: outage } = result.components['db']!.recovery!
    expect(outage).toBeGreaterThan(9_900)
    expect(outage).toBeLessThan(10_100)
    expect(result.objectives.map(({ verdict }) => verdict)).toEqual(['missed', 'missed'])
  })
  it('is not called over while it lasts', () => {
    const more = 'requirements: { recovery: { db: { rto: 1 h } } }'
    const { result } = play(design({ faults: '[{ at: 10 s, kill: db }]', more }))
    expect(result.components['db']!.recovery!.is_over).toBe(false)
    expect(result.objectives[0]!.verdict).toBe('missed')
  })
  it('is nothing to a part that keeps nothing', () => {
    const { result } = play(design({ faults: '[{ at: 10 s, kill: api, for: 5 s }]' }))
    expect(result.components['api']!.recovery).toBeUndefined()
  })
  it('of a leader that is cut off: what its own side wrote until it was replaced', () => {
    const { lost_writes: lost, lost_age_s: age, outage_s: outage } = cutApart().components['db']!.recovery!
    expect(outage).toBeCloseTo(5, 1)
    // 50 a second for 5 s.
    expect(lost).toBeGreaterThan(200)
    expect(lost).toBeLessThan(300)
    expect(age).toBeCloseTo(5, 0)
  })
  it('of a cache that is the only home of its keys is all of them, unless a replica has them', () => {
    const cached = (replicas: number, write: string) =>
      play(`
loadpath: 1
name: home
load: { users: { rate: 200/s, mix: { set: 100% } } }
components:
  api: { kind: service }
  hot: { kind: redis, replicas: ${replicas}, keyspaces: { k: { keys: 1000, value: 1 KB, write: ${write} } } }
flows: { set: { from: users, steps: [{ call: api, do: [{ put: hot.k }] }] } }
scenarios: { it: { faults: [{ at: 10 s, kill: "hot[0]", for: 60 s }] } }
`).result.components['hot']!.recovery
    expect(cached(0, 'model')!.lost_age_s).toBeGreaterThan(1e9)
    expect(cached(1, 'model')!.lost_age_s).toBeLessThan(1)
    expect(cached(0, 'aside')).toBeUndefined()
  })
})

describe('a deployment', () => {
  const deploy = (strategy: string): Result =>
    play(
      design({
        api: `deploy: { strategy: ${strategy}, takes: 5 s, watch: 10 s }`,
        faults: '[{ at: 10 s, deploy: api }]',
      }),
    ).result
  it('that rolls fails nothing, and one that recreates fails all for as long as it takes', () => {
    expect(deploy('rolling').flows['read']!.success_ratio.value).toBe(1)
    expect(deploy('canary').flows['read']!.success_ratio.value).toBe(1)
    expect(deploy('blue-green').flows['read']!.success_ratio.value).toBeGreaterThan(0.99)
    expect(deploy('recreate').flows['read']!.success_ratio.value).toBeLessThan(0.95)
  })
})

describe('an orchestrator', () => {
  it('starts a crashed program again after its time; without one it stays down', () => {
    const faults = '[{ at: 10 s, kill: api }]'
    const alone = success({ faults }, 'read')
    const restarted = success({ faults, api: 'recover: { restart: 5 s, reschedule: 40 s }' }, 'read')
    expect(alone).toBeLessThan(0.02)
    expect(restarted).toBeLessThan(alone + 0.05)
    const { result } = play(
      design({
        faults: '[{ at: 10 s, kill: api }, { at: 70 s, slow: bank, by: 1 us, for: 1 s }]',
        api: 'recover: { restart: 5 s }',
      }),
    )
    expect(result.flows['read']!.success_ratio.value).toBeGreaterThan(0.85)
  })
  it('takes longer when the zone is gone and everything has to run elsewhere', () => {
    const api = 'recover: { restart: 1 s, reschedule: 30 s }'
    const lost = (target: string): number =>
      play(design({ faults: `[{ at: 10 s, kill: ${target} }, { at: 70 s, slow: bank, by: 1 us, for: 1 s }]`, api }))
        .result.components['api']!.instances_mean!.value!
    expect(lost('api')).toBeGreaterThan(5.8)
    expect(lost('eu.a')).toBeLessThan(5.6)
  })
})

describe('failures by chance', () => {
  const single = (figures: string, instances: number): number =>
    play(
      `
loadpath: 1
name: by-chance
network: ideal
load: { users: { rate: 4/s, mix: { ask: 100% } } }
places: { eu: { region: eu-west-1, zones: [a, b], failures: { ${figures} } } }
components:
  s: { kind: service, at: eu, instances: ${instances}, health: { interval: 0 s } }
flows: { ask: { from: users, steps: [{ call: s, do: [{ wait: 1 ms }] }] } }
`,
      'baseline',
      40_000,
    ).result.flows['ask']!.success_ratio.value!
  it('make one instance unavailable for mttr / (mtbf + mttr) of the time', () => {
    expect(1 - single('process: { mtbf: 90 s, mttr: 10 s }', 1)).toBeCloseTo(0.1, 1)
  })
  it('of two instances that fail apart take both for the square of that, with their region for nearly all', () => {
    const apart = 1 - single('process: { mtbf: 90 s, mttr: 10 s }', 2)
    expect(apart).toBeGreaterThan(0.007)
    expect(apart).toBeLessThan(0.013)
    const together = 1 - single('region: { mtbf: 90 s, mttr: 10 s }', 2)
    expect(together).toBeGreaterThan(0.09)
    expect(together).toBeLessThan(0.11)
  })
})
