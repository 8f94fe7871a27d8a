import { describe, expect, it } from 'vitest'
import { noSpan } from '../base/span.ts'
import type { Fault } from '../model/model.ts'
import { copy, flowStatistics, handMadeModel, objective, outcome, run, slice, station } from './fixture.test-support.ts'
import { judge } from './objectives.ts'
import type { Outcome } from './outcome.ts'
import { type RunFacts, summarize } from './summarize.ts'

const facts: RunFacts = { hash: 'h', seed: 1, warmup: 10, status: 'complete', wall: 0, timeline: null, trust: [] }
const many = (time: number): readonly number[] => Array.from({ length: 1000 }, (_, i) => time * (1 + i / 1000))
const five = (make: (i: number) => Outcome): readonly Outcome[] => Array.from({ length: 5 }, (_, i) => make(i))

describe('summarize', () => {
  it('adds up rates, shares and percentiles over replications', () => {
    const outcomes = five((i) =>
      outcome(run({ flows: [flowStatistics(many(0.01 + i * 0.001), { offered: 1100, failed: { timeout: 100 } })] })),
    )
    const result = summarize(handMadeModel(), outcomes, facts)
    const ask = result.flows['ask']
    expect(ask?.arrival_rate_per_s.value).toBe(11)
    expect(ask?.goodput_per_s.value).toBe(10)
    expect(ask?.success_ratio.value).toBeCloseTo(1000 / 1100, 10)
    expect(ask?.errors).toEqual({ timeout: 100 / 1100 })
    expect(ask?.response_time_s.p50.value).toBeCloseTo(0.012 * 1.5, 3)
    expect(ask?.response_time_s.p50.low).toBeLessThan(0.018)
    expect(result.components['store']?.utilization.value).toBe(0.5)
    expect(result.requests).toBe(5500)
  })
  it('holds no NaN and no Infinity, whatever is missing', () => {
    const empty = flowStatistics([], { offered: 0 })
    const result = summarize(handMadeModel(), [outcome(run({ flows: [empty], measured: 0 }))], facts)
    const walk = (value: unknown): void => {
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
      if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk)
    }
    walk(result)
  })
  it('gives no interval to a percentile that rests on a few values', () => {
    const result = summarize(
      handMadeModel(),
      five(() => outcome(run({ flows: [flowStatistics([0.01, 0.02])] }))),
      facts,
    )
    expect(result.flows['ask']?.response_time_s.p99.low).toBeNull()
  })
})

describe('judge', () => {
  const limit = objective('p99', '<', 0.1)
  it('is met or missed only when the whole interval is on one side', () => {
    expect(judge(limit, { value: 0.08, low: 0.07, high: 0.09 })).toBe('met')
    expect(judge(limit, { value: 0.12, low: 0.11, high: 0.13 })).toBe('missed')
    expect(judge(limit, { value: 0.09, low: 0.07, high: 0.11 })).toBe('undecided')
  })
  it('is undecided without an interval', () => {
    expect(judge(limit, { value: 0.01, low: null, high: null })).toBe('undecided')
    expect(judge(limit, { value: null, low: null, high: null })).toBe('undecided')
  })
  it('reads a lower limit the other way round', () => {
    const success = objective('success', '>', 0.999)
    expect(judge(success, { value: 0.9999, low: 0.9995, high: 1 })).toBe('met')
    expect(judge(success, { value: 0.99, low: 0.98, high: 0.995 })).toBe('missed')
  })
})

