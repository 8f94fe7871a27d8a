import { assert } from '../base/assert.ts'
import type { Bytes, Seconds } from '../base/units.ts'
import { type Distribution, fixed, meanOf, scaled } from '../model/distribution.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { mapOf, type Named, oneOf } from '../text/field.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { bytesField, lawField, moneyField, timeField, wholeField } from '../text/quantity-fields.ts'
import { addCopies, inTurn, nextAfter, noConnections } from './copies.ts'
import { chargeMessages } from './charges.ts'
import { type Access, defineKind, type PublishAsk, type SettingsProblem, type Workbench } from './define.ts'
import { addDisk, type Disk } from './disk.ts'
import { addProcessor, upkeepParams, pauseParams } from './fleet.ts'
import { isNothing, plus } from './laws.ts'
import { failoverField } from './replication.ts'
import { topicHoldings } from './holdings.ts'
import { addSize, checkSize, processorsOf, storeSizeParams } from './size.ts'

const sizeDefaults = { cpu: '8', memory: '16 GiB' } as const

const topicKeys = {
  size: withDefault(bytesField(), '1 KB', {
    effect: { at: '200 KB', moves: ['mean up'] },
    help: 'Size of a message, when the publisher does not say.',
    source: 'assumption: the message size of common benchmarks',
    range: '100 B..10 KB',
  }),
  most: withDefault(wholeField({ min: 1, canBeInfinite: true }), 'infinite', {
    effect: { at: '3', moves: ['success down', 'worker: success down'] },
    help: 'Messages it keeps at most; more are refused.',
  }),
  copies: withDefault(wholeField(), '3', {
    effect: { at: '1', moves: ['busy down'] },
    help: 'Brokers that have each message.',
    source: 'RabbitMQ documentation: quorum queues of three, 2026',
    range: '1..5',
  }),
  acks: withDefault(oneOf('none', 'leader', 'all'), 'all', {
    effect: { at: 'leader', moves: ['mean down'] },
    help: 'What a publisher waits for: nothing, the leader, or more than half of the copies (`all`).',
    source: 'RabbitMQ documentation: publisher confirms of quorum queues, 2026',
  }),
  keep: withDefault(timeField({ above: 0, canBeInfinite: true }), 'infinite', {
    effect: { at: '10 ms', moves: ['lost up'] },
    help: 'How long messages are kept: one that nobody took until then is lost.',
  }),
  visibility: optional(timeField({ above: 0, canBeInfinite: true }), {
    effect: { at: '10 ms', moves: ['repeated up'] },
    help: 'Time to acknowledge one of its messages; nothing: that of the component.',
  }),
}

const workField = record(
  {
    publish: withDefault(lawField('time', 'skewed'), 'lognormal(mean 250 us cv 0.8)', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'A message at the broker that leads its queue.',
      source:
        'RabbitMQ, Cluster Sizing, 2020: 50 000 messages/s on 40 processors with three copies: 0.8 ms each in all',
      range: '50 us..400 us',
    }),
    copy: withDefault(timeField(), '150 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'A message at each further copy.',
      source: 'a share of the same 0.8 ms (assumption)',
      range: '20 us..250 us',
    }),
    deliver: withDefault(timeField(), '250 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'A message that is delivered and acknowledged.',
      source: 'a share of the same 0.8 ms (assumption)',
      range: '50 us..400 us',
    }),
  },
  'times of a broker',
)

