import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import { solve } from './solve.ts'

/** Users near and far ask one desk, over 150 ms away for those in Asia; what they do about it is the policy. */
function askedFrom(policy: string, shares = 'europe: 70%, asia: 30%') {
  const text = `
loadpath: 1
name: far
load: { users: { rate: 100/s, from: { ${shares} }, mix: { ask: 100% } } }
places: { near: { region: eu-west-1 } }
components: { desk: { kind: station, at: near, servers: 4 } }
policies: { default: { ${policy} } }
flows: { ask: { from: users, steps: [{ call: desk, do: [{ work: 10 ms }] }] } }
`
  const { models, diagnostics } = prepare(text, {
    file: 'far.yaml',
    variant: null,
    scenarios: 'baseline',
    sets: [],
    limits: {},
  })
  const [model] = models
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  const { good, failed, attempts, offered } = solve(model).statistics.flows[0]!
  const part = (count = 0): number => count / offered
  return { good: part(good), timeout: part(failed.timeout), open: part(failed['breaker-open']), sent: part(attempts) }
}

describe('callers that distance tells apart', () => {
  it('give up where the answer cannot come in time, and there alone', () => {
    const { good, timeout, sent } = askedFrom('timeout: 100 ms')
    // Some of the others are late too: round trips have a tail.
    expect(good).toBeGreaterThan(0.695)
    expect(good).toBeLessThan(0.7)
    expect(good + timeout).toBeCloseTo(1, 9)
    expect(sent).toBeCloseTo(1, 9)
  })
  it('have breakers of their own: one stays closed where all is well', () => {
    const { good, open, sent } = askedFrom('timeout: 100 ms, breaker: { open-at: 50% of 20, half-open: 5 s }')
    expect(good).toBeGreaterThan(0.695)
    // From far away hardly anything is sent any more.
    expect(open).toBeGreaterThan(0.25)
    expect(sent).toBeLessThan(0.75)
  })
  it('have retry budgets of their own', () => {
    const { sent } = askedFrom('timeout: 100 ms, retry: { times: 1, after: [timeout], budget: 10% }')
    // Three in ten may try again a tenth of what they ask; together with the others it would be one in ten.
    expect(sent).toBeGreaterThan(1.03)
    expect(sent).toBeLessThan(1.035)
  })
  it('are one where nobody gives up', () => {
    expect(askedFrom('timeout: 5 s').good).toBeCloseTo(1, 6)
  })
})

describe('messages that are shipped together', () => {
  it('wait at their senders, the others do not', () => {
    const text = `
loadpath: 1
name: ship
network: ideal
load: { users: { rate: 20/s, mix: { now: 40%, later: 60% } } }
components:
  log: { kind: stream, topics: { events: { partitions: 4 } } }
  reader: { kind: worker, instances: 4 }
flows:
  now: { from: users, steps: [{ publish: log.events }] }
  later: { from: users, steps: [{ publish: log.events, batched: 40 s }] }
  count: { consume: log.events, by: reader, steps: [{ work: 10 us }] }
`
    const [model] = prepare(text, { file: 's.yaml', variant: null, scenarios: 'baseline', sets: [], limits: {} }).models
    const { laws, flows } = solve(model!)
    const law = laws[model!.flows.findIndex(({ id }) => id === 'count')]!
    expect(law.mean).toBeCloseTo(0.6 * 20, 1)
    expect(law.quantile(0.3)).toBeLessThan(0.1)
    // (q - 0.4)/0.6 of 40 s.
    expect(law.quantile(0.7) / 20).toBeCloseTo(1, 2)
    expect(law.quantile(0.99) / 39.33).toBeCloseTo(1, 2)
    // They queue behind one another, which is not counted.
    const flow = model!.flows.findIndex(({ id }) => id === 'count')
    expect(flows[flow]!.mean).toBeGreaterThan(0.001)
  })
})
