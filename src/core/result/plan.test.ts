import { describe, expect, it } from 'vitest'
import { noSpan } from '../base/span.ts'
import { flowStatistics, handMadeModel, objective, outcome, run } from './fixture.test-support.ts'
import type { Job, Outcome } from './outcome.ts'
import { type PlanOptions, planRuns, type Played } from './plan.ts'

const options: PlanOptions = { seed: 1, precision: null, duration: null, replications: null, eventsMax: 10e6 }

/** Plays a plan with replications whose times differ by `spread`. */
function drive(
  model = handMadeModel(),
  changes: Partial<PlanOptions> = {},
  spread = 0.01,
): { played: Played; rounds: number[] } {
  const plan = planRuns(model, { ...options, ...changes })
  const rounds: number[] = []
  let step = plan.next()
  while (!step.done) {
    rounds.push(step.value.length)
    step = plan.next({ outcomes: step.value.map((job) => pretend(job, spread)), stopped: null })
  }
  return { played: step.value, rounds }
}

function pretend(job: Job, spread: number): Outcome {
  const level = 0.01 * (1 + spread * Math.sin(job.replication * 7))
  const times = Array.from({ length: 2000 }, (_, i) => level * (1 + i / 2000))
  const events = 300_000
  return { ...outcome(run({ measured: job.end - job.warmup, events, flows: [flowStatistics(times)] })), events }
}

describe('planRuns', () => {
  it('plays a pilot, then five replications when they are precise enough', () => {
    const { played, rounds } = drive()
    expect(rounds).toEqual([1, 5])
    expect(played.status).toBe('complete')
    expect(played.outcomes).toHaveLength(5)
  })
  it('doubles the replications until the precision is reached', () => {
    const { played, rounds } = drive(handMadeModel(), { precision: 0.02, eventsMax: Infinity }, 0.05)
    expect(rounds.length).toBeGreaterThan(2)
    expect(rounds[2]).toBe(5)
    expect(played.status).toBe('complete')
  })
  it('says so when the events are spent before an objective is decided', () => {
    const model = handMadeModel({ objectives: [objective('p50', '<', 0.015)] })
    expect(drive(model, { eventsMax: 3e6 }, 0.5).played.status).toBe('budget-spent')
  })
  it('plays exactly the replications and the duration asked for', () => {
    const { played, rounds } = drive(handMadeModel(), { replications: 3, duration: 50 })
    expect(rounds).toEqual([1, 3])
    expect(played.outcomes).toHaveLength(3)
  })
  it('numbers replications without gaps, the same every time', () => {
    const seen: number[] = []
    const plan = planRuns(handMadeModel(), { ...options, precision: 0.001, eventsMax: 6e6 })
    let step = plan.next()
    step = plan.next({ outcomes: (step.value as readonly Job[]).map((job) => pretend(job, 0.2)), stopped: null })
    while (!step.done) {
      seen.push(...step.value.map((job) => job.replication))
      step = plan.next({ outcomes: step.value.map((job) => pretend(job, 0.2)), stopped: null })
    }
    expect(seen).toEqual(seen.map((_, i) => i))
  })

  it('plays a course of faults as written when that is cheap', () => {
    const { played } = drive(stalled(60, 70))
    expect(played.timeline?.played).toEqual([60, 70, 130])
    expect(played.model.faults[0]).toMatchObject({ start: 60, end: 70 })
    expect(played.trust).toEqual([])
  })
  it('shortens a long fault to what the events allow, and says by how much', () => {
    const { played } = drive(stalled(300, 1200), { eventsMax: 1e6 })
    const [start = 0, end = 0, tail = 0] = played.timeline?.played ?? []
    expect(end - start).toBeLessThan(900)
    expect(tail).toBeGreaterThan(end)
    expect(played.outcomes.length).toBeGreaterThanOrEqual(3)
    expect(played.trust[0]).toMatch(/ of 21 min were played: /)
  })
  it('holds the load at its peak when its shape is too long to play', () => {
    const base = handMadeModel()
    const shape = [
      { at: 0, times: 0.3 },
      { at: 72_000, times: 1 },
      { at: 86_400, times: 0.3 },
    ]
    const { played } = drive({ ...base, sources: base.sources.map((source) => ({ ...source, shape })) })
    expect(played.model.sources[0]?.shape).toEqual([{ at: 0, times: 1 }])
    expect(played.trust[0]).toContain('load held at its peak')
  })
})

const stalled = (start: number, end: number) =>
  handMadeModel({
    faults: [
      { start, end, text: 'stall', span: noSpan, action: { kind: 'slow', group: 1, instances: [0], times: 20, by: 0 } },
    ],
  })