/** Messages that any free consumer takes, one by one. */
export const queue = defineKind({
  id: 'queue',
  aliases: ['message-queue'],
  is: null,
  about: 'Work queues: the next free consumer takes the next message, and acknowledges it.',
  params: {
    topics: withDefault(mapOf(record(topicKeys, 'a queue')), '{}', {
      help: 'Its queues, by name; without any, the component is one queue.',
    }),
    brokers: withDefault(wholeField(), '3', {
      effect: { at: '8', moves: ['cost up'] },
      help: 'Machines that hold the queues.',
    }),
    ...storeSizeParams(sizeDefaults),
    work: withDefault(workField, '{}', { help: 'Processor time of a broker.' }),
    overhead: withDefault(lawField('time', 'skewed'), '0 s', {
      effect: { at: '30 ms', moves: ['mean up'] },
      help: 'Time of a publish beside processors and disks.',
      source: 'assumption: none',
      range: '0 s..20 ms',
    }),
    persist: withDefault(oneOf('fsync', 'later'), 'fsync', {
      effect: { at: 'later', moves: ['mean down'] },
      help: 'Whether a broker has a message on disk before it says so.',
      source: 'RabbitMQ documentation: quorum queues write and sync before they confirm, 2026',
    }),
    failover: withDefault(failoverField({ detect: '5 s', promote: '1 s' }), '{}', {
      help: 'Until the queues of a dead broker are led by others.',
    }),
    visibility: withDefault(timeField({ above: 0, canBeInfinite: true }), '30 min', {
      effect: { at: '10 ms', moves: ['repeated up'] },
      help: 'Time to acknowledge a message; then it is given to another consumer too, and worked on twice if the first one was only slow.',
      source: 'RabbitMQ documentation: consumer_timeout, 2025',
      range: '10 s..12 h',
    }),
    'dead-consumer': withDefault(oneOf('at-once', 'after-visibility'), 'at-once', {
      help: 'When messages of a consumer that died are given to another: as its connection closes, or when their time to acknowledge is over.',
      source: 'RabbitMQ documentation: unacknowledged messages return when the channel closes, 2025',
    }),
    'price-of-million': withDefault(moneyField(), '0 USD', {
      help: 'Price of a million messages; nothing: its machines are paid, or its price.',
      effect: { at: '9 USD', moves: ['cost up'] },
    }),
    ...pauseParams,
    ...upkeepParams,
  },
  presets: {},
  parts: 'topics',
  verbs: ['publish', 'consume'],
  models: [
    'messages that wait for a free consumer; queues that are full, or without a majority of their copies, refuse',
    'messages given to another consumer when the first one died or is too slow; dead letters; messages that are lost',
    'processors and disks of brokers for each message that comes, is copied, and goes; what a publisher waits for',
  ],
  doesNotModel: [
    'exchanges and routing',
    'priorities between messages',
    'which broker leads which queue: any, in turn',
  ],
  withoutEffect: {},
  partsOf: ({ topics }) => new Map([...topics.keys()].map((name) => [name, { kind: 'topic', paths: [] }])),
  holdingsOf: ({ topics }) => topicHoldings(topics, 'disk'),
  check: (settings) => [...checkSize(settings, sizeDefaults), ...checkCopies(settings)],
  build: (settings, bench) => {
    const group = addCopies(bench, {
      perShard: settings.brokers,
      detect: settings.failover.detect + settings.failover.promote,
      promote: settings.failover.promote,
    })
    const { cpu } = processorsOf(settings)
    const { station, work } = addProcessor(bench, group, { cpu, pauses: settings['slow-mode'] })
    addSize(bench, group, settings)
    const { overhead } = settings
    const disk = settings.persist === 'fsync' ? addDisk(bench, group, settings.size.disk) : null
    const brokers = { group, work, times: settings.work, disk, overhead: bench.isNetworkIdeal ? fixed(0) : overhead }
    const logs = addQueues(bench, group, settings)
    for (const { log } of logs.values()) chargeMessages(bench, log, settings['price-of-million'])
    return {
      primary: station,
      group,
      ...noConnections,
      work,
      publish: (ask) => publishAccess(queueOf(logs, ask.part), ask, brokers),
      consume: (part, write) => {
        const { log, topic } = queueOf(logs, part === '' ? null : part)
        const steps = work(fixed(0), { each: settings.work.deliver, times: 'items' }, write)
        const fetch = { group, pick: inTurn, steps, send: 0, receive: topic.size }
        return { log, fetch, isLossy: topic.acks === 'none' }
      },
    }
  },
})

interface Topic {
  readonly size: Bytes
  readonly most: number
  readonly copies: number
  readonly acks: 'none' | 'leader' | 'all'
  readonly keep: Seconds
  readonly visibility: Seconds | null
}

interface QueueSettings {
  readonly topics: ReadonlyMap<string, Named<Topic>>
  readonly visibility: Seconds
  readonly 'dead-consumer': 'at-once' | 'after-visibility'
}

/** Of a component that is one queue: the defaults of `topicKeys`. */
const plainQueue = { size: 1000, most: Infinity, copies: 3, acks: 'all', keep: Infinity, visibility: null } as const

function checkCopies({
  topics,
  brokers,
}: {
  readonly topics: ReadonlyMap<string, Named<Topic>>
  readonly brokers: number
}): readonly SettingsProblem[] {
  return [...topics].flatMap(([name, { value }]): readonly SettingsProblem[] => {
    if (value.copies <= brokers) return []
    const message = `\`${name}\` has ${value.copies} copies on ${brokers} brokers`
    const hint = 'add brokers, or take fewer copies'
    return [{ severity: 'error', code: 'topic-copies', param: 'topics', message, hint }]
  })
}

