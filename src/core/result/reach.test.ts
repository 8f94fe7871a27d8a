import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import { hopelessCalls } from './reach.ts'

const model = (timeout: string) =>
  prepare(
    `loadpath: 1
name: far
load: { users: { rate: 1/s, from: { asia: 100% }, mix: { ask: 100% } } }
places: { eu: { region: eu-west-1, zones: [a] } }
components: { api: { kind: service, at: eu } }
flows: { ask: { from: users, steps: [{ call: api, policy: { timeout: ${timeout} }, do: [{ work: 1 ms }] }] } }
`,
    { file: 'far.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} },
  ).models[0]!

describe('calls that cannot be answered in time', () => {
  it('are those with a timeout below the round trip', () => {
    const [found] = hopelessCalls(model('120 ms'), model('120 ms').flows[0]!.steps)
    expect(found).toMatchObject({ place: 'asia', timeout: 0.12 })
    expect(found!.roundTrip).toBeGreaterThan(0.18)
  })
  it('are none when there is time for the way', () => {
    expect(hopelessCalls(model('300 ms'), model('300 ms').flows[0]!.steps)).toEqual([])
  })
})
