import { describe, expect, it } from 'vitest'
import { prepare } from '../prepare.ts'
import type { Result } from '../result/result.ts'
import { simulate } from './simulate.ts'

function played(text: string, scenario = 'baseline'): Result {
  const options = { file: 't', variant: null, scenarios: [scenario], sets: [], limits: {} }
  const { models, diagnostics } = prepare(text, options)
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(diagnostics.map(({ code }) => code)).not.toContain('not-simulated')
  return simulate(models[0]!, { seed: 1, replications: 2, eventsMax: 1e6 })
}

interface Said {
  readonly broker?: string
  readonly flow?: string
  readonly worker?: string
  readonly faults?: string
  readonly put?: string
  readonly rate?: string
}

const design = ({ broker = 'kind: queue', flow = '', worker = '', faults = '[]', put = '', rate = '200/s' }: Said) => `
loadpath: 1
name: delivered
network: ideal
load: { users: { rate: ${rate}, mix: { put: 100% } } }
components:
  jobs: { ${broker} }
  w: { kind: worker, instances: 4, size: { cpu: 2 }, health: { interval: 1 s, unhealthy-after: 1 }, ${worker} }
flows:
  put: { from: users, steps: [{ publish: jobs${put} }] }
  do: { consume: jobs, by: w, ${flow} steps: [{ work: exp(20 ms) }] }
scenarios:
  crash: { faults: ${faults} }
`
const crash = '[{ at: 20 s, kill: "w[1]", for: 10 s }, { at: 40 s, kill: "w[2]", for: 10 s }]'

describe('delivery', () => {
  it('is at least once: messages of a consumer that died are worked on again, and none is lost', () => {
    const { delivery, success_ratio: success } = played(design({ faults: crash }), 'crash').flows['do']!
    expect(delivery?.semantics).toBe('at-least-once')
    expect(delivery?.repeated_ratio).toBeGreaterThan(0)
    expect(delivery?.lost_ratio).toBe(0)
    expect(success.value).toBe(1)
  })
  it('is at most once when a message is committed before: those are lost, and none is repeated', () => {
    const { delivery, errors } = played(design({ faults: crash, flow: 'commit: before,' }), 'crash').flows['do']!
    expect(delivery).toMatchObject({ semantics: 'at-most-once', repeated_ratio: 0 })
    expect(delivery?.lost_ratio).toBeGreaterThan(0)
    expect(errors.abandoned).toBeGreaterThan(0)
  })
  it('is effectively once where a second time does no harm, and at most once where nobody waits for an ack', () => {
    const semantics = (said: Said) => played(design(said)).flows['do']!.delivery?.semantics
    expect(semantics({ flow: 'idempotent: true,' })).toBe('effectively-once')
    expect(semantics({ broker: 'kind: queue, topics: { t: { acks: none } }' })).toBe('at-most-once')
    expect(semantics({ broker: 'kind: kafka, topics: { t: { acks: none, partitions: 8 } }' })).toBe('at-most-once')
  })
})

describe('a queue', () => {
  const slow = 'failed: { retry: 0, then: park },'
  it('gives a message to another consumer too when the first one takes longer than its visibility', () => {
    const ratio = (visibility: string): number =>
      played(design({ broker: `kind: queue, visibility: ${visibility}`, flow: slow })).flows['do']!.delivery!
        .repeated_ratio
    // exp(20 ms) on 8 processors at 50 %: P(longer than 60 ms) is e^-3 and the wait for a processor.
    expect(ratio('60 ms')).toBeGreaterThan(0.04)
    expect(ratio('60 ms')).toBeLessThan(0.12)
    expect(ratio('30 s')).toBe(0)
  })
  it('has the messages of a dead consumer back at once when it sees the connection close, else after that time', () => {
    const slowest = (dead: string): number =>
      played(design({ broker: `kind: queue, visibility: 5 s, dead-consumer: ${dead}`, faults: crash }), 'crash').flows[
        'do'
      ]!.response_time_s.max.value!
    expect(slowest('at-once')).toBeLessThan(2)
    expect(slowest('after-visibility')).toBeGreaterThan(5)
    expect(slowest('after-visibility')).toBeLessThan(7)
  })
  it('loses what nobody took in the time it keeps messages', () => {
    const full = { rate: '500/s', broker: 'kind: queue, topics: { t: { keep: 2 s } }' }
    const { delivery, response_time_s: age } = played(design(full)).flows['do']!
    // 8 processors do 400/s of 500/s.
    expect(delivery!.lost_ratio).toBeGreaterThan(0.15)
    expect(delivery!.lost_ratio).toBeLessThan(0.25)
    expect(age.max.value).toBeLessThan(2.5)
  })
})

