import { describe, expect, it } from 'vitest'
import { exponential } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import { networkTravels } from './network-path.ts'
import { call, group, links, repeat, source, subjectOf, type SubjectSpec, zone } from './subject.test-support.ts'

const places = [zone('eu.a'), zone('eu.b'), zone('us.a')]
const roundTrips = links([
  [0.001, 0.002, 0.07],
  [0.002, 0.001, 0.08],
  [0.07, 0.08, 0.001],
])
const groups = [
  group('api', { places: [0] }),
  group('db', { places: [0, 1, 2], perShard: 3 }),
  group('far', { places: [2] }),
  group('nowhere'),
]

/** Shares and times in milliseconds, of requests from `eu.a`. */
const travelled = (
  steps: readonly Step[],
  changes: Partial<SubjectSpec> = {},
): readonly (readonly [number, number])[] => {
  const from = [{ place: 0, share: 1 }]
  const { model } = subjectOf({
    groups,
    places,
    links: roundTrips,
    sources: [source(1, { from })],
    steps: [steps],
    ...changes,
  })
  return networkTravels(model, 0)
    .map(({ share, time }) => [Number(share.toPrecision(6)), Number((time * 1000).toPrecision(6))] as const)
    .toSorted((a, b) => a[1] - b[1])
}

describe('time on the network', () => {
  it('adds what follows one another', () => {
    expect(travelled([call(1, 2, []), call(2, 0, [])])).toEqual([[1, 71]])
    expect(travelled([call(1, 0, [call(2, 2, [call(3, 2, [])])])])).toEqual([[1, 72]])
  })

  it('goes to each copy as often as it is picked', () => {
    expect(travelled([call(1, 1, [])])).toEqual([
      [0.333333, 1],
      [0.333333, 2],
      [0.333333, 70],
    ])
    expect(travelled([call(1, 1, [], { within: 'leader' })])).toEqual([[1, 1]])
    expect(travelled([call(1, 1, [], { within: 'nearest' })])).toEqual([[1, 1]])
  })

  it('starts where requests come from', () => {
    const from = [
      { place: 1, share: 0.3 },
      { place: 2, share: 0.1 },
    ]
    expect(travelled([call(1, 1, [], { within: 'nearest' })], { sources: [source(1, { from })] })).toEqual([
      [0.75, 1],
      [0.25, 1],
    ])
    expect(travelled([call(1, 0, [])], { sources: [source(1, { from })] })).toEqual([
      [0.75, 2],
      [0.25, 70],
    ])
  })

  it('is nothing to and from what stands nowhere', () => {
    expect(travelled([call(1, 3, [call(2, 2, [])]), call(3, 2, [])])).toEqual([[1, 70]])
  })

  it('parts where the flow does', () => {
    const choose: Step = {
      kind: 'choose',
      branches: [
        { probability: 0.2, steps: [call(1, 2, [])] },
        { probability: 0.8, steps: [] },
        { probability: 0, steps: [call(2, 0, [])] },
      ],
    }
    expect(travelled([choose, call(3, 0, [])])).toEqual([
      [0.8, 1],
      [0.2, 71],
    ])
  })

  it('repeats with the rounds, as far as their number is known', () => {
    expect(travelled([repeat(5, [call(1, 2, [])])])).toEqual([[1, 350]])
    expect(travelled([repeat(5, [call(1, 2, [])], { groupsOf: 2, atOnce: 2 })])).toEqual([[1, 140]])
    expect(travelled([repeat(0, [call(1, 2, [])])])).toEqual([[1, 0]])
    expect(travelled([repeat(1, [call(1, 2, [])], { count: exponential(5) })])).toEqual([[1, 0]])
    expect(travelled([repeat(1, [call(1, 2, [])], { times: 'items' })])).toEqual([[1, 0]])
  })

  it('is no longer than the caller waits', () => {
    expect(travelled([call(1, 2, [], { timeout: 0.02 })])).toEqual([[1, 20]])
    expect(travelled([call(1, 2, [], { timeout: 0.2 })])).toEqual([[1, 70]])
  })

  it('counts what is tried, held and answered', () => {
    expect(travelled([{ kind: 'attempt', steps: [call(1, 2, [])], otherwise: [] }])).toEqual([[1, 70]])
    expect(travelled([call(1, 0, []), { kind: 'reply' }, call(1, 2, [])])).toEqual([[1, 1]])
  })
})
