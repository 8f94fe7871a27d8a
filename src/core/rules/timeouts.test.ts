import { describe, expect, it } from 'vitest'
import { call, group, line, links, saidBy, serve, source, station, subjectOf, zone } from './subject.test-support.ts'
import { timeoutBelowRoundTrip } from './timeout-below-round-trip.ts'
import { timeoutOverDeadline } from './timeout-over-deadline.ts'

const groups = [group('api'), group('db'), group('search')]
const resources = [station(1, 'db cpu'), station(2, 'search cpu')]
const work = [serve(0, 0.001)]
const byDefault = (timeout: number) => ({
  design: { policies: { byDefault: { timeout }, named: new Map(), edges: new Map() } },
})

describe('a timeout over the deadline', () => {
  it('is told with both times', () => {
    const inner = call(2, 1, work, { timeout: 0.4 })
    const subject = subjectOf({ groups, resources, steps: [[call(1, 0, [inner], { deadline: 0.25 })]] })
    expect(saidBy(timeoutOverDeadline, subject)).toEqual([
      '2: `api` waits up to 400 ms for `db`, but the deadline that `users` sets is 250 ms: the timeout never ends an attempt',
    ])
  })

  it('counts the deadline of the same call', () => {
    const subject = subjectOf({ groups, resources, steps: [[call(1, 1, work, { timeout: 2, deadline: 1 })]] })
    expect(saidBy(timeoutOverDeadline, subject)).toEqual([
      '1: `users` waits up to 2 s for `db`, but the deadline of the same call is 1 s: the timeout never ends an attempt',
    ])
  })

  it('is told once for all callees of one caller', () => {
    const inner = [call(2, 1, work, { timeout: 0.4 }), call(3, 2, [serve(1, 0.001)], { timeout: 0.4 })]
    const subject = subjectOf({ groups, resources, steps: [[call(1, 0, inner, { timeout: 0.1 })]] })
    expect(saidBy(timeoutOverDeadline, subject)).toEqual([
      '2: `api` waits up to 400 ms for `db` and `search`, but `users` gives up on `api` after 100 ms: it goes on waiting for nobody',
    ])
    expect(timeoutOverDeadline.check(subject)[0]?.also).toEqual([line(3)])
  })

  it('is no matter when the inner call has the shorter one', () => {
    const inner = call(2, 1, work, { timeout: 0.08 })
    const subject = subjectOf({ groups, resources, steps: [[call(1, 0, [inner], { timeout: 0.12, deadline: 0.25 })]] })
    expect(saidBy(timeoutOverDeadline, subject)).toEqual([])
  })

  it('is no matter for a default that the deadline cuts', () => {
    const steps = [[call(1, 0, [call(2, 1, work, { timeout: 1 })], { timeout: 0.12, deadline: 0.25 })]]
    expect(saidBy(timeoutOverDeadline, subjectOf({ groups, resources, steps, ...byDefault(1) }))).toEqual([])
    expect(saidBy(timeoutOverDeadline, subjectOf({ groups, resources, steps, ...byDefault(2) }))).toHaveLength(1)
  })

  it('is no matter after the reply, when nobody waits any more', () => {
    const inner = call(2, 1, work, { timeout: 0.4 })
    const subject = subjectOf({
      groups,
      resources,
      steps: [[call(1, 0, [{ kind: 'reply' }, inner], { timeout: 0.1 })]],
    })
    expect(saidBy(timeoutOverDeadline, subject)).toEqual([])
  })
})

describe('a timeout below the round trip', () => {
  const places = [zone('eu.a'), zone('us.a'), { id: 'asia', region: 'asia', kind: 'clients' as const }]
  const far = links([
    [0.0005, 0.07, 0.18],
    [0.07, 0.0005, 0.2],
    [0.18, 0.2, 0.01],
  ])
  const here = [group('api', { places: [0] }), group('db', { places: [1] })]

  it('is told for the whole way between two components', () => {
    const steps = [[call(1, 0, [call(2, 1, work, { timeout: 0.05 })])]]
    const subject = subjectOf({ groups: here, resources, places, links: far, steps })
    expect(saidBy(timeoutBelowRoundTrip, subject)).toEqual([
      '2: `api` waits 50 ms for `db`, but the round trip takes 70 ms: every such call times out',
    ])
  })

  it('names the places from which no answer is in time', () => {
    const from = [
      { place: 0, share: 0.9 },
      { place: 2, share: 0.1 },
    ]
    const steps = [[call(1, 0, work, { timeout: 0.12 })]]
    const subject = subjectOf({ groups: here, resources, places, links: far, steps, sources: [source(10, { from })] })
    expect(saidBy(timeoutBelowRoundTrip, subject)).toEqual([
      '1: `users` waits 120 ms for `api`, but the round trip from `asia` takes 180 ms: every such call times out',
    ])
  })

  it('tells the shortest way of all places', () => {
    const everywhere = [group('api', { places: [0, 2], perShard: 2 }), group('db', { places: [1] })]
    const steps = [[call(1, 0, [call(2, 1, work, { timeout: 0.05 }), call(3, 1, work, { timeout: 0.05 })])]]
    const subject = subjectOf({ groups: everywhere, resources, places, links: far, steps })
    expect(saidBy(timeoutBelowRoundTrip, subject)).toEqual([
      '2: `api` waits 50 ms for `db`, but the round trip takes 70 ms: every such call times out',
    ])
    expect(timeoutBelowRoundTrip.check(subject)[0]?.also).toEqual([line(3)])
    const toBoth = [group('api', { places: [2] }), group('db', { places: [1, 0], perShard: 2 })]
    expect(saidBy(timeoutBelowRoundTrip, subjectOf({ groups: toBoth, resources, places, links: far, steps }))).toEqual([
      '2: `api` waits 50 ms for `db`, but the round trip takes 180 ms: every such call times out',
    ])
  })

  it('is no matter when one instance is near enough', () => {
    const spread = [group('api', { places: [0] }), group('db', { places: [1, 0], perShard: 2 })]
    const steps = [[call(1, 0, [call(2, 1, work, { timeout: 0.05 })])]]
    const subject = subjectOf({ groups: spread, resources, places, links: far, steps })
    expect(saidBy(timeoutBelowRoundTrip, subject)).toEqual([])
  })
})
