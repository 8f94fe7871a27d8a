import { describe, expect, it } from 'vitest'
import type { Design, Fault, Scenario } from '../design/design.ts'
import type { Group } from '../model/resource.ts'
import { roundTripOverObjective } from './round-trip-over-objective.ts'
import { singleInstance } from './single-instance.ts'
import { slowDetection } from './slow-detection.ts'
import {
  cache,
  call,
  component,
  group,
  line,
  links,
  lookup,
  objective,
  requirements,
  saidBy,
  source,
  subjectOf,
  type SubjectSpec,
  zone,
} from './subject.test-support.ts'
import { zoneNotSurvived } from './zone-not-survived.ts'
import { zoneTakesQuorum } from './zone-takes-quorum.ts'

const survive = (text: string) => requirements({ survive: [{ text, span: line(5) }] })
const places = [zone('eu.a'), zone('eu.b'), zone('eu.c')]

describe('a zone whose loss is to be survived', () => {
  const standing = (changes: Partial<Group>, text = 'any zone') =>
    saidBy(
      zoneNotSurvived,
      subjectOf({
        groups: [group('db', changes)],
        places,
        steps: [[call(1, 0, [])]],
        design: { requirements: survive(text) },
      }),
    )

  it('must not hold the only instance', () => {
    expect(standing({ places: [1] })).toEqual([
      '80: `db` has its only instance in `eu.b`, but the loss of any zone is to be survived',
    ])
    expect(standing({ places: [0, 1, 2] })).toEqual([
      '80: `db` has its only instance in `eu.a`, but the loss of any zone is to be survived',
    ])
  })

  it('must not hold all instances', () => {
    expect(standing({ places: [0], perShard: 3 })).toEqual([
      '80: `db` has all its 3 instances in `eu.a`, but the loss of any zone is to be survived',
    ])
  })

  it('must not hold the only copy of a shard', () => {
    expect(standing({ places: [0, 1], shards: 2 })).toEqual([
      '80: `db` has the only copy of a shard in `eu.a` and `eu.b`, but the loss of any zone is to be survived',
    ])
  })

  it('may be lost when another zone has copies, or nobody asked', () => {
    expect(standing({ places: [0, 1], perShard: 2 })).toEqual([])
    expect(standing({ places: [0] }, 'any node')).toEqual([])
    expect(standing({ places: [] })).toEqual([])
  })

  it('may be lost with what callers do without', () => {
    const groups = [group('db', { places: [0] })]
    const steps = [[call(1, 0, [], { onFail: 'miss' })]]
    const subject = subjectOf({ groups, places, steps, design: { requirements: survive('any zone') } })
    expect(saidBy(zoneNotSurvived, subject)).toEqual([])
  })
})

describe('copies in zones', () => {
  const replicated = (changes: Partial<Group>, mode: unknown, design: Partial<Design> = {}) =>
    saidBy(
      zoneTakesQuorum,
      subjectOf({
        groups: [group('db', changes)],
        places,
        steps: [],
        design: { components: new Map([['db', component('db', { replicas: { count: 2, mode } })]]), ...design },
      }),
    )
  const sync = (count: number) => ({ kind: 'sync', count })
  const quorum = (read: number, write: number, copies: number) => ({ kind: 'quorum', read, write, copies })

  it('are all lost with the one zone they stand in', () => {
    expect(replicated({ places: [1], perShard: 3 }, sync(1))).toEqual([
      '80: all 3 copies of `db` stand in `eu.b`: the loss of that zone takes them all',
    ])
  })

  it('are told once when the requirement about zones tells them already', () => {
    expect(replicated({ places: [1], perShard: 3 }, sync(1), { requirements: survive('any zone') })).toEqual([])
  })

  it('leave too few for a synchronous write', () => {
    expect(replicated({ places: [0, 1], perShard: 2 }, sync(1))).toEqual([
      '80: a write to `db` needs 2 of 2 copies (`sync(1)`), and the loss of `eu.a` leaves 1',
    ])
    expect(replicated({ places: [0, 1, 2], perShard: 3 }, sync(1))).toEqual([])
  })

  it('leave too few for a quorum', () => {
    expect(replicated({ places: [0, 1], perShard: 3 }, quorum(2, 2, 3))).toEqual([
      '80: a write to `db` needs 2 of 3 copies (`w 2`), and the loss of `eu.a` leaves 1',
    ])
    expect(replicated({ places: [0, 1, 2], perShard: 3 }, quorum(2, 2, 3))).toEqual([])
  })

  it('leave too few for a quorum of a store without leaders', () => {
    const design = { components: new Map([['db', component('db', { replicas: quorum(2, 2, 3) })]]) }
    expect(replicated({ places: [0, 1], perShard: 3 }, null, design)).toEqual([
      '80: a write to `db` needs 2 of 3 copies (`w 2`), and the loss of `eu.a` leaves 1',
    ])
  })

  it('are where they can be when the region has one zone, or are no copies at all', () => {
    const alone = (changes: Partial<Group>, settings: Readonly<Record<string, unknown>>, where = places) =>
      saidBy(
        zoneTakesQuorum,
        subjectOf({
          groups: [group('db', changes)],
          places: where,
          steps: [],
          design: { components: new Map([['db', component('db', settings)]]) },
        }),
      )
    const copies = { replicas: { count: 2, mode: sync(1) } }
    expect(alone({ places: [0], perShard: 3 }, copies, [zone('eu.a'), zone('us.a')])).toEqual([])
    expect(alone({ places: [0], perShard: 3 }, { instances: 3 })).toEqual([])
    expect(alone({ places: [0], perShard: 3 }, { replicas: null })).toEqual([])
    expect(alone({ places: [0], perShard: 1 }, copies)).toEqual([])
    const edge = { id: 'pops', region: 'eu', kind: 'edge' as const }
    expect(alone({ places: [0], perShard: 3 }, copies, [edge, zone('eu.a'), zone('eu.b')])).toEqual([])
  })

  it('may follow later without anyone waiting', () => {
    expect(replicated({ places: [0, 1], perShard: 2 }, { kind: 'async' })).toEqual([])
  })
})