interface QueueLog {
  readonly topic: Topic
  readonly log: ResourceIndex
}

function addQueues(
  bench: Workbench,
  group: GroupIndex,
  { topics, visibility, 'dead-consumer': dead }: QueueSettings,
): ReadonlyMap<string, QueueLog> {
  const named: readonly (readonly [string, Topic])[] =
    topics.size === 0 ? [['', plainQueue]] : [...topics].map(([name, { value }]) => [name, value] as const)
  return new Map(
    named.map(([name, topic]) => {
      const log = bench.addResource({
        kind: 'log',
        id: name === '' ? bench.component : `${bench.component}.${name}`,
        group,
        partitions: 1,
        isShared: true,
        keyDomain: null,
        capacity: topic.most,
        messageSize: topic.size,
        keep: topic.keep,
        redeliver: { within: topic.visibility ?? visibility, isClosing: dead === 'at-once' },
      })
      return [name, { topic, log }]
    }),
  )
}

function queueOf(logs: ReadonlyMap<string, QueueLog>, part: string | null): QueueLog {
  const [first] = logs.values()
  const found = part === null ? first : logs.get(part)
  assert(found !== undefined, `queue ${part ?? ''} was found before`)
  return found
}

interface Brokers {
  readonly group: GroupIndex
  readonly work: ReturnType<typeof addProcessor>['work']
  readonly times: { readonly publish: Distribution; readonly copy: Seconds; readonly deliver: Seconds }
  readonly disk: Disk | null
  readonly overhead: Distribution
}

/**
 * At the leader, then at more than half of the copies; then consumers see it. With less than `all` the publisher does
 * not wait for those: a message that was answered before is lost with the broker that has it alone.
 */
function publishAccess({ topic, log }: QueueLog, ask: PublishAsk, brokers: Brokers): Access {
  const { write, count, messages, shipEvery } = ask
  const { times, work, disk, overhead, group } = brokers
  const many = scaled(messages, Math.max(1, count.fixed))
  const further = Math.max(0, meanOf(many) - 1) * meanOf(times.publish)
  const local: readonly Step[] =
    count.times === null
      ? work(plus(times.publish, further), { each: 0, times: 'items' }, write)
      : work(fixed(0), { each: meanOf(many) * meanOf(times.publish), times: count.times }, write)
  const bytes = meanOf(many) * (ask.size ?? topic.size)
  const copies = copySteps(topic, ask, { ...brokers, bytes, many: meanOf(many) })
  const publish: Step = { kind: 'publish', log, count: many, times: count.times, shipEvery }
  const safe = [
    ...(isNothing(overhead) ? [] : [write.delay('publish', overhead)]),
    ...(isNothing(times.publish) ? [] : local),
    ...(disk === null ? [] : [disk.sync(write)]),
  ]
  const late: readonly Step[] =
    copies.length === 0 ? [] : [{ kind: 'attempt', steps: copies, otherwise: [], isReplication: true }]
  const reply = { kind: 'reply' } as const
  const steps: Readonly<Record<Topic['acks'], readonly Step[]>> = {
    none: [reply, ...safe, ...late, publish],
    leader: [...safe, reply, ...late, publish],
    all: [...safe, ...copies, publish],
  }
  return { group, pick: inTurn, steps: steps[topic.acks], send: bytes, receive: 0 }
}

interface Copying extends Brokers {
  readonly bytes: Bytes
  readonly many: number
}

function copySteps({ copies }: Topic, { write, count }: PublishAsk, brokers: Copying): readonly Step[] {
  const { group, bytes, many, times, work, disk } = brokers
  if (copies === 1 || (times.copy === 0 && disk === null)) return []
  const each = many * times.copy
  const apply: readonly Step[] = [
    ...(count.times === null
      ? work(fixed(each), { each: 0, times: 'items' }, write)
      : work(fixed(0), { each, times: count.times }, write)),
    ...(disk === null ? [] : [disk.sync(write)]),
  ]
  const branches = Array.from({ length: copies - 1 }, (_, i) => [
    write.callPeer({ group, pick: nextAfter(i + 1), steps: apply, send: bytes, receive: 0 }),
  ])
  return [write.parallel('replication', branches, Math.floor(copies / 2))]
}
