import { describe, expect, it } from 'vitest'
import { prepare, type Result, simulate } from '../../src/core/index.ts'

/**
 * Bronson, Aghayev, Charapko and Zhu, Metastable Failures in Distributed Systems, 2021: a database for 300 queries a second,
 * clients that give up after 1 s and ask once more. It stands still for 10 s. From 150 (half its capacity) to 300
 * requests a second it never comes back.
 */
describe('retries keep a database down that would be fast enough', () => {
  const play = ({ rate, retries, seed }: { rate: number; retries: number; seed: number }): Result => {
    const text = `
loadpath: 1
name: metastable
network: ideal
load: { users: { rate: ${rate}/s, mix: { ask: 100% } } }
components: { app: { kind: service, size: { cpu: 64 } }, db: { kind: station } }
flows:
  ask:
    from: users
    steps:
      - call: app
        do:
          - call: db
            policy: { timeout: 1 s, retry: { times: ${retries}, after: [timeout] } }
            do: [{ work: fixed(3.3333333 ms) }]
scenarios:
  stall:
    faults: [{ slow: db, times: 100 k, at: 60 s, for: 10 s }]
    expect: { ask: [no-metastable] }
`
    const options = { file: 'bronson.yaml', variant: null, scenarios: ['stall'], sets: [], limits: {} } as const
    const model = prepare(text, options).models.find(({ scenario }) => scenario === 'stall')
    if (model === undefined) throw new Error('no model')
    return simulate(model, { seed })
  }

  it.each([1, 2])('at 280/s it never comes back (seed %d)', (seed) => {
    const { objectives } = play({ rate: 280, retries: 1, seed })
    expect(objectives).toMatchObject([
      { verdict: 'missed', measured: { value: 1 }, cause: { component: 'db', reason: 'retries' } },
    ])
  })

  it.each([1, 2])('at 140/s it comes back by itself, since twice that is less than it can do (seed %d)', (seed) => {
    expect(play({ rate: 140, retries: 1, seed }).objectives).toMatchObject([{ verdict: 'met', measured: { value: 0 } }])
  })

  it('at 260/s it comes back when nobody asks again', () => {
    expect(play({ rate: 260, retries: 0, seed: 1 }).objectives).toMatchObject([{ verdict: 'met' }])
  })
})