describe('a single instance', () => {
  const success = (target: number) => [
    objective('f', { indicator: 'success', relation: '>', target, text: `success > ${target * 100}%` }),
  ]
  const needed = (changes: Partial<SubjectSpec>) =>
    saidBy(
      singleInstance,
      subjectOf({ groups: [group('db')], objectives: success(0.9995), steps: [[call(1, 0, [])]], ...changes }),
    )

  it('on the path of a flow that must hardly ever fail is told', () => {
    expect(needed({})).toEqual(['80: `db` has one instance, and flow `f` cannot do without it: success > 99.95%'])
  })

  it('of each shard is told', () => {
    expect(needed({ groups: [group('db', { shards: 4 })] })).toEqual([
      '80: each of the 4 shards of `db` has one copy, and flow `f` cannot do without it: success > 99.95%',
    ])
  })

  it('is enough for 99.9 %, and when a second one stands beside it', () => {
    expect(needed({ objectives: success(0.999) })).toEqual([])
    expect(needed({ groups: [group('db', { perShard: 2 })] })).toEqual([])
  })

  it('counts for the objectives of its own flow, or of the whole system', () => {
    const whole = { subject: { kind: 'system' as const, id: 'system' } }
    const [promised] = success(0.9995)
    expect(needed({ objectives: promised ? [{ ...promised, ...whole }] : [] })).toHaveLength(1)
    expect(needed({ objectives: promised ? [{ ...promised, subject: { kind: 'flow', id: 'other' } }] : [] })).toEqual(
      [],
    )
    expect(needed({ objectives: promised ? [{ ...promised, relation: '<' }] : [] })).toEqual([])
  })

  it('that scaling may leave is told', () => {
    const scaler = {
      group: 0,
      by: 'busy',
      station: 0,
      max: 8,
      target: 0.5,
      react: 30,
      startDelay: 30,
      coolDown: 300,
    } as const
    const groups = [group('db', { perShard: 2, perShardMax: 8 })]
    expect(needed({ groups, scalers: [{ ...scaler, min: 1 }] })).toHaveLength(1)
    expect(needed({ groups, scalers: [{ ...scaler, min: 2 }] })).toEqual([])
  })

  it('whose failure is caught or ignored does no harm', () => {
    const tried = { kind: 'attempt' as const, steps: [call(1, 0, [])], otherwise: [] }
    expect(needed({ steps: [[tried]] })).toEqual([])
    expect(needed({ steps: [[call(1, 0, [], { onFail: 'ignore' })]] })).toEqual([])
  })

  it('of something rented as a whole is no concern', () => {
    expect(needed({ design: { components: new Map([['db', component('db', { latency: 1 })]]) } })).toEqual([])
  })
})

