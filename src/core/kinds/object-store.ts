import type { Bytes, BytesPerSecond, PerSecond } from '../base/units.ts'
import { type Distribution, fixed, meanOf } from '../model/distribution.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import {
  bandwidthField,
  lawField,
  moneyPerMonthField,
  rateField,
  timeField,
  wholeField,
} from '../text/quantity-fields.ts'
import { type Blobs, blobParts, blobsOf, objectsField, spaceOf } from './blobs.ts'
import { addCopies, addUnits, leaderOf, noConnections } from './copies.ts'
import { type Access, defineKind, type RowAsk, type Workbench } from './define.ts'
import { upkeepParams } from './fleet.ts'
import { plus } from './laws.ts'
import { checkNotEmpty } from './named-parts.ts'
import { blobHoldings, copiesOf } from './holdings.ts'
import { storage } from './prices.ts'

const GIGABYTE = 1e9

/** Copies in different zones: one that is lost is replaced at once. Source: Amazon S3 User Guide, at least three. */
const COPIES = 3

const latencyKeys = {
  read: withDefault(lawField('time', 'skewed'), '{ p50: 40 ms, p99: 200 ms }', {
    effect: { at: '500 ms', moves: ['mean up'] },
    help: 'Until the first byte of a read.',
    source: 'napkin-math, 2026: S3 and GCS in one region, 30 ms (304) to 80 ms (128 KiB); S3 User Guide: 100-200 ms',
    range: '13 ms..200 ms',
  }),
  write: withDefault(lawField('time', 'skewed'), '{ p50: 90 ms, p99: 360 ms }', {
    effect: { at: '500 ms', moves: ['mean up'] },
    help: 'Of a write, without its bytes.',
    source: 'napkin-math, 2026: S3 and GCS in one region, PUT of 128 KiB in 200 ms',
    range: '30 ms..400 ms',
  }),
}

const prefixKeys = {
  count: withDefault(wholeField(), '1', {
    effect: { at: '8', moves: ['hottest down'] },
    help: 'Prefixes over which names spread, each with a rate of its own.',
  }),
  reads: withDefault(rateField({ above: 0 }), '5.5 k/s', {
    effect: { at: '5/s', moves: ['success down'] },
    help: 'Reads per second of one prefix.',
    source: 'Amazon S3 User Guide: optimizing performance, 2025 (at least)',
    range: '5.5 k/s..50 k/s',
  }),
  writes: withDefault(rateField({ above: 0 }), '3.5 k/s', {
    effect: { at: '5/s', moves: ['mean up'] },
    help: 'Writes per second of one prefix.',
    source: 'Amazon S3 User Guide: optimizing performance, 2025 (at least)',
    range: '3.5 k/s..35 k/s',
  }),
}

/** Objects by name in a managed store: slow to start, then fast, as big as one likes. */
export const objectStore = defineKind({
  id: 'object-store',
  aliases: ['blob-store'],
  is: null,
  about: 'Objects by name in a managed store: tens of milliseconds to the first byte, then a stream.',
  params: {
    objects: required(objectsField, { help: 'What it holds, by sort.' }),
    latency: withDefault(record(latencyKeys, 'latencies'), '{}', { help: 'Time inside the store beside the bytes.' }),
    bandwidth: withDefault(bandwidthField({ above: 0 }), '100 MB/s', {
      effect: { at: '50 MB/s', moves: ['mean up'] },
      help: 'Of one request.',
      source: 'napkin-math, 2026: one stream from S3 85-200 MiB/s',
      range: '85 MB/s..200 MB/s',
    }),
    prefixes: withDefault(record(prefixKeys, 'prefixes'), '{}', { help: 'How many requests it takes.' }),
    waiting: withDefault(wholeField({ min: 0 }), '1000', {
      effect: { at: '2', moves: ['success down'] },
      help: 'Requests that a prefix that is used up keeps before it refuses more (503 slow down).',
      source: 'assumption: a fraction of a second of what it takes',
      range: '0..10000',
    }),
    detect: withDefault(timeField(), '1 s', {
      help: 'Until a lost zone is left out.',
      source: 'assumption',
      range: '0 s..30 s',
    }),
    price: optional(moneyPerMonthField, {
      effect: { at: '777 USD/month', moves: ['cost up'] },
      help: 'Of the whole per month; nothing: its space, without requests.',
    }),
    ...upkeepParams,
  },
  presets: {},
  parts: 'objects',
  verbs: ['read', 'write'],
  models: ['time to the first byte, bytes at the speed of one stream', 'requests per second of a prefix, then refusal'],
  doesNotModel: ['prefixes that split as load grows', 'parts of large objects in parallel', 'charges by request'],
  withoutEffect: {},
  partsOf: ({ objects }) => blobParts(objects),
  // Its copies are the service's: what is bought is counted once.
  holdingsOf: ({ objects }) => blobHoldings(objects, 'objects', copiesOf(1, '')),
  check: ({ objects }) => checkNotEmpty(objects, 'objects'),
  build: (settings, bench) => {
    const { prefixes, objects, price, waiting } = settings
    const group = addCopies(bench, { shards: prefixes.count, perShard: COPIES, detect: settings.detect, promote: 0 })
    const space = (spaceOf(objects) / GIGABYTE) * storage.objects
    bench.addCost(price === null ? 'space' : 'price as written', price ?? space, { isPerInstance: false })
    bench.mind(`requests to ${bench.component} are charged by use, which is not counted yet`)
    const reads = addUnits(bench, group, 'reads', waiting)
    const writes = addUnits(bench, group, 'writes', waiting)
    const { bandwidth, latency } = settings
    return {
      primary: reads,
      group,
      ...noConnections,
      read: (ask) => {
        const blobs = blobsOf(objects, ask.part)
        const lane = { station: reads, perSecond: prefixes.reads, latency: latency.read, bandwidth, name: 'read' }
        const { pick, steps, bytes } = transfer(bench, ask, blobs, lane)
        return { group, pick, steps, send: 0, receive: bytes }
      },
      write: (ask) => {
        const blobs = blobsOf(objects, ask.part)
        const lane = { station: writes, perSecond: prefixes.writes, latency: latency.write, bandwidth, name: 'write' }
        const { pick, steps, bytes } = transfer(bench, ask, blobs, lane)
        return { group, pick, steps, send: bytes, receive: 0 }
      },
    }
  },
})

interface Lane {
  readonly station: ResourceIndex
  readonly perSecond: PerSecond
  readonly latency: Distribution
  readonly bandwidth: BytesPerSecond
  readonly name: string
}

interface Transfer extends Omit<Access, 'group' | 'send' | 'receive'> {
  readonly bytes: Bytes
}

interface Objects extends Blobs {
  readonly popularity: number
}

/** Several objects of one request come one after the other. */
function transfer(bench: Workbench, ask: RowAsk, { count, size, popularity }: Objects, lane: Lane): Transfer {
  const many = meanOf(ask.rows ?? fixed(1)) * Math.max(1, ask.count.fixed)
  const bytes = many * size
  const { times } = ask.count
  const shardBy = ask.keyDomain ?? bench.keyDomain(Math.ceil(count), popularity)
  const admitted: Step =
    times === null
      ? ask.write.serve(lane.station, fixed(many / lane.perSecond))
      : ask.write.serve(lane.station, fixed(0), { each: many / lane.perSecond, times })
  const steps = [admitted, ask.write.delay(lane.name, plus(lane.latency, bytes / lane.bandwidth))]
  return { pick: leaderOf(shardBy), steps, bytes }
}
