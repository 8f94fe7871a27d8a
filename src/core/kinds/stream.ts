import { assert } from '../base/assert.ts'
import type { Bytes, Seconds } from '../base/units.ts'
import { type Distribution, fixed, meanOf, scaled } from '../model/distribution.ts'
import type { GroupIndex, KeyDomainIndex, ResourceIndex } from '../model/resource.ts'
import type { Pick, Step } from '../model/step.ts'
import { mapOf, type Named, oneOf, text } from '../text/field.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import { bytesField, countField, lawField, popularityField, timeField, wholeField } from '../text/quantity-fields.ts'
import { chargeSpace } from './charges.ts'
import { addCopies, inTurn, nextAfter, noConnections } from './copies.ts'
import { type Access, defineKind, type PublishAsk, type SettingsProblem, type Workbench } from './define.ts'
import { addProcessor, upkeepParams, once, pauseParams } from './fleet.ts'
import { plus } from './laws.ts'
import { checkNotEmpty } from './named-parts.ts'
import { failoverField } from './replication.ts'
import { topicHoldings } from './holdings.ts'
import { addSize, checkSize, processorsOf, sizeParams } from './size.ts'

const sizeDefaults = { cpu: '4', memory: '16 GiB' } as const

const topicField = record(
  {
    partitions: withDefault(wholeField(), '1', {
      effect: { at: '1', moves: ['mean up'] },
      help: 'Parts that are read by one consumer of a group each.',
      source: 'Kafka: num.partitions, 2024',
      range: '1..1000',
    }),
    key: optional(text, {
      effect: { at: 'id', with: ['topics.t.keys=2'], moves: ['hottest up'] },
      help: 'What decides on the partition; nothing: each in turn.',
    }),
    keys: withDefault(countField({ min: 1 }), '1 M', {
      effect: { at: '1', with: ['topics.t.key=id'], moves: ['hottest up', 'mean up'] },
      help: 'Different keys of its messages.',
      source: 'assumption: so many that one alone is small unless it is popular',
      range: '100..1 G',
    }),
    skew: optional(popularityField, {
      effect: { at: 'zipf(2)', with: ['topics.t.key=id'], moves: ['hottest up', 'mean up'] },
      help: 'How unevenly its keys occur; nothing: all alike.',
    }),
    copies: withDefault(wholeField(), '3', {
      effect: { at: '1', with: ['topics.t.min-in-sync=1'], moves: ['busy down'] },
      help: 'Brokers that have each message.',
      source: 'Kafka: production convention for replication.factor (the default is 1), 2024',
      range: '1..5',
    }),
    'min-in-sync': withDefault(wholeField(), '2', {
      effect: { at: '3', moves: ['crash: success down', 'zone: success down'] },
      help: 'With `acks: all`: copies that have to be there for a publish, while others are lost.',
      source: 'Kafka: production convention for min.insync.replicas (the default is 1), 2024',
      range: '1..3',
    }),
    acks: withDefault(oneOf('none', 'leader', 'all'), 'all', {
      effect: { at: 'leader', moves: ['mean down'] },
      help: 'What a publisher waits for: nothing, the leader of the partition, or all copies.',
      source: 'Kafka: producer acks, 2024',
    }),
    keep: withDefault(timeField({ above: 0 }), '7 d', {
      help: 'How long messages are kept: one that nobody took until then is lost.',
      source: 'Kafka: log.retention.hours, 2024',
      range: '1 h..30 d',
      effect: { at: '1 h', moves: ['cost down'] },
    }),
    size: withDefault(bytesField(), '1 KB', {
      effect: { at: '200 KB', moves: ['mean up'] },
      help: 'Size of a message, when the publisher does not say.',
      source: 'assumption: the message size of common benchmarks',
      range: '100 B..10 KB',
    }),
  },
  'a topic',
)

