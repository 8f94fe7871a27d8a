import { describe, expect, it } from 'vitest'
import type { Consumer } from '../model/model.ts'
import type { Log } from '../model/resource.ts'
import { Lab, playFor, whenFailed } from './simulation.test-support.ts'

/** One consumer of a log, whose batches take 1 s. Messages are published at the given times, so many at once. */
function consumer(
  changes: Partial<Consumer>,
  publishes: readonly (readonly [number, number])[],
  log: Partial<Log> = {},
) {
  const lab = new Lab()
  const [broker, worker] = [lab.group('broker'), lab.group('worker')]
  const topic = lab.log(broker, log)
  const disk = lab.station(worker, { servers: Infinity })
  const flow = lab.consume(topic, worker, [lab.serve(disk, 1)], changes)
  for (const [at, count] of publishes) lab.once(`at ${at}`, at, [lab.publish(topic, count)])
  return { lab, topic, worker, flow, disk }
}

/** Ages of the messages: how many, the least, the sum and the most. */
function agesOf(made: ReturnType<typeof consumer>, until = 60) {
  const statistics = playFor(made.lab.model(), until)
  expect(statistics.violations).toEqual([])
  const { count, sum, min, max } = statistics.flows[made.flow]!.responseTime
  return [count, min, Math.round(sum * 1e9) / 1e9, max]
}

