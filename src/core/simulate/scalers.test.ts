import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { Result } from '../result/result.ts'
import { simulate } from './simulate.ts'

const options = { file: 't', variant: null, scenarios: 'baseline', sets: [], limits: {} } as const

const design = (target: string): string => `
loadpath: 1
name: scaled
network: ideal
load: { users: { rate: 400/s, mix: { ask: 100% } } }
components:
  s: { kind: service, size: { cpu: 16 }, instances: 2, scale: { max: 40, target: ${target}, react: 5 s, start: 1 s } }
flows: { ask: { from: users, steps: [{ call: s, do: [{ wait: 100 ms }] }] } }
`
const consuming = (target: string): string => `
loadpath: 1
name: consuming
network: ideal
load: { users: { rate: 95/s, mix: { put: 100% } } }
components:
  jobs: { kind: queue }
  w:
    kind: worker
    size: { cpu: 1 }
    scale: { min: 1, max: 12, target: ${target}, react: 5 s, start: 1 s, cool-down: 10 s }
flows:
  put: { from: users, steps: [{ publish: jobs }] }
  do: { consume: jobs, by: w, steps: [{ work: 50 ms }] }
`
function played(text: string, duration: number): Result {
  const { models, diagnostics } = prepare(text, options)
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return simulate(models[0]!, { seed: 1, duration, replications: 2, eventsMax: Infinity })
}

describe('an autoscaler', () => {
  it('by requests keeps so many under way at an instance: ceil(40 / target) of them, within 10 %', () => {
    // 400/s for 100 ms each: 40 under way.
    const instances = (target: number): number =>
      played(design(`requests ${target}`), 200).components['s']!.instances_mean!.value!
    expect(instances(5)).toBeGreaterThan(7)
    expect(instances(5)).toBeLessThan(12)
    expect(instances(2)).toBeGreaterThan(17.5)
    expect(instances(2)).toBeLessThan(29)
  })
  it('has ceil(n x measured / target) instances at once, and changes nothing within a tenth of the target', () => {
    // Evenly spaced, so that 40 are under way at every look.
    const even = (target: number): number => {
      const text = design(`requests ${target}`).replace('rate: 400/s,', 'rate: 400/s, arrivals: periodic,')
      const scaled = text.replace('react: 5 s', 'react: 5.001 s')
      return played(scaled, 120).components['s']!.instances_mean!.value!
    }
    expect(even(5)).toBeCloseTo(8, 6)
    expect(even(6)).toBeCloseTo(7, 6)
    expect(even(19)).toBeCloseTo(2, 6)
    expect(even(22)).toBeCloseTo(2, 6)
    expect(even(18)).toBeCloseTo(3, 6)
  })
  it('by lag adds consumers while messages wait, where one by processors stays where they are busy', () => {
    const byLag = played(consuming('lag 5'), 600)
    expect(byLag.components['w']!.instances_mean!.value).toBeGreaterThan(4.75)
    expect(byLag.flows['do']!.goodput_per_s.value).toBeCloseTo(95, -1)
    const lagged = (target: string): number => played(consuming(target), 600).components['jobs']!.lag_messages!.value!
    expect(lagged('lag 5')).toBeLessThan(lagged('lag 300'))
  })
  it('by lag without messages is told so', () => {
    const { diagnostics } = prepare(design('lag 5'), options)
    expect(diagnostics.map(({ message }) => message)).toContain('`s` is scaled by `lag`, but consumes no messages')
  })
})