const workField = record(
  {
    request: withDefault(lawField('time', 'skewed'), 'lognormal(mean 40 us cv 0.8)', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Each request to a broker.',
      source: 'assumption: a system call or two, checks and the page cache',
      range: '10 us..200 us',
    }),
    message: withDefault(timeField(), '1 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Each message that is appended, copied or fetched.',
      source:
        'LinkedIn, Benchmarking Apache Kafka, 2014: 2 M records/s with three copies on three six-core brokers: 3 us',
      range: '0.3 us..3 us',
    }),
    kilobyte: withDefault(timeField(), '8 us', {
      effect: { at: '5 ms', moves: ['busy up'] },
      help: 'Each 1000 bytes that are appended, copied or fetched.',
      source: 'Confluent, 2020: 605 MB/s with three copies on three brokers of 8 processors: at most 10 us',
      range: '2 us..10 us',
    }),
  },
  'times of a broker',
)

/** An append-only log on several brokers, parted by key, read by groups of consumers. */
export const stream = defineKind({
  id: 'stream',
  aliases: [],
  is: null,
  about: 'A log of messages on brokers: partitions in order, copies, acknowledgements, groups of consumers.',
  params: {
    topics: required(mapOf(topicField), { help: 'What it holds, by name.' }),
    brokers: withDefault(wholeField(), '3', {
      effect: { at: '8', moves: ['cost up'] },
      help: 'Machines that hold the partitions.',
      source: 'assumption: as many as copies',
      range: '3..100',
    }),
    ...sizeParams(sizeDefaults),
    work: withDefault(workField, '{}', { help: 'Processor time of a broker.' }),
    failover: withDefault(
      failoverField({
        detect: '9 s',
        promote: '1 s',
        source: 'Kafka: broker.session.timeout.ms, 2024; election below 1 s',
      }),
      '{}',
      { help: 'Until the partitions of a dead broker are led by others.' },
    ),
    rebalance: withDefault(timeField(), '3 s', {
      help: 'How long a group of consumers takes nothing after a member came or went: it shares the partitions anew.',
      source: 'Kafka: group.initial.rebalance.delay.ms, 2024; the same for later ones (assumption)',
      range: '0 s..60 s',
      effect: { at: '8 s', moves: ['worker: mean up', 'worker: p99 up'] },
    }),
    rebalancing: withDefault(oneOf('eager', 'cooperative'), 'eager', {
      help: 'Whether the whole group stops then, or only partitions that change hands are not read.',
      source: 'Kafka: partition.assignment.strategy, 2024: the range assignor, which is eager, comes first',
      effect: { at: 'cooperative', moves: ['worker: mean down'] },
    }),
    ...pauseParams,
    ...upkeepParams,
  },
  presets: {},
  parts: 'topics',
  verbs: ['publish', 'consume'],
  models: [
    'groups that stop, all or in part, while they share their partitions anew; messages that are lost when their time is over',
    'partitions by key, with hot ones; consumers that wait for a batch; lag',
    'what a publisher waits for; publishes that are refused while too few copies are in sync',
    'brokers whose processors append, copy and serve; messages that only a broker had that is lost, lost with it',
  ],
  doesNotModel: [
    'disks of brokers, but for their price: they write in sequence and through the page cache',
    'compression: what is kept takes its size as published; it is paid when neither `price` nor `size.disk` is written',
    'which broker leads which partition: keys are spread over brokers by hash',
    'batching in producers, but for what a step ships in batches; quotas',
  ],
  withoutEffect: {},
  partsOf: ({ topics }) => new Map([...topics.keys()].map((name) => [name, { kind: 'topic', paths: [] }])),
  holdingsOf: ({ topics }) => topicHoldings(topics, 'disk'),
  check: (settings) => [
    ...checkSize(settings, sizeDefaults),
    ...checkTopics(settings.topics, settings.brokers),
    ...checkNotEmpty(settings.topics, 'topics'),
  ],
  build: (settings, bench) => {
    const group = addCopies(bench, {
      perShard: settings.brokers,
      detect: settings.failover.detect + settings.failover.promote,
      promote: settings.failover.promote,
    })
    const { cpu } = processorsOf(settings)
    const { station, work } = addProcessor(bench, group, { cpu, pauses: settings['slow-mode'] })
    addSize(bench, group, settings)
    const logs = addTopics(bench, group, settings)
    const isPaid = settings.price !== null || settings.size.disk !== null
    if (!isPaid)
      for (const found of logs.values()) chargeSpace(bench, found.log, { ...found.topic, size: () => meanSize(found) })
    const brokers = { group, work, times: settings.work }
    return {
      primary: station,
      group,
      ...noConnections,
      work,
      publish: (ask) => publishAccess(topicOf(logs, ask.part), ask, brokers),
      consume: (part, write) => {
        const found = topicOf(logs, part === '' ? null : part)
        const { request, message, kilobyte } = settings.work
        const each = message + (found.topic.size / 1000) * kilobyte
        return {
          log: found.log,
          isLossy: found.topic.acks === 'none',
          fetch: {
            group,
            pick: inTurn,
            steps: work(request, { each, times: 'items' }, write),
            send: 0,
            receive: found.topic.size,
          },
        }
      },
    }
  },
})