describe('causes', () => {
  const slow = (shares: readonly [number, number]) =>
    flowStatistics(many(0.5), {
      slowTotal: 100,
      slowCount: 15,
      points: [
        { point: 0, wait: 300, serve: 0, slowWait: 100 * shares[0], slowServe: 0, count: 1000 },
        { point: 1, wait: 50, serve: 10, slowWait: 100 * shares[1], slowServe: 0, count: 1000 },
      ],
    })
  const missed = { objectives: [objective('p99', '<', 0.1)] }
  const causeOf = (model: ReturnType<typeof handMadeModel>, outcomes: readonly Outcome[]) =>
    summarize(model, outcomes, facts).objectives[0]?.cause

  it('names the store, not the full thread pool whose holders wait for it', () => {
    const resources = [
      { resource: 0, instances: [copy(1, { fullSince: 20 })] },
      { resource: 1, instances: [copy(0.99, { fullSince: 12 })] },
    ]
    const cause = causeOf(
      handMadeModel(missed),
      five(() => outcome(run({ flows: [slow([0.7, 0.2])], resources }))),
    )
    expect(cause).toMatchObject({ component: 'store', reason: 'saturation', since_s: 12, confidence: 'certain' })
    expect(cause?.text).toContain('`web` only waits for it')
  })
  it('names the pool when what its holders use has room', () => {
    const resources = [
      { resource: 0, instances: [copy(1, { fullSince: 20 })] },
      { resource: 1, instances: [copy(0.4)] },
    ]
    const cause = causeOf(
      handMadeModel(missed),
      five(() => outcome(run({ flows: [slow([0.8, 0.1])], resources }))),
    )
    expect(cause).toMatchObject({ component: 'web', reason: 'pool' })
    expect(cause?.share_of_tail).toBeCloseTo(0.8)
  })
  it('names the one hot copy', () => {
    const instances = [copy(0.97), copy(0.2), copy(0.2), copy(0.2)]
    const resources = [
      { resource: 0, instances: [copy(0.3)] },
      { resource: 1, instances },
    ]
    const { groups } = handMadeModel()
    const sharded = groups.map((group) => (group.component === 'store' ? { ...group, shards: 4 } : group))
    const outcomes = five(() => outcome(run({ flows: [slow([0, 0.9])], resources })))
    const cause = causeOf(handMadeModel({ ...missed, groups: sharded }), outcomes)
    expect(cause).toMatchObject({ component: 'store', reason: 'hot-shard' })
    // Instances of a service are no shards: one that is busier came earlier, or its siblings are down.
    expect(causeOf(handMadeModel(missed), outcomes)?.reason).not.toBe('hot-shard')
    expect(cause?.text).toContain('97%')
  })
  it('names the retries of a system that stays down after the fault', () => {
    const fault: Fault = {
      start: 30,
      end: 40,
      text: 'slow store x 20',
      span: noSpan,
      action: { kind: 'slow', group: 1, instances: [0], times: 20, by: 0 },
    }
    const model = handMadeModel({ faults: [fault], objectives: [objective('success', '>', 0.99)] })
    const before = [slice(0, 1000), slice(10, 1000), slice(20, 1000)]
    const after = [30, 40, 50, 60].map((start) => slice(start, 50, { utilization: [0.9, 1] }))
    const flows = [flowStatistics(many(0.5), { offered: 1000, good: 50, failed: { timeout: 950 }, retries: 1900 })]
    const resources = [
      { resource: 0, instances: [copy(0.9)] },
      { resource: 1, instances: [copy(1, { fullSince: 30 })] },
    ]
    const cause = causeOf(
      model,
      five(() => outcome(run({ flows, resources }), [...before, ...after])),
    )
    expect(cause).toMatchObject({ component: 'store', reason: 'retries', confidence: 'certain' })
  })
  it('names the lock by its label', () => {
    const lock = { ...handMadeModel().resources[0], label: 'lock total', id: 'ledger total' }
    const base = handMadeModel(missed)
    const model = { ...base, resources: [lock, station('store', 1)] } as typeof base
    const resources = [
      { resource: 0, instances: [copy(0.97, { fullSince: 12 })] },
      { resource: 1, instances: [copy(0.2)] },
    ]
    expect(
      causeOf(
        model,
        five(() => outcome(run({ flows: [slow([0.9, 0])], resources }))),
      )?.reason,
    ).toBe('lock')
  })
})

it('names the part that fills up next with its headroom', () => {
  const resources = [
    { resource: 0, instances: [copy(0.4)] },
    { resource: 1, instances: [copy(0.8)] },
  ]
  const result = summarize(
    handMadeModel(),
    five(() => outcome(run({ resources }))),
    facts,
  )
  expect(result.next_limit).toEqual({ component: 'store', resource: 'station', utilization: 0.8, headroom_ratio: 1.25 })
})