describe('the way over the network', () => {
  const world = [zone('eu.a'), zone('us.a'), { id: 'asia', region: 'asia', kind: 'clients' as const }]
  const far = links([
    [0.001, 0.07, 0.18],
    [0.07, 0.001, 0.2],
    [0.18, 0.2, 0.01],
  ])
  const from = [
    { place: 0, share: 0.9 },
    { place: 2, share: 0.1 },
  ]
  const promised = (indicator: 'p50' | 'p90' | 'p99', target: number, changes: Partial<SubjectSpec> = {}) =>
    saidBy(
      roundTripOverObjective,
      subjectOf({
        groups: [group('api', { places: [0] }), group('db', { places: [1] })],
        places: world,
        links: far,
        sources: [source(10, { from })],
        objectives: [objective('f', { indicator, target, text: `${indicator} < ${target * 1000} ms` })],
        steps: [[call(1, 0, [call(2, 1, [])])]],
        ...changes,
      }),
    )

  it('is told when it takes longer than promised', () => {
    expect(promised('p99', 0.12)).toEqual([
      '90: `f` is promised p99 < 120 ms, but round trips alone take at least 250 ms for 10% of its requests: asia to eu.a 180 ms, eu.a to us.a 70 ms',
    ])
    expect(promised('p50', 0.06)).toEqual([
      '90: `f` is promised p50 < 60 ms, but round trips alone take at least 71 ms for every request: eu.a to eu.a 1 ms, eu.a to us.a 70 ms',
    ])
  })

  it('may be long for the share that the percentile leaves', () => {
    expect(promised('p90', 0.12)).toEqual([])
    expect(promised('p99', 0.3)).toEqual([])
  })

  it('is the shorter one at a cache', () => {
    const steps = [[call(1, 0, [lookup(2, 0, { miss: [call(3, 1, [])] })])]]
    expect(promised('p50', 0.06, { steps, resources: [cache(0, 'hot')] })).toEqual([])
  })

  it('is the longest of branches that are all waited for, and none of one that is given up', () => {
    const branches = (giveUp: number | null) => [
      [
        call(1, 0, [
          {
            kind: 'parallel' as const,
            branches: [
              { steps: [call(2, 1, [])], giveUp },
              { steps: [], giveUp: null },
            ],
            need: 2,
            point: 0,
          },
        ]),
      ],
    ]
    expect(promised('p50', 0.06, { steps: branches(null) })).toHaveLength(1)
    expect(promised('p50', 0.06, { steps: branches(0.02) })).toEqual([])
  })

  it('ends at the reply', () => {
    const steps = [[call(1, 0, [{ kind: 'reply' as const }, call(2, 1, [])])]]
    expect(promised('p50', 0.06, { steps })).toEqual([])
  })
})

describe('the detection of a dead instance', () => {
  const goal = (rto: number) =>
    requirements({ recovery: new Map([['links', { rpo: null, rto, durability: null, span: line(12) }]]) })
  const tables = new Map([['links', { value: {} }]])
  const noticed = (changes: Partial<Group>, design: Partial<Design>) =>
    saidBy(
      slowDetection,
      subjectOf({
        groups: [group('db', changes)],
        steps: [],
        design: { components: new Map([['db', { ...component('db', { tables }), at: ['eu'] }]]), ...design },
      }),
    )

  it('takes longer than the recovery of what it keeps', () => {
    expect(noticed({ detect: 30 }, { requirements: goal(20) })).toEqual([
      '80: it takes 30 s until a dead instance of `db` is out of the way, but `links` is to be back within 20 s',
    ])
    expect(noticed({ detect: 10 }, { requirements: goal(20) })).toEqual([])
  })

  it('counts for what the component is called, too', () => {
    const ofComponent = requirements({
      recovery: new Map([['db', { rpo: null, rto: 20, durability: null, span: line(12) }]]),
    })
    const ofOther = requirements({
      recovery: new Map([['hot', { rpo: null, rto: 20, durability: null, span: line(12) }]]),
    })
    expect(noticed({ detect: 30 }, { requirements: ofComponent })).toHaveLength(1)
    expect(noticed({ detect: 30 }, { requirements: ofOther })).toEqual([])
  })

  it('ends when another copy leads', () => {
    expect(noticed({ detect: 10, promote: Infinity, perShard: 2 }, { requirements: goal(20) })).toEqual([])
    expect(noticed({ detect: 10, promote: 40 }, { requirements: goal(20) })).toEqual([])
    expect(noticed({ detect: 10, promote: 40, perShard: 2 }, { requirements: goal(20) })).toEqual([
      '80: it takes 40 s until a dead leader of `db` is out of the way, but `links` is to be back within 20 s',
    ])
  })

  it('takes longer than a scenario expects', () => {
    const killed = (
      id: string,
      kind: 'place' | 'component' = 'place',
      relation: '<' | '>' = '<',
    ): ReadonlyMap<string, Scenario> => {
      const fault: Fault = {
        kind: 'kill',
        target: { kind, id, instance: null },
        other: null,
        isDiskLost: false,
        start: 60,
        end: 90,
        share: 1,
        times: 1,
        by: 0,
        text: `kill ${id}`,
        span: line(60),
      }
      const expectation = objective('system', {
        subject: { kind: 'system', id: 'system' },
        indicator: 'recovered-within',
        relation,
        target: 15,
        text: 'recovered-within 15 s',
      })
      const rest = { during: null, actors: new Map(), sets: [], isSweep: false, isSearch: false, span: line(60) }
      return new Map([['lost', { id: 'lost', faults: [fault], expect: [expectation], ...rest }]])
    }
    expect(noticed({ detect: 30 }, { scenarios: killed('eu.a') })).toEqual([
      '80: it takes 30 s until a dead instance of `db` is out of the way, but scenario `lost` expects recovered-within 15 s',
    ])
    expect(noticed({ detect: 30 }, { scenarios: killed('us.a') })).toEqual([])
    expect(noticed({ detect: 30 }, { scenarios: killed('db', 'component') })).toHaveLength(1)
    expect(noticed({ detect: 30 }, { scenarios: killed('hot', 'component') })).toEqual([])
    expect(noticed({ detect: 30 }, { scenarios: killed('eu.a', 'place', '>') })).toEqual([])
  })
})
