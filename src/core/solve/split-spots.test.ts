import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import { type Environment, plainEnvironment } from './environment.ts'
import { solve } from './solve.ts'

const text = `
loadpath: 1
name: brokers
network: ideal
load: { users: { rate: 100/s, mix: { tell: 100% } } }
components:
  api: { kind: service }
  log: { kind: kafka, brokers: 3, topics: { said: { partitions: 12, copies: 3, acks: all, min-in-sync: 2 } } }
flows: { tell: { from: users, steps: [{ call: api, do: [{ work: 1 ms }, { publish: log.said }] }] } }
`

function withDead(brokers: readonly number[]) {
  const [model] = prepare(text, { file: 'b.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} }).models
  if (model === undefined) throw new Error('no model')
  const plain = plainEnvironment(model)
  const group = model.groups.findIndex(({ id }) => id === 'log')
  const left = (all: readonly Uint8Array[]): readonly Uint8Array[] =>
    all.map((own, i) => (i === group ? own.map((up, at) => (brokers.includes(at) ? 0 : up)) : own))
  const environment: Environment = { ...plain, alive: left(plain.alive), serving: left(plain.serving) }
  const { statistics, laws } = solve(model, { environment })
  const { good, offered } = statistics.flows[0]!
  return { answered: good / offered, mean: laws[0]?.mean ?? Infinity }
}

describe('copies of which some are dead', () => {
  it('are missed by those who ask them, and one is enough beside the leader', () => {
    const whole = withDead([])
    for (const broker of [0, 1, 2]) {
      const { answered, mean } = withDead([broker])
      // Independently of one another both copies would be missed in a quarter of the cases.
      expect(answered).toBeCloseTo(1, 6)
      // The other copy is waited for.
      expect(mean).toBeGreaterThan(0.9 * whole.mean)
    }
  })
  it('are too few when the leader is alone', () => {
    expect(withDead([0, 1]).answered).toBeCloseTo(0, 6)
  })
})