interface Topic {
  readonly partitions: number
  readonly key: string | null
  readonly keys: number
  readonly skew: number | null
  readonly copies: number
  readonly 'min-in-sync': number
  readonly acks: 'none' | 'leader' | 'all'
  readonly keep: Seconds
  readonly size: Bytes
}

interface TopicLog {
  readonly topic: Topic
  /** Of a message, as each step that publishes says. */
  readonly sizes: Bytes[]
  readonly log: ResourceIndex
  /** null = each message goes to the next partition. */
  readonly domain: KeyDomainIndex | null
  /** Keys of steps that say by what they publish. */
  readonly keyed: () => KeyDomainIndex
}

function checkTopics(topics: ReadonlyMap<string, Named<Topic>>, brokers: number): readonly SettingsProblem[] {
  const problem = (message: string, hint: string): SettingsProblem => ({
    severity: 'error',
    code: 'topic-copies',
    param: 'topics',
    message,
    hint,
  })
  return [...topics].flatMap(
    ([
      name,
      {
        value: { copies, skew, key, ...topic },
      },
    ]) => {
      const found: SettingsProblem[] = []
      if (copies > brokers) {
        found.push(
          problem(`\`${name}\` has ${copies} copies on ${brokers} brokers`, 'add brokers, or take fewer copies'),
        )
      }
      if (topic.acks === 'all' && topic['min-in-sync'] > copies) {
        const message = `\`${name}\` needs ${topic['min-in-sync']} copies in sync, but has ${copies}`
        found.push(problem(message, 'write `min-in-sync: 1`, or take more copies'))
      }
      if (skew !== null && key === null) {
        const message = `\`${name}\`: \`skew\` has no effect without \`key\`: messages go to each partition in turn`
        found.push({ severity: 'warning', code: 'no-effect', param: 'topics', message })
      }
      return found
    },
  )
}

interface TopicsSettings {
  readonly topics: ReadonlyMap<string, Named<Topic>>
  readonly rebalance: Seconds
  readonly rebalancing: 'eager' | 'cooperative'
}

function addTopics(
  bench: Workbench,
  group: GroupIndex,
  { topics, rebalance, rebalancing }: TopicsSettings,
): ReadonlyMap<string, TopicLog> {
  return new Map(
    [...topics].map(([name, { value: topic }]) => {
      const domain = topic.key === null ? null : bench.keyDomain(Math.ceil(topic.keys), topic.skew ?? 0)
      const log = bench.addResource({
        kind: 'log',
        id: `${bench.component}.${name}`,
        group,
        partitions: topic.partitions,
        isShared: false,
        keyDomain: domain,
        capacity: Infinity,
        messageSize: topic.size,
        keep: topic.keep,
        rebalance,
        ...(rebalancing === 'cooperative' ? { isCooperative: true } : {}),
      })
      return [
        name,
        {
          topic,
          log,
          sizes: [],
          domain,
          keyed: () => domain ?? bench.keyDomain(Math.ceil(topic.keys), topic.skew ?? 0),
        },
      ]
    }),
  )
}

