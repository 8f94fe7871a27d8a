import { assert } from '../base/assert.ts'
import { fixed, meanOf, scaled } from '../model/distribution.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { mapOf, oneOf } from '../text/field.ts'
import { record, required, withDefault } from '../text/param.ts'
import { bytesField, lawField, moneyField, timeField, wholeField } from '../text/quantity-fields.ts'
import { addCopies, inTurn, noConnections } from './copies.ts'
import { chargeMessages } from './charges.ts'
import { defineKind } from './define.ts'
import { addProcessor, upkeepParams, pauseParams } from './fleet.ts'
import { isNothing } from './laws.ts'
import { checkNotEmpty } from './named-parts.ts'
import { topicHoldings } from './holdings.ts'
import { addSize, checkSize, processorsOf, sizeParams } from './size.ts'

const sizeDefaults = { cpu: '4', memory: '8 GiB' } as const

/** Loops of one subscriber that may work at once: messages go to them in turn (there are no partitions to own). */
const LANES = 256

const topicKeys = {
  size: withDefault(bytesField(), '1 KB', {
    effect: { at: '200 KB', moves: ['mean up'] },
    help: 'Size of a message, when the publisher does not say.',
    source: 'assumption: the message size of common benchmarks',
    range: '100 B..10 KB',
  }),
}

const workField = record(
  {
    publish: withDefault(timeField(), '5 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'A message that comes in.',
      source: 'assumption: between NATS (0.2 us) and a broker that stores (28 us)',
      range: '0.2 us..50 us',
    }),
    deliver: withDefault(timeField(), '5 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'A message that goes out to one subscriber.',
      source: 'assumption: as one that comes in',
      range: '0.2 us..50 us',
    }),
  },
  'times of a broker',
)

/** Messages that go to every subscriber. */
export const pubSub = defineKind({
  id: 'pub-sub',
  aliases: ['pubsub'],
  is: null,
  about: 'Messages that go to every subscriber: each flow that consumes a topic gets all of them.',
  params: {
    topics: required(mapOf(record(topicKeys, 'a topic')), { help: 'Its topics, by name.' }),
    brokers: withDefault(wholeField(), '3', {
      effect: { at: '8', moves: ['cost up'] },
      help: 'Machines that pass messages on.',
    }),
    ...sizeParams(sizeDefaults),
    work: withDefault(workField, '{}', { help: 'Processor time of a broker.' }),
    overhead: withDefault(lawField('time', 'skewed'), '0 s', {
      effect: { at: '30 ms', moves: ['mean up'] },
      help: 'Time of a publish beside processors.',
      source: 'assumption: none',
      range: '0 s..30 ms',
    }),
    delivery: withDefault(lawField('time', 'skewed'), '0 s', {
      effect: { at: '50 ms', moves: ['mean up'] },
      help: 'Time until a batch reaches its subscriber beside processors and network.',
      source: 'assumption: none',
      range: '0 s..200 ms',
    }),
    delivers: withDefault(oneOf('at-most-once', 'at-least-once'), 'at-least-once', {
      help: 'Whether a message is given to a subscriber again that died before it was done, or counts as done when sent.',
      source: 'assumption: brokers that keep a message until it is acknowledged',
      effect: { at: 'at-most-once', moves: ['worker: lost up'] },
    }),
    pending: withDefault(bytesField({ above: 0, canBeInfinite: true }), 'infinite', {
      help: 'Bytes that wait for one subscriber at most; what comes beyond is lost for it.',
      effect: { at: '20 KB', moves: ['surge: lost up'] },
    }),
    detect: withDefault(timeField(), '2 s', {
      effect: { at: '12 s', with: ['detect=1 s'], moves: ['zone: success down', 'crash: success down'] },
      help: 'Until a dead broker is left out.',
      source: 'assumption: clients reconnect to another',
      range: '0.5 s..60 s',
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
    'every subscriber gets every message; what a slow one cannot take, and what one had that died, may be lost',
    'processors of brokers for what comes in and what goes out',
  ],
  doesNotModel: ['filters of subscriptions', 'storage'],
  withoutEffect: {},
  partsOf: ({ topics }) => new Map([...topics.keys()].map((name) => [name, { kind: 'topic', paths: [] }])),
  holdingsOf: ({ topics }) => topicHoldings(topics, 'memory'),
  check: (settings) => [...checkSize(settings, sizeDefaults), ...checkNotEmpty(settings.topics, 'topics')],
  build: (settings, bench) => {
    const { brokers, detect, topics, overhead, delivery, work: times } = settings
    const group = addCopies(bench, { perShard: brokers, detect, promote: detect })
    const { cpu } = processorsOf(settings)
    const { station, work } = addProcessor(bench, group, { cpu, pauses: settings['slow-mode'] })
    addSize(bench, group, settings)
    const logs = new Map(
      [...topics].map(([name, { value }]) => {
        const id = `${bench.component}.${name}`
        const capacity = Math.max(1, Math.floor(settings.pending / value.size))
        const dropping = {
          ...(capacity === Infinity ? {} : { isDropping: true }),
          ...(settings.delivers === 'at-most-once' ? { isPushed: true } : {}),
        }
        const shape = { partitions: LANES, isShared: false, keyDomain: null, capacity, ...dropping }
        return [name, bench.addResource({ kind: 'log', id, group, ...shape, messageSize: value.size })]
      }),
    )
    for (const log of logs.values()) chargeMessages(bench, log, settings['price-of-million'])
    const logOf = (part: string): ResourceIndex => {
      const [first] = logs.values()
      const found = part === '' ? first : logs.get(part)
      assert(found !== undefined, `topic ${part} was found before`)
      return found
    }
    return {
      primary: station,
      group,
      ...noConnections,
      work,
      publish: ({ write, count, messages, size, part, shipEvery }) => {
        const many = scaled(messages, Math.max(1, count.fixed))
        const each = meanOf(many) * times.publish
        const local =
          count.times === null
            ? work(fixed(each), { each: 0, times: 'items' }, write)
            : work(fixed(0), { each, times: count.times }, write)
        const publish: Step = { kind: 'publish', log: logOf(part ?? ''), count: many, times: count.times, shipEvery }
        const isSlow = !bench.isNetworkIdeal && !isNothing(overhead)
        const steps = [...(isSlow ? [write.delay('publish', overhead)] : []), ...(each === 0 ? [] : local), publish]
        const bytes = meanOf(many) * (size ?? topics.get(part ?? '')?.value.size ?? 0)
        return { group, pick: inTurn, steps, send: bytes, receive: 0 }
      },
      consume: (part, write) => {
        const isSlow = !bench.isNetworkIdeal && !isNothing(delivery)
        const steps = [
          ...(times.deliver === 0 ? [] : work(fixed(0), { each: times.deliver, times: 'items' }, write)),
          ...(isSlow ? [write.delay('delivery', delivery)] : []),
        ]
        const isForgotten = settings.delivers === 'at-most-once'
        return { log: logOf(part), fetch: { group, pick: inTurn, steps, send: 0, receive: 0 }, isForgotten }
      },
    }
  },
})