describe('a consumer', () => {
  it('takes one message after the other', () => {
    expect(agesOf(consumer({}, [[1, 3]]))).toEqual([3, 1, 1 + 2 + 3, 3])
  })

  it('works on as many batches at once as it may', () => {
    expect(agesOf(consumer({ atOnce: 3 }, [[1, 3]], { isShared: true }))).toEqual([3, 1, 3, 1])
    // A partition belongs to one loop.
    expect(agesOf(consumer({ atOnce: 3 }, [[1, 3]], { partitions: 1 }))).toEqual([3, 1, 6, 3])
    expect(agesOf(consumer({ atOnce: 3 }, [[1, 3]], { partitions: 3 }))).toEqual([3, 1, 3, 1])
  })

  it('starts a batch when it is full, or when its first message waited long enough', () => {
    expect(
      agesOf(
        consumer({ batchMax: 3, batchWait: 4 }, [
          [1, 1],
          [2, 2],
        ]),
      ),
    ).toEqual([3, 1, 2 + 1 + 1, 2])
    expect(
      agesOf(
        consumer({ batchMax: 3, batchWait: 4 }, [
          [1, 1],
          [2, 1],
        ]),
      ),
    ).toEqual([2, 4, 9, 5])
  })

  it('looks only every so often when it polls', () => {
    // Ticks at 3, 6, 9: two messages each.
    expect(agesOf(consumer({ poll: 3, batchMax: 2 }, [[1, 3]]))).toEqual([3, 3, 3 + 3 + 6, 6])
  })

  it('runs its steps once a batch and knows how many messages are in it', () => {
    const lab = new Lab()
    const group = lab.group('g')
    const [log, disk] = [lab.log(group), lab.station(group)]
    const flow = lab.consume(log, group, [lab.serve(disk, 1, { each: 0.1 })], { batchMax: 10 })
    lab.once('a', 1, [lab.publish(log, 4)])
    const statistics = playFor(lab.model(), 50)
    expect(statistics.flows[flow]?.responseTime).toMatchObject({ count: 4, min: 1.4, max: 1.4 })
    expect(statistics.resources[disk]?.instances[0]?.served).toBe(1)
    expect(statistics.flows[flow]).toMatchObject({ offered: 4, good: 4 })
  })

  it('counts age from the publishing, also when messages are shipped later', () => {
    const lab = new Lab()
    const group = lab.group('g')
    const log = lab.log(group, { isShared: true })
    const flow = lab.consume(log, group, [lab.delay(1)], { atOnce: 9, batchMax: 9 })
    lab.once('a', 1, [lab.publish(log, 1, 5)])
    lab.once('b', 4, [lab.publish(log, 1, 5)])
    expect(playFor(lab.model(), 50).flows[flow]?.responseTime).toMatchObject({ count: 2, min: 2, max: 5 })
  })

  it('tries a failed batch again, then parks or drops it', () => {
    for (const then of ['park', 'drop'] as const) {
      const lab = new Lab()
      const group = lab.group('g')
      const log = lab.log(group)
      const steps = [lab.delay(1), { kind: 'fail', failure: 'error', probability: 1 } as const]
      const flow = lab.consume(log, group, steps, { failed: whenFailed(2, 3, then) })
      lab.once('a', 1, [lab.publish(log, 2)])
      const statistics = playFor(lab.model(), 50)
      expect(statistics.flows[flow]?.failed).toEqual({ error: 2 })
      expect(statistics.logs[0]).toMatchObject(then === 'park' ? { parked: 2, dropped: 0 } : { parked: 0, dropped: 2 })
      // 9 s each: three tries and two pauses. Both wait from 1 to 10, one of them until 19.
      expect(statistics.logs[0]?.lagMean).toBeCloseTo((9 * 2 + 9) / 50, 9)
    }
  })

  it('blocks on a batch that fails as long as it fails', () => {
    const lab = new Lab()
    const [group, db] = [lab.group('g'), lab.group('db')]
    const log = lab.log(group)
    const flow = lab.consume(log, group, [lab.call(db, [])], { failed: whenFailed(0, 2, 'block') })
    lab.fault({ kind: 'errors', group: db, instances: [0], share: 1 }, 0, 6.5)
    lab.once('a', 1, [lab.publish(log, 1)])
    expect(playFor(lab.model(), 50).flows[flow]?.responseTime).toMatchObject({ count: 1, sum: 6 })
  })

  it('rejects a publish that finds the log full', () => {
    const made = consumer(
      {},
      [
        [1, 3],
        [1.5, 1],
        [2.5, 1],
      ],
      { capacity: 3 },
    )
    const statistics = playFor(made.lab.model(), 60)
    expect(statistics.flows.map(({ good, failed }) => [good, failed['rejected'] ?? 0])).toEqual([
      [4, 0],
      [1, 0],
      [0, 1],
      [1, 0],
    ])
    expect(statistics.logs[0]).toMatchObject({ published: 4, consumed: 4, lagMax: 3, lagAtEnd: 0 })
  })

  it('gives every consumer of a topic each message, and of a queue each message to one', () => {
    for (const [isShared, total] of [
      [false, 8],
      [true, 4],
    ] as const) {
      const lab = new Lab()
      const group = lab.group('g')
      const log = lab.log(group, { isShared })
      const flows = [0, 1].map(() => lab.consume(log, group, [lab.delay(1)]))
      lab.once('a', 1, [lab.publish(log, 4)])
      const statistics = playFor(lab.model(), 50)
      expect(flows.map((flow) => statistics.flows[flow]!.good)).toEqual([total / 2, total / 2])
      expect(statistics.violations).toEqual([])
    }
  })

  it('keeps messages of one key in one partition, and spreads the others', () => {
    const lab = new Lab()
    const group = lab.group('g', { perShard: 4 })
    const log = lab.log(group, { partitions: 4, keyDomain: lab.domain(1) })
    const plain = lab.log(group, { partitions: 4 })
    const disk = lab.station(group)
    lab.consume(log, group, [lab.serve(disk, 1)])
    lab.once('keyed', 1, [lab.publish(log, 4)])
    const served = () => playFor(lab.model(), 50).resources[disk]?.instances.map((copy) => copy.served)
    expect(served()?.toSorted()).toEqual([0, 0, 0, 4])
    lab.consume(plain, group, [lab.serve(disk, 1)])
    lab.once('spread', 20, [lab.publish(plain, 4)])
    expect(served()?.toSorted()).toEqual([1, 1, 1, 5])
  })

  it('leaves messages in the log when its instance dies, and hands its partitions on once that is noticed', () => {
    const lab = new Lab()
    const group = lab.group('g', { perShard: 2, detect: 3 })
    const log = lab.log(lab.group('broker'), { partitions: 2 })
    const disk = lab.station(group)
    const flow = lab.consume(log, group, [lab.serve(disk, 2)])
    lab.once('a', 1, [lab.publish(log, 2)])
    lab.fault({ kind: 'kill', group, instances: [0] }, 2)
    const statistics = playFor(lab.model(), 50)
    // One is done at 3; the other is broken off at 2, taken by the survivor at 5, done at 7.
    expect(statistics.flows[flow]?.responseTime).toMatchObject({ count: 2, min: 2, max: 6 })
    expect(statistics.violations).toEqual([])
  })
})