function topicOf(logs: ReadonlyMap<string, TopicLog>, part: string | null): TopicLog {
  const [first] = logs.values()
  const found = part === null ? first : logs.get(part)
  assert(found !== undefined, `topic ${part ?? ''} was found before`)
  return found
}

/** Of several publishers each counts alike: how often they publish is not known here. */
const meanSize = ({ sizes, topic }: TopicLog): Bytes =>
  sizes.length === 0 ? topic.size : sizes.reduce((sum, size) => sum + size, 0) / sizes.length

interface Brokers {
  readonly group: GroupIndex
  readonly work: ReturnType<typeof addProcessor>['work']
  readonly times: { readonly request: Distribution; readonly message: Seconds; readonly kilobyte: Seconds }
}

/**
 * Append at a broker, then the copies; consumers see a message when it has them. Only `acks: all` waits for them: a
 * message that was answered before is lost with the broker that has it alone.
 */
function publishAccess({ topic, log, sizes, domain: own, keyed }: TopicLog, ask: PublishAsk, brokers: Brokers): Access {
  const { write, count, messages, shipEvery } = ask
  const domain = ask.key === null ? own : keyed()
  const size = ask.size ?? topic.size
  sizes.push(size)
  const many = scaled(messages, Math.max(1, count.fixed))
  const each = brokers.times.message + (size / 1000) * brokers.times.kilobyte
  const append = (base: Distribution): readonly Step[] =>
    count.times === null
      ? brokers.work(plus(base, meanOf(many) * each), once, write)
      : brokers.work(base, { each: meanOf(many) * each, times: count.times }, write)
  const byKey = domain === null || own !== null ? {} : { keyDomain: domain }
  const publish: Step = { kind: 'publish', log, count: many, times: count.times, shipEvery, ...byKey }
  const local = append(brokers.times.request)
  const copying = { ...brokers, bytes: meanOf(many) * size, apply: append(fixed(0)) }
  const followers = topic.copies - 1
  const late = (): readonly Step[] => {
    const steps = copySteps(ask, copying, { to: followers, need: followers })
    return steps.length === 0 ? [] : [{ kind: 'attempt', steps, otherwise: [], isReplication: true }]
  }
  const reply = { kind: 'reply' } as const
  const steps: Readonly<Record<Topic['acks'], () => readonly Step[]>> = {
    none: () => [reply, ...local, ...late(), publish],
    leader: () => [...local, reply, ...late(), publish],
    all: () => [...local, ...ackSteps(topic, ask, copying), publish],
  }
  const pick: Pick = {
    shardBy: domain ?? 'uniform',
    within: domain === null ? 'round-robin' : 'hash',
    position: 0,
    weights: [],
  }
  return {
    group: brokers.group,
    pick,
    steps: steps[topic.acks](),
    send: meanOf(many) * size,
    receive: 0,
  }
}

interface Copying extends Brokers {
  readonly bytes: Bytes
  readonly apply: readonly Step[]
}

/** Waits for all copies; when one cannot be reached, for as many as have to be in sync. */
function ackSteps({ copies, ...topic }: Topic, ask: PublishAsk, copying: Copying): readonly Step[] {
  const followers = copies - 1
  const all = copySteps(ask, copying, { to: followers, need: followers })
  const least = Math.min(followers, topic['min-in-sync'] - 1)
  if (least === followers) return all
  const otherwise = least === 0 ? [] : copySteps(ask, copying, { to: followers, need: least })
  return [{ kind: 'attempt', steps: all, otherwise }]
}

/** The brokers after the one that leads follow, and wait for `need` of them. */
function copySteps(
  { write }: PublishAsk,
  { group, bytes, apply }: Copying,
  { to, need }: { readonly to: number; readonly need: number },
): readonly Step[] {
  if (to === 0) return []
  const branches = Array.from({ length: to }, (_, i) => [
    write.callPeer({ group, pick: nextAfter(i + 1), steps: apply, send: bytes, receive: 0 }),
  ])
  return [write.parallel('replication', branches, need)]
}