describe('publish and subscribe', () => {
  const subscribed = (broker: string, more: Said = {}) =>
    played(design({ broker: `${broker}, topics: { t: { size: 1 KB } }`, faults: crash, ...more }), 'crash').flows['do']!
  it('loses what a subscriber had that died, when it counts as done as it is sent; else gives it again', () => {
    const [core, kept] = [subscribed('kind: nats').delivery!, subscribed('kind: sns').delivery!]
    expect(core.semantics).toBe('at-most-once')
    expect(core.lost_ratio).toBeGreaterThan(0)
    expect(core.repeated_ratio).toBe(0)
    expect(kept.semantics).toBe('at-least-once')
    expect(kept.lost_ratio).toBe(0)
    expect(kept.repeated_ratio).toBeGreaterThan(0)
  })
  it('loses all that nobody is there for, where messages wait at their subscribers', () => {
    const faults = '[{ at: 20 s, kill: w, for: 10 s }, { at: 20 s, errors: 0.001% of jobs, for: 20 s }]'
    const lost = (kind: string) => subscribed(`kind: ${kind}`, { faults }).delivery!.lost_ratio
    // 10 s of 20 s.
    expect(lost('nats')).toBeCloseTo(0.5, 1)
    expect(lost('sns')).toBe(0)
  })
  it('loses what a slow subscriber has no room for, and its publisher does not know', () => {
    const full = design({ broker: 'kind: nats, pending: 100 KB, topics: { t: { size: 1 KB } }', rate: '500/s' })
    const { flows } = played(full)
    // 8 processors do 400/s of 500/s, and 100 messages wait for 0.25 s.
    expect(flows['do']!.delivery!.lost_ratio).toBeCloseTo(0.2, 1)
    expect(flows['do']!.response_time_s.p50.value).toBeLessThan(0.35)
    expect(flows['put']!.success_ratio.value).toBe(1)
  })
})

describe('a stream', () => {
  const kafka = (more: string): string => `kind: kafka, rebalance: ${more}, topics: { t: { partitions: 8 } }`
  it('stops its whole group while partitions are shared anew', () => {
    const slowest = (pause: string): number =>
      played(design({ broker: kafka(pause), faults: '[{ at: 20 s, kill: "w[1]", for: 10 s }]' }), 'crash').flows['do']!
        .response_time_s.p99.value!
    expect(slowest('4 s')).toBeGreaterThan(slowest('0 s') + 1.5)
  })
  it('stops for partitions that change hands only, when its group is cooperative, also as a member joins', () => {
    const slow = (rebalancing: string) => {
      const broker = `${kafka('4 s')}, rebalancing: ${rebalancing}`
      const killed = { broker, rate: '100/s', faults: '[{ at: 20 s, kill: "w[1]", for: 10 s }]' }
      return played(design(killed), 'crash').flows['do']!.response_time_s
    }
    // Every second partition moves at most: most messages do not wait at all.
    expect(slow('cooperative').mean.value).toBeLessThan(0.6 * slow('eager').mean.value!)
    expect(slow('cooperative').max.value).toBeGreaterThan(3)
  })
  it('goes by the key of the step where the topic has none: one popular key, one partition', () => {
    const topic = 'kind: kafka, topics: { t: { partitions: 8, keys: 4, skew: zipf(2) } }'
    const p99 = (put: string): number =>
      played(design({ broker: topic, put, rate: '120/s' })).flows['do']!.response_time_s.p99.value!
    expect(p99(', key: user')).toBeGreaterThan(3 * p99(''))
  })
})

/** One broker in each of three zones that are 400 ms apart. */
function placed(broker: string): string {
  const ways = ['eu.a -> eu.b', 'eu.a -> eu.c', 'eu.b -> eu.c'].map((way) => `${way}: { latency: 400 ms }`)
  const places = `places: { eu: { region: eu-west-1, zones: [a, b, c] }, ${ways.join(', ')} }`
  const faults = '[{ at: 20 s, kill: "jobs[1]", for: 30 s }]'
  return design({ broker: `${broker}, at: eu`, worker: 'at: eu', faults }).replace('network: ideal', places)
}

describe('brokers that die', () => {
  const killed = '[{ at: 20 s, kill: "jobs[1]", for: 60 s }, { at: 20 s, kill: "jobs[2]", for: 60 s }]'
  const kafka = (topic: string): string => `kind: kafka, topics: { t: { partitions: 8, ${topic} } }`
  const success = (broker: string, faults: string): number =>
    played(design({ broker, faults }), 'crash').flows['put']!.success_ratio.value!
  it('leave too few copies in sync: a publish that waits for all is refused, also when their death is known', () => {
    // Noticed after 10 s; until then two of three publishes reach nobody.
    expect(success(kafka('min-in-sync: 2'), killed)).toBeLessThan(0.02)
    expect(success(kafka('min-in-sync: 1'), killed)).toBeGreaterThan(0.85)
    expect(success(kafka('min-in-sync: 2'), '[{ at: 20 s, kill: "jobs[1]", for: 60 s }]')).toBeGreaterThan(0.9)
  })
  it('leave a queue of three copies without a majority', () => {
    expect(success('kind: rabbitmq', killed)).toBeLessThan(0.02)
    expect(success('kind: rabbitmq', '[{ at: 20 s, kill: "jobs[1]", for: 60 s }]')).toBeGreaterThan(0.9)
  })
  it.each(['kafka', 'rabbitmq'])('take with them what only they had, and had answered (%s)', (kind) => {
    const lost = (acks: string): number =>
      played(placed(`kind: ${kind}, topics: { t: { acks: ${acks} } }`), 'crash').flows['do']!.delivery!.lost_ratio
    // 200/s over three brokers, 0.2 s to the others: 13 of 6000 messages.
    expect(lost('leader') * 200 * 30).toBeGreaterThan(5)
    expect(lost('leader') * 200 * 30).toBeLessThan(35)
    expect(lost('all')).toBe(0)
  })
})
